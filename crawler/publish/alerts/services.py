"""Everything that is no webhook goes through Apprise, which knows mail servers, ntfy, Slack and 130 more."""

from __future__ import annotations

import logging
import re
import threading
import warnings
from typing import TYPE_CHECKING

from crawler.errors import PublishError

if TYPE_CHECKING:
    import apprise

#: a service that has not taken a message by then has failed, in seconds; Apprise itself bounds single waits alone
TIMEOUT_S = 60.0
_CALL = r"@(?=(?:everyone|here|channel|all|room|group|team)\b)"
#: what calls everybody of a room, or somebody, or shows one address and leads to another: Discord and Mattermost find it in plain texts
_CALLS = re.compile(
    rf"(https?://[^\s<>()\[\]\"']+)|{_CALL}|<(?=[@#]|!(?:here|channel|everyone|subteam))|\](?=\()",
    re.IGNORECASE,
)


def uncalling(text: str) -> str:
    """*text* with a blank of no width where a chat would call people, or hide an address behind words.

    >>> uncalling("@everyone [film](https://e.org/@all)") == "@\u200beveryone [film]\u200b(https://e.org/%40all)"
    True
    """
    return _CALLS.sub(
        lambda found: (
            re.sub(_CALL, "%40", found[1], flags=re.IGNORECASE) if found[1] else f"{found[0]}\u200b"
        ),
        text,
    )


def notify(address: str, title: str, text: str, *, is_html: bool = False) -> None:
    """Send *text* to the service that *address* names.

    Raises:
        PublishError: Apprise is not installed, does not know the address, or could not deliver; no part of the address is shown.
    """
    scheme = address.partition("://")[0]
    problems: list[Exception] = []
    is_over = threading.Event()

    def deliver() -> None:
        try:
            _deliver(scheme, address, uncalling(title), uncalling(text), is_html)
        except Exception as problem:  # noqa: BLE001 - raised below, where it is waited for
            problems.append(problem)
        finally:
            is_over.set()

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its plugins warn of Python's own changes
        threading.Thread(target=deliver, name="service", daemon=True).start()
        if not is_over.wait(TIMEOUT_S):
            raise PublishError(f"the service {scheme} did not answer within {TIMEOUT_S:g} s", scheme)
    if problems:
        raise problems[0]


def check_service(address: str) -> None:
    """Send nothing.

    Raises:
        PublishError: Apprise is not installed, or does not know the address; no part of the address is shown.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _service(address.partition("://")[0], address)


def _service(scheme: str, address: str) -> apprise.Apprise:
    if scheme == address:  # it may be a secret
        raise PublishError("an address names no service, such as ntfy://", "target")
    try:
        import apprise
    except ImportError:
        raise PublishError(
            f"{scheme}:// needs Apprise, which is not installed; `pip install 'spacereel[alerts]'` does it",
            scheme,
        ) from None
    logging.getLogger("apprise").disabled = True  # it logs addresses with their secrets
    # whoever answers must not lead us elsewhere, such as into our own network; `?redirect=yes` in an address allows it
    service = apprise.Apprise(asset=apprise.AppriseAsset(http_redirects=False))
    if not service.add(address):
        raise PublishError(f"Apprise knows no service that is written {scheme}://… like this", scheme)
    return service


def _deliver(scheme: str, address: str, title: str, text: str, is_html: bool) -> None:
    service = _service(scheme, address)
    import apprise

    form = apprise.NotifyFormat.HTML if is_html else apprise.NotifyFormat.TEXT
    if not service.notify(body=text, title=title, body_format=form):
        raise PublishError(f"the service {scheme} could not be reached, or refused the message", scheme)
