"""A report: one self-contained page for a period, to be handed in or archived. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from crawler.publish.charts.data import Chart
from crawler.publish.digest.gather import Digest
from crawler.publish.digest.html import STYLE, counts_in_words, digest_body
from crawler.publish.display import moment_in_words, one_line
from db.model import iso

_STYLE = "main{max-width:820px}figure{margin:24px 0}.picture{overflow-x:auto}.picture svg{min-width:560px;display:block}@media(max-width:640px){.by-day{direction:rtl}.by-day svg{direction:ltr}}figcaption{font:14px/1.5 system-ui,sans-serif}details{margin:4px 0}td,th{padding-right:10px}.plain th,.plain td{width:auto;vertical-align:top}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodReport:
    """What stands in it."""

    digest: Digest
    charts: Sequence[Chart]
    #: id, title, state, kind, url, pages, kept, succeeded_at
    sources: Sequence[Mapping[str, Any]]
    #: (name, how many), of the record and the period
    figures: Sequence[tuple[str, int]]
    #: name and version of what wrote it
    program: str
    #: digests of the rules that judged
    rulesets: Sequence[str]


def report_page(report: PeriodReport) -> str:
    """The whole page."""
    digest = report.digest
    title = one_line(
        f"{digest.beat or 'Spacereel'}: report of {moment_in_words(iso(digest.since), 'day')} to {moment_in_words(iso(digest.now), 'day')}",
        200,
    )
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}{_STYLE}</style></head>\n<body><main>\n<h1>{escape(title)}</h1>\n"
        + "\n".join(_parts(report))
        + "\n</main></body></html>\n"
    )


def _parts(report: PeriodReport) -> Iterator[str]:
    digest = report.digest
    yield f'<p class="facts">{escape(counts_in_words(digest))}. Written {escape(moment_in_words(iso(digest.now)))} by {escape(report.program)}.</p>'
    yield "<h2>Figures</h2>" + _table(("what", "number"), report.figures)
    yield "<h2>Charts</h2>"
    yield from (figure(chart) for chart in report.charts)
    yield digest_body(digest).split("</p>", 1)[1]  # its own heading and counts stand above already
    yield "<h2>Sources</h2>"
    head = ("source", "state", "kind", "pages", "kept", "last good")
    rows = [
        (
            row["title"],
            row["state"],
            row["kind"],
            row["pages"] or 0,
            row["kept"] or 0,
            moment_in_words(row["succeeded_at"]) if row["succeeded_at"] else "never",
        )
        for row in report.sources
    ]
    yield _table(head, rows)
    yield "<h2>Method</h2>"
    yield from (f"<p>{escape(line)}</p>" for line in _method(report))


def figure(chart: Chart) -> str:
    """A picture with its sentence and the table behind it."""
    table = _table(chart.head, chart.rows)
    classes = "picture by-day" if chart.is_by_day else "picture"  # a phone begins with the newest days
    return (
        f'<figure><div class="{classes}" tabindex="0">{chart.svg}</div>'
        f"<figcaption><strong>{escape(chart.title)}.</strong> {escape(chart.summary)}"
        f"<details><summary>As a table</summary>{table}</details></figcaption></figure>"
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    cells = "".join("<tr>" + "".join(_cell(value) for value in row) + "</tr>" for row in rows)
    return f'<table class="plain"><thead><tr>{heads}</tr></thead><tbody>{cells}</tbody></table>'


def _cell(value: Any) -> str:
    if isinstance(value, int | float):
        return f'<td class="number">{value:,}</td>'
    return f"<td><bdi>{escape(one_line(str(value), 200))}</bdi></td>"


def _method(report: PeriodReport) -> Iterator[str]:
    yield (
        "The sources listed above were polled; what they pointed at was fetched once, as robots.txt and the hosts' pace allow, read into text and"
        " judged by rules that name the terms that counted. Articles that the rules call relevant are listed; those that a person marked irrelevant"
        " are left out, and copies of an article stand under it as a number."
    )
    yield (
        "Times are UTC. An article counts where it was found; its date of publication is the page's own. Pages were looked at again after"
        " publication: an edit is a difference of the text or headline between two looks, and an article is taken down when three looks over at least a day did not find it."
    )
    if report.rulesets:
        yield f"Rules that judged in this time: {', '.join(each[:12] for each in report.rulesets)}."
