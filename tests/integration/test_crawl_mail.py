"""Newsletters are read out of real boxes: each mail an article, or a list of what is on the web."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from urllib.parse import quote

import kit
import post_office
import press
import pytest
from click.testing import CliRunner

from crawler.cli import main
from crawler.commands.sources_check import check_sources

#: the newsroom's own articles, as a list names them
SLUGS = ("crew-lands-in-steppe", "film-set-in-orbit-is-built", "actress-trains-in-centrifuge")


def named(newsroom):
    return [(f"{newsroom.origin()}/article/{slug}", press.title_of(slug)) for slug in SLUGS]


def articles(config):
    return {row["url"]: row for row in kit.query(config, "SELECT * FROM articles")}


def test_a_mail_that_is_an_article_becomes_one(once, tmp_path):
    url = post_office.maildir(tmp_path / "mail", [post_office.letter("one", message_id="<a1@paper.example>")])
    config = kit.configured(tmp_path, [kit.source(url, kind="mail")])

    once(config)

    (article,) = articles(config).values()
    assert (article["url"], article["canonical_url"]) == ("mid:a1@paper.example", "mid:a1@paper.example")
    assert article["title"] == press.title_of("one")
    assert article["published_at"] == "2026-11-20T09:30:00Z"
    assert article["text"] == press.text_of("one")
    assert kit.query(config, "SELECT reason FROM visits WHERE purpose = 'source'") == [
        {"reason": "1 mail, 1 new; 1 article."}
    ]
    told = CliRunner().invoke(main, ["why", article["url"], "--config", str(config.path)])
    assert told.exit_code == 0 and "It was mailed." in told.output


def test_a_mail_that_lists_articles_leads_to_them_and_is_read_once(newsroom, once, tmp_path):
    url = post_office.mbox(tmp_path / "news.mbox", [post_office.listing(named(newsroom))])
    config = kit.configured(tmp_path, [kit.source(url, kind="mail")])

    once(config)
    once(config, all_sources=True)

    assert set(articles(config)) == {address for address, _ in named(newsroom)}
    assert len(newsroom.asked("/article/")) == len(SLUGS)
    assert kit.query(config, "SELECT reason FROM visits WHERE url LIKE 'mid:%'") == [
        {"reason": "A list; 3 entries, 3 new."}
    ]


def test_tracking_links_are_unwrapped_without_asking_them(newsroom, once, tmp_path):
    first, second, third = (address for address, _ in named(newsroom))
    count = newsroom.origin(1)
    packed = base64.urlsafe_b64encode(json.dumps({"e": second}).encode()).decode()
    wrapped = [
        (f"{count}/click?u=7&url={quote(first, safe='')}", press.title_of(SLUGS[0])),
        (f"{count}/redirect/2/{packed}?r=1", press.title_of(SLUGS[1])),
        (f"{count}/L0/{quote(third, safe='')}/1/0100", press.title_of(SLUGS[2])),
    ]
    url = post_office.maildir(tmp_path / "mail", [post_office.listing(wrapped)])
    config = kit.configured(tmp_path, [kit.source(url, kind="mail")])

    once(config)

    assert set(articles(config)) == {first, second, third}
    assert newsroom.asked(number=1) == []


def test_a_post_that_was_mailed_is_known_at_its_address_on_the_web(newsroom, once, tmp_path):
    link = (f"{newsroom.origin()}/article/{SLUGS[0]}", press.title_of(SLUGS[0]))
    url = post_office.maildir(tmp_path / "mail", [post_office.letter(SLUGS[0], links=[link])])
    config = kit.configured(tmp_path, [kit.source(url, kind="mail")])

    once(config)

    assert list(articles(config)) == [link[0]]


def test_an_imap_folder_is_read_and_left_as_it_was(newsroom, once, tmp_path, monkeypatch):
    monkeypatch.setenv("SPACEREEL_IMAP_PASSWORD_PAPER", "s3cret")
    mails = [post_office.letter("one"), post_office.listing(named(newsroom))]
    with post_office.ImapServer(mails, "s3cret") as server:
        url = f"imap://reader@127.0.0.1:{server.port}/News"
        config = kit.configured(tmp_path, [kit.source(url, kind="mail")])
        once(config)
        once(config, all_sources=True)

    assert len(articles(config)) == 4
    bodies = [each for each in server.told if each.endswith("(BODY.PEEK[])")]
    assert len(bodies) == 2
    assert any(each.startswith("EXAMINE") for each in server.told)
    assert not any(word in each for each in server.told for word in ("STORE", "SELECT", "EXPUNGE"))
    assert "s3cret" not in str(
        kit.query(config, "SELECT * FROM sources") + kit.query(config, "SELECT * FROM visits")
    )


@pytest.mark.parametrize(
    ("password", "literal", "private", "said"),
    [
        pytest.param("wrong", None, ["127.0.0.0/8"], "gives no mails: wrong password", id="wrong password"),
        pytest.param("", None, ["127.0.0.0/8"], "SPACEREEL_IMAP_PASSWORD_PAPER", id="no password"),
        pytest.param("s3cret", None, ["10.0.0.0/8"], "over TLS only", id="in the clear"),
        pytest.param("s3cret", 1 << 40, ["127.0.0.0/8"], "more than a mailbox may", id="a mail without end"),
    ],
)
def test_a_box_that_cannot_be_read_says_so(once, tmp_path, monkeypatch, password, literal, private, said):
    monkeypatch.setenv("SPACEREEL_IMAP_PASSWORD_PAPER", password)
    with post_office.ImapServer([post_office.letter("one")], "s3cret", literal) as server:
        url = f"imap://reader@127.0.0.1:{server.port}"
        config = kit.configured(tmp_path, [kit.source(url, kind="mail")], allow_private=private)
        once(config)

    (row,) = kit.query(config, "SELECT verdict, reason FROM visits WHERE purpose = 'source'")
    assert row["verdict"] in ("failed", "blocked")
    assert said in row["reason"]


def test_what_is_no_maildir_says_so(once, tmp_path):
    config = kit.configured(tmp_path, [kit.source(f"maildir:{tmp_path}/nowhere", kind="mail")])

    once(config)

    (row,) = kit.query(config, "SELECT verdict, reason FROM visits WHERE purpose = 'source'")
    assert row["verdict"] == "failed"
    assert "is no Maildir that can be read" in row["reason"]


def test_an_empty_mbox_is_a_box_without_mails(once, tmp_path):
    (tmp_path / "news.mbox").touch()
    config = kit.configured(tmp_path, [kit.source(f"mbox:{tmp_path}/news.mbox", kind="mail")])

    once(config)

    assert kit.query(config, "SELECT verdict, reason FROM visits WHERE purpose = 'source'") == [
        {"verdict": "unchanged", "reason": "0 mails, 0 new."}
    ]


def test_a_link_in_a_maildir_leads_nowhere(once, tmp_path):
    secret = tmp_path / "secret"
    secret.write_bytes(bytes(post_office.letter("one")))
    url = post_office.maildir(tmp_path / "mail", [])
    (tmp_path / "mail" / "new" / "1.a.b").symlink_to(secret)
    config = kit.configured(tmp_path, [kit.source(url, kind="mail")])

    once(config)

    assert articles(config) == {}


def test_check_counts_the_mails_of_a_box(tmp_path, capsys):
    boxes = [
        kit.source(post_office.maildir(tmp_path / "mail", [post_office.letter("one")]), kind="mail"),
        kit.source(f"mbox:{tmp_path}/nothing", kind="mail", id="lost"),
    ]
    config = kit.configured(tmp_path, boxes)

    with pytest.raises(SystemExit):
        check_sources(config, (), datetime(2026, 11, 29, tzinfo=UTC))

    told = capsys.readouterr().out
    assert "1 mail" in told
    assert "nothing cannot be read: No such file or directory" in told
    assert "1 of 2 work" in told
