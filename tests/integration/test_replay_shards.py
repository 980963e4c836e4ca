"""A replay in shards: what machines read by themselves and one appends is what one machine would have made of it."""

from __future__ import annotations

import json
import shutil
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import kit
import press
import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.cli import main
from crawler.config import Config
from crawler.ingest.shards import ShardHead, Shards, Share, end_text, head_text, line_text, share_of
from db.model import Article, Candidate, Capture, Evidence, Judgement, Outcome, Page, Removed
from db.store import Store

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ROWS = "SELECT url, revision, title, text, content_sha256, fetched_at FROM articles ORDER BY url, revision"
JUDGED = "SELECT article_id, score, band FROM judgements ORDER BY article_id, score"
LEDGER = "SELECT url, verdict, reason FROM visits ORDER BY url, id"


def page_of(slug: str, minutes: int = 0, edition: int = 1) -> Page:
    url = f"http://paper.example/{slug}"
    return Page(
        url=url,
        final_url=url,
        status=200,
        headers=(("content-type", "text/html"),),
        body=press.article(slug, url, edition),
        fetched_at=NOW + timedelta(minutes=minutes),
    )


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Settings of a record whose archive holds 40 pages, of which it knows nothing yet."""
    (tmp_path / "one").mkdir()
    config = kit.configured(tmp_path / "one", [kit.source("https://wire.example/rss")])
    with closing(Store.open(config.store.path, config.store.archive)) as store:
        for number in range(40):
            store.keep_page(page_of(f"page-{number}", number))
        store.keep_page(page_of("page-3", 50, 2))
    return config


@pytest.fixture
def twin(config: Config, tmp_path: Path) -> Config:
    """A copy of it."""
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    text = (
        (tmp_path / "two" / "spacereel.toml")
        .read_text()
        .replace(str(tmp_path / "one"), str(tmp_path / "two"))
    )
    (tmp_path / "two" / "spacereel.toml").write_text(text)
    return kit.load_config(tmp_path / "two" / "spacereel.toml")


def replay(config: Config, *words: object) -> Result:
    return CliRunner().invoke(main, ["replay", "--config", str(config.path), *map(str, words)])


def test_the_record_is_as_if_one_machine_had_read_all(config, twin, tmp_path):
    whole = replay(config)

    read = [
        replay(twin, "--shard", f"{number}/3", "--out", tmp_path / "shards").output for number in (2, 1, 3)
    ]
    assert kit.count(twin, "articles") == 0
    merged = replay(twin, "--merge", tmp_path / "shards")

    assert [each.split()[0] for each in read] == ["14", "13", "13"], read
    assert merged.output == whole.output and "40  entered" in merged.output
    for sql in (ROWS, JUDGED, LEDGER):
        assert kit.query(config, sql) == kit.query(twin, sql)
    kit.assert_sound(twin)


def test_a_shard_that_is_whole_is_left_alone_and_pages_that_came_later_are_for_another_replay(
    config, tmp_path
):
    for number in (1, 2):
        replay(config, "--shard", f"{number}/2", "--out", tmp_path / "shards")
    with closing(Store.open(config.store.path, config.store.archive)) as store:
        store.keep_page(page_of("late", 99))

    assert (
        "was read before, by the same rules"
        in replay(config, "--shard", "1/2", "--out", tmp_path / "shards").output
    )
    assert "40  entered" in replay(config, "--merge", tmp_path / "shards").output


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda path: path.unlink(), "share 2 of 2 is missing"),
        (lambda path: path.write_text("{}"), "2-of-2.jsonl is no share of a replay"),
        (lambda path: path.write_bytes(b"\xff\x00"), "2-of-2.jsonl is no share of a replay"),
        (lambda path: path.write_text("[" * 100_000), "2-of-2.jsonl is no share of a replay"),
        (
            lambda path: path.write_text(path.read_text().replace('"of": 2', f'"of": {10**30}')),
            "2-of-2.jsonl is no share of a replay",
        ),
        (
            lambda path: path.write_text("".join(path.read_text().splitlines(True)[:-3])),
            "is cut off after line",
        ),
        (
            lambda path: path.write_text(path.read_text().replace('"text"', '"txt"')),
            "line 2 is no page of a replay",
        ),
        (lambda path: shutil.copy(path, path.with_name("3.jsonl")), "are both share 2/2"),
        (
            lambda path: path.write_text(
                json.dumps({**json.loads(path.read_text().splitlines()[0]), "rules": "x"})
            ),
            "was read by other rules",
        ),
        (
            lambda path: path.write_text(
                path.read_text().replace('{"number": 2, "sha', '{"number": 3, "sha')
            ),
            "is in no share",
        ),
    ],
)
def test_shards_that_are_none_are_a_sentence_and_nothing_is_written(config, tmp_path, spoil, said):
    for number in (1, 2):
        replay(config, "--shard", f"{number}/2", "--out", tmp_path / "shards")
    spoil(tmp_path / "shards" / "2-of-2.jsonl")

    done = replay(config, "--merge", tmp_path / "shards", "--dry-run")

    assert done.exit_code == 1 and said in done.output and "Traceback" not in done.output
    assert kit.count(config, "articles") == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--shard", "2/8"], "--shard and --out go together"),
        (["--shard", "9/8", "--out", "x"], '"9/8" is no share; write for example 2/8'),
        (["--shard", "1/2", "--out", "x", "--dry-run"], "--shard reads only"),
        (["--merge", "."], "there are no shards in"),
    ],
)
def test_what_does_not_go_together_is_said(config, tmp_path, monkeypatch, words, said):
    monkeypatch.chdir(tmp_path)
    done = replay(config, *words)
    assert done.exit_code != 0 and said in done.output


TEXTS = st.text(max_size=20)
ARTICLES = st.builds(
    Article,
    url=TEXTS,
    canonical_url=TEXTS,
    title=TEXTS,
    text=TEXTS,
    authors=st.tuples(TEXTS),
    published_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    is_free=st.none() | st.booleans(),
    removed=st.tuples(st.builds(Removed, rule=TEXTS, text=TEXTS, position=st.integers(0, 9))),
    origins=st.tuples(st.tuples(TEXTS, TEXTS)),
)
JUDGEMENTS = st.builds(
    Judgement,
    topic_id=TEXTS,
    score=st.floats(0, 9),
    threshold=st.floats(0, 9),
    band=st.sampled_from(["relevant", "mention", "off"]),
    evidence=st.tuples(
        st.builds(
            Evidence, term=TEXTS, concept=TEXTS, field=TEXTS, count=st.integers(0, 9), weight=st.floats(-9, 9)
        )
    ),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(article=st.none() | ARTICLES, judgement=JUDGEMENTS, hashes=st.lists(st.integers(-(2**63), 2**63 - 1)))
def test_a_capture_comes_back_as_it_was(tmp_path, article, judgement, hashes):
    page = page_of("a")
    capture = Capture(
        candidate=Candidate(url=page.url, source="s", found_on=page.url, found_at=NOW),
        page=page,
        article=article,
        judgements=(judgement,),
        problem_outcome=Outcome.FAILED,
        line_hashes=tuple(hashes),
    )
    path = tmp_path / "1.jsonl"
    head = ShardHead(form=1, share=Share(number=1, of=1), rules="r", last=9)
    path.write_text(head_text(head) + line_text(7, capture) + end_text(), encoding="utf-8")

    with ExitStack() as stack:
        shards = Shards(stack, [path], "r")
        assert shards.capture(7, page) == capture
        assert shards.capture(8, page) is None


@pytest.mark.parametrize("text", ["", "0/2", "3/2", "1/0", "1", "a/b", "1/2 ", "1/9999999"])
def test_what_is_no_share_is_refused(text):
    with pytest.raises(ValueError, match="is no share"):
        share_of(text)
    assert replace(share_of("2/8"), number=1) == Share(number=1, of=8)
