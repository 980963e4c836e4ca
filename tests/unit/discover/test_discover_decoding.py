"""Bodies of sources as text: packed, in whatever letters, with what stands in titles."""

from __future__ import annotations

import gzip
import zlib

import pytest
import zstandard

from crawler.discover.decoding import clean_title, clean_xml, decoded, web_address
from crawler.discover.packing import MAX_UNPACKED_BYTES, unpacked


@pytest.mark.parametrize(
    ("codec", "declared", "title"),
    [
        ("iso2022_kr", "ISO-2022-KR", "안녕 세계"),
        ("hz", "HZ-GB-2312", "新闻报道"),
        ("iso2022_jp", "ISO-2022-JP", "日本のニュース"),
    ],
)
@pytest.mark.parametrize("is_in_header", [False, True], ids=["in the document", "in the header"])
def test_sets_of_seven_bits_are_read_as_declared(codec, declared, title, is_in_header):
    encoding = "" if is_in_header else f' encoding="{declared}"'
    text = f'<?xml version="1.0"{encoding}?><rss><title>{title}</title></rss>'
    header = f"text/xml; charset={declared}" if is_in_header else None

    assert decoded(text.encode(codec), header) == text


def test_a_tilde_and_a_brace_switch_nothing_where_nobody_says_so():
    assert decoded(b"<title>~{PBNE~}</title>") == "<title>~{PBNE~}</title>"


@pytest.mark.parametrize("body", [b"\0`\0", b"\0\0", b"`\0\0", b"\0", b""])
def test_of_an_answer_of_three_bytes_no_fourth_is_asked_for(body):
    """Found by the fuzzer: two of them zero look like UTF-16, and the fourth was not there."""
    assert isinstance(decoded(body), str)


@pytest.mark.parametrize("name", ["utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("is_marked", [True, False])
def test_wide_letters_are_known_by_their_mark_or_their_zeros(name, is_marked):
    text = '<?xml version="1.0" encoding="utf-8"?><rss>Мост 港の橋</rss>'

    assert decoded(("\ufeff" * is_marked + text).encode(name)).lstrip("\ufeff") == text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("euc_jp", "港の橋が再び開通した"),
        ("gb18030", "港口的桥梁再次开放"),
        ("euc_kr", "항구의 다리가 다시 열렸다"),
    ],
)
def test_letters_of_two_high_bytes_are_told_apart_by_their_rows(name, text):
    assert decoded(f"<rss><title>{text}</title></rss>".encode(name)) == f"<rss><title>{text}</title></rss>"


@pytest.mark.parametrize(
    "pack", [gzip.compress, zlib.compress, zstandard.ZstdCompressor().compress], ids=["gzip", "zlib", "zstd"]
)
def test_a_body_packed_without_a_word_of_it_is_unpacked(pack):
    assert unpacked(pack(b"<rss/>")) == b"<rss/>"
    assert unpacked(pack(pack(b"<rss/>"))) == b"<rss/>"


def test_a_body_that_only_begins_as_if_packed_stays():
    assert unpacked(b"x\x9c is what it begins with") == b"x\x9c is what it begins with"
    assert unpacked(b"\x28\xb5\x2f\xfd and no more") == b"\x28\xb5\x2f\xfd and no more"


def test_what_unpacks_to_more_than_a_source_may_have_is_cut():
    packed = zstandard.ZstdCompressor().compress(bytes(MAX_UNPACKED_BYTES + 9))

    assert len(unpacked(packed)) == MAX_UNPACKED_BYTES


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Review: &lt;Alien&gt; returns", "Review: <Alien> returns"),
        ("The <i>Challenge</i> lands", "The Challenge lands"),
        pytest.param("<nice>quiet</nice> words", "quiet words", id="closed, so it is a tag of somebody's"),
        pytest.param("A <o:p>b</o:p>", "A b", id="Word's"),
    ],
)
def test_a_word_between_angles_stays_in_a_title(written, title):
    assert clean_title(written) == title


def test_a_section_in_small_letters_is_one():
    assert clean_xml("<a><![cdata[x & y]]></a>") == "<a>x &#38; y</a>"


@pytest.mark.parametrize("base", ["", "http://paper.example/feed", "https://paper.example/feed"])
def test_a_scheme_in_capitals_is_respelt_and_nothing_else(base):
    assert web_address("Https://paper.example/2026/A%2fb?q=", base) == "https://paper.example/2026/A%2fb?q="


def test_what_no_terminal_bears_is_no_part_of_a_title():
    assert clean_title("The \x7fweek\x00 in\x1b films") == "The week in films"


@pytest.mark.parametrize("quote", ['"', "'"])
@pytest.mark.parametrize("name", ["xmlns", "xmlns:a", "xmlns = "])
def test_a_namespace_without_end_is_not_repeated_with_every_element(name, quote):
    declared = name if name.endswith("= ") else f"{name}="

    cleaned = clean_xml(f"<feed {declared}{quote}{'n' * 100_000}{quote}>{'<entry/>' * 50_000}</feed>")

    assert len(cleaned) < 401_000
    assert (
        clean_xml('<feed xmlns="http://www.w3.org/2005/Atom"/>')
        == '<feed xmlns="http://www.w3.org/2005/Atom"/>'
    )
