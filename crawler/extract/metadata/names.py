"""A byline as it is printed -> the people who sign, and what signs where no person does."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from crawler.extract.metadata.byline_forms import plain_byline, split_glued
from crawler.extract.metadata.byline_words import (
    PARTS,
    address,
    and_between,
    and_first,
    before,
    between,
    dotted_address,
    employed,
    end,
    is_agency,
    name_words,
    of_pictures,
    starts_byline,
    text_by,
    with_colons,
    without_rest,
    work_by,
)
from crawler.extract.metadata.person_names import cased, is_caseless, is_handle, is_spaced, is_written_as_name
from crawler.extract.metadata.positions import is_role, without_role, without_suffix
from crawler.extract.page.schema import readable, squeeze

#: characters of a byline that are looked at, and the longest name
_MAX_CHARS = 600
MAX_NAME_CHARS = 60
#: words of "By" in any language
_MOST_LABEL_WORDS = 3
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_URL = re.compile(r"(?:https?://|www\.)\S+")
_HANDLE = re.compile(r"(?<!\w)@\w+")
_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]{0,200}[)\]]")
#: a clock, or the mark of a variable that was not filled in
_NO_NAME = re.compile(r"\d{1,2}[:.h]\d{2}|\d{1,2}\s?[ap]\.?m\b|\d{4}|[{}%$<>\[\]=\\]", re.IGNORECASE)
#: letters of a language's code: `FR IT` is a menu
_LONGEST_CODE = 2
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
    #: whether it is the name of an account, or initials: believed where nobody signs with a name
    is_handle: bool = False


def signatures(
    byline: str, sites: Collection[str] = (), *, may_be_short: bool = False, is_field: bool = False
) -> tuple[Signature, ...]:
    """Who signs, in the order of the byline.

    Roles, "By" and its relatives, mail addresses, handles, dates, degrees and
    places are left out; names in capitals are written as names; what signs
    nobody ("Staff", "admin") is dropped.

    Args:
        byline: as printed; pieces of markup may be parted by newlines.
        sites: names of the site and its publisher, in lower case: they are no people.
        may_be_short: whether a single word can be a person, as in a field that holds only a name.
        is_field: whether it holds nothing but names, so that `Doe, Jane` is one.

    >>> [each.name for each in signatures("By TOM KRISHER and Jane Doe, AP Auto Writers")]
    ['Tom Krisher', 'Jane Doe']
    """
    found: dict[str, Signature] = {}
    if byline.strip().casefold() in name_words("nobody", "names"):
        return ()
    is_name = is_field or may_be_short or _is_of_halves(byline)
    for part in _parts(byline):
        for signature in _signed(part, sites, may_be_short, is_name=is_name):
            key = signature.name.casefold()
            if key not in found or (found[key].was_upper and not signature.was_upper):
                found[key] = signature
    return tuple(found.values())


def _is_of_halves(byline: str) -> bool:
    """`By Doe, Jane`: "By" and two words with a comma between them."""
    first, comma, last = byline.rstrip().rpartition(", ")
    is_short = bool(comma) and last.isalpha() and 1 < len(first.split()) <= _MOST_LABEL_WORDS + 1
    return is_short and "," not in first and starts_byline(byline)


def _parts(byline: str) -> Iterator[str]:
    """The byline cut where one name ends and another, a role or a date begins."""
    text = "\n".join(plain_byline(readable(line)) for line in byline[:_MAX_CHARS].splitlines())
    text = dotted_address().sub(r"\1 ", of_pictures().sub("", text))
    text = _HANDLE.sub("\n", _URL.sub("\n", _MAIL.sub("\n", text))).strip()
    text = text[1:-1] if text.startswith("(") and text.endswith(")") else _BRACKETS.sub(" ", text)
    skips, is_begun = False, False
    for line in PARTS.split(with_colons(text)):
        part, skips = _without_words_before(line, skips)
        if not part:
            continue
        if end().search(line):
            if is_begun:
                return
        elif not skips:
            named = without_rest(part)
            yield named.strip(" ,:-–—")
            is_begun = is_begun or bool(named)
            if is_begun and named != " ".join(part.split()):
                return
        skips = False


def _without_words_before(line: str, skips: bool) -> tuple[str, bool]:
    """A part without "By"; whether the name in it, or the next, is not the author's."""
    label, colon, rest = line.partition(": ")
    if colon and len(label.split()) < 4 and any(is_role(word) for word in label.split()):
        line = rest
    line = work_by().sub("", text_by().sub("", line))
    for _ in range(3):
        match = before().match(line)
        if not match:
            break
        word = match["word"].casefold()
        rest = line[match.end() :].strip()
        if (
            word in name_words("particles")
            and line[match.start("word")].isupper()
            and rest
            and len(rest.split()) < 2
            and rest.casefold() not in name_words("agencies", "names")
        ):
            break
        skips = word in name_words("before", "not_the_author")
        line = rest
    return line.strip(), skips


def _signed(part: str, sites: Collection[str], may_be_short: bool, *, is_name: bool) -> Iterator[Signature]:
    """The names in one part: split at commas and "and", each judged on its own."""
    part = _LATE_SUFFIX.sub(" ", part)
    pieces = [piece.strip() for piece in re.split(r"\s*[,、，،]\s*", part) if piece.strip()]
    if swapped := _swapped_each(part, pieces, is_name=is_name):
        pieces = swapped
    names: list[str] = []
    for piece in pieces:
        if (
            piece.casefold() not in name_words("suffixes", "dropped")
            and ":" not in piece
            and "：" not in piece
        ):
            names += _split_and(piece)
    has_full_name = any(len(name.split()) > 1 for name in names)
    for place, name in enumerate(names):
        is_short_ok = may_be_short and (place == 0 or not has_full_name)
        signature = _judge(name, sites, is_short_ok)
        is_rest = place > 0 and has_full_name and is_spaced(name)
        if signature and not (is_rest and signature.is_person):
            yield signature


def _swapped_each(part: str, pieces: list[str], *, is_name: bool) -> list[str]:
    """The names of a part in which each has the surname first, as `Doe, Jane and Roe, John` has; else none."""
    if swapped := _swapped(pieces, is_name=is_name):
        return [swapped]
    halves = [re.split(r"\s*,\s*", half.strip()) for half in between().split(part)]
    names = [_swapped(half, is_name=is_name) for half in halves if len(halves) > 1]
    return [name for name in names if name] if all(names) else []


def _swapped(pieces: list[str], *, is_name: bool) -> str | None:
    """`DOE, J.`, `Doe, Jane A.`, and where nothing but a name stands `Doe, Jane`: the surname first."""
    if len(pieces) != 2 or len(pieces[0].split()) != 1:
        return None
    if re.fullmatch(r"(?:[^\W\d_]\.\s?){1,3}|[^\W\d_]+(?:\s[^\W\d_]\.?)", pieces[1]):
        return f"{pieces[1]} {pieces[0]}"
    are_names = all(_is_given_name(piece) for piece in pieces)
    return f"{pieces[1]} {pieces[0]}" if is_name and are_names else None


def _is_given_name(word: str) -> bool:
    """One word that may be half of a name: with a capital where there are any, and no agency, role or degree."""
    low = word.casefold().strip(".")
    known = (
        name_words("agencies", "names")
        | name_words("organisations")
        | name_words("nobody", "names")
        | name_words("suffixes", "dropped")
        | name_words("suffixes", "kept")
    )
    return word.isalpha() and (word.istitle() or is_spaced(word)) and low not in known and not is_role(word)


def _split_and(piece: str) -> list[str]:
    """`A and B` in any language; "Ortega y Gasset" is one name: its second half stands alone."""
    piece = and_first().sub("", piece)
    halves = between().split(piece)
    if len(halves) > 1 and all(len(half.split()) >= 2 or is_caseless(half) for half in halves):
        return halves
    if len(halves) > 1 and and_between().search(piece):
        return halves
    return split_glued(piece)


def _judge(name: str, sites: Collection[str], may_be_short: bool) -> Signature | None:
    """A person, an organisation, or None for what is no name."""
    name = employed().sub("", _bare(name))
    low = name.casefold()
    if low in name_words("agencies", "names") or low in sites or _is_team(name):
        return (
            Signature(name, is_person=False, is_team=_is_team(name) or low in sites)
            if low not in name_words("nobody", "names")
            else None
        )
    name = _without_employer(without_suffix(without_role(address().sub("", name))), sites)
    low = name.casefold()
    if not 2 <= len(name) <= MAX_NAME_CHARS or low in name_words("nobody", "names") or _NO_NAME.search(name):
        return None
    if low in name_words("agencies", "names") or low in sites or _is_organisation(name):
        return Signature(name, is_person=False)
    words = _once(name.split())
    if low in name_words("places", "names") or (
        len(words) > 1 and words[0].casefold() in name_words("buttons")
    ):
        return None
    if not is_written_as_name(words, may_be_short):
        return None
    written = cased(" ".join(words))
    was_upper = written != " ".join(words)
    if was_upper and all(len(word) <= _LONGEST_CODE for word in words):
        return None
    return Signature(written, is_person=True, was_upper=was_upper, is_handle=is_handle(written))


def _once(words: list[str]) -> list[str]:
    """`Jane Doe Jane Doe` -> `Jane Doe`: the name of a picture beside the name."""
    half = len(words) // 2
    return words[:half] if half > 1 and words[:half] == words[half:] else words


def _bare(name: str) -> str:
    """Without the punctuation around a name; the dot of "Jr." stays."""
    bare = squeeze(name).strip(" .,:;'\"“”«»*-–—|")
    return f"{bare}." if bare.endswith((" Jr", " Sr")) else bare


def _is_team(name: str) -> bool:
    """`IGN Staff`, `Redaktion beck-aktuell`: a group signs, not a person with a role."""
    words = name.casefold().split()
    if len(words) > 2 and words[-2] in name_words("teams") and words[-1] in name_words("teams", "reports"):
        return True
    return (
        1 < len(words) <= 5
        and bool({words[0], words[-1]} & name_words("teams"))
        and (is_agency(words[0]) or not set(words) <= name_words("roles", "modifiers") | name_words("roles"))
    )


def _without_employer(name: str, sites: Collection[str]) -> str:
    """`Kevin McCoy USA TODAY` on the site of USA Today -> `Kevin McCoy`."""
    words = name.split()
    for size in range(min(4, len(words) - 2), 0, -1):
        employer = " ".join(words[-size:]).casefold()
        if len(employer) > 2 and (employer in sites or employer in name_words("agencies", "names")):
            return " ".join(words[:-size]).rstrip(" ,-–—/")
    return name


def _is_organisation(name: str) -> bool:
    words = [
        re.sub(r"['’]s$", "", word.strip(".,'’")).casefold() if len(word) > 4 else word.strip(",").casefold()
        for word in name.split()
    ]
    if words[:1] == ["the"] and len(words) > 1:
        return True
    return any(word in name_words("organisations") for word in words) or bool(_DOMAIN.search(name))
