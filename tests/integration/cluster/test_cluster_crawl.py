"""Two nodes and a writer bring what one process brings, and ask each host as politely."""

from __future__ import annotations

import json

import kit
import press
import pytest
from click.testing import CliRunner
from daemons import until
from machines import Machine, clustered
from newsroom import Newsroom

from crawler.cli import main
from crawler.daemon.once import run_once

HOSTS, PAGES = 6, 48
#: a busy machine starts a process in half a minute
PATIENCE_S = 600.0


def call(*words: object) -> str:
    result = CliRunner().invoke(main, [str(word) for word in words])
    assert result.exit_code == 0, result.output
    return result.output


def paper(newsroom: Newsroom) -> list[dict]:
    """A feed with pages of all hosts: articles, redirects to other hosts, what is gone; and a sitemap behind an index."""
    urls = [newsroom.origin(number % HOSTS) + f"/article/{number}" for number in range(PAGES)]
    urls += [
        newsroom.origin(0) + f"/to?{newsroom.origin(1)}/article/moved",
        newsroom.origin(2) + "/status/404",
    ]
    mapped = newsroom.print_("/map", press.sitemap([newsroom.origin(3) + "/article/mapped"]), number=1)
    index = press.sitemap_index([mapped])
    return [
        kit.source(newsroom.print_("/feed", press.feed(urls))),
        kit.source(newsroom.print_("/index", index), kind="sitemap", id="maps"),
    ]


def told(config) -> list[tuple]:
    """What the record has, without times and numbers."""
    return sorted(
        (row["url"], row["title"], row["text"], row["source"])
        for row in kit.query(config, "SELECT url, title, text, source FROM articles")
    )


def verdicts(config) -> dict[tuple[str, str], int]:
    if not kit.count(config, "visits"):
        return {}
    # a redirect to a host that the other node asks just now waits, and says so
    sql = "SELECT purpose, verdict, count(*) AS n FROM visits WHERE verdict <> 'deferred' GROUP BY 1, 2"
    rows = kit.query(config, sql)
    return {(row["purpose"], row["verdict"]): row["n"] for row in rows}


@pytest.fixture
def machines():
    """`machines(config, verb)`: processes that do not outlive the test."""
    started: list[Machine] = []

    def begin(config, verb):
        started.append(Machine(config, verb))
        return started[-1]

    yield begin
    for each in started:
        if each.process.poll() is None:
            each.process.kill()
        each.process.wait(10)


def test_two_nodes_and_a_writer_bring_what_one_process_brings(postgres, machines, tmp_path):
    dsn = postgres.database()
    with Newsroom(hosts=HOSTS) as newsroom:
        sources = paper(newsroom)
        alone = kit.configured(tmp_path, sources)
        run_once(alone)
        asked_alone = len(newsroom.asked("/"))
        newsroom.log.clear()
        newsroom.most_open.clear()

        writer = clustered(tmp_path, sources, dsn)
        assert "The tables were made" in call("cluster", "init", "--config", writer.path)
        run = machines(writer, "run")
        nodes = [machines(clustered(tmp_path, sources, dsn, name), "node") for name in ("one", "two")]
        until(
            lambda: verdicts(writer) == verdicts(alone),
            PATIENCE_S,
            lambda: (verdicts(writer), verdicts(alone), run.log, *(each.log for each in nodes)),
        )

        seen = json.loads(call("cluster", "status", "--config", writer.path, "--json"))
        assert [each["name"] for each in seen["nodes"]] == ["one", "two"]
        assert {each["rules"] for each in seen["nodes"]} == {seen["writer"]["rules"]}
        assert "1 poll" not in (text := call("cluster", "status", "--config", writer.path))
        assert "writer writes" in text
        assert "two ends when" in call("cluster", "drain", "--config", writer.path, "two")
        assert nodes[1].process.wait(180) == 0, nodes[1].log
        assert "1 node ends" in call("cluster", "stop", "--config", writer.path)
        assert nodes[0].process.wait(180) == 0, nodes[0].log
        assert run.end() == 0

    assert told(writer) == told(alone)
    again = kit.count(writer, "visits WHERE verdict = 'deferred'")
    assert len(newsroom.asked("/")) == asked_alone + again
    assert max(newsroom.most_open.values()) == 1
    assert not list((tmp_path / "one").glob("*.db")), "a node keeps no record"
    assert kit.query(writer, "SELECT count(*) AS n FROM frontier WHERE purpose = 'new'") == [{"n": 0}]
    for each in nodes:
        assert "node.stopped" in each.log
        assert "Traceback" not in each.log
    assert "Traceback" not in run.log
    kit.assert_sound(writer)
    archived = [row["page_sha256"] for row in kit.query(writer, "SELECT page_sha256 FROM articles")]
    assert all(archived)


def test_commands_say_in_one_sentence_what_is_missing(postgres, tmp_path):
    dsn = postgres.database()
    config = clustered(tmp_path, [], dsn)
    runner = CliRunner()

    def refused(*words: object) -> str:
        result = runner.invoke(main, [str(word) for word in words])
        assert result.exit_code == 1
        return result.output

    assert "has no tables yet; `spacereel cluster init` makes them" in refused(
        "cluster", "status", "--config", config.path
    )
    assert "has no tables yet" in refused("node", "--config", config.path)
    call("cluster", "init", "--config", config.path)
    assert "of version 1 already" in call("cluster", "init", "--config", config.path)
    assert "Nodes    none" in call("cluster", "status", "--config", config.path)
    assert "there is no node six" in refused("cluster", "drain", "six", "--config", config.path).lower()
    assert "0 nodes end" in call("cluster", "stop", "--config", config.path)
    assert "with [cluster] nodes ask the hosts" in refused("once", "--config", config.path).lower()

    away = clustered(tmp_path, [], postgres.dsn("nothing", port=1), "away")
    assert "PostgreSQL: connection" in refused("cluster", "status", "--config", away.path)
    short = clustered(tmp_path, [], dsn, "short", lease="2s")
    assert "lease must be at least three times" in refused("node", "--config", short.path)
    bare = kit.configured(tmp_path, [])
    assert "no [cluster] dsn" in refused("cluster", "status", "--config", bare.path)
