"""What a site teaches of the parameters in its addresses, and addresses that are only there as they were written."""

from __future__ import annotations

import html
from datetime import UTC, datetime
from hashlib import sha256
from itertools import islice

import kit
import press
import pytest

from crawler.commands.why import trace_lines
from crawler.commands.why_trace import trace_of

OTHER = "another-story-of-the-harbour"
QUERIES = [f"seen=page-{value}" for value in (1, 2, 3, 4)] + [f"part={value}" for value in (1, 2, 3, 7)]


@pytest.fixture
def names(newsroom) -> list[str]:
    """Four slugs of which no address is one of the sixteenth that is asked for in full, to see whether it still makes no difference."""
    slugs = (f"the-crew-has-landed-{number}" for number in range(1000))
    plain = (
        slug
        for slug in slugs
        if all(
            sha256(f"{newsroom.origin()}/news/{slug}?{query}".encode()).digest()[0] % 16 for query in QUERIES
        )
    )
    return list(islice(plain, 4))


def printed(newsroom, slug: str, query: str, *, edition: str = "", canonical: str = "") -> str:
    """An article at `/news/SLUG?QUERY` that says it is at `/news/SLUG`; returns its address."""
    address = newsroom.origin() + f"/news/{slug}"
    body = press.article(edition or slug, address + canonical)
    newsroom.print_(f"/news/{slug}", body, "text/html")
    return newsroom.print_(f"/news/{slug}?{query}", body, "text/html")


def polled(newsroom, once, config, *urls: str) -> dict[str, int]:
    items = "".join(
        f"<item><title>{title_of(url)}</title><link>{html.escape(url)}</link></item>" for url in urls
    )
    newsroom.print_("/feed", f'<rss version="2.0"><channel>{items}</channel></rss>'.encode())
    return once(config, all_sources=True)


def title_of(url: str) -> str:
    """As the feed has it: of the text that is there."""
    slug = url.rpartition("/")[2].partition("?")[0]
    return html.escape(press.title_of(OTHER if url.endswith("part=3") else slug))


def habits(config) -> dict[str, tuple[int, int]]:
    rows = kit.query(config, "SELECT name, json_array_length(pages) AS n, is_needed FROM parameters")
    return {row["name"]: (row["n"], row["is_needed"]) for row in rows}


@pytest.fixture
def config(newsroom, tmp_path):
    return kit.configured(tmp_path, [kit.source(newsroom.origin() + "/feed")])


def test_a_parameter_that_makes_no_difference_on_three_pages_is_dropped_on_that_host(
    newsroom, once, config, names
):
    for value in ("page-1", "page-2"):
        polled(newsroom, once, config, *(printed(newsroom, each, f"seen={value}") for each in names[:3]))
    assert habits(config) == {"seen": (3, 0)}

    polled(newsroom, once, config, printed(newsroom, names[3], "seen=page-3"))

    asked = [each.path for each in newsroom.asked(f"/news/{names[3]}")]
    assert asked == [f"/news/{names[3]}"]
    assert kit.count(config, "current_articles") == 4
    polled(newsroom, once, config, *(printed(newsroom, each, "seen=page-4") for each in names))
    assert len(newsroom.asked("/news/")) == 7


def test_a_parameter_that_chose_another_text_once_is_never_dropped(newsroom, once, config, names):
    for value in ("1", "2"):
        polled(newsroom, once, config, *(printed(newsroom, each, f"part={value}") for each in names[:3]))
    polled(newsroom, once, config, printed(newsroom, names[0], "part=3", edition=OTHER))

    assert habits(config) == {"part": (3, 1)}
    polled(newsroom, once, config, printed(newsroom, names[3], "part=7"))
    assert [each.path for each in newsroom.asked(f"/news/{names[3]}")] == [f"/news/{names[3]}?part=7"]


def test_addresses_that_say_they_are_their_own_teach_nothing(newsroom, once, config, names):
    for value in ("1", "2"):
        told = f"?part={value}"
        polled(
            newsroom,
            once,
            config,
            *(printed(newsroom, each, f"part={value}", canonical=told) for each in names),
        )

    assert habits(config) == {}


def test_a_page_that_is_only_there_with_its_tracker_is_found_and_the_host_remembered(newsroom, once, config):
    first, second = (
        newsroom.print_(path, press.article(name, newsroom.origin() + path), "text/html")
        for name in ("a", "b")
        for path in [f"/shown?utm_id={name}"]
    )
    polled(newsroom, once, config, first)

    verdicts = kit.query(config, "SELECT verdict, reason FROM visits WHERE purpose = 'new' ORDER BY id")
    assert [each["verdict"] for each in verdicts] == ["deferred", "new"]
    assert f"asked for as its source wrote it: {first}" in verdicts[0]["reason"]
    assert habits(config) == {"utm_id": (0, 1)}

    polled(newsroom, once, config, first, second)
    polled(newsroom, once, config, first, second)
    assert [each.path for each in newsroom.asked("/shown")] == [
        "/shown",
        "/shown?utm_id=a",
        "/shown?utm_id=b",
    ]
    assert kit.query(
        config, "SELECT count(*) AS n FROM visits WHERE verdict = 'gone' AND purpose = 'new'"
    ) == [{"n": 0}]


def test_a_page_that_is_nowhere_is_gone_where_its_source_said_it_was(newsroom, once, config):
    polled(newsroom, once, config, newsroom.origin() + "/lost?utm_source=rss")

    rows = kit.query(config, "SELECT url, verdict FROM visits WHERE purpose = 'new' ORDER BY id")
    assert [(each["url"].partition("/lost")[2], each["verdict"]) for each in rows] == [
        ("", "deferred"),
        ("?utm_source=rss", "gone"),
    ]
    polled(newsroom, once, config, newsroom.origin() + "/lost?utm_source=rss")
    assert len(newsroom.asked("/lost")) == 2


def fed(newsroom, once, config, *entries: tuple[str, str]) -> dict[str, int]:
    """A poll of a feed of (title, address)."""
    items = "".join(
        f"<item><title>{title}</title><link>{html.escape(url)}</link></item>" for title, url in entries
    )
    newsroom.print_("/feed", f'<rss version="2.0"><channel>{items}</channel></rss>'.encode())
    return once(config, all_sources=True)


@pytest.mark.parametrize(
    "queries",
    [
        pytest.param(("cmp=peru", "cmp=chile", "cmp=bolivia"), id="words under the name of a campaign"),
        pytest.param(("cmp=rss", "cmp=facebook", "cmp=email"), id="channels that are subjects"),
        pytest.param(
            ("sid=65f1c0ffee0ddba11ab1e001", "sid=65f1c0ffee0ddba11ab1e002", "sid=65f1c0ffee0ddba11ab1e003"),
            id="names of documents that look drawn",
        ),
    ],
)
@pytest.mark.parametrize("is_declared", [False, True], ids=["silent", "each page says where it is"])
def test_entries_with_other_titles_that_differ_in_one_parameter_stay_apart(
    newsroom, once, config, queries, is_declared
):
    entries = []
    for number, query in enumerate(queries):
        slug, address = f"story-{number}", f"{newsroom.origin()}/s.php?{query}"
        body = press.article(slug, address if is_declared else "")
        newsroom.print_(f"/s.php?{query}", body, "text/html")
        entries.append((press.title_of(slug), address))

    fed(newsroom, once, config, *entries[:2])
    fed(newsroom, once, config, entries[2])

    assert kit.count(config, "current_articles") == 3
    if habits(config):
        trace = trace_of(config.store.path, config.store.archive, entries[0][1], ())
        said = f"Parameters that choose what is shown on this host, learned: {queries[0].partition('=')[0]}"
        assert trace is not None
        assert said in "\n".join(trace_lines(trace, datetime.now(UTC)))
    assert sorted(each.path for each in newsroom.asked("/s.php")) == sorted(
        f"/s.php?{query}" for query in queries
    )


def test_an_entry_beside_its_bare_twin_with_the_same_title_is_fetched_once(newsroom, once, config):
    for path in ("/news/fair-opens", "/news/fair-opens?cmp=autumn"):
        newsroom.print_(path, press.article("fair", newsroom.origin() + "/news/fair-opens"), "text/html")
    fed(
        newsroom,
        once,
        config,
        ("Fair opens", f"{newsroom.origin()}/news/fair-opens?cmp=autumn"),
        ("Fair opens", f"{newsroom.origin()}/news/fair-opens"),
    )

    assert [each.path for each in newsroom.asked("/news/")] == ["/news/fair-opens"]
