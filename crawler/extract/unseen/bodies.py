"""Which of a page's data is its article: a body that stands beside the page's own headline or address, and is shaped like one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from crawler.extract.page.schema import readable
from crawler.extract.text.readings import SHORT_CHARS, letters_only

#: values that are looked at in all data of a page together, and how deep a headline or a body may lie below what holds both
_MAX_VALUES, _MAX_STEPS = 300_000, 12
#: a headline with fewer letters, or a part of an address, could be anything's
_LEAST_HEADLINE, _LEAST_NAME = 10, 8
_MOST_HEADLINE = 400
#: letters of one headline in the other from which they are the same
_MOSTLY = 0.7
#: a text is prose from so many characters; so many of its words have a blank behind them
_PROSE_CHARS = 40
#: items of a list that may be its headline, and values in one that are looked at
_FIRST, _LOOKED_AT = 4, 30
_NUMBER = re.compile(r"\d{5,}")
_TAG = re.compile(r"<[^<>]*>")
_NO_PROSE = re.compile(r"\s*(?:https?:|data:|/|\{|\[|#|\.|function\b)")
#: names of a body in a publisher's system; and names under which something else stands, or the same once more
_BODY = re.compile(
    r"body|content|text|html|article|story|paragraph|block|element|markup|copy|post|entry|data|document|json|rendered|root|children|nodes|value|section|fields|attributes|props|model|item|main",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"comment|related|recommend|trending|popular|promo|newsletter|author|byline|credit|caption|legal|terms|cookie|consent|config|translation|messages|i18n|locale|footer|menu|nav|seo|meta|descri|summary|excerpt|abstract|teaser|bio|next|prev|sidebar|image|media|video|search|tags",
    re.IGNORECASE,
)
_TITLE = re.compile(r"^(?:\w*_?(?:title|headline|hed)s?|name|basic|rendered|web_?title)$", re.IGNORECASE)
_ADDRESS = re.compile(
    r"url|uri|slug|path|link|href|permalink|canonical|^_?id$|uuid|article_?id|post_?id", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageClaims:
    """What a page says of itself outside its data."""

    #: its headline, letters only, however it is spelled
    headlines: frozenset[str]
    #: paths of its addresses, without the slashes at the ends
    paths: frozenset[str]

    @classmethod
    def of(cls, headlines: Iterable[str], urls: Iterable[str | None]) -> PageClaims:
        """Those of a page with these headlines at these addresses."""
        spelled = {letters_only(text) for text in headlines}
        paths = {_path(url) for url in urls if url}
        return cls(
            headlines=frozenset(each for each in spelled if len(each) >= _LEAST_HEADLINE),
            paths=frozenset(path for path in paths if len(path) >= _LEAST_NAME),
        )

    def know_headline(self, text: str) -> bool:
        """Whether a text is the page's headline, or most of it."""
        if not _LEAST_NAME <= len(text) <= _MOST_HEADLINE:
            return False
        said = letters_only(readable(text))
        return said in self.headlines or any(
            (said in each or each in said)
            and min(len(said), len(each)) >= _MOSTLY * max(len(said), len(each))
            for each in self.headlines
            if said
        )

    def know_address(self, value: Any) -> bool:
        """Whether a value is the page's address, the last part of it, or a number in it."""
        if isinstance(value, int):
            value = str(value)
        if not isinstance(value, str) or not 5 <= len(value) <= 2000:
            return False
        if value.isdigit():
            return any(value in _NUMBER.findall(path) for path in self.paths)
        path = _path(value)
        return len(path) >= _LEAST_NAME and any(
            path == each or path == each.rpartition("/")[2].partition(".")[0] for each in self.paths
        )


def _path(url: str) -> str:
    try:
        return urlsplit(url).path.strip("/").lower()
    except ValueError:
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedBody:
    """The body of an article in a page's data."""

    body: Any
    #: what holds it and names its headline; empty where the headline stands in the body
    owner: Mapping[str, Any]
    #: what holds it names the page itself
    is_near: bool
    #: characters of prose in it
    size: int


def find_body(values: Iterable[Any], page: PageClaims) -> EmbeddedBody | None:
    """The longest body that belongs to the page; None where none does.

    It belongs to what holds it and says the page's headline, or its address with a headline of its own.
    A body whose nearest headline and address are those of another page is another article's.
    """
    best: EmbeddedBody | None = None
    sizes = _Sizes()
    for value in values:
        sizes.measure(value)
        for owner, is_near in _owners(value, page, sizes):
            found = _body_below(owner, page, sizes, is_near=is_near)
            if found is None or found.size <= SHORT_CHARS:
                continue
            if best is None or (found.size, found.is_near) > (best.size, best.is_near):
                best = found
    return best


class _Sizes:
    """How much prose is below each object and list of a page's data."""

    def __init__(self) -> None:
        self._left = _MAX_VALUES
        self._of: dict[int, int] = {}
        #: keeps what is measured alive, so that nothing else gets its number
        self._held: list[Any] = []

    def of(self, value: Any) -> int:
        """Characters of prose in a value."""
        return _prose(value) if isinstance(value, str) else self._of.get(id(value), 0)

    def measure(self, value: Any) -> None:
        """Measure a value and all that is in it, each once: a value may hold itself."""
        self._held.append(value)
        waiting: list[tuple[Any, bool]] = [(value, False)]
        while waiting:
            node, is_done = waiting.pop()
            if is_done:
                self._of[id(node)] = sum(map(self.of, _parts(node)))
            elif id(node) not in self._of and self._left > 0:
                self._left -= 1
                self._of[id(node)] = 0
                waiting.append((node, True))
                waiting += [(part, False) for part in _parts(node) if isinstance(part, dict | list)]


def _parts(node: Any) -> Iterable[Any]:
    return node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()


def _prose(text: str) -> int:
    """How many characters of a text are prose; 0 for an address, a code, a label."""
    if len(text) < _PROSE_CHARS or _NO_PROSE.match(text):
        return 0
    text = _TAG.sub("", text) if "<" in text else text
    is_spaced = text.count(" ") * 12 >= len(text) or not text[:200].isascii()
    return len(text) if is_spaced else 0


def _owners(value: Any, page: PageClaims, sizes: _Sizes) -> Iterator[tuple[Any, bool]]:
    """Objects that name the page, and whether they do so themselves: else what stands in one of their objects does.

    Of lists those that begin with the headline: a page drawn in pieces.
    """
    waiting, seen = [value], set[int]()
    while waiting:
        node = waiting.pop()
        if id(node) in seen or sizes.of(node) <= SHORT_CHARS:
            continue
        seen.add(id(node))
        if isinstance(node, dict):
            if _names(node, page) or _names_by_address(node, page):
                yield node, True
            elif any(_names(each, page) for each in node.values() if isinstance(each, dict)):
                yield node, False
        elif isinstance(node, list) and _begins(node, page):
            yield node, True
        waiting += [part for part in _parts(node) if isinstance(part, dict | list)]


def _names(node: Mapping[str, Any], page: PageClaims) -> bool:
    """Whether an object says the page's headline, under whatever name; a title may be an object, `{"rendered": …}`."""
    for key, each in node.items():
        if isinstance(each, str) and page.know_headline(each):
            return True
        if isinstance(each, dict) and _TITLE.match(key):
            said = each.get("basic") or each.get("rendered") or each.get("text") or each.get("default")
            if isinstance(said, str) and page.know_headline(said):
                return True
    return False


def _begins(nodes: list[Any], page: PageClaims) -> bool:
    """Whether one of the first of a list is a heading with the headline, and not what has a body of its own."""
    return any(_says(each, page) for each in nodes[:_FIRST])


def _says(value: Any, page: PageClaims) -> bool:
    """Whether the only text of some letters in a value is the headline."""
    waiting, texts = [value], set[str]()
    for _ in range(_LOOKED_AT):
        if not waiting:
            break
        node = waiting.pop()
        if isinstance(node, str) and len(node) >= _LEAST_HEADLINE:
            texts.add(node)
        waiting += [*_parts(node)][:_LOOKED_AT]
    return bool(texts) and not waiting and all(map(page.know_headline, texts))


def _names_by_address(node: Mapping[str, Any], page: PageClaims) -> bool:
    """Whether an object says the page's address, and has a headline."""
    is_here = any(_ADDRESS.search(key) and page.know_address(each) for key, each in node.items())
    return is_here and embedded_title(node) is not None


def embedded_title(node: Mapping[str, Any]) -> str | None:
    """The headline of an object: several words under a name of titles."""
    for key, each in node.items():
        if _TITLE.match(key) and isinstance(each, dict):
            each = each.get("basic") or each.get("rendered") or each.get("text") or each.get("default")
        if isinstance(each, str) and _TITLE.match(key) and _is_headline(each):
            return readable(each)
    return None


def _is_headline(text: str) -> bool:
    return _LEAST_NAME <= len(text) <= _MOST_HEADLINE and (" " in text.strip() or not text.isascii())


def _body_below(owner: Any, page: PageClaims, sizes: _Sizes, *, is_near: bool) -> EmbeddedBody | None:
    """The body that an object holds: down to where its paragraphs stand side by side.

    What does not name the page itself has to name the way to the body.
    """
    node: Any = owner
    for step in range(_MAX_STEPS):
        if isinstance(node, list):
            if _is_several(node, page):
                return None
            if sum(sizes.of(each) > 0 for each in node) != 1:
                break
            node = max(node, key=sizes.of)
        elif isinstance(node, dict):
            is_free = is_near and step == 0
            held = [pair for pair in node.items() if _may_hold(*pair, page, is_named=not is_free)]
            if not held or (step and _is_node(held, sizes)):
                break
            node = max(held, key=lambda pair: _worth(pair[1], sizes))[1]
        else:
            break
    if node is owner and isinstance(owner, dict):
        return None
    named = owner if isinstance(owner, dict) else {}
    return EmbeddedBody(body=node, owner=named, is_near=is_near, size=sizes.of(node))


def _may_hold(key: str, value: Any, page: PageClaims, *, is_named: bool) -> bool:
    """Whether a body may be under that name: not where something else stands, nor an article that names another page."""
    if (
        not isinstance(value, str | list | dict)
        or not value
        or _OTHERS.search(key)
        or (_TITLE.match(key) and isinstance(value, str))
    ):
        return False
    if isinstance(value, dict) and _is_other(value, page):
        return False
    return not is_named or _BODY.search(key) is not None or key[:1].isdigit() or isinstance(value, dict)


def _is_node(held: list[tuple[str, Any]], sizes: _Sizes) -> bool:
    """Whether several of an object's parts have prose: it is a body itself, such as sections by name."""
    return sum(isinstance(each, dict | list) and sizes.of(each) > SHORT_CHARS for _, each in held) > 1


def _worth(value: Any, sizes: _Sizes) -> float:
    """How good a body a value would be: the longest, and of the same text twice the one in paragraphs."""
    is_parted = not isinstance(value, str) or "<p" in value or "\n" in value
    return sizes.of(value) * (1.0 if is_parted else 0.7)


def _is_other(node: Mapping[str, Any], page: PageClaims) -> bool:
    """Whether an object has headline and address, both of another page."""
    if embedded_title(node) is None or _names(node, page) or _names_by_address(node, page):
        return False
    return any(_ADDRESS.search(key) and isinstance(each, str | int) and each for key, each in node.items())


def _is_several(nodes: list[Any], page: PageClaims) -> bool:
    """Whether a list is one of articles rather than of paragraphs."""
    others = sum(isinstance(each, dict) and _is_other(each, page) for each in nodes[:50])
    return others > 1 and 2 * others > len(nodes[:50])
