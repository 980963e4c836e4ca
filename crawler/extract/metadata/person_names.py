"""How the name of a person is written: two to six words with capitals, or a word of a script without case."""

from __future__ import annotations

import re

from crawler.lang import word_set

_CASELESS = re.compile(
    r"^[\u0590-\u08ff\u0900-\u0dff\u0e00-\u0eff\u1000-\u10ff\u1200-\u137f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u00b7\u30fb]+$"
)
#: scripts in which a name is one word: Kana, Han, Hangul
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
#: a particle grown together with its name: `al-Rashid`, `d\u2019Arcy`
_JOINED = re.compile("[a-z]{1,3}[-'\u2019][A-Z\u00c0-\u00de]")
#: letters that tell Turkish, whose small letters of I and \u0130 are its own
_TURKISH_ONLY = frozenset(("\u0130", "\u011e"))
_TURKISH = str.maketrans({"I": "\u0131", "\u0130": "i"})
#: fewer capitals alone are initials
_FEWEST_LETTERS = 5
#: words of a name whose surname is told by capitals
_SURNAME_MARKED = 2
_VOWEL = re.compile(r"[AEIOUY]|[^\x00-\x7f]")


def is_caseless(word: str) -> bool:
    """Whether a word is written in a script without capitals: Arabic, Hindi, Chinese ..."""
    return _CASELESS.match(word) is not None


def is_spaced(word: str) -> bool:
    """Whether it is one word of a script without capitals that parts words: behind a full name it is a place or an office."""
    return is_caseless(word) and not _UNSPACED.search(word)


def full_name(given: str | None, middle: str | None, family: str | None) -> str:
    """The parts of a name as its script joins them.

    >>> full_name("Jane", None, "Doe"), full_name("美里", None, "春日")
    ('Jane Doe', '春日美里')
    """
    if given and family and all(is_caseless(part) and _UNSPACED.search(part) for part in (given, family)):
        return family + given
    return " ".join(part for part in (given, middle, family) if part)


def is_written_as_name(words: list[str], may_be_short: bool) -> bool:
    """Two to six words with capitals, particles between; one word only where a name is expected."""
    if len(words) == 1:
        word = words[0]
        if is_caseless(word):
            return 2 <= len(word) <= 12
        return may_be_short and len(word) > 1 and any(char.isalpha() for char in word)
    if len(words) > 6 or any(char.isdigit() for word in words for char in word):
        return False
    if all(is_caseless(word) for word in words):
        return True
    capitals = [_has_capital(word) or _JOINED.match(word) is not None for word in words]
    plain_words = [word.casefold() in word_set("names", "particles") for word in words]
    return (
        sum(capitals) >= 2
        and capitals[-1]
        and all(big or small for big, small in zip(capitals, plain_words, strict=True))
    )


def is_handle(name: str) -> bool:
    """Whether a name is that of an account, or initials: `maja.k`, `delta201`, `IWB`."""
    is_initials = name.isupper() and len(name) < _FEWEST_LETTERS and not is_caseless(name)
    is_word = _has_capital(name) and not any(char.isdigit() for char in name)
    return len(name.split()) == 1 and (is_initials or not is_word)


def _has_capital(word: str) -> bool:
    """Whether a word begins as a name does; scripts without case count."""
    first = next((char for char in word if char.isalpha()), "")
    return bool(first) and not first.islower()


def cased(name: str) -> str:
    """Names in capitals as names are written: `MARY O'NEIL` -> `Mary O'Neil`, `HOLM Jane` -> `Jane Holm`; others stay."""
    words = name.split()
    marked = [word for word in words if _is_capitals(word)]
    if len(words) == len(marked) + 1 == _SURNAME_MARKED and marked[0].casefold() not in word_set(
        "names", "agencies", "names"
    ):
        given = next(word for word in words if word != marked[0])
        if given.istitle() and len(given) > 1:
            return f"{given} {_cased_word(marked[0], 1)}"
    letters = [char for char in name if char.isalpha()]
    if (
        len(letters) < 4
        or not all(char.isupper() for char in letters)
        or all(char.lower() == char for char in letters)
    ):
        return name
    if not _TURKISH_ONLY.isdisjoint(name):
        return " ".join(_cased_word(word, -1) for word in name.split())
    return " ".join(_cased_word(word, place) for place, word in enumerate(name.split()))


def _is_capitals(word: str) -> bool:
    """Whether a surname is told from a given name by its capitals: no letters of an organisation, which have no vowel."""
    return len(word) >= _FEWEST_LETTERS - 1 and word.isupper() and _VOWEL.search(word) is not None


def _cased_word(word: str, place: int) -> str:
    if word.casefold() in word_set("names", "particles") and place and len(word) > 1:
        return word.lower()
    if (
        "." in word
        or word.casefold() in ("ii", "iii", "iv")
        or (len(word) == 2 and place == 0 and not re.search("[AEIOUY]", word))
    ):
        return word
    pieces = re.split(r"([-'’])", word)
    if place < 0:
        return "".join(piece[:1] + piece[1:].translate(_TURKISH).lower() for piece in pieces)
    cased = "".join(piece.capitalize() for piece in pieces)
    return re.sub(r"^Mc([a-z])", lambda found: "Mc" + found[1].upper(), cased)
