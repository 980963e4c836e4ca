"""Everything about an article but its text, each field with where it was read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from crawler.extract.metadata.authors import read_authors
from crawler.extract.metadata.labels import (
    declared_free,
    declared_language,
    language_code,
    read_description,
    read_section,
    read_tags,
)
from crawler.extract.metadata.pictures import read_picture
from crawler.extract.metadata.published import read_dates
from crawler.extract.metadata.sites import declared_canonical, declared_names, label_of, letters, site_name
from crawler.extract.metadata.titles import read_title
from crawler.extract.page.breaks import with_lines
from crawler.extract.page.declared import read_declared
from crawler.extract.page.document import Document
from crawler.extract.page.head import near_headline
from db.model import Candidate, Precision


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What a page says about its article. What it does not say is None or empty."""

    #: without the site's name
    title: str | None = None
    #: people in the order they sign; an organisation only where nobody else does
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    #: the string the date was read from
    published_raw: str | None = None
    published_precision: Precision | None = None
    #: `YYYY-MM-DD` as printed, in the zone of the page; `dates.day_as_written` gives it from a stored row
    published_day: str | None = None
    modified_at: datetime | None = None
    site_name: str | None = None
    section: str | None = None
    #: ISO 639-1, as declared
    language: str | None = None
    description: str | None = None
    tags: tuple[str, ...] = ()
    #: of the lead image, absolute
    image_url: str | None = None
    image_credits: tuple[str, ...] = ()
    #: as declared; None when the page does not say
    is_free: bool | None = None
    #: absolute; None when the page names none that can be believed
    canonical_url: str | None = None
    #: every spelling of the headline on the page, with and without the site's name
    headlines: tuple[str, ...] = ()
    #: (field, where it was read), in the order of the fields
    origins: tuple[tuple[str, str], ...] = ()


def read_metadata(document: Document, candidate: Candidate | None = None) -> Metadata:
    """Read a page's metadata; never raises for what a page contains.

    Args:
        document: the parsed page; its tree is not changed.
        candidate: what the feed said; it fills in where the page is silent.
    """
    if not document.json_ld:
        document = replace(document, tree=with_lines(document.tree))
    declared = read_declared(document)
    title = read_title(declared, candidate.title if candidate else None)
    head = near_headline(title.element)
    names = {name.casefold() for name, _ in declared_names(declared)} | {label_of(declared.url)}
    spelled = {letters(name) for name in names}
    language, language_origin = declared_language(declared)
    authors = read_authors(declared, head, names)
    dates = read_dates(declared, head, document.page.fetched_at, candidate, language, title.spellings)
    picture = read_picture(declared, head)
    section, section_origin = read_section(declared, title.text or "")
    description, description_origin = read_description(declared, title.text or "", spelled)
    tags, tags_origin = read_tags(declared, head, spelled, title.text or "")
    site, site_origin = site_name(declared, title.suffix)
    is_free, free_origin = declared_free(declared)
    canonical, canonical_origin = declared_canonical(declared)
    if language is None and candidate and candidate.language:
        language, language_origin = candidate.language, "feed"
    origins = (
        ("title", title.origin), ("authors", authors.origin), ("published_at", dates.published_origin),
        ("modified_at", dates.modified_origin), ("site_name", site_origin), ("section", section_origin),
        ("language", language_origin), ("description", description_origin), ("tags", tags_origin),
        ("image_url", picture.origin), ("image_credits", picture.credits_origin), ("is_free", free_origin),
        ("canonical_url", canonical_origin),
    )  # fmt: skip
    return Metadata(
        title=title.text,
        authors=authors.names,
        published_at=dates.published_at,
        published_raw=dates.published_raw,
        published_precision=dates.precision,
        published_day=dates.published_day,
        modified_at=dates.modified_at,
        site_name=site,
        section=section,
        language=language_code(language) if language else None,
        description=description,
        tags=tags,
        image_url=picture.url,
        image_credits=picture.credits,
        is_free=is_free,
        canonical_url=canonical,
        headlines=title.spellings,
        origins=tuple((name, origin) for name, origin in origins if origin),
    )
