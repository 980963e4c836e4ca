"""What the charts show, read from the record: a picture, a sentence and a table each."""

from __future__ import annotations

import sqlite3
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from crawler.publish.charts import svg
from crawler.publish.display import one_line, shown_host
from crawler.publish.wording.wording import ENGLISH, Wording
from crawler.query.conditions import EDITS
from crawler.query.scope import scoped_condition
from db.model import from_iso, iso

#: rows of a chart; the others are summed up or left to the table
MOST_ROWS, MOST_LANGUAGES = 15, 6
#: columns of a chart of days; beyond, weeks and then months are shown
_MOST_COLUMNS = 62


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """What a chart is about: articles found, or reported, in that time."""

    since: datetime
    until: datetime
    beat: str | None = None
    #: how the chart speaks
    wording: Wording = ENGLISH

    def query(self) -> str:
        """In the query language."""
        return f'beat:"{self.beat}"' if self.beat else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A picture, and the same in words and figures."""

    name: str
    title: str
    summary: str
    svg: str
    head: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]]

    @property
    def is_by_day(self) -> bool:
        """Whether it has a column for a day, the newest at its end."""
        return self.name in ("days", "languages")


def chart(conn: sqlite3.Connection, name: str, period: Period) -> Chart:
    """One of `CHARTS`."""
    return CHARTS[name](conn, period)


def _found(conn: sqlite3.Connection, period: Period, columns: str, *more: str) -> list[Any]:
    """Columns of every article found in the period that is published."""
    asked = scoped_condition(period.query(), *more, f'found:"{iso(period.since)}"', now=period.until)
    return conn.execute(
        f"SELECT {columns} FROM newest n WHERE {asked.sql} AND n.found_at < ?",  # noqa: S608 - values are bound
        (*asked.values, iso(period.until)),
    ).fetchall()


def _steps(period: Period) -> tuple[Callable[[str], str], list[str]]:
    """What a day is shown under, and all of these in order: the day, the Monday of its week, or its month."""
    days = [period.since + timedelta(days=number) for number in range((period.until - period.since).days + 1)]
    named: Callable[[str], str]
    if len(days) <= _MOST_COLUMNS:
        named = _day
    elif len(days) <= 7 * _MOST_COLUMNS:
        named = _week
    else:
        named = _month
    return named, list(dict.fromkeys(named(iso(day)) for day in days))


def _day(at: str) -> str:
    return at[:10]


def _week(at: str) -> str:
    day = from_iso(at)
    return iso(day - timedelta(days=day.weekday()))[:10]


def _month(at: str) -> str:
    return at[:7]


def _days(conn: sqlite3.Connection, period: Period) -> Chart:
    """Articles found, by band."""
    return _columns(
        conn,
        period,
        "days",
        period.wording.phrase("Articles found, by band"),
        "n.found_at, n.band",
        ("relevant", "mention"),
        "band:any",
    )


def _languages(conn: sqlite3.Connection, period: Period) -> Chart:
    """Articles found, by language."""
    rows = _found(conn, period, "n.language")
    common = [name for name, _ in Counter(row[0] or "unknown" for row in rows).most_common(MOST_LANGUAGES)]
    return _columns(
        conn,
        period,
        "languages",
        period.wording.phrase("Articles found, by language"),
        "n.found_at, coalesce(n.language, 'unknown')",
        (*common, "other"),
    )


def _columns(
    conn: sqlite3.Connection,
    period: Period,
    name: str,
    title: str,
    columns: str,
    series: Sequence[str],
    *more: str,
) -> Chart:
    named, steps = _steps(period)
    counts: Counter[tuple[str, str]] = Counter()
    for at, kind in _found(conn, period, columns, *more):
        counts[named(at), kind if kind in series or "other" not in series else "other"] += 1
    kinds = [kind for kind in series if kind != "other" or any(counts[step, kind] for step in steps)]
    drawn = [(period.wording.word(kind), [counts[step, kind] for step in steps]) for kind in kinds]
    total = sum(sum(values) for _, values in drawn)
    most = max(steps, key=lambda step: sum(counts[step, kind] for kind in series), default="")
    summary = (
        period.wording.counted(
            "%(num)s article in all; most of them: %(day)s.",
            "%(num)s articles in all; most of them: %(day)s.",
            total,
            day=period.wording.day(most),
        )
        if total
        else period.wording.phrase("No article was found in this time.")
    )
    rows = [(step, *(counts[step, kind] for kind in kinds)) for step in steps]
    return Chart(
        name=name, title=title, summary=summary, svg=svg.columns(title, summary, steps, drawn),
        head=(period.wording.phrase("from"), *(kind for kind, _ in drawn)), rows=rows,
    )  # fmt: skip


def _outlet(site_name: str | None, url: str) -> str:
    return one_line(site_name or shown_host(url), 60) or "unknown"


def _outlets(conn: sqlite3.Connection, period: Period) -> Chart:
    """Outlets against time."""
    say = period.wording
    named, steps = _steps(period)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for at, site, url in _found(conn, period, "n.found_at, n.site_name, n.url"):
        counts[_outlet(site, url)][named(at)] += 1
    order = sorted(counts, key=lambda outlet: (-counts[outlet].total(), outlet))
    most = max((count for each in counts.values() for count in each.values()), default=1)
    dots = [
        svg.Dot(row=row, at=place / max(len(steps) - 1, 1), size=counts[outlet][step] / most, label=f"{outlet}, {step}: {counts[outlet][step]}")
        for row, outlet in enumerate(order[:MOST_ROWS])
        for place, step in enumerate(steps)
        if counts[outlet][step]
    ]  # fmt: skip
    summary = (
        say.counted(
            "%(num)s outlet; %(outlet)s has most, %(articles)s.", "%(num)s outlets; %(outlet)s has most, %(articles)s.",
            len(order), outlet=order[0], articles=say.number(counts[order[0]].total()),
        )
        if order
        else say.phrase("No article was found in this time.")
    )  # fmt: skip
    title = say.phrase("Outlets against time")
    return Chart(
        name="outlets", title=title, summary=summary, head=(say.phrase("outlet"), say.phrase("articles"), say.phrase("first"), say.phrase("last")),
        svg=svg.rows_of_dots(title, summary, order[:MOST_ROWS], dots, (steps[0], steps[-1])),
        rows=[(outlet, counts[outlet].total(), min(counts[outlet]), max(counts[outlet])) for outlet in order],
    )  # fmt: skip


def _lag(conn: sqlite3.Connection, period: Period) -> Chart:
    """How long after the first report of a story an outlet's report came, in hours."""
    say = period.wording
    rows = _found(conn, period, "n.story_id, n.site_name, n.url, n.published_at", "story:any")
    stories: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for story, site, url, at in rows:
        if at:
            stories[story].append((at, _outlet(site, url)))
    lags: dict[str, list[float]] = defaultdict(list)
    for reports in stories.values():
        first = from_iso(min(reports)[0])
        earliest: dict[str, str] = {}
        for at, outlet in sorted(reports):
            earliest.setdefault(outlet, at)
        for outlet, at in earliest.items() if len(earliest) > 1 else ():
            lags[outlet].append((from_iso(at) - first).total_seconds() / 3600)
    table = sorted(
        (round(statistics.median(hours), 1), outlet, len(hours), sum(hour == 0 for hour in hours))
        for outlet, hours in lags.items()
    )
    shown = sorted(table, key=lambda each: (-each[2], each[0]))[:MOST_ROWS]
    shown.sort()
    summary = (
        say.counted(
            "%(outlet)s is the fastest of %(num)s outlet, %(hours)s h behind in the median.",
            "%(outlet)s is the fastest of %(num)s outlets, %(hours)s h behind in the median.",
            len(table), outlet=table[0][1], hours=say.number(table[0][0]),
        )
        if table
        else say.phrase("No story of this time has reports of several outlets.")
    )  # fmt: skip
    title = say.phrase("Lag behind the first report, median in hours")
    return Chart(
        name="lag", title=title, summary=summary,
        head=(say.phrase("outlet"), say.phrase("median lag in hours"), say.phrase("stories"), say.phrase("first in")),
        svg=svg.bars(title, summary, [each[1] for each in shown], [(say.word("hours"), [each[0] for each in shown])], say.phrase(" h")),
        rows=[(outlet, hours, stories_of, first_in) for hours, outlet, stories_of, first_in in table],
    )  # fmt: skip


def _yields(conn: sqlite3.Connection, period: Period) -> Chart:
    """What sources brought: pages that were kept, and pages that were not."""
    rows = conn.execute(
        """SELECT s.title, s.id, count(*) FILTER (WHERE v.verdict IN ('new', 'copy')), count(*)
        FROM visits v JOIN sources s ON s.id = v.source WHERE v.purpose = 'new' AND v.started_at >= ? AND v.started_at < ?
            AND (?3 IS NULL OR s.beat = ?3) GROUP BY s.id ORDER BY 3 DESC, 4, s.id""",
        (iso(period.since), iso(period.until), period.beat),
    ).fetchall()
    say, shown = period.wording, rows[:MOST_ROWS]
    kept, asked = sum(row[2] for row in rows), sum(row[3] for row in rows)
    summary = (
        say.phrase(
            "Sources: %(sources)s; pages they led to: %(pages)s; of these kept: %(kept)s.",
            sources=say.number(len(rows)), pages=say.number(asked), kept=say.number(kept),
        )
        if rows
        else say.phrase("No page was fetched in this time.")
    )  # fmt: skip
    title = say.phrase("What sources brought")
    series = [
        (say.word("kept"), [row[2] for row in shown]),
        (say.word("not kept"), [row[3] - row[2] for row in shown]),
    ]
    return Chart(
        name="sources", title=title, summary=summary, head=(say.word("source"), "id", say.word("kept"), say.phrase("pages")),
        svg=svg.bars(title, summary, [row[0] for row in shown], series), rows=[tuple(row) for row in rows],
    )  # fmt: skip


def _edited(conn: sqlite3.Connection, period: Period) -> Chart:
    """Edits after publication, by outlet."""
    say, asked = period.wording, scoped_condition(period.query(), now=period.until)
    kinds = ", ".join(f"'{kind}'" for kind in EDITS)
    rows = conn.execute(
        f"""SELECT n.site_name, n.url, e.article_id, max(e.kind = 'correction note') FROM article_events e
        JOIN newest n ON n.canonical_url = e.canonical_url WHERE e.kind IN ({kinds}) AND e.happened_at >= ? AND e.happened_at < ?
            AND {asked.sql} GROUP BY e.article_id""",  # noqa: S608 - values are bound
        (iso(period.since), iso(period.until), *asked.values),
    ).fetchall()
    edits, corrections = Counter[str](), Counter[str]()
    for site, url, _, is_correction in rows:
        (corrections if is_correction else edits)[_outlet(site, url)] += 1
    order = sorted({*edits, *corrections}, key=lambda outlet: (-edits[outlet] - corrections[outlet], outlet))
    shown = order[:MOST_ROWS]
    series = [
        (say.word("corrections"), [corrections[each] for each in shown]),
        (say.word("other edits"), [edits[each] for each in shown]),
    ]
    summary = say.phrase(
        "Edits: %(edits)s; outlets: %(outlets)s; with a correction note: %(corrections)s.",
        edits=say.number(len(rows)), outlets=say.number(len(order)), corrections=say.number(corrections.total()),
    )  # fmt: skip
    title = say.phrase("Edits after publication")
    return Chart(
        name="edits", title=title, summary=summary, head=(say.phrase("outlet"), say.word("corrections"), say.word("other edits")),
        svg=svg.bars(title, summary, shown, series), rows=[(each, corrections[each], edits[each]) for each in order],
    )  # fmt: skip


def story_chart(conn: sqlite3.Connection, story: int, say: Wording = ENGLISH) -> Chart | None:
    """A story's timeline with who copied whom; None when there is no such story, or nothing stands in it."""
    rows = conn.execute(
        """SELECT n.article_id, n.title, n.site_name, n.url, coalesce(n.published_at, n.fetched_at) AS at, o.article_id AS original
        FROM newest n LEFT JOIN newest o ON o.canonical_url = n.original_url WHERE n.story_id = ? ORDER BY at, n.article_id LIMIT 200""",
        (story,),
    ).fetchall()
    if not rows:
        return None
    first, last = from_iso(rows[0][4]), from_iso(rows[-1][4])
    span_s = (last - first).total_seconds() or 1.0
    outlets = list(dict.fromkeys(_outlet(row[2], row[3]) for row in rows))
    places = {
        row[0]: (outlets.index(_outlet(row[2], row[3])), (from_iso(row[4]) - first).total_seconds() / span_s)
        for row in rows
    }
    dots = [
        svg.Dot(row=places[row[0]][0], at=places[row[0]][1], size=0.4, colour=1 if row[5] else 0, after=places.get(row[5]), label=f"{row[4]} {row[1]}")
        for row in rows
    ]  # fmt: skip
    copies = sum(row[5] is not None for row in rows)
    summary = say.phrase(
        "Reports: %(reports)s; outlets: %(outlets)s; copies: %(copies)s. First: %(first)s, %(when)s.",
        reports=say.number(len(rows)), outlets=say.number(len(outlets)), copies=say.number(copies), first=outlets[0],
        when=say.moment(rows[0][4]),
    )  # fmt: skip
    title = say.phrase("Who reported when, and who copied whom")
    originals = {row[0]: _outlet(row[2], row[3]) for row in rows}
    return Chart(
        name="story", title=title, summary=summary,
        head=(say.phrase("reported"), say.phrase("outlet"), say.phrase("headline"), say.phrase("copy of")),
        svg=svg.rows_of_dots(title, summary, outlets, dots, (rows[0][4][:16], rows[-1][4][:16])),
        rows=[(row[4], originals[row[0]], one_line(row[1], 160), originals.get(row[5], "")) for row in rows],
    )  # fmt: skip


#: name -> what reads and draws it
CHARTS: Mapping[str, Callable[[sqlite3.Connection, Period], Chart]] = {
    "days": _days,
    "languages": _languages,
    "outlets": _outlets,
    "lag": _lag,
    "sources": _yields,
    "edits": _edited,
}
