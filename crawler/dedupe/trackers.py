"""Query parameters that say how a reader came, not what is read; and services that wrap a link in their own.

Only names that never select content are listed outright. Names that sometimes
do (`ref`, `from`, `source` ...) go only when their value is a known channel.

Sources: ClearURLs rules, AdGuard's TrackParamFilter, Mozilla's query-stripping
list, and the parameters seen in the feeds of `beats/space-films.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote, urlsplit

_PREFIXES = re.compile(
    r"(?:utm|mc|pk|mtm|matomo|piwik|hsa|vero|oly|itm|stm|mkt|at|ns|fb_action|wt|guce|amp_js|aspsession)_|_hs(?:enc|mi)$|aspsessionid",
    re.IGNORECASE,
)
_NAMES = frozenset(
    """
    fbclid gclid dclid gbraid wbraid gclsrc yclid ysclid ymclid msclkid twclid ttclid igshid igsh li_fat_id mibextid
    epik rdt_cid s_kwcid _openstat _ga _gl _gac _branch_match_id _branch_referrer __twitter_impression twgr ref_src
    ref_url referrer_source fb_ref fb_source cmp cmpid icid ncid ocid xtor xtref smid smtyp sr_share soc_src soc_trk
    tsrc wpisrc wpmm guccounter guce_referrer guce_referrer_sig spref trk trkcampaign s_cid sscid ito mkwid pcrid
    usqp amp_gsa amp_js_v outputtype_amp nocache phpsessid jsessionid sessionid session_id cfid cftoken
    """.split()  # noqa: SIM905 - a column of names reads better than 70 quoted strings
)
_CHANNELS = re.compile(
    r"(?:rss|feed|twitter|facebook|fb|vk|vkontakte|telegram|tg|whatsapp|reddit|linkedin|instagram|pinterest|flipboard|email|mail"
    r"|e-?mail|newsletter|social|share|home|homepage|app|push|google|googlenews|google_news|yandex|yxnews|rambler|smartnews)"
    r"(?:[-_.]?(?:rss|feed|share|button|link|news|home|[0-9]{1,3}))*",
    re.IGNORECASE,
)
_BY_VALUE = frozenset(
    ("ref", "from", "source", "src", "via", "partner", "share", "mod", "rss", "feed", "campaign", "medium")
)
_SESSION = re.compile(r"[0-9a-zA-Z_-]{16,128}")

#: (host or ".suffix", path prefix) -> parameters that hold the real address
_WRAPPERS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "bing.com": ("/news/apiclick.aspx", ("url",)),
    "google.com": ("/url", ("url", "q")),
    "l.facebook.com": ("/l.php", ("u",)),
    "lm.facebook.com": ("/l.php", ("u",)),
    "facebook.com": ("/l.php", ("u",)),
    "l.instagram.com": ("/", ("u",)),
    "t.umblr.com": ("/redirect", ("z",)),
    "vk.com": ("/away.php", ("to",)),
    "m.vk.com": ("/away.php", ("to",)),
    "vk.ru": ("/away.php", ("to",)),
    "out.reddit.com": ("/", ("url",)),
    "youtube.com": ("/redirect", ("q",)),
    "duckduckgo.com": ("/l/", ("uddg",)),
    "disq.us": ("/url", ("url",)),
    "exit.sc": ("/", ("url",)),
    "slack-redir.net": ("/link", ("url",)),
    "steamcommunity.com": ("/linkfilter/", ("url", "u")),
    "redirect.viglink.com": ("/", ("u",)),
    "go.skimresources.com": ("/", ("url",)),
    "away.vk.com": ("/", ("to",)),
}
_AMP_CACHES = (
    (re.compile(r"(?:www\.)?google\.[a-z.]{2,6}"), re.compile(r"/amp/(s/)?(?P<rest>[^/]+\..+)")),
    (
        re.compile(r"[^.]+\.cdn\.ampproject\.org|cdn\.ampproject\.org"),
        re.compile(r"/[a-z]/(s/)?(?P<rest>[^/]+\..+)"),
    ),
    (re.compile(r"(?:[^.]+\.)?bing-amp\.com"), re.compile(r"/[a-z]/(s/)?(?P<rest>[^/]+\..+)")),
)
_YAHOO = re.compile(r"/RU=([^/]+)/")


def is_tracker(name: str, value: str) -> bool:
    """Whether a query parameter tells how the reader came, or carries a session.

    >>> is_tracker("utm_source", "x"), is_tracker("ref", "rss"), is_tracker("ref", "42")
    (True, True, False)
    """
    low = name.lower()
    if low in _NAMES or _PREFIXES.match(low):
        return True
    if low in _BY_VALUE:
        return _CHANNELS.fullmatch(value) is not None
    if low == "amp" or (low == "outputtype" and value.lower() == "amp"):
        return value.lower() in ("", "1", "true", "amp")
    return low in ("sid", "sess", "s_id") and _SESSION.fullmatch(value) is not None


def unwrapped(url: str) -> str | None:
    """The address a known redirector or AMP cache carries in its own URL; None when there is none.

    No request is made. Google News and FeedBurner links are opaque and stay.

    >>> unwrapped("https://www.bing.com/news/apiclick.aspx?ref=x&url=https%3a%2f%2fe.org%2fa")
    'https://e.org/a'
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    target = _from_query(host, parts.path, parts.query) or _from_path(host, parts.path, parts.query)
    return target if target and target.lower().startswith(("http://", "https://")) else None


def _from_query(host: str, path: str, query: str) -> str | None:
    if host == "href.li":
        return unquote(query)
    start, names = _WRAPPERS.get(host, ("", ()))
    if not names or not path.startswith(start):
        return None
    values = dict(reversed(parse_qsl(query)))
    return next((values[name] for name in names if name in values), None)


def _from_path(host: str, path: str, query: str) -> str | None:
    if host == "r.search.yahoo.com" and (found := _YAHOO.search(path)):
        return unquote(found[1])
    for hosts, paths in _AMP_CACHES:
        if hosts.fullmatch(host) and (found := paths.fullmatch(path)):
            tail = f"?{query}" if query else ""
            return f"http{'s' if found[1] else ''}://{found['rest']}{tail}"
    return None
