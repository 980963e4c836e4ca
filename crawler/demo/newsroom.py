"""What the sample newsroom answers: pages, feeds, sitemap and section made from the files in `pages/`.

Every publisher has a folder: `publisher.toml`, `template.html` and one file per
page, which is a TOML head between `+++` lines and the article's HTML. A page's
`[later]` table says what becomes of it in the second edition, and `edition = 2`
that it is published only then, so that an edit, a removal and a copy can be
shown. `hours_ago` stands for `published` on the pages that keep a feed alive.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import Any

PAGES = Path(__file__).parent / "pages"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoResponse:
    """One response of a publisher."""

    status: int
    content_type: str
    body: bytes
    #: where a redirect leads
    location: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """One folder of `pages/`."""

    id: str
    #: scheme and host as the files write it, `https://www.orbitdesk.example`
    host: str
    #: `publisher.toml` as it stands
    about: Mapping[str, Any]
    template: Template
    #: heads of the pages, the HTML under "body", by file name
    pages: tuple[Mapping[str, Any], ...]


@cache
def publishers() -> tuple[Publisher, ...]:
    """Every publisher of the newsroom, by folder name."""
    return tuple(_publisher(folder) for folder in sorted(PAGES.iterdir()) if folder.is_dir())


def _publisher(folder: Path) -> Publisher:
    about = tomllib.loads((folder / "publisher.toml").read_text(encoding="utf-8"))
    files = sorted(each for each in folder.glob("*.html") if each.name != "template.html")
    return Publisher(
        id=folder.name,
        host=about["host"],
        about=about,
        template=Template((folder / "template.html").read_text(encoding="utf-8")),
        pages=tuple(map(_page, files)),
    )


def _page(file: Path) -> dict[str, Any]:
    _, head, body = file.read_text(encoding="utf-8").split("+++\n", 2)
    return {**tomllib.loads(head), "body": body}


def answers(
    publisher: Publisher, edition: int, addresses: Mapping[str, str], now: datetime
) -> dict[str, DemoResponse]:
    """All that *publisher* answers, by path.

    Args:
        publisher: one of `publishers()`.
        edition: 1, or 2 for the newsroom after its edits and removals.
        addresses: host as the files write it -> address it is served at.
        now: what `hours_ago` is counted from.
    """
    charset = publisher.about.get("charset", "utf-8")
    dated = [_dated(page, now) for page in publisher.pages if page.get("edition", 1) <= edition]
    pages = [_edited(page) if edition > 1 else page for page in dated]
    pages.sort(key=lambda page: page["published"], reverse=True)
    found: dict[str, DemoResponse] = {}
    for path, status, content_type, text in _texts(publisher, pages):
        for host, address in addresses.items():
            text = text.replace(host, address)
        encoding = charset if content_type == "text/html" else "utf-8"
        found[path] = DemoResponse(status=status, content_type=content_type, body=text.encode(encoding))
    for short, page in _short_links(publisher, pages):
        target = addresses[publisher.host] + page["path"]
        found[short] = DemoResponse(status=302, content_type="text/plain", body=b"", location=target)
    return found


def _dated(page: Mapping[str, Any], now: datetime) -> Mapping[str, Any]:
    """The page with its instant, and with its day in the address where that has one."""
    published = page.get("published") or (now - timedelta(hours=page["hours_ago"])).replace(microsecond=0)
    return {**page, "published": published, "path": page["path"].format(day=f"{published:%Y%m%d}")}


def _edited(page: Mapping[str, Any]) -> Mapping[str, Any]:
    later = page.get("later", {})
    old, new = later.get("swap", ("", ""))
    return {**page, **later, "body": page["body"].replace(old, new)}


def _texts(publisher: Publisher, pages: list[Mapping[str, Any]]) -> Iterator[tuple[str, int, str, str]]:
    about = publisher.about
    yield "/robots.txt", 200, "text/plain", about["robots"]
    for page in pages:
        yield page["path"], page.get("status", 200), "text/html", _html(publisher, page, pages)
    pages = [page for page in pages if page.get("status") != 410]  # what was taken down is listed no more
    if "feed" in about:
        feed, (content_type, write) = about["feed"], _FEEDS[about["feed"]["kind"]]
        yield feed["path"], 200, content_type, write(publisher, pages)
    if "sitemap" in about:
        yield about["sitemap"]["path"], 200, "application/xml", _news_sitemap(publisher, pages)
    if "section" in about:
        yield about["section"]["path"], 200, "text/html", _section(publisher, pages)


def _short_links(
    publisher: Publisher, pages: list[Mapping[str, Any]]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Links of a feed that lead to the page over a redirect."""
    prefix = publisher.about.get("feed", {}).get("link")
    if prefix:
        for number, page in enumerate(reversed(pages), start=1001):
            yield f"{prefix}{number}", page


def _html(publisher: Publisher, page: Mapping[str, Any], pages: list[Mapping[str, Any]]) -> str:
    if page.get("status", 200) != 200:
        return "<!doctype html><title>Not here</title><h1>This page is not here</h1>"
    if page.get("bare"):
        return str(page["body"])
    others = [each for each in pages if each["path"] != page["path"] and "status" not in each][:3]
    return publisher.template.substitute(
        title=escape(page["title"]),
        url=publisher.host + page["path"],
        description=escape(page["description"]),
        authors=escape(", ".join(page["authors"])),
        published=page["published"].isoformat(),
        published_words=page["published"].strftime("%d.%m.%Y %H:%M"),
        section=escape(page["section"]),
        tags=escape(", ".join(page["tags"])),
        image=publisher.host + page["image"],
        caption=escape(page.get("caption", "")),
        credit=escape(page["credit"]),
        language=page.get("language", publisher.about["language"]),
        related=_links(others),
        json_ld=_json_ld(publisher, page),
        body=page["body"],
    )


def _links(pages: list[Mapping[str, Any]]) -> str:
    return "".join(f'<li><a href="{page["path"]}">{escape(page["title"])}</a></li>' for page in pages)


def _json_ld(publisher: Publisher, page: Mapping[str, Any]) -> str:
    stated = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": page["title"],
        "author": [{"@type": "Person", "name": name} for name in page["authors"]],
        "datePublished": page["published"].isoformat(),
        "dateModified": page.get("modified", page["published"]).isoformat(),
        "articleSection": page["section"],
        "keywords": page["tags"],
        "image": publisher.host + page["image"],
        "publisher": {"@type": "Organization", "name": publisher.about["name"]},
        "isAccessibleForFree": page.get("is_free", True),
    }
    return json.dumps(stated, ensure_ascii=False)


def _entries(
    publisher: Publisher, pages: list[Mapping[str, Any]]
) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Link, title and head of every page as the feed names it."""
    short = {page["path"]: link for link, page in _short_links(publisher, pages)}
    tracking = publisher.about.get("feed", {}).get("tracking")
    for page in pages:
        link = publisher.host + short.get(page["path"], page["path"]) + (f"?{tracking}" if tracking else "")
        yield link, page.get("feed_title", page["title"]), page


def _rss(publisher: Publisher, pages: list[Mapping[str, Any]]) -> str:
    items = "".join(
        f"<item><title>{escape(title)}</title><link>{escape(link)}</link>"
        f'<guid isPermaLink="false">{publisher.id}-{escape(page["path"])}</guid>'
        f"<pubDate>{format_datetime(page['published'])}</pubDate>"
        f"<description>{escape(page['description'])}</description></item>\n"
        for link, title, page in _entries(publisher, pages)
    )
    about = publisher.about
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel><title>{escape(about["name"])}</title>'
        f"<link>{publisher.host}/</link><description>{escape(about['description'])}</description>"
        f"<language>{about['language']}</language>\n{items}</channel></rss>\n"
    )


def _atom(publisher: Publisher, pages: list[Mapping[str, Any]]) -> str:
    entries = "".join(
        f'<entry><title>{escape(title)}</title><link rel="alternate" href="{escape(link)}"/><id>{escape(link)}</id>'
        f"<published>{page['published'].isoformat()}</published><updated>{page['published'].isoformat()}</updated>"
        f"<summary>{escape(page['description'])}</summary></entry>\n"
        for link, title, page in _entries(publisher, pages)
    )
    about = publisher.about
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{about["language"]}">'
        f"<title>{escape(about['name'])}</title><id>{publisher.host}/</id>"
        f"<updated>{_newest(pages).isoformat()}</updated>\n{entries}</feed>\n"
    )


def _json_feed(publisher: Publisher, pages: list[Mapping[str, Any]]) -> str:
    items = [
        {
            "id": link,
            "url": link,
            "title": title,
            "summary": page["description"],
            "date_published": page["published"].isoformat(),
            "language": page.get("language", publisher.about["language"]),
        }
        for link, title, page in _entries(publisher, pages)
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": publisher.about["name"], "items": items}
    return json.dumps(feed, ensure_ascii=False, indent=1)


_FEEDS = {
    "rss": ("application/rss+xml", _rss),
    "atom": ("application/atom+xml", _atom),
    "json": ("application/feed+json", _json_feed),
}


def _news_sitemap(publisher: Publisher, pages: list[Mapping[str, Any]]) -> str:
    about = publisher.about
    rows = "".join(
        f"<url><loc>{publisher.host}{page['path']}</loc><news:news><news:publication>"
        f"<news:name>{escape(about['name'])}</news:name><news:language>{about['language']}</news:language>"
        f"</news:publication><news:publication_date>{page['published'].isoformat()}</news:publication_date>"
        f"<news:title>{escape(page['title'])}</news:title></news:news></url>\n"
        for page in pages
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n{rows}</urlset>\n'
    )


def _section(publisher: Publisher, pages: list[Mapping[str, Any]]) -> str:
    """An index page of the pages under the section's path, with the usual links around them."""
    about = publisher.about["section"]
    inside = [page for page in pages if page["path"].startswith(about["path"])]
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{about["title"]}</title></head><body>'
        '<nav><a href="/">Home</a> <a href="/film">Film</a> <a href="/tv">TV</a> <a href="/about">About us</a></nav>'
        f"<h1>{about['title']}</h1><ul>{_links(inside)}</ul>"
        '<p><a href="/terms">Terms</a> <a href="/privacy">Privacy</a></p></body></html>'
    )


def _newest(pages: list[Mapping[str, Any]]) -> datetime:
    newest: datetime = max(page["published"] for page in pages)
    return newest
