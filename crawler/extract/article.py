"""A document -> the article on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from crawler.errors import NoText
from crawler.extract.extractor import EXTRACTOR
from crawler.extract.metadata.fields import Metadata, read_metadata
from crawler.extract.metadata.language import guess_language, language_of
from crawler.extract.page.document import Document
from crawler.extract.page.overrides import Override, apply_to_metadata, override_of
from crawler.extract.text.account import Part, account
from crawler.extract.text.content import PageText, page_text
from crawler.extract.text.evidence import Hints
from crawler.extract.text.furniture import drop_remembered, learnable_hashes
from crawler.extract.text.lines import Line, kept, removed
from crawler.extract.text.phrases import languages_of
from crawler.extract.text.quality import check_article, is_declared_article
from crawler.extract.text.readings import declared_body, paragraphs_of
from crawler.extract.text.rescue import fuller, outvoted, rescued
from crawler.extract.text.residue import CleanText, Context, strip_residue
from crawler.extract.unseen.drawn import may_be_undrawn, unseen_article
from db.model import Article, Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An article and what site memory can learn from it."""

    article: Article
    #: hashes of the text's lines before site memory was applied
    line_hashes: tuple[int, ...]
    #: what became of every line of the page
    parts: Callable[[], tuple[Part, ...]]


def read_article(
    document: Document,
    candidate: Candidate | None = None,
    memory: frozenset[int] = frozenset(),
    *,
    has_override: bool = True,
    feed_lines: list[Line] | None = None,
) -> Reading:
    """Read the article on a page: a pure function of page, candidate, memory and rules.

    Args:
        document: the parsed page.
        candidate: what the source said about it; fills what the page does not say.
        memory: hashes of lines that are furniture of this site, see `memory.line_hash`.
        has_override: whether what is known about the site is used, see `overrides.override_of`.
        feed_lines: lines of the text that the feed carries, taken instead of the page's; see `feed_text`.

    Raises:
        NotAnArticle: the page is something else; the message says what.
        NoText: an article page without readable text.
    """
    override = override_of(document.url) if has_override else None
    metadata = _metadata_of(document, candidate, override)
    feed_paragraphs = paragraphs_of(candidate.content) if candidate is not None and candidate.content else ()
    hints = Hints(
        headlines=metadata.headlines,
        description=metadata.description,
        feed_paragraphs=tuple(feed_paragraphs),
        site_name=metadata.site_name,
    )
    shown = page_text(document, override, hints) if feed_lines is None else PageText(lines=feed_lines)
    lines, text_origin = shown.lines, "markup" if feed_lines is None else "feed"
    is_named = override is not None and bool(override.text)
    unseen = None
    if feed_lines is None and not is_named:
        if not declared_body(document) and may_be_undrawn(lines, shown.blocks, metadata.headlines):
            unseen = unseen_article(document, lines, hints, metadata.canonical_url)
        lines, text_origin = (unseen.lines, unseen.origin) if unseen else rescued(document, lines)
    if unseen is not None and unseen.node is not None:
        document = replace(document, json_ld=(*document.json_ld, unseen.node))
        metadata = _with_origin(_metadata_of(document, candidate, override), metadata, unseen.origin)
    clean = stripped(metadata, lines)
    if text_origin == "markup" and not is_named:
        other = outvoted(document, clean.lines, shown)
        if not other and is_declared_article(document, metadata):
            other = fuller(document, clean.lines)
        if other:
            lines, text_origin = other, "trafilatura"
            clean = stripped(metadata, lines)
    check_article(document, metadata, clean.lines)
    hashes = learnable_hashes(clean.lines)
    drop_remembered(clean.lines, memory)
    text = "\n".join(line.text for line in kept(clean.lines))
    if not text:
        raise NoText("The page has no readable text.", document.page.url)
    language, language_origin = language_of(text, metadata.language)
    origins = _from_text(metadata, clean) | dict(metadata.origins) | {"text": text_origin}
    if language_origin == "text":
        origins["language"] = "text"
    article = Article(
        url=document.page.url,
        canonical_url=metadata.canonical_url or document.url,
        title=metadata.title or clean.headline or text.partition("\n")[0][:200],
        text=text,
        authors=metadata.authors,
        published_at=metadata.published_at,
        published_raw=metadata.published_raw,
        published_precision=metadata.published_precision,
        modified_at=metadata.modified_at,
        site_name=metadata.site_name,
        section=metadata.section,
        language=language,
        description=metadata.description or clean.standfirst,
        tags=_merged(metadata.tags, _unglued(clean.tags, metadata.tags)),
        image_url=metadata.image_url,
        image_credits=_merged(metadata.image_credits, clean.image_credits),
        is_free=_is_free(metadata, clean),
        removed=removed(lines),
        origins=tuple(origins.items()),
        extractor=EXTRACTOR,
        is_live=any("LiveBlogPosting" in str(item.get("@type")) for item in document.json_ld),
    )
    parts = partial(account, lines, shown.blocks, shown.judged, text_origin)
    return Reading(article=article, line_hashes=hashes, parts=parts)


def _metadata_of(document: Document, candidate: Candidate | None, override: Override | None) -> Metadata:
    """What a page says about its article, and what is known about its site."""
    metadata = read_metadata(document, candidate)
    return metadata if override is None else apply_to_metadata(override, document, metadata)


def _with_origin(metadata: Metadata, before: Metadata, origin: str) -> Metadata:
    """Metadata that was read with what a script's data says: those fields came from there, not from JSON-LD."""
    known = set(before.origins)
    named = (
        (name, each if (name, each) in known else each.replace("json-ld", origin))
        for name, each in metadata.origins
    )
    return replace(metadata, origins=tuple(named))


def stripped(metadata: Metadata, lines: list[Line]) -> CleanText:
    """The lines without residue."""
    context = Context(
        headlines=metadata.headlines,
        section=metadata.section,
        authors=metadata.authors,
        image_credits=metadata.image_credits,
        languages=languages_of(metadata.language, guess_language(" ".join(line.text for line in lines[:40]))),
    )
    return strip_residue(lines, context)


def _from_text(metadata: Metadata, clean: CleanText) -> dict[str, str]:
    """Fields the page does not state and the text around the article does."""
    found = {
        "title": not metadata.title,
        "description": not metadata.description and clean.standfirst,
        "tags": clean.tags,
        "image_credits": clean.image_credits,
    }
    return {name: "text" for name, is_found in found.items() if is_found}


def _merged(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    """Both, in order; spellings that differ in case only count once."""
    found: dict[str, str] = {}
    for name in (*first, *second):
        found.setdefault(name.casefold(), name)
    return tuple(found.values())


def _unglued(tags: tuple[str, ...], known: tuple[str, ...]) -> tuple[str, ...]:
    """Tags of the text without a line of links read as one tag: it holds several that are known."""
    return tuple(tag for tag in tags if sum(name in tag for name in known) < 2)


def _is_free(metadata: Metadata, clean: CleanText) -> bool | None:
    """As declared; a request to subscribe or register in the text speaks where the page is silent."""
    if metadata.is_free is None and any(each.rule == "prompt.register" for each in clean.removed):
        return False
    return metadata.is_free
