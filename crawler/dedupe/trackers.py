"""Query parameters that say how a reader came, not what is read; and services that wrap a link in their own.

Only names that never select content are listed outright. Names that sometimes
do go only when their value is what the name means: `ref` and `source` when it is
a known channel, `sid` and `session_id` when it is drawn at random.

Sources: ClearURLs rules, AdGuard's TrackParamFilter, Mozilla's query-stripping
list, and the parameters seen in the feeds of `beats/space-films.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote, urlsplit

#: names of families that no site gives to what it shows
_PREFIXES = re.compile(
    r"(?:utm|mtm|matomo|piwik|hsa|hmb|vero|oly|itm|otm|stm|guce|ga|fb_action|amp_js|aspsession|vn|gad|trk)_"
    r"|aspsessionid|utm$|_hs(?:enc|mi)$|__hs(?:fp|sc|tc)$",
    re.IGNORECASE,
)
#: of families whose other names may be content (`at_id`, `mc_id`): only those that measure
_MEASURING = re.compile(
    r"at_(?:medium|campaign(?:_type)?|creation|variant|format|general_placement|detail_placement|advertiser(?:_id)?|platform|recipient_(?:id|list)"
    r"|emailtype|send_(?:date|time)|link_(?:id|type|origin)|bbc_team|ptr_name|channel|audience|network|term|identifier|custom[0-9]{1,2})"
    r"|ns_(?:mchannel|source|campaign|linkname|fee|mail_uid|mail_job|ref)|pk_(?:campaign|cpn|kwd|keyword|source|medium|content|cid|vid|pfp|pcf)"
    r"|wt(?:[._]?z?mc(?:[._](?:id|ev|o|c|n|f|s|t|v|k|w))?|rid|[._]nav|[._]tsrc)|mc_(?:cid|eid|tc)|ml_subscriber(?:_hash)?|mkt_tok|ir(?:clickid|gwc)"
    r"|pf_rd_[a-z]+|dm_i|ss_(?:source|campaign_id|email_id)|campaign_(?:medium|name|source|term|content)|sc_(?:cid|channel|campaign|content|medium|src|llid|eh|uid)|elq(?:track(?:id)?|aid|at|campaignid|cst)?"
    r"|rb_clickid|action_(?:object|type|ref)_map|hsctatracking|os_ehash|ceneo_spo|tracking_source|wickedid",
    re.IGNORECASE,
)
_NAMES = frozenset(
    """
    _bhlid __readwiselocation fb_comment_id stclid vmcid
    fbclid gclid dclid gbraid wbraid gclsrc srsltid yclid ysclid ymclid msclkid twclid ttclid igshid igsh li_fat_id mibextid
    epik rdt_cid s_kwcid _openstat _ga _gl _gac _branch_match_id _branch_referrer __twitter_impression twgr ref_src
    ref_url referrer_source fb_ref fb_source xtor xtref smtyp sr_share soc_src soc_trk spm scm gs_l __s
    tsrc wpisrc wpmm guccounter guce_referrer guce_referrer_sig spref trkcampaign s_cid sscid ito mkwid pcrid erid _hsq hss_channel
    usqp amp_gsa amp_js_v outputtype_amp nocache phpsessid jsessionid cfid cftoken echobox vgo_ee ck_subscriber_id
    mindbox-click-id mindbox-message-key _bta_tid _bta_c cvid_ nb_klid _kx _ke ncclid qclid obclid tblci tbclid dicbo scclid sccid
    """.split()  # noqa: SIM905 - a column of names reads better than 70 quoted strings
)
#: measure where they stand in letters; as a number, or in three words, they may choose what is shown
_IN_LETTERS = frozenset(("cmp", "icid", "ncid", "ocid", "trk", "mc", "emc", "dmc"))
#: the same, but no words choose by them
_UNLESS_NUMBER = frozenset(("cmpid", "smid"))
_CHOOSING = re.compile(r"[0-9]*|[a-z0-9]+(?:-[a-z0-9]+){2,}", re.IGNORECASE)
_CHANNELS = re.compile(
    r"(?:rss|feed|twitter|facebook|fb|vk|vkontakte|telegram|tg|whatsapp|reddit|linkedin|instagram|pinterest|flipboard|email|mail"
    r"|e-?mail|newsletter|social|share|home|homepage|app|push|google|googlenews|google_news|yandex|yxnews|rambler|smartnews)"
    r"(?:[-_.]?(?:rss|feed|share|button|link|news|home|[0-9]{1,3}))*",
    re.IGNORECASE,
)
#: a channel, or the name of the site that leads here
_SITES = re.compile(rf"{_CHANNELS.pattern}|(?:[a-z0-9-]+\.)+[a-z]{{2,18}}/?", re.IGNORECASE)
_BY_VALUE = frozenset(
    (
        "ref",
        "referrer",
        "from",
        "source",
        "src",
        "via",
        "partner",
        "share",
        "mod",
        "rss",
        "feed",
        "campaign",
        "medium",
    )
)
_DATED = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
_SESSIONS = frozenset(("sid", "sess", "s_id", "sessionid", "session_id", "session", "oscsid", "zenid"))
#: `article202604140001`: a word and a number are no draw
_NUMBERED = re.compile(r"[a-z]{3,}[0-9]+", re.IGNORECASE)
_RANDOM = re.compile(r"(?=[^0-9]*[0-9][^0-9]*[0-9])(?=[^a-z]*[a-z])[0-9a-z]{16,128}", re.IGNORECASE)


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
    if low in _NAMES or _PREFIXES.match(low) or _MEASURING.fullmatch(low):
        return True
    if low in _BY_VALUE:
        return (_SITES if low in ("ref", "referrer") else _CHANNELS).fullmatch(value) is not None
    if low in _IN_LETTERS:
        return _CHOOSING.fullmatch(value) is None
    if low in _UNLESS_NUMBER:
        return not value.isdecimal()
    if low == "amp" or (low == "outputtype" and value.lower() == "amp"):
        return value.lower() in ("", "1", "true", "amp")
    return low in _SESSIONS and is_session(value)


def is_session(value: str) -> bool:
    """Whether a value is drawn at random, as the names of sessions are: letters and digits mixed, no words, no number.

    >>> is_session("4d1f0a9be2c37765"), is_session("tom-cruise-space-film"), is_session("2026041412345678")
    (True, False, False)
    """
    is_named = _DATED.match(value) or _NUMBERED.fullmatch(value)
    return _RANDOM.fullmatch(value) is not None and not is_named


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
