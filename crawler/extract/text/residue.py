"""What the extractor leaves behind that is not the author's text: found by rule, taken out, kept with its rule."""

from __future__ import annotations

import re
from dataclasses import dataclass

from crawler.extract.text.bylines import drop_bio, drop_bylines, drop_closing_byline
from crawler.extract.text.captions import drop_captions
from crawler.extract.text.datelines import drop_above_dateline
from crawler.extract.text.lines import Line, head_of, kept, removed, tail_of
from crawler.extract.text.notes import is_correction
from crawler.extract.text.phrases import (
    ALL_LANGUAGES,
    Languages,
    PhraseRule,
    finds,
    phrase_rules,
    straightened,
    suspected,
)
from crawler.extract.text.related import drop_related
from crawler.extract.text.remarks import drop_remarks
from crawler.extract.text.repeats import (
    drop_edges,
    drop_headlines,
    drop_repeated_paragraphs,
    drop_site_line,
    drop_standfirst,
    take_headline,
)
from crawler.extract.text.slides import drop_slides
from crawler.extract.text.topics import take_topics
from db.model import Removed

#: what is left of a list of links, a menu or a byline: a sign alone on its line
_STRAY = re.compile(r"^[\s,;|/•·:.>»›&+()\[\]]{1,5}$")

#: a shorter standfirst is a kicker: a section, a series, a label
_STANDFIRST_CHARS = 40
#: a sentence that ends inside a line, and the least that two of them have
_SENTENCES, _SENTENCES_CHARS = re.compile(r"[.!?…][\"'»”’)]?\s+\S"), 40
#: what it invites to may be told in a line of its own, below
_INVITATION = "prompt.newsletter"
#: regions under which nothing is said of this article
_NO_NOTE = frozenset({"hidden", "comments", "related", "navigation"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the rest of the page says, as far as rules need it."""

    #: every spelling of the headline
    headlines: tuple[str, ...] = ()
    section: str | None = None
    authors: tuple[str, ...] = ()
    image_credits: tuple[str, ...] = ()
    #: whose phrases to look for, see `phrases.languages_of`
    languages: Languages = ALL_LANGUAGES


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanText:
    """A text without residue, and everything that was taken out of it."""

    lines: tuple[Line, ...]
    removed: tuple[Removed, ...] = ()
    #: topics of a closing line
    tags: tuple[str, ...] = ()
    image_credits: tuple[str, ...] = ()
    #: the headline, if the text repeated it
    headline: str | None = None
    #: the standfirst, if there is one
    standfirst: str | None = None


def strip_residue(lines: list[Line], context: Context) -> CleanText:
    """Take everything out that is not the author's text.

    Nothing is lost: the kept lines and the removed ones are the lines that
    came in.

    Args:
        lines: as `content.page_lines` returned them; their `rule` is set here.
        context: what the rest of the page says.
    """
    for line in lines:
        line.is_note = line.linked < 0.5 and line.region not in _NO_NOTE and is_correction(line.text)
    _drop_marked(lines)
    for line in lines:
        if _STRAY.match(line.text):
            line.remove("structure.punctuation")
    has_headline = drop_headlines(lines, context.headlines)
    drop_repeated_paragraphs(lines)
    drop_slides(lines)
    drop_remarks(lines)
    _drop_phrases(lines, context.languages)
    tags = take_topics(lines)
    drop_related(lines, context.languages)
    names = drop_captions(lines, context.image_credits)
    if not context.headlines and not has_headline and (headline := take_headline(lines)) is not None:
        drop_headlines(lines, [headline])
        has_headline = True
    drop_bylines(lines, context.authors, context.section)
    is_repeated = sum(line.rule == "repeat.headline" for line in lines) > 1
    if context.headlines and not is_repeated:
        standfirst = _marked_standfirst(lines)
    else:
        standfirst = _marked_standfirst(lines) or drop_standfirst(lines, has_headline=has_headline)
    for _ in range(3):
        before = len(kept(lines))
        tags = tags or take_topics(lines)
        _drop_phrases(lines, context.languages, is_again=True)
        _drop_closing_headings(lines)
        drop_closing_byline(lines, context.authors)
        drop_site_line(lines, context.headlines)
        drop_bio(lines, context.authors)
        if len(kept(lines)) == before:
            break
    drop_above_dateline(lines)
    for line in lines:
        if line.is_apart:
            line.remove("arbiter.apart")
    _drop_closing_headings(lines)
    if not context.headlines:
        drop_edges(lines)
    return CleanText(
        lines=tuple(kept(lines)),
        removed=removed(lines),
        tags=tags,
        image_credits=tuple(names),
        headline=next(
            (line.text for line in lines if line.rule in ("repeat.headline", "headline.line")), None
        ),
        standfirst=standfirst,
    )


def _drop_marked(lines: list[Line]) -> None:
    """What the markup calls furniture; a kicker only above the first paragraph, and a standfirst is the author's."""
    has_begun = False
    for line in lines:
        if line.region == "standfirst":
            if not has_begun and len(line.text) < _STANDFIRST_CHARS:
                line.remove("markup.standfirst")
        elif line.is_apart and line.is_prose and not line.region:
            line.remove("arbiter.apart")
        elif not line.region:
            has_begun = has_begun or line.is_prose
        else:
            line.remove("markup.caption" if line.region == "figure" else f"markup.{line.region}")


def _marked_standfirst(lines: list[Line]) -> str | None:
    """What the markup calls a standfirst."""
    return next((line.text for line in kept(lines) if line.region == "standfirst"), None)


def _drop_phrases(lines: list[Line], languages: Languages, *, is_again: bool = False) -> None:
    """Apply residue.toml; again only to lines that may have come to stand at an edge since."""
    head = {line.position for line in head_of(lines)}
    tail = {line.position for line in tail_of(lines)}
    end = _positions_after_prose(lines)
    longest = max(rule.longest for rule in phrase_rules())
    for line in kept(lines):
        is_edge = line.position in head or line.position in end
        if is_again and not is_edge and line.position not in tail:
            continue
        if line.kind == "code":
            continue
        is_sub = _is_sub_heading(lines, line)
        is_below = line.position > 0 and lines[line.position - 1].rule == _INVITATION
        is_tail = line.position in tail
        size = len(line.text)
        names = suspected(straightened(line.text), languages) if size <= longest else ()
        for rule in phrase_rules() if names else ():
            is_there = is_edge or rule.where == "any" or (is_tail and rule.where == "tail")
            if (
                rule.name in names
                and is_there
                and size <= rule.longest
                and _applies(
                    rule,
                    line,
                    languages,
                    is_edge=is_edge or (is_below and rule.name == _INVITATION),
                    is_sub=is_sub,
                )
            ):
                line.remove(rule.name)
                break


def _positions_after_prose(lines: list[Line]) -> set[int]:
    positions = set()
    for line in reversed(kept(lines)):
        if line.is_prose:
            break
        positions.add(line.position)
    return positions


def _is_sub_heading(lines: list[Line], line: Line) -> bool:
    """A heading with a paragraph below it: the author's, as far as weak patterns go."""
    following = lines[line.position + 1] if line.position + 1 < len(lines) else None
    return line.kind == "heading" and following is not None and following.is_kept and following.is_prose


def _applies(rule: PhraseRule, line: Line, languages: Languages, *, is_edge: bool, is_sub: bool) -> bool:
    text = straightened(line.text)
    if finds(rule, "firm", text, languages):
        return True
    if is_sub or not rule.has_weak:
        return False
    is_supported = is_edge or len(text) <= 60 or line.linked > 0 or line.is_strong
    return is_supported and finds(rule, "weak", text, languages)


def _says_much(line: Line) -> bool:
    """Whether a line is several sentences, each with its sign at the end."""
    return line.is_finished and len(line.text) >= _SENTENCES_CHARS and bool(_SENTENCES.search(line.text))


def _drop_closing_headings(lines: list[Line]) -> None:
    """A heading nothing follows introduced what is gone; one of several sentences is how the author ends."""
    for line in tail_of(lines):
        if line.kind != "heading" or not any(char.isalnum() for char in line.text) or _says_much(line):
            return
        line.remove("structure.closing_heading")
