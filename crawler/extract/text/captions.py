"""Captions and credits between the paragraphs: taken out of the text, names of credits kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby

from crawler.extract.metadata.credits import split_caption
from crawler.extract.text.lines import Line, kept
from crawler.extract.text.phrases import straightened, words
from crawler.lang import patterns
from crawler.lang.required import Suspects

#: longest line read as a credit, longest read as a caption
CREDIT_CHARS, CAPTION_CHARS = 160, 280
_BRACKETS = re.compile(r"^[\[(（](?P<inside>.*)[\])）]\.?$")
_CLOSING_BRACKET = re.compile(r"[\[(（](?P<inside>[^\[\]()（）]{2,100})[\])）]\.?$")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)]*$")
_SLASH = re.compile(r"\s*[/|]\s*")
#: so many pictures with the same caption; numbers in it
_SEVERAL, _NUMBERS = 3, re.compile(r"\d+")
#: most words behind a label right below a picture that are no name: "the town's archive"
_MOST_UNNAMED = 5
#: rules that look at where a line stands, not at what it says
_BY_PLACE = ("caption.box", "caption.before_credit")
_FROM_MARKUP = ("markup.caption", "markup.figure", "caption.box")


@cache
def _parts() -> re.Pattern[str]:
    """What stands between two names."""
    return re.compile(rf"\s*(?:[/|,;•·]|\s[-–—]\s|\b{patterns('credits', 'joined')}\b|&)\s*")


@cache
def _name() -> re.Pattern[str]:
    small = patterns("credits", "of_names")
    return re.compile(rf"^[^\W\d_][\w.'’-]*(?: (?:[^\W\d_][\w.'’-]*|{small}|&)){{0,4}}\.?$")


@cache
def _stock() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Names that are enough, and signs of a credit where there are several names."""
    return (
        re.compile(patterns("credits", "stock")),
        re.compile(rf"[/|©]|{patterns('credits', 'stock_beside')}"),
    )


@cache
def _of_the_lead() -> re.Pattern[str]:
    return re.compile(rf"^\W*{patterns('credits', 'of_the_lead')}\b")


@cache
def _end_label() -> re.Pattern[str]:
    before, label = (patterns("credits", name) for name in ("at_the_end", "label_at_the_end"))
    return re.compile(
        rf"(?:[.!?)\]\"”] |[。）」])(?:(?i:{before}?) ?(?i:credits?)|{label})(?:: |：)(?P<name>[^:.!?：。]{{2,60}})[.。]?$"
    )


@cache
def _prefix() -> re.Pattern[str]:
    """`Photo:`, `Featured Image Credit:`, `Фото: ` and the name that follows."""
    mark = r"(?:\s*[:：|=]\s*|,\s+|(?<=source)\s+|(?<=copyright)\s+|\s*©\s*|\s+/\s*|(?<=by)\s+|(?<=courtesy of)\s+|(?<=via)\s+|(?<=fot\.)\s*|(?<=zdj\.)\s*|\s*[／・]\s*(?!\S{1,2}[／/・]))"
    return re.compile(rf"^\W*(?:{words('credit_prefix')})(?: \d+)?{mark}(?P<name>\S.{{1,120}})$")


@cache
def _label() -> re.Pattern[str]:
    """`Image caption, ` and what it is in other languages."""
    return re.compile(rf"^\W*(?:{words('caption')})(?:\s*[:：,，]\s*|\s+)(?P<rest>\S.*)$")


@cache
def _copyright() -> re.Pattern[str]:
    return re.compile(r"^(?:©|\(c\)|ⓒ)\s*(?P<name>\S.{0,140})$")


@cache
def _agency() -> re.Pattern[str]:
    return re.compile(rf"^(?:{words('picture_agency')})$")


@cache
def _agencies() -> Suspects:
    return Suspects({"agency": [words("picture_agency")]})


def credit_line(text: str) -> str | None:
    """The name in a credit line, or None when the line is none by its words alone.

    >>> credit_line("Featured Image Credit: Abaca Press / Alamy Stock Photo")
    'Abaca Press / Alamy Stock Photo'
    >>> credit_line("(Image: GETTY )")
    'GETTY'
    >>> credit_line("Photo: a short history of the word.") is None
    True
    """
    text = text.strip()
    if not 2 < len(text) <= CREDIT_CHARS:
        return None
    if (inside := _BRACKETS.match(text)) is not None:
        within = inside["inside"].strip()
        return credit_line(within) or (within if _is_agencies(within) else None)
    low = straightened(text)
    if (match := _prefix().match(low)) is not None:
        name = text[match.start("name") :].strip()
        return name if _is_name_like(name) else None
    if (match := _copyright().match(low)) is not None:
        return text[match.start("name") :].strip()
    return text if _is_agencies(text) and _is_no_heading(text) else None


def _is_name_like(name: str) -> bool:
    """Names begin with a capital, a sign or a script without capitals, and are no sentence."""
    first = name.lstrip("\"'“‘(@©#")[:1]
    if not first or (first.islower() and not _agency().match(straightened(name))):
        return False
    return len(name.split()) <= 14 and (not _SENTENCE_END.search(name) or len(name.split()) <= 5)


def _is_agencies(text: str) -> bool:
    """Whether a line holds nothing but names, one of them an agency's."""
    if len(text) > CREDIT_CHARS or not _agencies().in_text(straightened(text)):
        return False
    parts = [part.strip(" .\u00a0") for part in _parts().split(text.strip(" .()[]")) if part.strip(" .")]
    agencies = [part for part in parts if _agency().match(straightened(part))]
    if not agencies or len(parts) > 8:
        return False
    return all(part in agencies or _name().match(part) for part in parts)


def _is_no_heading(text: str) -> bool:
    """A bare "Netflix" may be a sub-heading; "Jane Doe/Netflix" and "Getty Images" may not."""
    low = straightened(text)
    enough, beside = _stock()
    return bool(enough.search(low)) or (len(_parts().split(text)) > 1 and bool(beside.search(low)))


def closing_credit(text: str) -> str | None:
    """The credit in brackets at the end of a caption, or None.

    >>> closing_credit("The first global map of Titan. (NASA/JPL-Caltech/ASU)")
    'NASA/JPL-Caltech/ASU'
    """
    match = _CLOSING_BRACKET.search(text)
    if match is None:
        return None
    inside = match["inside"].strip()
    if (name := credit_line(inside)) is not None:
        return name
    return inside if _is_agencies(inside) else None


def drop_captions(lines: list[Line], known: Sequence[str] = ()) -> list[str]:
    """Remove captions and credits; returns the credits' names in page order, without repeats.

    Args:
        lines: all lines; those the markup called captions are read for credits too.
        known: credits named elsewhere on the page, for example in its metadata.
    """
    found: dict[int, str] = {}
    for line in lines:
        if line.rule in _FROM_MARKUP and (name := _name_in(line.text)):
            found[line.position] = name
        elif line.is_kept and (name := _credit_in(line)) is not None:
            line.remove("credit.line")
            found[line.position] = name
    names = [*known, *found.values()]
    parts = {straightened(part) for name in names for part in (name, *_SLASH.split(name))}
    for index, line in enumerate(lines):
        if line.is_kept and _is_bare_credit(lines, index, parts):
            line.remove("credit.name")
            found[line.position] = line.text
    typical = 0 if any(line.has_image for line in lines) else _typical_length(lines)
    for line, rule in _captions(lines, typical):
        line.remove(rule)
        if (name := closing_credit(line.text) or _labelled_end(line.text)) is not None:
            found[line.position] = name
    ordered = (*known, *(found[position] for position in sorted(found)))
    return list(dict.fromkeys(tidy for name in ordered if (tidy := _tidy(name))))


def _captions(lines: list[Line], typical: int) -> list[tuple[Line, str]]:
    """The lines that are captions, and why.

    What only its place beside a picture or a credit makes one is the text where it is
    most of the prose: a list of items, each with its picture.
    """
    alive = kept(lines)
    found = [(line, rule) for line in alive if (rule := _caption_rule(lines, line.position, typical))]
    found += [(line, "caption.repeated") for line in _repeated(alive)]
    placed = [line for line, rule in found if rule in _BY_PLACE and line.is_prose]
    prose = [line for line in alive if line.is_prose and not line.is_apart]
    if 2 * sum(len(line.text) for line in placed) <= sum(len(line.text) for line in prose):
        return found
    return [
        (line, rule) for line, rule in found if rule not in _BY_PLACE or not (line.is_prose or line.is_strong)
    ]


def _repeated(lines: list[Line]) -> Iterator[Line]:
    """Lines with a picture each that stand side by side and say the same besides numbers: a gallery."""
    for said, group in groupby(lines, key=lambda line: _NUMBERS.sub("", line.text) if line.has_image else ""):
        same = list(group)
        if any(map(str.isalpha, said)) and len(same) >= _SEVERAL:
            yield from same


def _tidy(name: str) -> str:
    return re.sub(r"\s+", " ", name).strip(" .,;:|()[]©")


def _name_in(text: str) -> str | None:
    """The credit of a caption the markup named: the whole line, or its end."""
    return (
        credit_line(text)
        or closing_credit(text)
        or split_caption(text)[1]
        or (text if _is_agencies(text) else None)
    )


def _credit_in(line: Line) -> str | None:
    """The credit a kept line is; a linked name is a source the author cites, and what calls itself a caption is one."""
    if line.kind == "heading" or line.linked >= 0.5 or _is_labelled(line.text):
        return None
    name = credit_line(line.text)
    if name is None and line.has_image and (labelled := _prefix().match(straightened(line.text))) is not None:
        name = line.text[labelled.start("name") :].strip()
        return name if len(name.split()) <= _MOST_UNNAMED and not line.is_finished else None
    if name is None and line.has_image and (_is_agencies(line.text) or _is_bare_name(line)):
        return line.text
    return name


def _is_bare_name(line: Line) -> bool:
    """Nothing but a name of two or three words, each with a capital, right below a picture; or several with strokes between."""
    names = _SLASH.split(line.text)
    return (
        line.kind in ("p", "other")
        and not line.is_strong
        and not line.is_finished
        and 1 < len(line.text.split()) <= 3 * len(names) <= 9
        and all(_name().match(name) and len(name.split()) <= 3 for name in names)
        and all(word[0].isupper() for name in names for word in name.split())
    )


def _typical_length(lines: list[Line]) -> int:
    """Median length of the paragraphs."""
    lengths = sorted(len(line.text) for line in lines if line.is_kept and line.is_prose)
    return lengths[len(lengths) // 2] if lengths else 0


def _is_bare_credit(lines: list[Line], index: int, names: set[str]) -> bool:
    """A name alone on its line that a credit of this page mentions too, or that stands below a caption."""
    line = lines[index]
    if line.kind not in ("p", "other") or len(line.text) > 60:
        return False
    if _SENTENCE_END.search(line.text.removesuffix("Ltd.")):
        return False
    if straightened(_tidy(line.text)) in names:
        return True
    before = lines[index - 1] if index else None
    return before is not None and before.rule.startswith("caption.") and _is_agencies(line.text)


def _caption_rule(lines: list[Line], index: int, typical: int) -> str:
    """Why a line is a caption, or an empty string."""
    line = lines[index]
    if line.kind == "cell" and line.is_boxed:
        return "caption.box"
    if line.kind not in ("heading", "cell"):
        if line.is_boxed:
            return "caption.box"
        if _is_labelled(line.text):
            return "caption.labelled"
        if (line.has_image or not line.is_prose) and _labelled_end(line.text):
            return "caption.credited"
    if len(line.text) > CAPTION_CHARS or line.kind in ("heading", "cell"):
        return ""
    if line.has_image and line.is_fine and len(line.text) <= 200 and not line.is_finished:
        return "caption.styled"
    if (line.has_image or _has_labelled_credit(line.text)) and closing_credit(line.text) is not None:
        return "caption.credited"
    return "caption.before_credit" if _stands_before_credit(lines, index, typical) else ""


def _is_labelled(text: str) -> bool:
    """A caption whose label a screen reader reads; the author's sentence about a caption goes on in small letters."""
    match = _label().match(straightened(text[:CREDIT_CHARS]))
    return match is not None and not text[match.start("rest")].islower()


def _labelled_end(text: str) -> str | None:
    """The name behind `Credit: ` at the end of a caption of any length, or None.

    >>> _labelled_end("The station, seen from the capsule. Photo: Roscosmos")
    'Roscosmos'
    """
    match = _end_label().search(text)
    return match["name"] if match is not None and _is_name_like(match["name"]) else None


def _has_labelled_credit(text: str) -> bool:
    match = _CLOSING_BRACKET.search(text)
    return match is not None and _prefix().match(straightened(match["inside"])) is not None


def _stands_before_credit(lines: list[Line], index: int, typical: int) -> bool:
    """One short sentence right above a credit: below the picture, above its name.

    Where the page shows pictures, the picture must stand above the caption, not
    between it and the credit. Where it shows none the sentence must be much
    shorter than a paragraph. The lead picture's credit, and one at the end, stand
    alone.

    Args:
        typical: length of a paragraph on a page without pictures, else 0.
    """
    following = lines[index + 1] if index + 1 < len(lines) else None
    if following is None or not following.rule.startswith("credit.") or following.has_image:
        return False
    if _of_the_lead().match(straightened(following.text)) or not any(
        line.is_prose for line in lines[index + 2 :] if line.is_kept
    ):
        return False
    line = lines[index]
    if len(re.findall(r"[.!?…](?:\s|$)", line.text)) > 1:
        return False
    return line.has_image or (index > 0 and len(line.text) <= 140 and len(line.text) < 0.7 * typical)
