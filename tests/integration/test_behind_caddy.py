"""The review behind Caddy, as compose.yaml puts it: HTTPS, a password, and no way around them."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from base64 import b64encode
from contextlib import closing
from pathlib import Path

import pytest
from daemons import until

CADDYFILE = Path(__file__).parents[2] / "deploy" / "image" / "Caddyfile"

pytestmark = pytest.mark.skipif(not shutil.which("caddy"), reason="caddy is not installed")


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        return taken.getsockname()[1]


@pytest.fixture
def address(store, append, make_article, tmp_path):
    """Where Caddy serves a record with one article; its password is "otters"."""
    append(make_article(title="A film is shot in orbit"))
    inside, outside = free_port(), free_port()
    text = CADDYFILE.read_text(encoding="utf-8")
    served = text.replace(":8443", f":{outside}").replace("127.0.0.1:8001", f"127.0.0.1:{inside}")
    (tmp_path / "Caddyfile").write_text(served, encoding="utf-8")
    hashed = subprocess.run(
        ["caddy", "hash-password", "--plaintext", "otters"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout.strip()
    home = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    review = [str(Path(sys.executable).parent / "spacereel"), "review", "--no-browser", "--port", str(inside)]
    with (tmp_path / "log").open("wb") as log:
        started = [
            subprocess.Popen([*review, "--db", str(store.path)], stdout=log, stderr=log),
            subprocess.Popen(
                ["caddy", "run", "--adapter", "caddyfile", "--config", str(tmp_path / "Caddyfile")],
                stdout=log, stderr=log, env={**home, "REVIEW_PASSWORD_HASH": hashed, "PATH": "/usr/bin:/bin"},
            ),
        ]  # fmt: skip
    until(lambda: all(listens(port) for port in (inside, outside)), 60, (tmp_path / "log").read_text)
    yield f"https://localhost:{outside}"
    for each in started:
        each.terminate()
        each.wait(20)


def listens(port: int) -> bool:
    with closing(socket.socket()) as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


def ask(address: str, path: str, password: str | None = None) -> tuple[int, str]:
    headers = (
        {"Authorization": f"Basic {b64encode(f'reader:{password}'.encode()).decode()}"} if password else {}
    )
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = (
        False,
        ssl.CERT_NONE,
    )  # its own authority made the certificate
    try:
        with urllib.request.urlopen(
            urllib.request.Request(address + path, headers=headers), context=trusting, timeout=60
        ) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as problem:
        with problem:
            return problem.code, problem.read().decode()


def test_the_record_is_read_by_whoever_has_the_password(address):
    assert ask(address, "/")[0] == 401
    assert ask(address, "/", "ships")[0] == 401

    status, page = ask(address, "/articles/current_articles.json?_shape=array", "otters")

    assert status == 200 and "A film is shot in orbit" in page
