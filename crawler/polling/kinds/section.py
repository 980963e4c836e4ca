"""A page of links to articles, and the pages that continue it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from crawler.discover.links import article_links, next_page
from crawler.discover.pages import is_shell
from crawler.polling.kinds.base import Kind, ParsedAnswer
from db.model import Page, Source, SourceKind

if TYPE_CHECKING:
    from crawler.polling.poll import RunningPoll
    from crawler.polling.results import EntryCounts

#: pages of a section read at one poll
MOST_SECTION_PAGES = 10


def links_of(source: Source, page: Page, now: datetime) -> ParsedAnswer:
    """The links of a page that look like articles, in page order."""
    links = article_links(
        page.body,
        page.final_url,
        source.id,
        now,
        follow=source.follow,
        content_type=page.header("content-type"),
    )
    is_drawn = not links and is_shell(page.body, page.header("content-type"))
    notes = ("its page is drawn by scripts (render = true)",) if is_drawn else ()
    return ParsedAnswer(candidates=links[: source.max_pages], notes=notes)


class SectionKind(Kind):
    """A section of a newspaper, newest first."""

    name: SourceKind = "section"
    is_page = True
    has_usual_number = True
    offered_every = "1h"

    def parse(self, source: Source, page: Page, now: datetime) -> ParsedAnswer:
        """Its links, and the page that continues it."""
        following = next_page(page.body, page.final_url, page.header("content-type"))
        return replace(links_of(source, page, now), next_url=following)

    async def read_further(self, poll: RunningPoll, first: ParsedAnswer, found: EntryCounts) -> None:
        """Follow it back for as long as its pages bring something new, `max_pages` entries at most."""
        seen, parsed, pages = {poll.answer.page.final_url, poll.source.url}, first, 1
        while (
            parsed.next_url
            and parsed.next_url not in seen
            and found.new
            and pages < MOST_SECTION_PAGES
            and len(poll.candidates) < poll.source.max_pages
        ):
            seen.add(parsed.next_url)
            result = await poll.look(parsed.next_url, "section")
            if result is None:
                break
            parsed, found = result
            pages += 1
        if pages > 1:
            poll.notes.append(f"{pages} pages of it read")
