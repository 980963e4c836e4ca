"""How the reading of known pages holds when their markup changes as that of unseen sites differs.

    python bench/bench_perturb.py SCORER [--sets aeb,fundus,naeb,traf] [--only NAME,...] [--step N] [--show]

SCORER names a scoring script beside its pages: a module with `load(set)`, `half(url, id)` and `page_figure(row, text)`.
Only pages of its `fit` half are read. Each is changed in one way at a time (`WAYS`), then read by us and by trafilatura.
A row says, of one way: pages, the mean figure of both, falls (ours at least .2 below trafilatura's on the same changed
page) and losses (ours at least .2 below what we read of the page as it was).
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import statistics
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from copy import deepcopy
from datetime import UTC, datetime
from functools import cache, partial
from itertools import repeat
from pathlib import Path
from types import ModuleType
from typing import Any

from lxml import html
from lxml.html import HtmlElement

from crawler.extract.page.encoding import decode_html
from crawler.ingest.reading import read_page
from db.model import Candidate, Page

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FALL = 0.2
_SHARE = ("share", "social")


def as_it_is(tree: HtmlElement) -> None:
    """Nothing is changed."""


def hashed_names(tree: HtmlElement) -> None:
    """Classes and ids as a bundler writes them."""
    for element in tree.iter(html.etree.Element):
        for name in ("class", "id"):
            if words := (element.get(name) or "").split():
                element.set(
                    name, " ".join(f"c{hashlib.sha1(word.encode()).hexdigest()[:6]}" for word in words)
                )


def no_names(tree: HtmlElement) -> None:
    """Neither classes nor ids."""
    for element in tree.iter(html.etree.Element):
        for name in ("class", "id", "itemprop", "itemtype", "role"):
            element.attrib.pop(name, None)


def no_json_ld(tree: HtmlElement) -> None:
    """Nothing declared in scripts."""
    _drop(tree, [each for each in tree.iter("script") if "json" in (each.get("type") or "")])


def no_meta(tree: HtmlElement) -> None:
    """No `meta` but the one of the encoding."""
    _drop(tree, [each for each in tree.iter("meta") if each.get("name") or each.get("property")])


def sections(tree: HtmlElement) -> None:
    """Every `div` is a `section`, every `section` a `div`."""
    other = {"div": "section", "section": "div"}
    for element in [*tree.iter("div", "section")]:
        element.tag = other[element.tag]


def only_divs(tree: HtmlElement) -> None:
    """No element says what its part of the page is."""
    for element in [
        *tree.iter("article", "main", "section", "aside", "header", "footer", "nav", "figure", "figcaption")
    ]:
        element.tag = "div"


def breaks(tree: HtmlElement) -> None:
    """Paragraphs are parted by two `br` in the element around them."""
    for element in [*tree.iter("p")]:
        if element.getparent() is not None and element.getnext() is not None:
            last = html.Element("br")
            last.tail, element.tail = element.tail, None
            element.addnext(last)
            last.addprevious(html.Element("br"))
        if element.getparent() is not None:
            element.drop_tag()


def paragraphs_in_divs(tree: HtmlElement) -> None:
    """Paragraphs are `div`."""
    for element in [*tree.iter("p")]:
        element.tag = "div"


def boxed_paragraphs(tree: HtmlElement) -> None:
    """Each paragraph lies in a box of its own."""
    for element in [*tree.iter("p")]:
        if (parent := element.getparent()) is not None:
            box = html.Element("div", {"class": "block"})
            box.tail, element.tail = element.tail, None
            parent.replace(element, box)
            box.append(element)


def no_headline(tree: HtmlElement) -> None:
    """No `h1`."""
    _drop(tree, [*tree.iter("h1")])


def plain_headings(tree: HtmlElement) -> None:
    """Headings are `div`."""
    for element in [*tree.iter("h1", "h2", "h3", "h4")]:
        element.tag = "div"


def more_shares(tree: HtmlElement) -> None:
    """Each box with buttons to share stands there three times."""
    for element in [*tree.iter("div", "ul")]:
        if (
            any(word in (element.get("class") or "").lower() for word in _SHARE)
            and len(element.text_content()) < 300
        ):
            for _ in range(2):
                copy = deepcopy(element)
                copy.tail = None
                element.addnext(copy)


def wrapped(tree: HtmlElement) -> None:
    """The whole page lies in three elements more, as builders of pages make them."""
    for body in [*tree.iter("body")]:
        for _ in range(3):
            box = html.Element("div", {"class": "wrap"})
            box.text, body.text = body.text, None
            box.extend([*body])
            body.append(box)


def bare(tree: HtmlElement) -> None:
    """No names, nothing declared, only `div`."""
    for change in (no_names, no_json_ld, no_meta, only_divs):
        change(tree)


WAYS: dict[str, Callable[[HtmlElement], None]] = {
    each.__name__: each
    for each in (
        as_it_is, hashed_names, no_names, no_json_ld, no_meta, sections, only_divs, breaks, paragraphs_in_divs,
        boxed_paragraphs, no_headline, plain_headings, more_shares, wrapped, bare,
    )
}  # fmt: skip


def _drop(tree: HtmlElement, elements: list[HtmlElement]) -> None:
    for element in elements:
        if element.getparent() is not None:
            element.drop_tree()


def changed(body: bytes, way: str) -> bytes:
    """A page changed in one way, in UTF-8."""
    tree = html.document_fromstring(decode_html(body)[0].encode(), parser=html.HTMLParser(encoding="utf-8"))
    WAYS[way](tree)
    return html.tostring(tree, encoding="utf-8", doctype="<!DOCTYPE html>")


def ours(body: bytes, url: str) -> str:
    """The text we read; empty where we refuse."""
    page = Page(
        url=url,
        final_url=url,
        status=200,
        headers=(("content-type", "text/html; charset=utf-8"),),
        body=body,
        fetched_at=NOW,
    )
    capture = read_page(page, Candidate(url=url, source="bench", found_on=url, found_at=NOW))
    return capture.article.text if capture.article else ""


def theirs(body: bytes, url: str) -> str:
    """The text trafilatura reads with its defaults."""
    from trafilatura import bare_extraction

    found = bare_extraction(body, url=url, with_metadata=False, include_comments=False)
    return (found.text or "") if found else ""


def figures_of(row: dict[str, Any], way: str, scorer: str, known: float | None) -> tuple[float, float]:
    """What our reading and trafilatura's of a changed page are worth; *known* is the second where it was read before."""
    tool = loaded(scorer)
    body = changed(row["html"], way)
    other = known if known is not None else tool.page_figure(row, theirs(body, row["url"]))
    return tool.page_figure(row, ours(body, row["url"])), other


@cache
def loaded(scorer: str) -> ModuleType:
    """The scoring script."""
    sys.path.insert(0, str(Path(scorer).parent))
    spec = importlib.util.spec_from_file_location("scorer", scorer)
    assert spec is not None and spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    return tool


def pages_to_fit(scorer: str, sets: str, step: int) -> list[dict[str, Any]]:
    """Pages with a text or pieces of one, of the half that may be looked at."""
    tool = loaded(scorer)
    rows = [row for name in sets.split(",") for row in tool.load(name).values()]
    fit = [row for row in rows if tool.half(row["url"], row["id"]) == "fit"]
    return [row for row in fit if tool.page_figure(row, "") is not None][::step]


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("scorer", help="the scoring script")
    parser.add_argument("--sets", default="aeb,fundus,naeb,traf")
    parser.add_argument("--only", default=",".join(WAYS), help="ways, by name")
    parser.add_argument("--step", type=int, default=1, help="every so many pages")
    parser.add_argument("--show", action="store_true", help="name the pages that fall")
    parser.add_argument(
        "--theirs", type=Path, help="a file that keeps trafilatura's figures for the next time"
    )
    args = parser.parse_args()
    rows = pages_to_fit(args.scorer, args.sets, args.step)
    file = args.theirs
    known: dict[str, float] = json.loads(file.read_text()) if file and file.exists() else {}
    before: list[float] = []
    print(f"{'':20}{'pages':>7}{'ours':>7}{'theirs':>8}{'falls':>7}{'losses':>8}")
    with ProcessPoolExecutor(2) as pool:
        for way in args.only.split(","):
            theirs_before = [known.get(f"{way} {row['id']}") for row in rows]
            work = partial(figures_of, way=way, scorer=args.scorer)
            pairs = list(pool.map(_called, repeat(work), rows, theirs_before, chunksize=4))
            known |= {f"{way} {row['id']}": pair[1] for row, pair in zip(rows, pairs, strict=True)}
            mine = [pair[0] for pair in pairs]
            before = before or mine
            falls = [(row, a, b) for row, (a, b) in zip(rows, pairs, strict=True) if a < b - FALL]
            losses = sum(now < then - FALL for now, then in zip(mine, before, strict=True))
            print(
                f"{way:20}{len(rows):>7}{100 * statistics.fmean(mine):>7.1f}"
                f"{100 * statistics.fmean(b for _, b in pairs):>8.1f}{len(falls):>7}{losses:>8}",
                flush=True,
            )
            for row, a, b in falls if args.show else ():
                print(f"  {a:.2f} {b:.2f} {row['id'][:60]} {row['url'][:90]}", flush=True)
            if file:
                file.write_text(json.dumps(known))
    return 0


def _called(
    work: Callable[..., tuple[float, float]], row: dict[str, Any], known: float | None
) -> tuple[float, float]:
    return work(row, known=known)


if __name__ == "__main__":
    raise SystemExit(main())
