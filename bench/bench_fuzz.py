"""Damaged input for every parser until the time is over: nothing but the announced errors may come out.

    python bench/bench_fuzz.py [--seconds 120] [--seed N]
    python bench/bench_fuzz.py --guided [--seconds 600] [--corpus FOLDER] [--only NAME]

Sample pages, feeds, sitemaps, robots.txt, WARC, configuration and beat files are cut,
doubled, mixed and sprinkled with bytes; each goes through the parser it is for
and, now and then, through another one. Prints executions, the longest one, and
each breach with the bytes that did it.

With `--guided`, which needs `pip install atheris`, what an input reaches in our
code decides which are bred from; each parser has a process and its share of
the time. A breach is also more than 2 s and 20 µs for each byte. `--corpus`
keeps the smallest inputs that reach everything, 4 kB each at most.
"""

# ruff: noqa: E402  # atheris has to see our imports before anybody makes them
from __future__ import annotations

import argparse
import io
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "newsroom"))
IS_GUIDED = "--target" in sys.argv
if IS_GUIDED:
    import atheris

    with atheris.instrument_imports(include=["crawler"]):
        import crawler.catalogue
        import crawler.commands.opml
        import crawler.discover.links
        import crawler.ingest.reading
        import crawler.middlewares.robots
        import crawler.warc.records  # noqa: F401  # with what it imports

import hostile
import press
import warcs

from crawler.catalogue import load_beats
from crawler.commands.opml import outlines
from crawler.config import SHIPPED_BEAT, load_config
from crawler.dedupe.urls import canonical_url, host_of, site_of
from crawler.discover.feeds import parse_feed
from crawler.discover.follow import compiled_follow
from crawler.discover.links import article_links
from crawler.discover.sitemaps import parse_sitemap
from crawler.errors import SpacereelError
from crawler.frontier.pace import retry_after_s
from crawler.ingest.reading import read_page
from crawler.lang.dates import parse_moment
from crawler.middlewares.robots import rules_of
from crawler.query.parse import parse_query
from crawler.warc.records import read_records
from db.backfills import Place
from db.model import Candidate, Page

ROOT = Path(__file__).parents[1]
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
URL = "https://paper.example/2026/11/story"
SPICE = [b"\0", b"\xff\xfe", b"\xed\xa0\x80", b"&#xD800;", b"<!--", b"]]>", b"<![CDATA[", b"\x1b[2J", b"\xe2\x80\xae",
         b"<script>", b"%00", b"99999999999999999999", b"'''", b"[[", b"\r\n", b"<" * 500, b"\xf0\x9f\x9a\x80"]  # fmt: skip


def page(body: bytes) -> None:
    told = Page(url=URL, final_url=URL, status=200, headers=(("content-type", "text/html"),), body=body, fetched_at=NOW)  # fmt: skip
    capture = read_page(told, Candidate(url=URL, source="s", found_on=URL, found_at=NOW))
    assert not (capture.problem or "").startswith("Reading failed"), capture.problem


def robots(body: bytes) -> None:
    rules = rules_of(200, body, 0.0)
    _ = rules.crawl_delay_s
    try:
        rules.check(URL)
    except SpacereelError:
        return


def follow(body: bytes) -> None:
    try:
        compiled = compiled_follow(body[:1000].decode("utf-8", "replace"))
    except ValueError:
        return
    compiled.search("https://e.org/" + "a" * 2000 + "!")


def query(body: bytes) -> None:
    parse_query(body[:4000].decode("utf-8", "replace"))


def address(body: bytes) -> None:
    text = body[:3000].decode("utf-8", "replace")
    once = canonical_url(text)
    assert once is None or canonical_url(once) == once
    host_of(text)
    site_of(text)
    retry_after_s(text, NOW)


def warc(body: bytes) -> None:
    for entry in read_records(io.BytesIO(body), "x.warc", 1_000_000, NOW, Place()):
        assert entry.place.offset <= len(body)


def config(body: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "x.toml"
        file.write_bytes(body)
        load_config(file)


def beat(body: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "x.toml"
        file.write_bytes(body)
        load_beats((file,), 1800.0)


def opml(body: bytes) -> None:
    outlines(body, "x.opml")


def moment(body: bytes) -> None:
    text = body.decode("utf-8", "replace")
    for day_first in (None, True, False):
        parse_moment(text, day_first=day_first)


RECORDS = [warcs.page(f"{URL}-{number}", press.article(str(number), URL)) for number in range(5)]
#: name -> parser, samples
PARSERS: dict[str, tuple[Callable[[bytes], object], list[bytes]]] = {
    "page": (page, [file.read_bytes() for file in sorted((ROOT / "tests" / "pages").glob("*/page.html"))]),
    "feed": (
        lambda body: parse_feed(body, URL, "s", NOW),
        [press.feed([URL, URL + "2"]), *(make(URL)[0] for name, make in hostile.FEEDS.items() if name in ("laughs", "foreign", "schemes", "nul-feed"))],
    ),
    "sitemap": (
        lambda body: parse_sitemap(body, URL, "s", NOW),
        [press.sitemap([URL]), press.sitemap_index([URL]), *(hostile.SITEMAPS[name](URL)[0] for name in ("laughs-map", "foreign-map"))],
    ),
    "section": (lambda body: article_links(body, URL, "s", NOW), [press.section([URL + str(number) for number in range(9)])]),
    "json feed": (
        lambda body: parse_feed(body, URL, "s", NOW, "application/feed+json"),
        [b'{"version": "https://jsonfeed.org/version/1.1", "title": "F", "items": [{"id": "1", "url": "https://a.example/1", "title": "One", "content_html": "<p>One</p>", "date_published": "2026-11-23T10:00:00Z"}, {"id": 2, "external_url": "/2", "summary": "Two"}]}'],
    ),
    "date": (moment, [each.encode() for each in ("2026-11-23T10:00:00+03:00", "Mon, 23 Nov 2026 12:00:00 GMT", "20 ноября 2019 г., 15:24 МСК", "2026年11月23日 10時", "1763900000")]),
    "opml": (opml, [b'<?xml version="1.0"?><opml version="2.0"><body><outline text="A"><outline xmlUrl="https://a.example/f" title="F"/></outline></body></opml>']),
    "json-ld": (
        lambda body: page(b'<script type="application/ld+json">' + body + b"</script><p>Text of it.</p>"),
        [b'{"@context":"https://schema.org","@type":"NewsArticle","headline":"A","author":[{"@type":"Person","name":"B"}],"datePublished":"2026-11-23T10:00:00Z","image":{"url":"/a.jpg"}}'],
    ),
    "query": (query, [b'title:"tom cruise" AND (orbit OR \xd0\xbe\xd1\x80\xd0\xb1\xd0\xb8\xd1\x82*) -site:e.org since:2026-01-01 band:relevant']),
    "follow": (follow, [b"-(?:19|20)[0-9]{6}/?(?:[?#]|$)", b"(a|a)*$", b"^https://e\\.org/(news|film)/"]),
    "robots.txt": (robots, [b"User-agent: *\nDisallow: /private\nCrawl-delay: 3\nSitemap: https://a.example/s.xml\nAllow: /*.html$\n"]),
    "address": (address, [b"https://user@www.Paper.example:443/a/../b?utm_source=x&b=1#c", b"http://[::ffff:127.0.0.1]/", b"//\xd0\xbf.\xd1\x80\xd1\x84/", b"Mon, 23 Nov 2026 12:00:00 GMT"]),
    "warc": (warc, [b"".join(RECORDS), warcs.packed(RECORDS), warcs.packed([b"".join(RECORDS)])]),
    "configuration": (config, [b'[store]\npath = "a.db"\ndurability = "full"\n[fetch]\ntimeout = "1h 30m"\nmax_bytes = "10MB"\nallow_private = ["10.0.0.0/8"]\n']),
    "beat": (beat, [SHIPPED_BEAT.read_bytes()[:6000], SHIPPED_BEAT.read_bytes()[-6000:], b'[beat]\nid = "x"\ntitle = "X"\n[topic]\nthreshold = 1.0\n']),
}  # fmt: skip


def damaged(body: bytes, chance: random.Random) -> bytes:
    """One to five things that happen to bytes."""
    for _ in range(chance.randint(1, 5)):
        at, to = sorted(chance.randrange(len(body) + 1) for _ in range(2))
        to = min(to, at + chance.choice((1, 10, 1000)))
        body = chance.choice(
            (
                lambda b=body, a=at: b[:a],
                lambda b=body, a=at, t=to: b[:a] + b[t:],
                lambda b=body, a=at, t=to: b[:t] + b[a:t] * chance.choice((1, 3, 50)) + b[t:],
                lambda b=body, a=at: b[:a] + chance.choice(SPICE) + b[a:],
                lambda b=body, a=at: b[:a] + chance.randbytes(chance.randint(1, 20)) + b[a:],
            )
        )()
    return body[:500_000]


#: processor time that an input may take, in seconds: for itself, and for each byte
MOST_S, MOST_S_PER_BYTE = 2.0, 20e-6


def breed(name: str, seconds: int, corpus: Path) -> None:
    """Fuzz one parser in this process, guided by what is reached, and leave the corpus in the folder."""
    parse, samples = PARSERS[name]
    seeds = Path(tempfile.mkdtemp())
    for number, sample in enumerate(samples):
        (seeds / str(number)).write_bytes(sample[:4096])

    def try_out(body: bytes) -> None:
        begun = time.process_time()
        with suppress(SpacereelError):
            parse(body)
        took = time.process_time() - begun
        assert took < MOST_S + MOST_S_PER_BYTE * len(body), f"{took:.1f} s for {len(body)} bytes"

    limits = [
        f"-max_total_time={seconds}",
        "-max_len=4096",
        "-timeout=60",
        "-rss_limit_mb=2000",
        "-verbosity=1",
    ]
    atheris.Setup(
        [sys.argv[0], str(corpus), str(seeds), *limits, f"-artifact_prefix={corpus}/breach-"], try_out
    )
    atheris.Fuzz()


def breed_all(seconds: int, corpus: Path, only: str | None) -> None:
    """Each parser in a process of its own, one behind the other."""
    names = [only] if only else list(PARSERS)
    breaches = total = 0
    for name in names:
        folder = corpus / name.replace(" ", "-").replace(".", "-")
        folder.mkdir(parents=True, exist_ok=True)
        command = [
            sys.executable,
            __file__,
            "--target",
            name,
            "--seconds",
            str(max(seconds // len(names), 1)),
            "--corpus",
            str(folder),
        ]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace")
        runs = re.findall(r"^Done (\d+) runs|#(\d+)\s", done.stderr, re.MULTILINE)
        count = int(next(filter(None, runs[-1]))) if runs else 0
        reached = re.findall(r"cov: (\d+)", done.stderr)
        total += count
        print(
            f"  {name:14s} {count:8d} executions, {reached[-1] if reached else 0:>6} places reached, corpus {len(list(folder.iterdir()))}",
            flush=True,
        )
        if done.returncode:
            breaches += 1
            print(f"BREACH {name}: " + " ".join(done.stderr.split()[-60:])[:500], flush=True)
    print(f"{total} guided executions in {seconds} s, breaches {breaches}")


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--seconds", type=float, default=120)
    ask.add_argument("--seed", type=int, default=int(time.time()))
    ask.add_argument("--guided", action="store_true")
    ask.add_argument("--corpus", type=Path, default=Path(tempfile.gettempdir()) / "spacereel-corpus")
    ask.add_argument("--only", choices=list(PARSERS))
    ask.add_argument("--target", help=argparse.SUPPRESS)
    told = ask.parse_args()
    if told.target:
        breed(told.target, int(told.seconds), told.corpus)
    elif told.guided:
        breed_all(int(told.seconds), told.corpus, told.only)
    else:
        sprinkle(told.seconds, told.seed)


def sprinkle(seconds: float, seed: int) -> None:
    """Damage that nobody guides, until the time is over."""
    chance, runs, longest, breaches = random.Random(seed), Counter[str](), Counter[str](), 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        name = chance.choice(list(PARSERS))
        parse, _ = PARSERS[name]
        origin = name if chance.random() < 0.9 else chance.choice(list(PARSERS))
        body = damaged(chance.choice(PARSERS[origin][1]), chance)
        begun = time.process_time()
        try:
            parse(body)
        except SpacereelError:
            pass
        except Exception as breach:  # noqa: BLE001  # whatever comes out is what is looked for
            breaches += 1
            print(f"BREACH {name}: {type(breach).__name__}: {breach}"[:200], repr(body[:200]), flush=True)
        runs[name] += 1
        longest[name] = max(longest[name], round(1000 * (time.process_time() - begun)))  # type: ignore[assignment]
    print(f"seed {seed}; executions and the longest, in ms of processor time:")
    for name, count in runs.most_common():
        print(f"  {name:14s} {count:7d}  {longest[name]:6d}")
    print(f"{runs.total()} executions in {seconds:g} s, breaches {breaches}")


if __name__ == "__main__":
    main()
