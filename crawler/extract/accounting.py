"""What became of every line of a page, with the reason and the arbiter's chance: one account for `extract`, `why` and the review. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from crawler.extract.article import read_article
from crawler.extract.page.document import parse_document
from crawler.extract.text.account import Part
from db.model import Page

_MOST_EVIDENCE = 4
#: a line of so many characters may be a paragraph of the author's
_PROSE_CHARS = 80


def page_account(page: Page) -> tuple[Part, ...]:
    """Every line of a page, in page order.

    Raises:
        ExtractError: there is no article on it.
    """
    return read_article(parse_document(page)).parts()


def is_prose_beside(part: Part) -> bool:
    """Whether it is a paragraph beside the text: an article that lacks one of its own lost it there."""
    return part.fate == "outside" and len(part.text) >= _PROSE_CHARS


def prose_beside(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Paragraphs that stand beside the text."""
    return tuple(part for part in parts if is_prose_beside(part))


def chance_in_words(part: Part) -> str:
    """The arbiter's chance in per cent; "" where it was not asked."""
    return "" if part.chance is None else f"{100 * part.chance:.0f} %"


def evidence_in_words(part: Part) -> str:
    """The strongest evidence for that chance, with what each piece is worth."""
    return ", ".join(
        f"{name.replace('_', ' ')} {worth:+.1f}" for name, worth in part.evidence[:_MOST_EVIDENCE]
    )
