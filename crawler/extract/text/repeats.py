"""The headline and the standfirst, where they stand in the text once more."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from crawler.extract.page.blocks import text_size
from crawler.extract.text.bylines import is_date_line
from crawler.extract.text.lines import SENTENCE_END, Line, head_of, is_unpunctuated, kept, tail_of
from crawler.lang.tokens import word_tokens

_SEPARATOR = re.compile(r"\s+(?:\||-|–|—|::|·|»|/)\s+|:\s+")
_SENTENCE = re.compile(r"\w{3}[.!?] ")
_ITEM = re.compile(r"(?:[-*•·–—‣▪]|\d{1,3}[.)]|[a-z][.)]) ")
#: a shorter line is a menu, a kicker, a section or a name more often than a headline
_HEADLINE_SIZE = 32
#: paragraphs of a text that a page may show twice as a whole
_WHOLE = 2
#: the longest line in which a site names itself, and the shortest name
_SITE_LINE, _SITE_NAME = 120, 4


def _words(text: str) -> tuple[str, ...]:
    return tuple(word_tokens(text.casefold()))


def drop_headlines(lines: list[Line], headlines: Iterable[str]) -> bool:
    """Remove lines that repeat the headline; returns whether there were any.

    A line is a repeat when its words are those of a headline, or, before the
    first paragraph, nearly so (a live prefix, a dropped article).
    """
    headlines = list(headlines)
    spellings = {
        words for each in headlines if (words := _words(each)) and (len(words) >= 2 or _is_spaceless(each))
    }
    parts = {"".join(words) for part in _parts(headlines) if len(words := _words(part)) >= 3}
    longest = [max(words, key=len) for words in spellings]
    found = False
    title = _words(headlines[0]) if headlines else ()
    has_begun = False
    for line in kept(lines):
        low = line.text.casefold()
        words = tuple(word_tokens(low)) if any(word in low for word in longest) else ()
        is_like_it = len(words) >= 4 or line.kind == "heading" or line.position < 3
        if words in spellings and is_like_it and not (has_begun and words != title and _is_part(lines, line)):
            line.remove("repeat.headline")
            found = True
        has_begun |= line.is_prose and line.is_kept
    for line in list(head_of(lines)):
        words = _words(line.text)
        if "".join(words) in parts or any(_is_nearly(words, spelling) for spelling in spellings):
            line.remove("repeat.headline")
            found = True
    return _drop_unknown_headline(lines) or found


def _is_spaceless(text: str) -> bool:
    """A headline in a script without blanks, long enough to be one."""
    return text_size(text) >= max(12, 2 * len(text))


def _is_part(lines: list[Line], line: Line) -> bool:
    """A heading with a paragraph right below it: of a further part, when there are paragraphs above it too."""
    following = lines[line.position + 1] if line.position + 1 < len(lines) else None
    return line.kind == "heading" and following is not None and following.is_prose


def _parts(headlines: list[str]) -> Iterator[str]:
    """Headlines, and what stands between the separators in them: a site's name may be stuck to one."""
    for headline in headlines:
        yield headline
        yield from _SEPARATOR.split(headline)


def drop_site_line(lines: list[Line], headlines: Iterable[str]) -> None:
    """Remove the last line where it begins with what the title sets off from the headline, and is no sentence.

    So a page without markup closes: "Harbour Notes, made by hand since 1999". A heading above the text that says
    nothing else goes too.
    """
    headline, *others = [*headlines] or [""]
    names = {part.casefold().strip() for part in _parts(others)} - {headline.casefold()}
    for line in head_of(lines):
        if line.kind == "heading" and line.text.casefold() in names:
            line.remove("structure.site")
    last = next(tail_of(lines, 1), None)
    if last is None or last.is_finished or len(last.text) > _SITE_LINE:
        return
    text = last.text.casefold()
    for part in _parts(others):
        name = part.casefold().strip()
        if len(name) >= _SITE_NAME and name not in headline.casefold() and headline.casefold() not in name:
            rest = text.removeprefix(name)
            if rest != text and not rest[:1].isalnum():
                last.remove("structure.site")
                return


def drop_repeated_paragraphs(lines: list[Line]) -> None:
    """Remove the second copy of a paragraph right below the first: one for small screens, one for large.

    Further down a repetition is the author's: meal plans and lists of rules have them. But where all
    paragraphs follow once more in their order, the page was written twice.
    """
    alive = kept(lines)
    prose = [line for line in alive if line.is_prose and len(line.text) >= 60]
    half, odd = divmod(len(prose), 2)
    if (
        not odd
        and half >= _WHOLE
        and len({line.text for line in prose}) == half
        and [line.text for line in prose[:half]] == [line.text for line in prose[half:]]
    ):
        for line in alive[alive.index(prose[half]) :]:
            if line.text in {each.text for each in alive[: alive.index(prose[half])]}:
                line.remove("repeat.paragraph")
        return
    for before, line in pairwise(alive):
        if line.is_prose and len(line.text) >= 60 and line.text == before.text:
            line.remove("repeat.paragraph")


def _is_nearly(words: tuple[str, ...], spelling: tuple[str, ...]) -> bool:
    """Eight words of ten in common, in both directions."""
    common = len(set(words) & set(spelling))
    return len(words) >= 4 and common >= 0.8 * max(len(set(words)), len(set(spelling)))


def _drop_unknown_headline(lines: list[Line]) -> bool:
    """A line that stands twice before the article begins is its headline, whatever the page declares."""
    seen: dict[tuple[str, ...], Line] = {}
    for line in head_of(lines[:8]):
        words = _words(line.text)
        if len(words) >= 4 and words in seen and line.kind != "cell" and not line.text.endswith("."):
            seen[words].remove("repeat.headline")
            line.remove("repeat.headline")
            return True
        seen.setdefault(words, line)
    return False


def take_headline(lines: list[Line]) -> str | None:
    """Take the headline out of a text whose page states none, and the menu above it; returns it.

    It is the first line above the paragraphs that is long enough for one and
    does not end as a sentence does; a short one only where there is no longer one.
    """
    above = _above_paragraphs(lines)
    for least in (_HEADLINE_SIZE, _HEADLINE_SIZE // 2):
        for index, line in enumerate(above):
            if _is_headline_like(line, least):
                for each in above[:index]:
                    each.remove("headline.above")
                line.remove("headline.line")
                return line.text
    return None


def _is_headline_like(line: Line, least: int) -> bool:
    is_open = not line.is_finished or line.text.endswith(("?", '"', "”", "»", "」"))
    is_long = len(_words(line.text)) >= 4 or text_size(line.text) >= 2 * len(
        line.text
    )  # Han and Kana have no spaces
    return is_open and is_long and text_size(line.text) >= least and not is_date_line(line.text)


def drop_edges(lines: list[Line]) -> None:
    """Remove what is no sentence before the first paragraph and behind the last one of a text without markup.

    Only where there is none: it would say what is a list, a poem or a signature. What is numbered or marked as an item stays.
    """
    if any(
        line.kind != "p" or line.linked or line.region not in ("", "byline") or line.has_image
        for line in lines
    ):
        return
    for edge in (_above_paragraphs(lines), list(head_of(reversed(lines)))):
        for line in edge:
            if not line.is_finished and not _ITEM.match(line.text):
                line.remove("structure.edge")


def _above_paragraphs(lines: list[Line]) -> list[Line]:
    """Kept lines before the first two paragraphs in a row: a menu or a headline may hold one sentence."""
    alive = kept(lines)
    for index, (line, following) in enumerate(pairwise(alive)):
        if line.is_prose and following.is_prose:
            return alive[:index]
    return list(head_of(lines))


def drop_standfirst(lines: list[Line], *, has_headline: bool) -> str | None:
    """Remove the standfirst from the head of the text; returns it.

    It is known only where the headline stood in the text twice, or the page states none: it stands
    right below that without a full stop while the paragraph after it is one.
    A heading as long as a sentence, and what the page also uses as its
    description, is the author's and stays.
    """
    alive = kept(lines)
    if len(alive) < 3:
        return None
    first = alive[0]
    if (
        (
            has_headline
            and not _ends_sentence(first.text)
            and not _SENTENCE.search(first.text)
            and 40 <= len(first.text) <= 260
            and alive[1].is_finished
        )
        and first.kind in ("p", "other", "heading")
        and first.linked < 0.5
    ):
        first.remove("repeat.standfirst")
        return first.text
    return None


def _ends_sentence(text: str) -> bool:
    return text.rstrip("\"'”’»)」』").endswith((*SENTENCE_END, ":")) or is_unpunctuated(text)
