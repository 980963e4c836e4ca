"""What an element's tag, class, id and role say it is: a share bar, a caption, a list of related links ..."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from itertools import zip_longest
from string import ascii_lowercase, digits
from typing import Any

from ahocorasick_rs import AhoCorasick, Implementation
from lxml.html import HtmlElement

from crawler.memory import remembers

_WORD_EDGE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+")
#: the same where there are no capitals: what is neither a small letter nor a digit, for a space
_LOWER_EDGES = bytes(code if chr(code) in ascii_lowercase + digits else ord(" ") for code in range(256))
#: a display:none that a script undoes on every page view is not what we mean
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
#: a box that is placed over something else
_LAID_OVER = re.compile(r"position\s*:\s*(?:absolute|fixed)", re.IGNORECASE)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_ID_EDGE = re.compile(r"[-_:.\s]+")
#: a part of a name with small and capital letters and a digit among them
_RANDOM = re.compile(r"^(?=[^\s]{6,}$)(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])")
#: attributes besides the class that tell what an element is
_TELLING = frozenset(
    {"hidden", "style", "role", "itemprop", "data-testid", "data-component", "id", "aria-hidden"}
)
#: class names that set a style an author chose
_STYLED = ("has-", "is-style-")


@cache
def _rules() -> dict[str, Any]:
    return tomllib.loads(files("crawler.extract.page").joinpath("regions.toml").read_text("utf-8"))


@cache
def _by(kind: str) -> dict[str, str]:
    """Value of a tag, role or itemprop -> region."""
    return {value: region for region, values in _rules()[kind].items() for value in values}


@cache
def _names() -> tuple[AhoCorasick, tuple[int, ...], tuple[str, ...]]:
    """What finds the names of regions.toml in a line of words between spaces, the rank of each, and the region of each rank."""
    ranks: dict[str, int] = {}
    for rank, entries in enumerate(_rules()["tokens"].values()):
        for entry in entries:
            words = f" {entry.replace('-', ' ')} "
            ranks.setdefault(words.replace("* ", ""), rank)
    return (
        AhoCorasick(list(ranks), implementation=Implementation.DFA),
        tuple(ranks.values()),
        tuple(_rules()["tokens"]),
    )


@remembers(12_500, letters=400)
def _region_of_words(words: str) -> str:
    """The region that class, id and test id together stand for, or an empty string."""
    if "has-" in words or "is-style-" in words:
        words = " ".join(each for each in words.split() if not each.startswith(_STYLED))
    if words.isascii() and words.islower():
        parts = words.encode().translate(_LOWER_EDGES).decode().split()
    else:
        parts = [part.lower() for part in _WORD_EDGE.split(words) if part]
    automaton, ranks, regions = _names()
    found = automaton.find_matches_as_indexes(f" {' '.join(_meant(parts))} ", overlapping=True)
    return regions[min(ranks[name] for name, _, _ in found)] if found else ""


def _meant(parts: list[str]) -> list[str]:
    """The words without those that mean something else before the next one, and without that one."""
    exceptions = _rules()["not_before"]
    if exceptions.keys().isdisjoint(parts):
        return parts
    kept: list[str] = []
    skip = False
    for part, following in zip_longest(parts, parts[1:], fillvalue=""):
        is_other = following in exceptions.get(part, ())
        if not skip and not is_other:
            kept.append(part)
        skip = is_other
    return kept


def region_of(element: HtmlElement) -> str:
    """The region of an element by itself, or an empty string.

    Whether the region counts is for the caller to decide: an element that holds
    most of a page's prose is not furniture, whatever its class says.
    """
    words = ""
    for name, value in element.items():
        if name == "class":
            words = value
        elif name in _TELLING:
            return _region_by_attributes(element)
    return (words and _region_of_words(words)) or _by("tags").get(element.tag, "")


def _region_by_attributes(element: HtmlElement) -> str:
    """The same where more than a class tells."""
    attributes = dict(element.items())
    if "hidden" in attributes:
        return "hidden"
    style = attributes.get("style")
    if style and _HIDDEN_STYLE.search(style):
        return "hidden"
    for kind, name in (("roles", "role"), ("itemprops", "itemprop")):
        if name in attributes and (region := _by(kind).get(attributes[name])) and not _holds_panels(element):
            return region
    words = attributes.get("class", "")
    for name in ("data-testid", "data-component"):
        if name in attributes:
            words = f"{words} {attributes[name]}"
    own = attributes.get("id")
    if own and _region_of_words(own) and not _is_made(element, own):
        words = f"{words} {own}"
    found = _region_of_words(words) if words else ""
    if not found and attributes.get("aria-hidden") == "true":
        return "unspoken"
    if not found and style and _LAID_OVER.search(style):
        return "popup"
    return found or _by("tags").get(element.tag, "")


def _holds_panels(element: HtmlElement) -> bool:
    """Whether a list of tabs holds what they open as well: then it is no menu."""
    is_list = element.get("role") == "tablist"
    return is_list and any(inner.get("role") == "tabpanel" for inner in element.iter("div", "section"))


def _is_made(element: HtmlElement, name: str) -> bool:
    """Whether an id was made from a heading or at random: such a one says nothing about its element."""
    if element.tag in _HEADINGS or any(_RANDOM.match(part) for part in _ID_EDGE.split(name)):
        return True
    heading = next(iter(element), None)
    if heading is None or heading.tag not in _HEADINGS:
        return False
    said = {word.lower() for word in _WORD_EDGE.split("".join(heading.itertext())) if word}
    return said.issuperset(word.lower() for word in _ID_EDGE.split(name) if word)
