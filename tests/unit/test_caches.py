from __future__ import annotations

from crawler.caches import ByteCache


def test_what_was_not_used_for_longest_is_forgotten_when_there_is_no_room():
    cache = ByteCache[str, int](10)
    cache.put("a", 1, 4)
    cache.put("b", 2, 4)
    assert cache.get("a") == 1
    cache.put("c", 3, 4)

    assert [cache.get(key) for key in "abc"] == [1, None, 3]
    assert cache.held == 8


def test_a_value_that_fits_nowhere_is_not_remembered():
    cache = ByteCache[str, int](10)
    cache.put("a", 1, 4)
    cache.put("b", 2, 11)

    assert cache.get("b") is None
    assert cache.held == 0
    assert len(cache) == 0


def test_a_new_value_takes_the_place_of_the_old_one():
    cache = ByteCache[str, int](10)
    cache.put("a", 1, 9)
    cache.put("a", 2, 3)

    assert cache.get("a") == 2
    assert cache.held == 3
