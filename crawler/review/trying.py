"""A draft of a beat tried on the newest articles, for the review's page: read, judged, and nothing of it kept."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass

from crawler.catalogue import Beat, configured_beats
from crawler.config import Config
from crawler.config.tables import parsed_toml
from crawler.drafting.trial import RuleEffect, Trial, compare
from crawler.errors import TopicSyntaxError
from crawler.relevance.topic import Topic, parse_topic
from db.texts import StoredText, stored_texts

#: articles that a draft is tried on, the newest, and the seconds after which it has seen enough of them
_MOST_TRIED, _MOST_S = 5000, 2.0
#: characters of a draft; a larger one is for `spacereel beat try`
_MOST_LETTERS = 40_000
#: rules and near misses that are shown
_MOST_RULES, _MOST_NEAR = 40, 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What came of a draft."""

    beat_id: str
    trial: Trial
    #: articles of the record, tried or not
    of: int

    @property
    def rules(self) -> list[RuleEffect]:
        """Rules that counted, those in most articles first."""
        counted = [each for each in self.trial.rules.values() if each.articles]
        return sorted(counted, key=lambda each: -each.articles)[:_MOST_RULES]

    @property
    def near(self) -> list[tuple[str, int, str]]:
        """What is missing, in how many articles, and the title of one."""
        return [(what, count, title) for what, (count, title) in self.trial.near.items()][:_MOST_NEAR]

    @property
    def moves(self) -> list[tuple[str, str, int]]:
        """Band before, band after and how many articles go that way, where the two differ."""
        return [(*way, count) for way, count in self.trial.moves.most_common() if way[0] != way[1]]


def beat_text_of(config: Config, beat_id: str) -> str:
    """The file of a configured beat, when it is small enough to be changed on a page; "" when not, or there is none."""
    beat = _beat(config, beat_id)
    try:
        text = beat.path.read_text(encoding="utf-8") if beat else ""
    except (OSError, UnicodeDecodeError):
        return ""
    return text if len(text) <= _MOST_LETTERS else ""


def _beat(config: Config, beat_id: str) -> Beat | None:
    return next((beat for beat in configured_beats(config) if beat.id == beat_id), None)


def read_draft(text: str) -> Topic:
    """The topic of a beat's text; what it says of sources does not matter.

    Raises:
        TopicSyntaxError: what is wrong in it.
    """
    if len(text) > _MOST_LETTERS:
        raise TopicSyntaxError(
            f"the draft has {len(text)} characters, and this page takes {_MOST_LETTERS}", "draft", ""
        )
    try:
        tables = parsed_toml(text.replace("\r\n", "\n"))
    except ValueError as problem:
        raise TopicSyntaxError(f"the draft is not TOML: {problem}", "draft", "") from problem
    head, topic = tables.get("beat"), tables.get("topic")
    beat_id = head.get("id") if isinstance(head, dict) else None
    if not isinstance(beat_id, str) or not isinstance(topic, dict):
        raise TopicSyntaxError("the draft needs [beat] with an id, and [topic]", "draft", "")
    return parse_topic(topic, beat_id)


def try_draft(conn: sqlite3.Connection, config: Config, draft: Topic) -> Tried:
    """The draft on the newest articles, beside the configured rules of the same id."""
    beat = _beat(config, draft.beat_id)
    (of,) = conn.execute("SELECT count(*) FROM newest").fetchone()
    trial = compare(_newest(conn), draft, beat.topic if beat else None)
    return Tried(beat_id=draft.beat_id, trial=trial, of=of)


def _newest(conn: sqlite3.Connection) -> Iterator[StoredText]:
    """Articles until there were enough, or the time is over."""
    ends = time.monotonic() + _MOST_S
    where = "n.article_id IN (SELECT article_id FROM newest ORDER BY article_id DESC LIMIT ?)"
    for row in stored_texts(conn, where, (_MOST_TRIED,)):
        yield row
        if time.monotonic() > ends:
            return


def beat_names(config: Config) -> tuple[str, ...]:
    """Ids of the configured beats."""
    return tuple(beat.id for beat in configured_beats(config))
