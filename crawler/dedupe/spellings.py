"""Names in any of the scripts we meet, brought to one key: Мельникова, Melnikowa and Melnikova are the same person.

A key is a skeleton of consonants. It is meant to be compared, not read: two
names may share one, which does no harm where several names must agree.
"""

from __future__ import annotations

import re
import unicodedata

from crawler.lang import table
from crawler.memory import remembers

_READ_AS = {each: letter for letter, those in table("letters")["letters"].items() for each in those}
_LETTERS = str.maketrans({**_READ_AS, "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "e"})
#: letters and pairs of letters that stand for one sound in one language or another
_SOUNDS = (
    (re.compile("tsch|shch|sch|tch|dsch|dzh|sh|ch|zh|ts|tz|cz|sz|dj"), "s"), (re.compile("ph"), "f"),
    (re.compile("kh"), "h"), (re.compile("ck|qu"), "k"), (re.compile("th"), "t"), (re.compile("x"), "ks"),
    (re.compile("c(?=[eiy])"), "s"), (re.compile("[cq]"), "k"), (re.compile("[zj]"), "s"), (re.compile("w"), "v"),
    (re.compile("r"), "l"), (re.compile("^[aeiouy]+"), "a"), (re.compile("(?<=.)[aeiouyh_]+"), ""),
    (re.compile("f$"), "v"), (re.compile(r"(.)\1+"), r"\1"),
)  # fmt: skip
_TWICE = re.compile(r"(.)\1+")
_ENDINGS = re.compile(f"(?:{'|'.join(table('letters')['case_endings']['ru'])})$")
_CASES = re.compile("[а-я]")


@remembers(65_536, letters=64)
def name_key(word: str) -> str:
    """The key of one word of a name; "" when so little is left that it would fit anything.

    >>> {name_key(name) for name in ("Мельниковой", "Melnikowa", "Melnikova")}
    {'mlnkv'}
    >>> name_key("クルーズ") == name_key("Cruise") == name_key("Круз")
    True
    """
    lower = word.casefold()
    if _CASES.search(lower) and len(lower) > 4:
        lower = _ENDINGS.sub("", lower)
    plain = unicodedata.normalize("NFD", lower.translate(_LETTERS))
    key = "".join(letter for letter in plain if not unicodedata.combining(letter))
    whole = _TWICE.sub(r"\1", key.replace("y", "i"))
    for sound, letter in _SOUNDS:
        key = sound.sub(letter, key)
    if len(key) < 3:
        key = whole.rstrip("aeiou") if len(whole) >= 4 else ""  # Кибо, Мумбаи: the ending may be a case
    return key if len(key) >= 3 and key.isascii() else ""
