"""How a page files its article: tags, section, description, language, and whether it is free to read."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement

from crawler.extract.metadata.sites import label_of, letters
from crawler.extract.metadata.title_parts import words_of
from crawler.extract.page.declared import Declared, class_names, elements, is_comment, text_of
from crawler.extract.page.head import Head
from crawler.extract.page.schema import first_text, readable, squeeze, texts_of
from crawler.lang import alternatives, word_set
from crawler.lang.dates import fold_word
from crawler.lang.lines import listed_topics

MAX_TAGS = 60
#: a page with more links to tags lists other articles too
MAX_TAG_LINKS = 30
MAX_TAG_CHARS = 60
#: a line of tags is not longer
_MAX_LINE_CHARS = 200
#: a list of tags is not longer, nor the words before it
_MAX_LIST_CHARS, _MAX_LABEL_CHARS = 1_500, 24
#: with more letters to look for it takes twice as long
_TAG_CLASSES = etree.XPath("descendant::*/@class[contains(., 'ag')]/..")
#: elements that are looked at because their class speaks of tags
_MOST_TAGGED = 100
_TAG_LIST = re.compile(
    r"(?:^|\s)(?:[\w]+[-_]{1,2}){0,3}[tT]ags?(?:[-_]{0,2}(?:list|links|wrap\w*|items|box|container))?(?=\s|$)|(?:article|post|entry|story)Tags(?=\s|$)"
)
MAX_SECTION_CHARS = 40
MIN_DESCRIPTION_CHARS = 20
#: what no reader would call a tag: codes, handles, numbers
_CODE = re.compile(
    r"@|^#?\d+$|^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$|^[0-9a-f]{16,}$|^[a-z]{1,6}[-.]?\d{4,}$|^\d{3,}[-.][\w.-]*\d$|^\w+:\w|_|^(?:tpl|pid|cms|nid|uid|layout|template)[-/=]\S|^(?:[a-z]+-){2,}[a-z]*\d*$|^\d+\.\d{4,}$|^(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{10,}$|&(?:amp)?$",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"\w\.(?:com|org|net|ru|de)$|^\W*$|://", re.IGNORECASE)
_LANGUAGES = frozenset(
    ["ab", "aa", "af", "ak", "am", "an", "ar", "as", "av", "ay", "az", "ba", "be", "bg", "bh", "bi", "bm", "bn", "bo", "br", "bs", "ca", "ce", "ch", "co", "cr", "cs", "cu", "cv", "cy", "da", "de", "dv", "dz", "ee", "el", "en", "eo", "es", "et", "eu", "fa", "ff", "fi", "fj", "fo", "fr", "fy", "ga", "gd", "gl", "gn", "gu", "gv", "ha", "he", "hi", "ho", "hr", "ht", "hu", "hy", "hz", "ia", "id", "ie", "ig", "ii", "ik", "io", "is", "it", "iu", "ja", "jv", "ka", "kg", "ki", "kj", "kk", "kl", "km", "kn", "ko", "kr", "ks", "ku", "kv", "kw", "ky", "la", "lb", "lg", "li", "ln", "lo", "lt", "lu", "lv", "mg", "mh", "mi", "mk", "ml", "mn", "mr", "ms", "mt", "my", "na", "nb", "nd", "ne", "ng", "nl", "nn", "no", "nr", "nv", "ny", "oc", "oj", "om", "or", "os", "pa", "pi", "pl", "ps", "pt", "qu", "rm", "rn", "ro", "ru", "rw", "sa", "sc", "sd", "se", "sg", "si", "sk", "sl", "sm", "sn", "so", "sq", "sr", "ss", "st", "su", "sv", "sw", "ta", "te", "tg", "th", "ti", "tk", "tl", "tn", "to", "tr", "ts", "tt", "tw", "ty", "ug", "uk", "ur", "uz", "ve", "vi", "vo", "wa", "wo", "xh", "yi", "yo", "za", "zh", "zu"]
)  # fmt: skip
_OLD_CODES = {"iw": "he", "in": "id", "ji": "yi", "no": "nb", "eng": "en", "rus": "ru", "deu": "de", "ger": "de", "fra": "fr", "fre": "fr", "spa": "es", "ita": "it", "por": "pt", "pol": "pl", "tur": "tr", "nld": "nl", "ukr": "uk", "zho": "zh", "jpn": "ja", "kor": "ko", "cz": "cs", "ua": "uk", "jp": "ja", "cn": "zh", "gr": "el"}  # fmt: skip


def read_tags(
    declared: Declared, head: Head, names: Collection[str] = (), title: str = ""
) -> tuple[tuple[str, ...], str | None]:
    """What the article is about, in the words of its page, and where they were read.

    Tags that somebody chose for this article go first: article:tag, JSON-LD
    keywords, news_keywords, `rel=tag` links. The `keywords` meta is asked only
    when they say nothing, and believed when half of it is in the headline or
    the description: else it is the same on every page of the site.
    """
    found: dict[str, str] = {}
    first = None
    for origin, texts in _tag_sources(declared, head):
        for tag in _split_tags(texts):
            if letters(tag) not in names:
                first = first or origin
                found.setdefault(letters(tag), tag)
    if not found and "keywords" in declared.metas:
        title_words = set(words_of(f"{title} {declared.meta('og:description', 'description') or ''}"))
        tags = list(_split_tags(declared.metas["keywords"]))
        if tags and sum(bool(set(words_of(tag)) & title_words) for tag in tags) * 2 >= len(tags):
            first, found = "meta keywords", {letters(tag): tag for tag in tags}
    if not found:
        listed = [tag for tag in _split_tags(_tag_list(declared, head)) if letters(tag) not in names]
        first, found = ("tag list" if listed else first), {letters(tag): tag for tag in listed}
    if not found:
        tags = [tag for tag in _tags_of_line(declared, head) if letters(tag) not in names]
        first, found = ("text" if tags else first), {letters(tag): tag for tag in tags}
    return tuple(found.values())[:MAX_TAGS], first


def _tags_of_line(declared: Declared, head: Head) -> list[str]:
    """The last line of the page of the form `Labels: ferries, harbour`, outside comments and other articles."""
    for node, text in reversed([*declared.lines.of(("p", "div"), _MAX_LINE_CHARS)]):
        if not len(text) > 5 or text.endswith((".", "!", "?")) or len(node) > MAX_TAG_LINKS:
            continue
        items = listed_topics(text)
        if (
            items
            and all(len(item) <= MAX_TAG_CHARS for item in items)
            and not head.is_beside(node)
            and not is_comment(node)
        ):
            linked = [text_of(link) for link in node.iter("a")]
            is_linked = len(linked) > 1 and letters("".join(items)) == letters("".join(linked))
            return list(_split_tags(linked if is_linked else ["; ".join(items)]))
    return []


def _tag_list(declared: Declared, head: Head) -> list[str]:
    """The links of the first element whose class calls it the article's tags and that holds nothing but links."""
    for node in islice(filter(_speaks_of_tags, elements(_TAG_CLASSES, declared.tree, None)), _MOST_TAGGED):
        if not _TAG_LIST.search(class_names(node)):
            continue
        links = [(link, text) for link in node.iter("a") if (text := text_of(link, _MAX_LINE_CHARS))]
        if not 0 < len(links) <= MAX_TAG_LINKS:
            continue
        size = len(text_of(node, _MAX_LIST_CHARS))
        is_of_links = size - sum(len(text) for _, text in links) <= _MAX_LABEL_CHARS + 2 * len(links)
        if is_of_links and not head.is_beside(node) and not is_comment(node) and not _is_in_site_menu(node):
            return [text for _, text in links]
    return []


def _speaks_of_tags(node: HtmlElement) -> bool:
    classes = node.get("class") or ""
    return "tag" in classes or "Tag" in classes


def _stated(declared: Declared, *names: str) -> Iterator[tuple[str, str]]:
    """(where it was read, text) of meta elements, in the order of the names."""
    for name in names:
        yield from ((f"meta {name}", text) for text in declared.metas.get(name, ()))


def _described(declared: Declared, name: str) -> Iterator[tuple[str, str]]:
    """(where it was read, text) of a JSON-LD property."""
    for value in declared.schema.values(name):
        yield from ((f"json-ld {name}", text) for text in texts_of(value, "name"))


def _tag_sources(declared: Declared, head: Head) -> Iterator[tuple[str, list[str]]]:
    for name in ("article:tag", "og:article:tag"):
        yield f"meta {name}", [text for _, text in _stated(declared, name)]
    yield "json-ld keywords", [text for _, text in _described(declared, "keywords")]
    for name in ("news_keywords", "parsely-tags", "sailthru.tags", "tags", "og:tags", "dc.subject"):
        yield f"meta {name}", [text for _, text in _stated(declared, name)]
    links = declared.links["tag"]
    if len(links) > MAX_TAG_LINKS:
        links = tuple(node for node in head.nodes if node.get("rel") == "tag")
    own = [node for node in links if not head.is_beside(node) or _is_in_tag_list(node)]
    yield "rel tag", [text_of(node) for node in own if not _is_in_site_menu(node)]
    items = [node for node in declared.items.get("keywords", ()) if node.tag != "meta"]
    yield "itemprop keywords", [text_of(node) for node in items if not head.is_beside(node)]


def _is_in_site_menu(node: HtmlElement) -> bool:
    """Whether a link stands in a `<nav>` or `<header>` above the headline: the site's, not the article's."""
    for above in node.iterancestors("nav", "header"):
        if above.find(".//h1") is None and any(
            after.tag == "h1" or after.find(".//h1") is not None
            for box in (above, *above.iterancestors())
            for after in box.itersiblings()
            if isinstance(after.tag, str)
        ):
            return next(above.iterancestors("article", "main"), None) is None
    return False


def _is_in_tag_list(node: HtmlElement) -> bool:
    """Whether a link stands in a `<nav>` of tags: one whose links are all marked as tags, in the article or with few of them."""
    nav = next((above for above in node.iterancestors("nav")), None)
    links = nav.findall(".//a") if nav is not None else []
    return 0 < len(links) <= MAX_TAG_LINKS and all(link.get("rel") == "tag" for link in links)


def _split_tags(texts: Sequence[str]) -> Iterator[str]:
    """Single tags. One text may be a list at commas; where there are many, a comma is part of a tag."""
    for text in texts:
        separator = next(
            (separator for separator in (";", "|", ",", "、", "，", "،") if separator in text), None
        )
        if separator == "," and len(texts) > 2:
            separator = None
        for part in text.split(separator) if separator else [text]:
            tag = squeeze(readable(part)).strip(" #\"'“”«»[],")
            if (
                (1 if tag.isascii() else 0) < len(tag) <= MAX_TAG_CHARS
                and len(tag.split()) <= 7
                and _is_tag(tag)
            ):
                yield tag


@cache
def _general(name: str) -> re.Pattern[str]:
    return re.compile(alternatives(word_set("labels", name)), re.IGNORECASE)


def _is_tag(tag: str) -> bool:
    """Whether a word tells what an article is about: no code, and no word for articles as such."""
    return not _CODE.search(tag) and not _general("no_tag").fullmatch(tag)


def _is_section(name: str) -> bool:
    return not _ADDRESS.search(name) and not _general("no_section").fullmatch(name)


def read_section(declared: Declared, title: str = "") -> tuple[str | None, str | None]:
    """The desk or rubric the article stands in, and where it was read."""
    marked = declared.items.get("articlesection", ())[:2]
    asked = [
        *_stated(declared, "article:section", "og:article:section", "article.section", "og:section"),
        *_described(declared, "articleSection"),
        *(("itemprop articleSection", node.get("content") or text_of(node)) for node in marked),
        *_stated(declared, "parsely-section", "section", "cxenseparse:section"),
        *(("json-ld breadcrumb", name) for name in _crumbs(declared)),
    ]
    title_words = words_of(title)
    for origin, text in asked:
        name = squeeze(re.split(r"[,;|>/]|\s-\s", text)[0])
        words = words_of(name)
        is_headline = words == title_words or (len(words) > 1 and title_words[: len(words)] == words)
        if 1 < len(name) <= MAX_SECTION_CHARS and not is_headline and _is_section(name) and "://" not in text:
            return name, origin
    return None, None


def _crumbs(declared: Declared) -> Iterator[str]:
    """Names on the way from the article to the front page."""
    for node in declared.schema.of_type("breadcrumblist"):
        items = node.get("itemListElement")
        for item in reversed(items[:8]) if isinstance(items, list) else ():
            if isinstance(item, dict) and (
                name := first_text(item, "name") or first_text(item.get("item"), "name")
            ):
                yield name


def read_description(
    declared: Declared, title: str, names: Collection[str] = ()
) -> tuple[str | None, str | None]:
    """What the page says its article tells, and where.

    Not what it says of the whole site, nor the headline again; one that breaks
    off in the middle only when no other is whole.
    """
    nodes = declared.schema.of_type("website", "organization", "newsmediaorganization")
    of_site = {letters(text) for node in nodes for text in texts_of(node.get("description"))} | set(names)
    asked = [
        *_stated(declared, "og:description"),
        *_described(declared, "description"),
        *_stated(declared, "description", "twitter:description", "sailthru.description", "dc.description"),
    ]
    title_words, label = words_of(title), fold_word(label_of(declared.url))
    found = [
        (text, origin)
        for origin, text in asked
        if len(text) >= MIN_DESCRIPTION_CHARS
        and letters(text) not in of_site
        and words_of(text) != title_words
        and not (
            len(text) < MIN_DESCRIPTION_CHARS * 3 and len(label) > 4 and label in fold_word(letters(text))
        )
    ]
    whole = (pair for pair in found if not pair[0].endswith(("...", "…", "[…]", "[...]")))
    return next(whole, found[0] if found else (None, None))


def language_code(text: str) -> str | None:
    """ISO 639-1 of `en-GB`, `ru_RU`, `ger`; None for a word or an unknown code.

    >>> [language_code(text) for text in ("en-GB", "pt_BR", "iw", "italiano (italian)")]
    ['en', 'pt', 'he', None]
    """
    code = re.split(r"[-_;, ]", text.strip().lower())[0]
    code = _OLD_CODES.get(code, code)
    return code if code in _LANGUAGES else None


def declared_language(declared: Declared) -> tuple[str | None, str | None]:
    """The language as the page writes it (`en-GB`), and where.

    The article's own inLanguage goes first; `og:locale` goes last, because
    themes leave it at American English.
    """
    asked = [
        ("json-ld inLanguage", text)
        for value in declared.schema.values("inLanguage")
        for text in texts_of(value, "alternateName", "name")
    ]
    root = declared.tree
    asked += [
        ("html lang", value)
        for key in ("lang", "{http://www.w3.org/XML/1998/namespace}lang", "xml:lang")
        if (value := root.get(key))
    ]
    asked += [
        (f"meta {name}", declared.metas[name][0])
        for name in ("content-language", "language", "inlanguage", "dc.language", "og:language", "og:locale")
        if name in declared.metas
    ]
    return next(((text, origin) for origin, text in asked if language_code(text)), (None, None))


def declared_free(declared: Declared) -> tuple[bool | None, str | None]:
    """Whether everybody may read the article, as far as the page says: JSON-LD first, then its tier.

    "metered" says neither: some readers may, some not.
    """
    for value in declared.schema.values("isAccessibleForFree"):
        said = _truth(value)
        if said is not None:
            return said, "json-ld isAccessibleForFree"
    for value in declared.schema.values("hasPart"):
        parts = value if isinstance(value, list) else [value]
        if any(isinstance(part, dict) and _truth(part.get("isAccessibleForFree")) is False for part in parts):
            return False, "json-ld hasPart"
    tier = declared.meta("article:content_tier", "article:content-tier", "og:article:content_tier")
    return (
        ({"free": True, "locked": False}.get(tier.lower()), "meta article:content_tier")
        if tier and tier.lower() in ("free", "locked")
        else (None, None)
    )


def _truth(value: object) -> bool | None:
    """`true`, "False", "http://schema.org/True", 1; None for anything else."""
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, bool):
        return value
    word = re.split(r"[/#]", str(value).strip().lower())[-1]
    return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(word)
