"""The headline and the standfirst, where they stand in the text once more."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from crawler.extract.lines import Line, head_of, kept

_SEPARATOR = re.compile(r"\s+(?:\||-|–|—|::|·|»|/)\s+|:\s+")
_WORD = re.compile(r"\w+")


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.casefold()))


def drop_headlines(lines: list[Line], headlines: Iterable[str]) -> bool:
    """Remove lines that repeat the headline; returns whether there were any.

    A line is a repeat when its words are those of a headline, or, before the
    first paragraph, nearly so (a live prefix, a dropped article).
    """
    headlines = list(headlines)
    spellings = {words for headline in headlines if len(words := _words(headline)) >= 2}
    parts = {"".join(words) for part in _parts(headlines) if len(words := _words(part)) >= 3}
    found = False
    for line in kept(lines):
        words = _words(line.text)
        if words in spellings and (len(words) >= 4 or line.kind == "heading" or line.position < 3):
            line.remove("repeat.headline")
            found = True
    for line in list(head_of(lines)):
        words = _words(line.text)
        if "".join(words) in parts or any(_is_nearly(words, spelling) for spelling in spellings):
            line.remove("repeat.headline")
            found = True
    return _drop_unknown_headline(lines) or found


def _parts(headlines: list[str]) -> Iterator[str]:
    """Headlines, and what stands between the separators in them: a site's name may be stuck to one."""
    for headline in headlines:
        yield headline
        yield from _SEPARATOR.split(headline)


def drop_repeated_paragraphs(lines: list[Line]) -> None:
    """Remove the second copy of a paragraph right below the first: one for small screens, one for large.

    Further down a repetition is the author's: meal plans and lists of rules have them.
    """
    alive = kept(lines)
    for before, line in pairwise(alive):
        if line.is_prose and len(line.text) >= 60 and line.text == before.text:
            line.remove("repeat.paragraph")


def _is_nearly(words: tuple[str, ...], spelling: tuple[str, ...]) -> bool:
    """Eight words of ten in common, in both directions."""
    common = len(set(words) & set(spelling))
    return len(words) >= 4 and common >= 0.8 * max(len(set(words)), len(set(spelling)))


def _drop_unknown_headline(lines: list[Line]) -> bool:
    """A line that stands twice before the article begins is its headline, whatever the page declares."""
    seen: dict[tuple[str, ...], Line] = {}
    for line in head_of(lines[:8]):
        words = _words(line.text)
        if len(words) >= 4 and words in seen and line.kind != "cell" and not line.text.endswith("."):
            seen[words].remove("repeat.headline")
            line.remove("repeat.headline")
            return True
        seen.setdefault(words, line)
    return False


def drop_standfirst(lines: list[Line], description: str | None, *, has_headline: bool) -> str | None:
    """Remove the standfirst from the head of the text; returns it.

    It is known by being a heading as long as a sentence above the first
    paragraph; by the page's description when it is set apart from the
    paragraphs (a heading, or bold without a full stop); and, where the headline stood in
    the text as well, by standing right below that without a full stop while
    the paragraph after it is one. A first paragraph that a page also uses as
    its description is the author's and stays.
    """
    alive = kept(lines)
    if len(alive) < 3:
        return None
    declared = _words(description or "")
    for line in list(head_of(lines))[:2]:
        is_apart = line.kind == "heading" or (not line.is_finished and line.is_strong)
        is_sentence = line.kind == "heading" and 60 <= len(line.text) <= 300
        if is_sentence or (is_apart and declared and _is_same(_words(line.text), declared)):
            line.remove("repeat.standfirst")
            return line.text
    first = alive[0]
    if (
        (
            has_headline
            and not _ends_sentence(first.text)
            and 40 <= len(first.text) <= 260
            and alive[1].is_finished
        )
        and first.kind in ("p", "other", "heading")
        and first.linked < 0.5
    ):
        first.remove("repeat.standfirst")
        return first.text
    return None


def _ends_sentence(text: str) -> bool:
    return text.rstrip("\"'”’»)").endswith((".", "!", "?", "…", ":", "。"))


def _is_same(words: tuple[str, ...], declared: tuple[str, ...]) -> bool:
    return words == declared or (
        len(words) >= 6 and (declared[: len(words)] == words or words[: len(declared)] == declared)
    )
