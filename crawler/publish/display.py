"""Hostile text made fit to be shown: controls, links, dates and cells. Pure; no HTML is built here.

Escaping is the template engine's work. What escaping does not solve is solved
here: terminal escapes, bidirectional overrides, `javascript:` links, cells a
spreadsheet would run as a formula.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import urlsplit, urlunsplit

from crawler.markup import without_piles
from crawler.site import is_inside
from db.model import from_iso

# C0 and C1 controls except tab and newline; embeddings, overrides and isolates (Unicode TR9); BOM; lone surrogates; tags.
_UNSHOWABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)
_SPACES = re.compile(r"\s+")
#: signs of a formula, the wide ones of East Asian keyboards among them, behind whatever a spreadsheet drops
_FORMULA = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u2060\ufeff]*+[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20]"
)
#: where a spreadsheet may begin another cell, when a formula's sign follows
_CELL_INSIDE = re.compile('([;\t\r\n][ "]*+)(?=[=+\\-@\uff1d\uff0b\uff0d\uff20])')
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_HOST = re.compile(r"[A-Za-z0-9.-]+(?::\d+)?|\[[0-9A-Fa-f:.]+\](?::\d+)?")

#: words of the record -> the tone they are shown in; words that are not here are neutral
TONES = {
    **dict.fromkeys(("relevant", "new", "changed", "ok"), "good"),
    **dict.fromkeys(
        ("mention", "later", "copy", "deferred", "robots_denied", "too_large", "slow", "empty"), "fair"
    ),
    **dict.fromkeys(("irrelevant", "failed", "blocked", "gone", "dead", "failing"), "bad"),
}


def showable(text: str) -> str:
    """*text* without control characters and bidirectional overrides; tabs and newlines stay.

    >>> showable("red \\x1b[31malert\\u202e gpj")
    'red [31malert gpj'
    """
    return without_piles(_UNSHOWABLE.sub("", text))


def one_line(text: str, limit: int = 300) -> str:
    """*text* on one line of at most *limit* characters, cut at a word, with an ellipsis when cut.

    >>> one_line("The  crew\\nfilms in orbit", 14)
    'The crew…'
    """
    line = _SPACES.sub(" ", showable(text[: limit * 4])).strip()
    if len(line) <= limit:
        return line
    cut = line[: limit - 1]
    head, _, _ = cut.rpartition(" ")
    return (head if len(head) > limit // 2 else cut).rstrip(" ,;:") + "…"


def paragraphs(text: str) -> tuple[str, ...]:
    """The paragraphs of an article's text: its non-blank lines, fit to be shown."""
    return tuple(line for line in (showable(each).strip() for each in text.split("\n")) if line)


#: signs of scripts that put no space between words
_DENSE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def finder(terms: Iterable[str]) -> re.Pattern[str]:
    """A pattern that finds *terms* as whole words, whatever their case; of two the longer.

    >>> finder(["film", "space film"]).findall("A Space  film, filmed")
    ['Space  film']
    """
    longest = sorted({" ".join(term.split()) for term in terms} - {""}, key=len, reverse=True)[:100]
    ways = (r"\s+".join(re.escape(word) for word in term.split(" ")) for term in longest)
    bounded = (way if _DENSE.search(way) else rf"(?<!\w){way}(?!\w)" for way in ways)
    return re.compile("|".join(bounded) or r"(?!)", re.IGNORECASE)


def highlighted(text: str, pattern: re.Pattern[str]) -> tuple[tuple[str, bool], ...]:
    """*text* in stretches, each with whether *pattern* found it.

    >>> highlighted("A film in orbit", finder(["film"]))
    (('A ', False), ('film', True), (' in orbit', False))
    """
    stretches: list[tuple[str, bool]] = []
    end = 0
    for match in pattern.finditer(text):
        stretches += [(text[end : match.start()], False), (match[0], True)]
        end = match.end()
    return tuple(stretch for stretch in (*stretches, (text[end:], False)) if stretch[0])


def web_link(url: object) -> str | None:
    """*url* when it may stand in an `href`, else None: http(s), a host, no white space or controls.

    >>> web_link("javascript:alert(1)") is None
    True
    """
    if not isinstance(url, str) or _UNSHOWABLE.search(url) or _SPACES.search(url):
        return None
    try:
        parts = urlsplit(url)
        named = parts.hostname
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and named else None


def picture_of(url: object) -> str | None:
    """The address under which a browser may ask for a picture of the public web: over TLS alone, else None.

    A device in the reader's own network has no certificate that a browser
    believes, so nothing is asked of it, whatever name leads there (`fritz.box`,
    or one that is pointed at it).

    >>> picture_of("http://img.example/a.jpg"), picture_of("http://img.example:8080/a"), picture_of("https://192.168.1.1/")
    ('https://img.example/a.jpg', None, None)
    """
    link = web_link(url)
    if link is None or is_inside(link):
        return None
    try:
        parts = urlsplit(link)
        port = parts.port
    except ValueError:
        return None
    if "@" in parts.netloc or (parts.scheme == "http" and port not in (None, 80)):
        return None
    host = parts.netloc.removesuffix(":80") if parts.scheme == "http" else parts.netloc
    return urlunsplit(("https", host, parts.path, parts.query, "")) if _HOST.fullmatch(host) else None


def origin_of(picture: str | None) -> str | None:
    """`https://host[:port]` of what `picture_of` found, for a policy header."""
    return f"https://{urlsplit(picture).netloc}" if picture else None


def shown_host(url: object) -> str:
    """The host of a URL without `www.`, for people; an empty text when there is none."""
    link = web_link(url)
    name = urlsplit(link).hostname if link else None
    return showable((name or "").removeprefix("www."))


def moment_in_words(at: str | None, precision: str | None = "minute") -> str:
    """An instant of the record in words: `20 April 2023, 12:00 UTC`, or the day alone.

    Args:
        at: `YYYY-MM-DDTHH:MM:SSZ`, or None.
        precision: `second`, `minute` or `day`; None shows the day.

    >>> moment_in_words("2023-04-20T12:00:00Z", "day")
    '20 April 2023'
    """
    if not at:
        return "date not known"
    try:
        when = from_iso(at)
    except ValueError:
        return one_line(at, 40)
    day = f"{when.day} {when:%B %Y}"
    if precision not in ("minute", "second"):
        return day
    return f"{day}, {when:%H:%M} UTC"


def ago(at: str | None, now: datetime) -> str:
    """How long ago an instant of the record was, in the largest whole unit.

    >>> ago("2023-04-20T12:00:00Z", datetime(2023, 4, 20, 14, 30, tzinfo=UTC))
    '2 hours ago'
    """
    if not at:
        return "never"
    try:
        seconds = (now.astimezone(UTC) - from_iso(at)).total_seconds()
    except ValueError:
        return one_line(at, 40)
    text = duration_in_words(abs(seconds))
    if abs(seconds) < 1:
        return "just now"
    return f"{text} ago" if seconds > 0 else f"in {text}"


def duration_in_words(seconds: float) -> str:
    """A duration in its largest whole unit.

    >>> duration_in_words(7300)
    '2 hours'
    """
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        if seconds >= size or unit == "second":
            count = int(seconds // size)
            return f"{count} {unit}{'' if count == 1 else 's'}"
    raise AssertionError("unreachable: seconds is the last unit")


def defused(cell: str) -> str:
    """A CSV cell that no spreadsheet runs as a formula: an apostrophe goes before = + - @, their wide forms, tab and return.

    Also inside it, behind a semicolon, a tab or a line's end: where a semicolon
    separates, a spreadsheet takes what follows for a cell, quotes or not.
    Numbers stay as they are. Source: OWASP, "CSV Injection".

    >>> defused("=HYPERLINK(1)"), defused("-1.5"), defused("so; =A1")
    ("'=HYPERLINK(1)", '-1.5', "so; '=A1")
    """
    if _NUMBER.fullmatch(cell):
        return cell
    inside = _CELL_INSIDE.sub(r"\1'", cell)
    return f"'{inside}" if _FORMULA.match(inside) else inside
