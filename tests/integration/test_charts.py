"""Charts say the same as picture, sentence and table; a report is one page that asks for nothing."""

from __future__ import annotations

import asyncio
import re
import sys
import xml.etree.ElementTree as ET
import zlib
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from crawler.cli import main
from crawler.publish.charts.data import CHARTS, Period, chart, story_chart
from crawler.publish.charts.svg import standalone
from crawler.review.serve import review_of
from db.model import Judgement

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<script>alert(1)</script>\u202e"


@pytest.fixture
def shelf(store, append, make_article):
    """Two days, two outlets, two languages; a story with a copy; an edit; visits of a source."""
    now = datetime.now(UTC).replace(microsecond=0)

    def put(name, days, band="relevant", kind=None, original=None, **fields):
        judged = (Judgement(topic_id="space-films", score=4.0, threshold=3.0, band=band),)
        at = now - timedelta(days=days)
        article = make_article(
            f"https://news.example/{name}", title=f"{HOSTILE} {name}", published_at=at, **fields
        )
        return append(article, judgements=judged, at=at, kind=kind, original=original)

    first = put("first", 2, site_name=HOSTILE)
    put("second", 1, site_name="Courier", language="ru")
    put("mention", 1, band="mention", site_name="Courier")
    put("copy", 1, kind="copy", original=first.article_id, site_name="Mirror")
    put("long ago", 400, site_name="Courier")
    write = store._conn.execute
    write(
        "INSERT INTO stories (id, title, first_article_id, created_at, updated_at) VALUES (1, 's', 1, '2026', '2026')"
    )
    write("UPDATE newest SET story_id = 1 WHERE url NOT LIKE '%mention' AND url NOT LIKE '%ago'")
    write(
        "INSERT INTO article_events (canonical_url, article_id, kind, happened_at) VALUES (?, 1, 'correction note', ?)",
        (first.canonical_url, f"{now - timedelta(hours=9):%Y-%m-%dT%H:%M:%SZ}"),
    )
    write(
        """INSERT INTO sources (id, title, kind, url, beat, every_s, max_pages, added_at)
        VALUES ('wire', 'The Wire', 'feed', 'https://w.example/rss', 'space-films', 9, 9, '2026-01-01T00:00:00Z')"""
    )
    return Period(since=now - timedelta(days=7), until=now)


@pytest.mark.parametrize(
    ("name", "rows", "summary"),
    [
        ("days", {1: (0, 1, 1), 2: (0, 1, 0)}, "3 articles in all"),
        ("languages", {1: (0, 0, 1), 2: (0, 1, 0)}, "2 articles in all"),
    ],
)
def test_articles_a_day(store, shelf, name, rows, summary):
    drawn = chart(store._conn, name, shelf)

    assert drawn.summary.startswith(summary)
    for days, counts in rows.items():
        day = f"{shelf.until - timedelta(days=days):%Y-%m-%d}"
        (row,) = (row for row in drawn.rows if row[0] == day)
        assert sum(row[1:]) == sum(counts)
    assert len(drawn.rows) == 8


def test_outlets_lag_sources_and_edits(store, shelf):
    found = {name: chart(store._conn, name, shelf).rows for name in ("outlets", "lag", "sources", "edits")}

    assert sorted(row[1] for row in found["outlets"]) == [1, 1]
    assert [(row[0], row[1], row[3]) for row in found["lag"]] == [
        ("<script>alert(1)</script>", 0.0, 1),
        ("Courier", 24.0, 0),
    ]
    assert found["sources"] == [("The Wire", "wire", 4, 4)]
    assert found["edits"] == [("<script>alert(1)</script>", 1, 0)]


def test_a_story_shows_who_copied_whom(store, shelf):
    drawn = story_chart(store._conn, 1)

    assert [(row[1], row[3]) for row in drawn.rows] == [
        ("<script>alert(1)</script>", ""),
        ("Courier", ""),
        ("Mirror", "<script>alert(1)</script>"),
    ]
    lines = [
        each for each in ET.fromstring(drawn.svg).iter(f"{SVG}line") if each.get("stroke", "").startswith("#")
    ]
    assert len(lines) == 1
    assert story_chart(store._conn, 2) is None


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize("days", [7, 100, 1500])
def test_every_chart_is_a_picture_with_words_for_those_who_do_not_see_it(store, shelf, name, days):
    drawn = chart(store._conn, name, Period(since=shelf.until - timedelta(days=days), until=shelf.until))
    root = ET.fromstring(standalone(drawn.svg).encode())

    assert root.find(f"{SVG}title").text == drawn.title
    assert root.find(f"{SVG}desc").text == drawn.summary
    assert {each.tag.removeprefix(SVG) for each in root.iter()} <= {
        "svg",
        "title",
        "desc",
        "style",
        "rect",
        "line",
        "text",
        "circle",
    }
    assert "\u202e" not in drawn.svg
    assert all(len(row) == len(drawn.head) for row in drawn.rows)


@pytest.mark.parametrize("name", CHARTS)
def test_an_empty_record_has_charts_too(store, now, name):
    drawn = chart(store._conn, name, Period(since=now - timedelta(days=30), until=now))

    assert ET.fromstring(drawn.svg).find(f"{SVG}desc").text
    assert not any(isinstance(value, int | float) and value for row in drawn.rows for value in row)


def run(store, *words):
    return CliRunner().invoke(main, [*words, "--db", str(store.path)])


def test_the_verb_draws_and_prints(store, shelf, tmp_path):
    assert (
        run(store, "chart", "edits").output
        == "outlet,corrections,other edits\n<script>alert(1)</script>,1,0\n"
    )
    assert run(store, "chart", "story", "1", "--out", str(tmp_path / "s.svg")).exit_code == 0
    assert ET.parse(tmp_path / "s.svg").getroot().tag == f"{SVG}svg"
    for words, why in {
        ("chart", "story"): "story goes with the number",
        ("chart", "days", "3"): "a number with story",
        ("chart", "story", "9"): "there is no story 9",
        ("chart", "days", "--out", "a.gif"): "is no .svg or .png file",
        ("chart", "days", "--since", "soon"): "is no time",
        ("chart", "days", "--beat", "nope"): "the record has no beat nope",
        ("report", "--beat", "nope", "--out", str(tmp_path / "nope.html")): "the record has no beat nope",
        ("report", "--out", str(tmp_path / "r.pdf")): "is no .html file",
        ("digest", "--beat", "nope"): "the record has no beat nope",
    }.items():
        assert why in run(store, *words).output
    assert not (tmp_path / "r.pdf").exists()


def test_a_report_is_one_page_with_charts_tables_sources_and_method(store, shelf, tmp_path):
    out = tmp_path / "report.html"
    assert run(store, "report", "--since", "7d", "--out", str(out)).output == ""

    html = out.read_text(encoding="utf-8")
    assert re.findall(r"<h2>([^<]*)</h2>", html) == [
        "Figures", "Charts", "Stories", "Edited after publication", "The week", "Sources", "Method",
    ]  # fmt: skip
    assert html.count("<svg") == html.count("As a table") == len(CHARTS)
    assert "<script" not in html and '<th scope="col"></th>' not in html
    assert html.count('class="picture by-day"') == 2, "a phone begins with the newest days"
    assert not re.search(r'(src|href)="(?!https://news\.example)', html)
    assert '<td><bdi>articles found, relevant</bdi></td><td class="number">3</td>' in html


def test_the_review_has_a_page_of_charts(store, shelf):
    review = review_of(store.path)

    async def answers():
        await review.invoke_startup()
        return [
            (await review.client.get(path)).text
            for path in ("/-/charts?days=7", "/-/story/1", "/-/charts?days=x")
        ]

    charts, story, other = asyncio.run(answers())
    assert charts.count("<svg") - other.count("<svg") == 0
    assert charts.count('role="img"') == len(CHARTS)
    assert "<strong>7 days</strong>" in charts
    assert "<strong>30 days</strong>" in other
    assert story.count('role="img"') == 1
    assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=", charts)


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_a_png_with_ink_on_it(store, shelf, tmp_path, name):
    pytest.importorskip("resvg_py", reason="the extra `png` is not installed")
    out = tmp_path / "chart.png"

    said = run(store, "chart", name, "--since", "7d", "--out", str(out)).output
    if "there is no font" in said:
        pytest.skip("this machine has no font")
    assert said == ""

    data = out.read_bytes()
    assert data.startswith(b"\x89PNG\r\n") and int.from_bytes(data[16:20], "big") == 1440
    pixels = zlib.decompress(b"".join(_chunks(data, b"IDAT")))
    assert len(set(pixels)) > 5, "there is more than the ground"


def _chunks(data: bytes, kind: bytes):
    """Chunks of that kind (PNG, section 5.3)."""
    at = 8
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        if data[at + 4 : at + 8] == kind:
            yield data[at + 8 : at + 8 + size]
        at += size + 12


def test_without_a_font_there_is_no_picture_without_words(store, shelf, tmp_path, monkeypatch):
    resvg = pytest.importorskip("resvg_py", reason="the extra `png` is not installed")
    monkeypatch.setattr(resvg, "svg_to_bytes", lambda **_: b"the same")

    done = run(store, "chart", "days", "--out", str(tmp_path / "a.png"))

    assert done.exit_code == 1 and "there is no font for the letters" in done.output


def test_without_the_extra_a_png_is_refused_with_a_sentence(store, shelf, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "resvg_py", None)

    done = run(store, "chart", "days", "--out", str(tmp_path / "a.png"))

    assert done.exit_code == 1 and "pip install 'spacereel[png]'" in done.output
    assert not list(tmp_path.glob("*.png"))
