"""Character sets that switch within seven bits."""

from __future__ import annotations

import pytest

from crawler.discover.decoding import decoded


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
