"""Sites that answer to an address exactly as they published it, and 404 to any other spelling: nothing of theirs is called gone."""

from __future__ import annotations

import html
import sqlite3
from contextlib import closing

import kit
import press

SESSION = "4d1f0a9be2c3776512ab"
#: what every kind of tracker looks like when a site chooses its page by it
TRACKERS = (
    "utm_source=rss",
    "utm_id=7&id=3",
    "fbclid=IwAR0abc",
    "srsltid=AfmBOoq1",
    "__hstc=1.2.3",
    "_hsenc=p2ANqtz",
    "spm=a2c.1",
    "at_medium=rss",
    "ns_mchannel=social",
    "pk_campaign=feed",
    "wt_mc=nl.1",
    "mc_cid=aa11",
    "mkt_tok=eyJpIjoi",
    "ref=rss",
    "ref=twitter.com",
    "source=feed",
    "from=home",
    "via=newsletter",
    "cmp=fb-share",
    "icid=most_popular",
    "ncid=txtlnkusaolp00000618",
    "ocid=msedgntp",
    "cmpid=rss-1",
    "smid=tw-share",
    "feed=rss2&p=4",
    "mod=rss",
    "rss=1",
    "amp=1",
    "amp",
    "outputType=amp",
    "nocache=12",
    "tsrc=rss",
    f"sid={SESSION}",
    f"session_id={SESSION}",
    f"PHPSESSID={SESSION}",
    "CFID=1&CFTOKEN=2",
    "usqp=mq331AQ",
    "trk=public_post",
    "campaign_source=mail",
    "ga_source=x",
)
#: the same parameters, otherwise written
SPELLINGS = (
    "z=1&a=2&m=3",
    "b=2&utm_source=x&a=1",
    "a=1&&b=2",
    "&a=1",
    "a=1&",
    "a=1&a=0",
    "a=&b",
    "b&a=",
    "q=a+b",
    "q=a%20b",
    "q=%7etilde",
    "q=%c3%a9t%C3%A9",
    "q=%41bc",
    "q=a%27b",
    "q=(a)!*",
    "q=a,b;c=d",
    "a=1;b=2",
    "q=a/b?c",
    "q=http://e.org/a?b",
    "q=%5ba%5d",
    "A=1&a=2",
    "ID=5",
    "=5",
    "2026",
    "q=100%25",
    "q=a:b@c",
)
PATHS = (
    "/News/Story-Of-The-Day",
    "/news/closing-slash/",
    "/news/no-slash",
    "/news/index.html",
    "/news/folder/index.php",
    "/news//doubled/slash",
    "/news/%7euser/a",
    "/news/~user/b",
    "/news/%c3%a9t%c3%a9",
    "/news/%C3%89t%C3%A9",
    "/news/a%2Fb",
    "/news/a%2fc",
    "/news/%41bc",
    "/news/a+b",
    "/news/a%20b",
    "/news/it's",
    "/news/a(b)!*",
    "/news/a,b",
    "/news/a;b=c",
    "/news/a;v=1/c",
    f"/news/a;sid={SESSION}",
    f"/news/b;jsessionid={SESSION}",
    f"/news/c;jsessionid={SESSION}?id=3",
    f"/news/d;PHPSESSID={SESSION}",
    "/news/a:b@c",
    "/news/a$b",
    "/news/a=b&c",
    "/news/the-story-of-ours/amp",
    "/news/the-story-of-ours-2/amp/",
    "/news/the-story-of-ours-3.amp",
    "/news/the-story-of-ours-4.amp.html",
    "/news/amp/the-story-of-ours-5",
    "/news/dots./a",
    "/news/100%25",
    "/",
)
#: never sent, whatever a site does with them
FRAGMENTS = ("#top", "#!/a", "#a?b=c", "#utm_source=rss")
TARGETS = (
    *PATHS,
    *(f"/trackers/{number}?{query}" for number, query in enumerate(TRACKERS)),
    *(f"/written/{number}?{query}" for number, query in enumerate(SPELLINGS)),
)
LINKS = (*TARGETS, *(f"/parts/{number}?a=1{part}" for number, part in enumerate(FRAGMENTS)))


def printed(newsroom, link: str) -> str:
    """A page that answers to that address alone; returns the address as published."""
    target = link.partition("#")[0]
    newsroom.print_(target, press.article(str(LINKS.index(link)), newsroom.origin() + target), "text/html")
    return newsroom.origin() + link


def fed(newsroom, urls: list[str]) -> None:
    """A feed of them, each under a title of its own and with its `&` as XML has it."""
    items = "".join(
        f"<item><title>{press.title_of(str(number))}</title><link>{html.escape(url)}</link></item>"
        for number, url in enumerate(urls)
    )
    newsroom.print_("/feed", f'<rss version="2.0"><channel>{items}</channel></rss>'.encode(), etag="")


def gone(config) -> list[str]:
    """Addresses of pages that the ledger calls gone."""
    rows = kit.query(
        config, "SELECT url FROM visits WHERE verdict = 'gone' AND purpose IN ('new', 'recheck')"
    )
    return [row["url"] for row in rows]


def looked_at_again(config) -> int:
    """Every page of the record is due; how many there are."""
    with closing(sqlite3.connect(config.store.path)) as db, db:
        return db.execute("UPDATE frontier SET not_before_at = '2020-01-01T00:00:00Z'").rowcount


def test_no_page_is_gone_that_is_there_as_its_site_wrote_it(newsroom, once, tmp_path):
    urls = [printed(newsroom, link) for link in LINKS]
    fed(newsroom, urls)
    config = kit.configured(tmp_path, [kit.source(newsroom.origin() + "/feed")])

    once(config, all_sources=True)

    assert gone(config) == []
    asked = {each.path for each in newsroom.asked()}
    assert [link for link in LINKS if link.partition("#")[0] not in asked] == []
    assert kit.count(config, "current_articles") == len(LINKS)

    first = len(newsroom.asked("/trackers/"))
    assert looked_at_again(config) == len(LINKS)
    once(config, all_sources=True)
    assert gone(config) == []
    looks = kit.query(config, "SELECT count(*) AS n FROM visits WHERE purpose = 'recheck'")
    assert looks == [{"n": len(LINKS)}]
    assert len(newsroom.asked("/trackers/")) == first + len(TRACKERS)
