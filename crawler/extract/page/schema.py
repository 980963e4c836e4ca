"""JSON-LD as it is found: any shape in, plain strings and the objects that are about this page out."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import SplitResult, urlsplit

from crawler.lang.tokens import joined_words

JsonObject = Mapping[str, Any]
#: values of one property that are looked at, and how deep
MAX_VALUES = 100
_MAX_CHARS = 10_000
_MAX_DEPTH = 6
#: letters of words that any two headlines may share
_SHORT = 4
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,500}>")
_INVISIBLE = re.compile(
    "(?<![\u0600-\u0dff])[\u200c\u200d]|[\u200c\u200d](?![\u0600-\u0dff])|[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x1f\x7f-\x9f]"
)
_ARTICLE_TYPES = frozenset(
    ("blogposting", "liveblogposting", "report", "socialmediaposting", "discussionforumposting", "claimreview", "article")
)  # fmt: skip
_PAGE_TYPES = frozenset(("webpage", "itempage", "medicalwebpage", "recipe", "review", "howto", "podcastepisode" ))  # fmt: skip


def squeeze(text: str) -> str:
    """One line: white space folded, control and zero-width characters gone.

    >>> squeeze(" Lift-\\u00adoff\\n  now ")
    'Lift-off now'
    """
    line = " ".join(text.split())
    return line if line.isprintable() else " ".join(_INVISIBLE.sub("", line).split())


def readable(text: str) -> str:
    """A value as a person reads it: entities decoded once, tags dropped, one line.

    >>> readable("Bike &amp; <em>Style</em>")
    'Bike & Style'
    """
    if "&" in text:
        text = html.unescape(text)
    if "<" in text:
        text = _TAG.sub("", text)
    return squeeze(text)


def types_of(node: JsonObject) -> frozenset[str]:
    """The node's types in lower case, without a vocabulary's address."""
    value = node.get("@type")
    names = value if isinstance(value, list) else [value]
    return frozenset(re.split(r"[/#:]", name)[-1].lower() for name in names if isinstance(name, str))


def texts_of(value: Any, *names: str, depth: int = 0) -> Iterator[str]:
    """Every string in a property's value, in order: strings, lists of them, and the *names* of objects.

    >>> list(texts_of(["a", {"name": "b"}, None, 3, [["c"]]], "name"))
    ['a', 'b', 'c']
    """
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, str):
        if text := readable(value[:_MAX_CHARS]):
            yield text
    elif isinstance(value, list):
        for item in value[:MAX_VALUES]:
            yield from texts_of(item, *names, depth=depth + 1)
    elif isinstance(value, dict):
        for name in (*names, "@value"):
            found = list(texts_of(value.get(name), *names, depth=depth + 1))
            if found:
                yield from found
                return


def first_text(value: Any, *names: str) -> str | None:
    """The first string in a property's value, or None."""
    return next(texts_of(value, *names), None)


class Schema:
    """The JSON-LD of one page: what it says about the article, and who its `@id`s are."""

    def __init__(self, nodes: Sequence[JsonObject], url: str, titles: Iterable[str] = ()) -> None:
        """Sort out which nodes speak of the page at *url* with one of these *titles*."""
        self._by_id: dict[str, JsonObject] = {}
        for node in nodes:
            key = node.get("@id")
            if isinstance(key, str) and len(node) > len(self._by_id.get(key, ())):
                self._by_id[key] = node
        self.nodes = tuple(nodes)
        #: the article first, then pages around it, each about this page
        self.about = self._about(url, {key for title in titles if (key := _key(title))})

    def resolve(self, value: Any) -> Any:
        """What an `{"@id": ...}` points at; everything else is returned as it is."""
        if isinstance(value, dict) and isinstance(value.get("@id"), str) and "name" not in value:
            return self._by_id.get(value["@id"], value)
        return value

    def values(self, *names: str) -> Iterator[Any]:
        """The values of the first of these properties that each node about the page has, best node first."""
        for node in self.about:
            value = next((node[name] for name in names if node.get(name) not in (None, "", [], {})), None)
            if value is not None:
                yield value

    def text(self, *names: str) -> str | None:
        """The first string of these properties."""
        return next((text for value in self.values(*names) for text in texts_of(value, "name")), None)

    def of_type(self, *types: str) -> Iterator[JsonObject]:
        """Nodes of one of these types (lower case)."""
        return (node for node in self.nodes if types_of(node) & set(types))

    def _about(self, url: str, titles: set[str]) -> tuple[JsonObject, ...]:
        """Articles about this page, best first, then pages; a list of other articles is not about it."""
        articles = [node for node in self.nodes if _is_article(node)]
        scored = [(_likeness(node, url, titles), node) for node in articles]
        if len(articles) > 2:
            scored = [pair for pair in scored if pair[0] > 0]
        scored.sort(key=lambda pair: -pair[0])
        sure = [pair for pair in scored if pair[0] > 0]
        scored = sure or [pair for pair in scored[:1] if not _is_elsewhere(pair[1], url, titles)]
        pages = [node for node in self.nodes if types_of(node) & _PAGE_TYPES and not _is_article(node)]
        return (*(node for _, node in scored), *pages[:5])


def _is_article(node: JsonObject) -> bool:
    types = types_of(node)
    return bool(types & _ARTICLE_TYPES) or any(name.endswith("article") for name in types)


def _key(title: str) -> str:
    return joined_words(title.casefold()).replace("_", "")


def _addresses(node: JsonObject) -> Iterator[str]:
    for value in (node.get("url"), node.get("@id"), node.get("mainEntityOfPage")):
        address = value.get("@id") or value.get("url") if isinstance(value, dict) else value
        if isinstance(address, str):
            yield address


def _is_elsewhere(node: JsonObject, url: str, titles: set[str]) -> bool:
    """Whether an article that nothing ties to this page names another page of its site, and a headline that shares no word with this one's."""
    host = urlsplit(url).hostname
    named = [parts for address in _addresses(node) if (parts := _split(address)) and parts.hostname == host]
    is_named = any(parts.path.strip("/") for parts in named)
    words = {
        word
        for text in texts_of([node.get("headline"), node.get("name")])
        for word in text.casefold().split()
        if len(word) > _SHORT
    }
    return (
        is_named
        and bool(titles)
        and bool(words)
        and not any(word in title for title in titles for word in words)
    )


def _split(address: str) -> SplitResult | None:
    try:
        return urlsplit(address)
    except ValueError:
        return None


def _likeness(node: JsonObject, url: str, titles: set[str]) -> int:
    """How surely an article node is about this page: its address, then its headline."""
    points = 0
    path = urlsplit(url).path.rstrip("/")
    if path and any(path in address for address in _addresses(node)):
        points = 3
    for headline in texts_of([node.get("headline"), node.get("name"), node.get("alternativeHeadline")]):
        key = _key(headline)
        if key and any(key in title or title in key for title in titles):
            points += 2
            break
    return points
