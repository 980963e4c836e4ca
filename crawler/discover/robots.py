"""robots.txt by RFC 9309: what it says to one robot. Time and memory grow with its length alone, whatever it holds.

Only the rules of the groups that count are kept, each once, so agents and
rules cannot multiply; a pattern is compared piece by piece from left to right
and never goes back, so wildcards cannot either.
"""

from __future__ import annotations

import contextlib
import math
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

#: RFC 9309, 2.5: at least 500 KiB are read
MOST_ROBOTS_BYTES = 512 * 1024
#: a Crawl-delay beyond that is taken for a mistake, and counts as this
LONGEST_DELAY_S = 86_400.0
#: what a rule takes in memory besides its letters
_RULE_BYTES = 130
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_LINE = re.compile(r"[^\r\n]+")
#: names of lines as they are written, and miswritten, with what they mean; a colon may be missing
_FIELDS = {
    **dict.fromkeys(("user-agent", "useragent", "user agent"), "agent"),
    **dict.fromkeys(("disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw"), "disallow"),
    **dict.fromkeys(("allow",), "allow"),
    **dict.fromkeys(("crawl-delay", "crawl delay"), "delay"),
}
_FIELD = re.compile(
    r"\s*({})(?:\s*:|\s(?!\s*:))\s*".format("|".join(sorted(_FIELDS, key=len, reverse=True))), re.IGNORECASE
)
_TOKEN = re.compile(r"[a-z_-]+")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})|[^!-~]|[*$]")
_STARS = re.compile(r"\*+")
#: RFC 3986, 2.3: an escape of one of these is the same as the letter itself
_UNRESERVED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotRules:
    """What a robots.txt says to one robot."""

    #: (pattern, whether it allows), the longest first, which decides; of two equally long the one that allows
    rules: tuple[tuple[str, bool], ...] = ()
    #: seconds between requests that it asks for, at most `LONGEST_DELAY_S`
    delay_s: float | None = None

    def allows(self, url: str) -> bool:
        """Whether the robot may ask for *url*."""
        parts = urlsplit(url)
        path = escaped(f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}")
        return next((allows for pattern, allows in self.rules if matches(pattern, path)), True)

    @property
    def size(self) -> int:
        """Bytes it takes in memory, about."""
        return _RULE_BYTES + sum(len(pattern) + _RULE_BYTES for pattern, _ in self.rules)


def robot_rules(body: bytes, token: str) -> RobotRules:
    """What a robots.txt says to the robot *token*: all groups that name it, or else all that name `*`.

    The first half megabyte counts, up to its last whole line. A group names
    the robot whatever version stands behind its name, and lines that mean
    nothing to us divide no group.

    >>> robot_rules(b"User-agent: a\\nDisallow: /x\\n\\nUser-agent: *\\nDisallow: /", "a").rules
    (('/x', False),)
    """
    ours: dict[str, bool] = {}
    anybodys: dict[str, bool] = {}
    delays: dict[str, float] = {}
    names: set[str] = set()
    is_named, is_open = False, False
    for field, value in _lines(_text(body)):
        if field == "agent":
            names = names if is_open else set()
            is_open = True
            names |= {each for each in (token.lower(), "*") if _is_named(each, value)}
            is_named |= token.lower() in names
            continue
        is_open &= field == "delay"  # RFC 9309, 2.2.4: what is no rule ends no group
        for name in names:
            if field == "delay":
                _take_delay(delays, name, value)
            else:
                _take_rule(anybodys if name == "*" else ours, value, field == "allow")
    rules = ours if is_named else anybodys
    ordered = sorted(rules.items(), key=lambda each: (-len(each[0]), not each[1]))
    return RobotRules(rules=tuple(ordered), delay_s=delays.get(token.lower() if is_named else "*"))


def _text(body: bytes) -> str:
    if body.startswith(b"\x1f\x8b"):  # packed, and nothing said so
        with contextlib.suppress(zlib.error):
            body = zlib.decompressobj(wbits=31).decompress(body, MOST_ROBOTS_BYTES + 1)
    whole, body = len(body) <= MOST_ROBOTS_BYTES, body[:MOST_ROBOTS_BYTES]
    bom, charset = next((each for each in _BOMS if body.startswith(each[0])), (b"", "utf-8"))
    if body[:200].count(0) < min(len(body), 200) // 4:
        charset = "utf-8"  # a stray mark: UTF-16 would write these letters with a zero each
    elif charset == "utf-8":
        charset = "utf-16-be" if body[:1] == b"\0" else "utf-16-le"
    text = body[len(bom) :].decode(charset, "replace").lstrip("\ufeff\0").replace("\0", "")
    return text if whole else text[: max(text.rfind("\n"), text.rfind("\r")) + 1]


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """Meaning and value of the lines that mean something to us."""
    for line in _LINE.finditer(text):
        statement = line[0].partition("#")[0]
        if field := _FIELD.match(statement):
            yield _FIELDS[field[1].lower()], statement[field.end() :].strip()


def _is_named(name: str, value: str) -> bool:
    """Whether a `User-agent` line names that robot; `*` for everybody."""
    if name == "*":
        return value.split(maxsplit=1)[:1] == ["*"]
    token = _TOKEN.match(value.lower())
    return token is not None and token[0] == name


def _take_delay(delays: dict[str, float], name: str, value: str) -> None:
    try:
        delay = float(value[:40])
    except ValueError:
        return
    if math.isfinite(delay) and delay >= 0:
        delays[name] = min(delay, LONGEST_DELAY_S)


def _take_rule(rules: dict[str, bool], value: str, allows: bool) -> None:
    if not value:
        return
    pattern = _pattern(value)
    rules[pattern] = allows or rules.get(pattern, False)
    if allows and pattern.endswith("/index.html"):  # which is what `/` shows
        rules[pattern.removesuffix("index.html") + "$"] = True


def _pattern(value: str) -> str:
    """A rule's path, escaped as `escaped` does it, with `*` for anything and `$` at its end for the end."""
    is_anchored = value.endswith("$")
    pieces = _STARS.sub("*", value.removesuffix("$")).split("*")
    pattern = "*".join(escaped(piece) for piece in pieces)
    return (pattern if pattern.startswith(("/", "*")) else f"/{pattern}") + "$" * is_anchored


def escaped(path: str) -> str:
    """A path in one spelling: what needs an escape has it, in capitals, and what does not has none.

    >>> escaped("/%7ea/ü*%2f")
    '/~a/%C3%BC%2A%2F'
    """
    return _ESCAPE.sub(_one_spelling, path)


def _one_spelling(match: re.Match[str]) -> str:
    if match[1] is None:
        return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "replace"))
    letter = chr(int(match[1], 16))
    return letter if letter in _UNRESERVED else match[0].upper()


def matches(pattern: str, path: str) -> bool:
    """Whether a path, as `escaped` writes it, fits a pattern.

    >>> matches("/a*b$", "/a-b-b"), matches("/a*b$", "/a-b-c")
    (True, False)
    """
    is_anchored = pattern.endswith("$")
    first, *rest = (pattern[:-1] if is_anchored else pattern).split("*")
    if not path.startswith(first):
        return False
    if not rest:
        return not is_anchored or path == first
    at = len(first)
    for piece in rest[:-1] if is_anchored else rest:
        found = path.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return not is_anchored or (len(path) - len(rest[-1]) >= at and path.endswith(rest[-1]))
