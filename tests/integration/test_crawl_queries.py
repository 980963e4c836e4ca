"""What is asked beside the sources: search services, sitemaps that fill a gap; and in which order."""

from __future__ import annotations

from datetime import UTC, datetime

import kit
import press


def stories(newsroom, *numbers: int) -> list[str]:
    return [f"{newsroom.origin()}/article/story-{number}-of-the-film-crew" for number in numbers]


def stored(config) -> set[str]:
    return {row["url"] for row in kit.query(config, "SELECT url FROM articles")}


def dated_sitemap(entries: dict[str, str]) -> bytes:
    items = "".join(f"<url><loc>{url}</loc><lastmod>{at}</lastmod></url>" for url, at in entries.items())
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{items}</urlset>'.encode()


def test_what_looks_like_the_beat_is_fetched_first(newsroom, once, tmp_path):
    urls = [f"{newsroom.origin()}/article/{slug}" for slug in (
        "council-agrees-on-a-new-budget", "harvest-festival-opens-in-the-valley",
        "film-crew-is-shooting-a-movie-on-the-space-station",
    )]  # fmt: skip
    config = kit.configured(tmp_path, [kit.source(newsroom.print_("/feed", press.feed(urls)))])

    once(config)

    assert newsroom.asked("/article")[0].path.endswith("space-station")


def test_a_search_service_is_asked_every_question(newsroom, once, tmp_path):
    first, second = stories(newsroom, 1, 2)
    newsroom.print_("/search?q=film&format=rss&mkt=en-GB", press.feed([first]))
    newsroom.print_("/search?q=%D0%BA%D0%B8%D0%BD%D0%BE&format=rss&mkt=ru-RU", press.feed([first, second]))
    where = newsroom.origin() + "/search"
    told = kit.source(where, "query", engine="bing-news", queries=["film", "ru: кино"])
    config = kit.configured(tmp_path, [told])

    once(config)
    once(config, all_sources=True)

    assert stored(config) == {first, second}
    asked = newsroom.asked("/search")
    assert len(asked) == 4
    assert all(each.is_conditional for each in asked[2:])


def test_headlines_are_noted_and_their_links_never_fetched(newsroom, once, tmp_path):
    urls = stories(newsroom, 1, 2)
    newsroom.print_("/search?q=film+when%3A7d&hl=en&gl=GB&ceid=GB%3Aen", press.feed(urls))
    told = kit.source(newsroom.origin() + "/search", "query", engine="google-news", queries=["film"])
    config = kit.configured(tmp_path, [told])

    once(config)
    once(config, all_sources=True)

    assert not newsroom.asked("/article")
    verdict, reason = kit.verdict_of(config, urls[0])
    assert (verdict, "Headline only" in reason) == ("not_article", True)
    assert len(kit.query(config, "SELECT 1 FROM visits WHERE purpose = 'new'")) == 2


def test_a_gap_is_filled_from_the_sitemap_that_robots_txt_names(newsroom, once, tmp_path):
    since, old = stories(newsroom, *range(10, 16)), stories(newsroom, 90)[0]
    today = datetime.now(UTC).isoformat()
    told = dated_sitemap({**dict.fromkeys(since, today), old: "2016-05-01T00:00:00Z"})
    child = newsroom.print_("/news-map-1.xml", told)
    index = newsroom.print_("/news-index.xml", press.sitemap_index([child]))
    newsroom.robots[newsroom.host()] = (
        f"User-agent: *\nSitemap: {newsroom.origin()}/map.xml\nSitemap: {index}\n"
    )
    where = newsroom.print_("/feed", press.feed(stories(newsroom, *range(6))))
    config = kit.configured(tmp_path, [kit.source(where)])
    once(config)
    newsroom.print_("/feed", press.feed(stories(newsroom, *range(20, 26))))

    once(config, all_sources=True)

    assert f"something was missed; {child} fills it" in kit.verdict_of(config, where)[1]
    assert stored(config) == set(stories(newsroom, *range(6), *range(10, 16), *range(20, 26)))


def test_what_a_feed_asks_for_holds_also_when_it_has_not_changed(newsroom, once, tmp_path):
    body = press.feed(stories(newsroom, 1)).replace(b"<description>", b"<ttl>600</ttl><description>")
    where = newsroom.print_("/feed", body)
    cached = newsroom.print_("/map.xml", press.sitemap(stories(newsroom, 2)), cache_control="max-age=7000")
    config = kit.configured(
        tmp_path,
        [kit.source(where, every="15m"), kit.source(cached, "sitemap", id="map", every="30m")],
    )

    once(config)
    once(config, all_sources=True)

    (told,) = kit.query(config, "SELECT rest, outcome FROM sources WHERE id = 'paper'")
    assert told == {"rest": '{"ttl_s": 36000.0}', "outcome": "not_modified"}
    waits = {
        row["id"]: row["s"]
        for row in kit.query(
            config,
            "SELECT id, round((julianday(next_due_at) - julianday(checked_at)) * 86400) AS s FROM sources",
        )
    }
    assert waits == {"paper": 36000, "map": 7000}
