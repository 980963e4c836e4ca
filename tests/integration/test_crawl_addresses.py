"""Addresses on their way from a source to the record: as published, as asked for, as remembered."""

from __future__ import annotations

import kit
import press


def crawled(newsroom, once, tmp_path, *paths: str):
    feed = newsroom.print_("/feed", press.feed([newsroom.origin() + path for path in paths]))
    config = kit.configured(tmp_path, [kit.source(feed)])
    once(config)
    return config


def test_parameters_are_asked_for_in_the_order_of_the_site_and_remembered_in_ours(newsroom, once, tmp_path):
    config = crawled(newsroom, once, tmp_path, "/article/a?view=1&id=7")

    assert [each.path for each in newsroom.asked("/article")] == ["/article/a?view=1&id=7"]
    (row,) = kit.query(config, "SELECT url FROM visits WHERE purpose = 'new'")
    assert str(row["url"]).endswith("/article/a?id=7&view=1")


def test_a_rule_about_the_published_address_is_obeyed(newsroom, once, tmp_path):
    newsroom.robots[newsroom.host(0)] = "User-agent: *\nDisallow: /article/a?view=print&\n"
    config = crawled(newsroom, once, tmp_path, "/article/a?view=print&id=7", "/article/b")

    assert [each.path for each in newsroom.asked("/article")] == ["/article/b"]
    denied = kit.query(config, "SELECT count(*) AS n FROM visits WHERE verdict = 'robots_denied'")
    assert denied == [{"n": 1}]
