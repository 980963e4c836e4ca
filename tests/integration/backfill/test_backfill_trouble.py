"""A backfill of files that mean harm, and calls that are killed, stopped, or two at once."""

from __future__ import annotations

import signal
import sys
from collections import Counter
from contextlib import closing

import kit
import pytest
import zstandard
from backfilling import call, counted, start
from films import FILM, film, gardens, url_of
from warcs import DAY, answer, bomb, lying, packed, page, record, spoilt

from crawler.config import Config
from crawler.errors import SpacereelError
from crawler.warc.batch import MOST_TROUBLES, FileAppender
from crawler.warc.window import WINDOW_RECORDS, ReadUpTo
from db.backfills import WarcPlace
from db.model import Outcome
from db.store import Store

#: the command, which tells its peak of memory in MB at the end
MEASURED = """
from crawler.cli import main
main(standalone_mode=False)
(peak,) = [line for line in open("/proc/self/status") if line.startswith("VmHWM:")]
print("peak", int(peak.split()[1]) // 1024)
"""


#: a call that is killed when so many pages are appended
KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from crawler.warc.backfill import backfill
from crawler.catalogue import load_beats
from crawler.config import load_config
from db.store import Store

def tell(tally):
    if tally.pages.total() >= int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)

config = load_config(Path(sys.argv[1]))
store = Store.open(config.store.path, config.store.archive)
asyncio.run(backfill(config, load_beats(config.beats.paths, 1800), store, [Path(sys.argv[2])], tell))
"""


#: the command, which gets Ctrl-C when so many pages are appended
INTERRUPTED = """
import os, signal, sys
from contextlib import contextmanager
from crawler.cli import main
from crawler.commands import backfill

def tell(tally):
    if tally.pages.total() >= most:
        os.kill(os.getpid(), signal.SIGINT)

@contextmanager
def watched(*_):
    yield tell

most = int(sys.argv.pop())
backfill.warc_bar = watched
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell has it ignored by what runs in its background
main()
"""


def hostile() -> list[bytes]:
    """Records that mean harm or met some."""
    packed_nothing = zstandard.ZstdCompressor().compress(bytes(400_000_000))
    return [
        page(url_of("large"), bytes(2_000_000)),
        record(url_of("bomb"), answer(packed_nothing, head=b"Content-Encoding: zstd\r\n")),
        record(url_of("flood"), answer(b"x", head=b"X: y\r\n" * 200_000)),
        page("ftp://paper.example/a", film("ftp")),
        page("http://me@paper.example/a", film("user")),
        page("http://paper.example/" + "a" * 3000, film("long")),
        page(url_of("cut"), film("cut"), WARC_Truncated="length"),
        page(url_of("undated"), film("undated"), at="soon"),
        lying(page(url_of("lying"), film("lying")), 10**12),
        page(url_of("empty"), b""),
        page(url_of("noise"), bytes(range(256)) * 100),
        page(url_of("deep"), b"<div>" * 100_000 + FILM.encode()),
    ]


def test_a_hostile_file_costs_rows_with_reasons_and_little_memory(config, tmp_path):
    path = tmp_path / "hostile.warc.gz"
    members = [packed([each]) for each in hostile()]
    members.insert(3, spoilt(packed([page(url_of("spoilt"), film("spoilt"))]), -6))
    members.insert(5, b"\x1f\x8b\x08\x00rubbish" * 20)
    members.insert(7, bomb(page(url_of("endless"), b"")[:-4], 400))
    whole = packed([page(url_of("one"), film("one"))])
    path.write_bytes(whole + b"".join(members) + packed([page(url_of("two"), film("two"))]) + whole[:-40])

    running = start(sys.executable, "-c", MEASURED, "backfill", "--config", config.path, path)
    said, complained = running.communicate(timeout=120)

    assert (running.returncode, complained) == (0, "")
    assert [row["url"] for row in kit.query(config, "SELECT url FROM articles ORDER BY id")] == [
        url_of("one"),
        url_of("two"),
    ]
    rows = kit.query(
        config, "SELECT url, verdict, reason FROM visits WHERE verdict NOT IN ('new', 'off_topic')"
    )
    verdicts = {row["url"].rpartition("/")[2]: row["verdict"] for row in rows}
    assert {slug: verdicts.get(slug) for slug in ("large", "bomb", "flood", "cut", "undated")} == {
        "large": "too_large", "bomb": "too_large", "flood": "too_large", "cut": "too_large", "undated": "failed",
    }  # fmt: skip
    assert Counter(row["verdict"] for row in rows)["blocked"] == 3
    assert sum("the record is damaged" in row["reason"].lower() for row in rows) == 5
    assert int(said.split("peak")[1]) < 300
    pages = kit.query(config, "SELECT sum(value) AS n FROM runs, json_each(verdicts)")[0]["n"]
    assert f"{pages} pages: 2 new" in said and "could not be had" in said
    kit.assert_sound(config)


def test_troubles_without_end_leave_only_so_many_rows(config, write, fill):
    (tally,) = fill(
        write([page(f"ftp://paper.example/{number}", b"<p>a") for number in range(MOST_TROUBLES + 60)])
    )

    assert tally.pages == {Outcome.BLOCKED: MOST_TROUBLES + 60}
    assert kit.count(config, "visits") == MOST_TROUBLES
    assert counted(config) == {"blocked": MOST_TROUBLES + 60}


def many(count: int) -> list[bytes]:
    """A file of more than one batch, a film in every fifty pages."""
    return [
        page(url_of(f"film-{number}"), film(f"film-{number}")) if number % 50 == 25 else gardens(1, number)[0]
        for number in range(count)
    ]


def begun(config: Config) -> bool:
    """Whether a backfill has remembered a place, and not yet the end."""
    return kit.count(config, "replays WHERE rules LIKE '% offset' AND position > 0") > 0


def test_a_killed_call_goes_on_where_it_was(config, write):
    path = write(many(WINDOW_RECORDS * 3 + 10))
    killed = start(sys.executable, "-c", KILLED, config.path, path, WINDOW_RECORDS)
    killed.communicate(timeout=60)
    assert killed.returncode == -signal.SIGKILL
    assert counted(config).total() == WINDOW_RECORDS

    result = call(config, path)

    assert result.exit_code == 0 and f"{WINDOW_RECORDS * 2 + 10} pages" in result.output
    assert counted(config) == {"new": 12, "off_topic": WINDOW_RECORDS * 3 - 2}
    assert kit.count(config, "visits") == kit.count(config, "articles") == 12
    kit.assert_sound(config)


def test_ctrl_c_ends_in_order(config, write):
    path = write(
        [*gardens(WINDOW_RECORDS), *[page(url_of(f"film-{n}"), film(f"film-{n}")) for n in range(80)]]
    )
    running = start(
        sys.executable, "-c", INTERRUPTED, "backfill", "--config", config.path, path, WINDOW_RECORDS
    )

    said, complained = running.communicate(timeout=60)

    assert (running.returncode, said, complained.strip()) == (130, "", "")
    assert counted(config) == {"off_topic": WINDOW_RECORDS}
    assert kit.count(config, "runs WHERE finished_at IS NULL") == 0


def test_two_calls_on_one_file_do_not_count_its_pages_twice(config):
    with closing(Store.open(config.store.path, config.store.archive)) as store:
        run = store.start_run("backfill", DAY)
        first, second = (
            FileAppender(run, store.warc_place("key"), "key", "news.warc.gz", "mention") for _ in range(2)
        )
        first.append(store, [], ReadUpTo(place=WarcPlace(offset=10)))

        with pytest.raises(SpacereelError, match=r"another backfill is reading news\.warc\.gz"):
            second.append(store, [], ReadUpTo(place=WarcPlace(offset=10)))

        assert store.warc_place("key") == (WarcPlace(offset=10), 0)


def test_a_file_that_is_none_is_a_sentence_and_nothing_is_begun(config, write, tmp_path):
    page_file = tmp_path / "page.html"
    page_file.write_text("<p>Hello.")

    result = call(config, write([page(url_of("one"), film("one"))]), page_file)

    assert result.exit_code == 1
    assert result.stderr == "Error: page.html is not a WARC file that can be read: it is something else.\n"
    assert not config.store.path.exists()
