"""What a query finds in a record."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.dedupe.changes import CHANGE_KINDS
from crawler.errors import QuerySyntaxError
from crawler.query.conditions import EDITS, condition
from crawler.query.moments import moment
from crawler.query.scope import scoped_condition
from crawler.query.spellings import spellings
from db.model import Judgement


@pytest.fixture
def finds(store, append, make_article, now):
    """`finds(query, text="…", …)`: whether a query finds an article with that text, each way of asking alike."""
    numbers = iter(range(10_000))

    def asks(query, text="A text.", judgements=(), **fields):
        url = fields.pop("url", f"https://news.example/{next(numbers)}")
        article = make_article(url, title=fields.pop("title", f"Headline of {url}"), text=text, **fields)
        number = append(article, kind="new", judgements=judgements).article_id
        return found(store, query, now, number)

    return asks


def found(store, query, now, number):
    answers = set()
    for of_one in (False, True):
        asked = condition(query, now, of_one=of_one)
        rows = store._conn.execute(
            f"SELECT n.article_id FROM newest n WHERE n.article_id = ? AND {asked.sql}",
            (number, *asked.values),
        ).fetchall()
        answers.add(bool(rows))
    (answer,) = answers
    return answer


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Экипаж завершил съёмки.", "съемки"),
        ("Экипаж завершил съемки.", "съёмки"),
        ("Её полёт", "ее полет"),
        ("все еще ещё идёт съёмка", '"еще ещё идет"'),
        ("우주에서 촬영한 영화가 개봉했다", "영화 촬영"),
        ("Le premier long métrage tourné en orbite", "metrage orbit*"),
        ("The STRASSE", "straße"),
        ("中国空间站拍摄太空电影", "太空电影"),
        ("中国空间站拍摄太空电影", "电影 空间"),
        ("中国空间站拍摄太空电影", "影"),
        ("中国空间站拍摄太空电影", '"拍摄太空"'),
        ("トム・クルーズがISSへ", "トムクルーズ iss"),
        ("トムクルーズがISSへ", "トム・クルーズ"),
        ("ภาพยนตร์ถ่ายในอวกาศ", "อวกาศ"),
        ("عرض الفيلم الجديد", "فيلم"),
        ("تحدثوا عن والفيلم", "فيلم"),
        ("مشاهد للفيلم", "فيلم"),
        ("بالأفلام", "افلام"),
        ("הסרט צולם בחלל", "סרט"),
        ("ושבסרט נראה", "סרט"),
        ("צולם בתחנת החלל", "חלל תחנת"),
        ("A co-star of the film", "co-star"),
        ("A film in orbit", "-otter film"),
        ("A film in orbit", "(otter OR film) -(seal OR walrus)"),
        ("A film in orbit", 'film OR "never found"'),
        ("A film in orbit", "film & ! *"),
    ],
)
def test_a_word_is_found_however_it_is_written(finds, text, query):
    assert finds(query, text)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Экипаж завершил съёмки", "съёмка"),
        ("a film in orbit", '"orbit film"'),
        ("영화가", "화가"),
        ("航空人员进入太空", "太空人"),
        ("太空。人在", "太空人"),
        ("太空 film 人在", "太空人"),
        ("عرض الفيلم", "يلم"),
        ("عرض الفيلم", "لفيلم"),
        ("A film in orbit", "film -orbit"),
        ("A film in orbit", "film -(otter OR orbit)"),
        ("A film in orbit", "otter OR seal"),
        ("A filmed orbit", "film"),
    ],
)
def test_another_word_is_not(finds, text, query):
    assert not finds(query, text)


RELEVANT = (Judgement(topic_id="space-films", score=4.5, threshold=3.0, band="relevant"),)


@pytest.mark.parametrize(
    ("query", "other"),
    [
        ("lang:en", "lang:ru"),
        ("lang:EN source:WIRE", "source:other"),
        ("site:example", "site:otherexample"),
        ('site:"the gazette"', "site:courier"),
        ("site:news.example", "site:example.news.org"),
        ("author:petrova", "author:station"),
        ('author:"anna petr*"', 'author:"anna maria"'),
        ("tag:space", "tag:crew"),
        ("tag:кино", "tag:station"),
        ("beat:space-films", "beat:otters"),
        ("band:relevant", "band:mention"),
        ("score>4 score<5", "score>=4.6"),
        ("mark:none", "mark:relevant"),
        ("since:2026-11-20 until:2026-11-24", "since:2026-11-24"),
        ("since:7d", "until:7d"),
        ("found:24h", "found:2026-11-24"),
        ("found:yesterday", "found:2027"),
        ("story:none", "story:12"),
        ("-is:edited -is:removed -is:copy", "is:edited"),
        ("-has:correction", "has:correction"),
        ("copies:none", "is:copy"),
        ("band:any mark:any copies:any", "is:removed"),
    ],
)  # fmt: skip
def test_a_field_finds_what_has_it_and_nothing_else(finds, query, other):
    fields = {"site_name": "The Gazette", "tags": ("Space", "Кино"), "judgements": RELEVANT}

    assert finds(query, "The crew filmed on the station", **fields)
    assert not finds(other, "The crew filmed on the station", **fields)


@pytest.mark.parametrize(
    ("query", "position", "why"),
    [
        ("lang:en band:relevnt", 14, '"relevnt" is no value of band; did you mean "relevant"?'),
        ("is:new", 4, '"new" is no value of is; valid are edited, removed, copy'),
        ("film lang:en,ar", 11, "lang is the code of one language, as in lang:en OR lang:ar"),
        ("lang:english", 6, "the code of one language"),
        ("score>high", 7, "compared with a number"),
        ("story:first", 7, "story is a number"),
        ("since:soon", 7, '"soon" is no time; write for example'),
        ("since:2026-13-01", 7, "no day of the calendar"),
        ("author:!!!", 8, "has no word"),
        ("!!!", 1, "nothing in it that can be looked for"),
    ],
)
def test_a_value_that_says_nothing_is_a_mistake(now, query, position, why):
    with pytest.raises(QuerySyntaxError, match=f"character {position} ") as mistake:
        condition(query, now)

    assert why in str(mistake.value)


def test_what_became_of_an_article_is_found(store, append, make_article, now):
    first = append(make_article("https://a.example/1", text="One. Two. Three. Four."))
    store._conn.executemany(
        "INSERT INTO article_events (canonical_url, article_id, kind, happened_at) VALUES (?, ?, ?, ?)",
        [
            (first.canonical_url, first.article_id, kind, "2026-11-23T12:00:00Z")
            for kind in ("correction note", "removed")
        ],
    )
    copied = append(make_article("https://b.example/1"), kind="copy", original=first.article_id)

    assert found(store, "is:edited has:correction is:removed", now, first.article_id)
    assert found(store, "is:copy", now, copied.article_id)


def test_found_is_when_the_first_version_came(store, append, make_article, now):
    append(make_article(text="One."), at=now - timedelta(days=3))
    later = append(make_article(text="One. Two."), at=now)

    assert later.revision == 2
    assert not found(store, "found:24h", now, later.article_id)
    assert found(store, "found:4d", now, later.article_id)


def test_where_articles_are_told_marks_copies_and_bands_count_unless_named(now):
    assert scoped_condition("film", now=now).sql.count("AND") == 3
    assert (
        scoped_condition("film mark:any copies:any", "band:mention", now=now).sql.count("IS NOT 'irrelevant'")
        == 0
    )


def test_a_condition_has_names_for_a_statement_with_names(now):
    assert condition("lang:ru", now).named("q") == (
        "(n.language = :q0 OR n.language LIKE :q1)",
        {"q0": "ru", "q1": "ru-%"},
    )


def test_edits_are_kinds_of_change():
    assert set(EDITS) < set(CHANGE_KINDS)


def test_points_in_time(now):
    assert moment("2026-11-01T08:00", now).isoformat() == "2026-11-01T08:00:00+00:00"
    assert moment("2w", now) == now - timedelta(days=14)
    assert moment("1h 30m", now) == now - timedelta(minutes=90)


def test_a_long_phrase_with_many_spellings_is_tried_as_it_is_typed_and_bare():
    phrase = "ещё " * 12 + "ежевечерне"

    assert spellings(phrase) == (phrase, phrase.replace("ё", "е"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.sampled_from(["film", "-", "OR", "(", ")", '"', "宇宙", "a*", "lang:", "is:copy", "*", "'", "NEAR", "ё", " "]), max_size=12))  # fmt: skip
def test_any_query_that_is_read_can_be_asked(store, now, parts):
    query = "".join(parts)
    try:
        asked = condition(query, now)
    except QuerySyntaxError:
        return
    store._conn.execute(f"SELECT count(*) FROM newest n WHERE {asked.sql}", asked.values).fetchone()
