"""Stories: which reports tell of the same event, on the labelled set and case by case."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from stories_kit import append as tell
from stories_kit import b_cubed, filed, later, reports, with_background

from crawler.dedupe.happenings import happenings
from crawler.dedupe.profile import profile
from crawler.dedupe.spellings import name_key
from crawler.dedupe.stories import APART, JOIN, WINDOW, Bound, Comparison, cluster, idf_of, promising
from db.filing import Filing, Profile, Report


@pytest.fixture
def grouped(store, rows):
    """`grouped(told)`: B-cubed precision, recall and F1 after all reports went through a record."""

    def grouped(told):
        for each in told:
            tell(store, each)
        found = filed(rows("SELECT canonical_url, story_id FROM newest"))
        return b_cubed({each.article.url: each.event for each in told}, found)

    return grouped


@pytest.mark.parametrize(("half", "least"), [("dev", 0.9), ("held", 0.9), ("fresh", 0.85), ("last", 0.85)])
def test_events_are_told_apart_and_held_together(grouped, half, least):
    """Measured: see bench/README.md, "Stories"."""
    assert grouped(reports(half))[2] >= least


@pytest.mark.parametrize("seed", [1, 2])
def test_reports_that_come_late_and_mixed_are_still_held_together(grouped, seed):
    assert grouped(later(reports("held"), 36, seed))[2] >= 0.85


@pytest.mark.parametrize("half", ["dev", "held", "fresh"])
def test_what_every_report_says_of_the_subject_does_not_hold_events_together(grouped, half):
    assert grouped(with_background(reports(half)))[2] >= 0.85


def test_the_more_two_reports_have_in_common_the_more_it_is_believed():
    """One happening of both is all that they tell, and so is one with a figure: either is equal to the last term."""

    def of(language, terms):
        at = reports("dev")[0].article.published_at
        return Profile(terms=dict.fromkeys(terms.split(), 0.7), language=language, reported_at=at)

    comparison = Comparison(idf_of({"e:delay": 20}, 60))

    assert comparison.likeness(of("en", "e:delay"), of("de", "e:delay")) < 0.45
    assert comparison.likeness(of("en", "e:delay f:380"), of("de", "e:delay f:380")) > 0.5


def test_reports_in_words_of_their_own_are_as_alike_as_translations():
    def of(language, words):
        at = reports("dev")[0].article.published_at
        terms = dict.fromkeys(f"f:380 d:12-1 {words}".split(), 0.7)
        return Profile(terms=terms, language=language, reported_at=at)

    comparison = Comparison(idf_of({}, 60))
    english = of("en", "w:a w:b w:c w:d w:e w:f")

    assert comparison.likeness(english, of("en", "w:g w:h w:i w:j w:k w:l")) > 0.5


@pytest.mark.parametrize(
    "names",
    [("Kibo", "Кибо"), ("Menon", "Менон", "Ménon"), ("Gaganyaan", "Gaganyan"), ("Mumbai", "Мумбаи")],
)
def test_a_name_with_few_consonants_has_a_key_with_its_vowels(names):
    assert len({name_key(name) for name in names}) == 1
    assert name_key(names[0])


def first(event, half="dev"):
    return [each for each in reports(half) if each.event == event]


def test_a_story_says_when_it_was_first_reported_by_whom_and_in_which_languages(store, rows):
    for each in first("d08"):
        tell(store, each)

    ((title, articles, outlets, languages, begin, end),) = rows(
        "SELECT title, articles, outlets, languages, first_reported_at, last_reported_at FROM stories"
    )
    assert (articles, outlets, languages) == (5, 5, '["de","en","fr","ru","zh"]')
    assert (begin, end) == ("2026-10-09T05:00:00Z", "2026-10-09T10:00:00Z")
    assert title in [each.article.title for each in first("d08")]
    assert rows("SELECT count(*) FROM story_timeline WHERE story_id = 1") == [(5,)]
    assert [kind for (kind,) in rows("SELECT kind FROM story_events ORDER BY id")] == ["opened"] * 2 + [
        "joined"
    ] * 3


def test_an_article_that_stands_alone_has_no_story(store, rows):
    assert tell(store, first("d01")[0]) is None
    assert rows("SELECT count(*) FROM stories") == [(0,)]


def test_a_copy_is_folded_into_the_story_of_its_original(store, rows):
    one, two, *_ = first("d03")
    text = f"{one.article.text} " + " ".join(f"The deal, clause {n}, was read by nobody." for n in range(9))
    original = replace(one, article=replace(one.article, text=text))
    url = "https://copycat.example/1"
    copied = replace(
        original.article,
        url=url,
        canonical_url=url,
        site_name="Copycat",
        published_at=one.article.published_at + timedelta(hours=1),
    )

    tell(store, original)
    tell(store, replace(one, article=copied))
    story = tell(store, two)

    assert rows("SELECT DISTINCT story_id FROM newest") == [(story,)]
    assert rows("SELECT articles, outlets FROM stories") == [(3, 3)]
    assert rows("SELECT copies FROM story_timeline ORDER BY copies") == [(0,), (1,)]


def test_the_same_event_a_year_later_is_another_story(store):
    one, two, *_ = first("d03")
    tell(store, one)

    late = replace(two.article, published_at=one.article.published_at + timedelta(days=365))
    assert tell(store, replace(two, article=late)) is None


def test_a_new_version_stays_where_the_article_was(store, rows):
    one, two, *_ = first("d03")
    tell(store, one)
    story = tell(store, two)

    changed = replace(two.article, title="Studio walks away", published_at=two.article.published_at)
    assert tell(store, replace(two, article=changed)) == story
    assert rows("SELECT articles FROM stories") == [(2,)]


def made(number, story, day, terms, language="en"):
    at = reports("dev")[0].article.published_at + timedelta(days=day)
    of = Profile(terms=dict.fromkeys(terms.split(), 1.0), language=language, reported_at=at)
    return Report(article_id=number, story_id=story, profile=of)


def test_a_report_that_is_like_two_stories_merges_the_smaller_into_the_larger():
    near = [
        made(1, 7, 0, "n:a f:1 e:x d:1"),
        made(2, 7, 0, "n:a f:1 e:x d:1"),
        made(3, 4, 0, "n:a f:1 e:x w:q"),
    ]

    filing = cluster(made(9, None, 0, "n:a f:1 e:x").profile, near, {}, 100)

    assert (filing.story_id, filing.merged) == (7, (4,))


def test_two_stories_that_are_unlike_are_not_merged_by_a_report_that_tells_of_both():
    near = [made(1, 7, 0, "n:a f:1 e:x d:1"), made(3, 4, 0, "n:b f:2 e:y d:2")]

    filing = cluster(made(9, None, 0, "n:a f:1 e:x d:1 n:b f:2 e:y d:2").profile, near, {}, 100)

    assert filing.merged == ()


def test_a_story_that_falls_apart_is_split():
    near = [
        made(1, 7, 0, "n:a f:1 e:x"),
        made(2, 7, 0, "n:a f:1 e:x"),
        made(3, 7, 0, "n:b f:2 e:y"),
        made(4, 7, 0, "n:b f:2 e:y"),
    ]
    near += [made(number, 7, 0, "n:a f:1 e:x") for number in (5, 6, 8)]

    filing = cluster(made(9, None, 0, "n:a f:1 e:x").profile, near, {}, 100)

    assert filing.split == ((3, 4),)


def _drawn(dice, number, at):
    """A report of a few terms of a few words, in a story or alone."""
    terms = {
        f"{dice.choice('nfdecw')}:{dice.randrange(5)}": dice.uniform(0.1, 2)
        for _ in range(dice.randint(0, 9))
    }
    of = Profile(
        terms=terms,
        language=dice.choice(("en", "de")),
        reported_at=at + timedelta(hours=dice.randint(-99, 99)),
    )
    return Report(article_id=number, story_id=dice.choice((None, 1, 2, 3)), profile=of)


@pytest.mark.parametrize("seed", range(40))
def test_stories_that_are_not_looked_at_are_none_that_a_report_would_join(seed, now):
    """What `promising` leaves out changes nothing, as no likeness is above its bound."""
    dice = Random(seed)
    near = [_drawn(dice, number, now) for number in range(12)]
    new = _drawn(dice, 99, now).profile
    counts = {f"{kind}:{number}": dice.randrange(60) for kind in "nfdecw" for number in range(5)}
    own = {term: counts[term] for term in new.terms}

    comparison, bound = Comparison(idf_of(counts, 50)), Bound(new, idf_of(own, 50))

    for each in near:
        assert comparison.likeness(new, each.profile) <= bound.likeness(each.profile) + 1e-9
    assert cluster(new, promising(new, near, own, 50), counts, 50) == cluster(new, near, counts, 50)


def test_merges_and_splits_are_events_of_the_record(store, rows, append, make_article, now):
    for each in (*first("d03")[:2], *first("d12")):
        tell(store, each)
    revision = append(make_article())
    of = Profile(terms={"n:a": 1.0}, language="en", reported_at=now)
    ((three,),) = rows("SELECT max(article_id) FROM newest WHERE story_id = 2")
    filing = Filing(story_id=1, merged=(2,), likeness=0.5)

    assert store.file_report(revision.canonical_url, revision.article_id, of, filing, now) == 1
    assert rows("SELECT id, merged_into, articles FROM stories") == [(1, None, 7), (2, 1, 0)]
    again = append(make_article("https://other.example/b"))
    filing = Filing(story_id=1, split=((three, revision.article_id),), likeness=0.5)
    store.file_report(again.canonical_url, again.article_id, of, filing, now)

    assert rows("SELECT id, merged_into, articles FROM stories") == [(1, None, 6), (2, 1, 0), (3, None, 2)]
    events = rows("SELECT story_id, kind, other_story_id FROM story_events WHERE other_story_id IS NOT NULL")
    assert events == [(2, "merged", 1), (3, "split", 1)]


@pytest.mark.parametrize(
    "names",
    [
        ("Мельниковой", "Melnikowa", "Melnikova", "メルニコワ"),
        ("Пересильд", "Peresild", "ペレシルド"),
        ("Шипенко", "Shipenko", "Schipenko", "Chipenko", "Šipenko"),
        ("Круз", "Cruise", "クルーズ"),
        ("Gromow", "Громова", "Gromov"),
        ("Jezkazgan", "Zhezkazgan", "Жезказгана"),
    ],
)
def test_a_name_has_one_key_in_every_spelling(names):
    assert len({name_key(name) for name in names}) == 1


def test_what_happens_is_named_alike_in_every_language():
    said = ["The launch was postponed", "Запуск отложен", "Le lancement est reporté", "打ち上げは延期"]

    assert all({"launch", "delay"} <= set(happenings(each)) for each in said)


def test_terms_of_a_report_are_read_across_languages(make_article):
    def terms(text, language):
        article = make_article(title="-", text=text, language=language)
        return set(profile(article, (), article.published_at).terms)

    english = terms(
        "He told Darya Melnikova on 14 October that 2,300 seats and 2.8 billion are left at 9:17.", "en"
    )
    german = terms(
        "Am 14. Oktober sagte er Darja Melnikowa, um 9.17 Uhr seien 2300 Plätze und 2,8 Milliarden übrig.",
        "de",
    )
    assert {"n:mlnkv", "d:10-14", "f:2300", "f:2.8", "f:9:17"} <= english & german


def test_likeness_is_the_same_both_ways_and_highest_for_itself():
    told = [profile(each.article, each.judgements, each.article.published_at) for each in reports("dev")[:12]]
    comparison = Comparison(idf_of({}, 50))

    for one in told:
        assert all(
            comparison.likeness(one, two) == pytest.approx(comparison.likeness(two, one)) for two in told
        )
        assert comparison.likeness(one, one) == max(comparison.likeness(one, two) for two in told)
    assert 0 < APART < JOIN < 1 and timedelta(days=1) < WINDOW
