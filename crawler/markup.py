"""Markup and addresses made harmless before a parser sees them, and text before a person does."""

from __future__ import annotations

import re

#: marks that stand on a letter; no language puts more than a few on one
_PILE = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u200c\u200d\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\U000e0100-\U000e01ef]{8})"
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u200c\u200d\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\U000e0100-\U000e01ef]+"
)
#: a tag of so many attributes has too many: in libxml2 their cost grows with their number squared
MOST_ATTRIBUTES = 200
#: an attribute as the HTML standard reads one (13.2.5.32 to .38), with what is an error there and taken all the same
_ATTRIBUTE = r"[\s/]*+=?[^\s=>/]++(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>\"'][^\s>]*+))?+"
_FLOOD = re.compile(rf"<([a-zA-Z][a-zA-Z0-9:.-]{{0,40}}+)(?=[\s/])(?:{_ATTRIBUTE}){{{MOST_ATTRIBUTES},}}+")
#: shorter texts have no room for it
_LEAST_CHARS = 4 * MOST_ATTRIBUTES


def without_floods(text: str) -> str:
    """The same markup; a tag with 200 attributes or more loses them.

    >>> without_floods("<p " + "a=b " * 3000 + ">text</p>")
    '<p >text</p>'
    """
    return _FLOOD.sub(r"<\1", text) if len(text) > _LEAST_CHARS else text


_HOSTLESS = re.compile(r"\s*https?:/{3}", re.IGNORECASE)


def is_hostless(address: str) -> bool:
    """Whether a web address lacks its host, so that joining it to a page's address would make it one of that host.

    >>> is_hostless("http:///etc/passwd")
    True
    """
    return _HOSTLESS.match(address) is not None


def without_piles(text: str) -> str:
    """The same text; of marks piled up on one letter eight are left.

    >>> len(without_piles("e" + chr(0x301) * 10_000))
    9
    """
    return text if text.isascii() else _PILE.sub(r"\1", text)
