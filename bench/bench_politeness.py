"""Manners and discovery against the misbehaving newsroom: three polls of a paper that asks for a lot.

    python bench/bench_politeness.py

Prints requests to disallowed paths, the shortest gap per host against the
asked delay, Retry-After violations, the share of conditional requests on the
second and third poll, refetches of unchanged articles, and what was
discovered of what exists, per surface. About a minute; loopback only.
"""

from __future__ import annotations

import gzip
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "newsroom"))
import kit
import press
from answers import Asked
from newsroom import Newsroom

from crawler.daemon.once import run_once

#: seconds between requests to one host: ours, and what host 1 asks for
DELAY_S, CRAWL_DELAY_S = 0.2, 0.5
#: seconds that host 3 asks to be left alone
REST_S = 2
#: articles that each surface lists
EACH = 24


def articles(newsroom: Newsroom, number: int, name: str, count: int = EACH) -> list[str]:
    """Addresses of articles that exist on one host."""
    return [f"{newsroom.origin(number)}/article/film-crew-{name}-number-{n}" for n in range(count)]


def arrange(newsroom: Newsroom) -> tuple[list[dict[str, Any]], dict[str, list[str]]]:
    """Print the paper; returns its sources, and per surface the articles that exist."""
    there: dict[str, list[str]] = {}
    sources: list[dict[str, Any]] = []

    def surface(name: str, kind: str, number: int, url: str) -> None:
        there[name] = articles(newsroom, number, name.replace(" ", "-"))
        sources.append(kit.source(url, kind, id=name.replace(" ", "-")))

    def urls(name: str, number: int) -> list[str]:
        return articles(newsroom, number, name.replace(" ", "-"))

    surface("feed", "feed", 0, newsroom.print_("/rss", press.feed(urls("feed", 0))))
    surface("crawl-delay", "feed", 0, newsroom.print_("/slow-rss", press.feed(urls("crawl-delay", 1))))
    there["crawl-delay"] = urls("crawl-delay", 1)
    newsroom.robots[newsroom.host(1)] = f"User-agent: *\nCrawl-delay: {CRAWL_DELAY_S}\n"

    closed = "User-agent: *\nDisallow: /private\nDisallow: /*.secret$\nAllow: /private/open/\n"
    newsroom.robots[newsroom.host(2)] = closed
    hidden = [newsroom.origin(2) + path for path in ("/private/a", "/private/open-not/b", "/x/y.secret")]
    hidden += [f"{newsroom.origin(0)}/to?{newsroom.origin(2)}/private/hop"]
    newsroom.print_("/closed-rss", press.feed([*urls("robots", 2), *hidden]))
    surface("robots", "feed", 2, newsroom.origin() + "/closed-rss")

    resting = [
        f"{newsroom.origin(3)}/status/{code}/retry-after/{REST_S}?{n}" for n, code in enumerate((503, 429))
    ]
    newsroom.print_("/resting-rss", press.feed([*resting, *urls("rest", 3)[:6]]))
    surface("rest", "feed", 3, newsroom.origin() + "/resting-rss")
    there["rest"] = urls("rest", 3)[:6]

    found = urls("sitemap index", 4)
    maps = [
        newsroom.print_(
            f"/map-{n}.xml.gz", gzip.compress(press.sitemap(found[n::3])), "application/gzip", number=4
        )
        for n in range(3)
    ]
    surface("sitemap index", "sitemap", 4, newsroom.print_("/index.xml", press.sitemap_index(maps), number=4))

    found = urls("section", 5)
    for page in range(4):
        body = press.section(found[page * 6 : page * 6 + 6])
        if page < 3:
            body = body.replace(
                b"</main>", f'<a rel="next" href="/news?page={page + 2}">Next</a></main>'.encode()
            )
        newsroom.print_("/news" if page == 0 else f"/news?page={page + 1}", body, "text/html", number=5)
    surface("section", "section", 5, newsroom.origin(5) + "/news")

    found = urls("site", 6)
    newsroom.robots[newsroom.host(6)] = f"User-agent: *\nSitemap: {newsroom.origin(6)}/map.xml\n"
    newsroom.print_("/map.xml", press.sitemap(found[:8]), number=6)
    newsroom.print_("/rss.xml", press.feed(found[8:16]), number=6)
    newsroom.print_("/cinema", press.section(found[16:]), "text/html", number=6)
    home = b'<html><head><link rel="alternate" type="application/rss+xml" href="/rss.xml"></head><body><nav><a href="/cinema">Cinema</a></nav></body></html>'
    surface("site", "site", 6, newsroom.print_("/", home, "text/html", number=6))

    asked = newsroom.print_("/search?q=film&format=rss&mkt=en-GB", press.feed(urls("query", 7)), number=7)
    surface("query", "query", 7, asked.partition("?")[0])
    sources[-1] |= {"engine": "bing-news", "queries": ["film"]}
    return sources, there


def shortest_gaps(newsroom: Newsroom) -> dict[str, float]:
    """Per host the shortest time between two requests, robots.txt included."""
    gaps = {newsroom.host(number): newsroom.gaps(number) for number in range(len(newsroom.addresses))}
    return {host: min(each) for host, each in gaps.items() if each}


def too_early(newsroom: Newsroom) -> int:
    """Requests to a host within the time it asked to be left alone."""
    count, free_at = 0, defaultdict(float)
    for asked in sorted(newsroom.log, key=lambda each: each.at):
        count += asked.at < free_at[asked.host]
        if "/retry-after/" in asked.path:
            free_at[asked.host] = asked.at + REST_S
    return count


def is_validated(newsroom: Newsroom, asked: Asked) -> bool:
    """Whether the path gave a validator."""
    printed = newsroom._printed.get((asked.host, asked.path))
    return printed is not None and "etag" in printed.headers


def main() -> None:
    """Three polls, then the figures."""
    with tempfile.TemporaryDirectory() as folder, Newsroom(hosts=8) as newsroom:
        sources, there = arrange(newsroom)
        config = kit.configured(
            Path(folder), sources, per_host_delay=f"{int(DELAY_S * 1000)}ms", timeout="10s"
        )
        run_once(config)
        first = len(newsroom.log)
        run_once(config, all_sources=True)
        run_once(config, all_sources=True)
        later = newsroom.log[first:]
        stored = {row["url"] for row in kit.query(config, "SELECT url FROM articles")}

        polls = [each for each in later if is_validated(newsroom, each)]
        conditional = sum(each.is_conditional for each in polls)
        disallowed = [
            each
            for each in newsroom.asked("/", number=2)
            if each.path.startswith("/private") or ".secret" in each.path
        ]
        refetched = [each for each in later if each.path.startswith("/article")]
        robots = [each for each in later if each.path == "/robots.txt"]
        print(
            f"requests                             {len(newsroom.log)}, {len(later)} of them in polls 2 and 3"
        )
        print(f"requests to disallowed paths         {len(disallowed)}")
        for host, gap in shortest_gaps(newsroom).items():
            wanted = CRAWL_DELAY_S if host == newsroom.host(1) else DELAY_S
            print(f"shortest gap, {host:<22} {gap:.3f} s of {wanted} s asked")
        print(f"most connections to one host         {max(newsroom.most_open.values())}")
        print(f"requests before Retry-After is over  {too_early(newsroom)}")
        print(f"conditional, polls 2 and 3           {conditional} of {len(polls)} that had a validator")
        print(f"refetches of unchanged articles      {len(refetched)}")
        print(f"robots.txt asked again within a day  {len(robots)}")
        for name, urls in there.items():
            print(f"discovered, {name:<24} {len(set(urls) & stored)} of {len(urls)}")


if __name__ == "__main__":
    main()
