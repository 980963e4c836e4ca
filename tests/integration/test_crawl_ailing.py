"""What befalls sources: each has its state, a reason and since when, in the record, in `status` and once in the log."""

from __future__ import annotations

import io
from contextlib import closing, redirect_stdout
from datetime import UTC, datetime, timedelta

import kit
import press
import pytest

from crawler.commands.status import print_status
from db.search import open_read_only


def stories(newsroom, *numbers: int) -> list[str]:
    return [f"{newsroom.origin()}/article/story-{number}-of-the-film-crew" for number in numbers]


def status(config) -> str:
    said = io.StringIO()
    with redirect_stdout(said):
        print_status(config, datetime.now(UTC))
    return said.getvalue()


def assert_told(config, caplog, state: str, words: str) -> None:
    """`source_health`, `status` and the log say the same; the log says it once."""
    (row,) = kit.query(
        config, "SELECT state, reason, state_since, checked_at FROM source_health WHERE id = 'paper'"
    )
    assert (row["state"], words in row["reason"]) == (state, True), row
    assert row["state_since"] <= row["checked_at"]
    assert words in status(config)
    told = [each for each in caplog.messages if each.startswith("source.state") and f"state={state}" in each]
    assert len(told) == 1
    assert words in told[0]


@pytest.fixture(autouse=True)
def heard(caplog):
    caplog.set_level("INFO", logger="crawler")


def test_a_sitemap_that_stopped_moving(newsroom, once, tmp_path, caplog):
    old = f"{datetime.now(UTC) - timedelta(days=20):%Y-%m-%d}"
    items = "".join(f"<url><loc>{url}</loc><lastmod>{old}</lastmod></url>" for url in stories(newsroom, 1, 2))
    where = newsroom.print_("/map.xml", f"<urlset>{items}</urlset>".encode())
    config = kit.configured(tmp_path, [kit.source(where, "sitemap")])

    once(config)
    once(config, all_sources=True)

    assert_told(config, caplog, "empty", f"It has stopped moving: its newest entry is of {old}.")


def test_a_section_whose_links_changed_shape_and_changed_back(newsroom, once, tmp_path, caplog):
    where = newsroom.print_("/news", press.section(stories(newsroom, *range(12))), "text/html")
    config = kit.configured(tmp_path, [kit.source(where, "section")])
    once(config)
    links = "".join(
        f'<div onclick="go({n})"><a href="/#{n}">{press.title_of(str(n))}</a></div>' for n in range(12)
    )
    newsroom.print_("/news", f"<html><body><main>{links}</main></body></html>".encode(), "text/html")

    once(config, all_sources=True)
    once(config, all_sources=True)

    assert_told(
        config, caplog, "drifting", "It named 12 entries and now names 0: its links have changed shape."
    )
    newsroom.print_("/news", press.section(stories(newsroom, *range(12))), "text/html")
    once(config, all_sources=True)
    assert kit.query(config, "SELECT state, reason FROM source_health")[0]["state"] == "ok"


def test_a_host_whose_robots_txt_closed(newsroom, once, tmp_path, caplog, monkeypatch):
    where = newsroom.print_("/feed", press.feed(stories(newsroom, 1)), etag="")
    config = kit.configured(tmp_path, [kit.source(where)])
    once(config)
    newsroom.robots[newsroom.host()] = "User-agent: *\nDisallow: /\n"
    monkeypatch.setattr("crawler.middlewares.robots.FRESH_S", 0.0)

    once(config, all_sources=True)
    once(config, all_sources=True)

    assert_told(config, caplog, "blocked", "robots.txt does not allow it.")
    assert len(newsroom.asked("/feed")) == 1


def test_pages_that_give_no_text_any_more(newsroom, once, tmp_path, caplog):
    good = stories(newsroom, *range(16))
    newsroom.print_("/feed", press.feed(good))
    config = kit.configured(tmp_path, [kit.source(newsroom.origin() + "/feed")])
    once(config)
    shell = b'<html><head><meta property="og:type" content="article"><title>A crew</title></head><body><div id="root"></div></body></html>'
    bad = [newsroom.print_(f"/drawn/{number}", shell, "text/html") for number in range(9)]
    newsroom.print_("/feed", press.feed([*bad, *good[:3]]))

    once(config, all_sources=True)
    newsroom.print_("/feed", press.feed([newsroom.print_("/drawn/9", shell, "text/html"), *bad, *good[:3]]))
    once(config, all_sources=True)

    assert_told(config, caplog, "drifting", "give no text, where")
    assert len([each for each in caplog.messages if each.startswith("source.template_drift")]) == 1
    suspects = kit.query(
        config, "SELECT url, page_sha256, verdict FROM visits WHERE reason LIKE '%Suspect:%'"
    )
    assert {each["verdict"] for each in suspects} == {"failed"}
    assert len(suspects) >= 4
    with closing(open_read_only(config.store.archive)) as archive:
        kept = {row[0] for row in archive.execute("SELECT sha256 FROM captures")}
    assert {each["page_sha256"] for each in suspects} <= kept
