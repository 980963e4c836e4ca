from __future__ import annotations

import gc
import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import crawler
import db
from crawler.memory import ByteCache, give_back_freed, status_bytes, uncollected


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


@pytest.mark.skipif(not status_bytes("VmRSS"), reason="the kernel does not tell what a process has")
def test_memory_that_was_freed_between_what_stays_goes_back_to_the_system():
    rows = [bytes(700) for _ in range(60_000)]
    kept = rows[::100]
    del rows
    before = status_bytes("VmRSS")

    give_back_freed()

    assert len(kept) == 600
    assert status_bytes("VmRSS") < before - 20_000_000


#: caches whose questions are our own: beats of the configuration, words of a beat's rules, its examples, kinds of terms
OURS = {
    "crawler.publish.wording.wording.wording_of",
    "crawler.relevance.topic.restored",
    "crawler.relevance.spelling._pattern",
    "crawler.relevance.gate._gate",
    "crawler.relevance.phrases._steps",
    "crawler.relevance.judge._judges",
    "crawler.relevance.explain._explainer",
    "crawler.drafting.derive._spoken",
    "crawler.drafting.words.draft_words",
    "crawler.drafting.words.terms_in",
    "crawler.relevance.terms.read_term",
    "crawler.ingest.rulesets.ruleset_of",
    "crawler.dedupe.happenings._begun",
    "crawler.dedupe.profile._weight",
    "crawler.frontier.hosts.user_agent",
    "crawler.extract.page.regions._by",
    "crawler.extract.metadata.names._words",
    "crawler.extract.text.phrases._patterns",
    "crawler.extract.text.phrases._suspects",
    "crawler.extract.metadata.labels._general",
    "crawler.extract.text.arbiter.weights",
    "crawler.extract.text.phrases.words",
    "crawler.lang.required.required",
    "crawler.extract.text.quality._titles",
    "crawler.extract.text.related._label",
    "crawler.lang._read",
    "crawler.lang.table",
    "crawler.lang.patterns",
    "crawler.lang.word_set",
}


def modules() -> Iterator[ModuleType]:
    for package in (crawler, db):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "templates" not in found.name:
                yield importlib.import_module(found.name)


def test_every_cache_has_a_bound_in_bytes():
    """A cache that strangers fill has one; a cache without it is asked nothing, or asks about what is ours."""
    without, most = set(), 0
    for module in modules():
        for name, each in vars(module).items():
            if getattr(each, "__module__", None) != module.__name__ and not isinstance(each, ByteCache):
                continue
            if isinstance(each, ByteCache):
                most = max(most, each.most)
            elif hasattr(each, "most_letters"):  # what `remembers` made
                most = max(most, each.most_letters)
            elif hasattr(each, "cache_parameters") and inspect.signature(each).parameters:
                without.add(f"{module.__name__}.{name}")

    assert without <= OURS
    assert 0 < most <= 32_000_000


def test_no_cache_is_written_by_hand():
    """`functools` and `crawler.memory` are the only ones who remember."""
    found = [
        str(path)
        for room in (crawler, db)
        for path in Path(room.__path__[0]).rglob("*.py")
        if re.search(r"\bOrderedDict\b|popitem\(", path.read_text("utf-8")) and path.name != "memory.py"
    ]

    assert not found


@pytest.mark.parametrize("was_enabled", [True, False])
def test_after_a_block_that_is_not_collected_garbage_is_looked_for_as_before(was_enabled: bool):
    try:
        gc.enable() if was_enabled else gc.disable()
        with pytest.raises(MemoryError), uncollected():
            assert not gc.isenabled()
            raise MemoryError
        assert gc.isenabled() is was_enabled
    finally:
        gc.enable()


def test_what_a_process_loads_after_its_start_is_kept_apart_too():
    program = """
import gc
from crawler.commands.verbs import _all_is_imported
from crawler.memory import freeze_loaded
gc.disable()
_all_is_imported()
started = gc.get_freeze_count()
later = [[] for _ in range(1000)]
freeze_loaded()
assert gc.isenabled() and gc.get_freeze_count() >= started + 1000
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
