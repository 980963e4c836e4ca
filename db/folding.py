"""Texts and terms are compared folded: one spelling for what a reader takes as the same.

Folded are case, compatibility forms (NFKC), accents of Latin and Greek letters,
Russian ё, Turkish İ and ı, Arabic vowel signs and alef forms, the Hindi nukta.
Not folded is what makes another letter: Cyrillic й and ї, Japanese プ, Korean
syllables. Punctuation becomes a space, the end of a sentence the word `|`.
"""

from __future__ import annotations

import re
import unicodedata

#: stands for the end of a sentence in a folded text
SENTENCE = "|"
#: stands between two fields of an article; put `FIELD_BREAK` into the raw text
FIELD = "^"
FIELD_BREAK = "\n\x1e\n"

#: scripts written without spaces between words: Han, kana, Thai, Lao, Khmer, Burmese
UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff"
#: Korean has spaces, but its particles and compounds hang on the word
HANGUL = "\u1100-\u11ff\uac00-\ud7af"

_HIGH = re.compile(f"[{UNSPACED}{HANGUL}]+")
_GLUE = re.compile(f" (?<=[{UNSPACED}] )(?=[{UNSPACED}])")
#: a full stop ends a sentence unless it follows an initial ("J.") or a one- or two-digit ordinal ("17. Oktober")
_END = re.compile(r"[.…!?。।॥؟](?:(?<=[!?。।॥؟])|(?<!\b\w\.)(?<!\b\d\d\.)(?=[.…\s\"'»”’)\]]|$))")

_SAME = {
    "ё": "е", "ѐ": "е", "ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h",
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ئ": "ي", "ؤ": "و", "ة": "ه", "ک": "ك",
    "ँ": "ं", "\n": "\n", "\r": "\n", "\u2028": "\n", "\u2029": "\n", "\x1e": "\x1e",
}  # fmt: skip
#: marks that are dropped: accents left over, Hebrew points, Arabic vowels and tatweel, nukta, variation selectors
_DROPPED = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u093c\ufe00-\ufe0f]")


def folded_letter(letter: str) -> str:
    """One character of a casefolded NFKC text, folded; a space for what is no part of a word."""
    if letter in _SAME:
        return _SAME[letter]
    category = unicodedata.category(letter)
    if _DROPPED.match(letter) or category == "Cf":
        return ""
    if category[0] not in "LMN":
        return " "
    base = unicodedata.normalize("NFD", letter)[0]
    return base if unicodedata.name(base, "").startswith(("LATIN", "GREEK")) else letter


class _Letters(dict[int, str]):
    """Folds a letter when it is first seen; `str.translate` asks again for free."""

    def __missing__(self, code: int) -> str:
        self[code] = folded_letter(chr(code))
        return self[code]


_LETTERS = _Letters()
#: the same for ASCII, byte by byte
_ASCII = bytes(ord(folded_letter(chr(code))) if code < 128 else code for code in range(256))
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
#: a text of which less than that share is not ASCII is folded in two steps
_FEW = 0.2
#: compatibility forms that most pages have; what they stand for is no part of a letter before or after them
_COMPATIBLE = (("\xa0", " "), ("…", "..."), ("\u202f", " "), ("\u2009", " "), ("\u2003", " "), ("™", "TM"))
#: what most texts have that is neither ASCII nor a letter
_PUNCTUATION = "’‘“”–—•·«»€©®"
#: with more different letters that are not ASCII a text is not looked through once for each
_MOST_LETTERS = 40


def _normalised(text: str) -> str:
    """NFKC, which ASCII has already, and most other texts but for a few signs."""
    for sign, plain in _COMPATIBLE:
        if sign in text:
            text = text.replace(sign, plain)
    if unicodedata.is_normalized("NFKC", text):
        return text
    if _has_many(text, text.encode("utf-8", "surrogatepass")):
        return unicodedata.normalize("NFKC", text)
    kept, at = list[str](), 0
    for run in _NOT_ASCII.finditer(text):
        begin = max(at, run.start() - 1)  # an accent may belong to the letter before
        kept += text[at:begin], unicodedata.normalize("NFKC", text[begin : run.end()])
        at = run.end()
    return "".join([*kept, text[at:]])


def _translated(text: str) -> str:
    """Every letter of a casefolded text, folded; of a text that is mostly ASCII bytes are, ten times as fast."""
    raw = text.encode("utf-8", "surrogatepass")
    if _has_many(text, raw):
        return text.translate(_LETTERS)
    text = raw.translate(_ASCII).decode("utf-8", "surrogatepass")
    for sign in "" if text.isascii() else _PUNCTUATION:
        text = text.replace(sign, " ")
    return text if text.isascii() else _without_others(text)


def _without_others(text: str) -> str:
    """A text with each letter that is not ASCII folded; what one is folded to is folded to itself."""
    letters = set("".join(_NOT_ASCII.findall(text)))
    if len(letters) > _MOST_LETTERS:
        return _NOT_ASCII.sub(lambda found: found[0].translate(_LETTERS), text)
    for letter in sorted(letters):  # æ before the letters that are folded to it
        text = text.replace(letter, _LETTERS[ord(letter)])
    return text


def _has_many(text: str, raw: bytes) -> bool:
    """Whether many letters of a text, which is *raw* in UTF-8, are not ASCII."""
    return len(raw) - len(text) > len(text) * _FEW


def fold(text: str) -> str:
    """A text as the matcher reads it: words between single spaces, one at either end.

    Scripts without spaces keep none inside a run, and a run ends where another
    script begins, so that "トム・クルーズがISSへ" is `トムクルーズが iss へ`.

    >>> fold("Съёмки на МКС. L'ISS, Şipenko!")
    ' съемки на мкс | l iss sipenko | '
    """
    if not text.isascii():
        text = _normalised(text)
    marked = _translated(_END.sub("\n", text.casefold()))
    folded = " ".join(marked.replace("\n", f" {SENTENCE} ").replace("\x1e", f" {FIELD} ").split())
    if not folded.isascii() and _HIGH.search(folded):
        folded = " ".join(_HIGH.sub(r" \g<0> ", _GLUE.sub("", folded)).split())
    return f" {folded} "


def is_unspaced(letter: str) -> bool:
    """Whether a term may begin or end next to this letter without a word boundary (Korean counts)."""
    return _HIGH.match(letter) is not None


_QUOTED = re.compile(
    r"(?:[\"«“„‟《〈「『‹]|(?<!\w)['‘’])\s*([^\"«»“”„‟《》〈〉「」『』‹›\n]{1,80}?)\s*(?:[\"»”“‟》〉」』›]|['’‘](?!\w))"
)


def quoted_phrases(text: str) -> frozenset[str]:
    """What stands in quotation marks of any kind, folded, up to 80 characters each.

    >>> sorted(quoted_phrases("«Вызов» and 'The Challenge', don't"))
    [' the challenge ', ' вызов ']
    """
    return frozenset(fold(phrase) for phrase in _QUOTED.findall(text))
