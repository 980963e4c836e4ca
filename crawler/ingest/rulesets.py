"""The topics of a crawl in its readers: they travel once to each, not with every page; and what they take of its memory."""

from __future__ import annotations

import hashlib
import pickle
import zlib
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from crawler.memory import uncounted
from crawler.relevance.gate import may_any_score
from crawler.relevance.judge import Fields, blank, judge_all
from crawler.relevance.rules import Topic
from db.model import Capture, Judgement

#: rulesets that a reader keeps: that of before a change of configuration, and that of after it
_KEPT = 2
_known: dict[str, tuple[Topic, ...]] = {}


class UnknownRuleset(LookupError):  # noqa: N818  # never leaves the reading pool
    """A reader that has just started has not been given these topics yet."""


@dataclass(frozen=True)
class Ruleset:
    """All topics of a crawl, as they travel."""

    topics: tuple[Topic, ...]

    @cached_property
    def key(self) -> str:
        """Equal where all topics are, in their order."""
        return hashlib.sha256("\0".join(topic.ruleset for topic in self.topics).encode()).hexdigest()

    @cached_property
    def packed(self) -> bytes:
        """The topics, for a reader that does not know them."""
        return zlib.compress(pickle.dumps(self.topics), 1)

    @cached_property
    def blanks(self) -> tuple[Judgement, ...]:
        """What each topic says of an article that has nothing of it."""
        return tuple(blank(topic) for topic in self.topics)


@lru_cache(maxsize=_KEPT)
def ruleset_of(topics: tuple[Topic, ...]) -> Ruleset:
    """The same ruleset for the same topics."""
    return Ruleset(topics)


def topics_of(key: str, packed: bytes | None) -> tuple[Topic, ...]:
    """In a reader: the topics of that key.

    Args:
        packed: the topics, in case that the reader does not know them.

    Raises:
        UnknownRuleset: it does not, and has to be asked again with *packed*.
    """
    if key not in _known:
        if packed is None:
            raise UnknownRuleset(key)
        _learn(key, packed)
    return _known[key]


def _learn(key: str, packed: bytes) -> None:
    """Take topics in, and make them ready; what they take is not counted to the pages."""
    with uncounted():
        topics: tuple[Topic, ...] = pickle.loads(zlib.decompress(packed))  # noqa: S301  # our own parent's
        judge_all(Fields(), topics)
        may_any_score((), topics)
    while len(_known) >= _KEPT:
        del _known[next(iter(_known))]
    _known[key] = topics


#: judgements that say something, each with its place; None for a page that was not judged
Kept = tuple[tuple[int, Judgement], ...] | None


def without_blanks(capture: Capture, topics: tuple[Topic, ...]) -> tuple[Capture, Kept]:
    """A capture as it travels: of hundreds of topics few have anything to say."""
    if len(capture.judgements) != len(topics) or not topics:
        return capture, None
    blanks = ruleset_of(topics).blanks
    kept = tuple(
        (at, each)
        for at, (each, empty) in enumerate(zip(capture.judgements, blanks, strict=True))
        if each != empty
    )
    return replace(capture, judgements=()), kept


def with_blanks(capture: Capture, kept: Kept, topics: tuple[Topic, ...]) -> Capture:
    """The capture as it was."""
    if kept is None:
        return capture
    judgements = list(ruleset_of(topics).blanks)
    for at, each in kept:
        judgements[at] = each
    return replace(capture, judgements=tuple(judgements))
