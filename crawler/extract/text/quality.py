"""Whether a page is an article, and what it is instead: consent wall, error, login, index, gallery or video."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from urllib.parse import urlsplit

from crawler.errors import NotAnArticle, NoText, Walled
from crawler.extract.metadata.fields import Metadata
from crawler.extract.page.blocks import text_size
from crawler.extract.page.document import Document
from crawler.extract.text.lines import Line
from crawler.extract.text.phrases import straightened
from crawler.lang import table
from crawler.lang.required import Suspects

#: a text of this many characters is an article's whatever the title says
ENOUGH_CHARS = 1500
#: fewer characters are no article without somebody saying it is one
FEW_CHARS = 140
#: ... nor of a page that tells when it was published: a flash of two sentences
FLASH_CHARS = 80
#: fewer characters are no article at all
_MIN_CHARS = 40
#: more characters than any article has
_MAX_CHARS = 500_000
_ARTICLE_TYPES = ("article", "posting", "report", "review", "recipe", "opinion", "analysis")
_INDEX_TYPES = frozenset({"collectionpage", "itemlist", "searchresultspage", "profilepage"})
_VIDEO_TYPES = frozenset({"videoobject"})
_GALLERY_TYPES = frozenset({"imagegallery", "mediagallery", "imageobject"})
_CONSENT_HOST = re.compile(
    r"^(?:consent|guce|cmp|privacy|cookies?)\.|/(?:consent|cookie-?wall|gdpr|collectconsent)(?:/|$)"
)
_SENTENCES = {
    "error": "The page says that what was asked for is not there: {title!r}.",
    "robot": "The site wants to know whether a person is asking: {title!r}.",
    "consent": "A consent wall stands before the article: {title!r}.",
    "login": "The page asks to log in: {title!r}.",
}


@cache
def _titles(kind: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in table("quality")["title"][kind]))


@cache
def _consent_phrases() -> tuple[Suspects, re.Pattern[str]]:
    """What a phrase of consent cannot do without, and all of them."""
    phrases = table("quality")["consent_text"]["phrases"]
    return Suspects({"consent": phrases}), re.compile("|".join(phrases))


def check_article(document: Document, metadata: Metadata, lines: Sequence[Line]) -> None:
    """Refuse what is not an article.

    Args:
        document: the page.
        metadata: what it says about itself.
        lines: the text, residue taken out.

    Raises:
        Walled: a consent wall, a login or a check for robots.
        NotAnArticle: an error, index, gallery or video page; the message says which.
        NoText: an article page without text.
    """
    url = document.page.url
    size = sum(text_size(line.text) for line in lines)
    is_declared = is_declared_article(document, metadata)
    if reason := _titled(("error",), metadata, lines, size, is_declared=is_declared):
        raise NotAnArticle(reason, url)
    if reason := _wall(document, metadata, lines, size, is_declared=is_declared):
        raise Walled(reason, url)
    if size < ENOUGH_CHARS and (reason := _other_kind(document, lines, size, is_declared=is_declared)):
        raise NotAnArticle(reason, url)
    if size > _MAX_CHARS:
        raise NotAnArticle(f"The page holds {size} characters of text, more than any article.", url)
    least = _MIN_CHARS if is_declared else FEW_CHARS if metadata.published_at is None else FLASH_CHARS
    if size < least:
        raise NoText(f"The page has no readable text ({size} characters).", url)


def _types(document: Document) -> set[str]:
    """Lower-case schema.org types of the page's objects."""
    found: set[str] = set()
    for item in document.json_ld:
        kind = item.get("@type")
        kinds = kind if isinstance(kind, list) else [kind]
        found.update(str(each).rsplit("/", 1)[-1].lower() for each in kinds if isinstance(each, str))
    return found


def is_declared_article(document: Document, metadata: Metadata) -> bool:
    """Whether the page says it is an article: by schema.org type, og:type, or a date and an author."""
    if any(kind.endswith(_ARTICLE_TYPES) for kind in _types(document)):
        return True
    if _og_type(document).startswith("article"):
        return True
    return metadata.published_at is not None and bool(metadata.authors)


def _og_type(document: Document) -> str:
    for meta in document.tree.iter("meta"):
        if meta.get("property") == "og:type":
            return (meta.get("content") or "").strip().lower()
    return ""


def _wall(
    document: Document, metadata: Metadata, lines: Sequence[Line], size: int, *, is_declared: bool
) -> str:
    """Why the page stands in the way of an article, or an empty string."""
    if not is_declared and _CONSENT_HOST.search(_host_and_path(document.url)):
        return "A consent wall stands before the article."
    kinds = ("robot",) if is_declared else ("robot", "consent", "login")
    said = _titled(kinds, metadata, lines, size, is_declared=is_declared)
    return said or _consent_reason(lines, size, is_declared=is_declared)


def _titled(
    kinds: Sequence[str], metadata: Metadata, lines: Sequence[Line], size: int, *, is_declared: bool
) -> str:
    """What the title of a page with little text gives away, when it is one of *kinds*; or an empty string."""
    if size >= ENOUGH_CHARS or (is_declared and sum(line.is_prose for line in lines) > 1):
        return ""
    titles = {straightened(spelling.strip()) for spelling in (metadata.title or "", *metadata.headlines)} - {
        ""
    }
    for title in titles:
        for kind in kinds:
            if _titles(kind).fullmatch(title):
                return _SENTENCES[kind].format(title=title[:80])
    return ""


def _host_and_path(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.hostname or ''}{parts.path}".lower()


def _consent_reason(lines: Sequence[Line], size: int, *, is_declared: bool) -> str:
    """Text that talks of consent in every other sentence; an article about the matter is declared as one."""
    if size > 4 * ENOUGH_CHARS:
        return ""
    suspects, phrases = _consent_phrases()
    texts = (straightened(line.text) for line in lines)
    hits = sum(len(phrases.findall(text)) for text in texts if suspects.in_text(text))
    dense = hits * (600 if is_declared else 250) > size
    if hits >= (6 if is_declared else 3) and dense:
        return "The text is a request for consent, not an article."
    return ""


def _other_kind(document: Document, lines: Sequence[Line], size: int, *, is_declared: bool) -> str:
    """What else the page is, or an empty string."""
    types = _types(document)
    prose = sum(1 for line in lines if line.is_prose)
    is_article = any(kind.endswith(_ARTICLE_TYPES) for kind in types)
    if not is_article and prose < 3:
        if types & _VIDEO_TYPES or _og_type(document).startswith("video"):
            return "A video page: it has a player and no article."
        if types & _GALLERY_TYPES - {"imageobject"}:
            return "A gallery: it has pictures and no article."
    if is_declared:
        return ""
    path = _host_and_path(document.url).partition("/")[2].strip("/")
    if prose < 3 and (types & _INDEX_TYPES or (not path and size < ENOUGH_CHARS)):
        return "An index page: it lists articles and is none."
    if prose < 2 and _is_mostly_links(document):
        return "An index page: nearly all of its text stands in links."
    return ""


def _is_mostly_links(document: Document) -> bool:
    """Whether most of what the body says stands in links."""
    body = document.tree.find("body")
    if body is None:
        return False
    linked = sum(len("".join(link.itertext())) for link in body.iter("a"))
    total = sum(
        len(text.strip())
        for text in body.itertext("p", "li", "h1", "h2", "h3", "div", "td", "span", "a", with_tail=False)
        if text
    )
    return linked > 400 and linked * 10 > total * 7
