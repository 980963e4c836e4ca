"""Edits of beat files and `spacereel.toml` are taken over by a running daemon."""

from __future__ import annotations

import kit
import press
from daemons import until


def paper(newsroom, name: str, count: int = 2) -> str:
    return newsroom.print_(
        f"/{name}",
        press.feed([newsroom.origin(number) + f"/article/{name}-{number}" for number in range(count)]),
    )


def stored(config, name: str) -> int:
    return kit.count(config, f"articles WHERE url LIKE '%/article/{name}-%'")


def test_a_source_added_to_a_beat_is_polled_without_a_restart(newsroom, start, tmp_path):
    first = kit.source(paper(newsroom, "first"), id="first")
    config = kit.configured(tmp_path, [first])
    daemon = start(config)
    daemon.wait_for("article.appended article=2")

    kit.write_beat(tmp_path / "beat.toml", [first, kit.source(paper(newsroom, "second"), id="second")])
    until(lambda: stored(config, "second") == 2, tell=lambda: daemon.log)

    assert "config.loaded beats=1 sources=2" in daemon.log
    assert daemon.end()[0] == 0
    assert kit.query(config, "SELECT count(*) AS n FROM runs") == [{"n": 1}]


def test_a_broken_edit_is_told_and_the_last_good_one_stays(newsroom, start, tmp_path):
    first = kit.source(paper(newsroom, "first"), id="first")
    config = kit.configured(tmp_path, [first])
    daemon = start(config)
    daemon.wait_for("article.appended article=2")
    beat = tmp_path / "beat.toml"
    good = beat.read_text(encoding="utf-8")

    beat.write_text(good.replace('kind = "feed"', 'kindd = "feed"'), encoding="utf-8")
    daemon.wait_for("config.rejected")
    assert daemon.process.poll() is None
    kit.write_beat(beat, [first, kit.source(paper(newsroom, "third"), id="third")])
    until(lambda: stored(config, "third") == 2, tell=lambda: daemon.log)

    assert daemon.log.count("config.rejected") == 1
    assert 'did you mean \\"kind\\"' in daemon.log
    assert "Traceback" not in daemon.log
    assert daemon.end()[0] == 0


def test_an_edit_of_the_settings_begins_a_new_crawl_with_them(newsroom, start, tmp_path):
    config = kit.configured(tmp_path, [kit.source(paper(newsroom, "first"))])
    daemon = start(config)
    until(lambda: stored(config, "first") == 2, tell=lambda: daemon.log)

    settings = tmp_path / "spacereel.toml"
    settings.write_text(settings.read_text().replace("test@example.org", "new@example.org"))
    daemon.wait_for("config.loaded")
    kit.write_beat(tmp_path / "beat.toml", [kit.source(paper(newsroom, "later"), id="later")])
    until(lambda: stored(config, "later") == 2, tell=lambda: daemon.log)

    assert "new@example.org" in newsroom.asked("/article/later")[0].headers["user-agent"]
    assert daemon.end()[0] == 0
    assert kit.query(config, "SELECT is_enabled FROM sources WHERE id = 'paper'") == [{"is_enabled": 0}]
    assert kit.count(config, "runs WHERE finished_at IS NOT NULL") == 2
