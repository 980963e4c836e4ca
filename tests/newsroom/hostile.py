"""What an attacker prints: `/hostile/NAME` of the newsroom. Each is made when it is asked for, the same every time."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from functools import cache

import press

HTML, XML = "text/html; charset=utf-8", "application/xml"
Body = tuple[bytes, dict[str, str]]


def _page(inside: bytes | str, head: str = "") -> Body:
    """An article with something bad in it."""
    text = inside.encode("utf-8", "surrogatepass") if isinstance(inside, str) else inside
    before = f"<html><head><title>TITLE</title>{head}</head><body><article><h1>TITLE</h1>TEXT".encode()
    return before + text + b"</article></body></html>", {"content-type": HTML}


def _of_its_own(body: bytes, name: str) -> bytes:
    """Each page has a title and a text of its own, so that none is a version of another."""
    paragraphs = "".join(f"<p>{each}</p>" for each in press.text_of(name).split("\n"))
    return body.replace(b"TITLE", press.title_of(name).encode(), 2).replace(b"TEXT", paragraphs.encode(), 1)


def _feed(items: str, doctype: str = "") -> Body:
    body = f'<?xml version="1.0"?>{doctype}<rss version="2.0"><channel><title>Feed</title>{items}</channel></rss>'
    return body.encode(), {"content-type": XML}


def _sitemap(urls: str, doctype: str = "") -> Body:
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'<?xml version="1.0"?>{doctype}<urlset xmlns="{space}">{urls}</urlset>'.encode(), {
        "content-type": XML
    }


_LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY l0 "http://lol.example/">'
    + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    + "]>"
)


def _foreign(origin: str) -> str:
    return (
        f'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd"><!ENTITY n SYSTEM "{origin}/xxe">'
        f'<!ENTITY % p SYSTEM "{origin}/xxe-dtd"> %p;]>'
    )


@cache
def _gz_of_spaces(megabytes: int) -> bytes:
    packer = zlib.compressobj(1, wbits=31)
    return b"".join(
        [*(packer.compress(b" " * 1_000_000) for _ in range(megabytes)), packer.flush(), gzip.compress(b"<")]
    )


@cache
def _million() -> bytes:
    items = "".join(f"<item><link>http://a.example/{number}</link></item>" for number in range(1_000_000))
    return gzip.compress(_feed(items)[0], 1)


def _titled(title: str) -> Body:
    return _page("", f'<meta property="og:title" content="{title}">')


def _calendar(origin: str, month: int) -> Body:
    links = "".join(
        f'<a href="{origin}/hostile/calendar-{month + step}">Events in month {month + step} of all the years</a> '
        for step in range(1, 40)
    )
    return _page(links)


#: name -> what is answered, from the newsroom's origin
PAGES: dict[str, Callable[[str], Body]] = {
    "deep": lambda origin: _page("<div>" * 100_000 + "down here"),
    "deep-tables": lambda origin: _page("<table><tr><td>" * 30_000),
    "deep-quotes": lambda origin: _page("<blockquote><b>" * 50_000 + "x"),
    "attributes": lambda origin: _page("<p " + "a=b " * 100_000 + ">x</p>"),
    "attribute-flood": lambda origin: _page(
        "<p " + "".join(f" a{number}='>'" for number in range(100_000)) + ">x</p>"
    ),
    "open-tags": lambda origin: _page("<a href='" * 100_000),
    "comments": lambda origin: _page("<!--" * 200_000),
    "entities": lambda origin: _page("&amp;" * 400_000 + "&#xD800;&#0;&#x110000;&#99999999999;"),
    "one-word": lambda origin: _page("<p>" + "a" * 2_000_000 + "</p>"),
    "spaces": lambda origin: _page("<p>" + " \t\n" * 600_000 + "end</p>"),
    "paragraphs": lambda origin: _page("<p>x</p>" * 100_000),
    "links": lambda origin: _page("<a href='/x'>y</a>" * 60_000),
    "dates": lambda origin: _page("<time>2026-11-2</time> 1/1/2026 " * 20_000),
    "json-ld": lambda origin: _page(
        "", '<script type="application/ld+json">' + "[" * 100_000 + "</script>"
    ),
    "json-ld-wide": lambda origin: _page(
        "", '<script type="application/ld+json">[' + '{"@type":"NewsArticle"},' * 50_000 + "{}]</script>"
    ),
    "json-ld-types": lambda origin: _page(
        "", '<script type="application/ld+json">{"a"' + ':[{"@type"' * 60_000 + "}</script>"
    ),
    "nuls": lambda origin: _page("<p>be\0fore and \ud800 after \udfff</p>\0\0"),
    "wide-nuls": lambda origin: (b"\xff\xfe" + b"\0\0" * 500_000, {"content-type": HTML}),
    "escapes": lambda origin: _page(
        "<p>\x1b[2J\x1b]0;gone\x07 \u202e reversed \u2028 lines</p>",
        '<meta property="og:title" content="\x1b[31mRed&#27;[0m&#10;ERROR forged=line">',
    ),
    "script": lambda origin: _page("<script>alert(1)</script><img src=x onerror=alert(1)>", "<base href='javascript:alert(1)'>"),
    "future": lambda origin: _page(
        "", '<meta property="article:published_time" content="2099-01-01T00:00:00Z">'
    ),
    "xml-page": lambda origin: (
        f'<?xml version="1.0"?>{_foreign(origin)}<html><body><p>&f;&n;</p></body></html>'.encode(),
        {"content-type": "application/xhtml+xml"},
    ),
    "laughing-page": lambda origin: (
        f'<?xml version="1.0"?>{_LAUGHS}<html><body><p>&l9;</p></body></html>'.encode(),
        {"content-type": "application/xhtml+xml"},
    ),
    "cookies": lambda origin: (
        _page("")[0],
        {"content-type": HTML, "set-cookie": "id=1; Domain=example; Path=/", "www-authenticate": "Basic"},
    ),
    "charset": lambda origin: (_page("")[0], {"content-type": "text/html; charset=" + "x" * 5000}),
    "marks": lambda origin: _titled("e" + "\u0301" * 10_000),
    "tag-characters": lambda origin: _titled("A" + "".join(map(chr, range(0xE0020, 0xE007F))) * 100),
    "zero-widths": lambda origin: _titled("z\u200b\u200c\u200d\u2060\ufeff" * 2_000),
    "overrides": lambda origin: _titled("\u202e\u2066\u2067\u202b" * 2_000 + "gnp.exe"),
    "surrogates": lambda origin: _titled("&#xD83D;&#xDE00;&#xDC00;&#xD800;" * 2_000),
    "emoji": lambda origin: _titled("\U0001f468\u200d\U0001f469\u200d\U0001f467" * 3_000),
    "comment-attribute": lambda origin: _page(f'<p title="{"<!--" * 200_000}">x</p>'),
    "meta-flood": lambda origin: _page("", '<meta property="article:tag" content="x">' * 50_000),
    "title-flood": lambda origin: _page("", "<title>x</title>" * 50_000),
    "headings": lambda origin: _page("<h1>Another headline of it</h1>" * 30_000),
    "figures": lambda origin: _page("<figure><img src=a.jpg><figcaption>Photo: x" * 20_000),
    "lists": lambda origin: _page("<ul><li>" * 40_000 + "x"),
    "forms": lambda origin: _page("<select>" + "<option>x" * 100_000),
    "svg": lambda origin: _page("<svg>" + "<g>" * 100_000),
    "bylines": lambda origin: _page("<p class=byline>By Anna Petrova and " + "Boris Ivanov, " * 5_000 + "</p>"),
    "times": lambda origin: _page("<time datetime='2026-11-23T10:00:00Z'>now</time>" * 30_000),
    "zip": lambda origin: (b"PK\x03\x04" + bytes(5000), {"content-type": HTML}),
    "gz-page": lambda origin: (_gz_of_spaces(100), {"content-type": HTML}),
}  # fmt: skip

#: robots.txt that cost more than they weigh
ROBOTS: dict[str, bytes] = {
    "agents-times-rules": b"".join(b"User-agent: a%d\n" % number for number in range(9_000))
    + b"Disallow:/\n" * 9_000,
    "everybody-times-rules": b"User-agent: *\n" * 15_000 + b"Disallow:/%\n" * 20_000,
    "groups": b"User-agent: *\nDisallow: /a\n" * 20_000,
    "rules": b"User-agent: *\n" + b"".join(b"Disallow: /%d\n" % number for number in range(30_000)),
    "stars": b"User-agent: *\nDisallow: /" + b"*a" * 250_000 + b"b\n",
    "stars-often": b"User-agent: *\n"
    + b"".join(b"Disallow: /*a*a*a*%db$\n" % number for number in range(20_000)),
    "hardly": b"User-agent: *\n"
    + b"".join(b"Disallow: /*%s%04x%s\n" % (b"q" * 30, number, b"q" * 26) for number in range(6_700)),
    "escapes": b"User-agent: *\nDisallow: /" + "é".encode() * 250_000,
    "blanks": b" " * 500_000,
    "delay": b"User-agent: *\nCrawl-delay: 1e18\n",
}

#: one private address in many spellings, a metadata service, and ports of other protocols
PRIVATE = (
    "http://10.9.8.7/",
    "http://0x0a.9.8.7/",
    "http://012.9.8.7/",
    "http://168364039/",
    "http://10.591879/",
    "http://[::ffff:a09:807]/",
    "http://[::ffff:10.9.8.7]/mapped",
    "http://[64:ff9b::a09:807]/",
    "http://[2002:a09:807::]/",
    "http://[2001:db8::5efe:a09:807]/",
    "http://[fe80::1]/",
    "http://[fd00:ec2::254]/",
    "http://10\u30029\u30028\u30027/dots",
    "http://\u2460\u24ea.9.8.7/circles",
    "http://10.9.8.7./trailing",
    "http://somebody:secret@10.9.8.7/user",
    "http://0.0.0.0/",
    "http://169.254.169.254/latest/meta-data",
    "http://192.0.0.192/opc/v2",
    "http://168.63.129.16/machine",
    "http://100.64.0.1/",
    "http://news.example:25/",
    "http://news.example:6667/",
)

#: ... that claim to be feeds
FEEDS: dict[str, Callable[[str], Body]] = {
    "laughs": lambda origin: _feed("<item><title>&l9;</title><link>&l9;</link></item>", _LAUGHS),
    "foreign": lambda origin: _feed(
        f"<item><title>&f;</title><link>{origin}/article/of-foreign</link><description>&n;</description></item>",
        _foreign(origin),
    ),
    "deep-feed": lambda origin: _feed("<item><a>" * 50_000),
    "schemes": lambda origin: _feed(
        "".join(
            f"<item><link>{url}</link></item>"
            for url in (
                "javascript:alert(1)",
                "data:text/html,x",
                "file:///etc/passwd",
                "ftp://127.0.0.1/x",
                "gopher://127.0.0.1/x",
                "view-source:http://a.example/",
                "//",
                "http://",
                "http:///etc/passwd",
            )
        )
    ),
    "million": lambda origin: (_million(), {"content-type": XML}),
    "private": lambda origin: _feed(
        "".join(f"<item><link>{url}</link></item>" for url in PRIVATE)
        + f"<item><link>{origin}/article/of-private</link>"
        + '<enclosure url="http://10.9.8.7/enclosure.mp3" type="audio/mpeg" length="1"/></item>'
        + '<link xmlns="http://www.w3.org/2005/Atom" rel="hub" href="http://10.9.8.7/hub"/>'
    ),
    "item-attributes": lambda origin: _feed(
        "<item " + "".join(f" a{number}='&gt;>'" for number in range(100_000)) + "/>"
        f"<item><link>{origin}/article/of-item-attributes</link></item>"
    ),
    "namespace": lambda origin: (
        f'<feed xmlns="{"n" * 200_000}">{"<entry/>" * 100_000}'.encode()
        + f'<entry><title>A</title><link href="{origin}/article/of-namespace"/></entry></feed>'.encode(),
        {"content-type": XML},
    ),
    "gz-feed": lambda origin: (_gz_of_spaces(100), {"content-type": XML}),
    "nul-feed": lambda origin: _feed("<item>\0<link>\0</link><title>\ud800</title></item>".replace("\ud800", "&#xD800;")),
}  # fmt: skip

#: ... that claim to be sitemaps
SITEMAPS: dict[str, Callable[[str], Body]] = {
    "laughs-map": lambda origin: _sitemap("<url><loc>&l9;</loc></url>", _LAUGHS),
    "foreign-map": lambda origin: _sitemap(
        f"<url><loc>&f;</loc></url><url><loc>{origin}/article/of-foreign-map</loc></url>", _foreign(origin)
    ),
    "deep-map": lambda origin: _sitemap("<url><loc>" * 50_000),
    "gz-map": lambda origin: (_gz_of_spaces(100), {"content-type": "application/gzip"}),
    "self-map": lambda origin: (
        press.sitemap_index([f"{origin}/hostile/self-map?{number}" for number in range(2_000)]),
        {"content-type": XML},
    ),
}


def answer(name: str, origin: str) -> Body | None:
    """What `/hostile/NAME` answers, or None when there is no such thing."""
    if name.startswith("calendar-") and name[9:].isdecimal():
        body, headers = _calendar(origin, int(name[9:]))
        return _of_its_own(body, name), headers

    made = PAGES.get(name) or FEEDS.get(name) or SITEMAPS.get(name)
    if made is None:
        return None
    body, headers = made(origin)
    return _of_its_own(body, name), headers
