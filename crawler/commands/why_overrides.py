"""What the override file of a site changes on one of its pages, for `spacereel why URL --live`."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.commands.terminal import safe_line
from crawler.errors import ExtractError
from crawler.extract.article import read_article
from crawler.extract.metadata.sites import registered_name
from crawler.extract.page.document import Document, parse_document
from crawler.extract.page.overrides import override_of
from crawler.units import many
from db.model import Article, Page, iso

#: what an override can set, in the order it is listed
_FIELDS = ("title", "authors", "published_at", "language", "text")
_WIDTH = 60


def override_effects(page: Page) -> Iterator[dict[str, str | None]]:
    """Every part that reads differently with the site's file: `field`, `general` and `override`; none without a file."""
    try:
        document = parse_document(page)
    except ExtractError:
        return
    if override_of(document.url) is None:
        return
    general, named = _read(document, has_override=False), _read(document, has_override=True)
    for field in _FIELDS:
        before, after = _value_of(general, field), _value_of(named, field)
        if before != after:
            yield {"field": field, "general": before, "override": after}


def override_lines(page: Page) -> Iterator[str]:
    """The same for a terminal, or a line that says there is no file."""
    site = registered_name(page.final_url)
    if override_of(page.final_url) is None:
        yield f"Override: none; crawler/extract/sites/{site}.toml could name its text, title, date and authors."
        return
    effects = list(override_effects(page))
    yield f"Override: {site}.toml changes {', '.join(str(each['field']) for each in effects) or 'nothing here'}."
    for each in effects:
        yield f"  {each['field']}: {_short(each['general'])} -> {_short(each['override'])}"


def _read(document: Document, *, has_override: bool) -> Article | None:
    try:
        return read_article(document, has_override=has_override).article
    except ExtractError:
        return None


def _value_of(article: Article | None, field: str) -> str | None:
    if article is None:
        return None
    value = getattr(article, field)
    if field == "authors":
        return ", ".join(value) or None
    return iso(value) if field == "published_at" and value else value


def _short(text: str | None) -> str:
    line = safe_line(text or "nothing")
    return line if len(line) <= _WIDTH else f"{line[: _WIDTH - 1]}… ({many(len(line.split()), 'word')})"
