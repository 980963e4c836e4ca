"""A byline as it is printed -> the people who sign, and what signs where no person does."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache

from crawler.extract.page.schema import plain, squeeze
from crawler.lang import table
from crawler.lang.dates import is_weekday, month_number

#: characters of a byline that are looked at, and the longest name
MAX_CHARS = 600
MAX_NAME_CHARS = 60
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_URL = re.compile(r"(?:https?://|www\.)\S+")
_HANDLE = re.compile(r"(?<!\w)@\w+")
_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]{0,200}[)\]]")
_CLOCK = re.compile(r"\d{1,2}[:.h]\d{2}|\d{1,2}\s?[ap]\.?m\b|\d{4}", re.IGNORECASE)
_TAIL = re.compile(
    r"\b(?:updated|published|posted|last (?:updated|modified)|first published|min(?:ute)?s? read|follow|view (?:all |full )?(?:posts|profile|bio)|see (?:more|bio)|"
    r"more from|read more|contact|email|обновлено|опубликовано|aktualisiert|veröffentlicht|publié|publicado|actualizado|pubblicato|"
    r"aggiornato|opublikowano|güncelleme|gepubliceerd)\b.*$",
    re.IGNORECASE,
)
_END = re.compile(
    r"['’]s\b|\b(?:facebook|twitter|instagram|linkedin|share|copy link|follow us|stories|view all|newsletter|comments?|posts)\b",
    re.IGNORECASE,
)
_PARTS = re.compile(r"\s*(?:[;|•·\n]|\s?/{1,2}\s?|\s[—–-]+\s|→|⟶|\s\*\s|(?<=[a-zа-яё]{2})\.\s)\s*")
_WORK_BY = re.compile(
    r"^(?!.{0,40}\b(?:photo|image|picture|edit|illustrat|translat|graphic|video|check|updat|additional))(?:[^\W\d_][\w’'-]*\s){1,4}by\s(?=\S+\s\S)",
    re.IGNORECASE,
)
_LATE_SUFFIX = re.compile(r",\s+(?=(?:Jr|Sr)\b|I{2,3}\b|IV\b)", re.IGNORECASE)
_FOR = re.compile(r"(?<=\w)\s(?:[Ff]or|FOR|in|at|on|für|aus|pour|para|для|voor|reports|writes)\s.*$")
_WORD = re.compile(r"\S+")
_CASELESS = re.compile(
    r"^[\u0590-\u08ff\u0900-\u0dff\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af・·]+$"
)
_TITLE = re.compile(r"^(?:dr|prof|sir|dame|mr|mrs|ms|miss|lord|lady|rev|fr)\.?\s+(?=\S+\s+\S)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Signature:
    """One name of a byline."""

    name: str
    is_person: bool
    #: whether it was printed in capitals, so that its spelling is a guess
    was_upper: bool = False
    #: whether it is a nameless part of an organisation, like "IGN Staff"
    is_team: bool = False


@cache
def _words(section: str, key: str = "words") -> frozenset[str]:
    return frozenset(table("names")[section][key])


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
        if _END.search(part):
            if is_begun:
                return
        elif not skips:
            named = _without_date(_TAIL.sub("", part))
            yield named.strip(" ,:-–—")
            is_begun = is_begun or bool(named)
            if is_begun and named != " ".join(part.split()):
                return
        skips = False


def _without_date(part: str) -> str:
    """A part up to its date, with the weekday or month before the first digit."""
    digit = next((place for place, char in enumerate(part) if char.isdigit()), None)
    words = (part if digit is None else part[:digit]).split()
    for place, word in enumerate(words):
        bare = word.strip(".,")
        if is_weekday(bare) or (digit is not None and place == len(words) - 1 and month_number(bare)):
            words = words[:place]
            break
    while words and len(words[-1]) < 4 and words[-1].islower() and digit is not None:
        words.pop()
    return " ".join(words)


def _without_words_before(line: str, skips: bool) -> tuple[str, bool]:
    """A part without "By"; whether the name in it, or the next, is not the author's."""
    label, colon, rest = line.partition(": ")
    if colon and len(label.split()) < 4 and any(_is_role(word) for word in label.split()):
        line = rest
    line = _WORK_BY.sub("", line)
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
        ):
            break
        skips = word in _words("before", "not_the_author")
        line = rest
    return line.strip(), skips


def _signed(part: str, sites: Collection[str], may_be_short: bool) -> Iterator[Signature]:
    """The names in one part: split at commas and "and", each judged on its own."""
    part = _LATE_SUFFIX.sub(" ", part)
    pieces = [piece.strip() for piece in re.split(r"\s*[,、，]\s*", part) if piece.strip()]
    if swapped := _swapped(pieces):
        pieces = [swapped]
    names: list[str] = []
    for piece in pieces:
        if piece.casefold() not in _words("suffixes", "dropped"):
            names += _split_and(piece)
    has_full_name = any(len(name.split()) > 1 for name in names)
    for place, name in enumerate(names):
        is_short_ok = may_be_short and (place == 0 or not has_full_name)
        if signature := _judge(name, sites, is_short_ok):
            yield signature


def _swapped(pieces: list[str]) -> str | None:
    """`DOE, J.` and `Doe, Jane A.`: a surname first, then initials."""
    if len(pieces) != 2 or len(pieces[0].split()) != 1:
        return None
    return (
        f"{pieces[1]} {pieces[0]}"
        if re.fullmatch(r"(?:[^\W\d_]\.\s?){1,3}|[^\W\d_]+(?:\s[^\W\d_]\.?)", pieces[1])
        else None
    )


def _split_and(piece: str) -> list[str]:
    """`A and B` in any language; "Ortega y Gasset" is one name: its second half stands alone."""
    piece = re.sub(r"^(?:and|und|et|и|ve|&)\s+", "", piece, flags=re.IGNORECASE)
    halves = _between().split(piece)
    if len(halves) > 1 and all(len(half.split()) >= 2 or _CASELESS.match(half) for half in halves):
        return halves
    if len(halves) > 1 and re.search(r"\s(?:and|und|et|&|и|with|avec|mit|con|com)\s", piece, re.IGNORECASE):
        return halves
    return [piece]


def _judge(name: str, sites: Collection[str], may_be_short: bool) -> Signature | None:
    """A person, an organisation, or None for what is no name."""
    name = _FOR.sub("", _bare(name))
    low = name.casefold()
    if low in _words("agencies", "names") or low in sites or _is_team(name):
        return (
            Signature(name, is_person=False, is_team=_is_team(name) or low in sites)
            if low not in _words("nobody", "names")
            else None
        )
    name = _without_employer(_without_suffix(_without_role(_TITLE.sub("", name))), sites)
    low = name.casefold()
    if not 2 <= len(name) <= MAX_NAME_CHARS or low in _words("nobody", "names") or _CLOCK.search(name):
        return None
    if low in _words("agencies", "names") or low in sites or _is_organisation(name):
        return Signature(name, is_person=False)
    words = name.split()
    if not _is_written_as_name(words, may_be_short):
        return None
    cased = _cased(name)
    return Signature(cased, is_person=True, was_upper=cased != name)


def _bare(name: str) -> str:
    """Without the punctuation around a name; the dot of "Jr." stays."""
    bare = squeeze(name).strip(" .,:;'\"“”«»*-–—|")
    return f"{bare}." if bare.endswith((" Jr", " Sr")) else bare


def _is_team(name: str) -> bool:
    """`IGN Staff`, `Redaktion beck-aktuell`: a group signs, not a person with a role."""
    words = name.casefold().split()
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
        word.strip(".,'’s").casefold() if len(word) > 4 else word.strip(",").casefold()
        for word in name.split()
    ]
    if words[:1] == ["the"] and len(words) > 1:
        return True
    return any(word in _words("organisations") for word in words) or bool(
        re.search(r"\.(?:com|org|net|ru|de|fr|co|tv|io)\b", name, re.IGNORECASE)
    )


def _is_written_as_name(words: list[str], may_be_short: bool) -> bool:
    """Two to six words with capitals, particles between; one word only where a name is expected."""
    if len(words) == 1:
        word = words[0]
        if _CASELESS.match(word):
            return 2 <= len(word) <= 12
        return (
            may_be_short
            and len(word) > 1
            and _has_capital(word)
            and not any(char.isdigit() for char in word)
            and not (word.isupper() and len(word) < 5)
        )
    if len(words) > 6 or any(char.isdigit() for word in words for char in word):
        return False
    if all(_CASELESS.match(word) for word in words):
        return True
    capitals = [_has_capital(word) for word in words]
    plain_words = [word.casefold() in _words("particles") for word in words]
    return (
        sum(capitals) >= 2
        and capitals[-1]
        and all(big or small for big, small in zip(capitals, plain_words, strict=True))
    )


def _has_capital(word: str) -> bool:
    """Whether a word begins as a name does; scripts without case count."""
    first = next((char for char in word if char.isalpha()), "")
    return bool(first) and not first.islower()


def _without_role(name: str) -> str:
    """`Science Editor Jane Doe`, `Jane Doe Staff Writer` -> `Jane Doe`; a role alone -> empty."""
    words = name.split()
    marked = [_is_role(word) for word in words]
    if not any(marked):
        return name
    around = [
        mark or word.strip(".,").casefold() in _words("roles", "modifiers")
        for word, mark in zip(words, marked, strict=True)
    ]
    first, last = marked.index(True), len(marked) - 1 - marked[::-1].index(True)
    while first > 0 and (
        around[first - 1]
        or words[first - 1].islower()
        or (words[first - 1].isupper() and len(words[first - 1]) < 5 and first > 2)
    ):
        first -= 1
    while last + 1 < len(words) and (around[last + 1] or words[last + 1].islower()):
        last += 1
    head, tail = words[:first], words[last + 1 :]
    return " ".join(
        next((part for part in (head, tail) if len(part) > 1 or (part and _CASELESS.match(part[0]))), [])
    )


def _is_role(word: str) -> bool:
    low = word.strip(".,").casefold()
    return low in _words("roles") or (low.endswith("s") and low[:-1] in _words("roles"))


def _without_suffix(name: str) -> str:
    """Without degrees behind a name."""
    words = name.split()
    while len(words) > 2 and words[-1].strip(",").casefold() in _words("suffixes", "dropped"):
        words.pop()
    return " ".join(words).rstrip(",")


def _cased(name: str) -> str:
    """Names in capitals as names are written: `MARY O'NEIL` -> `Mary O'Neil`; others stay."""
    letters = [char for char in name if char.isalpha()]
    if (
        len(letters) < 4
        or not all(char.isupper() for char in letters)
        or all(char.lower() == char for char in letters)
    ):
        return name
    return " ".join(_cased_word(word, place) for place, word in enumerate(name.split()))


def _cased_word(word: str, place: int) -> str:
    if word.casefold() in _words("particles") and place and len(word) > 1:
        return word.lower()
    if (
        "." in word
        or word.casefold() in ("ii", "iii", "iv")
        or (len(word) == 2 and place == 0 and not re.search("[AEIOUY]", word))
    ):
        return word
    pieces = re.split(r"([-'’])", word)
    cased = "".join(piece.capitalize() for piece in pieces)
    return re.sub(r"^Mc([a-z])", lambda found: "Mc" + found[1].upper(), cased)
