"""Datasette on the record, with our pages: what `spacereel review` starts."""

from __future__ import annotations

import hmac
import ipaddress
import os
import secrets
import socket
import sys
import threading
import webbrowser
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import click

import crawler.review
from crawler.config import Config
from crawler.errors import SpacereelError, StoreError
from crawler.memory import limit_growth
from db.connection import open_read_only
from db.schema import SCHEMA_VERSION, schema_version
from db.store import Store

#: where the plugins, templates, styles and descriptions lie
ROOM = Path(crawler.review.__file__).parent
#: the name of the record in addresses, whatever its file is called
RECORD = "articles"
#: bytes that the server may grow by, whatever it is asked; beyond that the question fails, and no other program
MOST_GROWTH_BYTES = 768 * 1024 * 1024
#: names a browser on this machine calls us by
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


def serve_review(
    config: Config, port: int = 8001, open_browser: bool = True, host: str = "127.0.0.1"
) -> None:
    """Serve the record until Ctrl-C, and open it in the browser, signed in.

    Reading needs no sign-in; marking does, with the address printed at the
    start. It works once, and the session ends with the server unless
    DATASETTE_SECRET is set. The daemon may write all the while.

    Args:
        port: 0 takes a free one.
        host: address to listen on; anything but the loopback lets others read the record.

    Raises:
        StoreError: there is no record, or not one of ours.
        SpacereelError: the port is taken, or the host is not an address of this machine.
    """
    record = config.store.path
    _check(config)
    listener = _listen(host, port)
    # Datasette, its templates and uvicorn take half a second to import: only when they are wanted
    import uvicorn

    secret = os.environ.get("DATASETTE_SECRET") or secrets.token_hex(32)
    name = session_name(secret) if _is_loopback(host) else None
    review = review_of(record, host, secret, name)
    where = f"http://{_in_url(host)}:{listener.getsockname()[1]}"
    door = f"http://{name}:{listener.getsockname()[1]}" if name else where
    entrance = f"{door}/-/auth-token?token={review._root_token}"
    click.echo(f"Review of {record}: {where}/\nTo mark articles, open this once: {entrance}\nCtrl-C ends it.")
    if open_browser and _has_display():
        threading.Thread(target=webbrowser.open, args=(entrance,), daemon=True).start()
    server = uvicorn.Server(
        uvicorn.Config(review.app(), log_level="warning", lifespan="on", server_header=False)
    )
    limit_growth(MOST_GROWTH_BYTES)
    with closing(listener), suppress(KeyboardInterrupt):
        server.run(sockets=[listener])


def session_name(secret: str) -> str:
    """The name of this machine under which one is signed in: as long-lived as the secret, and as hard to guess.

    Cookies ignore ports: under 127.0.0.1 every program that listens there would be shown the session.
    Browsers take every name that ends in .localhost for the loopback (RFC 6761, 6.3).
    """
    return f"review-{hmac.digest(secret.encode(), b'host name', 'sha256').hex()[:16]}.localhost"


def review_of(
    record: Path, host: str = "127.0.0.1", secret: str | None = None, session_host: str | None = None
) -> Any:
    """The Datasette that serves *record*, not started yet; see `datasette_arguments`."""
    from datasette.app import Datasette

    review = Datasette(**datasette_arguments(record, host, _described(), secret, session_host))
    (name,) = (each for each in review.databases if each != "_internal")
    if name != RECORD:
        served = review.databases[name]
        review.remove_database(name)
        review.add_database(served, name=RECORD)
    return review


def datasette_arguments(
    record: Path,
    host: str,
    described: dict[str, Any],
    secret: str | None = None,
    session_host: str | None = None,
) -> dict[str, Any]:
    """The arguments of `datasette.app.Datasette` for *record*. Pure.

    Args:
        described: what `crawler/review/datasette.yaml` says; its `settings` become settings.
        secret: signs the session; None takes a random one.
        session_host: the name under which one is signed in; None for any.
    """
    metadata = {name: value for name, value in described.items() if name != "settings"}
    if _is_loopback(host):
        names = [*_LOOPBACK, *([session_host] if session_host else [])]
        told = {"hosts": names, "session_host": session_host}
        metadata["plugins"] = {**metadata.get("plugins", {}), "spacereel": told}
    return {
        "files": [str(record)],
        "metadata": metadata,
        "settings": dict(described.get("settings", {})),
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
        is_current = schema_version(conn) == SCHEMA_VERSION
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


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _in_url(host: str) -> str:
    """The host as it stands in an address a person can open."""
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104 - names what others bind to


def _has_display() -> bool:
    """Whether a browser has somewhere to open; a text browser would take over the terminal."""
    if sys.platform.startswith("linux"):
        return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return True
