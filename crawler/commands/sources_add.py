"""`spacereel sources add`: where a site can be looked in, probed politely and ranked; the choice goes into a beat file."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urljoin

import click

from crawler.catalogue import Beat, configured_beats
from crawler.commands.beatfile import add_sources, name_for
from crawler.commands.terminal import safe_line, text_table, when
from crawler.commands.verbs import reads_config
from crawler.config import Config
from crawler.dedupe.urls import source_key, source_url
from crawler.discover.autodiscovery import guessed_feeds, surfaces
from crawler.discover.decoding import decoded
from crawler.discover.packing import unpacked
from crawler.discover.pages import sent_on
from crawler.discover.sitemaps import sitemaps_of
from crawler.discover.url_shapes import by_promise
from crawler.errors import ConfigError, SpacereelError
from crawler.ingest.limited import within_limits
from crawler.ingest.pool import ReadingTooLong
from crawler.relevance.judge import Fields, judge
from crawler.relevance.topic import Topic
from db.model import Candidate, Page, Source, SourceKind

#: what is probed of each kind, and pages read to see whether their text can be had
_MOST_FEEDS, _MOST_SITEMAPS, _MOST_SECTIONS, MOST_READ = 6, 30, 5, 8
#: pages that may list feeds
_MOST_LISTS = 2
#: entries whose titles are judged
_MOST_JUDGED = 20
_DAY_S = 86400.0


@click.command("add")
@click.argument("url")
@click.option(
    "--beat", type=click.Path(path_type=Path), help="Beat file to write into, when there are several."
)
@click.option("--yes", is_flag=True, help="Take the first one without asking.")
@click.option("--pick", type=int, metavar="N", help="Take number N of the table without asking.")
@reads_config
def command(config: Config, url: str, beat: Path | None, yes: bool, pick: int | None) -> None:
    """Find where a site can be looked in, and add one to a beat.

    Feeds, sitemaps and sections are probed politely and ranked by how fresh they are, how many entries they have, whether
    the text of their pages can be had, and how many titles fit the beat. The beat file keeps its comments and its order.

    \b
    Example:
      spacereel sources add https://www.example.org/film --pick 1
    """
    add_source(
        config,
        configured_beats(config),
        url,
        datetime.now(UTC),
        beat_file=beat,
        pick=1 if yes and pick is None else pick,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One place a site can be looked in, and what it is worth."""

    kind: SourceKind
    url: str
    candidates: tuple[Candidate, ...]
    newest_at: datetime | None = None
    #: of the judged titles, how many belong to the beat at least as a mention
    fits: int = 0
    judged: int = 0
    #: pages read, and how many of them gave an article
    read: int = 0
    has_text: int = 0

    def worth(self, now: datetime) -> float:
        """Higher is better: fitting entries, text that can be had, freshness, number; a feed is cheapest."""
        from crawler.polling.kinds import KINDS

        age_s = (now - self.newest_at).total_seconds() if self.newest_at else 30 * _DAY_S
        fresh = 1.0 if age_s < 2 * _DAY_S else 0.5 if age_s < 14 * _DAY_S else 0.0
        fit = 2 * self.fits / self.judged if self.judged else 0.0
        text = self.has_text / self.read if self.read else 0.0
        return fit + text + fresh + min(len(self.candidates), 50) / 50 + KINDS[self.kind].cheapness


def add_source(
    config: Config,
    beats: Sequence[Beat],
    url: str,
    now: datetime,
    *,
    beat_file: Path | None,
    pick: int | None,
) -> None:
    """Find, rank and print what a site offers, and write the chosen one into a beat file.

    Args:
        beat_file: which one; the only one of the configuration when not given.
        pick: number in the table; None asks, when there is somebody to ask.

    Raises:
        ConfigError: an address that is none, a site that offers nothing, or a beat file that cannot be chosen.
    """
    beat = chosen_beat(beats, beat_file)
    offers = offers_of(config, url, beat.topic, now)
    if not offers:
        raise ConfigError(f"{url} offers no feed, sitemap or section that works", key=url)
    click.echo("\n".join(offer_lines(offers, now)))
    number = pick if pick is not None else _asked(len(offers))
    if number is None:
        click.echo("Nothing was written: choose with --pick N, or --yes for the first.")
        return
    if not 1 <= number <= len(offers):
        raise ConfigError(f"there is no number {number} in the table", key=str(number))
    known = [source for each in beats for source in each.sources]
    write_offer(offers[number - 1], beat, known)


def chosen_beat(beats: Sequence[Beat], beat_file: Path | None) -> Beat:
    """The beat to write into.

    Raises:
        ConfigError: there are several and none was named, or the named one is not configured.
    """
    fit = [beat for beat in beats if beat_file is None or beat.path.resolve() == beat_file.resolve()]
    if len(fit) == 1:
        return fit[0]
    names = ", ".join(str(beat.path) for beat in beats)
    raise ConfigError(f"name one of the configured beats with --beat: {names}", key="--beat")


def _asked(most: int) -> int | None:
    if not sys.stdin.isatty():
        return None
    return int(click.prompt("Which one", type=click.IntRange(1, most), default=1))


def write_offer(offer: Offer, beat: Beat, known: Sequence[Source]) -> None:
    """Append the source to the beat's file, unless its address is listed."""
    from crawler.polling.kinds import KINDS

    for source in known:
        if source_key(source.url) == source_key(offer.url):
            raise ConfigError(f'it is listed already, as "{source.id}"', key=source.id)
    name = name_for(offer.url, offer.kind, {source.id for source in known})
    entry = {
        "id": name,
        "title": name,
        "kind": offer.kind,
        "url": offer.url,
        "every": KINDS[offer.kind].offered_every or "1h",
    }
    add_sources(beat.path, [entry])
    click.echo(f'Added "{name}" to {beat.path}.')


def offers_of(
    config: Config, url: str, topic: Topic, now: datetime, *, is_sent_on: bool = False
) -> list[Offer]:
    """What the site of *url* offers, best first.

    Args:
        is_sent_on: the page at another address sent us here; no page does so twice.

    Raises:
        ConfigError: the page itself cannot be had.
    """
    from crawler.commands.probe import fetch_pages
    from crawler.polling.kinds import KINDS

    address = source_url(url if "://" in url else f"https://{url}")
    if address is None:
        raise ConfigError(f'"{url}" is not a web address', key=url)
    page, robots = fetch_pages([address, urljoin(address, "/robots.txt")], config)
    if isinstance(page, SpacereelError):
        raise ConfigError(f"{address} cannot be had: {page}", key=url) from page
    named = (
        sitemaps_of(decoded(unpacked(robots.body)), urljoin(address, "/robots.txt"))
        if isinstance(robots, Page)
        else ()
    )
    target = None if is_sent_on else sent_on(decoded(page.body, page.header("content-type")), page.final_url)
    if target:
        return offers_of(config, target, topic, now, is_sent_on=True)
    itself = [offer for kind in KINDS if KINDS[kind].is_list and (offer := _offer(kind, page, topic, now))]
    found = itself or _probed(config, probes_of(page, named), topic, now)
    if not any(each.kind == "feed" for each in found) and not itself:
        found += _probed(config, _listed(config, found_feeds(page)), topic, now)
    if not any(each.kind == "feed" for each in found) and not itself:
        guesses: list[tuple[SourceKind, str]] = [("feed", each) for each in guessed_feeds(page.final_url)]
        found += _probed(config, guesses, topic, now)
    offers = _once(found)
    offers = _with_text(config, sorted(offers, key=lambda each: -each.worth(now)), now)
    return sorted(offers, key=lambda each: -each.worth(now))


def _probed(
    config: Config, asked: Sequence[tuple[SourceKind, str]], topic: Topic, now: datetime
) -> list[Offer]:
    """Of the addresses asked for, those that are what they may be."""
    from crawler.commands.probe import fetch_pages

    answers = fetch_pages([url for _, url in asked], config)
    offers = (
        _offer(kind, answer, topic, now)
        for (kind, _), answer in zip(asked, answers, strict=True)
        if isinstance(answer, Page)
    )
    return [each for each in offers if each is not None]


def probes_of(page: Page, sitemaps: Sequence[str]) -> list[tuple[SourceKind, str]]:
    """What is worth probing, as a page of the site tells."""
    try:
        offered = within_limits(surfaces, page.body, page.final_url, page.header("content-type"))
    except (SpacereelError, ReadingTooLong):
        return [("sitemap", url) for url in by_promise(sitemaps)[:_MOST_SITEMAPS]]
    feeds: list[tuple[SourceKind, str]] = [("feed", url) for url in offered.feeds[:_MOST_FEEDS]]
    maps: list[tuple[SourceKind, str]] = [
        ("sitemap", url) for url in (by_promise(sitemaps) or offered.sitemaps)[:_MOST_SITEMAPS]
    ]
    sections: list[tuple[SourceKind, str]] = [("section", page.final_url)]
    sections += [("section", url) for url, _ in offered.sections[:_MOST_SECTIONS]]
    return [*feeds, *maps, *sections]


def found_feeds(page: Page) -> tuple[str, ...]:
    """Feeds that a page names."""
    try:
        return within_limits(surfaces, page.body, page.final_url, page.header("content-type")).feeds
    except (SpacereelError, ReadingTooLong):
        return ()


def _listed(config: Config, urls: Sequence[str]) -> list[tuple[SourceKind, str]]:
    """Feeds that are named on pages about feeds: what a link called "RSS" leads to may be a list of them."""
    from crawler.commands.probe import fetch_pages

    pages = (each for each in fetch_pages(list(urls[:_MOST_LISTS]), config) if isinstance(each, Page))
    feeds = dict.fromkeys(feed for page in pages for feed in found_feeds(page))
    return [("feed", each) for each in feeds if each not in urls][:_MOST_FEEDS]


def _offer(kind: SourceKind, page: Page, topic: Topic, now: datetime) -> Offer | None:
    """What a page is worth as a source of that kind; None when it is none."""
    from crawler.polling.parse import parsed

    probe = Source(id="offer", title="", kind=kind, url=page.final_url, beat="", every_s=1800)
    try:
        report = parsed(probe, page, now)
    except (SpacereelError, ReadingTooLong):
        return None
    if not report.candidates and not report.children:
        return None
    dates = [each.published_at or each.modified_at for each in report.candidates]
    dates += [child.modified_at for child in report.children]
    titles = [each for each in report.candidates[:_MOST_JUDGED] if each.title]
    fits = sum(
        judge(Fields(title=each.title or "", url=each.url, language=each.language), topic).band != "off"
        for each in titles
    )
    newest = max((each for each in dates if each), default=None)
    return Offer(
        kind=kind, url=page.final_url, candidates=report.candidates, newest_at=newest, fits=fits, judged=len(titles)
    )  # fmt: skip


def _once(offers: Sequence[Offer]) -> list[Offer]:
    return list({source_key(each.url): each for each in reversed(offers)}.values())


def _with_text(config: Config, offers: Sequence[Offer], now: datetime) -> list[Offer]:
    """The offers, each with whether two of its newest pages give an article; the best ones first, a few in all."""
    from crawler.commands.probe import fetch_pages
    from crawler.ingest.limited import read_within_limits

    samples = {offer.url: [each.url for each in offer.candidates[:2]] for offer in offers}
    urls = list(dict.fromkeys(url for sample in samples.values() for url in sample))[:MOST_READ]
    pages = dict(zip(urls, fetch_pages(urls, config), strict=True))
    has_text = {
        url: isinstance(page, Page)
        and read_within_limits(page, Candidate(url=url, source="", found_on=url, found_at=now)).article
        is not None
        for url, page in pages.items()
    }
    return [
        replace(
            offer,
            read=sum(url in has_text for url in samples[offer.url]),
            has_text=sum(has_text.get(url, False) for url in samples[offer.url]),
        )
        for offer in offers
    ]


def offer_lines(offers: Sequence[Offer], now: datetime) -> list[str]:
    """The offers as a table, numbered."""
    rows = [
        (
            number,
            each.kind,
            len(each.candidates) or "index",
            when(each.newest_at, now) if each.newest_at else "-",
            f"{each.has_text} of {each.read}",
            f"{each.fits} of {each.judged}",
            safe_line(each.url),
        )
        for number, each in enumerate(offers, 1)
    ]
    return [text_table(("no", "kind", "entries", "newest", "text", "fit", "url"), rows, flexible=6)]
