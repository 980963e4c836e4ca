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
#: letters and pairs of letters that stand for one sound in one language or another, in this order: hissed ones first,
#: then what is written with two letters, then with one
_HISSED = re.compile("tsch|shch|sch|tch|dsch|dzh|sh|ch|zh|ts|tz|cz|sz|dj")
_PAIRS = (("ph", "f"), ("kh", "h"), ("ck", "k"), ("qu", "k"), ("th", "t"), ("x", "ks"))
_SOFT = re.compile("c(?=[eiy])")
_SINGLE = str.maketrans("cqzjwr", "kkssvl")
#: a vowel counts where a word begins with it
_FIRST_VOWELS, _VOWELS = re.compile("^[aeiouy]+"), re.compile("(?<=.)[aeiouyh_]+")
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
    if not lower.isascii():
        plain = unicodedata.normalize("NFD", lower.translate(_LETTERS))
        lower = "".join(letter for letter in plain if not unicodedata.combining(letter))
    key = _consonants(lower)
    if len(key) < 3:
        whole = _TWICE.sub(r"\1", lower.replace("y", "i"))
        key = whole.rstrip("aeiou") if len(whole) >= 4 else ""  # Кибо, Мумбаи: the ending may be a case
    return key if len(key) >= 3 and key.isascii() else ""


def _consonants(plain: str) -> str:
    key = _HISSED.sub("s", plain)
    for pair, letter in _PAIRS:
        key = key.replace(pair, letter)
    key = _SOFT.sub("s", key) if "c" in key else key
    key = _VOWELS.sub("", _FIRST_VOWELS.sub("a", key.translate(_SINGLE)))
    return _TWICE.sub(r"\1", f"{key[:-1]}v" if key.endswith("f") else key)
