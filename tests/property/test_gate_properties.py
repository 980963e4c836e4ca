"""What the gate leaves out to be quick changes nothing."""

from __future__ import annotations

import html

from ahocorasick_rs import BytesAhoCorasick
from hypothesis import given
from hypothesis import strategies as st

from crawler.relevance.gate import may_score
from crawler.relevance.likely import likely_lines
from crawler.relevance.topic import parse_topic
from crawler.relevance.visible import _ANY, _SMALL, _unescaped
from db.folding import FIELD, SENTENCE, fold

#: letters that fold to several, to none, to others beside a mark; scripts with and without spaces
LETTERS = "abi IİıßæÆéüñøŁ½™ﬁ…’“—·\xa0\xad\u200d\u0301\u0308\u0338ёйЁЙάσςאבआ़한글空間プカ٠ى.!?-_^|=&\n\r\x0b\x1e\u2028"
lines = st.lists(st.text(LETTERS + "xyz", max_size=12), max_size=6)


def words_of(text: str) -> list[bytes]:
    return [word.encode() for word in fold(text).split() if word not in (SENTENCE, FIELD)]


@given(lines, st.booleans())
def test_the_words_of_a_line_are_those_of_the_folded_line(written, is_long):
    """Both of a page that is mostly ASCII and of one that is not."""
    ascii_line = "the words of a long line " * 40 * is_long
    collapsed = [" ".join(line.split()) for line in [*written, ascii_line, "qqz"]]
    known = sorted({word for line in collapsed for word in words_of(line)})

    automaton = BytesAhoCorasick([b" %b " % word for word in known])
    found = likely_lines(" " + " \x01 ".join([*written, ascii_line, "qqz"]) + " ", automaton)

    assert {line.number: set(line.words.split()) - {b"|", b"^"} for line in found} == {
        number: set(words_of(line)) for number, line in enumerate(collapsed) if words_of(line)
    }


@given(
    st.lists(st.sampled_from([*"<>/ab. &", "<p", "<b>", "</p>", "<meta", "</meta>", "<B", "<!", "\xe9"])).map(
        "".join
    )
)
def test_tags_are_taken_out_as_if_none_could_begin_inside_another(page):
    text = page.encode()
    for markup in (_SMALL, _ANY):
        marked = markup.inside_word.sub(b"\x00", markup.block.sub(b" \x01 ", text))
        assert markup.without_tags(text) == markup.tag.sub(b" ", marked)


@given(
    st.lists(
        st.sampled_from([*"&;#<a9 ", "&quot;", "quot", "&quot", "&amp;", "&amp", "&#3", "&not", "it;"])
    ).map("".join)
)
def test_entities_are_resolved_as_by_the_library(text):
    assert _unescaped(text) == html.unescape(text)


PIECES = [
    "space",
    "station",
    "<b>",
    "</b>",
    "<i>x",
    " ",
    "said of the",
    "&nbsp;",
    "<!-- so -->",
    "and",
    "<br>",
]
NAMED = parse_topic(
    {
        "relevant": 4.0,
        "mention": 2.0,
        "concepts": {"name": {"any": ["space station"]}},
        "rule": [{"name": "a name", "points": 8.0, "sentence": ["name"]}],
    },
    "named",
)


@given(st.lists(st.sampled_from(PIECES), max_size=12), st.lists(st.sampled_from(PIECES), max_size=6))
def test_a_name_is_seen_whatever_its_words_have_between_them_that_is_marked_up(around, inside):
    """An element between the words of a name may be left out by whoever reads the page."""
    page = "".join([*around, " space <span>", *inside, "</span> station ", *around])

    assert may_score(page.encode(), NAMED)
