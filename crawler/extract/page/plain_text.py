"""Plain text as a page: what a text file, or a server that sends `text/plain`, holds in place of markup."""

from __future__ import annotations

import re
from html import escape

from crawler.extract.metadata.byline_words import starts_byline
from crawler.extract.text.bylines import is_date_line

#: a text with a line longer than this does not break its lines to fit a page
WRAPPED_CHARS = 100
#: a longer line is neither a byline nor a date
MARKED_CHARS = 120
_TAG = re.compile(r"<[a-zA-Z!/?]")
_BLANK_LINE = re.compile(r"\n\s*\n")
_LINE_END = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")


def is_plain(text: str) -> bool:
    """Whether a text holds no markup at all.

    >>> is_plain("Lift-off at 9 < 10 o'clock."), is_plain("<p>Lift-off.")
    (True, False)
    """
    return _TAG.search(text) is None


def marked_up(text: str) -> str:
    """A plain text as HTML, a paragraph an element.

    A line is a paragraph, unless the text breaks its lines to fit a page
    (several lines and none over 100 characters, paragraphs parted by blank
    lines): there a blank line parts them.

    >>> marked_up("Lift-off.\\nIt went well & on time.")
    '<p>Lift-off.</p>\\n<p>It went well &amp; on time.</p>'
    """
    text = _LINE_END.sub("\n", text)
    parts = _BLANK_LINE.split(text) if _is_wrapped(text) else text.split("\n")
    paragraphs = (" ".join(part.split()) for part in parts)
    return "\n".join(_element(part) for part in paragraphs if part)


def _element(paragraph: str) -> str:
    """A paragraph; a line that says only when, or "By" and names, as that."""
    text = escape(paragraph, quote=False)
    if len(paragraph) <= MARKED_CHARS and is_date_line(paragraph):
        return f"<p><time>{text}</time></p>"
    if len(paragraph) <= MARKED_CHARS and starts_byline(paragraph):
        return f'<p class="byline">{text}</p>'
    return f"<p>{text}</p>"


def _is_wrapped(text: str) -> bool:
    """Whether lines end where a page would, rather than where a paragraph does."""
    blocks = [block.strip().split("\n") for block in _BLANK_LINE.split(text)]
    inner = [line for block in blocks for line in block[:-1]]
    longest = max((len(line) for block in blocks for line in block), default=0)
    return bool(inner) and longest <= WRAPPED_CHARS and 2 * sum(len(line) > 50 for line in inner) > len(inner)
