r"""The words of a text, as the pattern `\w+` finds them: most texts are ASCII but for some signs, and parted faster than searched."""

from __future__ import annotations

import re

_WORD, _LETTERS = re.compile(r"\w+"), re.compile(r"[^\W\d_]+")
#: bytes that are no part of a word; and tables that put a space in place of each, and of all but letters
_NO_WORD = bytes(code for code in range(128) if not (chr(code).isalnum() or chr(code) == "_"))
_SPACED = bytes(ord(" ") if code in _NO_WORD else code for code in range(256))
_LETTERS_SPACED = bytes(code if code > 127 or chr(code).isalpha() else ord(" ") for code in range(256))
#: signs that are not ASCII and that texts have which else are
_SIGNS = "’‘“”«»–—…\xa0"


def word_tokens(text: str) -> list[str]:
    """The words of a text in their order, digits and underscores among them.

    >>> word_tokens("It’s 12:30 – über_all")
    ['It', 's', '12', '30', 'über_all']
    """
    spaced = _plain(text).translate(_SPACED).decode("utf-8", "surrogatepass")
    is_parted = spaced.isascii() or spaced.replace(" ", "").replace("_", "").isalnum()
    return spaced.split() if is_parted else _WORD.findall(text)


def letter_tokens(text: str) -> list[str]:
    """The same without digits and underscores, which part words.

    >>> letter_tokens("It’s 12:30 – über_all")
    ['It', 's', 'über', 'all']
    """
    spaced = _plain(text).translate(_LETTERS_SPACED).decode("utf-8", "surrogatepass")
    is_parted = spaced.isascii() or spaced.replace(" ", "").isalpha()
    return spaced.split() if is_parted else _LETTERS.findall(text)


def _plain(text: str) -> bytes:
    """A text with spaces for the signs that most texts have."""
    if not text.isascii():
        for sign in _SIGNS:
            text = text.replace(sign, " ")
    return text.encode("utf-8", "surrogatepass")


def joined_words(text: str) -> str:
    """The same without anything between them.

    >>> joined_words("It’s 12:30 – über_all")
    'Its1230über_all'
    """
    rest = text.encode("utf-8", "surrogatepass").translate(None, _NO_WORD).decode("utf-8", "surrogatepass")
    if rest.isascii():
        return rest
    for sign in _SIGNS:
        rest = rest.replace(sign, "")
    return rest if rest.isalnum() else "".join(_WORD.findall(rest))
