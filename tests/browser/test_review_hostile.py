"""Articles whose every field attacks the reader: nothing of it runs, steers, or leaks."""

from __future__ import annotations

import csv
import io
import re
from urllib.parse import quote

import pytest
from sample_record import HOSTILE_TITLE

HOSTILE, ENDLESS = 27, 28

PAGES = (
    "/",
    "/-/queue",
    "/-/articles",
    f"/-/article/{HOSTILE}",
    f"/-/article/{HOSTILE}?queue=1&image=1",
    "/-/stories?after=<script>alert(15)</script>",
    "/-/story/4",
    "/articles/story_reports",
    "/-/why?url=javascript:alert(7)",
    "/articles/articles",
    "/articles/current_articles",
    f"/articles/articles/{HOSTILE}",
    "/articles/articles_jsonld",
    "/articles/article_authors",
    "/articles/article_tags",
    "/articles/judgements",
    "/articles/visits",
    "/articles/queue",
    "/articles/search?words=alert",
    "/articles?sql=select+*+from+articles+where+id=27",
    "/articles?sql=select+'<script>alert(9)</script>'+as+\"<script>alert(10)</script>\"",
    "/-/articles?q=<script>alert(11)</script>&tag=<script>alert(12)</script>&after=x",
    '/articles/by_tag?tag="><script>alert(13)</script>',
    "/articles/<script>alert(14)</script>",
)


@pytest.mark.parametrize("path", PAGES)
def test_no_markup_of_an_article_or_an_address_becomes_markup_of_a_page(room, path):
    page = room.get(path).text

    assert not re.search(r"<script(?![^>]* src=\"/)", page)
    assert "<img src=x" not in page
    assert "<b onmouseover" not in page
    assert "<i>tag" not in page


@pytest.mark.parametrize("path", PAGES)
def test_no_link_leads_anywhere_but_to_web_pages(room, path):
    page = room.get(path).text

    for address in re.findall(r'(?:href|src|action)="([^"]*)"', page):
        assert re.match(r"https?://|/|\?|#", address) or address == "", address
    for link in re.findall(r'<a [^>]*href="https?://(?!localhost)[^>]*>', page):
        assert 'rel="noopener noreferrer nofollow"' in link


@pytest.mark.parametrize("path", [page for page in PAGES if "why" not in page])
def test_no_terminal_escape_or_direction_override_reaches_a_page(room, path):
    assert not re.search(
        "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", room.get(path).text
    )


def test_the_hostile_title_is_shown_as_the_text_it_is(room):
    page = room.get(f"/-/article/{HOSTILE}").text

    assert "&lt;script&gt;document.title=&#34;owned&#34;&lt;/script&gt;" in page
    assert HOSTILE_TITLE not in page
    assert "{{ 7 * 7 }}" in page


def test_an_address_that_is_not_for_a_browser_is_told_but_no_link(room):
    page = room.get(f"/-/article/{HOSTILE}").text

    assert "Its address is not one for a browser: javascript:alert(7)" in page
    assert 'href="javascript' not in page


def test_a_title_without_end_and_a_text_of_sixty_thousand_words_stay_readable(room):
    lists = room.get("/-/articles").text
    page = room.get(f"/-/article/{ENDLESS}").text

    assert len(lists) < 100_000
    assert len(re.search(r"<h1[^>]*>([^<]*)", page)[1]) <= 600
    assert "date not known" in page


@pytest.fixture
def long_cells():
    """Python's csv reads cells of at most 128 kB otherwise."""
    before = csv.field_size_limit(10_000_000)
    yield
    csv.field_size_limit(before)


@pytest.mark.parametrize(
    "path",
    [
        "/articles/articles.csv",
        "/articles/articles.csv?_stream=1&_dl=1",
        "/articles/article_authors.csv",
        "/articles.csv?sql=select+*+from+article_tags",
    ],
)
def test_no_cell_of_a_csv_is_a_formula(room, path, long_cells):
    answer = room.get(path, signed_in=True)

    cells = [cell for row in csv.reader(io.StringIO(answer.text, newline="")) for cell in row]
    assert len(cells) > 20
    assert not [cell for cell in cells if cell.startswith(("=", "@", "+", "\t"))]
    assert [cell for cell in cells if cell.startswith(("'=", "'@"))]


def test_json_has_the_cells_as_they_are(room):
    rows = room.get(f"/articles/articles.json?_shape=array&id={HOSTILE}").json()

    assert rows[0]["title"] == HOSTILE_TITLE
    assert rows[0]["description"].startswith("=HYPERLINK")


def test_another_name_for_the_loopback_is_not_answered(room):
    assert room.get("/articles/articles.json", headers={"host": "evil.example"}).status_code == 421


def test_a_form_larger_than_any_note_is_refused(room):
    assert room.post("/-/mark", {"note": "x" * 200_000}).status_code == 413


def test_an_address_of_more_parameters_than_any_page_has_is_refused_unread(room):
    """Datasette's page of a table takes the square of them: 3,000 held everybody up for 14 s."""
    some, many = ("&".join(f"p{number}={number}" for number in range(count)) for count in (100, 101))

    assert room.get(f"/articles/articles?{some}").status_code == 200
    assert room.get(f"/articles/articles?{many}").status_code == 414


@pytest.mark.parametrize("path", ["/", "/articles/articles", "/articles/articles.json", "/articles"])
def test_no_form_goes_to_a_page_that_has_none(room, path):
    """Datasette's own pages answered with an error of the server."""
    assert room.post(path, {"title": "x"}).status_code == 405


def test_free_sql_is_for_admins(room):
    assert room.get("/articles.json?sql=select+1").status_code == 403
    assert room.get("/articles.json?sql=select+1", signed_in=True).status_code == 200
    assert "codemirror" in room.get("/articles?sql=select+1", signed_in=True).text.lower()


@pytest.mark.parametrize(
    "sql", ["select zeroblob(999000000)", "select replace(hex(zeroblob(9000000)), '0', 'aaaaaa')"]
)
def test_no_query_makes_a_cell_larger_than_anything_in_the_record(room, sql):
    answer = room.get(f"/articles.json?sql={quote(sql)}", signed_in=True)

    assert answer.status_code == 400
    assert "too big" in answer.text


@pytest.mark.parametrize("article", ["9" * 30, "9" * 18, "-1", "²", "1e3"])
def test_a_mark_of_no_article_is_answered_with_a_sentence(own_room, article):
    page = own_room.get("/-/article/1?queue=1", signed_in=True).text
    token = re.search(r'name="csrftoken" value="([^"]+)"', page)[1]

    answer = own_room.post("/-/mark", {"csrftoken": token, "article": article, "mark": "relevant"})

    assert answer.status_code == 400


def test_a_link_on_another_site_fetches_no_picture(room):
    row = next(
        each
        for each in room.get("/articles/articles.json?_shape=array&_size=100").json()
        if (each["image_url"] or "").startswith("https://")
    )
    from_elsewhere = {
        "sec-fetch-site": "cross-site",
        "sec-fetch-mode": "navigate",
        "sec-fetch-dest": "document",
    }

    linked = room.get(f"/-/article/{row['id']}?image=1", headers=from_elsewhere)
    asked = room.get(f"/-/article/{row['id']}?image=1", headers={"sec-fetch-site": "same-origin"})

    assert f'src="{row["image_url"]}"' not in linked.text
    assert f'src="{row["image_url"]}"' in asked.text
