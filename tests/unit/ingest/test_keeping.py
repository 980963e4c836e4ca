"""Pages that come at once are kept together, and an error in one of them costs that one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, cast

import pytest

from crawler.catalogue import load_beats
from crawler.config import SHIPPED_BEAT, Config
from crawler.frontier.async_store import AsyncStore
from crawler.frontier.errands import Visit
from crawler.ingest.keeping import PageKeeper
from crawler.ingest.visits import FetchedPage
from crawler.runner import Watch
from db.watched import FrontierEntry

PROSE = (
    "<p>"
    + "The council of the harbour town talked about the bridge and its new railing for hours. " * 30
    + "</p>"
)


@pytest.fixture
def fetched(make_page, make_candidate, now):
    def make(number: int) -> FetchedPage:
        url = f"https://paper-{number}.example/council-{number}"
        entry = FrontierEntry(candidate=make_candidate(url), purpose="new", not_before_at=now)
        page = make_page(url, body=f"<html>{number}{PROSE}</html>".encode())
        return FetchedPage(visit=Visit(entry=entry), page=page, started_at=now, elapsed_ms=1)

    return make


def kept(store, pages: Sequence[FetchedPage]) -> list[Any]:
    async def keep() -> list[Any]:
        patient = AsyncStore(store)
        watch = Watch(Config(), load_beats([SHIPPED_BEAT]), patient, mode="daemon")
        try:
            await watch.start()
            keeper = PageKeeper(watch.session)
            return await asyncio.gather(*map(keeper.keep, pages), return_exceptions=True)
        finally:
            watch.close()
            patient.close()

    return asyncio.run(keep())


def test_pages_that_come_at_once_are_kept_and_those_off_topic_have_their_rows(store, rows, fetched):
    pages = [fetched(number) for number in range(40)]

    done = kept(store, pages)

    assert [each.page for each in done] == [each.page for each in pages]
    assert all(store.page(each.page.sha256) for each in pages)
    left = {each.page.url for each in done if each.is_recorded}
    assert len(left) > 20
    assert {url for (url,) in rows("SELECT url FROM visits WHERE verdict = 'off_topic'")} == left


def test_a_page_that_cannot_be_kept_costs_itself_alone(store, rows, fetched):
    pages = [fetched(number) for number in range(40)]
    broken = cast(Any, object())
    pages[3] = FetchedPage(visit=broken, page=broken, started_at=broken, elapsed_ms=1)

    done = kept(store, pages)

    assert isinstance(done[3], AttributeError)
    assert [each.page for each in done[:3] + done[4:]] == [each.page for each in pages[:3] + pages[4:]]
    urls = [url for (url,) in rows("SELECT url FROM visits WHERE verdict = 'off_topic'")]
    assert sorted(urls) == sorted({each.page.url for each in done[:3] + done[4:] if each.is_recorded})
