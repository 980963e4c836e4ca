"""The other rows of the firehose: many beats, files, replays, appends, polls, `status`, and a daemon that has nothing to do."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "newsroom"))
import bench_record
import kit
from bench_backfill import warc_of
from daemons import Started
from firehose_sheets import NOW, Sheet, told_of
from memory import family, memory_mb

from crawler.config import SHIPPED_BEAT
from crawler.relevance.topic import Topic, parse_topic
from db.model import Likeness
from db.store import Store

#: processor seconds of a command and of all that it starts
Cost = Callable[[Sequence[str | Path]], float]
DOOR = Path(sys.executable).with_name("spacereel")
#: of the pages of a file one in so many is on topic
_RELEVANT = 100
_FILM = "Tom Cruise will shoot a feature film on the International Space Station. "
#: the Python of an environment in which news-please is installed; trafilatura in a loop stands in for it
PEER = os.environ.get("SPACEREEL_NEWSPLEASE", "")
_PEER = """
import sys
from pathlib import Path
from newsplease import NewsPlease
for path in sorted(Path(sys.argv[1]).iterdir()):
    try:
        NewsPlease.from_html(path.read_text("utf-8", "replace"), url="https://news.example/a", fetch_images=False)
    except Exception:
        pass
"""
#: reading alone: the archive's pages one after the other, by the same rules, nothing kept
_READ = """
import sys
from pathlib import Path
from crawler.catalogue import configured_beats
from crawler.config import load_config
from crawler.ingest.reading import read_page
from db.store import Store
config = load_config(Path(sys.argv[1]))
topics = tuple(beat.topic for beat in configured_beats(config))
store, at = Store.open(config.store.path, config.store.archive), 0
while batch := store.captures(at, 32):
    for at, page in batch:
        if page.status == 200:
            read_page(page, store.candidate_of(page.url), topics)
"""


def many_beats(sheets: Sequence[Sheet], topic: Topic) -> None:
    """Reading a page, with its gate, for one beat and for many; in this process, nothing fetched."""
    one = _reading_ms(sheets, [topic])
    print(f"1 beat         {one:6.2f} ms a page, gated")
    for name, topics in (
        ("500 tiny beats", [tiny(number, topic) for number in range(500)]),
        ("50 shipped", [renamed(topic, number) for number in range(50)]),
    ):
        ms = _reading_ms(sheets, topics)
        print(f"{name:14} {ms:6.2f} ms a page, gated: {ms / one:5.2f}x one beat; {_resident_mb():.0f} MB")


def tiny(number: int, topic: Topic) -> Topic:
    """A beat of two concepts: two words of the shipped one each, and a name nobody has."""
    words = [term.source for concept in topic.concepts for _, term in concept.terms if term.source.isalpha()]
    table = {
        "relevant": 1.0,
        "mention": 0.5,
        "concepts": {
            "who": {"any": [f"qqz{number}", words[number % len(words)]]},
            "what": {"any": [words[(7 * number + 3) % len(words)], f"zqz{number}"]},
        },
        "rule": [{"name": "both", "points": 1.0, "sentence": ["who", "what"]}],
    }
    return parse_topic(table, f"tiny-{number}")


def renamed(topic: Topic, number: int) -> Topic:
    """The shipped topic as another beat's, with a term of its own."""
    table = tomllib.loads(SHIPPED_BEAT.read_text(encoding="utf-8"))["topic"]
    name = next(iter(table["concepts"]))
    table["concepts"][name].setdefault("any", []).append(f"qqz{number}")
    return parse_topic(table, f"{topic.beat_id}-{number}")


def _reading_ms(sheets: Sequence[Sheet], topics: Sequence[Topic]) -> float:
    told_of(sheets[0], topics, is_gated=True)  # automata and models are made once per process
    began = time.process_time()
    for sheet in sheets:
        told_of(sheet, topics, is_gated=True)
    return (time.process_time() - began) * 1000 / len(sheets)


def _resident_mb() -> float:
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def backfill(folder: Path, sheets: Sequence[Sheet], cost: Cost, rounds: int, loop: Path) -> None:
    """A file of pages of which one in a hundred is on topic, against news-please's `from_html` over a tenth of them.

    What each takes to start, with one page, is taken off.
    """
    pages = [
        (
            sheet.url or f"https://news-{at % 20}.example/2026/01/01/story-{at}",
            sheet.body.replace(b"<p>", f"<p>{_FILM}".encode()) if at % _RELEVANT == 0 else sheet.body,
        )
        for at, sheet in enumerate(sheets)
    ]
    (folder / "peer.py").write_text(_PEER)
    few = [sheet.body for sheet in sheets[::10]]
    pairs = []
    for number in range(rounds):
        costs = []
        for name, part, bodies in (("one", pages[:1], few[:1]), ("all", pages, few)):
            theirs = folder / f"{name}-{number}"
            theirs.mkdir()
            for at, body in enumerate(bodies):
                (theirs / f"{at:05}").write_bytes(body)
            peer = [PEER, folder / "peer.py", theirs] if PEER else [sys.executable, loop, theirs]
            costs.append((cost(peer), _backfilled(folder / f"backfill-{name}-{number}", part, cost)))
        (one, own_one), (every, own) = costs
        pairs.append(((every - one) / (len(few) - 1), (own - own_one) / (len(pages) - 1)))
    other, own = (median(side) * 1000 for side in zip(*pairs, strict=True))
    name = "news-please" if PEER else "trafilatura"
    ratio = median(other / own for other, own in pairs)
    print(f"backfill       ours {own:6.1f} ms a page, {name} {other:6.1f}: {ratio:5.1f}x faster", flush=True)


def _backfilled(folder: Path, pages: list[tuple[str, bytes]], cost: Cost) -> float:
    folder.mkdir()
    config = kit.configured(folder, [kit.source("https://wire.example/rss")], "mention", max_bytes="10MB")
    settings = config.path or Path()
    settings.write_text(settings.read_text().replace("workers = 1", "workers = 0"))
    (folder / "pages.warc.gz").write_bytes(warc_of(pages))
    return cost([DOOR, "backfill", "--config", settings, folder / "pages.warc.gz"])


def replay(config_path: Path, count: int, cost: Cost, rounds: int) -> None:
    """Reading what a crawl has archived again, against reading it and nothing else, in one process."""
    script = config_path.with_name("read.py")
    script.write_text(_READ)
    pairs = []
    for _ in range(rounds):
        alone = cost([sys.executable, script, config_path])
        pairs.append((alone, cost([DOOR, "replay", "--config", config_path])))
    other, own = (median(side) * 1000 / count for side in zip(*pairs, strict=True))
    ratio = median(own / other for other, own in pairs)
    print(f"replay         ours {own:6.1f} ms a page, reading alone {other:6.1f}: {ratio:5.2f}x", flush=True)


def status(config_path: Path, cost: Cost) -> None:
    """The command from its start to its end."""
    spent = median(cost([DOOR, "status", "--config", config_path]) for _ in range(5))
    print(f"status         {spent:6.2f} s", flush=True)


def append(folder: Path, articles: int) -> None:
    """An article with its judgement, visit, bands and search index, in a transaction of its own, beside so many others."""
    path = folder / "append.db"
    Store.open(path).close()
    bench_record.fill(path, articles)
    store = Store.open(path)
    samples = [bench_record.sample(store, number) for number in range(300)]
    store.enqueue([capture.candidate for capture, _, _ in samples], NOW)
    spans = []
    for capture, fingerprint, record in samples:
        begun = time.process_time()
        store.append(capture, Likeness(kind="new"), record, None, keeps=True, fingerprint=fingerprint)
        spans.append((time.process_time() - begun) * 1000)
    store.close()
    print(f"append         {median(spans):6.2f} ms an article of 600 words beside {articles}", flush=True)


def polls(sources: int, seconds: float) -> None:
    """What `bench_sources.py` says: the second line is of polls of which nine in ten bring nothing."""
    script = Path(__file__).with_name("bench_sources.py")
    told = subprocess.run(
        [sys.executable, script, "--sources", str(sources), "--seconds", str(seconds)],
        capture_output=True,
        text=True,
        check=True,
    )
    print("".join(f"poll           {line}\n" for line in told.stdout.splitlines()), end="", flush=True)


def idle(seconds: float = 8.0) -> None:
    """A daemon with the shipped beat's rules and one source that is not due."""
    with tempfile.TemporaryDirectory() as name:
        source = kit.source("http://127.9.9.9:9/feed", every="1d")
        config = kit.configured(Path(name), [source])
        settings = config.path or Path()
        settings.write_text(settings.read_text().replace('tick = "200ms"', 'tick = "60s"'))
        daemon = Started(config)
        try:
            time.sleep(seconds)
            pids = family(daemon.process.pid)
            sizes = ", ".join(f"{memory_mb([pid], 'Rss'):.0f}" for pid in pids)
            print(
                f"idle daemon    {memory_mb(pids, 'Pss'):6.0f} MB in {len(pids)} processes, resident {sizes} MB",
                flush=True,
            )
        finally:
            daemon.end()
