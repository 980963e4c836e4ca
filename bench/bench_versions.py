"""Versions: how many are recorded that no publisher made, and how many edits are missed, while a site's furniture changes each round.

    python bench/bench_versions.py                     every kind of furniture, ten rounds, 50 articles
    python bench/bench_versions.py --only promo,design --rounds 4 --articles 20

A newspaper on the loopback prints the same articles each round with other furniture around or inside them, and
with it some true edits. What the record has of each article is compared with what was edited.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "newsroom"))
import kit
import press
from changing_paper import FURNITURE, Paper
from newsroom import Newsroom

from crawler.config import Config
from crawler.daemon.once import run_once

#: articles edited each round, and new ones each round
EDITED, FRESH = 5, 3


def main() -> None:
    """Run the kinds that were asked for, and print a line for each."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default=",".join(FURNITURE))
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--articles", type=int, default=50)
    parser.add_argument("--show", type=int, default=0, help="print so many of the versions that nobody made")
    asked = parser.parse_args()
    if unknown := set(asked.only.split(",")) - set(FURNITURE):
        parser.error(f"no such furniture: {', '.join(sorted(unknown))}; there are {', '.join(FURNITURE)}")
    print(f"{'furniture':12} {'visits':>6} {'edits':>6} {'false':>6} {'missed':>6} {'other kind':>10}")
    for name in asked.only.split(","):
        with tempfile.TemporaryDirectory() as folder, Newsroom(hosts=1) as newsroom:
            print(f"{name:12} {_row(Path(folder), newsroom, name, asked)}", flush=True)


def _row(folder: Path, newsroom: Newsroom, name: str, asked: argparse.Namespace) -> str:
    paper = Paper(FURNITURE[name], asked.articles)
    config = kit.configured(folder, [kit.source(newsroom.origin() + "/feed")])
    visits = false = missed = other = 0
    for number in range(asked.rounds):
        edits = paper.turn(number, EDITED if number else 0, FRESH if number else 0)
        for slug in paper.slugs:
            newsroom.print_(f"/{slug}", paper.page(slug, newsroom.origin()), "text/html", etag="")
        feed = press.feed([f"{newsroom.origin()}/{slug}" for slug in paper.slugs])
        newsroom.print_("/feed", feed, etag="")
        before = _versions(config)
        run_once(config, all_sources=True, recheck=number > 0)
        visits += len(paper.slugs)
        now = _versions(config)
        for slug in paper.slugs:
            came = [kinds for kinds in now.get(slug, [])[len(before.get(slug, [])) :] if kinds is not None]
            wanted = edits.get(slug)
            if wanted is None:
                false += len(came)
                _show(asked, f"  {number} {slug}: {came}", came, config, slug)
            elif not came:
                missed += 1
                _show(asked, f"  {number} {slug}: missed {wanted}", [wanted], config, slug)
            elif wanted not in came[0]:
                other += 1
                _show(asked, f"  {number} {slug}: {came} for {wanted}", came, config, slug)
    edited = EDITED * (asked.rounds - 1)
    return f"{visits:6} {edited:6} {false:6} {missed:6} {other:10}"


def _versions(config: Config) -> dict[str, list[str | None]]:
    """Kinds of the versions of each article, by its slug; None for its first."""
    if not config.store.path.exists():
        return {}
    found: dict[str, list[str | None]] = {}
    rows = kit.query(
        config,
        """SELECT a.canonical_url AS url, a.revision, c.kinds FROM articles a
        LEFT JOIN article_changes c ON c.id = a.id ORDER BY a.id""",
    )
    for row in rows:
        found.setdefault(row["url"].rpartition("/")[2], []).append(row["kinds"])
    return found


def _show(asked: argparse.Namespace, line: str, came: list[str], config: Config, slug: str) -> None:
    if not came or asked.show <= 0:
        return
    asked.show -= 1
    last = kit.query(
        config, "SELECT verdict, reason FROM visits WHERE url LIKE ? ORDER BY id DESC LIMIT 1", f"%/{slug}"
    )
    print(line, last[0]["verdict"], last[0]["reason"])
    rows = kit.query(
        config, "SELECT title, text FROM articles WHERE canonical_url LIKE ? ORDER BY id", f"%/{slug}"
    )
    if len(rows) > 1:
        old, new = rows[-2], rows[-1]
        for mark, one, two in (("-", old, new), ("+", new, old)):
            lines = {two["title"], *two["text"].split("\n")}
            for each in (one["title"], *one["text"].split("\n")):
                if each not in lines:
                    print(f"      {mark} {each[:140]}")


if __name__ == "__main__":
    main()
