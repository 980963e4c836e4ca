"""A list page's address in the query language, so that what is seen there can be followed as a feed. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from db.folding import HANGUL, fold, folded_letter
from db.terms import indexed_words, unspaced_runs

#: parameter of a list page -> field of the query language
_FIELDS: Mapping[str, str] = {
    "source": "source", "language": "lang", "band": "band", "beat": "beat", "mark": "mark", "story": "story", "tag": "tag",
    "person": "author",
}  # fmt: skip


def query_of(asked: Mapping[str, str]) -> str:
    """The query that the parameters of an address mean.

    >>> query_of({"q": "a OR b", "person": "Jane Doe", "after": "7"})
    '(a OR b) author:"Jane Doe"'
    """
    words = (asked.get("q") or "").strip()
    fields = [
        f'{field}:"{value.replace(chr(34), " ")}"'
        for name, field in _FIELDS.items()
        if (value := asked.get(name) or "").strip()
    ]
    return " ".join(([f"({words})"] if words and fields else [words] if words else []) + fields)


#: a phrase, or a word; with what stands before it when that makes it no word to be found
_WORD = re.compile(r'(-?[a-z]+:|-)?(?:"([^"]*)"|([^\s()"]+))')


def sought_in(query: str) -> tuple[str, ...]:
    """The words and phrases that a query wants to occur, to be shown where they do; at most thirty.

    >>> sought_in('station OR "space film" -trailer lang:ru film*')
    ('station', 'space film', 'film*')
    """
    found = (
        phrase or word
        for before, phrase, word in _WORD.findall(query[:1000])
        if not before and word not in ("OR", "AND", "NOT")
    )
    return tuple(word for word in found if re.search(r"\w", word))[:30]


_HANGUL_END = re.compile(f"[{HANGUL}]$")


def as_found_in(sought: Iterable[str], text: str) -> Iterator[str]:
    """What was *sought* as *text* writes it: words as the index folds and bares them.

    Phrases, and words of scripts without spaces, stay as they were sought.

    >>> sorted(as_found_in(["ταινια", "فيلم", "orb*"], "Η ταινία, والفيلم: Orbits"))
    ['Orbits', 'orb', 'ταινία', 'ταινια', 'فيلم', 'والفيلم']
    """
    whole, begun = set[str](), list[str]()
    for each in sought:
        bare = each.rstrip("*")
        yield bare
        tokens = fold(bare).split()
        if len(tokens) != 1 or unspaced_runs(tokens[0]):
            continue
        if bare != each or _HANGUL_END.search(tokens[0]):
            begun.append(tokens[0])
        else:
            whole.add(tokens[0])
    if whole or begun:
        yield from (word for word in _words(text) if _is_found(word, whole, tuple(begun)))


def _words(text: str) -> set[str]:
    """The different words of a text, parted where the folding parts them."""
    apart = {ord(sign): " " for sign in set(text) if folded_letter(sign).isspace()}
    return set(text.translate(apart).split())


def _is_found(word: str, whole: set[str], begun: tuple[str, ...]) -> bool:
    ways = {way for token in fold(word).split() if not unspaced_runs(token) for way in indexed_words(token)}
    return not whole.isdisjoint(ways) or any(way.startswith(begun) for way in ways)
