"""What of a difference between two readings of an article is its publisher's: lines and labels that are the site's are none. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from crawler.dedupe.fingerprint import comparable, tokens
from crawler.extract.text.furniture import MAX_SHARE, line_hash
from crawler.lang.lines import speaks_of_correction
from db.model import Article

#: share of the shorter line's words that a line has in common with the one it was made from, and its fewest words
_REWORDED, _FEWEST_WORDS = 0.6, 6
#: most words of a label between two sentences; a longer line is not looked through for any
_LABEL_WORDS, _MOST_WORDS = 6, 1_000
_WORD = re.compile(r"\S+?(?:\s+|$|(?<=[.!?…a-zß-ÿ])(?=[A-ZÀ-Þ])|(?<=[A-ZÀ-Þ])(?=[A-ZÀ-Þ][a-zß-ÿ]))")
_ENDED = re.compile(r"[.!?…:。！？؟।]\W*$")


def came_lines(earlier: Article, article: Article, furniture: frozenset[int]) -> frozenset[int]:
    """Hashes of what an article has gained since and may be the site's: whole lines, and labels between two sentences.

    Labels that went are among them. Left out is what is known as furniture,
    what stood on the earlier page as well, and a note of a correction.
    """
    old, new = _only(earlier, article), _only(article, earlier)
    removed, words = _removed(earlier), [frozenset(tokens(line)) for line in old]
    came = [
        line
        for line in new
        if comparable(line) not in removed
        and not speaks_of_correction(line)
        and not _is_reworded(frozenset(tokens(line)), words)
    ]
    labels = [each.text for each in _labels(_unequal(earlier, article), _unequal(article, earlier))]
    return frozenset(map(line_hash, (*came, *labels))) - furniture


def without_site_lines(article: Article, other: Article, furniture: frozenset[int]) -> Article:
    """The article without what is the site's, as it is compared with *other*, another reading of it.

    Lines go that are known as furniture, wherever they stand, labels that are,
    and lines that the other page has too, where a rule removed them. Notes of
    corrections stay, and nothing goes by memory when it is most of the text:
    then the article itself stands elsewhere on the site.
    """
    lines = article.text.split("\n")
    known = {line for line in lines if line_hash(line) in furniture and not speaks_of_correction(line)}
    if sum(len(line) for line in lines if line in known) > MAX_SHARE * len(article.text):
        known = set()
    known |= {line for line in lines if comparable(line) in _removed(other)}
    left = replace(article, text="\n".join(line for line in lines if line not in known))
    new = _unequal(left, other)
    bare = _without_labels(new, _labels(_unequal(other, left), new), furniture)
    text = "\n".join(filter(None, (bare.get(line, line) for line in left.text.split("\n"))))
    return replace(article, text=text) if text else article


def _removed(article: Article) -> frozenset[str]:
    return frozenset(comparable(each.text) for each in article.removed)


def _only(article: Article, other: Article) -> list[str]:
    """Lines of the one reading that the other has not."""
    theirs = {line_hash(line) for line in other.text.split("\n")}
    return [line for line in article.text.split("\n") if line_hash(line) not in theirs]


def _unequal(article: Article, other: Article) -> list[str]:
    """The same to the letter: a label in capitals makes another line."""
    theirs = {*other.text.split("\n")}
    return [line for line in article.text.split("\n") if line not in theirs]


def _is_reworded(words: frozenset[str], gone: Sequence[frozenset[str]]) -> bool:
    return any(
        len(words & each) >= _REWORDED * max(_FEWEST_WORDS, min(len(words), len(each))) for each in gone
    )


@dataclass(frozen=True, slots=True)
class _Label:
    """What was put between two sentences, or taken from there; its place among all words of the changed lines."""

    text: str
    start: int
    end: int


def _labels(old_lines: Sequence[str], new_lines: Sequence[str]) -> list[_Label]:
    old, new = ([word.strip() for line in lines for word in _words(line)] for lines in (old_lines, new_lines))
    if not old or not new or max(len(old), len(new)) > _MOST_WORDS:
        return []
    found = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal" or max(b - a, d - c) > _LABEL_WORDS or not (c == 0 or _ENDED.search(new[c - 1])):
            continue
        found += [_Label(" ".join(words), c, d) for words in (old[a:b], new[c:d]) if words]
    return found


def _words(line: str) -> list[str]:
    """Words with the space behind them; a label is often glued to the next sentence."""
    return _WORD.findall(line)


def _without_labels(
    lines: Sequence[str], labels: Sequence[_Label], furniture: frozenset[int]
) -> dict[str, str]:
    """Lines -> the same without labels that are furniture; only those that had some."""
    known = [label for label in labels if line_hash(label.text) in furniture]
    bare: dict[str, str] = {}
    at = 0
    for line in lines:
        words = _words(line)
        gone = {
            place - at
            for label in known
            if " ".join(word.strip() for word in words[max(label.start - at, 0) : max(label.end - at, 0)])
            == label.text
            for place in range(label.start, label.end)
        }
        if gone:
            bare[line] = "".join(word for place, word in enumerate(words) if place not in gone).strip()
        at += len(words)
    return bare
