"""What stands before, between and behind the names of a byline: words of languages as patterns."""

from __future__ import annotations

import re
from functools import cache

from crawler.extract.metadata.byline_forms import plain_byline
from crawler.extract.page.schema import squeeze
from crawler.lang import alternatives, word_set
from crawler.lang.dates import is_weekday, month_number
from crawler.lang.tokens import word_tokens

PARTS = re.compile(
    r"\s*(?:[;|•·\n]|\s?/{1,2}\s?|\s[—–-]+\s|→|⟶|\s\*\s|\s(?=[A-ZÀ-ÖØ-Þ\u0391-\u03a9\u0400-\u042f][^\W\d_]{2,13}:\s|[^\W\d_]{1,6}：)|(?<=[^\W\d_A-Z]{2})\.\s)\s*"
)
#: a number, not the end of an account's name
_NUMBER = re.compile(r"(?<!\w)\d")
#: letters of a weekday that may as well be a name
_LONGEST_ABBREVIATION = 4
_WORD = re.compile(r"\w+")
#: Thai, Lao, Burmese, Khmer, Kana, Han, Hangul
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_COLONS = frozenset(":：՝")
#: words of a line with a person and a position
_MOST_POSITION_WORDS = 8


def name_words(section: str, key: str = "words") -> frozenset[str]:
    return word_set("names", section, key)


@cache
def tail() -> re.Pattern[str]:
    """What follows a name in its byline and is none."""
    return re.compile(rf"(?<!\w){alternatives(name_words('tail'))}(?!\w).*$", re.IGNORECASE)


@cache
def end() -> re.Pattern[str]:
    """What a byline is over at: buttons."""
    return re.compile(rf"['’]s\b|(?<!\w){alternatives(name_words('end'))}(?!\w)", re.IGNORECASE)


@cache
def employed() -> re.Pattern[str]:
    """What stands between a name and whom it writes for."""
    words = name_words("employed")
    upper = (word.upper() for word in words)
    return re.compile(rf"(?<=\w)\s{alternatives([*words, *upper, 'For'])}\s.*$")


@cache
def work_by() -> re.Pattern[str]:
    """`Words and analysis by`: what somebody did, but not pictures, editing, translation."""
    return re.compile(
        rf"^(?!(?!.{{0,40}}\b{alternatives(name_words('own_work'))}).{{0,40}}\b{alternatives(name_words('other_work'))})(?:[^\W\d_][\w’'-]*\s){{1,4}}{alternatives(name_words('by'))}\s(?=\S+\s\S)",
        re.IGNORECASE,
    )


@cache
def text_by() -> re.Pattern[str]:
    """`Story and photos by`: a line that says who did the text."""
    words = r"(?:[^\W\d_][\w’'-]*\s){0,3}"
    by = alternatives(name_words("by", "behind_text"))
    return re.compile(
        rf"^{words}{alternatives(name_words('own_work'))}\s{words}{by}\s(?=\S+\s\S)", re.IGNORECASE
    )


@cache
def of_pictures() -> re.Pattern[str]:
    """`and John Roe (photos)`: somebody whose work is named in brackets."""
    works, joined = alternatives(name_words("other_work")), alternatives([*name_words("between"), "&"])
    return re.compile(rf"(?:\s{joined}\s|[,;/]\s*)?[^,;/()\n]{{3,40}}\((?:{works})\w{{0,8}}\)", re.IGNORECASE)


@cache
def address() -> re.Pattern[str]:
    """A form of address before a name of two words."""
    return re.compile(rf"^(?:{alternatives(name_words('address'))}\.?\s+)+(?=\S+\s+\S)", re.IGNORECASE)


@cache
def dotted_address() -> re.Pattern[str]:
    """`Prof. ` before a name: its dot ends no part of the byline."""
    return re.compile(rf"(?<!\w)({alternatives(name_words('address'))})\.\s+(?=\S)", re.IGNORECASE)


@cache
def and_between() -> re.Pattern[str]:
    return re.compile(rf"\s{alternatives([*name_words('between', 'sure'), '&'])}\s", re.IGNORECASE)


@cache
def and_first() -> re.Pattern[str]:
    return re.compile(rf"^{alternatives([*name_words('between', 'sure'), '&'])}\s+", re.IGNORECASE)


@cache
def before() -> re.Pattern[str]:
    """A word before a name, with what may part them."""
    found = alternatives(name_words("before") | name_words("before", "not_the_author"))
    return re.compile(rf"^[\s\W]*(?P<word>{found})(?:\s*[:：.՝]\s*|\s+|(?=[\u3040-\u9fff])|$)", re.IGNORECASE)


@cache
def between() -> re.Pattern[str]:
    return re.compile(rf"\s+{alternatives([*name_words('between'), '&', '+'])}\s+", re.IGNORECASE)


@cache
def _before_slash() -> re.Pattern[str]:
    found = name_words("before") | name_words("before", "not_the_author")
    signs = [word for word in found if re.fullmatch("[\u3040-\u9fff\uac00-\ud7af\u30fb]+", word)]
    return re.compile(rf"({alternatives(signs)})\s?[／/=＝・]\s?")


def with_colons(line: str) -> str:
    """`文／王小明` -> `文：王小明`: a label of Chinese or Japanese parted from its name by a stroke.

    >>> with_colons("文／王小明 圖／李大華")
    '文：王小明 圖：李大華'
    """
    return line if line.isascii() else _before_slash().sub(r"\1：", line)


def parts_of(line: str) -> list[str]:
    """A line cut at bars, dashes and dots: what stands between them belongs together."""
    return [part for part in PARTS.split(with_colons(plain_byline(line))) if part]


@cache
def _first_words() -> frozenset[str]:
    """What a byline, or the word for a part of one, begins with."""
    words = name_words("before") | name_words("before", "not_the_author") | name_words("own_work")
    return frozenset(found[0] for word in words if (found := _WORD.findall(word.casefold())))


def may_sign(text: str) -> bool:
    """Whether a line holds a word that bylines begin with: most lines hold none, and need not be cut in parts.

    Where words are written without spaces between them nobody can tell as fast.
    """
    if not _first_words().isdisjoint(word_tokens(text.casefold())):
        return True
    return not text.isascii() and _UNSPACED.search(text) is not None


def starts_byline(text: str) -> bool:
    """Whether a line begins as a byline does: "By Jane Doe", "Автор: ..."."""
    if text_by().match(text):
        return True
    match = before().match(text)
    if match is None or match["word"].casefold() in name_words("before", "not_the_author"):
        return False
    return not _COLONS.isdisjoint(match[0]) or match["word"].casefold() not in name_words("before", "labels")


def without_rest(line: str) -> str:
    """A byline without what follows its names: a date, "min read", a button."""
    return without_date(tail().sub("", line))


def names_position(line: str) -> bool:
    """Whether a line of few words holds the position of somebody who signs articles."""
    words = [word.strip(".,|").casefold() for word in line.split()]
    return len(words) <= _MOST_POSITION_WORDS and not name_words("roles", "signing").isdisjoint(words)


def joins_names(text: str) -> bool:
    """Whether a string goes on with another name, or says whose name follows: "and John Roe", ", John Roe", "Edited by"."""
    is_joined = text[0] in ",&;、，" or and_first().match(f"{text} ") is not None
    return is_joined or before().match(text) is not None


def names_source(text: str) -> str | None:
    """What a line says it was taken from: `Bron: BELGA` -> `BELGA`; None for another line."""
    label, colon, rest = text.replace("：", ":").partition(":")
    return squeeze(rest) if colon and label.strip().casefold() in name_words("source") else None


def is_agency(name: str) -> bool:
    """Whether a name is that of a known news agency."""
    return name.casefold() in name_words("agencies", "names")


def without_date(part: str) -> str:
    """A part up to its date, with the weekday or month before the first digit; without a digit "Sun" is a newspaper's."""
    digit = next((match.start() for match in _NUMBER.finditer(part)), None)
    words = (part if digit is None else part[:digit]).split()
    for place, word in enumerate(words):
        bare = word.strip(".,")
        is_day = is_weekday(bare) and (digit is not None or len(bare) > _LONGEST_ABBREVIATION)
        if is_day or (digit is not None and place == len(words) - 1 and month_number(bare)):
            words = words[:place]
            break
    while words and len(words[-1]) < 4 and words[-1].islower() and digit is not None:
        words.pop()
    return " ".join(words)
