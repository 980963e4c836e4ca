"""How versions, moves and copies behave when the thresholds of `crawler.dedupe` move; `bench_history.py --sweep` prints it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any

from copies_set import COPIES, EDITS, PUBLISHED, Shelf, copies, known, stories
from near_misses import near_misses

from crawler.dedupe import changes, recognise
from crawler.dedupe.fingerprint import fingerprint
from db.model import Article, Known


@contextmanager
def _set(module: ModuleType, name: str, value: Any) -> Iterator[None]:
    ours = getattr(module, name)
    setattr(module, name, value)
    try:
        yield
    finally:
        setattr(module, name, ours)


def _versions(looks: list[tuple[datetime, Article]]) -> int:
    """Versions that an article brings whose page is looked at so often."""
    kept: list[tuple[datetime, Article]] = []
    for at, article in looks:
        if not kept or recognise.recognise(article, fingerprint(article), [_newest(kept)], at).kind == "changed":  # fmt: skip
            kept.append((at, article))
    return len(kept)


def _newest(kept: list[tuple[datetime, Article]]) -> Known:
    at, article = kept[-1]
    before = known(article, 1, fingerprint(article).content_sha256, at)
    recent = tuple((each, version.title) for each, version in reversed(kept))
    return replace(before, authors=article.authors, recent=recent, is_same_address=True)


def headlines() -> None:
    """A headline that flips between two every six hours for 20 days, looked at every six hours."""
    (story,) = stories(1)
    titles = (story.article.title, "Another headline under test")
    looks = [
        (PUBLISHED + timedelta(hours=6 * n), replace(story.article, title=titles[n % 2])) for n in range(80)
    ]
    for days in (0, 1, 7, 30):
        with _set(changes, "FLIP", timedelta(days=days)):
            print(f"flips within {days:2} d are a test: {_versions(looks):3} versions of 80 looks")


def live_blogs() -> None:
    """A live blog that grows by a paragraph every ten minutes for a day."""
    (story,) = stories(1)
    entry = [story.writer.sentence() for _ in range(144)]
    looks = [
        (PUBLISHED + timedelta(minutes=10 * n), replace(story.article, is_live=True, text="\n".join([story.article.text, *entry[:n]])))
        for n in range(144)
    ]  # fmt: skip
    for minutes in (0, 15, 60, 180):
        with _set(changes, "LIVE_PAUSE", timedelta(minutes=minutes)):
            print(f"live blog, one version in {minutes:3} min: {_versions(looks):3} versions of 144 looks")


def moves() -> None:
    """Every edit of the set made while the article moves within its site; and near misses on one site."""
    of = stories(60)
    near = [(first, _at(second, first.url + "-2")) for _, first, second in near_misses(stories(60, seed=3))]
    for share in (0.5, 0.7, 0.8, 0.9, 0.95, 1.0):
        with _set(recognise, "MOVED", share):
            whole = sum(_is_one(story.article, _at(edit(story), story.article.url + "-new")) for story in of for edit in EDITS.values())  # fmt: skip
            plain = sum(
                _is_one(story.article, _at(story.article, story.article.url + "-new")) for story in of
            )
            wrong = sum(_is_one(first, second) for first, second in near)
            print(f"moved at {share:.2f} of the text: unedited {plain}/60, edited on the way {whole}/{60 * len(EDITS)}, near misses joined {wrong}/{len(near)}")  # fmt: skip


def _at(article: Article, url: str) -> Article:
    return replace(article, url=url, canonical_url=url)


def _is_one(first: Article, second: Article) -> bool:
    before = known(first, 1, fingerprint(first).content_sha256)
    return recognise.recognise(second, fingerprint(second), [before]).kind in ("changed", "unchanged")


def copied(name: str, values: tuple[float, ...]) -> None:
    """Precision and recall of copies as one threshold of `recognise` moves."""
    for value in values:
        with _set(recognise, name, value):
            of, shelf = stories(60, seed=2), Shelf()
            ids = {story.article.url: shelf.put(story.article).article_id for story in of}
            found = sum(_is_copy(shelf, copy, ids[original.url]) for _, original, copy in copies(of))
            wrong = sum(_is_any_copy(first, second) for _, first, second in near_misses(stories(60, seed=3)))
            precision, recall = found / (found + wrong), found / (60 * len(COPIES))
            print(f"{name.lower()} {value:.2f}: precision {precision:.4f} recall {recall:.4f}")


def _is_copy(shelf: Shelf, copy: Article, original: int) -> bool:
    likeness = shelf.likeness(copy)
    return likeness.article_id == original and likeness.kind in ("copy", "near_copy")


def _is_any_copy(first: Article, second: Article) -> bool:
    shelf = Shelf()
    shelf.put(first)
    return shelf.likeness(second).kind != "new"


def sweep() -> None:
    """All of them."""
    tables: tuple[Callable[[], None], ...] = (headlines, live_blogs, moves)
    for table in tables:
        table()
        print()
    copied("OWN_TEXT", (0.2, 0.35, 0.5, 0.65, 0.8))
    copied("FIGURES", (0.0, 0.3, 0.6, 0.8, 1.0))
