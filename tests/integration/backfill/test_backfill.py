"""Backfill: pages of WARC files meet the record; nothing is fetched, and nothing newer gives way."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import kit
import press
import pytest
import zstandard
from click.testing import CliRunner, Result
from daemons import Started, until
from warcs import DAY, answer, bomb, lying, packed, page, record, spoilt

from crawler.catalogue import load_beats
from crawler.cli import main
from crawler.config import Config
from crawler.errors import SpacereelError
from crawler.warc.backfill import backfill, in_order
from crawler.warc.batch import MOST_TROUBLES, FileAppender
from crawler.warc.window import BATCH, FileTally, ReadUpTo
from db.backfills import Place
from db.model import Outcome
from db.store import Store

SPACEREEL = Path(sys.executable).parent / "spacereel"
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
FILM = "Tom Cruise will shoot a feature film on the International Space Station"


def url_of(slug: str) -> str:
    return f"https://paper.example/2021/{slug}"


def film(slug: str, edition: int = 1) -> bytes:
    """A page that belongs to the shipped beat."""
    body = press.article(slug, url_of(slug), edition).decode()
    body = body.replace("<h1>", f"<h1>{FILM}: ").replace("2026-11-20T08:00", "2021-10-05T08:00")
    return body.replace("<p>", f"<p>{FILM}, the studio said on day {slug}. ", 1).encode()


def gardening(slug: str) -> bytes:
    """A page whose words rule the beat out."""
    return press.article(f"gardening-{slug}", url_of(f"gardening-{slug}"))


def gardens(count: int, first: int = 0) -> list[bytes]:
    """Records of pages that the gate stops."""
    numbers = range(first, first + count)
    return [page(url_of(f"gardening-{number}"), gardening(str(number))) for number in numbers]


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return kit.configured(tmp_path, [kit.source("https://wire.example/rss")], band="mention")


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """`write(records, name)`: a .warc.gz."""

    def put(records: Sequence[bytes], name: str = "news.warc.gz") -> Path:
        path = tmp_path / name
        path.write_bytes(packed(records))
        return path

    return put


@pytest.fixture
def fill(config: Config) -> Callable[..., tuple[FileTally, ...]]:
    """`fill(path, ...)`: what one call reads."""

    def run(*paths: Path) -> tuple[FileTally, ...]:
        beats = load_beats(config.beats.paths, 1800)
        with closing(Store.open(config.store.path, config.store.archive)) as store:
            return asyncio.run(backfill(config, beats, store, in_order(paths), lambda _: None))

    return run


def call(config: Config, *paths: Path) -> Result:
    """`spacereel backfill`, in this process."""
    return CliRunner().invoke(main, ["backfill", "--config", str(config.path), *map(str, paths)])


def start(*command: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [str(each) for each in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def counted(config: Config) -> Counter[str]:
    """Verdicts of all backfill runs."""
    runs = kit.query(config, "SELECT verdicts FROM runs WHERE mode = 'backfill'")
    return sum((Counter(json.loads(row["verdicts"])) for row in runs), Counter[str]())


def versions(config: Config, slug: str) -> list[tuple[int, str]]:
    sql = "SELECT revision, fetched_at FROM articles WHERE url = ? ORDER BY revision"
    return [(row["revision"], row["fetched_at"]) for row in kit.query(config, sql, url_of(slug))]


def test_a_page_becomes_an_article_of_the_day_on_which_it_was_fetched(config, write, fill):
    records = [
        record("https://paper.example/", b"a: b", kind="warcinfo", content_type="application/warc-fields"),
        record(url_of("one"), b"GET / HTTP/1.1\r\n\r\n", kind="request"),
        page(url_of("one") + "?utm_source=mail", film("one")),
        record(url_of("gone"), answer(b"<p>Gone.", "404 Not Found")),
        *gardens(3),
    ]

    (tally,) = fill(write(records))

    (article,) = kit.query(config, "SELECT * FROM current_articles")
    assert (article["url"], article["source"], article["band"]) == (url_of("one"), "warc", "relevant")
    assert (article["fetched_at"], article["published_at"]) == (
        "2021-10-05T12:00:00Z",
        "2021-10-05T08:00:00Z",
    )
    (row,) = kit.query(config, "SELECT * FROM visits")
    assert (row["purpose"], row["verdict"], row["started_at"]) == ("backfill", "new", "2021-10-05T12:00:00Z")
    assert "From news.warc.gz, record at" in row["reason"] and row["page_sha256"] == article["page_sha256"]
    with closing(Store.open(config.store.path, config.store.archive)) as store:
        assert store.page(article["page_sha256"]).body == film("one")
        assert store.candidate_of(url_of("one")).source == "warc"
    told = CliRunner().invoke(main, ["why", "--config", str(config.path), url_of("one")]).output
    assert "From news.warc.gz, record at" in told and "Robots" not in told
    assert tally.records == 7 and tally.skipped == {"warcinfo": 1, "request": 1, "status 404": 1}
    assert counted(config) == {"new": 1, "off_topic": 3} == {each.value: n for each, n in tally.pages.items()}
    assert kit.count(config, "frontier") == 0


def test_a_second_call_adds_nothing_and_other_rules_read_again(config, write, fill):
    path = write([page(url_of("one"), film("one")), *gardens(2)])
    fill(path)
    tables = ("articles", "visits", "runs", "judgements", "aliases", "pages")
    before = {table: kit.count(config, table) for table in tables}

    (again,) = fill(path)
    moved = path.rename(path.with_name("elsewhere.warc.gz"))
    (elsewhere,) = fill(moved)

    assert again.was_done and elsewhere.was_done
    assert {table: kit.count(config, table) for table in tables} == before

    beat = config.path.with_name("beat.toml")
    beat.write_text(beat.read_text().replace("relevant = ", "relevant = 1", 1))
    (otherwise,) = fill(moved)

    assert not otherwise.was_done
    assert kit.count(config, "articles") == before["articles"]


def test_versions_stand_in_the_order_in_which_they_were_fetched(config, write, fill):
    late = write([page(url_of("one"), film("one", 2), at=DAY + timedelta(days=9))], "late.warc.gz")
    early = write([page(url_of("one"), film("one"), at=DAY)], "early.warc.gz")

    fill(late, early)

    assert versions(config, "one") == [(1, "2021-10-05T12:00:00Z"), (2, "2021-10-14T12:00:00Z")]


def test_older_content_never_takes_the_place_of_newer(config, write, fill):
    fill(write([page(url_of("one"), film("one", 2), at=DAY + timedelta(days=9))], "late.warc.gz"))
    text = kit.query(config, "SELECT text FROM current_articles")

    fill(
        write(
            [page(url_of("one"), film("one"), at=DAY), page(url_of("one"), film("one", 2), at=DAY)],
            "early.warc.gz",
        )
    )

    assert versions(config, "one") == [(1, "2021-10-14T12:00:00Z")]
    assert kit.query(config, "SELECT text FROM current_articles") == text
    rows = kit.query(config, "SELECT verdict, reason FROM visits ORDER BY id")
    assert [row["verdict"] for row in rows] == ["new", "unchanged", "unchanged"]
    assert rows[1]["reason"].startswith(
        "The page of 2021-10-05T12:00:00Z is older than, and different from, what the record has of 2021-10-14T12:00:00Z."
    )
    assert "is the same as what the record has" in rows[2]["reason"]


def test_a_page_of_a_known_article_is_read_whatever_its_words_say(config, write, fill):
    fill(write([page(url_of("one"), film("one"))]))

    fill(
        write(
            [
                page(
                    url_of("one"),
                    gardening("one").replace(b"gardening-one", b"one"),
                    at=DAY + timedelta(days=1),
                )
            ],
            "later.warc.gz",
        )
    )

    assert kit.query(config, "SELECT verdict FROM visits ORDER BY id") == [
        {"verdict": "new"},
        {"verdict": "changed"},
    ]
    assert kit.query(config, "SELECT band FROM current_articles") == [{"band": "off"}]


def test_a_young_article_is_followed_by_the_daemon_and_an_old_one_is_not(config, write, fill, now):
    yesterday = datetime.now(UTC) - timedelta(days=1)

    fill(write([page(url_of("old"), film("old")), page(url_of("young"), film("young"), at=yesterday)]))

    assert kit.query(config, "SELECT url, purpose FROM frontier") == [
        {"url": url_of("young"), "purpose": "recheck"}
    ]


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
    path = write(many(BATCH * 3 + 10))
    killed = start(sys.executable, "-c", KILLED, config.path, path, BATCH)
    killed.communicate(timeout=60)
    assert killed.returncode == -signal.SIGKILL
    assert counted(config).total() == BATCH

    result = call(config, path)

    assert result.exit_code == 0 and f"{BATCH * 2 + 10} pages" in result.output
    assert counted(config) == {"new": 12, "off_topic": BATCH * 3 - 2}
    assert kit.count(config, "visits") == kit.count(config, "articles") == 12
    kit.assert_sound(config)


def test_ctrl_c_ends_in_order(config, write):
    path = write([*gardens(BATCH), *[page(url_of(f"film-{n}"), film(f"film-{n}")) for n in range(80)]])
    running = start(sys.executable, "-c", INTERRUPTED, "backfill", "--config", config.path, path, BATCH)

    said, complained = running.communicate(timeout=60)

    assert (running.returncode, said, complained.strip()) == (130, "", "")
    assert counted(config) == {"off_topic": BATCH}
    assert kit.count(config, "runs WHERE finished_at IS NULL") == 0


def test_a_file_that_has_grown_goes_on_from_its_old_end(config, tmp_path, fill):
    records = [*gardens(80), page(url_of("one"), film("one")), page(url_of("two"), film("two"))]
    whole = packed(records)
    head = whole[: len(packed(records[:-1])) + 50]
    assert len(head) > 1 << 16, "a file is known again by its first 64 kB"
    path = tmp_path / "growing.warc.gz"
    path.write_bytes(head)
    fill(path)
    path.write_bytes(whole)

    (tally,) = fill(path)

    assert tally.records == 1 and tally.pages == {Outcome.NEW: 1}
    assert kit.query(config, "SELECT url FROM articles ORDER BY id") == [
        {"url": url_of("one")},
        {"url": url_of("two")},
    ]


def test_two_calls_on_one_file_do_not_count_its_pages_twice(config):
    with closing(Store.open(config.store.path, config.store.archive)) as store:
        run = store.start_run("backfill", DAY)
        first, second = (
            FileAppender(run, store.warc_place("key"), "key", "news.warc.gz", "mention") for _ in range(2)
        )
        first.append(store, [], ReadUpTo(place=Place(offset=10)))

        with pytest.raises(SpacereelError, match=r"another backfill is reading news\.warc\.gz"):
            second.append(store, [], ReadUpTo(place=Place(offset=10)))

        assert store.warc_place("key") == (Place(offset=10), 0)


def test_it_works_beside_the_daemon(config, write, newsroom):
    urls = [newsroom.origin(0) + f"/article/{number}" for number in range(6)]
    kit.configured(config.path.parent, [kit.source(newsroom.print_("/feed", press.feed(urls)))], band="all")
    daemon = Started(config)
    try:
        daemon.wait_for("daemon.started")
        result = call(
            config, write([page(url_of(f"film-{number}"), film(f"film-{number}")) for number in range(6)])
        )
        until(
            lambda: kit.count(config, "articles") == 12,
            15,
            lambda: (
                str(kit.query(config, "select id,url,revision from articles"))
                + daemon.log
                + repr(config.store.path)
            ),
        )
        code, _ = daemon.end()
    finally:
        daemon.process.kill()
        daemon.process.wait(10)

    assert (code, result.exit_code) == (0, 0), result.output
    assert kit.count(config, "visits WHERE verdict = 'new' AND purpose = 'backfill'") == 6
    kit.assert_sound(config)


def test_a_file_that_is_none_is_a_sentence_and_nothing_is_begun(config, write, tmp_path):
    page_file = tmp_path / "page.html"
    page_file.write_text("<p>Hello.")

    result = call(config, write([page(url_of("one"), film("one"))]), page_file)

    assert result.exit_code == 1
    assert result.stderr == "Error: page.html is not a WARC file that can be read: it is something else.\n"
    assert not config.store.path.exists()


def test_neither_scrapy_nor_a_network_library_is_loaded():
    code = "import sys, crawler.commands.backfill; print({'scrapy', 'twisted', 'aiohttp', 'httpx'} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "set()"
