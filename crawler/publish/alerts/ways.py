"""How messages reach their targets: a program gets our JSON, people get text and HTML. One object per way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from crawler.config.alerts import AlertConfig
from crawler.errors import PublishError
from crawler.publish.alerts.message import (
    MOST_HEADLINES,
    Message,
    headers,
    message_text,
    page_payload,
    payload,
    subject,
)
from crawler.publish.alerts.services import check_service, notify
from crawler.publish.alerts.targets import Target
from crawler.publish.alerts.webhook import Refusal, post


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestPage:
    """A digest, as people and programs read it."""

    key: str
    title: str
    html: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to deliver; `send` and `send_page` raise `PublishError` when nothing arrived."""

    #: beginnings of the addresses that go this way; none: all that no other way has
    schemes: tuple[str, ...]
    #: things spelt out in one message
    most: int
    #: what is beyond them is counted in the same message; otherwise it goes with the next
    is_counted: bool
    send: Callable[[Target, Message, Refusal], None]
    send_page: Callable[[Target, DigestPage, Refusal], None]
    #: raises `PublishError` when an address can never be reached this way; sends nothing
    check: Callable[[str], None] = lambda address: None


def _post(target: Target, message: Message, refusal: Refusal) -> None:
    content = payload(message)
    post(target.address, content, headers(message.key, content, target.secret), refusal)


def _post_page(target: Target, page: DigestPage, refusal: Refusal) -> None:
    content = page_payload(page.key, page.title, page.html, page.text)
    post(target.address, content, headers(page.key, content, target.secret), refusal)


def _notify(target: Target, message: Message, refusal: Refusal) -> None:
    notify(target.address, subject(message), message_text(message))


def _notify_page(target: Target, page: DigestPage, refusal: Refusal) -> None:
    notify(target.address, page.title, page.html, is_html=True)


def _lacking(target: Target, content: Message | DigestPage, refusal: Refusal) -> None:
    raise PublishError(target.lack, target.label)


#: a program gets all things, people get headlines and a count; the last takes what no other does
WAYS = (
    Way(schemes=("http", "https"), most=500, is_counted=False, send=_post, send_page=_post_page),
    Way(
        schemes=(),
        most=MOST_HEADLINES,
        is_counted=True,
        send=_notify,
        send_page=_notify_page,
        check=check_service,
    ),
)


def way_to(target: Target) -> Way:
    """The way of a target, by the scheme of its address; one that lacks something has a way that fails with the reason."""
    scheme = target.address.partition("://")[0].lower()
    found = next((way for way in WAYS if scheme in way.schemes), WAYS[-1])
    if target.lack:  # nothing is counted only: what it lacks may tell that it is a webhook
        return replace(found, is_counted=False, send=_lacking, send_page=_lacking)
    return found


def trouble_of(alert: AlertConfig, target: Target) -> str:
    """Why nothing can ever reach a target of *alert*, in a sentence; "" when something may. Nothing is sent."""
    if target.lack:
        return target.lack
    try:
        way_to(target).check(target.address)
    except PublishError as problem:
        return f'alert "{alert.name}": {problem}'
    return ""
