"""A list page's address in the query language, so that what is seen there can be followed as a feed. Pure."""

from __future__ import annotations

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
