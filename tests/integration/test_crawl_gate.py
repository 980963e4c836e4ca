"""Pages whose words rule the topic out stay unread, with a verdict, until their site brings one that is wanted."""

from __future__ import annotations

from pathlib import Path

import kit
import press
from click.testing import CliRunner

from crawler.cli import main
from crawler.ingest.drift import A_WEEK, LEARNED

UNREAD = "The words on the page cannot make it a mention for test; it was not read further."


def test_a_site_is_read_where_it_may_be_on_topic(newsroom, once, tmp_path):
    gardens = [newsroom.origin() + f"/article/gardening-{number}" for number in range(55)]
    film = newsroom.origin() + "/article/film-crew-shoots-first-movie-aboard-the-space-station"
    feed = newsroom.print_("/feed", press.feed(gardens[:25]))
    config = kit.configured(tmp_path, [kit.source(feed)], band="mention")

    assert once(config)["off_topic"] == 25
    assert kit.count(config, "sites") == 0
    newsroom.print_("/feed", press.feed([*gardens[25:], film]))
    counts = once(config, all_sources=True)

    unread = [row["url"] for row in kit.query(config, "SELECT url FROM visits WHERE reason = ?", UNREAD)]
    assert counts["off_topic"] == 30 and counts["new"] == 1
    assert 55 - A_WEEK <= len(unread) <= 55 and film not in unread
    (site,) = kit.query(config, "SELECT articles FROM sites")
    assert LEARNED + 1 <= site["articles"] <= LEARNED + 1 + A_WEEK
    told = kit.query(config, "SELECT DISTINCT verdict, score, evidence FROM visits WHERE reason = ?", UNREAD)
    assert told == [{"verdict": "off_topic", "score": 0.0, "evidence": "[]"}]
    assert kit.count(config, "frontier WHERE purpose = 'new'") == 0
    explains(config, unread[0])
    comes_in_by_another_rule(config, tmp_path, len(gardens))


def test_the_first_wanted_page_of_a_site_is_read_with_what_unread_ones_teach(newsroom, once, tmp_path):
    furniture = "Readers of the harbour district hear from us twice a day by post"
    names = [f"gardening-{number}" for number in range(8)]
    film = "film-crew-shoots-first-movie-aboard-the-space-station"

    def print_(name: str) -> str:
        url = newsroom.origin() + f"/article/{name}"
        body = press.article(name, url).replace(b"</article>", f"<p>{furniture}</p></article>".encode())
        return newsroom.print_(f"/article/{name}", body, "text/html")

    feed = newsroom.print_("/feed", press.feed([print_(name) for name in names]))
    config = kit.configured(tmp_path, [kit.source(feed)], band="mention")
    assert once(config)["off_topic"] == 8
    newsroom.print_("/feed", press.feed([print_(film)]))

    assert once(config, all_sources=True)["new"] == 1

    (article,) = kit.query(config, "SELECT text, removed FROM articles")
    assert furniture not in article["text"] and "memory.line" in article["removed"]
    assert (
        kit.query(config, "SELECT count(*) AS n FROM aliases WHERE url LIKE '%gardening%'")[0]["n"] == LEARNED
    )


def explains(config, url: str) -> None:
    """`why` reads the page now: its text and its judgement are told."""
    said = CliRunner().invoke(main, ["why", url, "--config", str(config.path)]).output

    assert "It was read and left out" in said and "Read again from the archive" in said
    assert "Judged for test: off, score 0" in said and press.title_of(url.rpartition("/")[2]) in said


def comes_in_by_another_rule(config, folder: Path, count: int) -> None:
    """Replay does not ask the gate of yesterday."""
    beat = folder / "beat.toml"
    head = beat.read_text(encoding="utf-8").partition("\n[topic]")[0]
    beat.write_text(
        head
        + """
[topic]
relevant = 1
mention = 0.5
[topic.concepts.town]
any = ["harbour", "council", "market", "bridge", "school", "river"]
[[topic.rule]]
name = "the town"
points = 9
sentence = ["town"]
""",
        encoding="utf-8",
    )

    said = CliRunner().invoke(main, ["replay", "--config", str(config.path)]).output

    assert f"{count:6}  entered" in said
    assert kit.count(config, "current_articles WHERE url LIKE '%gardening%'") == count


def test_with_everything_kept_every_page_is_read(newsroom, once, tmp_path):
    gardens = [newsroom.origin() + f"/article/gardening-{number}" for number in range(40)]
    config = kit.configured(tmp_path, [kit.source(newsroom.print_("/feed", press.feed(gardens)))])

    assert once(config)["new"] == 40


def test_an_article_that_has_left_the_topic_is_read_again(newsroom, once, tmp_path):
    gardens = [newsroom.origin() + f"/article/gardening-{number}" for number in range(40)]
    film = newsroom.origin() + "/article/film-crew-shoots-first-movie-aboard-the-space-station"
    feed = newsroom.print_("/feed", press.feed([*gardens, film]))
    config = kit.configured(tmp_path, [kit.source(feed)], band="mention")
    once(config)
    newsroom.print_(film.removeprefix(newsroom.origin()), press.article("gardening-now", film), "text/html")

    once(config, recheck=True)

    assert kit.verdict_of(config, film)[0] == "changed"
