"""Nothing that a stranger sends is taken apart in the process of the crawl: its loop would wait meanwhile."""

from __future__ import annotations

import importlib
import inspect
import sys
import threading
from pathlib import Path
from types import FrameType

import kit
import press
import pytest

#: modules that take apart what a stranger sent
_OURS = (
    "/crawler/extract/",
    *(
        f"/crawler/discover/{name}.py"
        for name in ("autodiscovery", "entries", "feeds", "json_feeds", "links", "markup_tree", "mending", "pages", "queries", "robots", "sitemaps")
    ),
)  # fmt: skip
_THEIRS = (
    "/trafilatura/",
    "/htmldate/",
    "/lxml/",
    "/justext/",
    "/protego/",
)
#: functions of theirs that decide about one address, whose length is bounded
_DECIDING = {
    "compiled_follow",
    "requests_of",
    "halves",
    "allows",
    "escaped",
    "matches",
    "size",
    "_one_spelling",
}


class Overheard:
    """Calls of parsers in this thread, as the interpreter reports them."""

    def __init__(self) -> None:
        self.calls: set[str] = set()
        #: what may be called here
        self.deciding = set(_DECIDING)

    def __call__(self, frame: FrameType, event: str, called: object) -> None:
        if event == "c_call" and (getattr(called, "__module__", None) or "").startswith("lxml"):
            self.calls.add(f"{called.__module__}.{called.__name__}")  # type: ignore[attr-defined]
        if event != "call":
            return
        file, name = frame.f_code.co_filename, frame.f_code.co_name
        is_function = bool(frame.f_code.co_flags & inspect.CO_OPTIMIZED)  # the body of a class is none
        is_parser = is_function and any(part in file for part in (*_OURS, *_THEIRS))
        if is_parser and not name.startswith("<") and name not in self.deciding:
            self.calls.add(f"{Path(file).name}: {name}")


@pytest.fixture
def overheard():
    for name in ("crawler.ingest.reading", "crawler.polling.parse", "lxml.html"):
        importlib.import_module(name)  # what a module does once is no answer to a stranger
    heard = Overheard()
    assert threading.current_thread() is threading.main_thread()
    sys.setprofile(heard)
    yield heard
    sys.setprofile(None)


def test_no_parser_is_called_in_the_process_of_the_crawl(newsroom, tmp_path, once, overheard):
    site = newsroom.origin()
    articles = [f"{site}/article/{number}" for number in range(3)]
    newsroom.print_("/feed", press.feed(articles))
    newsroom.print_("/map", press.sitemap([f"{site}/article/4"]))
    newsroom.print_("/news/", press.section([f"{site}/article/5"]), kind="text/html")
    home = b'<html><head><link rel="alternate" type="application/rss+xml" href="/feed"></head><body><a href="/news/">News</a></body></html>'
    newsroom.print_("/", home, kind="text/html")
    newsroom.robots[newsroom.host()] = f"User-agent: *\nDisallow: /private\nSitemap: {site}/map\n"
    sources = [
        kit.source(f"{site}{path}", kind, id=kind)
        for kind, path in (("feed", "/feed"), ("sitemap", "/map"), ("section", "/news/"), ("site", "/"))
    ]

    told = once(kit.configured(tmp_path, sources))

    assert told["new"] >= 4
    assert not overheard.calls


def test_long_rules_are_looked_through_beside_the_loop(newsroom, tmp_path, once, overheard):
    """6,700 patterns that hardly fit cost 0.15 s for each of the two addresses of a page, which together held the loop up for 0.3 s."""
    overheard.deciding -= {"allows", "matches", "escaped"}
    hardly = "\n".join(f"Disallow: /*{'q' * 30}{number:04x}{'q' * 26}" for number in range(1_000))
    newsroom.robots[newsroom.host()] = f"User-agent: *\n{hardly}\nDisallow: /article/3\n"
    site = newsroom.origin()
    newsroom.print_("/feed", press.feed([f"{site}/article/{number}?{'q' * 1900}" for number in range(5)]))

    told = once(kit.configured(tmp_path, [kit.source(f"{site}/feed")]))

    assert (told["new"], told["robots_denied"]) == (4, 1)
    assert not overheard.calls
