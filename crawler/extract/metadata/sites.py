"""Whose page it is: host and name of the site, and whether a canonical URL can be believed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape
from urllib.parse import urlsplit, urlunsplit

from ahocorasick_rs import AhoCorasick, MatchKind

from crawler.extract.page.declared import Declared
from crawler.extract.page.schema import squeeze, texts_of
from crawler.lang.tokens import joined_words
from crawler.site import site_of_host

_WORD = re.compile(r"[\w'’.&+]+")
_NOT_A_NAME = re.compile(
    r"^(?:home|homepage|news|untitled|default|null|undefined|website|site|u\.s\.|index)$", re.IGNORECASE
)
#: what parts of a title may be the site's name
_TITLE_PARTS = re.compile(r"\s+[|–—:·•»«-]+\s+|\s*[｜│丨]\s*|(?<=\w):\s+")
_COPYRIGHT = AhoCorasick(["©", "&copy;", "&COPY;", "(c)", "(C)"], matchkind=MatchKind.LeftmostFirst)
_HOLDER = re.compile(r"\s*(?:\d{4}\s?(?:[-–]\s?\d{4})?)?[\s,]*([^<>|©\n\d]{3,60})")
#: where the name in a copyright line is over
_NAME_END = re.compile(
    r"\s*(?:[.,;。،·•/(]|\s[-–—|])(?:\s|$)|\s*[。，]|(?<=[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])\s"
)
#: links that are looked at for the one to the front page
_MOST_LINKS = 60
#: longest name of a section
_SECTION_CHARS = 40
_SLUG = re.compile(r"[\d-]|.{15}")
_AMP = re.compile(r"(?:^|[./])amp(?:[./]|$)|[?&](?:amp|outputType=amp)\b", re.IGNORECASE)


def bare_host(url: str) -> str:
    """The host of an address in lower case, without `www.` and the like; empty when there is none."""
    return re.sub(r"^(?:www\d?|m|mobile|amp|edition)\.(?=.*\.)", "", _full_host(url))


def _full_host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower().rstrip(".")
    except ValueError:
        return ""


def registered_name(url: str) -> str:
    """What somebody registered: `bbc.co.uk` of `https://news.bbc.co.uk/1`; "" when there is no host."""
    return site_of_host(_full_host(url))


def label_of(url: str) -> str:
    """The registered name without its ending: `nytimes`.

    >>> label_of("https://www.bbc.co.uk/news"), label_of("https://www.nytimes.com/x")
    ('bbc', 'nytimes')
    """
    return registered_name(url).removeprefix("www.").split(".")[0].replace("-", "")


def letters(text: str) -> str:
    """Only letters and digits, without case: what names are compared by."""
    return joined_words(text.casefold()).replace("_", "")


def spells_label(name: str, label: str) -> bool:
    """Whether a name's words give a host's label: in full, joined, or by their beginnings.

    >>> [spells_label(name, "nytimes") for name in ("The New York Times", "NYTimes.com", "Times of India")]
    [True, True, False]
    """
    joined = letters(name)
    if not joined or len(label) < 2:
        return False
    if joined in (label, "the" + label, label + "com") or (len(label) > 3 and joined.startswith(label)):
        return True
    if len(joined) > 4 and label.startswith(joined):
        return True
    words = _words_of(name)
    is_capital = name[: len(label)].isupper() and letters(name[: len(label)]) == label
    return words[0] == label or is_capital or (len(label) > 2 and len(words) <= 6 and _begins(label, words))


def _words_of(name: str) -> list[str]:
    """Its words in letters, without an article."""
    words = [word for word in map(letters, _WORD.findall(name)) if word]
    return words[1:] if words[:1] == ["the"] and len(words) > 1 else words


def _begins(label: str, words: list[str]) -> bool:
    """Whether a label is made of beginnings of all words, in order: l-a-times of Los Angeles Times."""
    if not words:
        return not label
    return any(
        label.startswith(words[0][:size]) and _begins(label[size:], words[1:])
        for size in range(len(words[0]), 0, -1)
    )


def is_site(segment: str, names: Iterable[str], label: str) -> bool:
    """Whether a part of a title is the name of the site, perhaps with a word or two more ("RT World News")."""
    found = letters(segment)
    size = len(segment.split())
    if not found or size > 7:
        return False
    for name in names:
        is_alike = found.startswith(letters(name)) or letters(name).startswith(found)
        if is_alike and min(len(found), len(letters(name))) > 3 and abs(size - len(name.split())) <= 2:
            return True
    return is_name(segment, names, label) or spells_label(segment, label)


def is_name(text: str, names: Iterable[str], label: str) -> bool:
    """Whether a heading is the name of the site and nothing more."""
    found = letters(text)
    return found in {label, "the" + label, label + "com", *map(letters, names)} or _begins(
        label, _words_of(text)
    )


def declared_names(declared: Declared) -> tuple[tuple[str, str], ...]:
    """Names the page gives its site, as (name, where it was read), the surest first.

    A headline that stands where a name should, as some apps' metas have it, is none.
    """
    schema = declared.schema
    publishers = [schema.resolve(_first(value)) for value in schema.values("publisher", "sourceOrganization")]
    asked = [
        *_stated(declared, "og:site_name"),
        *((text, "json-ld publisher") for node in publishers[:2] for text in texts_of(node, "name")),
        *_stated(
            declared,
            "application-name",
            "apple-mobile-web-app-title",
            "dc.publisher",
            "twitter:app:name:iphone",
        ),
        *(
            (text, "json-ld WebSite")
            for node in schema.of_type("website")
            for text in texts_of(node.get("name"))
        ),
    ]
    headlines = {letters(text) for text in declared.metas.get("og:title", ())}
    return tuple(
        (name, origin) for raw, origin in asked if (name := _tidy(raw)) and letters(name) not in headlines
    )


def printed_names(declared: Declared) -> tuple[str, ...]:
    """Names of the site as its pages print them, in the copyright line and in links to the front page: those that stand at an end of the title.

    The copyright line goes on behind the name: "© 2025 Quay Herald. All rights reserved."
    """
    titles = [declared.page_title or "", *declared.metas.get("og:title", ())[:1]]
    parted = [_TITLE_PARTS.split(title) for title in titles if title]
    ends = {letters(part) for parts in parted for part in (parts[0], parts[-1])} - {""}
    if not ends:
        return ()
    found = [part for line in _copyright_lines(declared.html) for part in (line, _NAME_END.split(line)[0])]
    fronts = _front_pages(declared.url)
    for link in declared.named["a"][:_MOST_LINKS]:
        if (link.get("href") or "").strip() in fronts:
            found += [link.text_content(), *(image.get("alt") or "" for image in link.iter("img"))]
    names = (squeeze(unescape(name)).strip(" .,-") for name in found)
    return tuple(dict.fromkeys(name for name in names if len(name) > 2 and letters(name) in ends))


def _copyright_lines(html: str) -> list[str]:
    """What stands behind each sign of copyright and a year, in page order; a sign inside of that begins nothing."""
    found: list[str] = []
    at = ended = 0
    for sign in _COPYRIGHT.find_matches_as_strings(html):
        at = html.index(sign, at)
        if at >= ended and (holder := _HOLDER.match(html, at + len(sign))):
            found.append(holder[1])
            ended = holder.end()
        at += len(sign)
    return found


def menu_words(declared: Declared) -> frozenset[str]:
    """What the first links of a page say, in letters: its sections are among them."""
    links = declared.named["a"][:_MOST_LINKS]
    return frozenset(
        letters(text) for link in links if (text := link.text or "") and len(text) <= _SECTION_CHARS
    )


def _front_pages(url: str) -> frozenset[str]:
    parts = urlsplit(url)
    return frozenset(("/", f"{parts.scheme}://{parts.netloc}", f"{parts.scheme}://{parts.netloc}/"))


def _stated(declared: Declared, *names: str) -> list[tuple[str, str]]:
    return [(declared.metas[name][0], name) for name in names if name in declared.metas]


def _first(value: object) -> object:
    return value[0] if isinstance(value, list) and value else value


def _tidy(name: str) -> str | None:
    name = squeeze(name).lstrip("@").strip()
    if not name or len(name) > 80 or "://" in name or _NOT_A_NAME.match(name):
        return None
    return name


def site_name(declared: Declared, suffix: str | None = None) -> tuple[str | None, str | None]:
    """The site's name and where it was read.

    A name that spells the host goes before one that does not (an agency that
    is named as publisher, a section called "U.S."), a name in words before a
    domain name. *suffix* is what was cut from the page's title.
    """
    label = label_of(declared.url)
    named = [*declared_names(declared), *([(suffix, "title")] if suffix else [])]
    if not named:
        return (bare_host(declared.url), "url") if bare_host(declared.url) else (None, None)
    return min(named, key=lambda pair: (not spells_label(pair[0], label), _is_technical(pair[0])))


def _is_technical(name: str) -> bool:
    """A domain name, or a word no person would write so."""
    return bool(re.search(r"\.[a-z]{2,}$", name)) or name.islower()


def declared_canonical(declared: Declared) -> tuple[str | None, str | None]:
    """The address the page gives itself, and where, when it can be believed.

    It must lie on the same registered name and must not be the front page, or
    that of a language or section, when the page is deeper; an AMP address is
    taken only when no other is named.
    """
    named = [(url, "link canonical") for url in declared.canonical[:2]]
    named += [(url, "og:url") for url in declared.metas.get("og:url", ())[:1]]
    named += [(url, "json-ld") for url in [declared.schema.text("url")] if url]
    believed = [
        (_without_fragment(url), origin) for url, origin in named if _is_believable(url, declared.url)
    ]
    if not believed:
        return None, None
    return min(believed, key=lambda pair: bool(_AMP.search(pair[0])))


def _is_believable(url: str, page_url: str) -> bool:
    try:
        parts, page = urlsplit(url), urlsplit(page_url)
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or registered_name(url) != registered_name(page_url):
        return False
    named, here = _path(parts.path), _path(page.path)
    if not named:
        return bool(parts.query) or not (here or page.query)
    return len(named) > 1 or len(here) < 2 or bool(parts.query) or _SLUG.search(named[0]) is not None


def _path(path: str) -> list[str]:
    """The path's names; `/`, `/en/` and `/index.html` say little."""
    return [name for name in path.split("/") if name and not re.match(r"(?:index|home|default)\.\w+$", name)]


def _without_fragment(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, parts.query, ""))
