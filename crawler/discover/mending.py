"""Markup that no XML parser takes, made into markup that every parser takes, entry by entry; what was lost is counted.

libxml2 in its forgiving mode drops every `&amp;` once it has stumbled, and the
rest of a list when it stumbles badly. So what is not well-formed never reaches
it: stray `<` become text, end tags without a beginning go, records that were
never closed end where the next one begins, and the value that a file breaks
off in is left out, because half an address is none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

#: deeper elements are left out; libxml2 itself stops at 256
MAX_DEPTH = 100
_NAME = r"[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?"
_TAG = re.compile(rf"<(/?)({_NAME})((?:\s(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*|/)?)>")
_CARELESS_TAG = re.compile(rf"<(/?)({_NAME})((?:[\s/][^<>]*)?)>")
#: `<` may stand in a value that is closed, when nothing else makes sense of the tag
_LOOSE_TAG = re.compile(rf"<(/?)({_NAME})((?:\s++{_NAME}\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'))++\s*+/?)>")
_ATTRIBUTE = re.compile(rf"(?<![\w.:-])({_NAME})\s*+=\s*+(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_TAGS = (_TAG, _CARELESS_TAG, _LOOSE_TAG)
_ASIDE = re.compile(r"<(?:\?[^<>]*|![A-Za-z][^<>]*)>")
_COMMENT, _CDATA = "<!--", "<![CDATA["
#: what a list repeats; one never stands in another
RECORDS = frozenset(("item", "entry", "url", "sitemap"))
_ROOTS = frozenset(("rss", "rdf", "feed", "channel", "urlset", "sitemapindex"))
#: elements of text alone: whatever element begins in one that was not closed stands behind it
_LEAVES = frozenset(
    """loc lastmod changefreq priority link guid id pubdate published updated modified issued created date language
    publication_date name ttl""".split()  # noqa: SIM905 - a column of names
)
#: elements of a list that hold text, maybe with markup in it
_FIELDS = _LEAVES | frozenset(
    """title description summary content encoded author creator category enclosure comments source news publication
    image video thumbnail credit keywords group rights contributor subtitle""".split()  # noqa: SIM905 - the same
)
#: those of them that nothing but text and inline markup stands in
_TEXTS = _LEAVES | {"title"}
_OF_MAPS = frozenset(("url", "sitemap"))
_EMPTY = frozenset(("br", "img", "hr", "wbr", "input", "meta"))
_INLINE = frozenset("a b i em strong u s small sub sup span font p div big cite code q mark".split())  # noqa: SIM905 - the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """Well-formed XML, as far as namespaces may be left undeclared."""

    xml: str
    #: places that were no XML
    faults: int = 0
    #: bytes of them: left out, or taken as text
    lost_bytes: int = 0
    #: it ends in the middle
    is_cut: bool = False


@dataclass(slots=True)
class _Mender:
    """Writes one list anew, piece by piece."""

    is_map: bool
    out: list[str] = field(default_factory=list)
    #: names of the elements that are open, outermost first
    open: list[str] = field(default_factory=list)
    #: how often each of them is
    times: dict[str, int] = field(default_factory=dict)
    faults: int = 0
    lost_bytes: int = 0
    #: the root was closed
    is_ended: bool = False

    def lose(self, text: str) -> None:
        self.faults += 1
        self.lost_bytes += len(text.encode("utf-8", "replace"))

    def close(self, count: int) -> None:
        for _ in range(count):
            name = self.open.pop()
            self.times[name] -= 1
            self.out.append(f"</{name}>")

    def close_to(self, name: str) -> None:
        """Close up to and with the innermost element of that name."""
        at = len(self.open) - 1
        while self.open[at] != name:
            at -= 1
        self.faults += len(self.open) - 1 > at
        self.close(len(self.open) - at)

    def begin(self, tag: re.Match[str]) -> None:
        self.start(tag[2], tag[3], tag[0])

    def start(self, name: str, attributes: str, tag: str) -> None:
        local = _local(name)
        is_record = local in RECORDS and self.is_map == (local in _OF_MAPS)
        held = self._open_record() if is_record else None
        if held:
            self.faults += 1
            self.close_to(held)
        elif self.is_map and local == "loc" and not self._open_record() and self.open:
            self.faults += 1  # its record was never opened
            self.start(_record_of(self.open[0]), "", "")
        elif self.open and (is_record or local in _FIELDS) and _local(self.open[-1]) in _TEXTS:
            self.faults += 1
            self.close(1)
        if len(self.open) >= MAX_DEPTH or (local in _ROOTS and self.times.get(name)):
            self.lose(tag)
            return
        written = "".join(_attributes(attributes))
        if attributes.rstrip().endswith("/") or name.lower() in _EMPTY:
            self.out.append(f"<{name}{written}/>")
            return
        self.out.append(f"<{name}{written}>")
        self.open.append(name)
        self.times[name] = self.times.get(name, 0) + 1

    def _open_record(self) -> str | None:
        of_kind = _OF_MAPS if self.is_map else RECORDS - _OF_MAPS
        return next((name for name in reversed(self.open) if _local(name) in of_kind), None)

    def end(self, found: re.Match[str]) -> None:
        name, local = found[2], _local(found[2])
        if local in _ROOTS:  # more may follow; what is open is closed at the end
            self.is_ended |= name == self.open[0] if self.open else False
            if held := self._open_record():
                self.faults += 1
                self.close_to(held)
            return
        if local in _EMPTY:
            return
        same = self._same(name)
        if same:
            self.close_to(same)
            return
        self.lose(found[0])
        if self.open and _local(self.open[-1]) in _TEXTS and local not in _INLINE:
            self.close(1)  # `<loc>…</lok>`

    def _same(self, name: str) -> str | None:
        """The open element that an end tag of that name may mean."""
        if self.times.get(name):
            return name
        return next((each for each in reversed(self.open) if each.lower() == name.lower()), None)


def mended(text: str) -> Mended:
    """The same list as well-formed XML.

    Args:
        text: clean (`decoding.clean_xml`), from its root element on.

    >>> mended("<urlset><url><loc>a</lok></url></x><url><loc>b").xml
    '<urlset><url><loc>a</loc></url><url><loc></loc></url></urlset>'
    """
    root = _CARELESS_TAG.match(text)
    first = _local(root[2]) if root else ""
    mender = _Mender(is_map=first in ("urlset", "sitemapindex", "url", "sitemap"))
    if first in RECORDS:
        mender.start("urlset" if mender.is_map else "rss", "", "")
        mender.is_ended = True
    kept = _rewrite(mender, text)
    if any(_local(name) not in _ROOTS for name in mender.open):  # it breaks off in a value
        mender.lose("".join(mender.out[kept:]))
        del mender.out[kept:]
        mender.is_ended = False
    mender.close(len(mender.open))
    return Mended(
        xml="".join(mender.out),
        faults=mender.faults,
        lost_bytes=mender.lost_bytes,
        is_cut=not mender.is_ended,
    )


def _rewrite(mender: _Mender, text: str) -> int:
    """Take the text apart at its tags; returns how many pieces there were after the last one."""
    at, kept = 0, 0
    #: what does not stand in the rest of the text, so that it is looked for once
    absent: set[str] = set()
    while (start := text.find("<", at)) >= 0:
        mender.out.append(_text(text[at:start]))
        if found := next((tag for form in _TAGS if (tag := form.match(text, start))), None):
            (mender.end if found[1] else mender.begin)(found)
            at, kept = found.end(), len(mender.out)
        elif text.startswith(_COMMENT, start) and (end := _found(text, "-->", start + 4, absent)) >= 0:
            at = end + 3
        elif text.startswith(_CDATA, start):
            at = _unclosed_section(mender, text, start, absent)
        elif aside := _ASIDE.match(text, start):
            mender.lose(aside[0])
            at = aside.end()
        else:
            mender.out.append("&#60;")
            mender.lose("<")
            at = start + 1
    mender.out.append(_text(text[at:]))
    return kept


def _found(text: str, what: str, at: int, absent: set[str]) -> int:
    end = -1 if what in absent else text.find(what, at)
    if end < 0:
        absent.add(what)
    return end


def _unclosed_section(mender: _Mender, text: str, start: int, absent: set[str]) -> int:
    """A CDATA section that never closes ends with the element in which it stands; returns where."""
    begin = start + len(_CDATA)
    end = _found(text, f"</{mender.open[-1]}>", begin, absent) if mender.open else -1
    mender.lose(_CDATA)
    if end < 0:
        return begin
    mender.out.append(_text(text[begin:end].replace("<", "&#60;")))
    return end


def _text(piece: str) -> str:
    """Text between tags; the end of a section that never began may not stand there."""
    return piece.replace("]]>", "]]&#62;")


def _attributes(written: str) -> list[str]:
    """Those that can be read, each once."""
    found: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(written):
        value = double or single or bare.rstrip("/")
        found.setdefault(name, value.replace("<", "&#60;").replace('"', "&#34;"))
    return [f' {name}="{value}"' for name, value in found.items()]


def _record_of(root: str) -> str:
    """What a list of that root repeats, in its own prefix: `sm:urlset` has `sm:url`."""
    prefix, colon, _ = root.rpartition(":")
    return f"{prefix}{colon}{'sitemap' if _local(root) == 'sitemapindex' else 'url'}"


def _local(name: str) -> str:
    return name.rpartition(":")[2].lower()
