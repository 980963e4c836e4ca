from __future__ import annotations

import gzip

import pytest

from crawler.middlewares.limits import gunzipped

PAGE = b"<p>The crew filmed a scene in orbit.</p>" * 500
PACKED = gzip.compress(PAGE)
DAMAGED = PACKED[:-8] + bytes(8)


def test_one_whole_member_is_unpacked():
    assert gunzipped(PACKED, len(PAGE)) == PAGE


@pytest.mark.parametrize(
    "packed",
    [
        pytest.param(PACKED[:-9], id="cut off"),
        pytest.param(PACKED + PACKED, id="two members"),
        pytest.param(PACKED + b"\n", id="something behind it"),
        pytest.param(DAMAGED, id="a checksum that is wrong"),
        pytest.param(PAGE, id="not packed at all"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_other_bytes_are_left_to_scrapy(packed):
    assert gunzipped(packed, 10 * len(PAGE)) is None


def test_more_than_may_come_out_is_left_to_scrapy():
    assert gunzipped(PACKED, len(PAGE) - 1) is None
