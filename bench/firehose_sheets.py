"""The pages that the firehose is made of, and what they are read and judged as."""

from __future__ import annotations

import gzip
import json
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from crawler.catalogue import load_beats
from crawler.config import SHIPPED_BEAT
from crawler.ingest.reading import read_page
from crawler.relevance.gate import may_score
from crawler.relevance.topic import Topic
from db.model import Candidate, Page

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of the folders."""

    name: str
    url: str
    body: bytes


def sheets_in(folder: Path) -> Iterator[Sheet]:
    """Every page below a folder, with its address where that is known."""
    for path in sorted(folder.rglob("*")):
        if path.name.endswith((".html", ".html.gz")):
            body = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
            yield Sheet(path.name, _addresses(path.parent, path.parent.parent).get(path.name, ""), body)
        elif path.name.endswith(".tar.xz"):
            known = _addresses(path.parent)
            with tarfile.open(path) as archive:
                for member in archive:
                    content = archive.extractfile(member)
                    if content is not None:
                        yield Sheet(member.name, known.get(member.name, ""), content.read())


def _addresses(*folders: Path) -> dict[str, str]:
    """Name of a file -> address of the page, as a `gold.json` tells them."""
    for folder in folders:
        if (folder / "gold.json").exists():
            gold = json.loads((folder / "gold.json").read_text(encoding="utf-8"))
            named = {key: each for key, each in gold.items() if "://" in each.get("url", "")}
            return {each.get("file", f"{key}.html"): each["url"] for key, each in named.items()} | {
                f"{key}.html.gz": each["url"] for key, each in named.items()
            }
    return {}


def shipped() -> Topic:
    """The topic of the shipped beat."""
    (beat,) = load_beats([SHIPPED_BEAT])
    return beat.topic


def told_of(sheet: Sheet, topics: Sequence[Topic], *, is_gated: bool) -> dict[str, object]:
    """What a page is read and judged as."""
    url = sheet.url or f"https://news.example/{sheet.name}"
    page = Page(url=url, final_url=url, status=200, headers=(), body=sheet.body, fetched_at=NOW)
    candidate = Candidate(url=url, source="bench", found_on=url, found_at=NOW)
    capture = read_page(page, candidate, tuple(topics), is_gated=is_gated)
    article = capture.article
    return {
        "name": sheet.name,
        "problem": capture.problem,
        "article": article and {name: str(getattr(article, name)) for name in article.__slots__},
        "judgements": [(j.band, j.score, [repr(each) for each in j.evidence]) for j in capture.judgements],
    }


def is_off(sheet: Sheet, topic: Topic) -> bool:
    """Whether the shipped beat finds nothing in a page; most are known by their words alone."""
    if not may_score(sheet.body, topic, url=sheet.url):
        return True
    judgements = told_of(sheet, [topic], is_gated=False)["judgements"]
    return isinstance(judgements, list) and all(band == "off" for band, _, _ in judgements)
