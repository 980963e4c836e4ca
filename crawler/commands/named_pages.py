"""Pages that a person names: files and addresses, for `extract`, `judge` and `why --live`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from crawler.config import Config
from crawler.dedupe.urls import canonical_url
from crawler.errors import ExtractError, FetchError, SpacereelError
from db.model import Candidate, Capture, Page

#: of a saved page; nothing larger is kept either
_MOST_FILE_BYTES = 100_000_000


def is_address(text: str) -> bool:
    """Whether *text* is meant as a web address; `check_address` says whether it is one."""
    return text.lower().startswith(("http://", "https://"))


def check_address(text: str) -> None:
    """Refuse what is no web address, before anything is fetched or looked up.

    Raises:
        FetchError: says what one looks like.
    """
    if not is_address(text) or canonical_url(text) is None:
        raise FetchError(f"{text} is not a web address, such as https://www.example.org/news/1", text)


def check_known_address(text: str) -> None:
    """The same for addresses of the record, in which mails are as well (`mid:` and their Message-ID).

    Raises:
        FetchError: says what one looks like.
    """
    if not text.startswith("mid:"):
        check_address(text)


def page_of_file(name: str, now: datetime) -> Page:
    """A saved page as if it had been fetched now.

    Raises:
        ExtractError: the file is missing, a folder, not readable or without an end.
    """
    try:
        with Path(name).open("rb") as file:
            body = file.read(_MOST_FILE_BYTES + 1)  # devices and pipes have no end
    except FileNotFoundError:
        raise ExtractError("there is no such file", name) from None
    except OSError as problem:
        raise ExtractError(f"it cannot be read: {problem.strerror}", name) from problem
    if len(body) > _MOST_FILE_BYTES:
        raise ExtractError(f"it has more than {_MOST_FILE_BYTES / 1e6:g} MB", name)
    url = Path(name).resolve().as_uri()
    return Page(url=url, final_url=url, status=200, headers=(), body=body, fetched_at=now)


def named_pages(
    names: Sequence[str], config: Config, now: datetime
) -> Iterator[tuple[str, Page | SpacereelError]]:
    """Each name with its page or with what stood in the way, in order; addresses are fetched together.

    Raises:
        FetchError: one of them begins like an address and is none.
    """
    for name in names:
        if is_address(name):
            check_address(name)
    addresses = [name for name in names if is_address(name)]
    fetched = iter(_fetched(addresses, config))
    for name in names:
        if is_address(name):
            yield name, next(fetched)
            continue
        try:
            yield name, page_of_file(name, now)
        except ExtractError as problem:
            yield name, problem


def _fetched(addresses: list[str], config: Config) -> Sequence[Page | SpacereelError]:
    """The pages of addresses; Scrapy is imported only when there are some."""
    if not addresses:
        return ()
    from crawler.commands.probe import fetch_pages

    return fetch_pages(addresses, config)


def named_candidate(page: Page) -> Candidate:
    """The candidate of a page that a person named and no source."""
    return Candidate(url=page.url, source="", found_on=page.url, found_at=page.fetched_at)


def problem_of(capture: Capture) -> str | None:
    """Why a page gave no article, in one sentence; None when it gave one."""
    return None if capture.article else capture.problem or "The page gave no article."
