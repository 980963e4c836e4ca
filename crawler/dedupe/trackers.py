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
    r"|rb_clickid|sms_(?:click|source|uph)|unicorn_click_id|action_(?:object|type|ref)_map|hsctatracking|os_ehash|ceneo_spo|tracking_source|wickedid",
    re.IGNORECASE,
)
_NAMES = frozenset(
    """
    _bhlid __readwiselocation fb_comment_id stclid vmcid
    fbclid gclid dclid gbraid wbraid gclsrc srsltid yclid ysclid ymclid msclkid twclid ttclid igshid igsh li_fat_id mibextid
    epik rdt_cid s_kwcid _openstat _ga _gl _gac _branch_match_id _branch_referrer __twitter_impression twgr
    ref_url referrer_source fb_ref fb_source xtor xtref smtyp sr_share spm scm gs_l __s
    tsrc ito wpisrc wpmm guccounter guce_referrer guce_referrer_sig spref trkcampaign s_cid sscid mkwid pcrid erid _hsq hss_channel
    usqp amp_gsa amp_js_v outputtype_amp nocache phpsessid jsessionid cfid cftoken echobox vgo_ee ck_subscriber_id
    mindbox-click-id mindbox-message-key _bta_tid _bta_c cvid_ nb_klid _kx _ke ncclid qclid obclid tblci tbclid dicbo scclid sccid
    """.split()  # noqa: SIM905 - a column of names reads better than 70 quoted strings
)
#: name a campaign where their value names a channel, or is a code; a word or a number may choose what is shown
_CAMPAIGNS = frozenset(
    ("cmp", "icid", "ncid", "ocid", "trk", "mc", "emc", "dmc", "soc_src", "soc_trk", "ref_src")
)
#: the same, but no words choose by them
_UNLESS_NUMBER = frozenset(("cmpid", "smid"))
#: channels as campaigns write them, alone or in a row (`fb-share`), and run together (`txtlnkusaolp00000618`, `msedgntp`)
_OF_CHANNELS = re.compile(
    r"(?:^|[^a-z0-9])(?:ads?|email|em|fb|fbk|feeds?|ig|linkedin|mail|newsletter|nl|promo|push|rss|seo|share|sms|soc|social|tg|tw|twt|twitter"
    r"|wa|whatsapp|facebook|instagram|telegram|reddit|pinterest|flipboard|esp)[0-9]{0,3}(?:[^a-z0-9]|$)"
    r"|lnk|linkus|newslt|newsstand|twsrc|tweet|socialflow|sharebtn|msedg|msnnews|yahoo|google|campaign",
    re.IGNORECASE,
)
#: places of a page in a row (`most_popular`), and what no title is parted by
_OF_PLACES = re.compile(
    r"[^_]*[|:^][^_]*|(?:[^_]*_)+[a-z]?|(?:.*_)?(?:app|banner|btn|button|carousel|footer|header|home|homepage|int|link|menu|more|nav|oth"
    r"|popular|post|public|recirc|ref|related|sidebar|tab|top|trending|web|widget)(?:_.*)?",
    re.IGNORECASE,
)
#: letters and digits in turn, three runs or more, or capitals before digits: nobody's word
_CODE = re.compile(
    r"(?=.*[a-z])(?:[a-z]+[0-9]+[a-z]|[0-9]+[a-z]+[0-9])[a-z0-9]*|[A-Z]{2,12}[0-9]{3,}[A-Z0-9]*"
)
_TITLE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+){2,}", re.IGNORECASE)
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
    if low in _CAMPAIGNS:
        return _is_campaign(unquote(value))
    if low in _UNLESS_NUMBER:
        return not value.isdecimal()
    if low == "amp" or (low == "outputtype" and value.lower() == "amp"):
        return value.lower() in ("", "1", "true", "amp")
    return low in _SESSIONS and is_session(value)


def _is_campaign(value: str) -> bool:
    """Whether a value names where readers came from: a channel or a code; three words in a row are a title.

    >>> _is_campaign("oth_b-aplnews_d-1"), _is_campaign("peru"), _is_campaign("tom_cruise"), _is_campaign("412")
    (True, False, False, False)
    """
    if value.isdecimal() or _TITLE.fullmatch(value):
        return False
    is_code = _CODE.fullmatch(value) is not None or _OF_PLACES.fullmatch(value) is not None
    return is_code or _CHANNELS.fullmatch(value) is not None or _OF_CHANNELS.search(value) is not None


def chooses_never(name: str) -> bool:
    """Whether no site gives a parameter of that name to what it shows, whatever its titles say: `utm_` and clicks.

    >>> chooses_never("utm_content"), chooses_never("fbclid"), chooses_never("sid")
    (True, True, False)
    """
    low = name.lower()
    return low in _NAMES or _PREFIXES.match(low) is not None


def is_ambiguous(name: str) -> bool:
    """Whether a parameter of that name counts readers on some sites and chooses what is shown on others."""
    low = name.lower()
    return low in _CAMPAIGNS or low in _UNLESS_NUMBER or low in _BY_VALUE or low in _SESSIONS


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


def is_wrapper(host: str) -> bool:
    """Whether addresses of a host, in lower case, may carry others that `unwrapped` finds."""
    bare = host.removeprefix("www.")
    return (
        bare in _WRAPPERS
        or bare in ("href.li", "r.search.yahoo.com")
        or any(hosts.fullmatch(bare) for hosts, _ in _AMP_CACHES)
    )


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
