"""What an article is recognised by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from copies_set import Writer, text_of
from hypothesis import given
from hypothesis import strategies as st

from crawler.dedupe.fingerprint import (
    BANDS,
    comparable,
    content_sha256,
    fingerprint,
    minhash_bands,
    simhash,
    similarity,
    tokens,
)

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("“Lift-off”", '"Lift-off"'),
        ("«Вызов»", '"Вызов"'),
        ("it’s", "it's"),
        ("a\u00a0b \u2009c", "a b c"),
        ("a\u200bb\u00adc\ufeff", "abc"),
        ("1999–2026 — now", "1999-2026 - now"),
        ("wait…", "wait..."),
        ("e\u0301te\u0301", "été"),
        ("ＩＳＳ ﬁlm", "ISS film"),
        ("  ", ""),
    ],
)
def test_texts_are_compared_without_what_readers_do_not_see(written, read):
    assert comparable(written) == read


def test_the_digest_is_of_title_text_authors_and_date():
    digest = content_sha256("Title", "One.\nTwo.", ("Anna",), AT)

    assert len(digest) == 64
    assert digest == content_sha256(
        " Title ", "One.\n\nTwo. ", ("Anna",), AT.astimezone(timezone(timedelta(hours=3)))
    )
    assert digest == content_sha256("Title", "One.\nTwo.", ("Anna",), AT + timedelta(seconds=20))
    assert (
        len(
            {
                digest,
                content_sha256("Title!", "One.\nTwo.", ("Anna",), AT),
                content_sha256("Title", "One. Two.", ("Anna",), AT),
                content_sha256("Title", "One.\nTwo.", (), AT),
                content_sha256("Title", "One.\nTwo.", ("Anna",)),
                content_sha256("Title", "One.\nTwo.", ("Anna",), AT + timedelta(minutes=1)),
            }
        )
        == 6
    )


def test_parts_of_the_digest_do_not_run_into_each_other():
    assert content_sha256("a", "b\nc") != content_sha256("a\nb", "c")
    assert content_sha256("a", "b", ("c", "d")) != content_sha256("a", "b", ("c d",))


def test_bands_of_one_text_are_stable():
    """They lie in records on disk: a change of these numbers makes old articles unfindable."""
    text = " ".join(f"word{n}" for n in range(40))

    assert len(minhash_bands(tokens(text))) == BANDS == 16
    assert minhash_bands(tokens(text))[:2] == (1370555019461671869, -2535513189305220114)
    assert simhash(text) == -8068010765874655449


@pytest.mark.parametrize("text", ["", "Too short to say anything", "太短", "\n\n"])
def test_a_short_text_has_no_bands(text):
    assert minhash_bands(tokens(text)) == ()
    assert similarity(text, "Another") == 0.0


@pytest.mark.parametrize("language", ["en", "ru", "zh"])
def test_half_of_a_text_is_found_again(language):
    writer = Writer(5, language)
    paragraphs = writer.paragraphs(10, 12)
    whole, half = text_of(paragraphs), text_of(paragraphs[::2])

    assert set(minhash_bands(tokens(whole))) & set(minhash_bands(tokens(half)))
    assert similarity(whole, half) > 0.9
    assert similarity(whole, text_of(Writer(6, language).paragraphs(10, 12))) < 0.1


def test_texts_without_spaces_are_compared_by_characters():
    text = "俄罗斯演员和导演在国际空间站拍摄了历史上第一部太空故事片并安全返回地球"

    assert minhash_bands(tokens(text)) != ()
    assert 0.5 < similarity(text, text.replace("安全返回地球", "结束了任务")) < 1
    assert similarity("นักแสดงและผู้กำกับถ่ายทำภาพยนตร์ในอวกาศ", "นักแสดงและผู้กำกับถ่ายทำภาพยนตร์ในอวกาศ") == 1.0


def test_a_text_of_any_length_has_a_simhash():
    text = " ".join(str(n % 977) for n in range(200_000))

    assert -(2**63) <= simhash(text) < 2**63
    assert simhash("") == 0
    assert (simhash("a b c d e f g h") ^ simhash("a b c d e f g i")).bit_count() < 32


def test_an_article_has_one_fingerprint(make_article):
    article = make_article(url="https://news.bbc.co.uk/a", text=" ".join(f"word{n}" for n in range(40)))
    print_ = fingerprint(article)

    assert print_.content_sha256 == content_sha256(
        article.title, article.text, article.authors, article.published_at
    )
    assert (print_.simhash, print_.bands) == (simhash(article.text), minhash_bands(tokens(article.text)))
    assert print_.site == "bbc.co.uk"


@given(st.text(max_size=300), st.text(max_size=300))
def test_likeness_is_a_share_and_works_both_ways(first, second):
    alike = similarity(first, second)

    assert 0.0 <= alike <= 1.0
    assert alike == similarity(second, first)


@given(st.text(max_size=300))
def test_every_text_has_a_fingerprint(text):
    assert -(2**63) <= simhash(text) < 2**63
    assert all(-(2**63) <= band < 2**63 for band in minhash_bands(tokens(text)))
    assert comparable(comparable(text)) == comparable(text)
    assert content_sha256(text, text) == content_sha256(
        comparable(text), "\n".join(map(comparable, text.split("\n")))
    )
