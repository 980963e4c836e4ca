"""What the extractor leaves behind that is not the author's text: found by rule, taken out, kept with its rule."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from crawler.extract.captions import drop_captions
from crawler.extract.lines import Line, head_of, kept, removed, tail_of
from crawler.extract.phrases import ALL_LANGUAGES, Languages, PhraseRule, finds, folded, phrase_rules, words
from crawler.extract.related import drop_related
from crawler.extract.repeats import drop_headlines, drop_standfirst
from crawler.extract.topics import take_topics
from db.model import Removed

_BIO_VERB = re.compile(
    r"^,?\s*(?:is|was|has|covers|writes|reports|works|joined|hosts|edits|can be|ist|schreibt|est|es|è|é|jest|—|-)\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the rest of the page says, as far as rules need it."""

    #: every spelling of the headline
    headlines: tuple[str, ...] = ()
    description: str | None = None
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
    #: the standfirst, if one was taken out
    standfirst: str | None = None


def strip_residue(lines: list[Line], context: Context) -> CleanText:
    """Take everything out that is not the author's text.

    Nothing is lost: the kept lines and the removed ones are the lines that
    came in.

    Args:
        lines: as `content.page_lines` returned them; their `rule` is set here.
        context: what the rest of the page says.
    """
    _drop_marked(lines)
    has_headline = drop_headlines(lines, context.headlines)
    _drop_phrases(lines, phrase_rules(), context.languages)
    drop_related(lines, context.languages)
    names = drop_captions(lines, context.image_credits)
    standfirst = drop_standfirst(lines, context.description, has_headline=has_headline)
    _drop_bylines(lines, context.authors)
    tags: tuple[str, ...] = ()
    edge_rules = tuple(rule for rule in phrase_rules() if rule.where != "any" or rule.has_weak)
    for _ in range(3):
        before = len(kept(lines))
        tags = tags or take_topics(lines)
        _drop_phrases(lines, edge_rules, context.languages)
        _drop_closing_headings(lines)
        _drop_bio(lines, context.authors)
        if len(kept(lines)) == before:
            break
    return CleanText(
        lines=tuple(kept(lines)),
        removed=removed(lines),
        tags=tags,
        image_credits=tuple(names),
        standfirst=standfirst,
    )


def _drop_marked(lines: list[Line]) -> None:
    for line in lines:
        if line.mark:
            line.remove("markup.caption" if line.mark == "figure" else f"markup.{line.mark}")


def _drop_phrases(lines: list[Line], rules: Sequence[PhraseRule], languages: Languages) -> None:
    """Apply residue.toml."""
    head = {line.position for line in head_of(lines)}
    tail = {line.position for line in tail_of(lines)}
    end = _positions_after_prose(lines)
    for line in kept(lines):
        is_edge = line.position in head or line.position in end
        is_sub = _is_sub_heading(lines, line)
        for rule in rules:
            is_there = rule.where == "any" or is_edge or (rule.where == "tail" and line.position in tail)
            if is_there and _applies(rule, line, languages, is_edge=is_edge, is_sub=is_sub):
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
    if len(line.text) > rule.longest:
        return False
    text = folded(line.text)
    if finds(rule, "firm", text, languages):
        return True
    if is_sub or not rule.has_weak:
        return False
    is_supported = is_edge or len(text) <= 60 or line.linked > 0 or line.is_strong
    return is_supported and finds(rule, "weak", text, languages)


@cache
def _byline() -> re.Pattern[str]:
    return re.compile(rf"^{words('byline')}[:\s]\s*(?P<name>[^\d].{{1,80}})$")


def _drop_bylines(lines: list[Line], authors: tuple[str, ...]) -> None:
    """The author's name above the text."""
    names = {folded(author) for author in authors}
    for line in list(head_of(lines)):
        low = folded(line.text)
        match = _byline().match(low)
        is_named = low in names or (match is not None and any(name in low for name in names))
        is_byline = match is not None and line.text[match.start("name")].isupper() and len(low.split()) <= 9
        if is_named or (is_byline and not line.is_finished and line.kind != "heading"):
            line.remove("byline.name")


def _drop_bio(lines: list[Line], authors: tuple[str, ...]) -> None:
    """A closing paragraph about the author: begins with the name, goes on with what they do."""
    last = next(tail_of(lines, 1), None)
    if last is None or len(last.text) > 500 or len(kept(lines)) < 4:
        return
    for author in authors:
        if len(author) > 4 and last.text.startswith(author) and _BIO_VERB.match(last.text[len(author) :]):
            last.remove("byline.bio")
            return


def _drop_closing_headings(lines: list[Line]) -> None:
    """A heading nothing follows introduced what is gone."""
    for line in tail_of(lines):
        if line.kind != "heading" or not any(char.isalnum() for char in line.text):
            return
        line.remove("structure.closing_heading")
