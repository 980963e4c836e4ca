"""A byline as it is printed -> the people who sign, and what signs where no person does."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache

from crawler.extract.metadata.person_names import cased, is_caseless, is_written_as_name
from crawler.extract.metadata.positions import is_role, without_role, without_suffix
from crawler.extract.page.schema import plain, squeeze
from crawler.lang import alternatives, word_set
from crawler.lang.dates import is_weekday, month_number

#: characters of a byline that are looked at, and the longest name
MAX_CHARS = 600
MAX_NAME_CHARS = 60
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_URL = re.compile(r"(?:https?://|www\.)\S+")
_HANDLE = re.compile(r"(?<!\w)@\w+")
_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]{0,200}[)\]]")
_CLOCK = re.compile(r"\d{1,2}[:.h]\d{2}|\d{1,2}\s?[ap]\.?m\b|\d{4}", re.IGNORECASE)
_PARTS = re.compile(r"\s*(?:[;|•·\n]|\s?/{1,2}\s?|\s[—–-]+\s|→|⟶|\s\*\s|(?<=[^\W\d_A-Z]{2})\.\s)\s*")
#: letters of a weekday that may as well be a name
_LONGEST_ABBREVIATION = 4
_DOMAIN = re.compile(r"\.(?:com|org|net|ru|de|fr|co|tv|io)\b", re.IGNORECASE)
_LATE_SUFFIX = re.compile(r",\s+(?=(?:Jr|Sr)\b|I{2,3}\b|IV\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Signature:
    """One name of a byline."""

    name: str
    is_person: bool
    #: whether it was printed in capitals, so that its spelling is a guess
    was_upper: bool = False
    #: whether it is a nameless part of an organisation, like "IGN Staff"
    is_team: bool = False


def _words(section: str, key: str = "words") -> frozenset[str]:
    return word_set("names", section, key)


@cache
def _tail() -> re.Pattern[str]:
    """What follows a name in its byline and is none."""
    return re.compile(rf"(?<!\w){alternatives(_words('tail'))}(?!\w).*$", re.IGNORECASE)


@cache
def _end() -> re.Pattern[str]:
    """What a byline is over at: buttons."""
    return re.compile(rf"['’]s\b|(?<!\w){alternatives(_words('end'))}(?!\w)", re.IGNORECASE)


@cache
def _employed() -> re.Pattern[str]:
    """What stands between a name and whom it writes for."""
    words = _words("employed")
    upper = (word.upper() for word in words)
    return re.compile(rf"(?<=\w)\s{alternatives([*words, *upper, 'For'])}\s.*$")


@cache
def _work_by() -> re.Pattern[str]:
    """`Words and analysis by`: what somebody did, but not pictures, editing, translation."""
    return re.compile(
        rf"^(?!(?!.{{0,40}}\b{alternatives(_words('own_work'))}).{{0,40}}\b{alternatives(_words('other_work'))})(?:[^\W\d_][\w’'-]*\s){{1,4}}{alternatives(_words('by'))}\s(?=\S+\s\S)",
        re.IGNORECASE,
    )


@cache
def _address() -> re.Pattern[str]:
    """A form of address before a name of two words."""
    return re.compile(rf"^{alternatives(_words('address'))}\.?\s+(?=\S+\s+\S)", re.IGNORECASE)


@cache
def _and_between() -> re.Pattern[str]:
    return re.compile(rf"\s{alternatives([*_words('between', 'sure'), '&'])}\s", re.IGNORECASE)


@cache
def _and_first() -> re.Pattern[str]:
    return re.compile(rf"^{alternatives([*_words('between', 'sure'), '&'])}\s+", re.IGNORECASE)


@cache
def _before() -> re.Pattern[str]:
    """A word before a name, with what may part them."""
    found = sorted(_words("before") | _words("before", "not_the_author"), key=len, reverse=True)
    joined = "|".join(re.escape(word) for word in found)
    return re.compile(rf"^[\s\W]*(?P<word>{joined})(?:\s*[:：.]\s*|\s+|(?=[\u3040-\u9fff])|$)", re.IGNORECASE)


@cache
def _between() -> re.Pattern[str]:
    joined = "|".join(re.escape(word) for word in _words("between"))
    return re.compile(rf"\s+(?:{joined}|&|\+)\s+", re.IGNORECASE)


def parts_of(line: str) -> list[str]:
    """A line cut at bars, dashes and dots: what stands between them belongs together."""
    return [part for part in _PARTS.split(line) if part]


def starts_byline(text: str) -> bool:
    """Whether a line begins as a byline does: "By Jane Doe", "Автор: ..."."""
    match = _before().match(text)
    return match is not None and match["word"].casefold() not in _words("before", "not_the_author")


def names_source(text: str) -> str | None:
    """What a line says it was taken from: `Bron: BELGA` -> `BELGA`; None for another line."""
    label, colon, rest = text.replace("：", ":").partition(":")
    return squeeze(rest) if colon and label.strip().casefold() in _words("source") else None


def is_agency(name: str) -> bool:
    """Whether a name is that of a known news agency."""
    return name.casefold() in _words("agencies", "names")


def signatures(
    byline: str, sites: Collection[str] = (), *, may_be_short: bool = False
) -> tuple[Signature, ...]:
    """Who signs, in the order of the byline.

    Roles, "By" and its relatives, mail addresses, handles, dates, degrees and
    places are left out; names in capitals are written as names; what signs
    nobody ("Staff", "admin") is dropped.

    Args:
        byline: as printed; pieces of markup may be parted by newlines.
        sites: names of the site and its publisher, in lower case: they are no people.
        may_be_short: whether a single word can be a person, as in a field that holds only a name.

    >>> [each.name for each in signatures("By TOM KRISHER and Jane Doe, AP Auto Writers")]
    ['Tom Krisher', 'Jane Doe']
    """
    found: dict[str, Signature] = {}
    for part in _parts(byline):
        for signature in _signed(part, sites, may_be_short):
            key = signature.name.casefold()
            if key not in found or (found[key].was_upper and not signature.was_upper):
                found[key] = signature
    return tuple(found.values())


def _parts(byline: str) -> Iterator[str]:
    """The byline cut where one name ends and another, a role or a date begins."""
    text = "\n".join(plain(line) for line in byline[:MAX_CHARS].splitlines())
    text = _HANDLE.sub("\n", _URL.sub("\n", _MAIL.sub("\n", text))).strip()
    text = text[1:-1] if text.startswith("(") and text.endswith(")") else _BRACKETS.sub(" ", text)
    skips, is_begun = False, False
    for line in _PARTS.split(text):
        part, skips = _without_words_before(line, skips)
        if not part:
            continue
        if _end().search(part):
            if is_begun:
                return
        elif not skips:
            named = _without_date(_tail().sub("", part))
            yield named.strip(" ,:-–—")
            is_begun = is_begun or bool(named)
            if is_begun and named != " ".join(part.split()):
                return
        skips = False


def _without_date(part: str) -> str:
    """A part up to its date, with the weekday or month before the first digit; without a digit "Sun" is a newspaper's."""
    digit = next((place for place, char in enumerate(part) if char.isdigit()), None)
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


def _without_words_before(line: str, skips: bool) -> tuple[str, bool]:
    """A part without "By"; whether the name in it, or the next, is not the author's."""
    label, colon, rest = line.partition(": ")
    if colon and len(label.split()) < 4 and any(is_role(word) for word in label.split()):
        line = rest
    line = _work_by().sub("", line)
    for _ in range(3):
        match = _before().match(line)
        if not match:
            break
        word = match["word"].casefold()
        rest = line[match.end() :].strip()
        if (
            word in _words("particles")
            and line[match.start("word")].isupper()
            and rest
            and len(rest.split()) < 2
            and rest.casefold() not in _words("agencies", "names")
        ):
            break
        skips = word in _words("before", "not_the_author")
        line = rest
    return line.strip(), skips


def _signed(part: str, sites: Collection[str], may_be_short: bool) -> Iterator[Signature]:
    """The names in one part: split at commas and "and", each judged on its own."""
    part = _LATE_SUFFIX.sub(" ", part)
    pieces = [piece.strip() for piece in re.split(r"\s*[,、，]\s*", part) if piece.strip()]
    if swapped := _swapped(pieces, is_name=may_be_short):
        pieces = [swapped]
    names: list[str] = []
    for piece in pieces:
        label, colon, _ = piece.partition(":")
        is_of_pictures = bool(colon) and label.strip().casefold() in _words("before", "not_the_author")
        if piece.casefold() not in _words("suffixes", "dropped") and not is_of_pictures:
            names += _split_and(piece)
    has_full_name = any(len(name.split()) > 1 for name in names)
    for place, name in enumerate(names):
        is_short_ok = may_be_short and (place == 0 or not has_full_name)
        if signature := _judge(name, sites, is_short_ok):
            yield signature


def _swapped(pieces: list[str], *, is_name: bool) -> str | None:
    """`DOE, J.`, `Doe, Jane A.`, and where nothing but a name stands `Doe, Jane`: the surname first."""
    if len(pieces) != 2 or len(pieces[0].split()) != 1:
        return None
    if re.fullmatch(r"(?:[^\W\d_]\.\s?){1,3}|[^\W\d_]+(?:\s[^\W\d_]\.?)", pieces[1]):
        return f"{pieces[1]} {pieces[0]}"
    are_names = all(_is_given_name(piece) for piece in pieces)
    return f"{pieces[1]} {pieces[0]}" if is_name and are_names else None


def _is_given_name(word: str) -> bool:
    """One word that may be half of a name: with a capital, and no agency, role or degree."""
    low = word.casefold().strip(".")
    known = (
        _words("agencies", "names")
        | _words("organisations")
        | _words("nobody", "names")
        | _words("suffixes", "dropped")
        | _words("suffixes", "kept")
    )
    return word.isalpha() and word.istitle() and low not in known and not is_role(word)


def _split_and(piece: str) -> list[str]:
    """`A and B` in any language; "Ortega y Gasset" is one name: its second half stands alone."""
    piece = _and_first().sub("", piece)
    halves = _between().split(piece)
    if len(halves) > 1 and all(len(half.split()) >= 2 or is_caseless(half) for half in halves):
        return halves
    if len(halves) > 1 and _and_between().search(piece):
        return halves
    return [piece]


def _judge(name: str, sites: Collection[str], may_be_short: bool) -> Signature | None:
    """A person, an organisation, or None for what is no name."""
    name = _employed().sub("", _bare(name))
    low = name.casefold()
    if low in _words("agencies", "names") or low in sites or _is_team(name):
        return (
            Signature(name, is_person=False, is_team=_is_team(name) or low in sites)
            if low not in _words("nobody", "names")
            else None
        )
    name = _without_employer(without_suffix(without_role(_address().sub("", name))), sites)
    low = name.casefold()
    if not 2 <= len(name) <= MAX_NAME_CHARS or low in _words("nobody", "names") or _CLOCK.search(name):
        return None
    if low in _words("agencies", "names") or low in sites or _is_organisation(name):
        return Signature(name, is_person=False)
    words = name.split()
    if not is_written_as_name(words, may_be_short):
        return None
    written = cased(name)
    return Signature(written, is_person=True, was_upper=written != name)


def _bare(name: str) -> str:
    """Without the punctuation around a name; the dot of "Jr." stays."""
    bare = squeeze(name).strip(" .,:;'\"“”«»*-–—|")
    return f"{bare}." if bare.endswith((" Jr", " Sr")) else bare


def _is_team(name: str) -> bool:
    """`IGN Staff`, `Redaktion beck-aktuell`: a group signs, not a person with a role."""
    words = name.casefold().split()
    if len(words) > 2 and words[-2] in _words("teams") and words[-1] in _words("teams", "reports"):
        return True
    return (
        1 < len(words) <= 5
        and bool({words[0], words[-1]} & _words("teams"))
        and not set(words) <= _words("roles", "modifiers") | _words("roles")
    )


def _without_employer(name: str, sites: Collection[str]) -> str:
    """`Kevin McCoy USA TODAY` on the site of USA Today -> `Kevin McCoy`."""
    words = name.split()
    for size in range(min(4, len(words) - 2), 0, -1):
        employer = " ".join(words[-size:]).casefold()
        if len(employer) > 2 and (employer in sites or employer in _words("agencies", "names")):
            return " ".join(words[:-size]).rstrip(" ,-–—/")
    return name


def _is_organisation(name: str) -> bool:
    words = [
        re.sub(r"['’]s$", "", word.strip(".,'’")).casefold() if len(word) > 4 else word.strip(",").casefold()
        for word in name.split()
    ]
    if words[:1] == ["the"] and len(words) > 1:
        return True
    return any(word in _words("organisations") for word in words) or bool(_DOMAIN.search(name))
