"""A document -> the article on it."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version

from crawler.errors import NoText
from crawler.extract.content import main_text
from crawler.extract.document import Document
from crawler.extract.memory import line_hash
from crawler.extract.metadata import read_metadata
from db.model import Article, Candidate

#: name and versions of what reads an article; stands in articles.extractor
EXTRACTOR = f"spacereel {version('spacereel')} / trafilatura {version('trafilatura')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An article and what site memory can learn from it."""

    article: Article
    #: hashes of the text's lines before site memory was applied
    line_hashes: tuple[int, ...]


def read_article(
    document: Document, candidate: Candidate | None = None, memory: frozenset[int] = frozenset()
) -> Reading:
    """Read the article on a page.

    Args:
        document: the parsed page.
        candidate: what the source said about it; fills what the page does not say.
        memory: hashes of lines that are furniture of this site, see `memory.line_hash`.

    Raises:
        NotAnArticle: the page is something else.
        NoText: an article page without readable text.
    """
    metadata = read_metadata(document, candidate)
    lines = main_text(document)
    hashes = tuple(line_hash(line) for line in lines)
    kept = [line for line, key in zip(lines, hashes, strict=True) if key not in memory]
    if not kept:
        raise NoText("The page has no readable text.", document.page.url)
    article = Article(
        url=document.page.url,
        canonical_url=metadata.canonical_url or document.url,
        title=metadata.title or kept[0][:200],
        text="\n".join(kept),
        authors=metadata.authors,
        published_at=metadata.published_at,
        published_raw=metadata.published_raw,
        published_precision=metadata.published_precision,
        modified_at=metadata.modified_at,
        site_name=metadata.site_name,
        section=metadata.section,
        language=metadata.language,
        description=metadata.description,
        tags=metadata.tags,
        image_url=metadata.image_url,
        image_credits=metadata.image_credits,
        is_free=metadata.is_free,
        origins=metadata.origins,
        extractor=EXTRACTOR,
    )
    return Reading(article=article, line_hashes=hashes)
