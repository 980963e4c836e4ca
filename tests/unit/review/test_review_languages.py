"""The languages of the review: no sentence of a page stands outside of the catalogues, and every catalogue has every sentence."""

from __future__ import annotations

import ast
import importlib.util
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, nodes

from crawler.config.keys import KEYS
from crawler.config.languages import LANGUAGES
from crawler.dedupe.changes import CHANGE_KINDS
from crawler.publish import display
from crawler.publish.charts.data import CHARTS, Period, chart
from crawler.publish.wording.choice import language_for
from crawler.publish.wording.vocabulary import VOCABULARY
from crawler.publish.wording.wording import ENGLISH, wording_of
from crawler.relevance.rules import FIELD_WEIGHTS
from crawler.review.lists import pulse
from db.overview import AILING
from db.store import Store

ROOT = Path(__file__).resolve().parents[3]
TEMPLATES = sorted((ROOT / "crawler/review/templates").glob("*.html"))
OTHERS = LANGUAGES[1:]
PLACE = re.compile(r"%\((\w+)\)s")
TAG = re.compile(r"</?\w+")


@pytest.fixture(scope="module")
def messages():
    """docs/messages.py as a module."""
    spec = importlib.util.spec_from_file_location("docs_messages", ROOT / "docs" / "messages.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def catalogue(code):
    with (ROOT / f"crawler/publish/wording/{code}.po").open("rb") as file:
        return read_po(file, locale=code)


def forms_of(message):
    return message.string if isinstance(message.string, tuple) else (message.string,)


@pytest.mark.parametrize("code", OTHERS)
def test_a_catalogue_has_all_that_is_said_and_nothing_else(messages, code):
    written = (ROOT / f"crawler/publish/wording/{code}.po").read_bytes()

    assert messages.written(messages.catalogue_of(code)) == written, (
        "run `make messages`, and translate what is new"
    )


@pytest.mark.parametrize("code", OTHERS)
def test_every_sentence_is_translated_in_every_form(code):
    known = catalogue(code)

    assert [each.id for each in known if each.id and not all(forms_of(each))] == []
    assert [each.id for each in known if each.fuzzy and each.id] == []
    for each in known:
        if each.pluralizable and each.id:
            assert len(each.string) == known.num_plurals, each.id


@pytest.mark.parametrize("code", OTHERS)
def test_a_translation_fills_in_what_the_sentence_fills_in_and_keeps_its_marks(code):
    for each in catalogue(code):
        if not each.id:
            continue
        said = each.id[-1] if isinstance(each.id, tuple) else each.id
        for form in forms_of(each):
            # "two articles" is one word in Arabic, and names no number
            assert set(PLACE.findall(form)) | {"num"} == set(PLACE.findall(said)) | {"num"}, each.id
            assert sorted(TAG.findall(form)) == sorted(TAG.findall(said)), each.id
            assert form % dict.fromkeys(PLACE.findall(said), "x"), each.id
            assert not re.search(r"<(?!/?(?:a|bdi|code|kbd|strong)\b)", form), each.id


# A template's own text


def consts_said(node):
    """Texts that an expression may come out as, without those that functions and filters of ours are given."""
    if isinstance(node, nodes.Const):
        yield from [node.value] if isinstance(node.value, str) else []
    elif isinstance(node, nodes.CondExpr):
        yield from [*consts_said(node.expr1), *(consts_said(node.expr2) if node.expr2 else ())]
    elif isinstance(node, nodes.Or | nodes.And | nodes.BinExpr):
        yield from [*consts_said(node.left), *consts_said(node.right)]
    elif isinstance(node, nodes.Concat):
        for each in node.nodes:
            yield from consts_said(each)
    elif isinstance(node, nodes.Filter) and node.name not in ("word", "translated") and node.node is not None:
        yield from consts_said(node.node)


def shown_by(source):
    """What a template says by itself: its text without the tags, the attributes that people hear or see, and its own words."""
    environment = Environment(extensions=["jinja2.ext.i18n"])
    environment.newstyle_gettext = True
    environment.policies["ext.i18n.trimmed"] = True
    text = []
    tree = environment.parse(source)
    tree.body = [each for each in tree.body if getattr(each, "name", "") != "body_class"]
    for output in tree.find_all(nodes.Output):
        for node in output.nodes:
            if isinstance(node, nodes.TemplateData):
                text.append(node.data)
            else:
                # gettext itself is a call; a constant is written out as it stands
                text.append("".join(f"\x01{each}\x02" for each in consts_said(node)))
    page = re.sub(r"<(code|kbd|svg|textarea)\b.*?</\1>|<!--.*?-->", "", "".join(text), flags=re.DOTALL)
    heard = re.findall(r"(?:aria-label|title|placeholder|alt)=\"([^\"]*)\"", page)
    heard += re.findall(r"<input type=\"submit\"[^>]* value=\"([^\"]*)\"", page)
    # attributes hold words of the program; outside of them every letter is a sentence
    return [*heard, re.sub(r"<[^>]*>", " ", page)]


#: names of things, and formats, in every language
NAMES = {
    "Spacereel",
    "Datasette",
    "JSON",
    "CSV",
    "SQL",
    "Atom",
    "id",
    "https",
    "Authorization",
    "Bearer",
    "amp",
    "nbsp",
    "gt",
}
WORD = re.compile(r"[^\W\d_]{2,}")
#: values of attributes that a constant may be: classes, addresses and the like
CODES = re.compile(r"\x01(?:[ ?&#]?[\w./=&?%-]*|article|list|queue| open| first)\x02")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_says_anything_by_itself(path):
    source = path.read_text(encoding="utf-8")
    said = [
        word for text in shown_by(source) for word in WORD.findall(CODES.sub("", text)) if word not in NAMES
    ]

    assert said == []


def test_what_a_template_says_by_itself_is_found():
    bare = '<p title="Hint">{{ _("Kept") }} Lost {{ "one" if x else "Two words" }} {{ a or "Third one" }}</p>{% trans %}Fine{% endtrans %}'

    words = [word for text in shown_by(bare) for word in WORD.findall(CODES.sub("", text))]
    assert words == ["Hint", "Lost", "Two", "words", "Third", "one"]


# Python code that feeds pages

#: what is raised or answered with a sentence for a page
SAYING = {"NotFound", "Forbidden", "Base400", "Unreadable", "_refuse", "_form"}
#: Datasette, and the command line's part of the review, which speaks English
COMMANDS = ("serve.py", "access.py")


def sentences_in(path):
    """Texts that a call of `SAYING` is given outright, and keys of a page's message."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            given = [*node.args, *(each.value for each in node.keywords)] if name in SAYING else []
        elif isinstance(node, ast.Dict):
            given = [
                value
                for key, value in zip(node.keys, node.values, strict=True)
                if isinstance(key, ast.Constant) and key.value in ("problem", "done", "sentence", "label")
            ]
        else:
            continue
        for each in given:
            for part in [each.body, each.orelse] if isinstance(each, ast.IfExp) else [each]:
                if isinstance(part, ast.JoinedStr):
                    yield ast.unparse(part)
                elif isinstance(part, ast.Constant) and isinstance(part.value, str) and " " in part.value:
                    yield part.value


@pytest.mark.parametrize(
    "path",
    [each for each in sorted((ROOT / "crawler/review").rglob("*.py")) if each.name not in COMMANDS],
    ids=lambda path: path.name,
)
def test_no_sentence_of_the_review_is_said_past_the_catalogues(path):
    assert list(sentences_in(path)) == []


def test_charts_speak_every_language(tmp_path):
    Store.open(tmp_path / "articles.db").close()
    until = datetime(2026, 11, 23, tzinfo=UTC)
    with closing(sqlite3.connect(tmp_path / "articles.db")) as conn:
        conn.row_factory = sqlite3.Row
        for code in OTHERS:
            period = Period(since=until - timedelta(days=7), until=until, wording=wording_of(code))
            drawn = [chart(conn, name, period) for name in CHARTS]
            plain = [chart(conn, name, Period(since=period.since, until=until)) for name in CHARTS]
            for one, other in zip(drawn, plain, strict=True):
                assert one.title != other.title and one.summary != other.summary
                assert one.title in one.svg


# Words of the record


def test_the_vocabulary_has_every_word_that_the_record_may_have():
    known = {word for words in VOCABULARY.values() for word in words}

    assert {word.replace("_", " ") for word in display.TONES} <= known
    assert {*AILING, *CHANGE_KINDS} <= known


@pytest.mark.parametrize("code", LANGUAGES)
@given(word=st.text(max_size=30))
def test_a_word_that_nobody_knows_stands_as_it_is(code, word):
    known = {each for words in VOCABULARY.values() for each in words} | {"off"}

    spelt = word.replace("_", " ")
    if word not in known and spelt not in known and word:
        assert wording_of(code).word(word) == spelt


# Dates and numbers


@pytest.mark.parametrize(
    ("code", "moment", "ago", "number"),
    [
        ("en", "20 April 2023, 12:00 UTC", "2 hours ago", "12,345"),
        ("de", "20. April 2023, 12:00 UTC", "vor 2 Stunden", "12.345"),
        ("ru", "20 апреля 2023 г., 12:00 UTC", "2 часа назад", "12 345"),
        ("ar", "20 أبريل 2023، 12:00 UTC", "قبل ساعتين", "12,345"),
    ],
)
def test_dates_and_numbers_are_written_as_people_there_do(code, moment, ago, number):
    wording, now = wording_of(code), datetime(2023, 4, 20, 14, 30, tzinfo=UTC)

    assert re.sub(r"\s", " ", wording.moment("2023-04-20T12:00:00Z")) == moment
    assert wording.ago("2023-04-20T12:00:00Z", now) == ago
    assert re.sub(r"\s", " ", wording.number(12345)) == number


@given(st.integers(min_value=1, max_value=400 * 86400), st.booleans())
def test_english_says_how_long_ago_as_the_command_line_does(seconds, is_past):
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    at = now - timedelta(seconds=seconds if is_past else -seconds)
    told = at.strftime("%Y-%m-%dT%H:%M:%SZ")

    assert ENGLISH.ago(told, now) == display.ago(told, now)
    assert ENGLISH.moment(told) == display.moment_in_words(told)
    assert ENGLISH.duration(float(seconds)) == display.duration_in_words(float(seconds))


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("at", [None, "", "soon", "2023-13-99T99:99:99Z"])
def test_an_instant_that_is_none_breaks_nothing(code, at):
    assert wording_of(code).moment(at)
    assert wording_of(code).ago(at, datetime(2026, 1, 1, tzinfo=UTC))


def test_the_daemon_s_pulse_is_told_in_the_language_of_the_page():
    beat = {"beat_at": "2026-11-23T11:00:00Z"}
    told = pulse(beat, datetime(2026, 11, 23, 12, tzinfo=UTC), wording_of("de"))

    assert told["sentence"] == "Der Daemon läuft nicht; zuletzt gesehen vor 1 Stunde."


# Whose language


@pytest.mark.parametrize(
    ("chosen", "configured", "accepted", "code"),
    [
        pytest.param("ar", "de", "ru", "ar", id="a link counts first"),
        pytest.param("xx", "de", "ru", "de", id="then the setting"),
        pytest.param(None, None, "ru-RU,ru;q=0.9,en;q=0.8", "ru", id="then the browser"),
        pytest.param(None, None, "en-US,en;q=0.9,de;q=0.8", "en", id="English is one of them"),
        pytest.param(None, None, "fr;q=1, de;q=0.5, ar;q=0.7", "ar", id="by how welcome it is"),
        pytest.param(None, None, "de;q=0, *;q=0.5", "en", id="not what is refused"),
        pytest.param(None, None, "", "en", id="nobody says"),
    ],
)
def test_whose_language_counts(chosen, configured, accepted, code):
    assert language_for(chosen, configured, accepted) == code


@given(st.text(max_size=200), st.text(max_size=200))
def test_whatever_a_browser_says_there_is_a_language(chosen, accepted):
    assert language_for(chosen, None, accepted) in LANGUAGES


def test_the_setting_knows_the_languages():
    read = KEYS["review"]["language"][1]

    assert [read(code) for code in LANGUAGES] == list(LANGUAGES)
    with pytest.raises(ValueError, match="en, de, ru, ar"):
        read("fr")


def test_every_part_of_an_article_that_counts_has_a_word():
    assert VOCABULARY["field of evidence"] == tuple(FIELD_WEIGHTS)
