"""Beat files: what they may say, and how a mistake is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.catalogue import load_beats
from crawler.config import SHIPPED_BEAT
from crawler.errors import ConfigError, TopicSyntaxError

TOPIC = """
[topic]
relevant = 4
mention = 2
[topic.concepts.otter]
en = ["otter*"]
[[topic.rule]]
name = "otters"
sentence = ["otter"]
points = 4
"""
BEAT = """\
[beat]
id = "otters"
title = "Otters in cities"

[[source]]
id = "wildlife"
title = "Wildlife"
kind = "feed"
url = "https://news.example/wildlife/rss"
every = "1h 30m"
language = "en"
enabled = false
max_pages = 20
follow = "/wildlife/"

[[source]]
id = "city"
kind = "section"
url = "http://city.example/news"
"""


def beat_file(folder: Path, text: str, name: str = "otters.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_beat_is_read(tmp_path):
    path = beat_file(tmp_path, BEAT + TOPIC)

    (beat,) = load_beats([path], default_every_s=600)
    wildlife, city = beat.sources
    assert (beat.id, beat.title, beat.path, beat.topic.beat_id) == (
        "otters",
        "Otters in cities",
        path,
        "otters",
    )
    assert (wildlife.every_s, wildlife.language, wildlife.is_enabled) == (5400, "en", False)
    assert (wildlife.max_pages, wildlife.follow, wildlife.beat) == (20, "/wildlife/", "otters")
    assert (city.title, city.every_s, city.is_enabled, city.max_pages) == ("city", 600, True, 200)


def test_a_beat_without_sources_is_a_topic_to_judge_by(tmp_path):
    (beat,) = load_beats([beat_file(tmp_path, '[beat]\nid = "x"\ntitle = "X"\n' + TOPIC)])

    assert beat.sources == ()


def test_the_shipped_beat_is_read():
    (beat,) = load_beats([SHIPPED_BEAT])

    assert beat.id == "space-films"
    assert beat.sources


@pytest.mark.parametrize(
    ("old", "new", "place", "hint"),
    [
        pytest.param("[[source]]", "[[sources]]", ":5:3", 'did you mean "source"?', id="unknown section"),
        pytest.param(
            'title = "Otters in cities"',
            'titel = "x"',
            ":3:1",
            'did you mean "title"?',
            id="unknown key of the beat",
        ),
        pytest.param("every =", "evry =", ":10:1", 'did you mean "every"?', id="unknown key of a source"),
        pytest.param('"feed"', '"fead"', ":8:1", 'did you mean "feed"?', id="unknown kind"),
        pytest.param("https://news", "https://me:pw@news", ":9:1", "holds a user name", id="a password"),
        pytest.param("https://news", "ftp://news", ":9:1", "begins with http", id="not a web address"),
        pytest.param(
            "https://news.example/wildlife/rss", "news.example", ":9:1", "begins with http", id="no scheme"
        ),
        pytest.param("https://news.example", "https://[news", ":9:1", "", id="broken address"),
        pytest.param('"1h 30m"', '"often"', ":10:1", "is not a duration", id="no duration"),
        pytest.param('"1h 30m"', '"500ms"', ":10:1", "at least 1s", id="too often"),
        pytest.param('"1h 30m"', "60", ":10:1", "text in quotes", id="number for a duration"),
        pytest.param('language = "en"', 'language = "english"', ":11:1", "two letters", id="no language"),
        pytest.param("false", '"no"', ":12:1", "true or false", id="no switch"),
        pytest.param("20", "0", ":13:1", "whole number from 1", id="no pages"),
        pytest.param('"/wildlife/"', '"("', ":14:1", "regular expression", id="broken pattern"),
        pytest.param('id = "wildlife"', 'id = "Wild life"', "", "small letters", id="id is no slug"),
        pytest.param('id = "wildlife"\n', "", "", "id is missing", id="source without id"),
        pytest.param('id = "city"', 'id = "wildlife"', "", "is there twice", id="source twice"),
        pytest.param("[beat]", "[bear]", ":1:2", 'did you mean "beat"?', id="misspelt beat"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path, old, new, place, hint):
    assert old in BEAT
    path = beat_file(tmp_path, BEAT.replace(old, new, 1) + TOPIC)

    with pytest.raises(ConfigError) as told:
        load_beats([path])
    assert f"otters.toml{place}" in str(told.value)
    assert hint in str(told.value)
    assert "\n" not in str(told.value)


def test_a_mistake_in_the_topic_is_a_topic_error(tmp_path):
    path = beat_file(tmp_path, BEAT + TOPIC.replace("points", "pints"))

    with pytest.raises(TopicSyntaxError, match=r'otters.toml:.*did you mean "points"'):
        load_beats([path])


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        pytest.param("[beat", "is not valid TOML", id="no TOML"),
        pytest.param(f"x = {'[' * 100_000}", "is not valid TOML", id="brackets without end"),
        pytest.param(f"x = {'9' * 5_000}", "is not valid TOML", id="a number without end"),
        pytest.param(TOPIC, r"section \[beat\] is missing", id="no beat"),
        pytest.param(BEAT, r"section \[topic\] is missing", id="no topic"),
        pytest.param("beat = 5\n" + TOPIC, r"written \[beat\]", id="a number for the beat"),
        pytest.param(
            "source = 5\n" + BEAT.split("[[source]]")[0] + TOPIC, "one for each", id="a number for sources"
        ),
    ],
)
def test_a_file_that_is_no_beat_is_told(tmp_path, text, hint):
    with pytest.raises(ConfigError, match=hint):
        load_beats([beat_file(tmp_path, text)])


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(ConfigError, match="does not exist"):
        load_beats([tmp_path / "none.toml"])


def test_ids_are_unique_over_all_files(tmp_path):
    one = beat_file(tmp_path, BEAT + TOPIC)
    two = beat_file(tmp_path, BEAT.replace('"otters"', '"beavers"') + TOPIC, "beavers.toml")

    with pytest.raises(
        ConfigError, match=r'beavers.toml: source id "wildlife" is there twice, first in .*otters.toml'
    ):
        load_beats([one, two])
    with pytest.raises(ConfigError, match='beat id "otters" is there twice'):
        load_beats([one, one])


def mail_source(tmp_path, url):
    text = f'[beat]\nid = "x"\ntitle = "X"\n[[source]]\nid = "m"\nkind = "mail"\nurl = "{url}"\n' + TOPIC
    return load_beats([beat_file(tmp_path, text)])[0].sources[0]


@pytest.mark.parametrize(
    "url", ["maildir:/mail/News", "mbox:~/news.mbox", "imaps://ada%40e.org@imap.e.org/News"]
)
def test_a_box_of_mails_is_a_source(tmp_path, url):
    assert mail_source(tmp_path, url).url == url


@pytest.mark.parametrize(
    ("url", "hint"),
    [
        ("https://e.org/rss", "is no mailbox"),
        ("maildir:News", "is no mailbox"),
        ("imaps://imap.e.org/News", "is no mailbox"),
        ("imaps://ada:pw@imap.e.org/News", "holds a password"),
    ],
)
def test_what_is_no_box_of_mails_is_told(tmp_path, url, hint):
    with pytest.raises(ConfigError, match=hint) as told:
        mail_source(tmp_path, url)
    assert ":pw@" not in str(told.value)
