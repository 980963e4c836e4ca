"""The rows of a kept record: some in every table, made of what stands in records."""

from __future__ import annotations

from typing import Any

AT, LATER = "2026-11-20T08:00:00Z", "2026-11-21T09:30:00Z"
FIRST, SECOND, COPY = "https://a.example/film", "https://b.example/fr", "https://c.example/copy"


def _article(url: str, revision: int, title: str, text: str, **more: Any) -> dict[str, Any]:
    return {
        "title": title,
        "source": "wire",
        "published_at": AT,
        "language": "en",
        "url": f"{url}?utm=1",
        "canonical_url": url,
        "revision": revision,
        "authors": '["Anna Petrova","Ben O\'Hara"]',
        "tags": '["space"]',
        "section": "Film",
        "site_name": "A",
        "description": "A lead.",
        "image_url": "https://a.example/1.jpg",
        "image_credits": '["Roscosmos"]',
        "is_free": 1,
        "modified_at": LATER,
        "published_raw": "20 November",
        "published_precision": "day",
        "fetched_at": LATER,
        "word_count": len(text.split()),
        "text": text,
        "removed": '[{"rule":"prompt","text":"Subscribe","position":1}]',
        "origins": '{"title":"h1"}',
        "content_sha256": f"{title}{revision}",
        "simhash": -7,
        "extractor": "kept 1",
        "page_sha256": f"page{revision}",
        "run_id": 1,
        **more,
    }


#: table -> rows, in an order that references allow; a column that a schema does not have yet is left out
ROWS: dict[str, list[dict[str, Any]]] = {
    "runs": [
        {"id": 1, "mode": "once", "started_at": AT, "finished_at": LATER, "verdicts": '{"new":3}'},
        {
            "id": 2,
            "mode": "daemon",
            "started_at": LATER,
            "finished_at": None,
            "quiet_polls": '{"not_modified":9}',
        },
    ],
    "sources": [
        {
            "id": "wire",
            "title": "Wire",
            "kind": "feed",
            "url": "https://a.example/rss",
            "beat": "test",
            "language": "en",
            "is_enabled": 1,
            "every_s": 900.0,
            "max_pages": 3,
            "follow": "/film/",
            "added_at": AT,
            "checked_at": LATER,
            "succeeded_at": AT,
            "next_due_at": LATER,
            "failures": 0.5,
            "outcome": "failed",
            "reason": "500.",
            "etag": '"e"',
            "last_modified": "Fri",
        },
        {
            "id": "off",
            "title": "Off",
            "kind": "page",
            "url": "https://b.example/",
            "beat": "test",
            "is_enabled": 0,
            "every_s": 60.0,
            "max_pages": 1,
            "added_at": AT,
        },
    ],
    "articles": [
        _article(FIRST, 1, "A film is shot in orbit", "They film.\nThey land."),
        _article(FIRST, 2, "A film was shot in orbit", "They filmed.\nThey landed."),
        _article(
            SECOND, 1, "«Вызов» снят на орбите", "Съёмки на МКС завершены.", language="ru", authors="[]"
        ),
        _article(COPY, 1, "A film is shot in orbit, again", "They film.\nThey land.", simhash=None),
    ],
    "judgements": [
        {
            "id": number,
            "article_id": article,
            "beat": "test",
            "score": score,
            "threshold": 0.5,
            "band": band,
            "evidence": '[{"term":"film","field":"title","count":1,"weight":1.0}]',
            "ruleset": "r1",
            "judged_at": AT,
        }
        for number, article, score, band in (
            (1, 1, 0.9, "relevant"),
            (2, 2, 0.4, "mention"),
            (3, 3, 0.1, "off"),
        )
    ],
    "copies": [{"article_id": 4, "copy_of": 1, "similarity": 0.98, "kind": "near_copy"}],
    "stories": [
        {"id": 1, "title": "A film in orbit", "first_article_id": 1, "created_at": AT, "updated_at": LATER}
    ],
    "review_events": [
        {
            "id": 1,
            "article_id": 3,
            "mark": "relevant",
            "note": "It's the one",
            "reviewer": "ann",
            "reviewed_at": AT,
        },
        {"id": 2, "article_id": 1, "mark": None, "note": None, "reviewer": "ann", "reviewed_at": LATER},
    ],
    "visits": [
        {
            "id": 1,
            "url": FIRST,
            "final_url": f"{FIRST}/",
            "source": "wire",
            "run_id": 1,
            "purpose": "new",
            "started_at": AT,
            "elapsed_ms": 12,
            "status": 200,
            "verdict": "new",
            "reason": "New.",
            "received_bytes": 100,
            "page_sha256": "page1",
            "article_id": 1,
            "score": 0.9,
        },
        {
            "id": 2,
            "url": "https://d.example/off",
            "purpose": "new",
            "started_at": LATER,
            "elapsed_ms": 5,
            "verdict": "off_topic",
            "reason": "Off.",
            "received_bytes": 0,
            "score": 0.2,
            "evidence": "[]",
        },
    ],
    "repairs": [{"id": 1, "repaired_at": AT, "guards": '["articles_kept"]'}],
    "heartbeat": [{"id": 1, "pid": 4242, "started_at": AT, "beat_at": LATER}],
    "frontier": [
        {
            "url": "https://d.example/next",
            "host": "d.example",
            "purpose": "new",
            "source": "wire",
            "found_on": "https://a.example/rss",
            "found_at": AT,
            "title": "Next",
            "published_at": AT,
            "language": "en",
            "not_before_at": AT,
            "attempts": 2,
        },
        {
            "url": FIRST,
            "host": "a.example",
            "purpose": "recheck",
            "source": "wire",
            "found_on": FIRST,
            "found_at": LATER,
            "not_before_at": LATER,
        },
    ],
    "hosts": [
        {
            "host": "a.example",
            "not_before_at": LATER,
            "crawl_delay_s": 2.5,
            "refusals": 3,
            "reason": "429.",
            "learned_gap_s": 0.5,
            "refused_gap_s": 0.25,
        }
    ],
    "pages": [{"url": FIRST, "etag": '"p"', "last_modified": "Sat", "checked_at": LATER}],
    "aliases": [{"url": f"{FIRST}?utm=1", "canonical_url": FIRST}],
    "replays": [{"rules": "digest", "position": 3}],
    "bands": [{"band": -11, "article_id": 1}, {"band": 12, "article_id": 3}],
    "site_lines": [
        {"site": "a.example", "line_hash": -5, "articles": 3, "first_seen_at": AT, "last_seen_at": LATER}
    ],
    "sites": [{"site": "a.example", "articles": 3, "lines": 1, "last_seen_at": LATER}],
    "article_events": [
        {
            "id": 1,
            "canonical_url": FIRST,
            "article_id": 2,
            "kind": "title",
            "reason": "r",
            "happened_at": LATER,
        },
        {
            "id": 2,
            "canonical_url": SECOND,
            "article_id": 3,
            "kind": "removed",
            "reason": "404",
            "happened_at": LATER,
        },
    ],
    "story_events": [
        {"id": 1, "story_id": 1, "kind": "opened", "article_id": 1, "likeness": 0.7, "happened_at": AT}
    ],
    "story_profiles": [
        {
            "canonical_url": FIRST,
            "article_id": 2,
            "reported_at": AT,
            "language": "en",
            "terms": '{"n:orbit": 1.0}',
        }
    ],
    "story_terms": [{"term": "n:orbit", "day": 20777, "article_id": 2}],
    "story_counts": [{"term": "n:orbit", "articles": 1}],
    "story_uncounted": [{"id": 1, "terms": '["n:orbit"]'}],
    "url_keys": [{"key": "a.example/film", "url": FIRST}],
    "searches": [
        {
            "id": 7,
            "name": "Otters",
            "query": "otter",
            "person": "anna",
            "bell": "desk",
            "since_id": 2,
            "saved_by": "anna",
            "saved_at": AT,
        }
    ],
    "subscriptions": [
        {
            "source": "wire",
            "hub": "https://hub.example/",
            "topic": "https://a.example/feed",
            "token": "tokentokentokentoken",
            "secret": "kept",
            "state": "active",
            "asked_at": AT,
            "lease_until": LATER,
            "pushed_at": AT,
        }
    ],
    "parameters": [
        {"host": "a.example", "name": "from", "pages": '["7f","80"]', "is_needed": 0, "learned_at": AT}
    ],
    "quiet_polls": [
        {
            "source": "wire",
            "day": AT[:10],
            "verdict": "not_modified",
            "polls": 9,
            "first_at": AT,
            "last_at": AT,
            "elapsed_ms": 90,
            "received_bytes": 0,
        }
    ],
    "forgotten": [
        {"what": "polls", "before_at": "2020-01-01T00:00:00Z", "done_at": "2020-01-01T00:00:00Z", "visits": 0}
    ],
    "site_readings": [{"site": "a.example", "readings": '[[4,"d"]]'}],
    "identity": [
        {
            "id": 1,
            "record": "0123456789abcdef0123456789abcdef",
            "begun_at": AT,
            "place": "/srv/spacereel/articles.db",
            "host": "server",
            "program": "0.1.0",
            "noted_at": LATER,
        }
    ],
    "outbox": [
        {
            "id": 1,
            "key": "k",
            "alert": "desk",
            "target": "t",
            "label": "webhook https://a.example",
            "kind": "new",
            "article_id": 1,
            "caused_at": AT,
            "due_at": AT,
            "state": "sent",
            "message": "k",
            "attempts": 1,
            "told_at": LATER,
        }
    ],
    "alert_cursors": [
        {"alert": "desk", "article_id": 4, "event_id": 2, "story_event_id": 1, "since_at": LATER}
    ],
    "record_events": [{"id": 1, "kind": "moved", "reason": "r", "happened_at": LATER}],
    "feed_entries": [
        {
            "source": "wire",
            "guid": "urn:1",
            "url": FIRST,
            "former_url": f"{FIRST}-old",
            "told_sha256": "t",
            "changes": 2,
            "seen_at": LATER,
        }
    ],
}
