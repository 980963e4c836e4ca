"""`why` tells which paragraphs of a page stand beside its text, so that a reader sees what was not taken."""

from __future__ import annotations

import json
from contextlib import closing

import kit
import press
import pytest
from click.testing import CliRunner

from crawler.cli import main
from db.model import Page
from db.store import Store

URL = "http://paper.example/otter"
BESIDE = "Our shop sells towels, mugs and calendars of otters, and ships them everywhere within three days of the order."


@pytest.fixture
def config(tmp_path, now):
    """A record with one article, read from a page that also sells towels."""
    config = kit.configured(tmp_path, [kit.source("https://wire.example/rss")])
    body = press.article("otter", URL).decode()
    page = Page(
        url=URL,
        final_url=URL,
        status=200,
        headers=(),
        body=body.replace("</body>", f"<aside class='shop'><p>{BESIDE}</p></aside></body>").encode(),
        fetched_at=now,
    )
    with closing(Store.open(config.store.path, config.store.archive)) as store:
        store.keep_page(page)
    assert CliRunner().invoke(main, ["replay", "--config", str(config.path)]).exit_code == 0
    return config


def why(config, *words):
    done = CliRunner().invoke(main, ["why", URL, "--config", str(config.path), *words])
    assert done.exit_code == 0, done.output
    return done.output


def test_a_paragraph_beside_the_text_is_told_with_its_chance(config):
    (article,) = kit.query(config, "SELECT text FROM articles")
    assert BESIDE not in article["text"]

    told = why(config)
    (beside,) = json.loads(why(config, "--json"))["beside"]

    assert "On the page, beside the text" in told and BESIDE[:40] in told
    chance, because, text = beside
    assert text == BESIDE and chance.endswith(" %") and because


def test_without_the_archive_it_tells_the_rest(config):
    config.store.archive.unlink()

    told = why(config)

    assert "It is in the record." in told and "beside the text" not in told
