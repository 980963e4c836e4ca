"""Everything that is no webhook goes through Apprise, which knows mail servers, ntfy, Slack and 130 more."""

from __future__ import annotations

import logging
import warnings

from crawler.errors import PublishError


def notify(address: str, title: str, text: str, *, is_html: bool = False) -> None:
    """Send *text* to the service that *address* names.

    Raises:
        PublishError: Apprise is not installed, does not know the address, or could not deliver; no part of the address is shown.
    """
    scheme = address.partition("://")[0]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its plugins warn of Python's own changes
            _deliver(scheme, address, title, text, is_html)
    except ImportError:
        raise PublishError(
            f"{scheme}:// needs Apprise, which is not installed; `pip install 'spacereel[alerts]'` does it",
            scheme,
        ) from None


def _deliver(scheme: str, address: str, title: str, text: str, is_html: bool) -> None:
    import apprise

    logging.getLogger("apprise").disabled = True  # it logs addresses with their secrets
    service = apprise.Apprise()
    if not service.add(address):
        raise PublishError(f"Apprise knows no service that is written {scheme}://… like this", scheme)
    form = apprise.NotifyFormat.HTML if is_html else apprise.NotifyFormat.TEXT
    if not service.notify(body=text, title=title, body_format=form):
        raise PublishError(f"the service {scheme} could not be reached, or refused the message", scheme)
