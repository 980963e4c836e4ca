"""What became of every line of a page, for people: `extract --explain` prints all of it, `why` what stands beside the text."""

from __future__ import annotations

import click

from crawler.commands.named_pages import named_candidate
from crawler.commands.terminal import safe_line
from crawler.errors import ExtractError
from crawler.extract.article import read_article
from crawler.extract.page.document import parse_document
from crawler.extract.text.account import Part
from crawler.ingest.limited import within_limits
from db.model import Page

#: how a terminal shows what became of a line
_COLOURS = {"text": "green", "removed": "yellow", "outside": None}
_MOST_EVIDENCE = 4
#: a line of so many characters may be a paragraph of the author's
_PROSE_CHARS = 80


def page_account(page: Page) -> tuple[Part, ...]:
    """Every line of a page, in page order.

    Raises:
        ExtractError: there is no article on it.
        ReadingTooLong: it takes more CPU than reading one page may.
    """
    return within_limits(lambda: read_article(parse_document(page), named_candidate(page)).parts())


def prose_beside(page: Page) -> tuple[Part, ...]:
    """Paragraphs that stand beside the text: an article that lacks one of its own lost it there."""
    try:
        parts = page_account(page)
    except ExtractError:
        return ()
    return tuple(part for part in parts if part.fate == "outside" and len(part.text) >= _PROSE_CHARS)


def explained_line(part: Part) -> str:
    """A line of a page with its fate, the rule, the arbiter's chance and the strongest evidence for it."""
    why = "; ".join(piece for piece in (part.reason, *_evidence(part)) if piece)
    return f"{part.fate:8}{safe_line(part.text)}" + (f"  [{why}]" if why else "")


def coloured_line(part: Part) -> str:
    """`explained_line` as a terminal shows it."""
    return click.style(explained_line(part), fg=_COLOURS[part.fate], dim=part.fate == "outside")


def _evidence(part: Part) -> tuple[str, str]:
    """The arbiter's chance, and the strongest evidence."""
    reasons = (f"{name.replace('_', ' ')} {worth:+.1f}" for name, worth in part.evidence[:_MOST_EVIDENCE])
    return "" if part.chance is None else f"{100 * part.chance:.0f} %", ", ".join(reasons)


def beside_row(part: Part) -> tuple[str, str, str]:
    """Chance, evidence and text of a line beside the article."""
    chance, reasons = _evidence(part)
    return chance, part.reason or reasons, part.text
