"""Datasette on the record, with our pages: what `spacereel review` starts."""

from __future__ import annotations

import hmac
import os
import socket
import sys
import threading
import webbrowser
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import click

import crawler.review
from crawler.config import Config
from crawler.errors import SpacereelError, StoreError
from crawler.memory import limit_growth
from crawler.review.access import Access, access_of
from db import guards, people
from db.connection import open_read_only
from db.people import secret_of
from db.store import Store
from db.version import SCHEMA_VERSION, schema_version

#: where the plugins, templates, styles and descriptions lie
ROOM = Path(crawler.review.__file__).parent
#: the name of the record in addresses, whatever its file is called
_RECORD = "articles"
#: bytes that the server may grow by, whatever it is asked; beyond that the question fails, and no other program
MOST_REVIEW_GROWTH_BYTES = 768 * 1024 * 1024
#: of a text or blob that a query makes, and of a row
MOST_CELL_BYTES = 20_000_000


def serve_review(
    config: Config,
    port: int = 8001,
    open_browser: bool = True,
    host: str = "127.0.0.1",
    base_url: str | None = None,
    is_public: bool = False,
) -> None:
    """Serve the record until Ctrl-C, and open it in the browser, signed in.

    On the loopback reading needs no sign-in; marking does, with the address
    printed at the start or with a name and a password. Off it, and behind a
    proxy, nothing is answered without a login unless *is_public*; then nobody
    marks. The daemon may write all the while.

    Args:
        port: 0 takes a free one.
        host: address to listen on.
        base_url: how the world knows us, when a proxy stands before us.
        is_public: everybody reads, nobody signs in.

    Raises:
        StoreError: there is no record, or not one of ours.
        SpacereelError: the port is taken, the host is not an address of this machine, or nobody could sign in.
    """
    record = config.store.path
    _check(config)
    secret = os.environ.get("DATASETTE_SECRET") or secret_of(record)
    access = access_of(host, base_url=base_url, is_public=is_public, session_host=session_name(secret))
    if access.mode == "closed":
        _check_people(record)
    listener = _listen(host, port)
    # Datasette, its templates and uvicorn take half a second to import: only when they are wanted
    import uvicorn

    from crawler.review.connections import PatientProtocol

    review = review_of(record, access, secret, config)
    where, entrance = _addresses(access, host, listener.getsockname()[1], review)
    elsewhere = address_elsewhere(host, listener) if base_url is None else ""
    for line in _greeting(record, access, where, entrance, elsewhere):
        click.echo(line)
    if open_browser and access.mode == "loopback" and _has_display():
        threading.Thread(target=webbrowser.open, args=(entrance,), daemon=True).start()
    server = uvicorn.Server(
        uvicorn.Config(
            review.app(),
            http=PatientProtocol,
            log_level="warning",
            lifespan="on",
            server_header=False,
            # a proxy on this machine says who asks; nobody else is believed
            proxy_headers=base_url is not None,
            forwarded_allow_ips="127.0.0.1",
        )
    )
    limit_growth(MOST_REVIEW_GROWTH_BYTES)
    with closing(listener), suppress(KeyboardInterrupt):
        server.run(sockets=[listener])


def _addresses(access: Access, host: str, port: int, review: Any) -> tuple[str, str]:
    """Where people open it, and the address that signs in whoever started it."""
    if access.origin:
        return f"{access.origin}{access.base}", ""
    where = f"http://{_in_url(host)}:{port}"
    return f"{where}/", f"http://{access.session_host}:{port}/-/auth-token?token={review._root_token}"


def address_elsewhere(host: str, listener: socket.socket) -> str:
    """Where other machines open a review that listens everywhere; "" when it listens on one address, or there is no network."""
    if host not in ("0.0.0.0", "::"):  # noqa: S104 - compared
        return ""
    is_six = listener.family == socket.AF_INET6
    with suppress(OSError), socket.socket(listener.family, socket.SOCK_DGRAM) as asking:
        # nothing is sent: the system chooses the way out (to an address for documentation), and says from where it would begin
        asking.connect(("2001:db8::1", 9) if is_six else ("203.0.113.1", 9))
        own = asking.getsockname()[0]
        return f"http://{_in_url(own)}:{listener.getsockname()[1]}/"
    return ""


def _greeting(record: Path, access: Access, where: str, entrance: str, elsewhere: str) -> Iterator[str]:
    yield f"Review of {record}: {where}"
    if elsewhere:
        yield f"From another machine: {elsewhere}"
    if access.mode == "loopback":
        yield f"To mark articles, open this: {entrance}"
    elif access.mode == "public":
        yield "Everybody who reaches this address reads it; nobody marks."
    else:
        yield "Nothing is answered without a login; `spacereel user list` shows who has one."
    if access.mode == "closed" and not access.is_tls:
        yield (
            "There is no TLS: passwords and pages cross the network for all to read. "
            "Put a proxy with TLS before it, and say --base-url https://...; docs/review.md shows how."
        )
    yield "Ctrl-C ends it."


def _check_people(record: Path) -> None:
    """Refuse a closed review that nobody could enter."""
    with people.people_to_read(record) as conn:
        known = people.everybody(conn) if conn else ()
    if not any(each.has_password and not each.is_disabled for each in known):
        raise SpacereelError(
            "off this machine nothing is answered without a login, and nobody has one yet; "
            "begin with `spacereel user add NAME --role admin`, or say --public to let everybody read"
        )


def session_name(secret: str) -> str:
    """The name of this machine under which one is signed in: as long-lived as the secret, and as hard to guess.

    Cookies ignore ports: under 127.0.0.1 every program that listens there would be shown the session.
    Browsers take every name that ends in .localhost for the loopback (RFC 6761, 6.3).
    """
    return f"review-{hmac.digest(secret.encode(), b'host name', 'sha256').hex()[:16]}.localhost"


def review_of(
    record: Path, access: Access | None = None, secret: str | None = None, config: Config | None = None
) -> Any:
    """The Datasette that serves *record*, not started yet; see `datasette_arguments`.

    Args:
        config: has the alerts that bells may name, and the archive; by default there are no alerts.
    """
    from datasette.app import Datasette

    access = access or access_of("127.0.0.1")
    review = Datasette(**datasette_arguments(record, access, _described(), secret))
    review.spacereel_access = access
    review.spacereel_config = config
    (name,) = (each for each in review.databases if each != "_internal")
    if name != _RECORD:
        served = review.databases[name]
        review.remove_database(name)
        review.add_database(served, name=_RECORD)
    return review


def datasette_arguments(
    record: Path, access: Access, described: dict[str, Any], secret: str | None = None
) -> dict[str, Any]:
    """The arguments of `datasette.app.Datasette` for *record*. Pure.

    Args:
        described: what `crawler/review/datasette.yaml` says; its `settings` become settings.
        secret: signs the forms; None takes a random one.
    """
    settings = {"base_url": access.base, "force_https_urls": access.is_tls, **described.get("settings", {})}
    return {
        "files": [str(record)],
        "metadata": {name: value for name, value in described.items() if name != "settings"},
        "settings": settings,
        "plugins_dir": str(ROOM / "plugins"),
        "template_dir": str(ROOM / "templates"),
        "static_mounts": [("spacereel", str(ROOM / "static"))],
        "secret": secret,
    }


def _described() -> dict[str, Any]:
    import yaml

    described: dict[str, Any] = yaml.safe_load((ROOM / "datasette.yaml").read_text(encoding="utf-8"))
    return described


def _check(config: Config) -> None:
    """Refuse what is no record, and bring an older one up to date."""
    record = config.store.path
    if not record.is_file():
        raise StoreError(
            f"{record} does not exist yet; `spacereel once` or `spacereel run` begins it", str(record)
        )
    with closing(open_read_only(record)) as conn:
        is_current = schema_version(conn) == SCHEMA_VERSION and not guards.differing(conn)
    if not is_current:
        Store.open(record, config.store.archive).close()


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket, so that a browser opened at once finds us."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(64)
        except OSError:
            listener.close()
            raise
    except OSError as problem:
        raise SpacereelError(
            f"cannot listen on {host}, port {port}: {problem.strerror or problem}; --port takes another one"
        ) from problem
    return listener


def _in_url(host: str) -> str:
    """The host as it stands in an address a person can open."""
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104 - names what others bind to


def _has_display() -> bool:
    """Whether a browser has somewhere to open; a text browser would take over the terminal."""
    if sys.platform.startswith("linux"):
        return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return True
