"""A list page's address in the query language, so that what is seen there can be followed as a feed. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

#: parameter of a list page -> field of the query language
FIELDS: Mapping[str, str] = {
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
        for name, field in FIELDS.items()
        if (value := asked.get(name) or "").strip()
    ]
    return " ".join(([f"({words})"] if words and fields else [words] if words else []) + fields)


#: a phrase, or a word; with what stands before it when that makes it no word to be found
_WORD = re.compile(r'(-?[a-z]+:|-)?(?:"([^"]*)"|([^\s()"]+))')


def sought_in(query: str) -> tuple[str, ...]:
    """The words and phrases that a query wants to occur, to be shown where they do; at most thirty.

    >>> sought_in('station OR "space film" -trailer lang:ru film*')
    ('station', 'space film', 'film')
    """
    found = (
        (phrase or word).rstrip("*")
        for before, phrase, word in _WORD.findall(query[:1000])
        if not before and word not in ("OR", "AND", "NOT")
    )
    return tuple(word for word in found if re.search(r"\w", word))[:30]
