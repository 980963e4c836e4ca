"""`Z` beside the same wall clock with an offset: in every pair of places, several zones and spellings."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import permutations, product

import pytest
from metadata_reading import json_ld, metadata_of

H1 = "<h1>A camera in orbit is switched on</h1>"
PLACES = ("og", "json-ld", "time", "itemprop")
#: a morning, and clocks that other zones have on another day
CLOCKS = ("2024-04-28T08:52:55", "2024-04-28T23:41:07", "2024-04-28T00:17:31")
ZONES = ("+02:00", "-05:00", "+05:30", "+09:00")
ZULU = ("Z", ".000Z", "+00:00", "+0000")


def written(places: dict[str, str]) -> tuple[str, str]:
    """Head and body of a page that states a date in some places."""
    head, body = "", H1
    for place, stamp in places.items():
        if place == "og":
            head += f'<meta property="article:published_time" content="{stamp}">'
        elif place == "json-ld":
            inner = f'"@type":"NewsArticle","headline":"A camera in orbit is switched on","datePublished":"{stamp}"'
            head += json_ld("{" + inner + "}")
        elif place == "time":
            body += f'<time datetime="{stamp}"></time>'
        else:
            body += f'<meta itemprop="datePublished" content="{stamp}">'
    return head, body


def shown(clock: datetime) -> str:
    """The day and the hour as people read them."""
    return f"<p class='date'>{clock:%d.%m.%Y}, {clock:%H:%M} Uhr</p>"


def offset_of(zone: str) -> timedelta:
    sign = -1 if zone[0] == "-" else 1
    return sign * timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6]))


def instant(places: dict[str, str], visible: str = "") -> datetime | None:
    head, body = written(places)
    read = metadata_of(head, body + visible, lang="de")
    return read.published_at.replace(tzinfo=None) if read.published_at else None


@pytest.mark.parametrize(("clock", "zone"), [*product(CLOCKS, ZONES)])
@pytest.mark.parametrize(("first", "second"), [*permutations(PLACES, 2)])
@pytest.mark.parametrize("zulu", ZULU)
def test_the_offset_is_believed_unless_people_see_another_clock(first, second, clock, zone, zulu):
    places = {first: clock + zulu, second: clock + zone}
    wall = datetime.fromisoformat(clock)

    assert instant(places) == wall - offset_of(zone), "nobody else says anything"
    assert instant(places, shown(wall)) == wall - offset_of(zone), "people see the site's clock"
    assert instant(places, shown(wall + offset_of(zone))) == wall, "people see another clock"
