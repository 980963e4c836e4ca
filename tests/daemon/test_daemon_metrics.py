"""The daemon watched from outside: /metrics says what the record says, /healthz is red when the watchdog would act."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import urllib.error
import urllib.request
from contextlib import closing

import kit
import press
import pytest
from daemons import GUARD_S, until

pytest.importorskip("prometheus_client", reason="prometheus-client is not installed")


def watched(tmp_path, sources, listen="127.0.0.1:0"):
    config = kit.configured(tmp_path, sources)
    with config.path.open("a", encoding="utf-8") as settings:
        settings.write(f'\n[metrics]\nlisten = "{listen}"\n')
    return config


def port_of(daemon) -> int:
    return int(re.search(r"metrics\.listening .*port=(\d+)", daemon.wait_for("daemon.started"))[1])


def ask(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as problem:
        with problem:
            return problem.code, problem.read().decode()


def value(text: str, series: str) -> float:
    (found,) = re.findall(rf"^{re.escape(series)} (\S+)$", text, re.MULTILINE)
    return float(found)


def test_metrics_say_what_the_ledger_says(newsroom, start, tmp_path):
    urls = [newsroom.origin() + f"/article/{number}" for number in range(5)]
    feed = newsroom.print_("/feed", press.feed([*urls, newsroom.origin() + "/status/404"]))
    config = watched(tmp_path, [kit.source(feed), kit.source(feed + "?off", id="off", enabled=False)])
    daemon = start(config)
    port = port_of(daemon)

    until(
        lambda: kit.count(config, "visits WHERE purpose = 'new'") == 6 and not kit.count(config, "frontier WHERE purpose = 'new'")
    )  # fmt: skip
    status, text = ask(port, "/metrics")

    verdicts = kit.query(
        config, "SELECT verdict, count(*) AS n FROM visits WHERE purpose = 'new' GROUP BY verdict"
    )
    assert status == 200
    for row in verdicts:
        assert value(text, f'spacereel_fetches_total{{verdict="{row["verdict"]}"}}') == row["n"]
    assert value(text, "spacereel_candidates_total") == 6
    assert value(text, "spacereel_healthy") == 1
    assert 'spacereel_loop_late_seconds_bucket{le="0.25"}' in text
    assert value(text, 'spacereel_stage_seconds_count{stage="append"}') == 5
    assert value(text, 'spacereel_stage_seconds_count{stage="read"}') == 5
    assert daemon.end()[0] == 0
    assert "Traceback" not in daemon.log


def test_the_text_is_what_prometheus_reads(newsroom, start, tmp_path):
    if not shutil.which("promtool"):
        pytest.skip("promtool is not installed (Debian: prometheus)")
    config = watched(tmp_path, [kit.source(newsroom.print_("/feed", press.feed([])))])
    daemon = start(config)
    _, text = ask(port_of(daemon), "/metrics")

    checked = subprocess.run(
        ["promtool", "check", "metrics"], input=text, capture_output=True, text=True, timeout=60, check=False
    )

    assert checked.returncode == 0, checked.stderr
    assert checked.stderr.strip() == ""


def test_health_is_green_while_it_works_and_the_rest_is_not_there(newsroom, start, tmp_path):
    config = watched(tmp_path, [kit.source(newsroom.print_("/feed", press.feed([])))])
    port = port_of(start(config))

    status, said = ask(port, "/healthz")
    assert status == 200 and said.endswith(" errands under way\n")
    assert ask(port, "/")[0] == 404
    assert ask(port, "/metrics/../../etc/passwd")[0] == 404


QUESTIONS = [
    pytest.param(b"GET /healthz\r\n\r\n", b"HTTP/1.1 404", id="without a version"),
    pytest.param(b"POST /healthz HTTP/1.1\r\n\r\n", b"HTTP/1.1 405", id="another method"),
    pytest.param(b"\x16\x03\x01\x02\x00\x01\r\n\r\n", b"HTTP/1.1 404", id="TLS"),
    pytest.param(b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n", b"", id="an address without end"),
    pytest.param(b"HEAD /metrics HTTP/1.1\r\n\r\n", b"HTTP/1.1 200 OK", id="only the head"),
]


def test_no_question_brings_it_down(newsroom, start, tmp_path):
    daemon = start(watched(tmp_path, [kit.source(newsroom.print_("/feed", press.feed([])))]))
    port = port_of(daemon)

    for sent, expected in (each.values for each in QUESTIONS):
        with closing(socket.create_connection(("127.0.0.1", port), 20)) as asking:
            asking.sendall(sent)
            try:
                answer = asking.recv(65536)
            except ConnectionResetError:
                answer = b""
        assert answer.startswith(expected), (sent[:40], answer[:100])

    assert ask(port, "/healthz")[0] == 200
    assert daemon.end()[0] == 0
    assert "Traceback" not in daemon.log


def test_an_address_that_is_taken_is_one_sentence_at_the_start(newsroom, start, tmp_path):
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        daemon = start(
            watched(tmp_path, [kit.source(newsroom.print_("/feed", press.feed([])))], f"127.0.0.1:{port}")
        )

        assert daemon.process.wait(GUARD_S) == 1
    assert f"127.0.0.1:{port} cannot be listened on" in daemon.log
    assert "Traceback" not in daemon.log


def test_an_edit_moves_the_address_and_a_bad_one_leaves_the_daemon_alone(newsroom, start, tmp_path):
    config = watched(tmp_path, [kit.source(newsroom.print_("/feed", press.feed([])))])
    daemon = start(config)
    port_of(daemon)
    settings = config.path.read_text(encoding="utf-8")

    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        edited = settings.replace("127.0.0.1:0", f"127.0.0.1:{taken.getsockname()[1]}")
        config.path.write_text(edited, encoding="utf-8")
        daemon.wait_for("metrics.failed")
    config.path.write_text(settings + "# again\n", encoding="utf-8")
    until(lambda: daemon.log.count("metrics.listening") == 2, tell=lambda: daemon.log)

    assert ask(int(re.findall(r"metrics\.listening .*port=(\d+)", daemon.log)[-1]), "/healthz")[0] == 200
    assert daemon.end()[0] == 0
