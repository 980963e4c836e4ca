"""The words of a raw page that an extractor could take for text or metadata, without parsing it.

Entities and JSON escapes are resolved, and tags inside words closed up. A page
stays bytes in UTF-8 until its markup is gone: that is faster, as markup is most
of a page.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

import re2

from db.folding import fold

_JSON_ESCAPE = re.compile(rb"\\(?:u([0-9a-fA-F]{4})|[nrtbf/\"\\])")
#: not by `re`, as it is looked for in the whole page
_CAPITAL_TAG = re2.compile(rb"</?[A-Z]")
#: marks that open or close a quotation, see `db.folding.quoted_phrases`; a longer piece between two of them is no name
_QUOTES = re.compile("[\"«»“”„‟《》〈〉「」『』‹›]|(?<!\\w)['‘’]|['‘’](?!\\w)")
_MOST_QUOTED = 400
#: more headings are not looked at
_MOST_HEADINGS = 500
#: stands for tags inside a word; and for the end of a block, behind which no sentence goes on
_JOINT, BREAK = "\x00", "\x01"
#: stands for a tag between two words, for who asks for it; a word of no language, which folding leaves as it is
PARTED = " 0tag0 "


_CLOSING = {b"<sc": b"</script", b"<!-": b"-->", b"<st": b"</style", b"<sv": b"</svg"}


@dataclass(frozen=True, slots=True)
class _Markup:
    """What is looked for in markup; names of tags in small letters, which most pages have, are found twice as fast."""

    #: never text: comments, styles, drawings, and scripts that are not JSON-LD
    opening: re.Pattern[bytes]
    #: no sentence goes on behind these; of a meta element, which carries metadata in its attributes, the rest stays
    block: re.Pattern[bytes]
    #: tags between two letters; a full stop before them ends a sentence or not, depending on what follows
    inside_word: re.Pattern[bytes]
    #: any tag but a meta element: nothing of it is read
    tag: re.Pattern[bytes]
    #: the same where none begins inside another one, found twice as fast
    closed_tag: re.Pattern[bytes]
    heading: re.Pattern[bytes]
    #: where a heading begins, whether it ends or not
    headed: re.Pattern[bytes]
    #: by the first three letters of what opens, what closes it
    closing: Mapping[bytes, re.Pattern[bytes]]

    @classmethod
    def of(cls, flags: int) -> _Markup:
        inline = (
            rb"/?(?:a|abbr|b|bdi|bdo|big|cite|code|del|dfn|em|font|i|ins|kbd|mark|nobr|q|ruby|rb|rt|s|samp|small|span"
            rb"|strike|strong|sub|sup|tt|u|var|wbr)\b[^<>]*+>"
        )
        return cls(
            opening=re.compile(rb"<(?:!--|(?:style|svg|script)\b[^<>]*+>?)", flags),
            block=re.compile(
                rb"<(?:meta|/?(?:p|d(?:iv|l)|li|ul|ol|h[1-6]|t(?:itle|able|r)|a(?:rticle|side)|s(?:ection|cript)|header"
                rb"|fo(?:oter|rm)|nav|main|fig(?:ure|caption)|blockquote|option)(?=[\s/>])(?:[^<>]*+>)?)",
                flags,
            ),
            inside_word=re.compile(
                rb"<(?<=[a-zA-Z0-9\x80-\xff;.]<)"
                + inline
                + rb"(?:<"
                + inline
                + rb")*+(?=[a-zA-Z0-9\x80-\xff&])",
                flags,
            ),
            tag=re.compile(rb"</?(?!meta\b)[a-zA-Z!?][^<>]*+>", flags),
            closed_tag=re.compile(rb"</?(?!meta\b)[a-zA-Z!?][^>]*>", flags),
            heading=re.compile(rb"<(h[1-6]|title)\b[^<>]*+>(.{0,3000}?)</\1", flags | re.DOTALL),
            headed=re.compile(rb"<(?:h[1-6]|title)\b", flags),
            closing={kind: re.compile(end, flags) for kind, end in _CLOSING.items()},
        )

    def without_tags(self, text: bytes, between: bytes = b" ") -> bytes:
        """A text with marks in place of its tags: a joint inside a word, a break where a sentence ends, else *between*.

        Of meta elements the attributes stay.
        """
        text = self.inside_word.sub(b"\x00", self.block.sub(b" \x01 ", text))
        if text.count(b"<", text.rfind(b">") + 1) <= 1:  # more that never end would each be looked through
            bare, taken = self.closed_tag.subn(between, text)
            if text.count(b"<") - bare.count(b"<") == taken:
                return bare
        return self.tag.sub(between, text)

    def headings(self, text: bytes, between: bytes) -> list[bytes] | None:
        """What stands in each heading that ends, whatever tags are in it; None where there are too many."""
        begins = [each.start() for each in islice(self.headed.finditer(text), _MOST_HEADINGS + 1)]
        if len(begins) > _MOST_HEADINGS:
            return None
        inside, end = [], 0
        for begin in begins:
            if begin >= end and (heading := self.heading.match(text, begin)):
                inside.append(self.tag.sub(between, heading[2]))
                end = heading.end()
        return inside

    def without_scripts(self, text: bytes) -> bytes:
        """A page without what is never text. What is not closed is kept: the parser may see it otherwise."""
        kept: list[bytes] = []
        begin, at, unclosed = 0, 0, set[bytes]()
        while opening := self.opening.search(text, at):
            at = opening.end()
            tag = opening.group()[:2000].lower()
            kind = tag[:3]
            if kind in unclosed or (kind == b"<sc" and b"json" in tag and b"ld" in tag):
                continue
            closed = self.closing[kind].search(text, at)
            if closed is None:
                unclosed.add(kind)
                continue
            kept.append(text[begin : opening.start()])
            begin = at = closed.end()
        return b" ".join([*kept, text[begin:]])


_SMALL, _ANY = _Markup.of(0), _Markup.of(re.IGNORECASE)


def is_utf8(body: bytes) -> bool:
    """Whether the bytes are UTF-8, perhaps cut off inside the last character."""
    try:
        return body.isascii() or body.decode("utf-8") is not None
    except UnicodeDecodeError as problem:
        return len(body) - problem.start < 4


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def visible_words(text: str) -> str:
    """All words of a text as `visible_text` gives it, folded; sentences end at blocks and full stops."""
    return fold(text.replace(BREAK, "\n"))


def quoted_in(text: str, most_words: int) -> tuple[tuple[int, str], ...]:
    """What may stand in quotation marks, whatever tags are in it: number of words and words, folded.

    More than an article's `quoted_phrases`: whichever mark opens and whichever closes. Longer pieces are left out.

    >>> sorted(quoted_in('“The Challenge Challenge” (“a speech that goes on”)', 4))
    [(3, ' the challenge challenge ')]
    """
    pieces = (piece for piece in _QUOTES.split(text)[1:-1] if 0 < len(piece) <= _MOST_QUOTED)
    folded = (
        (words.count(" ") - 1, words) for words in map(fold, {piece.replace(BREAK, " ") for piece in pieces})
    )
    return tuple((count, words) for count, words in folded if count <= most_words and words.strip())


def visible_text(page: bytes) -> str | None:
    """All words of a page that could become text or metadata, with a mark between two blocks; see `spaced_text`."""
    text = spaced_text(page)
    return None if text is None else both_ways(" ".join(text.split()))


def spaced_text(page: bytes, between: str = " ") -> str | None:
    """The same with all white space that the page has, and with joints for tags inside words, see `both_ways`.

    Args:
        page: in UTF-8.
        between: stands for a tag between two words.

    Returns:
        None for a page of so many headings that looking at them takes long.
    """
    markup = _ANY if _CAPITAL_TAG.search(page) else _SMALL
    page = markup.without_scripts(page).replace(b"\x00", b" ").replace(b"\x01", b" ")
    if b"\\" in page:
        page = _JSON_ESCAPE.sub(_meant, page)
    tag = between.encode()
    headings = markup.headings(page, tag)
    if headings is None:
        return None
    text = b" \x01 ".join([markup.without_tags(page, tag), *headings]).decode("utf-8", "replace")
    for _ in range(2):  # metadata is often escaped twice
        if "&" in text:
            text = _unescaped(text)
    if "<" in text:  # so are the tags of a text in JSON
        text = _ANY.without_tags(_utf8(text), tag).decode("utf-8", "replace")
    return text


def _unescaped(text: str) -> str:
    """A text with its entities resolved, as `html.unescape` does; attributes that hold JSON have thousands of quotation marks.

    >>> _unescaped("&quot;&amp;quot;&quot; &gt&lt;")
    '"&quot;" ><'
    """
    text = text.replace("&quot;", '"')  # no part of another one
    return html.unescape(text) if "&" in text else text


def _meant(escape: re.Match[bytes]) -> bytes:
    """What a JSON escape stands for; a space for what is no letter, but for quotation marks."""
    if escape[0] == b'\\"':
        return b'"'
    code = int(escape[1], 16) if escape[1] else 0
    return _utf8(chr(code)) if code > 0x20 else b" "


def both_ways(text: str, between: str = " ") -> str:
    r"""A text in which words with tags inside stand taken apart, and closed up between their pieces.

    A full stop before such a tag ends no sentence, as the closed word goes on.

    Args:
        between: stands between the pieces.

    >>> both_ways("a sp\x00a\x00ce. Film.\x00In it")
    'a sp a space. ce. Film Film.In In it'
    """
    if _JOINT not in text:
        return text
    first, *parts = f"{text} ".split(_JOINT)
    kept, whole = [first], _last_word(first)
    for part in parts:
        kept[-1] = kept[-1].removesuffix(".")
        head = "" if part[:1].isspace() else next(iter(part.split(None, 1)), "")
        whole += head
        if len(head) < len(part):  # the word ends here
            kept.append(whole)
            whole = _last_word(part)
        kept.append(part)
    return between.join(kept).rstrip()


def _last_word(text: str) -> str:
    """What stands behind the last space."""
    return "" if not text or text[-1].isspace() else text.rsplit(None, 1)[-1]
