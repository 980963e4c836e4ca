"""Appending: what one capture leaves in the record."""

from dataclasses import replace
from datetime import timedelta

import pytest

from db.model import Evidence, FetchRecord, Judgement, Outcome, Removed

OTHER = "https://other.example/same-film"


def judged(band="relevant", score=0.9, ruleset="r1", beat="space-films"):
    evidence = (Evidence(term="орбита", concept="orbit", field="title", count=1, weight=0.5),)
    return Judgement(topic_id=beat, score=score, threshold=0.5, band=band, evidence=evidence, ruleset=ruleset)


def visit(url, now, outcome=Outcome.GONE, purpose="new"):
    return FetchRecord(url=url, source="wire", purpose=purpose, started_at=now, outcome=outcome, reason="404")


def test_an_article_is_kept_with_all_its_fields(store, append, make_article, make_page, now, rows):
    article = make_article(
        description="A short one.",
        section="Film",
        site_name="News",
        image_url="https://news.example/a.jpg",
        image_credits=("NASA",),
        is_free=True,
        modified_at=now + timedelta(hours=1),
        published_raw="23 November",
        removed=(Removed(rule="prompt.newsletter", text="Sign up", position=3),),
        origins=(("title", "h1"),),
    )
    page = make_page()
    run = store.start_run("once", now)

    revision = append(article, run_id=run, page=page)

    assert (revision.article_id, revision.revision, revision.canonical_url) == (1, 1, article.url)
    columns = (
        "title, source, published_at, language, url, revision, authors, tags, section, site_name, description,"
        " image_url, image_credits, is_free, modified_at, published_raw, published_precision, fetched_at,"
        " word_count, text, removed, origins, simhash, extractor, page_sha256, run_id"
    )
    assert rows(f"SELECT {columns} FROM articles") == [
        (
            "A film is shot in orbit",
            "wire",
            "2026-11-23T12:00:00Z",
            "en",
            article.url,
            1,
            '["Anna Petrova"]',
            '["space", "film"]',
            "Film",
            "News",
            "A short one.",
            "https://news.example/a.jpg",
            '["NASA"]',
            1,
            "2026-11-23T13:00:00Z",
            "23 November",
            "second",
            "2026-11-23T12:00:00Z",
            10,
            "The crew filmed on the station.\nThey land on Sunday.",
            '[{"rule": "prompt.newsletter", "text": "Sign up", "position": 3}]',
            '{"title": "h1"}',
            1,
            "test 1",
            page.sha256,
            run,
        )
    ]
    assert rows("SELECT * FROM article_authors") == [(1, 0, "Anna Petrova")]
    assert rows("SELECT * FROM article_tags ORDER BY position") == [(1, 0, "space"), (1, 1, "film")]


def test_what_is_not_known_is_null(append, make_article, rows):
    append(make_article(authors=(), tags=(), published_at=None, published_precision=None, description=""))

    assert rows("SELECT published_at, description, section, is_free, authors, tags FROM articles") == [
        (None, None, None, None, "[]", "[]")
    ]


def test_the_same_content_again_adds_no_version_and_the_ledger_says_so(append, make_article, rows):
    first = append(make_article())

    again = append(make_article(), outcome=Outcome.CHANGED)

    assert again == first
    assert rows("SELECT count(*) FROM articles") == [(1,)]
    assert rows("SELECT verdict, reason, article_id FROM visits") == [
        ("new", "as the test says", 1),
        ("unchanged", "same content as revision 1", 1),
    ]


def test_a_text_that_goes_and_comes_back_makes_three_versions(append, make_article, rows):
    for title in ("Before", "After", "Before"):
        append(make_article(title=title))

    assert rows("SELECT revision, title FROM articles ORDER BY id") == [
        (1, "Before"),
        (2, "After"),
        (3, "Before"),
    ]
    assert rows("SELECT id, title, revision FROM current_articles") == [(3, "Before", 3)]


def test_a_changed_article_keeps_one_history_when_its_address_moves(append, make_article, make_page, rows):
    first = append(make_article())
    moved = "https://news.example/film-in-orbit-2"

    append(make_article(moved, title="New title"), kind="changed", original=first.article_id)

    assert rows("SELECT canonical_url, revision, url FROM articles ORDER BY id") == [
        ("https://news.example/film-in-orbit", 1, "https://news.example/film-in-orbit"),
        ("https://news.example/film-in-orbit", 2, moved),
    ]
    assert rows("SELECT canonical_url FROM aliases WHERE url = ?", moved) == [
        ("https://news.example/film-in-orbit",)
    ]


def test_an_article_that_is_not_to_be_kept_leaves_a_visit_only(append, make_article, rows):
    kept = append(make_article(), keeps=False, outcome=Outcome.OFF_TOPIC, judgements=(judged("off", 0.1),))

    assert kept is None
    assert rows("SELECT count(*) FROM articles") == [(0,)]
    assert rows("SELECT verdict, score, article_id, json_extract(evidence, '$[0].term') FROM visits") == [
        ("off_topic", 0.1, None, "орбита")
    ]


def test_a_copy_names_its_original_and_folds_under_it(append, make_article, rows):
    original = append(make_article(), judgements=(judged(),))

    copy = append(
        make_article(OTHER),
        kind="near_copy",
        original=original.article_id,
        similarity=0.8,
        judgements=(judged(),),
    )

    assert rows("SELECT article_id, copy_of, similarity, kind FROM copies") == [
        (copy.article_id, original.article_id, 0.8, "near_copy")
    ]
    assert rows("SELECT id, copies FROM review_queue") == [(original.article_id, 1)]


def test_the_newest_judgement_of_the_best_beat_stands(append, make_article, rows):
    append(make_article(), judgements=(judged("mention", 0.4), judged("relevant", 0.6, beat="rockets")))
    assert rows("SELECT band, score FROM current_articles") == [("relevant", 0.6)]

    append(make_article(), judgements=(judged("off", 0.1, "r2", "rockets"),), kind="unchanged")

    assert rows("SELECT band, score FROM current_articles") == [("mention", 0.4)]
    assert rows("SELECT count(*) FROM judgements") == [(3,)]


def test_the_same_judgement_is_written_once_and_one_that_returns_is_written_again(append, make_article, rows):
    for ruleset in ("r1", "r1", "r2", "r1"):
        append(make_article(), judgements=(judged(ruleset=ruleset),))

    assert rows("SELECT ruleset FROM judgements ORDER BY id") == [("r1",), ("r2",), ("r1",)]


def test_an_unchanged_article_whose_date_was_lost_is_judged_all_the_same(
    append, make_article, make_fingerprint, rows
):
    first = append(make_article())

    again = append(
        make_article(),
        kind="unchanged",
        fingerprint=make_fingerprint(make_article(title="another digest")),
        judgements=(judged(),),
    )

    assert again == first
    assert rows("SELECT band FROM current_articles") == [("relevant",)]


def test_a_visit_takes_the_page_off_the_queue(store, append, make_article, make_candidate, now):
    store.enqueue([make_candidate(), make_candidate(OTHER)], now)

    append(make_article())

    assert [entry.candidate.url for entry in store.pending(now)] == [OTHER]


def test_a_deferred_visit_leaves_the_page_queued(store, make_candidate, now, rows):
    store.enqueue([make_candidate()], now)

    store.append_visit(visit(make_candidate().url, now, Outcome.DEFERRED), None)

    assert store.queue_size() == 1
    assert rows("SELECT verdict FROM visits") == [("deferred",)]


def test_a_poll_of_a_source_takes_nothing_off_the_queue(store, make_candidate, now):
    store.enqueue([make_candidate()], now)

    store.append_visit(visit(make_candidate().url, now, Outcome.UNCHANGED, "source"), None)

    assert store.queue_size() == 1


def test_a_visit_has_the_number_of_its_row(store, now, rows):
    numbers = [store.append_visit(visit(f"https://a.example/{n}", now), None) for n in range(3)]

    assert numbers == [row[0] for row in rows("SELECT id FROM visits ORDER BY id")]


def test_validators_come_back_with_the_recheck_under_both_addresses(
    store, append, make_article, make_page, make_candidate, now
):
    headers = (("etag", '"v1"'), ("last-modified", "Mon, 23 Nov 2026 12:00:00 GMT"))
    asked, final = "https://news.example/short", "https://news.example/film-in-orbit"
    append(make_article(), page=make_page(asked, final_url=final, headers=headers))

    for url in (asked, final):
        store.schedule_recheck(url, now)

    assert {(e.candidate.url, e.etag, e.last_modified) for e in store.pending(now)} == {
        (asked, '"v1"', "Mon, 23 Nov 2026 12:00:00 GMT"),
        (final, '"v1"', "Mon, 23 Nov 2026 12:00:00 GMT"),
    }


def test_the_claim_to_be_another_site_s_page_does_not_hide_that_page(
    store, append, make_article, make_candidate, now
):
    append(replace(make_article("https://thief.example/a"), canonical_url="https://victim.example/scoop"))

    assert store.enqueue([make_candidate("https://victim.example/scoop")], now) == 1


def test_the_desktop_address_of_a_mobile_page_is_known(store, append, make_article, make_candidate, now):
    append(replace(make_article("https://m.news.example/a"), canonical_url="https://www.news.example/a"))

    assert store.enqueue([make_candidate("https://www.news.example/a")], now) == 0


@pytest.mark.parametrize(
    "text", [pytest.param("nul \0 byte", id="NUL"), pytest.param("lone \ud83d half", id="lone surrogate")]
)
def test_text_that_sqlite_cannot_keep_is_kept_with_a_replacement(
    append, make_article, make_fingerprint, rows, text
):
    article = make_article(title=text, text=text, authors=(text,), description=text)

    append(article, fingerprint=make_fingerprint(make_article()))

    assert rows("SELECT title, json_extract(authors, '$[0]') FROM articles") == [
        (text.replace("\0", "�").replace("\ud83d", "�"),) * 2
    ]
    assert rows("SELECT count(*) FROM articles_fts WHERE articles_fts MATCH 'lone OR byte'") == [(1,)]


def test_neighbours_are_the_article_s_history_the_same_content_and_shared_bands(
    append, store, make_article, make_fingerprint
):
    article = make_article()
    append(article, fingerprint=make_fingerprint(article, bands=(1, 2, 3)))
    append(
        make_article(OTHER, title="Same bands"),
        fingerprint=make_fingerprint(make_article(title="b"), bands=(2, 9)),
    )
    append(make_article("https://third.example/a", title="Nothing shared"))
    again = make_article(title="Edited", text="All other.")

    own = store.neighbours(again, make_fingerprint(again))
    exact = store.neighbours(make_article("https://new.example/a"), make_fingerprint(article))
    banded = store.neighbours(
        make_article("https://new.example/b", title="x"), make_fingerprint(again, bands=(2, 3))
    )

    assert [known.title for known in own] == [article.title]
    assert [known.title for known in exact] == [article.title]
    assert [known.title for known in banded] == [article.title, "Same bands"]


def test_a_neighbour_is_its_newest_version(append, store, make_article, make_fingerprint):
    append(make_article(title="First"), fingerprint=make_fingerprint(make_article(title="First"), bands=(7,)))
    append(make_article(title="Second"))

    known = store.neighbours(make_article(OTHER), make_fingerprint(make_article(title="x"), bands=(7,)))

    assert [(each.title, each.revision, each.article_id) for each in known] == [("Second", 2, 2)]


def test_a_band_shared_by_everybody_names_its_first_and_its_last_articles(
    append, store, make_article, make_fingerprint
):
    for number in range(60):
        article = make_article(f"https://n{number}.example/a", title=f"t{number}")
        append(article, fingerprint=make_fingerprint(article, bands=(5,)))

    known = store.neighbours(make_article(OTHER), make_fingerprint(make_article(title="x"), bands=(5,)))

    assert known[0].title == "t0"
    assert len(known) == 12


def test_a_paragraph_that_everybody_carries_does_not_crowd_out_a_cut_copy(
    append, store, make_article, make_fingerprint
):
    everybodys, ours = tuple(range(2)), tuple(range(100, 114))
    for number in range(60):
        article = make_article(f"https://n{number}.example/a", title=f"t{number}")
        append(article, fingerprint=make_fingerprint(article, bands=(*everybodys, 1000 + number)))
    cut = make_article("https://cut.example/a", title="cut to its last paragraphs")
    append(cut, fingerprint=make_fingerprint(cut, bands=(ours[0], 2000)))

    known = store.neighbours(
        make_article(OTHER), make_fingerprint(make_article(title="x"), bands=(*everybodys, *ours))
    )

    assert [each.title for each in known] == ["cut to its last paragraphs", "t0", "t1", "t2", "t3"]
