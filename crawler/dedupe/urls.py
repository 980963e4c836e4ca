"""One address per page: what is fetched, and what two addresses of one article have in common.

Two forms are kept apart. `canonical_url` is fetched, so it changes only what
cannot change the answer: spelling, trackers, sessions, fragments, wrappers.
`url_key` is never fetched; it says that two addresses name the same article
(`http`/`https`, `www.`, `m.`, `amp.`, a closing slash, `index.html`).
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit

import idna
from w3lib.url import canonicalize_url

from crawler.dedupe.trackers import is_session, is_tracker, is_wrapper, unwrapped
from crawler.markup import is_hostless
from crawler.memory import remembers
from crawler.site import site_of_host

MAX_URL_CHARS = 2048
_DEFAULT_PORTS = {"http": 80, "https": 443}
#: most addresses are canonical already; telling so costs a fiftieth of finding out
_CANONICAL = re.compile(
    r"https?://[a-z0-9]+(?:[.-][a-z0-9]+)*\.[a-z]{2,}(?:/|(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+/?)"
)
_AMP = re.compile(r"[/.-]amp(?:[/.]|$)|google\.|ampproject")
#: scheme and host, as far as they can be told without looking further
_START = re.compile(r"https?://[^/?#\\\s]+(?=[/?#\\])", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]")
_ESCAPE = re.compile(r"%([0-9a-fA-F]{2})")
_ESCAPED_AMPERSAND = re.compile(r"&(?:amp;)+")
_STRAY_PERCENT = re.compile(r"%(?![0-9a-fA-F]{2})")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9_.-]*[a-z0-9_])?\.?|\[[0-9a-f:.]+\]")
_SESSION_PATH = re.compile(r";(jsessionid|phpsessid|sid|sessionid)=([^/;?]*)", re.IGNORECASE)
_AMP_ENDING = re.compile(r"/amp/?$|\.amp$")
#: not after a colon: `/web/2026/https://…` of an archive stays whole
_DOUBLED_SLASH = re.compile(r"(?<!:)/{2,}")
_AMP_HTML = re.compile(r"\.amp\.html$")
#: what browsers once handed to readers of feeds: `feed://e.org/rss`, `feed:https://e.org/rss`
_FEED_SCHEME = re.compile(r"^feed:(?://(?!https?:)|(?://)?(?=(https?:)))", re.IGNORECASE)
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?)$")
_DEVICE_HOST = re.compile(r"^(?:(?:www[0-9]?|m|mobile|amp|touch|wap)\.)+(?=[^.]+\.)")


def canonical_url(url: str, base: str | None = None, kept: frozenset[str] = frozenset()) -> str | None:
    """The one spelling under which a page is fetched and remembered.

    Lower-case scheme and host (IDNA), no default port, credentials, fragment
    (`#!` neither: it never reaches the server), dot segments, doubled slashes,
    session or tracking parameters; percent-encoding in normal form, parameters
    sorted; redirectors and AMP caches that carry their target are unwrapped,
    AMP endings of an article's own URL dropped. A closing slash stays, because
    taking it away costs a redirect on most sites (see `url_key`).

    Idempotent. Never raises.

    Args:
        url: absolute, or relative to *base*; `&amp;` is read as `&`.
        base: absolute URL of the page that named it.
        kept: names of parameters, in lower case, that the site needs although they track readers elsewhere.

    Returns:
        None for what must not be fetched: other schemes, no host, a user name
        that imitates a host, control characters, more than 2,048 characters.

    >>> canonical_url("HTTP://Example.COM:80/a/../b//c/?utm_source=x&b=2&a=1#top")
    'http://example.com/b/c/?a=1&b=2'
    """
    if len(url) <= MAX_URL_CHARS and _CANONICAL.fullmatch(url) and not _AMP.search(url):
        return url
    try:
        return _settled(_absolute(url, base), kept)
    except (ValueError, UnicodeError):
        return None


def with_plain_ampersands(url: str) -> str:
    """An address without what somebody escaped once, or once too often.

    >>> with_plain_ampersands("https://e.org/?a=1&amp;amp;b=2")
    'https://e.org/?a=1&b=2'
    """
    return _ESCAPED_AMPERSAND.sub("&", url)


def _absolute(url: str, base: str | None) -> str:
    text = with_plain_ampersands(url.strip())
    if len(text) > MAX_URL_CHARS or _CONTROLS.search(text) or is_hostless(text):
        raise ValueError("not an address")
    return urljoin(base.strip(), text) if base else text


def _settled(url: str, kept: frozenset[str]) -> str | None:
    """Unwraps and normalises until nothing changes, four times at most; what still moves is refused."""
    for _ in range(4):
        normal = _normal(url, kept)
        target = unwrapped(normal) if normal else None
        if target is None and normal == url:
            return normal
        if normal is None:
            return None
        url = target or normal
        if len(url) > MAX_URL_CHARS or _CONTROLS.search(url):
            return None
    return None


def _normal(url: str, kept: frozenset[str]) -> str | None:
    parts = urlsplit(url.replace("\\", "/"))
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        return None
    path = _SESSION_PATH.sub(_without_session, parts.path)
    bare = canonicalize_url(urlunsplit((parts.scheme, _netloc(parts), path or "/", "", "")))
    clean = urlsplit(bare)
    if not clean.hostname or not _HOST.fullmatch(
        clean.netloc.rpartition(":")[0] if clean.port else clean.netloc
    ):
        return None
    query = _query(parts.query, kept)
    text = urlunsplit((clean.scheme, clean.netloc, _path(clean.path), query, ""))
    return text if len(text) <= MAX_URL_CHARS else None


def _without_session(found: re.Match[str]) -> str:
    return "" if found[1].lower() in ("jsessionid", "phpsessid") or is_session(found[2]) else found[0]


def _netloc(parts: SplitResult) -> str:
    host = _ascii((parts.hostname or "").rstrip("."))
    host = f"[{host}]" if ":" in host else host
    return host if parts.port in (None, _DEFAULT_PORTS[parts.scheme]) else f"{host}:{parts.port}"


def _ascii(host: str) -> str:
    """A host as the network knows it: IDNA 2008 with the mapping of UTS 46, as browsers do it, so that `ß` is no `ss`.

    Names that IDNA 2008 has none of, such as those with pictures in them, are written as IDNA 2003 did.
    """
    if host.isascii():
        return host
    try:
        return idna.encode(host, uts46=True, transitional=False).decode("ascii")
    except idna.IDNAError:
        return host.encode("idna").decode("ascii")


def _path(path: str) -> str:
    path = _AMP_HTML.sub(".html", _DOUBLED_SLASH.sub("/", _escapes(path)))
    ending = _AMP_ENDING.search(path)
    if ending is None or not is_slug(path[: ending.start()].rpartition("/")[2]):
        return path
    return path[: ending.start()] + ("/" if path.endswith("/") else "")


def is_slug(segment: str) -> bool:
    """An article's own part of a path, unlike the guitars of `/guitars/amp/`: three words, or a number."""
    return segment.count("-") >= 2 or re.search(r"[0-9]{4}", segment) is not None


def _query(query: str, kept: frozenset[str]) -> str:
    return "&".join(sorted(_pieces(query, kept), key=lambda piece: piece.partition("=")[::2]))


def _pieces(query: str, kept: frozenset[str] = frozenset()) -> list[str]:
    """The parameters that say what is shown, in their order, in one spelling."""
    pairs = [piece.partition("=") for piece in query.split("&") if piece]
    return [
        _query_escapes(name) + equals + _query_escapes(value)
        for name, equals, value in pairs
        if name.lower() in kept or not is_tracker(name, value)
    ]


def in_published_order(url: str, written: str | None) -> str:
    """A canonical address with its parameters in the order in which its site wrote them; that is what is asked for.

    robots.txt speaks of that order (`Disallow: /index.php?view=print&`), and so may the site.

    Parameters that the host has taught to keep are in it as well.

    >>> in_published_order("https://e.org/?a=1&b=2", "https://e.org/?utm_source=x&b=2&a=1")
    'https://e.org/?b=2&a=1'
    """
    if written is None or "&" not in url:
        return url
    start, _, query = url.partition("?")
    names = frozenset(each.partition("=")[0].lower() for each in query.split("&"))
    try:
        pieces = _pieces(urlsplit(with_plain_ampersands(written)).query, names)
    except ValueError:
        return url
    return f"{start}?{'&'.join(pieces)}" if sorted(pieces) == sorted(query.split("&")) else url


def _query_escapes(text: str) -> str:
    quoted = "".join(
        char
        if char.isascii() and char not in " \"<>'#`{}|^"
        else "".join(f"%{byte:02X}" for byte in char.encode())
        for char in text
    )
    return _escapes(quoted)


def _escapes(text: str) -> str:
    """Percent-encoding in normal form: upper case, unreserved characters bare, a lone `%` as `%25`."""

    def one(found: re.Match[str]) -> str:
        byte = int(found[1], 16)
        return chr(byte) if byte in _UNRESERVED else found[0].upper()

    return _ESCAPE.sub(one, _STRAY_PERCENT.sub("%25", text))


def why_unfit(url: str) -> str | None:
    """Why no page is asked for, or taken, at that address, as the beginning of a sentence; None when it may be.

    >>> why_unfit("ftp://example.org/a"), why_unfit("https://example.org/a")
    ('ftp: is not a web address', None)
    """
    scheme, _, rest = url.partition(":")
    if scheme.lower() not in _DEFAULT_PORTS:
        return f"{scheme[:20]}: is not a web address"
    if "@" in re.split(r"[/?#\\]", rest.lstrip("/\\"), maxsplit=1)[0]:
        return "an address with a user name in it is not followed"
    return None


def url_key(url: str, kept: frozenset[str] = frozenset()) -> str:
    """What the addresses of one article share; for comparing, never for fetching.

    Args:
        kept: as in `canonical_url`.

    >>> url_key("https://www.example.com/a/") == url_key("http://m.example.com/a")
    True
    """
    canonical = canonical_url(url, kept=kept)
    if canonical is None:
        return url
    parts = urlsplit(canonical)
    host = _DEVICE_HOST.sub("", parts.netloc)
    path = _INDEX.sub("/", parts.path).rstrip("/")
    return f"{host}{path}{'?' if parts.query else ''}{parts.query}"


def source_url(text: str) -> str | None:
    """The address of a source as somebody wrote it, to the letter; None for what is no web address.

    A feed may be chosen by what tracks readers elsewhere (`/?feed=rss2`), in whatever order. Blanks
    inside are written as they are asked for.

    >>> source_url(" https://e.org/?feed=rss2 "), source_url("news@e.org"), source_url("http://[::1]:8000/a b")
    ('https://e.org/?feed=rss2', None, 'http://[::1]:8000/a%20b')
    """
    url = _FEED_SCHEME.sub(lambda found: "" if found[1] else "http://", text.strip())
    if len(url) > MAX_URL_CHARS or _CONTROLS.search(url) or why_unfit(url):
        return None
    url = re.sub(r"\s", lambda blank: quote(blank[0]), url)
    try:
        parts = urlsplit(url)
        host = _ascii(parts.hostname or "")
        is_fit = _HOST.fullmatch(f"[{host}]" if ":" in host else host) and parts.port != 0
        return url if is_fit else None
    except (ValueError, UnicodeError):
        return None


def source_key(url: str) -> str:
    """What the addresses of one source share: all that they ask for counts, the way there does not.

    >>> source_key("https://www.e.org/?feed=rss2") == source_key("http://e.org?feed=rss2")
    True
    """
    try:
        parts = urlsplit(url)
        host = _DEVICE_HOST.sub("", _netloc(parts) if parts.scheme in _DEFAULT_PORTS else parts.netloc)
    except (ValueError, UnicodeError):
        return url
    return f"{host}{parts.path.rstrip('/')}{'?' if parts.query else ''}{parts.query}"


def askable(url: str) -> str:
    """The same address with its host as the network knows it; w3lib would write `ß` as `ss`.

    >>> askable("http://straße.example/feed"), askable("https://e.org/feed")
    ('http://xn--strae-oqa.example/feed', 'https://e.org/feed')
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        return url if host.isascii() else url.replace(url.split("/")[2], _netloc(parts), 1)
    except (ValueError, UnicodeError, LookupError):
        return url


@remembers(4096, letters=1000)
def host_of(url: str) -> str:
    """The host in lower case (IDNA), with its port when that is not the scheme's own; "" when there is none.

    One pace is kept per host as this function names it.

    >>> host_of("https://News.Example.com:443/a"), host_of("http://127.0.0.1:8000/a")
    ('news.example.com', '127.0.0.1:8000')
    """
    start = _START.match(url)
    if start and len(url) <= MAX_URL_CHARS and not _CONTROLS.search(url):
        # what follows the host changes nothing about it, and may take milliseconds
        found = urlsplit(canonical_url(f"{start[0]}/") or "").netloc
        if not is_wrapper(found):
            return found
    return urlsplit(canonical_url(url) or "").netloc


def site_of(url: str) -> str:
    """The registrable domain, by the public suffix list with its private part; an address keeps its port.

    >>> site_of("https://news.bbc.co.uk/a"), site_of("https://me.github.io/"), site_of("http://127.0.0.1:8000/")
    ('bbc.co.uk', 'me.github.io', '127.0.0.1:8000')
    """
    return site_of_host(host_of(url))
