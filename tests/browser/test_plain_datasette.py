"""A plain `datasette articles.db`, with the fence that comes with Spacereel and without our pages."""

from __future__ import annotations

import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
import tomllib
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "newsroom"))
from daemons import until

ROOT = Path(__file__).parents[2]
FENCE = ROOT / "crawler" / "review" / "plain"


def free_port() -> int:
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def starts(record: Path, folder: Path, *more: str) -> tuple[subprocess.Popen[bytes], int]:
    port = free_port()
    log = (folder / "log.txt").open("wb")
    command = [sys.executable, "-m", "datasette", "serve", str(record), "-p", str(port), *more]
    with log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, cwd=folder, env=os.environ)
    until(lambda: is_there(port) or process.poll() is not None, 60, lambda: (folder / "log.txt").read_text())
    return process, port


def is_there(port: int) -> bool:
    with closing(socket.socket()) as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def plain(sample, tmp_path_factory) -> Iterator[int]:
    """The port of one."""
    folder = tmp_path_factory.mktemp("plain")
    process, port = starts(sample, folder, "--plugins-dir", str(FENCE))
    yield port
    process.terminate()
    process.wait(20)


def asked(port: int, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}",
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, dict(answer.headers), answer.read().decode()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, dict(refused.headers), refused.read().decode()


def test_it_serves_the_record_to_this_machine(plain):
    status, headers, body = asked(plain, "/articles/current_articles.json?_shape=array&_size=1&_col=title")

    assert status == 200
    assert json.loads(body)
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("name", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80", ""])
def test_a_name_pointed_at_this_machine_is_answered_nothing(plain, name):
    assert asked(plain, "/articles.json?sql=select+1", Host=name)[0] == 421


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1:8001", "[::1]:8001", "192.168.1.7"])
def test_names_that_nobody_can_point_elsewhere_are_answered(plain, name):
    assert asked(plain, "/articles.json?sql=select+1", Host=name)[0] == 200


@pytest.mark.parametrize(
    ("mode", "dest"), [("no-cors", "image"), ("no-cors", "script"), ("cors", "empty"), ("navigate", "iframe")]
)
@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_another_page_asks_is_refused(plain, site, mode, dest):
    told = {"Sec_Fetch_Site": site, "Sec_Fetch_Mode": mode, "Sec_Fetch_Dest": dest}

    assert asked(plain, "/articles.json?sql=select+1", **told)[0] == 403


def test_a_link_may_lead_there_and_nothing_may_frame_it(plain):
    status, headers, _ = asked(plain, "/articles", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="navigate", Sec_Fetch_Dest="document")  # fmt: skip

    assert status == 200
    policy = headers["content-security-policy"]
    assert (
        "default-src 'none'" in policy
        and "frame-ancestors 'none'" in policy
        and "connect-src 'self'" in policy
    )
    assert headers["cross-origin-resource-policy"] == "same-origin"


def test_parameters_without_end_hold_nobody_up(plain):
    assert asked(plain, "/articles/articles?" + "&".join(f"q={number}" for number in range(3_000)))[0] == 414


def test_no_query_takes_the_memory_of_the_machine(plain):
    sql = urllib.parse.quote("select zeroblob(999000000)")

    status, _, body = asked(plain, f"/articles.json?sql={sql}")

    assert status == 400
    assert "too big" in body


def test_no_cell_of_its_csv_is_a_formula(plain):
    _, _, body = asked(
        plain, "/articles.csv?sql=" + urllib.parse.quote("select '=cmd|x' as a, '@sum(a)' as b")
    )

    assert body.split() == ["a,b", "'=cmd|x,'@sum(a)"]


def test_a_name_of_its_own_is_told_in_the_metadata(sample, tmp_path):
    (tmp_path / "metadata.json").write_text(
        json.dumps({"plugins": {"spacereel": {"hosts": ["News.example"]}}})
    )
    process, port = starts(sample, tmp_path, "--plugins-dir", str(FENCE), "--metadata", "metadata.json")
    try:
        statuses = [asked(port, "/", Host=name)[0] for name in ("news.example", "evil.example")]
    finally:
        process.terminate()
        process.wait(20)

    assert statuses == [200, 421]


def test_a_database_of_somebody_else_is_left_alone(tmp_path):
    with closing(sqlite3.connect(tmp_path / "theirs.db")) as conn, conn:
        conn.execute("CREATE TABLE articles (title TEXT)")
    process, port = starts(tmp_path / "theirs.db", tmp_path, "--plugins-dir", str(FENCE))
    try:
        status, headers, _ = asked(port, "/theirs.json", Host="any.example")
    finally:
        process.terminate()
        process.wait(20)

    assert status == 200
    assert "content-security-policy" not in headers


def test_our_pages_under_datasettes_own_command_answer_to_no_other_name(sample, tmp_path):
    room = FENCE.parent
    folders = [f"--{name}-dir={room / name}s" for name in ("plugin", "template")]
    folders[0] = folders[0].replace("--plugin-dir", "--plugins-dir")
    process, port = starts(sample, tmp_path, *folders, "--metadata", str(room / "datasette.yaml"))
    try:
        statuses = [asked(port, "/-/queue", Host=name)[0] for name in ("127.0.0.1", "evil.example")]
    finally:
        process.terminate()
        process.wait(20)

    assert statuses == [200, 421]


def test_the_fence_is_an_entry_point():
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]["datasette"]

    assert [ROOT / f"{place.replace('.', '/')}.py" for place in told.values()] == [
        FENCE / "spacereel_fence.py"
    ]
    assert re.search(r"@hookimpl\ndef asgi_wrapper", (FENCE / "spacereel_fence.py").read_text())
