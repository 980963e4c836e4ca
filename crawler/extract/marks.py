"""What an element's tag, class, id and role say it is: a share bar, a caption, a list of related links ..."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from lxml.html import HtmlElement

_WORD_EDGE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+")
#: a display:none that a script undoes on every page view is not what we mean
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_RESPONSIVE = re.compile(r"-d-(?:sm|md|lg|xl)-(?:block|flex|inline)")


@cache
def _rules() -> dict[str, Any]:
    return tomllib.loads(files("crawler.extract").joinpath("marks.toml").read_text("utf-8"))


@cache
def _by(kind: str) -> dict[str, str]:
    """Value of a tag, role or itemprop -> mark."""
    return {value: mark for mark, values in _rules()[kind].items() for value in values}


@cache
def _token_pattern() -> re.Pattern[str]:
    """One pattern over all lists; the group that matched is the mark."""
    groups = []
    for mark, tokens in _rules()["tokens"].items():
        words = "|".join(token.replace("*", "[a-z0-9]*") for token in tokens)
        groups.append(f"(?P<{mark}>-(?:{words})(?=-))")
    return re.compile("|".join(groups))


@lru_cache(maxsize=20_000)
def _mark_of_words(words: str) -> str:
    """The mark that class, id and test id together stand for, or an empty string."""
    text = "-" + _WORD_EDGE.sub("-", words).lower() + "-"
    best, order = "", list(_rules()["tokens"])
    for match in _token_pattern().finditer(text):
        mark = match.lastgroup or ""
        if not best or order.index(mark) < order.index(best):
            best = mark
    return best


def mark_of(element: HtmlElement) -> str:
    """The mark of an element by itself, or an empty string.

    Whether the mark counts is for the caller to decide: an element that holds
    most of a page's prose is not furniture, whatever its class says.
    """
    tag = element.tag
    attributes = element.attrib
    if not attributes:
        return _by("tags").get(tag, "")
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return "hidden"
    style = attributes.get("style")
    if style and _HIDDEN_STYLE.search(style):
        return "hidden"
    mark = _by("roles").get(attributes.get("role", "")) or _by("itemprops").get(
        attributes.get("itemprop", "")
    )
    if mark:
        return mark
    words = " ".join(
        attributes[name] for name in ("class", "id", "data-testid", "data-component") if name in attributes
    )
    found = _mark_of_words(words) if words else ""
    return found or _by("tags").get(tag, "")
