"""Section pages: which of a page's links are articles, learned from the page itself."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.discover.decoding import clean_title, decoded
from crawler.discover.follow import compiled_follow
from crawler.discover.packing import unpacked
from crawler.discover.pages import is_html, parsed_page
from crawler.discover.url_shapes import Shape, is_trap, page_number, shape_of
from crawler.errors import DiscoverError
from crawler.lang import table
from crawler.site import site_of_host
from db.model import Candidate

#: anchors looked at, and articles taken from one page
MAX_ANCHORS, MAX_LINKS = 5_000, 500
_MAX_URL_CHARS = 2_048
#: weight from which a link is an article; from `_LIKELY` it is one where its like are
_CERTAIN, _LIKELY = 3.5, 1.5
_FURNITURE_TAGS = frozenset(("nav", "footer", "aside", "dialog"))
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|submenu|footer|breadcrumbs?|pagination|pager|social|share|sharing|cookie|consent"
    r"|subscribe|login|toolbar|skip|tagcloud|tag-list|tags|byline|author|copyright|lang(?:uage)?-switch(?:er)?)(?:$|[\s_-])",
    re.IGNORECASE,
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4"))
_WORDS = table("notices")["links"]
_GENERIC = re.compile("|".join(_WORDS["generic"]), re.IGNORECASE)
_NEXT = re.compile(rf"\s*(?:{'|'.join(_WORDS['next'])})\s*[›»→>]*\s*", re.IGNORECASE)


#: key -> links that are certain, links in all
_Shares = Mapping[str, tuple[int, int]]


@dataclass(slots=True)
class _Link:
    """Every anchor of one page that leads to the same address."""

    shape: Shape
    titles: list[str] = field(default_factory=list)
    containers: set[str] = field(default_factory=set)
    in_heading: bool = False
    in_furniture: bool = True

    @property
    def title(self) -> str | None:
        """The longest text that says something."""
        return max((each for each in self.titles if not _GENERIC.fullmatch(each)), key=len, default=None)


def article_links(
    body: bytes,
    url: str,
    source: str,
    now: datetime,
    follow: str | None = None,
    content_type: str | None = None,
) -> tuple[Candidate, ...]:
    """The articles that a section page links to, in page order.

    Without *follow* the page teaches what its articles look like: addresses
    that speak for themselves (a date, a number, a long slug, under a headline)
    are taken, and so are weaker ones of the same shape or in the same kind of
    container. Navigation, tags, authors, calendars, facets and logins are left.
    With *follow* every address that it matches is taken. Links to other sites
    never are; sub-domains belong to the site.

    Args:
        body: as received.
        url: where it was found after redirects; `<base href>` is honoured.
        follow: regular expression, searched in the absolute address.

    Returns:
        At most 500; the title is the longest text of the links to that address.

    Raises:
        DiscoverError: not a web page, or a *follow* that cannot be used.
    """
    try:
        pattern = compiled_follow(follow) if follow else None
    except ValueError as problem:
        raise DiscoverError(f"follow of source {source}: {problem}", url) from problem
    links = _links(_tree(body, url, content_type), url)
    if pattern:
        chosen = [address for address in links if pattern.search(address)]
    else:
        chosen = [address for address in _articles(links, url) if address in links]
    return tuple(
        Candidate(url=address, source=source, found_on=url, found_at=now, title=links[address].title)
        for address in chosen[:MAX_LINKS]
    )


def next_page(body: bytes, url: str, content_type: str | None = None) -> str | None:
    """The page that continues a section page: rel="next", the next number, or a link that says so; on the same host."""
    tree = _tree(body, url, content_type)
    number = page_number(url) or 1
    host = urlsplit(url).netloc
    said: list[str] = []
    numbered: list[str] = []
    for link in tree.iter("link", "a"):
        address = (link.get("href") or "").split("#")[0]
        if urlsplit(address).netloc != host or address == url or len(address) > _MAX_URL_CHARS:
            continue
        if "next" in (link.get("rel") or "").lower().split():
            return address
        if page_number(address) == number + 1:
            numbered.append(address)
        elif page_number(address) is not None and _NEXT.fullmatch(str(link.text_content())):
            said.append(address)
    return next(iter([*numbered, *said]), None)


def link_texts(body: bytes, url: str, content_type: str | None = None) -> dict[str, str]:
    """Every address of the same site that a page links to, in page order, with its longest text or "".

    Raises:
        DiscoverError: not a web page.
    """
    return {
        address: link.title or "" for address, link in _links(_tree(body, url, content_type), url).items()
    }


def _tree(body: bytes, url: str, content_type: str | None) -> HtmlElement:
    text = decoded(unpacked(body), content_type)
    tree = parsed_page(text, url) if "<" in text else None
    if tree is None or not (is_html(text.lstrip("\ufeff \t\r\n")) or tree.find(".//a") is not None):
        raise DiscoverError(f"{url} is not a web page", url)
    return tree


def _links(tree: HtmlElement, url: str) -> dict[str, _Link]:
    """Addresses on the same site, in page order, with what all their anchors say."""
    here, site = _without_fragment(url), site_of_host(urlsplit(url).netloc.lower())
    links: dict[str, _Link] = {}
    for count, anchor in enumerate(tree.iter("a")):
        address = _without_fragment(anchor.get("href") or "")
        if count >= MAX_ANCHORS:
            break
        if not _is_on_site(address, site) or address == here:
            continue
        link = links.setdefault(address, _Link(shape_of(address)))
        _note(link, anchor)
    return links


def _without_fragment(address: str) -> str:
    return address.strip().partition("#")[0]


def _is_on_site(address: str, site: str) -> bool:
    if len(address) > _MAX_URL_CHARS or not address.lower().startswith(("http://", "https://")):
        return False
    try:
        return site_of_host(urlsplit(address).netloc.lower()) == site
    except ValueError:
        return False


def _note(link: _Link, anchor: HtmlElement) -> None:
    text = clean_title(str(anchor.text_content())) or anchor.get("aria-label") or anchor.get("title")
    if title := clean_title(text):
        link.titles.append(title)
    is_heading = next(anchor.iter(*_HEADINGS), None) is not None
    is_furniture = False
    for depth, above in enumerate(anchor.iterancestors()):
        if not isinstance(above.tag, str) or above.tag in ("body", "html"):
            break
        is_heading |= above.tag in _HEADINGS
        is_furniture |= above.tag in _FURNITURE_TAGS or _is_named_furniture(above, depth)
    link.in_heading |= is_heading
    link.in_furniture &= is_furniture
    link.containers.add(_container(anchor))


def _is_named_furniture(element: HtmlElement, depth: int) -> bool:
    """A near ancestor that calls itself a menu; a far one may be the whole page's wrapper."""
    if depth > 5:
        return False
    return (
        _FURNITURE.search(
            f"{element.get('class') or ''} {element.get('id') or ''} {element.get('role') or ''}"
        )
        is not None
    )


def _container(anchor: HtmlElement) -> str:
    """The kinds of the three elements around an anchor: those of one list share it."""
    kinds = []
    for above in anchor.iterancestors():
        name = (above.get("class") or "").split()
        kinds.append(f"{above.tag}.{name[0] if name else ''}")
        if len(kinds) == 3:
            break
    return ">".join(kinds)


def _articles(links: Mapping[str, _Link], url: str) -> list[str]:
    """The addresses that are articles, in page order."""
    sections = _sections(links)
    usable = [each for each in links if not is_trap(each) and not _is_page_of(each, url)]
    headlined = _headlined(links, (each for each in usable if each not in sections))
    weights = {each: _weight(links[each], each in sections, headlined) for each in usable}
    certain = [address for address, weight in weights.items() if weight >= _CERTAIN]
    kinds, containers = _shares(weights, links, certain)
    return [
        address
        for address, weight in weights.items()
        if (weight >= _CERTAIN and not _is_odd(links[address], weight, kinds))
        or (weight >= _LIKELY and _has_company(links[address], kinds, containers))
    ]


def _has_company(link: _Link, kinds: _Shares, containers: _Shares) -> bool:
    """It stands in the text, and most links of its shape, or of one of its containers, are certain."""
    if link.in_furniture:
        return False
    return _is_common(link.shape.pattern, kinds) or any(
        _is_common(each, containers) for each in link.containers
    )


def _sections(links: Iterable[str]) -> frozenset[str]:
    """Addresses below which at least two others on the page lie."""
    stems = [address.partition("?")[0].rstrip("/") for address in links]
    below: Counter[str] = Counter()
    for stem in set(stems):
        parent = stem.rpartition("/")[0]
        while parent.count("/") > 2:
            below[parent] += 1
            parent = parent.rpartition("/")[0]
    return frozenset(address for address in links if below[address.partition("?")[0].rstrip("/")] >= 2)


def _is_page_of(address: str, url: str) -> bool:
    """A further page, or another view, of the section itself."""
    there, here = urlsplit(address), urlsplit(url)
    return there.path.rstrip("/") == here.path.rstrip("/") or (
        page_number(address) is not None and there.path.startswith(here.path)
    )


def _weight(link: _Link, is_section: bool, headlined: frozenset[str]) -> float:
    words = _words(link.title)
    weight = link.shape.weight + (2.0 if words >= 7 else 1.5 if words >= 4 else 0.0)
    weight += 1.5 * link.in_heading - 3.0 * link.in_furniture - 3.0 * is_section
    weight += 2.0 * (link.shape.pattern in headlined and not link.in_furniture)
    return weight - (1.0 if link.titles and not words else 0.0)


def _words(title: str | None) -> int:
    """Words of a headline; three characters count as one where there are no spaces."""
    if not title:
        return 0
    return len(title.split()) if title.isascii() or " " in title else -(-len(title) // 3)


def _headlined(links: Mapping[str, _Link], addresses: Iterable[str]) -> frozenset[str]:
    """Shapes whose links, three or more of them, mostly read like headlines: `/article/1` says nothing itself."""
    groups: dict[str, list[bool]] = defaultdict(list)
    for address in addresses:
        link = links[address]
        if not link.in_furniture:
            groups[link.shape.pattern].append(_words(link.title) >= 4)
    return frozenset(key for key, each in groups.items() if len(each) >= 3 and sum(each) * 5 >= len(each) * 3)


def _shares(
    weights: Mapping[str, float], links: Mapping[str, _Link], certain: list[str]
) -> tuple[_Shares, _Shares]:
    """Of each shape, and of each container: how many links are certain, and how many there are."""
    sure = frozenset(certain)
    kinds: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    containers: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for address in weights:
        link = links[address]
        for shares, keys in ((kinds, {link.shape.pattern}), (containers, link.containers)):
            for key in keys:
                shares[key] = (shares[key][0] + (address in sure), shares[key][1] + 1)
    return dict(kinds), dict(containers)


def _is_common(key: str, shares: _Shares) -> bool:
    sure, all_of_them = shares.get(key, (0, 0))
    return sure >= 3 and sure * 2 >= all_of_them


def _is_odd(link: _Link, weight: float, kinds: _Shares) -> bool:
    """A borderline link of a shape that nearly nothing shares, on a page where one shape is the rule."""
    most = max((sure for sure, _ in kinds.values()), default=0)
    own = kinds[link.shape.pattern][0]
    return most >= 8 and own <= 1 and weight < _CERTAIN + 1.5
