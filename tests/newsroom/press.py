"""What the test newspaper prints: articles, feeds and sitemaps, the same for the same name."""

from __future__ import annotations

import hashlib
import html
import random
from collections.abc import Sequence

#: what the articles are made of, so that two of them share words but not sentences
WORDS = """orbit station capsule crew camera director actor studio module scene rehearsal launch window weather
contract budget premiere audience festival critic script lighting harness training centrifuge parachute recovery
harbour council budget school library bridge river market tram orchestra gallery museum archive volunteer storm
harvest vineyard mountain forest lantern workshop printer telescope antenna signal battery engine tank valve"""


#: words that no rule of the shipped beat counts; of these are articles whose name has "gardening" in it
OTHER = """harbour council budget school library bridge river market tram orchestra gallery museum archive volunteer
storm harvest vineyard mountain forest lantern workshop printer"""


def sentences(seed: str, count: int) -> list[str]:
    """Sentences of 9 to 16 words, the same for the same seed."""
    chance = random.Random(seed)
    words = (OTHER if "gardening" in seed else WORDS).split()
    return [
        " ".join(chance.choice(words) for _ in range(chance.randint(9, 16))).capitalize() + "."
        for _ in range(count)
    ]


def title_of(slug: str) -> str:
    """The headline of an article."""
    return " ".join(sentences(f"title {slug}", 1)[0].rstrip(".").split()[:7]).capitalize() + f" {slug}"


def text_of(slug: str, edition: int = 1) -> str:
    """The paragraphs of an article, separated by newlines; a later edition has another last one."""
    paragraphs = [" ".join(sentences(f"{slug} {number}", 4)) for number in range(5)]
    if edition > 1:
        paragraphs[-1] = " ".join(sentences(f"{slug} edition {edition}", 4))
    return "\n".join(paragraphs)


def article(slug: str, url: str, edition: int = 1) -> bytes:
    """An article page: headline, author, date and five paragraphs."""
    paragraphs = "".join(f"<p>{html.escape(each)}</p>\n" for each in text_of(slug, edition).split("\n"))
    title = html.escape(title_of(slug))
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<link rel="canonical" href="{html.escape(url)}"><meta name="author" content="Anna Petrova">
<meta property="article:published_time" content="2026-11-20T08:00:00+00:00"></head>
<body><header><a href="/">Front page</a></header><article><h1>{title}</h1>
{paragraphs}</article><footer>All rights reserved</footer></body></html>""".encode()


def feed(urls: Sequence[str], title: str = "The Test Paper") -> bytes:
    """RSS 2.0 with an item per URL."""
    items = "".join(
        f"<item><title>{html.escape(url.rpartition('/')[2])}</title><link>{html.escape(url)}</link></item>\n"
        for url in urls
    )
    return f"""<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{title}</title>
<link>http://paper.example/</link><description>News</description>
{items}</channel></rss>""".encode()


def sitemap(urls: Sequence[str]) -> bytes:
    """A urlset."""
    items = "".join(f"<url><loc>{html.escape(url)}</loc></url>\n" for url in urls)
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{items}</urlset>'.encode()


def sitemap_index(urls: Sequence[str]) -> bytes:
    """An index of sitemaps."""
    items = "".join(f"<sitemap><loc>{html.escape(url)}</loc></sitemap>\n" for url in urls)
    return f'<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{items}</sitemapindex>'.encode()


def section(urls: Sequence[str]) -> bytes:
    """An index page with a teaser per article."""
    items = "".join(
        f'<li><a href="{html.escape(url)}">{html.escape(title_of(url.rpartition("/")[2]))}</a></li>'
        for url in urls
    )
    return f"<!DOCTYPE html><html><body><main><h1>Film</h1><ul>{items}</ul></main></body></html>".encode()


def etag_of(body: bytes) -> str:
    """A strong entity tag."""
    return f'"{hashlib.sha256(body).hexdigest()[:16]}"'
