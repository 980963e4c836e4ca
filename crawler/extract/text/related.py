"""Links to other articles among the paragraphs: teasers, "read more" lines, the lists and headings around them."""

from __future__ import annotations

import re
from functools import cache
from itertools import zip_longest

from crawler.extract.text.captions import credit_line
from crawler.extract.text.lines import Line, kept
from crawler.extract.text.phrases import ALL_LANGUAGES, Languages, straightened, words

#: how a label stands in its line
_SHAPES = {"alone": r"^\W*LABEL\W*$", "before": r"^\W*LABEL\s*[:：|>»→–—]+\s*", "opens": r"^\W*LABEL\b"}
_URL = re.compile(r"^(?:https?://|www\.)\S+$")
#: the time of day before a link
_CLOCK = re.compile(r"\d{1,2}[:：.]\d{2}\s+(?=\S)")
#: fewer paragraphs below links may be the author's
_FEWEST_BLURBS = 3
#: an address, a time or a price: no label
_PARTICULARS = re.compile(r"[\d,،、，（(]")
#: after removed links, what a heading may have left to introduce
_LINK_RULES = (
    "related.label",
    "related.blurb",
    "links.",
    "markup.related",
    "markup.gallery",
    "share.",
    "prompt.",
    "markup.newsletter",
)


def drop_related(lines: list[Line], languages: Languages = ALL_LANGUAGES) -> None:
    """Remove lines that are links to other articles, then headings that introduced nothing else."""
    _drop_closing_list(lines)
    alive = kept(lines)
    for line, following in zip_longest(alive, alive[1:]):
        if rule := _link_rule(line) or _label_rule(line, following, languages):
            line.remove(rule)
    _drop_listed(lines)
    _drop_blurbs(lines)
    _drop_link_runs(lines)
    _drop_empty_headings(lines)


def _link_rule(line: Line) -> str:
    """A line that is nothing but a link, by where the link leads."""
    unlinked = len(line.text) * (1 - line.linked)
    if line.is_own_link and (clock := _CLOCK.match(line.text)) is not None and unlinked <= len(clock[0]):
        return "links.own"
    if line.kind in ("quote", "code") or line.linked < 0.7 or (line.kind == "cell" and not line.is_apart):
        return ""
    is_whole = line.linked >= 0.9
    if line.is_own_link and (line.linked >= 0.97 or (unlinked <= 30 and not line.is_finished)):
        return "links.own"
    if line.is_social_link and is_whole:
        return "links.social"
    is_promo = line.has_image and len(line.text) > 60 and not _URL.match(line.text)
    return "links.promo" if is_whole and is_promo and line.kind != "item" else ""


def _label_rule(line: Line, following: Line | None, languages: Languages) -> str:
    """A line that calls itself a link to something else; an unlinked heading of a paragraph is the author's."""
    if len(line.text) > 300 or (
        line.kind == "heading" and not line.linked and following is not None and following.is_prose
    ):
        return ""
    text = straightened(line.text)
    if _match("related", "alone", text, languages):
        return "related.label"
    if (match := _match("related", "before", text, languages)) is not None:
        rest = text[match.end() :]
        is_title = not line.is_finished or rest.endswith(("?", "!", '"', "]", ")"))
        if line.linked >= 0.3 or (is_title and len(text) <= 200):
            return "related.labelled"
    if line.linked >= 0.5 and _match("related_weak", "before", text, languages):
        return "related.labelled"
    if line.linked >= 0.6 and _match("related", "opens", text, languages) and not line.is_finished:
        return "related.labelled"
    return ""


@cache
def _label(table: str, shape: str, language: str) -> re.Pattern[str] | None:
    """A table's labels in one language, in one of `_SHAPES`."""
    labels = words(table, language)
    return re.compile(_SHAPES[shape].replace("LABEL", labels)) if labels else None


def _match(table: str, shape: str, text: str, languages: Languages) -> re.Match[str] | None:
    for language in languages:
        pattern = _label(table, shape, language)
        if pattern is not None and (match := pattern.match(text)) is not None:
            return match
    return None


def _drop_blurbs(lines: list[Line]) -> None:
    """Remove the paragraph below each of several links at the end of a longer text: what the other articles say.

    Where that is most of the text, it is a list that somebody wrote.
    """
    begin = end = next((at for at in range(len(lines), 0, -1) if lines[at - 1].is_kept), 0)
    while begin > 1 and lines[begin - 2].rule == "links.own" and _is_blurb(lines[begin - 1]):
        begin -= 2
    blurbs = [line for line in lines[begin:end] if line.is_kept]
    above = sum(len(line.text) for line in lines[:begin] if line.is_kept and line.is_prose)
    if len(blurbs) >= _FEWEST_BLURBS and sum(len(line.text) for line in blurbs) < above:
        for line in blurbs:
            line.remove("related.blurb")


def _is_blurb(line: Line) -> bool:
    return line.is_kept and line.is_prose and not line.linked


def _drop_listed(lines: list[Line]) -> None:
    """Links right below a label ("Related links") are what it announces, wherever they lead."""
    is_below = False
    for line in lines:
        if line.is_kept:
            is_below = is_below and line.linked >= 0.9 and line.kind in ("item", "p", "other")
            if is_below:
                line.remove("links.listed")
        elif not line.rule.startswith("links."):
            is_below = line.rule == "related.label"


def _drop_link_runs(lines: list[Line]) -> None:
    """Three links in a row, each a block of its own, are a menu wherever they lead."""
    run: list[Line] = []
    for line in [*lines, Line("", -1)]:
        if line.linked >= 0.9 and line.kind in ("p", "other", "heading") and not _URL.match(line.text):
            run.append(line)
            continue
        if len(run) >= 3:
            for link in run:
                link.remove("links.run")
        run = []


def _drop_closing_list(lines: list[Line]) -> None:
    """A list at the end of which every item links to the site itself: more to read."""
    alive = kept(lines)
    if not alive or not alive[-1].group:
        return
    group = [line for line in alive if line.group == alive[-1].group]
    if len(group) > 1 and all(line.is_own_link and line.linked >= 0.2 for line in group):
        for line in group:
            line.remove("links.closing_list")


def _drop_empty_headings(lines: list[Line]) -> None:
    """A heading with nothing left below it but removed links introduced these."""
    for index in range(len(lines) - 1, -1, -1):
        line = lines[index]
        if line.is_kept and _introduces_only_links(lines, index) and _is_heading_like(line):
            line.remove("related.heading")


def _is_heading_like(line: Line) -> bool:
    """Whether a line may introduce what stands below it; the credit of a picture does not, nor a plain line with a place or a time."""
    if line.kind == "heading":
        return True
    if credit_line(line.text) is not None:
        return False
    if _PARTICULARS.search(line.text) and not line.is_strong and not line.text.endswith((":", "：")):
        return False
    is_short = len(line.text) <= 60 and any(char.isalpha() for char in line.text)
    is_open = not line.is_finished or line.text.endswith((":", "："))
    return is_short and is_open and line.kind in ("p", "other")


def _introduces_only_links(lines: list[Line], index: int) -> bool:
    following = lines[index + 1] if index + 1 < len(lines) else None
    if following is None or following.is_kept or not following.rule.startswith(_LINK_RULES):
        return False
    rest = next((line for line in lines[index + 1 :] if line.is_kept), None)
    is_colon = lines[index].text.endswith((":", "："))
    return rest is None or rest.kind == "heading" or is_colon or _label_like(lines[index])


def _label_like(line: Line) -> bool:
    """A short label in bold or capitals, or one of the weak words."""
    return (
        line.is_strong
        or line.text.isupper()
        or bool(_match("related_weak", "alone", straightened(line.text), ALL_LANGUAGES))
    )
