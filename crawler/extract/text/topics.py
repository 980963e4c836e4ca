"""The closing line of topics: out of the text, into the tags."""

from __future__ import annotations

import re
from functools import cache

from crawler.extract.text.lines import Line, kept
from crawler.extract.text.phrases import straightened, words
from crawler.lang.lines import split_topics

_TOPIC_CHARS = 60


@cache
def _label() -> re.Pattern[str]:
    return re.compile(rf"^\W*{words('topics')}(?:\s*(?P<colon>[:：])\s*(?P<items>.*)|\W*)$")


def is_topics_line(text: str) -> bool:
    """Whether a line is a label of topics with topics behind it."""
    match = _label().match(straightened(text))
    return match is not None and bool(match["colon"] and match["items"])


def take_topics(lines: list[Line]) -> tuple[str, ...]:
    """Remove a closing `Topics:` line and return what it names.

    Only the end of the text is looked at: a sentence that begins with "Topics:"
    inside an article is the author's and stays. A label alone on its line takes
    the short lines below it along.
    """
    alive = kept(lines)
    for index in range(len(alive) - 1, max(-1, len(alive) - 4), -1):
        if any(line.is_prose for line in alive[index + 1 :]):
            break
        match = _label().match(straightened(alive[index].text))
        if match is None:
            continue
        if match["colon"] and match["items"]:
            return _from_line(alive, index, match)
        if not match["items"] and index < len(alive) - 1 and len(alive[index].text) < 40:
            return _from_list(alive, index)
    return ()


def _from_line(alive: list[Line], index: int, match: re.Match[str]) -> tuple[str, ...]:
    """`Topics: Tom Cruise, Space`."""
    line = alive[index]
    topics = split_topics(line.text[match.start("items") :])
    is_sentence = line.text.rstrip().endswith((".", "!", "?")) and line.linked < 0.5
    if not topics or is_sentence or any(len(topic) > _TOPIC_CHARS for topic in topics):
        return ()
    line.remove("topics.line")
    for below in alive[index + 1 :]:
        if not below.is_finished:
            below.remove("structure.below_topics")
    return topics


def _from_list(alive: list[Line], index: int) -> tuple[str, ...]:
    """`Topics` and below it one topic a line."""
    below = alive[index + 1 :]
    if any(len(line.text) > _TOPIC_CHARS or line.is_finished for line in below):
        return ()
    for line in alive[index:]:
        line.remove("topics.list")
    return tuple(dict.fromkeys(line.text for line in below))
