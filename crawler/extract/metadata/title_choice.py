"""Which spelling of a headline is the headline: what readers see, what is stated out of sight, and what bears the other out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from lxml.html import HtmlElement

from crawler.extract.metadata.title_parts import words_of

#: two headlines with this share of the shorter one's words in common speak of the same thing
_SAME = 0.5
#: letters of a heading that the address is searched for
_NAMED_CHARS = 8
_SET_OFF_AFTER = re.compile(r"\W*$|\s*[|\-–—:•·»/(\[]")
_SET_OFF_BEFORE = re.compile(r"[|\-–—:•·»/)\]]\s*\W*$|^\W*$")
_QUOTED = re.compile(r"[\s:–—-]*[\"“„«‘'»].+[\"”“»’'«][\s:–—-]*")
_LETTERS = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Spelling:
    """One spelling of the headline, and where it stands."""

    text: str
    origin: str
    element: HtmlElement | None = None
    #: before the site's name was cut
    raw: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """What it is compared by."""
        return words_of(self.text)


def chosen_of(
    visible: Sequence[Spelling], stated: Sequence[Spelling], printed: Sequence[Spelling], url: str
) -> Spelling | None:
    """The headline among its spellings.

    Args:
        visible: readings of the headings of the first rank.
        stated: what the page says out of sight, in order of trust.
        printed: headings of a lower rank that are a part of what is stated.
        url: of the page.
    """
    firsts = [spelling for spelling in stated if spelling.origin in ("og:title", "json-ld headline")]
    alike = [heading for heading in visible if in_common(heading, firsts) >= _SAME]
    if found := _borne_out(visible, firsts) or _borne_out(alike, stated) or _inside(visible, firsts):
        return found
    if printed and not visible:
        return printed[0]
    if agreed := _agreed(firsts):
        return agreed
    if found := _borne_out(visible, stated):
        return found
    if printed:
        return printed[0]
    if found := _alone(visible, stated):
        return found
    found = max(visible, key=lambda spelling: in_common(spelling, stated), default=None)
    if found and (in_common(found, stated) >= 0.5 or not stated):
        return found
    return _agreed(stated) or _named_by(url, visible) or next(iter(stated), None)


def _named_by(url: str, visible: Sequence[Spelling]) -> Spelling | None:
    """The heading that the last part of the address spells, where every page of a site states the same title."""
    name = "".join(_LETTERS.findall(unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2]).casefold()))
    return next(
        (each for each in visible if len(part := "".join(each.words)) >= _NAMED_CHARS and part in name), None
    )


def _borne_out(visible: Sequence[Spelling], stated: Sequence[Spelling]) -> Spelling | None:
    """The first visible headline that is stated elsewhere too."""
    known = {words for spelling in stated for words in (spelling.words, words_of(spelling.raw))}
    return next((spelling for spelling in visible if spelling.words in known), None)


def _alone(visible: Sequence[Spelling], stated: Sequence[Spelling]) -> Spelling | None:
    """The only heading of its rank, when it shares a telling word with what is stated: a headline beside its SEO title."""
    if len({id(spelling.element) for spelling in visible}) != 1 or len(visible[0].words) < 3:
        return None
    mine = {word for word in visible[0].words if len(word) > 3}
    return visible[0] if any(mine & set(spelling.words) for spelling in stated) else None


def _inside(visible: Sequence[Spelling], stated: Sequence[Spelling]) -> Spelling | None:
    """A visible headline that statements repeat with more or with less, as long as one is the other and a part set off."""
    for heading in visible:
        for other in stated:
            few, many = sorted((heading, other), key=lambda spelling: len(spelling.words))
            size, more = len(few.words), len(many.words) - len(few.words)
            if (
                other.text.endswith(("...", "…"))
                and few is other
                and few.words[:-1] == many.words[: size - 1]
            ):
                return heading
            if size < 4 or more > 4 or few.words not in (many.words[:size], many.words[-size:]):
                continue
            if few is heading and few.words == many.words[-size:]:
                return heading
            if few is other and _adds_quotation(heading, few):
                return heading
            is_kicker = few is other and more <= 2 and few.words == many.words[-size:]
            if is_kicker or _is_set_off(few.text, many.text):
                return Spelling(few.text, few.origin, heading.element)
    return None


def _adds_quotation(heading: Spelling, other: Spelling) -> bool:
    """Whether what a heading says before or after a statement is said by somebody: that is no label."""
    place = heading.text.casefold().find(other.text.casefold())
    more = heading.text[:place] or heading.text[place + len(other.text) :]
    return place >= 0 and _QUOTED.fullmatch(more) is not None


def _is_set_off(few: str, many: str) -> bool:
    """Whether what one text has more than another is parted from it: else it is a longer headline."""
    few = few.rstrip(".?!")
    place = many.casefold().find(few.casefold())
    if place < 0:
        return True
    if place == 0:
        return _SET_OFF_AFTER.match(many[len(few) :]) is not None
    return _SET_OFF_BEFORE.search(many[:place]) is not None


def _agreed(stated: Sequence[Spelling]) -> Spelling | None:
    """A spelling that two different places share."""
    for spelling in stated:
        if any(other.words == spelling.words and other.origin != spelling.origin for other in stated):
            return spelling
    return None


def in_common(heading: Spelling, stated: Sequence[Spelling]) -> float:
    """The largest share of words a heading has in common with a statement."""
    mine = set(heading.words)
    return max(
        (len(mine & set(other.words)) / max(1, min(len(mine), len(other.words))) for other in stated),
        default=0.0,
    )
