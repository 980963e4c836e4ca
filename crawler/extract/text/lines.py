"""A line: one paragraph as the extractor returned it, with what its markup said; and the verdict on it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from crawler.extract.page.blocks import text_size
from db.model import Removed

_END = re.compile(r"[.!?…。！？、，:;।॥۔؟؛։።။][\"'»”’)\]」』]*$|[\"”»」』]$")
#: what sentences end with, in any script
SENTENCE_END = (".", "!", "?", "…", "。", "！", "？", "।", "۔", "؟")
#: Thai, Lao and Khmer put no sign at the end of a sentence; so long is none of their labels
_UNPUNCTUATED, _UNPUNCTUATED_SIZE = re.compile('[\u0e00-\u0eff\u1780-\u17ff]["”’»)]*$'), 60
#: characters that a sentence's end and what closes behind it take at most
_END_CHARS = 16


def ends_sentence(text: str) -> bool:
    """Whether a text ends as a sentence does, perhaps with a bracket or a quotation mark behind it."""
    return bool(_END.search(text[-_END_CHARS:]))


@dataclass(slots=True)
class Line:
    """One paragraph, and why it was removed if it was."""

    text: str
    #: index in what the extractor returned, from 0
    position: int
    #: p | heading | item | cell | quote | code | other
    kind: str = "p"
    #: what the markup around it says, see regions.toml; empty for article text
    region: str = ""
    #: the arbiter finds that it is not the article's
    is_apart: bool = False
    #: share of its characters that stand in links, 0.0 to 1.0
    linked: float = 0.0
    #: its links lead to the site itself
    is_own_link: bool = False
    #: its links lead to a social network, an app store or a video site
    is_social_link: bool = False
    #: an image stands right before it, or in it
    has_image: bool = False
    #: it shares a small box with an image and little else
    is_boxed: bool = False
    #: all of it is bold
    is_strong: bool = False
    #: all of it is italic or small
    is_fine: bool = False
    #: key of the list it is an item of, 0 for none
    group: int = 0
    #: it says that the article was corrected: no rule takes it out
    is_note: bool = False
    #: positions of the page's blocks it was made of
    blocks: tuple[int, ...] = ()
    #: name of the rule that removed it; empty while it is kept
    rule: str = field(default="", compare=False)
    #: it reads like a paragraph of an article
    is_prose: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self.is_prose = self._is_prose()

    @property
    def is_kept(self) -> bool:
        """Whether no rule has removed it."""
        return not self.rule

    @property
    def is_finished(self) -> bool:
        """Whether it ends as a sentence does."""
        return ends_sentence(self.text)

    def _is_prose(self) -> bool:
        if self.kind in ("heading", "cell") or self.linked >= 0.5:
            return False
        size = text_size(self.text)
        return size >= 160 or (size >= 40 and self.is_finished) or is_unpunctuated(self.text)

    def remove(self, rule: str) -> None:
        """Take the line out of the text; the first rule that does so is the one remembered."""
        if not self.is_note:
            self.rule = self.rule or rule


def is_unpunctuated(text: str) -> bool:
    """Whether a text may be a sentence of a script that ends sentences with a blank."""
    return len(text) >= _UNPUNCTUATED_SIZE and bool(_UNPUNCTUATED.search(text[-_END_CHARS:]))


def lines_of(paragraphs: Iterable[str]) -> list[Line]:
    """Lines without any markup: what is known of a text that came as text."""
    return [Line(text, position) for position, text in enumerate(paragraphs)]


def kept(lines: Iterable[Line]) -> list[Line]:
    """The lines no rule has removed."""
    return [line for line in lines if not line.rule]


def removed(lines: Iterable[Line]) -> tuple[Removed, ...]:
    """What was taken out, with rule and position."""
    return tuple(
        Removed(rule=line.rule, text=line.text, position=line.position) for line in lines if line.rule
    )


def head_of(lines: Iterable[Line]) -> Iterator[Line]:
    """Kept lines before the first paragraph of prose."""
    for line in lines:
        if not line.is_kept:
            continue
        if line.is_prose:
            return
        yield line


def tail_of(lines: list[Line], most: int = 6) -> Iterator[Line]:
    """The last *most* kept lines, last one first."""
    for count, line in enumerate(reversed(kept(lines))):
        if count >= most:
            return
        yield line
