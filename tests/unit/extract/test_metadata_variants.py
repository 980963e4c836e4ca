"""The same classes of metadata in other markup and other languages, a few of each."""

from __future__ import annotations

import pytest
from metadata_reading import json_ld, metadata_of

H1 = "<h1>A camera in orbit is switched on</h1>"
PROSE = "<p>The crew switched the camera on at noon and filmed the coast for an hour before the batteries were empty.</p>"


def meta(name: str, content: str) -> str:
    return f'<meta name="{name}" content="{content}">'


NAMED = [
    pytest.param(meta("author", "ليلى حداد، القاهرة"), "", ("ليلى حداد",), id="a place behind a name without capitals"),
    pytest.param(meta("author", "陈晓燕, 上海"), "", ("陈晓燕",), id="a place in Han"),
    pytest.param(meta("author", "סמדר ברק (רויטרס)"), "", ("סמדר ברק",), id="an agency in Hebrew"),
    pytest.param(meta("author", "Haber Merkezi"), "", (), id="a Turkish newsroom"),
    pytest.param(meta("author", "Szerkesztőség"), "", (), id="a Hungarian newsroom"),
    pytest.param(meta("author", "本网编辑部"), "", (), id="a Chinese newsroom"),
    pytest.param(meta("author", "Prof. Dr. Jane Doe"), "", ("Jane Doe",), id="two forms of address with dots"),
    pytest.param(meta("author", "Samir al-Rashid"), "", ("Samir al-Rashid",), id="a particle grown together"),
    pytest.param(meta("author", "Luc d’Arcy"), "", ("Luc d’Arcy",), id="a particle with an apostrophe"),
    pytest.param("", '<p class="byline">By Doe, Jane</p>', ("Jane Doe",), id="surname first behind By"),
    pytest.param("", '<p class="byline">Von Reuters, London</p>', ("Reuters",), id="agency and place behind By"),
    pytest.param("", '<div class="byline">Kulturredakteurin Greta Lind</div>', ("Greta Lind",), id="a joined German position"),
    pytest.param("", "<p>글 김민지</p>", ("김민지",), id="Korean text by"),
    pytest.param("", "<p>Της Ελένης Δούκα</p>", ("Ελένης Δούκα",), id="Greek genitive"),
    pytest.param("", '<small class="source">Sumber: Antara</small>', ("Antara",), id="a source that is one word"),
    pytest.param("", PROSE + '<p align="right"><b>陈晓燕</b></p>', ("陈晓燕",), id="signed below in Han"),
    pytest.param(
        "",
        '<p class="byline">By Jane Doe</p>' + PROSE + '<div><div><a href="/2"><h3>The bridge is painted again</h3></a><p class="byline">By John Roe</p></div></div>',
        ("Jane Doe",),
        id="the author of a teaser",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("head", "body", "authors"), NAMED)
def test_who_signs_in_other_languages_and_markup(head: str, body: str, authors: tuple[str, ...]) -> None:
    assert metadata_of(head, H1 + body).authors == authors


TITLED = [
    pytest.param("<title>The lamp is lit again – Cape Herald</title>", f"{PROSE}<footer>© 2026 Cape Herald</footer>", "The lamp is lit again", id="copyright line"),
    pytest.param("<title>Cape Herald - The lamp is lit again</title>", f'<a href="/"><img src="/l.png" alt="Cape Herald"></a>{PROSE}', "The lamp is lit again", id="logo"),
    pytest.param("<title>The lamp is lit again &lt; Coast &lt; Cape Herald</title>", PROSE, "The lamp is lit again", id="way back"),
    pytest.param(
        '<title>The lamp is lit again | Herald</title><meta property="og:title" content="The lamp is lit again | Herald">', PROSE, "The lamp is lit again", id="the same twice"
    ),
    pytest.param("<title>港口老影院重新开门-文化-港口日报</title>", f"<h2>港口老影院重新开门</h2>{PROSE}", "港口老影院重新开门", id="Chinese without blanks"),
    pytest.param("<title>港の映画館が再び扉を開く：港新聞</title>", f"<h2>港の映画館が再び扉を開く</h2>{PROSE}", "港の映画館が再び扉を開く", id="Japanese colon"),
    pytest.param(
        '<title>港口老影院重新开门 | 文化 | 港口日报</title><meta property="og:site_name" content="港口日报">', PROSE, "港口老影院重新开门", id="section before the site"
    ),
    pytest.param("<title>Wagner – a life</title>", f"{PROSE}<footer>© 2026 Cape Herald</footer>", "Wagner – a life", id="the author's dash"),
]  # fmt: skip


@pytest.mark.parametrize(("head", "body", "title"), TITLED)
def test_the_name_of_the_site_is_no_part_of_the_title(head: str, body: str, title: str) -> None:
    assert metadata_of(head, body).title == title


LISTED = [
    pytest.param('<ul class="tags-list"><li><a href="/t/1">harbour</a></li><li><a href="/t/2">cinemas</a></li></ul>', ("harbour", "cinemas"), id="list"),
    pytest.param('<div class="post-tags">Filed: <a href="/t/1">#harbour</a> <a href="/t/2">#cinemas</a></div>', ("harbour", "cinemas"), id="hash marks"),
    pytest.param('<div class="tags"><p>We wrote about <a href="/1">harbours</a> for many years and shall go on.</p></div>', (), id="a sentence"),
    pytest.param('<aside><ul class="tags"><li><a href="/t/1">harbour</a></li></ul></aside>', (), id="beside the article"),
    pytest.param('<div itemscope itemtype="https://schema.org/NewsArticle"><span itemprop="keywords">harbour, cinemas</span></div>', ("harbour", "cinemas"), id="microdata"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "tags"), LISTED)
def test_tags_are_read_from_lists_of_links(body: str, tags: tuple[str, ...]) -> None:
    assert metadata_of("", f"<article>{H1}{PROSE}{body}</article>").tags == tags


@pytest.mark.parametrize("code", ["1.2345678", "a1b2c3d4e5f6", "fetch-date-2026", "article-id-93842"])
def test_codes_are_no_tags(code: str) -> None:
    head = json_ld('{"@type":"NewsArticle","headline":"x","keywords":["' + code + '","港"]}')
    assert metadata_of(head, H1).tags == ("港",)


DATED = [
    pytest.param("<p>12 أيار/مايو 2024</p>", "2024-05-12", id="two names of a month"),
    pytest.param("<p>פורסם ב-18.05.2024</p>", "2024-05-18", id="a particle with a hyphen"),
    pytest.param(
        "<p>ปรับปรุง 20 พฤษภาคม 2567</p><p>เผยแพร่ 12 พฤษภาคม 2567</p>", "2024-05-12", id="Thai change"
    ),
    pytest.param("<p>志愿者缝制了新的椅套（2024年5月12日）。</p>", None, id="a sentence in Chinese"),
]


@pytest.mark.parametrize(("body", "day"), DATED)
def test_days_in_other_languages(body: str, day: str | None) -> None:
    found = metadata_of("", H1 + body).published_at
    assert (found.date().isoformat() if found else None) == day
