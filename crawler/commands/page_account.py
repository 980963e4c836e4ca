"""What became of every line of a page, on a terminal: `extract --explain` prints all of it, `why` what stands beside the text."""

from __future__ import annotations

import click

from crawler.commands.terminal import safe_line
from crawler.errors import ExtractError
from crawler.extract.accounting import chance_in_words, evidence_in_words, page_account, prose_beside
from crawler.extract.text.account import Part
from crawler.ingest.limited import within_limits
from db.model import Page

#: how a terminal shows what became of a line
_COLOURS = {"text": "green", "removed": "yellow", "outside": None}


def limited_account(page: Page) -> tuple[Part, ...]:
    """Every line of a page, in page order.

    Raises:
        ExtractError: there is no article on it.
        ReadingTooLong: it takes more CPU than reading one page may.
    """
    return within_limits(page_account, page)


def explained_line(part: Part) -> str:
    """A line of a page with its fate, the rule, the arbiter's chance and the strongest evidence for it."""
    whole = (part.reason, chance_in_words(part), evidence_in_words(part))
    why = "; ".join(piece for piece in whole if piece)
    return f"{part.fate:8}{safe_line(part.text)}" + (f"  [{why}]" if why else "")


def coloured_line(part: Part) -> str:
    """`explained_line` as a terminal shows it."""
    return click.style(explained_line(part), fg=_COLOURS[part.fate], dim=part.fate == "outside")


def beside_rows(page: Page) -> tuple[tuple[str, str, str], ...]:
    """Chance, evidence and text of the paragraphs beside the article of a page; none when it has no article.

    Raises:
        ReadingTooLong: it takes more CPU than reading one page may.
    """
    try:
        beside = prose_beside(limited_account(page))
    except ExtractError:
        return ()
    return tuple(
        (chance_in_words(part), part.reason or evidence_in_words(part), part.text) for part in beside
    )
