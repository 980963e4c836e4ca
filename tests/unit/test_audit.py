"""`.ci/audit`: red for what it finds, and for what nobody answers for too long; never green without a word."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PINS = "Jinja2==3.1.4 \\\n    --hash=sha256:00\nscrapy==2.19.0 \\\n    --hash=sha256:00\n"
LOCKS = ("requirements.lock", "deploy/image/requirements.lock", "docs/site.lock")


@pytest.fixture
def service():
    """An advisory service on the loopback; `results` is what it says."""

    class Service(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.server.asked = [each["package"]["name"] for each in asked["queries"]]
            body = self.server.body
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    with HTTPServer(("127.0.0.1", 0), Service) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def audit(tmp_path, service):
    (tmp_path / ".ci").mkdir()
    for lock in LOCKS:
        (tmp_path / lock).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / lock).write_text(PINS)

    def run(results, days_ago=0, said="answered"):
        day = (datetime.now(UTC) - timedelta(days=days_ago)).date()
        (tmp_path / ".ci" / "audited").write_text(f"{day} {said}\n")
        service.body = results if isinstance(results, bytes) else json.dumps({"results": results}).encode()
        return subprocess.run(
            [sys.executable, str(ROOT / ".ci" / "audit")],
            env={"AUDIT_SERVICE": f"http://127.0.0.1:{service.server_port}/", "AUDIT_ROOT": str(tmp_path)},
            capture_output=True,
            text=True,
        )

    return run


def test_it_is_green_when_every_dependency_was_answered_and_remembers_the_day(audit, service, tmp_path):
    done = audit([{}, {}], days_ago=400)

    assert done.returncode == 0
    assert "2 dependencies audited, 0 with known vulnerabilities" in done.stdout
    assert service.asked == ["Jinja2", "scrapy"]
    assert (tmp_path / ".ci" / "audited").read_text() == f"{datetime.now(UTC).date()} answered\n"


def test_it_is_red_for_a_known_vulnerability(audit):
    done = audit([{"vulns": [{"id": "GHSA-1"}, {"id": "PYSEC-2"}]}, {}])

    assert done.returncode == 1
    assert "Jinja2 3.1.4: GHSA-1, PYSEC-2" in done.stdout


def test_every_lock_is_asked_about(audit, service, tmp_path):
    (tmp_path / "docs" / "site.lock").write_text("zensical==0.0.9 \\\n    --hash=sha256:00\n")

    assert audit([{}, {}, {}]).returncode == 0
    assert service.asked == ["Jinja2", "scrapy", "zensical"]
    kept = (path.relative_to(ROOT) for depth in ("", "*/", "*/*/") for path in ROOT.glob(f"{depth}*.lock"))
    assert {path.as_posix() for path in kept if not path.parts[0].startswith(".")} == set(LOCKS)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_that_pins_nothing_is_red(audit, tmp_path, lock):
    (tmp_path / lock).write_text("# nothing\n")

    done = audit([])

    assert (done.returncode, done.stdout) == (1, f"NOT AUDITED: {lock} pins nothing\n")


def test_a_day_that_has_not_come_yet_is_red(audit):
    done = audit(b"", days_ago=-1)

    assert done.returncode == 1
    assert "a day that has not come yet" in done.stdout


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"<html>",
        b"{}",
        b"[]",
        b'{"results": null}',
        b'{"results": [{}]}',
        b'{"results": [{"next_page_token": "x"}, {"next_page_token": "y"}]}',
        b'{"results": [{}, {"vulns": [], "next_page_token": "y"}]}',
    ],
)
@pytest.mark.parametrize(("days_ago", "code"), [(0, 0), (30, 0), (31, 1)])
def test_without_an_answer_it_says_so_and_is_red_after_a_month(audit, answer, days_ago, code):
    done = audit(answer, days_ago)

    assert done.returncode == code
    assert done.stdout.startswith("NOT AUDITED: no answer about all 2 dependencies")
    assert f"{days_ago} days ago; an error after 30 days" in done.stdout
    assert done.stderr == ""


def test_it_does_not_claim_an_answer_that_never_was(audit):
    assert "no good answer yet, asked since" in audit(b"", 3, "unanswered").stdout


def test_the_day_of_the_last_answer_is_kept_in_the_repository():
    day, said = (ROOT / ".ci" / "audited").read_text().split()

    assert datetime.fromisoformat(day).date() <= datetime.now(UTC).date()
    assert said in ("answered", "unanswered")
