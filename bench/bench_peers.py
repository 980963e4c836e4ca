"""Files of other readers' test suites through our discovery: what is read, what is refused, and where the answers differ.

    python bench/bench_peers.py FOLDER [FOLDER ...] [--show N]

Every file below a folder is read as what it looks like: feed, sitemap, robots.txt, WARC. A file of feedparser's suite
says in its first comment what it expects (`Expect: entries[0]['title'] == 'x'`); titles, links and dates of the first
entry are compared with that. A file of gofeed's has its answer beside it, as JSON of the same name: the first of its items or
entries is compared. Nothing of such suites is kept here: bring your own copies.
"""

from __future__ import annotations

import argparse
import ast
import collections
import html
import json
import re
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from crawler.discover.feeds import parse_feed
from crawler.discover.robots import robot_rules
from crawler.discover.sitemaps import parse_sitemap
from crawler.errors import DiscoverError
from crawler.lang.instants import read_instant
from db.model import Candidate

#: where a file of a suite pretends to have been found
URL = "http://127.0.0.1:8097/suite/feed.xml"
NOW = datetime(2026, 11, 29, tzinfo=UTC)
_EXPECT = re.compile(rb"Expect:\s*(.+)")
_TITLE = re.compile(r"entries\[0\]\[['\"]title['\"]\] == (u?(?:'[^']*'|\"[^\"]*\"))")
_LINK = re.compile(r"entries\[0\]\[['\"]link['\"]\] == (u?(?:'[^']*'|\"[^\"]*\"))")
_DATE = re.compile(r"entries\[0\]\[['\"](?:published|updated|created)_parsed['\"]\] == (\([0-9, ]+\))")


def first_answer(body: bytes) -> tuple[str, Candidate | None]:
    """How a file ended, and its first page."""
    if re.match(rb"\s*(?:#[^\n]*\n\s*)*user-?agent\s*:", body, re.IGNORECASE):
        robot_rules(body, "spacereel")
        return "robots.txt read", None
    readers = (
        (parse_feed, parse_sitemap)
        if b"<urlset" not in body and b"<sitemapindex" not in body
        else (parse_sitemap,)
    )
    for reader in readers:
        try:
            answer = reader(body, URL, "suite", NOW)
        except DiscoverError:
            continue
        name = "feed" if reader is parse_feed else "sitemap"
        return f"{name} read", answer.candidates[0] if answer.candidates else None
    return "refused", None


def differences(body: bytes, found: Candidate | None) -> list[str]:
    """What a file of feedparser's suite expects of the first entry and does not get."""
    expected = _EXPECT.search(body[:4000])
    if expected is None or found is None:
        return []
    words, wrong = expected[1].decode("utf-8", "replace"), []
    if told := _TITLE.search(words):
        title = " ".join(re.sub(r"<[^<>]*>", " ", str(ast.literal_eval(told[1]))).split()) or None
        if title is not None and " ".join((found.title or "").split()) != title:
            wrong.append(f"title {found.title!r}, not {title!r}")
    if (
        (told := _LINK.search(words))
        and (link := str(ast.literal_eval(told[1]))).startswith("http")
        and found.url != link
    ):
        wrong.append(f"link {found.url!r}, not {link!r}")
    if told := _DATE.search(words):
        date = datetime(*ast.literal_eval(told[1])[:6], tzinfo=UTC)
        got = [at for at in (found.published_at, found.modified_at) if at]
        if got and date not in got and read_instant(date.isoformat()):
            wrong.append(f"date {got[0].isoformat()}, not {date.isoformat()}")
    return wrong


def told_beside(path: Path) -> dict[str, str]:
    """Title, link and date that the JSON beside a file expects of its first entry; empty when there is none."""
    beside = path.with_suffix(".json")
    if path.suffix != ".xml" or not beside.is_file():
        return {}
    try:
        told = json.loads(beside.read_bytes())
        first = (told.get("items") or told.get("entries") or [{}])[0]
    except (ValueError, AttributeError, LookupError):
        return {}
    links = first.get("links") or []
    link = first.get("link") or next(
        (each["href"] for each in links if isinstance(each, dict) and "href" in each), None
    )
    date = first.get("publishedParsed") or first.get("pubDateParsed")
    found = {"title": first.get("title"), "link": link, "date": date}
    return {name: value for name, value in found.items() if isinstance(value, str) and value}


def differences_beside(told: dict[str, str], found: Candidate | None) -> list[str]:
    """What the JSON beside a file expects of the first entry and does not get."""
    if not told or found is None:
        return []
    wrong = []
    title = " ".join(re.sub(r"<[^<>]*>", " ", html.unescape(told.get("title", ""))).split())
    if title and " ".join((found.title or "").split()) != title:
        wrong.append(f"title {found.title!r}, not {title!r}")
    if told.get("link", "").startswith("http") and found.url != told["link"]:
        wrong.append(f"link {found.url!r}, not {told['link']!r}")
    wanted = read_instant(told.get("date"))
    if wanted is not None and found.published_at is not None and found.published_at != wanted.at:
        wrong.append(f"date {found.published_at.isoformat()}, not {told['date']}")
    return wrong


def main() -> int:
    """Print the counts, the differences and the slowest file."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("folders", nargs="+", type=Path)
    words.add_argument("--show", type=int, default=20, metavar="N", help="differences printed")
    told = words.parse_args()
    ends: collections.Counter[str] = collections.Counter()
    compared, wrong, slowest = 0, [], (0.0, "")
    for path in sorted(file for folder in told.folders for file in folder.rglob("*") if file.is_file()):
        body, begun = path.read_bytes(), time.process_time()
        try:
            end, found = first_answer(body)
        except Exception as fault:  # noqa: BLE001 - what must not happen is counted
            end, found = f"CRASH {type(fault).__name__}", None
        ends[end] += 1
        slowest = max(slowest, (time.process_time() - begun, str(path)))
        beside = told_beside(path)
        compared += found is not None and (bool(beside) or _EXPECT.search(body[:4000]) is not None)
        wrong += [
            f"{path}: {each}" for each in (*differences(body, found), *differences_beside(beside, found))
        ]
    print("\n".join(f"{count:6} {end}" for end, count in ends.most_common()))
    print(f"{compared} files say what they expect of an entry that was found; {len(wrong)} differences")
    print("\n".join(wrong[: told.show]))
    print(f"slowest: {slowest[0]:.2f} s of CPU, {slowest[1]}")
    return 1 if any(end.startswith("CRASH") for end in ends) else 0


if __name__ == "__main__":
    sys.exit(main())
