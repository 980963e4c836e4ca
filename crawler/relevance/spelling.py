"""Folded words back into the words of the text, for people who look for them there."""

from __future__ import annotations

import re
from functools import lru_cache

from db.folding import folded_letter, is_unspaced

#: letters that have more than one spelling live here: Latin to Cyrillic, Arabic, Devanagari, Latin additional, Greek extended
_BLOCKS = ((0x00C0, 0x0530), (0x0620, 0x06D4), (0x0900, 0x0980), (0x1E00, 0x2000))


@lru_cache(maxsize=1)
def _spellings() -> dict[str, str]:
    """Folded letter -> every letter that is folded to it, itself included."""
    spellings: dict[str, str] = {}
    for letter in (chr(code) for begin, end in _BLOCKS for code in range(begin, end)):
        folded = folded_letter(letter.casefold()) if len(letter.casefold()) == 1 else ""
        if len(folded) == 1 and folded != letter and folded.isalpha():
            spellings[folded] = spellings.get(folded, folded) + letter
    return spellings


@lru_cache(maxsize=4096)
def _pattern(words: str) -> re.Pattern[str]:
    letters = [
        f"[{_spellings()[letter]}]" if letter in _spellings() else re.escape(letter) for letter in words
    ]
    between = [r"[\s·・]?" if is_unspaced(letter) else "" for letter in words]
    spelled = "".join(
        r"[\W_]+" if letter == " " else pattern + gap
        for letter, pattern, gap in zip(words, letters, between, strict=True)
    )
    bounds = ("" if is_unspaced(words[0]) else r"(?<!\w)", "" if is_unspaced(words[-1]) else r"(?!\w)")
    return re.compile(spelled.join(bounds), re.IGNORECASE)


def as_written(words: str, text: str) -> str:
    """The first place of *text* that reads as these folded words; the folded words when there is none.

    >>> as_written("съемки", "Первые Съёмки прошли")
    'Съёмки'
    """
    found = _pattern(words).search(text) if words else None
    return " ".join(found.group().split()) if found else words
