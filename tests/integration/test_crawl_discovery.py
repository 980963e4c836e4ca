"""Everything a source names is found, once, and what it says of changes, moves and gaps is heard."""

from __future__ import annotations

from contextlib import contextmanager

import kit
import press
import pytest

from db.store import Store


def stories(newsroom, *numbers: int) -> list[str]:
    return [f"{newsroom.origin()}/article/story-{number}-of-the-film-crew" for number in numbers]


def stored(config) -> set[str]:
    return {row["url"] for row in kit.query(config, "SELECT url FROM articles")}


def state_of(config, source: str = "paper") -> dict[str, object]:
    (row,) = kit.query(config, "SELECT * FROM source_health WHERE id = ?", source)
    return row


def dated_sitemap(entries: dict[str, str]) -> bytes:
    items = "".join(f"<url><loc>{url}</loc><lastmod>{at}</lastmod></url>" for url, at in entries.items())
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{items}</urlset>'.encode()


def test_a_sitemap_is_filtered_before_it_is_cut(newsroom, once, tmp_path):
    others = [f"{newsroom.origin()}/plain/quiz-{number}" for number in range(20)]
    where = newsroom.print_("/map.xml", press.sitemap([*others, *stories(newsroom, 1, 2)]))
    config = kit.configured(tmp_path, [kit.source(where, "sitemap", follow="/article/", max_pages=2)])

    once(config)

    assert stored(config) == set(stories(newsroom, 1, 2))


def test_a_page_has_many_addresses_and_is_fetched_once(newsroom, once, tmp_path):
    (url,) = stories(newsroom, 1)
    feed = newsroom.print_("/feed", press.feed([url, url + "/", url + "/index.html", url + "?utm_source=x"]))
    again = newsroom.print_("/feed2", press.feed([url + "/"]))
    config = kit.configured(tmp_path, [kit.source(feed), kit.source(again, id="second")])

    once(config)
    once(config, all_sources=True)

    assert len(newsroom.asked("/article")) == 1


def test_another_address_of_a_page_that_failed_is_tried(newsroom, once, tmp_path):
    missing = newsroom.origin() + "/gone-story"
    first = kit.source(newsroom.print_("/feed", press.feed([missing])))
    second = kit.source(newsroom.print_("/feed2", press.feed([missing + "/"])), id="second")

    once(kit.configured(tmp_path, [first]))
    config = kit.configured(tmp_path, [first, second])
    once(config)

    assert kit.verdict_of(config, missing + "/")[0] == "gone"


def test_what_is_older_than_max_age_is_counted_and_left_out(newsroom, once, tmp_path):
    fresh, undated, old = stories(newsroom, 1, 2, 3)
    entries = {old: "2016-05-01T00:00:00Z", fresh: "2999-01-01T00:00:00Z", undated: ""}
    told_by_address = newsroom.origin() + "/article/2016/05/01/story"
    where = newsroom.print_("/map.xml", dated_sitemap({**entries, told_by_address: ""}))
    config = kit.configured(tmp_path, [kit.source(where, "sitemap", max_age="30d")])

    once(config)

    assert stored(config) == {fresh, undated}
    assert "2 older than 30 d left out" in kit.verdict_of(config, where)[1]


def test_max_age_forever_takes_everything(newsroom, once, tmp_path):
    (old,) = stories(newsroom, 3)
    where = newsroom.print_("/map.xml", dated_sitemap({old: "2016-05-01T00:00:00Z"}))

    config = kit.configured(tmp_path, [kit.source(where, "sitemap", max_age="forever")])
    once(config)

    assert stored(config) == {old}


def section_page(newsroom, path: str, urls: list[str], following: str | None) -> str:
    more = f'<a rel="next" href="{following}">Next</a></main>' if following else "</main>"
    body = press.section(urls).replace(b"</main>", more.encode())
    return newsroom.print_(path, body, "text/html")


def test_a_section_is_followed_back_until_nothing_is_new(newsroom, once, tmp_path):
    for page, numbers in ((1, range(6)), (2, range(6, 12)), (3, range(12, 18))):
        following = f"/news?page={page + 1}" if page < 3 else None
        path = "/news" if page == 1 else f"/news?page={page}"
        section_page(newsroom, path, stories(newsroom, *numbers), following)
    config = kit.configured(tmp_path, [kit.source(newsroom.origin() + "/news", "section")])

    once(config)
    asked = len(newsroom.asked("/news"))
    section_page(newsroom, "/news", stories(newsroom, 18, *range(5)), "/news?page=2")
    once(config, all_sources=True)

    assert stored(config) == set(stories(newsroom, *range(19)))
    assert asked == 3
    assert len(newsroom.asked("/news")) == 5  # the first page brought something, the second nothing


def test_max_pages_ends_a_section(newsroom, once, tmp_path):
    for page in range(1, 6):
        path = "/news" if page == 1 else f"/news?page={page}"
        numbers = range(page * 6, page * 6 + 6)
        section_page(newsroom, path, stories(newsroom, *numbers), f"/news?page={page + 1}")
    config = kit.configured(tmp_path, [kit.source(newsroom.origin() + "/news", "section", max_pages=12)])

    once(config)

    assert len(newsroom.asked("/news")) == 2


def test_a_site_is_polled_through_what_it_names(newsroom, once, tmp_path):
    front, in_feed, in_map, in_section = (stories(newsroom, *range(n, n + 6)) for n in (0, 10, 20, 30))
    newsroom.print_("/rss.xml", press.feed(in_feed))
    newsroom.robots[newsroom.host()] = f"User-agent: *\nSitemap: {newsroom.origin()}/our-map.xml\n"
    newsroom.print_("/our-map.xml", press.sitemap(in_map))
    newsroom.print_("/cinema", press.section(in_section), "text/html")
    home = press.section(front).replace(
        b"<main>",
        b'<link rel="alternate" type="application/rss+xml" href="/rss.xml"><nav><a href="/cinema">Cinema</a></nav><main>',
    )
    where = newsroom.print_("/", home, "text/html")
    config = kit.configured(tmp_path, [kit.source(where, "site")])

    once(config)
    before = len(newsroom.log)
    newsroom.print_("/rss.xml", press.feed([*stories(newsroom, 99), *in_feed]))
    once(config, all_sources=True)

    assert stored(config) == {*front, *in_feed, *in_map, *in_section, *stories(newsroom, 99)}
    again = [
        each for each in newsroom.log[before:] if each.path in ("/", "/rss.xml", "/our-map.xml", "/cinema")
    ]
    assert len(again) == 4
    assert all(each.is_conditional for each in again)


def test_the_row_of_a_page_that_scripts_draw_says_so(newsroom, once, tmp_path):
    shell = newsroom.print_("/app", b'<html><div id="root"></div><script src="/a.js"></script>', "text/html")
    config = kit.configured(tmp_path, [kit.source(shell, "section")])

    once(config)

    assert "drawn by scripts (render = true)" in state_of(config)["reason"]


def test_a_site_whose_feeds_stand_on_a_page_of_their_own(newsroom, once, tmp_path):
    in_feed = stories(newsroom, 1, 2, 3)
    where = newsroom.print_("/", b'<p>Welcome</p><a href="/feeds-of-ours">RSS</a>', "text/html")
    newsroom.print_("/feeds-of-ours", b'<ul><li><a href="/out/7.xml">All news</a></ul>', "text/html")
    newsroom.print_("/out/7.xml", press.feed(in_feed))
    config = kit.configured(tmp_path, [kit.source(where, "site")])

    once(config)

    assert stored(config) == set(in_feed)


def test_a_feed_that_says_an_article_changed_leads_to_a_look_at_once(newsroom, once, tmp_path):
    (url,) = stories(newsroom, 1)
    where = newsroom.print_("/map.xml", dated_sitemap({url: "2026-01-01T00:00:00Z"}))
    config = kit.configured(tmp_path, [kit.source(where, "sitemap", max_age="forever")])
    once(config)
    with opened(config) as store:
        store._conn.execute("UPDATE pages SET checked_at = '2026-01-02T00:00:00Z'")
        store._conn.commit()
    newsroom.edit("story-1-of-the-film-crew")
    newsroom.print_("/map.xml", dated_sitemap({url: "2026-03-01T00:00:00Z"}))

    counts = once(config, all_sources=True)

    assert counts["changed"] == 1
    assert "1 changed, looked at again" in kit.verdict_of(config, where)[1]


@contextmanager
def opened(config):
    store = Store.open(config.store.path, config.store.archive)
    yield store
    store.close()


def test_a_recheck_knows_title_and_date(newsroom, once, tmp_path):
    config = kit.configured(
        tmp_path, [kit.source(newsroom.print_("/feed", press.feed(stories(newsroom, 1))))]
    )

    once(config)

    (row,) = kit.query(config, "SELECT title, published_at FROM frontier WHERE purpose = 'recheck'")
    assert row == {
        "title": press.title_of("story-1-of-the-film-crew"),
        "published_at": "2026-11-20T08:00:00Z",
    }


def test_a_permanent_redirect_is_remembered_and_asked_directly(newsroom, once, tmp_path):
    target = newsroom.print_("/new-feed", press.feed(stories(newsroom, 1)))
    config = kit.configured(tmp_path, [kit.source(f"{newsroom.origin()}/moved?{target}")])

    once(config)
    once(config, all_sources=True)
    once(
        config, all_sources=True
    )  # validators stay with the address that gave them: it is asked for them first

    state = state_of(config)
    assert (state["state"], state["moved_to"]) == ("moved", target)
    assert target in str(state["reason"])
    assert [
        each.path for each in newsroom.asked("/") if "new-feed" in each.path and "moved" in each.path
    ] == [f"/moved?{target}"]
    assert newsroom.asked("/new-feed")[-1].is_conditional


def test_a_gap_is_told_and_the_sitemap_asked(newsroom, once, tmp_path, caplog):
    newsroom.print_("/feed", press.feed(stories(newsroom, *range(6))))
    newsroom.print_("/map.xml", press.sitemap(stories(newsroom, *range(6))))
    sources = [
        kit.source(newsroom.origin() + "/feed"),
        kit.source(newsroom.origin() + "/map.xml", "sitemap", id="map"),
    ]
    config = kit.configured(tmp_path, sources)
    once(config)
    newsroom.print_("/feed", press.feed(stories(newsroom, *range(20, 26))))
    newsroom.print_("/map.xml", press.sitemap(stories(newsroom, *range(26))))
    with opened(config) as store:
        store._conn.execute("UPDATE sources SET next_due_at = checked_at WHERE id = 'paper'")
        store._conn.commit()

    once(config)
    once(config)

    assert "something was missed; map fills it" in kit.verdict_of(config, newsroom.origin() + "/feed")[1]
    assert state_of(config)["gap_at"]
    assert stored(config) == set(stories(newsroom, *range(26)))
    assert [message for message in caplog.messages if message.startswith("source.gap")]


def test_a_feed_that_became_a_web_page_is_failing_with_its_reason_and_told_once(
    newsroom, once, tmp_path, caplog
):
    caplog.set_level("INFO", logger="crawler")
    newsroom.print_("/feed", press.feed(stories(newsroom, 1)))
    config = kit.configured(tmp_path, [kit.source(newsroom.origin() + "/feed")])
    once(config)
    newsroom.print_("/feed", b"<!doctype html><html><body>New site!</body></html>", "text/html")

    once(config, all_sources=True)
    once(config, all_sources=True)

    state = state_of(config)
    assert state["state"] == "failing"
    assert "web page instead of a feed" in str(state["reason"])
    told = [message for message in caplog.messages if message.startswith("source.state")]
    assert len(told) == 1
    newsroom.print_("/feed", press.feed(stories(newsroom, 1)))
    once(config, all_sources=True)
    assert state_of(config)["state"] == "ok"


@pytest.mark.parametrize("rules", ["User-agent: *\nDisallow: /feed\n", "403"])
def test_a_source_that_closes_is_blocked(newsroom, once, tmp_path, rules):
    path = "/status/403" if rules == "403" else "/feed"
    if rules != "403":
        newsroom.robots[newsroom.host()] = rules
    config = kit.configured(tmp_path, [kit.source(newsroom.origin() + path)])

    once(config)

    assert state_of(config)["state"] == "blocked"


def test_a_redesign_that_empties_the_pages_is_noticed_once(newsroom, once, tmp_path, caplog):
    good = [f"{newsroom.origin()}/article/good-story-number-{number}" for number in range(12)]
    newsroom.print_("/feed", press.feed(good))
    config = kit.configured(tmp_path, [kit.source(newsroom.origin() + "/feed")])
    once(config)
    bad = []
    for number in range(8):
        body = press.article("the-same", newsroom.origin() + f"/broken/{number}")
        bad.append(newsroom.print_(f"/broken/{number}", body, "text/html"))
    newsroom.print_("/feed", press.feed([*bad, *good[:3]]))

    once(config, all_sources=True)
    once(config, all_sources=True)

    assert state_of(config)["state"] == "drifting"
    assert "redesign" in str(state_of(config)["reason"])
    assert len([each for each in caplog.messages if each.startswith("source.template_drift")]) == 1
    suspects = kit.query(config, "SELECT url FROM visits WHERE reason LIKE '%Suspect:%'")
    assert 1 <= len(suspects) <= 3
