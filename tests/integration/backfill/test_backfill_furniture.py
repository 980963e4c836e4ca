"""A file has a site's pages of many days: what the site prints on all of them in one of its seasons is no edit of any."""

from __future__ import annotations

from datetime import timedelta

import kit
import pytest
from films import film, url_of
from warcs import DAY, page

SLUGS = [f"film-{number}" for number in range(8)]
SEASONS = {
    "a line below the text": ("<p>Join the harbour circle and hear from our desk every Friday</p></article>", "</article>"),
    "a sentence below the text": ("<p>Our newsroom on the quay is paid for by people who read it, and you can become one of them.</p></article>", "</article>"),
    "two lines": ("<p>Pictures by the studio in Mill Lane for this paper</p><p>Voting is open: which café has the best view?</p></article>", "</article>"),
}  # fmt: skip


def printed(slug: str, season: int, furniture: tuple[str, str], edition: int = 1) -> bytes:
    """An article with what the site puts below all of them in a season: nothing in the first, then other words each time."""
    if not season:
        return film(slug, edition)
    markup, place = furniture
    markup = markup.replace("the ", "the " + ("new ", "old ", "great ")[season % 3])
    body = film(slug, edition)
    assert place.encode() in body
    return body.replace(place.encode(), markup.encode(), 1)


def files_of(write, furniture, edited=None):
    """A file per season, and all in one."""
    records = [
        [
            page(
                url_of(slug),
                printed(slug, season, furniture, edition=2 if slug == edited and season > 1 else 1),
                at=DAY + timedelta(days=season),
            )
            for slug in SLUGS
        ]
        for season in range(4)
    ]
    one_each = [write(part, f"season-{number}.warc.gz") for number, part in enumerate(records)]
    return {"one each": one_each, "one": [write([each for part in records for each in part], "all.warc.gz")]}


@pytest.mark.parametrize("how", ["one each", "one"])
@pytest.mark.parametrize("furniture", SEASONS.values(), ids=SEASONS)
def test_the_furniture_of_a_season_brings_no_version(config, write, fill, furniture, how):
    fill(*files_of(write, furniture)[how])

    assert kit.query(config, "SELECT count(DISTINCT canonical_url) AS n FROM articles") == [{"n": len(SLUGS)}]
    assert kit.query(config, "SELECT url, kinds FROM article_changes") == []


@pytest.mark.parametrize("how", ["one each", "one"])
@pytest.mark.parametrize("furniture", SEASONS.values(), ids=SEASONS)
def test_an_edit_beside_the_furniture_of_a_season_is_told(config, write, fill, furniture, how):
    fill(*files_of(write, furniture, edited=SLUGS[3])[how])

    changes = kit.query(config, "SELECT url, kinds FROM article_changes")
    assert [(row["url"], row["kinds"]) for row in changes] == [(url_of(SLUGS[3]), "edited")]
