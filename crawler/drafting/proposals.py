"""Sources that a drafted beat proposes: the query services, and those of the record that carried such articles. All switched off."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from crawler.drafting.rules import Table
from crawler.drafting.trial import fields_of_stored
from crawler.relevance.judge import judge
from crawler.relevance.rules import Topic
from db.texts import stored_texts

#: articles of the record, the newest, that are judged by a draft to find their sources; sources that are proposed
_MOST_JUDGED, MOST_PROPOSED = 3000, 8
#: articles that belong by the draft's rules alone from which a source is proposed; one that a person named is enough
LEAST_JUDGED = 2
#: kinds that would bring another beat the same articles; what a query or a mailbox brings is asked or written for one
_KINDS = ("feed", "sitemap", "section", "site")
_ENGINES = {"gdelt": "GDELT", "google-news": "Google News", "bing-news": "Bing News"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedSource:
    """A `[[source]]` table with what speaks for it."""

    table: Table
    #: a sentence for a comment; "" when there is nothing to say
    because: str = ""


def query_services(beat_id: str, asked: Sequence[str]) -> Iterator[ProposedSource]:
    """The query services, each asked for the subject."""
    for engine, name in _ENGINES.items() if asked else ():
        table = {
            "id": f"{beat_id}-{engine}",
            "title": f"{name}, asked for this",
            "kind": "query",
            "engine": engine,
            "every": "2h",
            "enabled": False,
            "queries": list(asked),
        }
        yield ProposedSource(table=table)


def own_sources(
    conn: sqlite3.Connection, beat_id: str, topic: Topic, named: Container[str]
) -> Iterator[ProposedSource]:
    """Sources of the record that carried such articles, those with the most first.

    Args:
        named: canonical addresses of articles that a person said belong.
    """
    seen: Counter[str] = Counter()
    belong: Counter[str] = Counter()
    sure: Counter[str] = Counter()
    for row in stored_texts(conn, "n.article_id > (SELECT max(article_id) FROM newest) - ?", (_MOST_JUDGED,)):
        is_named = row.canonical_url in named
        seen[row.source] += 1
        sure[row.source] += is_named
        belong[row.source] += is_named or judge(fields_of_stored(row), topic).is_relevant
    rows = conn.execute("SELECT id, title, kind, url FROM sources").fetchall()
    known = {str(row[0]): row for row in rows if row[2] in _KINDS}
    likely = [each for each in belong if each in known and (sure[each] or belong[each] >= LEAST_JUDGED)]
    for source in sorted(likely, key=lambda each: (-belong[each], each))[:MOST_PROPOSED]:
        _, title, kind, url = known[source]
        table = {
            "id": f"{beat_id}-{source}",
            "title": title,
            "kind": kind,
            "url": url,
            "enabled": False,
        }
        because = f"{belong[source]} of its {seen[source]} newest articles in the record belong"
        yield ProposedSource(table=table, because=because)
