"""Where the answers of a node go: into the outbox, to be appended by the writer."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.cluster.form import BodyPlace, Delivery, kind_of_errand, packed_form, problem_form, shifted
from crawler.cluster.marks import sent_marks
from crawler.cluster.outgoing import Parcel
from crawler.dedupe.urls import site_of
from crawler.errors import FetchError
from crawler.frontier.errands import Errand, Poll, Visit
from crawler.frontier.hosts import HostBusy
from crawler.ingest.drift import is_read_anyway
from crawler.ingest.unread import is_weighed_fast, unread
from crawler.ingest.visits import FetchedPage, answered
from crawler.logs import say
from crawler.polling.poll import AskAddress, PollAnswer
from db.model import Capture, FetchRecord, Outcome, Page

if TYPE_CHECKING:
    from crawler.cluster.node import NodeCrawl

log = logging.getLogger(__name__)
#: a node whose disk is full tries again after that
DISK_PAUSE_S = 30.0


class NodeAnswers:
    """Packs what came and hands it over; reads pages before that, with what the writer says of their sites."""

    def __init__(self, crawl: NodeCrawl) -> None:
        self._crawl = crawl
        self._places: dict[tuple[str, str], BodyPlace] = {}
        #: one page at a time goes to the disk
        self._disk = asyncio.Lock()

    async def is_polled(self, poll: Poll) -> bool:
        """Every errand of a node is a request; the writer polls what takes none."""
        return False

    async def polled(self, answer: PollAnswer, fetch: AskAddress) -> None:
        """The bytes as they came; the writer reads them, and asks for what is missing."""
        page = answer.page
        delivery = Delivery(
            record=answer.record,
            page=replace(page, body=b""),
            sha256=page.sha256,
            url=answer.poll.url,
            validators=answer.poll.validators,
            moved_to=answer.moved_to,
            is_cut=answer.is_cut,
        )
        await self._deliver(answer.poll, delivery, Outcome.UNCHANGED, body=page.body)

    async def not_modified(self, visit: Visit, page: Page, record: FetchRecord) -> None:
        """The validators that a 304 brought."""
        delivery = Delivery(record=record, page=replace(page, body=b""), entry=visit.entry)
        await self._deliver(visit, delivery, Outcome.NOT_MODIFIED)

    async def missed(self, errand: Errand, problem: FetchError, record: FetchRecord) -> None:
        """Why it did not come, and for how long its host rests."""
        tick = asyncio.get_running_loop().time()
        delivery = Delivery(
            record=record,
            problem=problem_form(problem),
            wait_s=self._crawl.manners.hosts.wait_s(errand.host, tick),
            entry=errand.entry if isinstance(errand, Visit) else None,
            url=errand.url,
        )
        await self._deliver(errand, delivery, Outcome.FAILED)

    async def failed(self, errand: Errand, fault: BaseException | None) -> None:
        """The name of the error is told; its row is the writer's."""
        delivery = Delivery(
            record=self._crawl.row(errand, self._crawl.now(), 0),
            entry=errand.entry if isinstance(errand, Visit) else None,
            url=errand.url,
            fault=type(fault).__name__,
        )
        await self._deliver(errand, delivery, Outcome.FAILED)

    async def keep(self, page: FetchedPage) -> FetchedPage:
        """Its bytes onto the disk that the writer sees. Without room for them the errand goes back, for whoever has."""
        crawl, visit = self._crawl, page.visit
        at = asyncio.get_running_loop().time()
        try:
            async with self._disk:
                place = await asyncio.to_thread(crawl.bodies.append, page.page, at)
        except OSError as problem:
            crawl.pause(f"{crawl.config.cluster.bodies}: {problem.strerror or problem}", DISK_PAUSE_S)
            crawl.put_back(visit, HostBusy("the disk of this machine is full", visit.url, DISK_PAUSE_S))
            return replace(page, is_recorded=True)
        crawl.frontier.move(visit)
        self._places[visit.key] = place
        if not await self._is_gated(page):
            return page
        if not is_weighed_fast(page.page.body):
            return replace(page, is_gated=True)
        left = unread(page.page, visit.entry.candidate, crawl.topics)
        if left is None:
            return replace(page, is_gated=False)
        page = replace(page, capture=left, is_gated=True)
        await self.append(page)
        return replace(page, is_recorded=True)

    async def _is_gated(self, page: FetchedPage) -> bool:
        """Whether the page may stay unread when its words rule its topics out."""
        crawl, url = self._crawl, page.visit.url
        if page.visit.purpose != "new" or crawl.config.keep.band == "all":
            return False
        site = site_of(page.page.final_url)
        taken = crawl.read_anyway(page.page.fetched_at)
        known = (await crawl.site(site)).readings
        if is_read_anyway(url, ((0, ""),) * known, taken[site]):
            taken[site] += 1
            return False
        return True

    async def read(self, page: FetchedPage) -> FetchedPage:
        """Read and judged in a reader process, with the furniture of its site as the writer knows it."""
        crawl, candidate = self._crawl, page.visit.entry.candidate
        if not candidate.source:  # a watched page that has never been an article
            candidate = replace(candidate, source=crawl.source_of(candidate.url))
        site = await crawl.site(site_of(page.page.final_url))
        capture = await crawl.pool.read(
            page.page, candidate, crawl.topics, site.lines, is_gated=page.is_gated
        )
        crawl.frontier.move(page.visit)
        return replace(page, capture=capture, memory=site.lines)

    async def append(self, page: FetchedPage) -> None:
        """Hand it over."""
        visit, capture = page.visit, page.capture
        assert capture is not None
        bare = replace(page.page, body=b"")
        seen = replace(capture.page, body=b"")
        delivery = Delivery(
            record=answered(self._crawl.row(visit, page.started_at, page.elapsed_ms), page.page),
            page=bare,
            sha256=page.page.sha256,
            place=self._places.pop(visit.key, None),
            entry=visit.entry,
            capture=replace(capture, page=seen),
            marks=None if page.is_gated else sent_marks(capture, self._crawl.config.keep.band),
            is_gated=page.is_gated,
            memory=tuple(page.memory) if capture.article else (),
            drawn=page.drawn,
        )
        await self._deliver(visit, delivery, _about(capture))

    async def _deliver(
        self, errand: Errand, delivery: Delivery, outcome: Outcome, body: bytes | None = None
    ) -> None:
        crawl = self._crawl
        parcel = Parcel(
            kind=kind_of_errand(errand),
            key=errand.key[1],
            number=crawl.queue.number_of(errand),
            rules=crawl.rules,
            fields=packed_form(shifted(delivery, crawl.offset_s)),
            body=crawl.packed_body(body) if body is not None else None,
            file=delivery.place.file if delivery.place else None,
        )
        self._places.pop(errand.key, None)
        if parcel.number is None:
            say(log, logging.DEBUG, "errand.ownerless", url=errand.url)
        else:
            await crawl.outgoing.send(parcel)
        crawl.queue.over(errand)
        crawl.frontier.queued()  # its host may be asked again
        crawl.count(errand, replace(delivery.record, outcome=outcome, reason="handed over"))


def _about(capture: Capture) -> Outcome:
    """What the node counts: the verdict is the writer's."""
    if capture.article is None:
        return capture.problem_outcome or Outcome.NOT_ARTICLE
    return Outcome.NEW if any(each.band != "off" for each in capture.judgements) else Outcome.OFF_TOPIC
