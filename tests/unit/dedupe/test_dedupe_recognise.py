"""New, changed, unchanged or a copy: decided on the labelled set, and case by case."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta

import pytest
from copies_set import (
    COPIES,
    EDITS,
    NON_EDITS,
    PUBLISHED,
    Shelf,
    Story,
    Writer,
    copies,
    known,
    stories,
    text_of,
)
from near_misses import near_misses

from crawler.dedupe.fingerprint import fingerprint
from crawler.dedupe.recognise import recognise
from db.model import Article, Likeness


@pytest.fixture(scope="module")
def originals() -> list[Story]:
    return stories(60)


def compare(after: Article, *before: Article) -> Likeness:
    shelf = [known(each, number, fingerprint(each).content_sha256) for number, each in enumerate(before)]
    return recognise(after, fingerprint(after), shelf)


@pytest.mark.parametrize("edit", EDITS)
def test_no_edit_is_missed(originals, edit):
    missed = [
        story.article.title
        for story in originals
        if compare(EDITS[edit](story), story.article).kind != "changed"
    ]

    assert missed == []


@pytest.mark.parametrize("non_edit", NON_EDITS)
def test_nothing_else_is_an_edit(originals, non_edit):
    alarms = [
        story.article.title
        for story in originals
        if compare(NON_EDITS[non_edit](story), story.article).kind != "unchanged"
    ]

    assert alarms == []


def test_copies_are_found_and_told_from_neighbours():
    """The labelled set: 40 texts copied in 14 ways, 40 times 7 near misses."""
    of = stories(40, seed=2)
    shelf, hits, misses = Shelf(), defaultdict(int), []
    ids = {story.article.url: shelf.put(story.article).article_id for story in of}
    for kind, original, copy in copies(of):
        likeness = shelf.likeness(copy)
        is_found = likeness.kind in ("copy", "near_copy") and likeness.article_id == ids[original.url]
        hits[kind] += is_found and not likeness.is_original
    for kind, first, second in near_misses(stories(40, seed=3)):
        neighbours = Shelf()
        neighbours.put(first)
        if neighbours.likeness(second).kind != "new":
            misses.append(kind)

    found = sum(hits.values())
    assert found / (len(of) * len(COPIES)) >= 0.97, dict(hits)
    assert found / (found + len(misses)) >= 0.99, misses


def test_a_fifth_of_the_sentences_cut_does_not_hide_a_copy():
    pairs = [
        (original, copy)
        for kind, original, copy in copies(stories(100, seed=4))
        if kind == "20 % of the sentences cut"
    ]
    found = sum(
        bool(set(fingerprint(original).bands) & set(fingerprint(copy).bands)) for original, copy in pairs
    )

    assert found / len(pairs) >= 0.97


TEXT = text_of(Writer(1).paragraphs(10, 12))
OTHER = text_of(Writer(2).paragraphs(10, 12))


@pytest.fixture
def outlet(make_article):
    """`outlet("Name", text=...)`: an article on a site of its own."""

    def make(name: str, **fields):
        fields.setdefault("text", TEXT)
        return make_article(
            url=f"https://{name.lower()}.example/film",
            site_name=name,
            published_at=fields.pop("published_at", PUBLISHED),
            **fields,
        )

    return make


def test_the_first_article_of_all_is_new(outlet):
    assert compare(outlet("Courier")) == Likeness(kind="new")


def test_the_same_text_elsewhere_is_a_copy(outlet):
    later = outlet("Courier", published_at=PUBLISHED + timedelta(hours=1), title="Another headline")

    assert compare(later, outlet("Wire")) == Likeness(kind="copy", article_id=0, similarity=1.0)


def test_quotes_and_spaces_do_not_make_a_copy_a_near_copy(outlet):
    assert (
        compare(outlet("Courier", text=TEXT.replace(" ", "  ").replace('"', "”")), outlet("Wire")).kind
        == "copy"
    )


def test_most_of_a_text_elsewhere_is_a_near_copy(outlet):
    likeness = compare(outlet("Courier", text=TEXT[: len(TEXT) // 2]), outlet("Wire"))

    assert (likeness.kind, likeness.article_id) == ("near_copy", 0)
    assert likeness.similarity > 0.95


def test_of_several_the_earliest_is_the_original(outlet):
    wire = outlet("Wire", published_at=PUBLISHED - timedelta(hours=3))
    likeness = compare(outlet("Courier"), outlet("Star", published_at=PUBLISHED - timedelta(hours=1)), wire)

    assert likeness.article_id == 1


def test_an_article_that_came_first_is_the_original_of_what_was_seen_before(outlet):
    early = outlet("Wire", published_at=PUBLISHED - timedelta(hours=3))

    assert compare(early, outlet("Courier")) == Likeness(
        kind="copy", article_id=0, similarity=1.0, is_original=True
    )


@pytest.mark.parametrize("published_at", [None, PUBLISHED, PUBLISHED - timedelta(seconds=30)])
def test_without_two_dates_that_differ_the_one_seen_first_came_first(outlet, published_at):
    assert not compare(outlet("Courier", published_at=published_at), outlet("Wire")).is_original


def test_a_day_is_not_earlier_than_an_hour_of_it(outlet):
    day = outlet("Courier", published_at=PUBLISHED.replace(hour=0, minute=0), published_precision="day")

    assert not compare(day, outlet("Wire")).is_original
    assert not compare(
        outlet("Courier"), replace(day, url="https://w.example/", canonical_url="https://w.example/")
    ).is_original


def test_whom_a_text_credits_came_first_whatever_the_dates_say(outlet):
    hasty = outlet(
        "Courier", text=f"MOSCOW (Northern Wire) - {TEXT}", published_at=PUBLISHED - timedelta(minutes=40)
    )
    wire = replace(outlet("Wire"), site_name="Northern Wire")

    assert not compare(hasty, wire).is_original
    assert compare(wire, hasty).is_original


def test_a_site_that_is_only_mentioned_in_the_middle_is_not_credited(outlet):
    middle = len(TEXT) // 2
    early = outlet(
        "Courier", text=f"{TEXT[:middle]} Wire {TEXT[middle:]}", published_at=PUBLISHED - timedelta(hours=1)
    )

    assert compare(early, outlet("Wire")).is_original


def test_a_digest_is_no_copy_of_its_items_but_an_item_is_one_of_the_digest(outlet):
    item = outlet("Wire", text=TEXT)
    digest = outlet(
        "Courier",
        text=f"{OTHER}\n{TEXT}\n{text_of(Writer(3).paragraphs(10, 12))}",
        published_at=PUBLISHED + timedelta(hours=1),
    )

    assert compare(digest, item).kind == "new"
    assert compare(replace(item, published_at=PUBLISHED + timedelta(hours=2)), digest).kind == "near_copy"


def test_a_form_with_other_figures_is_no_copy(outlet):
    form = "Rocket {} lifted off at {} with {} satellites after {} days on the pad, said the agency that runs the centre, and flew for {} minutes and {} seconds before it was done. "

    assert (
        compare(
            outlet("Courier", text=form.format(7, 12, 20, 3, 8, 41) * 3),
            outlet("Wire", text=form.format(9, 15, 60, 5, 9, 17) * 3),
        ).kind
        == "new"
    )
    assert (
        compare(
            outlet("Courier", text=form.format(7, 12, 20, 3, 8, 41) * 3),
            outlet("Wire", text=form.format(7, 12, 20, 3, 8, 42) * 3),
        ).kind
        == "near_copy"
    )


def test_the_newest_version_at_an_address_is_what_counts(outlet):
    first, second = outlet("Wire"), outlet("Wire", text=OTHER)
    shelf = [
        known(second, 5, fingerprint(second).content_sha256, PUBLISHED + timedelta(days=1)),
        known(first, 2, fingerprint(first).content_sha256),
    ]

    assert recognise(second, fingerprint(second), shelf) == Likeness(
        kind="unchanged", article_id=5, similarity=1.0
    )
    assert recognise(first, fingerprint(first), shelf).kind == "changed"


def test_a_history_wins_over_a_copy(outlet):
    likeness = compare(
        outlet("Wire"),
        outlet("Courier", published_at=PUBLISHED - timedelta(days=1)),
        outlet("Wire", title="Older headline"),
    )

    assert (likeness.kind, likeness.article_id) == ("changed", 1)


def test_a_date_that_is_learned_is_an_edit_and_one_that_is_not_found_again_is_none(outlet):
    dated, undated = outlet("Wire"), outlet("Wire", published_at=None)

    assert compare(dated, undated).kind == "changed"
    assert compare(undated, dated).kind == "unchanged"
    assert compare(replace(undated, title="Another"), dated).kind == "changed"


@pytest.mark.parametrize("text", ["", "Video.", "Watch the trailer here."])
def test_short_texts_are_alike_only_when_they_are_the_same(outlet, text):
    assert compare(outlet("Courier", text=text), outlet("Wire", text="Something short.")).kind == "new"
    assert compare(outlet("Courier", text=text), outlet("Wire", text=text)).kind == (
        "copy" if text else "new"
    )
