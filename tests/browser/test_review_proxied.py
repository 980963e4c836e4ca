"""The review behind the real Caddy and the real nginx, as docs/review.md configures them."""

from __future__ import annotations

import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import closing
from datetime import UTC, datetime
from http.cookiejar import CookieJar
from pathlib import Path

import pytest
from chromium import CHROMIUM, Chromium

from db import people

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "review.md").read_text(encoding="utf-8")
NGINX = shutil.which("nginx") or ("/usr/sbin/nginx" if Path("/usr/sbin/nginx").exists() else None)
CADDY = shutil.which("caddy")
SENTENCE = "correct horse battery"


def free_port():
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def block(language):
    """The configuration that the page shows."""
    return re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)[1]


def caddy(folder, ours, theirs, path):
    site = block("caddyfile").replace("news.example", f"http://localhost:{theirs}").replace("8001", str(ours))
    (folder / "Caddyfile").write_text("{\n\tadmin off\n}\n" + site)
    return [CADDY, "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


def nginx(folder, ours, theirs, path):
    site = re.sub(r"    ssl_certificate.*\n", "", block("nginx"))
    site = (
        site.replace("443 ssl", f"127.0.0.1:{theirs}")
        .replace("news.example", "localhost")
        .replace("8001", str(ours))
    )
    site = site.replace("/var/log/nginx", str(folder)).replace("location /", f"location {path}")
    temporary = "".join(
        f"{name}_temp_path {folder}/{name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off;\npid {folder}/pid;\nerror_log {folder}/error.log;\nevents {{}}\nhttp {{\n{temporary}{site}}}\n"
    )
    return [NGINX, "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]


needs_caddy = pytest.mark.skipif(CADDY is None, reason="caddy is not installed")
needs_nginx = pytest.mark.skipif(NGINX is None, reason="nginx is not installed")
PROXIES = [
    pytest.param((caddy, "/"), marks=needs_caddy, id="caddy"),
    pytest.param((nginx, "/"), marks=needs_nginx, id="nginx"),
    pytest.param((nginx, "/desk/"), marks=needs_nginx, id="nginx-path"),
]


@pytest.fixture
def site(request, sample, tmp_path):
    """Address, folder of the proxy, and record of a review that anna may enter, behind a proxy."""
    proxy, path = request.param
    record = tmp_path / "articles.db"
    shutil.copy(sample, record)
    with people.people_of(record) as conn:
        people.add(conn, "anna", "reviewer", datetime.now(UTC))
        people.set_password(conn, "anna", SENTENCE)
    ours, theirs = free_port(), free_port()
    scheme = "https" if proxy is caddy_tls else "http"
    address = f"{scheme}://localhost:{theirs}{path}"
    start = ["-c", "from crawler.cli import main; main()", "review", "--db", str(record), "--port", str(ours)]
    with (tmp_path / "said").open("w") as said:
        review = subprocess.Popen(
            [sys.executable, *start, "--base-url", address, "--no-browser"], stdout=said, stderr=said
        )
        before = subprocess.Popen(
            proxy(tmp_path, ours, theirs, path), stdout=said, stderr=said,
            env={**os.environ, "XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)},
        )  # fmt: skip
    try:
        for port in (ours, theirs):
            answers(port, tmp_path)
        yield address, tmp_path, record
    finally:
        for process in (before, review):
            process.terminate()
            process.wait(20)


def answers(port, folder):
    deadline = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            assert time.monotonic() < deadline, (folder / "said").read_text()
            time.sleep(0.05)


class Visitor:
    """A browser without scripts."""

    def __init__(self):
        self.jar = CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def get(self, url, form=None, **headers):
        data = urllib.parse.urlencode(form).encode() if form else None
        asked = urllib.request.Request(url, data, {"Accept": "text/html", **headers})
        try:
            with self._opener.open(asked, timeout=60) as answer:
                return answer.status, answer.url, answer.read().decode()
        except urllib.error.HTTPError as problem:
            with problem:
                return problem.code, problem.url, problem.read().decode()


def token_in(page):
    return re.search(r'name="csrftoken" value="([^"]+)"', page)[1]


@pytest.mark.parametrize("site", PROXIES, indirect=True)
def test_a_second_person_reviews_through_the_proxy_of_the_page(site):
    address, _folder, _record = site
    anna = Visitor()

    status, at, page = anna.get(f"{address}-/queue?order=score")
    assert status == 200 and at.startswith(f"{address}-/login?next="), at
    assert "cosmonaut" not in page
    origin = "/".join(address.split("/")[:3])
    form = {"csrftoken": token_in(page), "name": "anna", "password": SENTENCE, "next": "/-/queue?order=score"}
    assert anna.get(f"{address}-/login", form, Origin="https://evil.example")[0] == 403
    status, at, page = anna.get(f"{address}-/login", form, Origin=origin)
    assert (status, at) == (200, f"{address}-/queue?order=score")
    assert "The cosmonaut who became a stunt double" in page
    _, at, page = anna.get(f"{address}-/queue/next")
    article = re.search(r"/-/article/(\d+)", at)[1]
    mark = {"csrftoken": token_in(page), "article": article, "mark": "relevant", "then": "queue"}
    assert anna.get(f"{address}-/mark", mark, Origin=origin)[0] == 200
    rows = anna.get(f"{address}articles/review_events.json?_shape=array&article_id={article}")[2]
    assert '"reviewer": "anna"' in rows
    links = re.findall(r'(?:href|action|src)="(/[^"]*)"', page)
    assert links and all(link.startswith(urllib.parse.urlsplit(address).path) for link in links), links


def caddy_tls(folder, ours, theirs, path):
    """The page's configuration with a certificate of Caddy's own authority, as there is none for localhost."""
    site = (
        block("caddyfile").replace("news.example", f"https://localhost:{theirs}").replace("8001", str(ours))
    )
    site = site.replace("{\n", "{\n\ttls internal\n", 1)
    head = "{\n\tadmin off\n\tskip_install_trust\n\tauto_https disable_redirects\n}\n"
    (folder / "Caddyfile").write_text(head + site)
    return [CADDY, "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


@needs_caddy
@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
@pytest.mark.parametrize("site", [pytest.param((caddy_tls, "/"), id="tls")], indirect=True)
def test_behind_tls_the_cookie_is_for_tls_alone_and_one_signs_in_marks_and_leaves(site, tmp_path):
    address, _folder, record = site
    browser = Chromium(tmp_path / "profile", "--ignore-certificate-errors")
    try:
        browser.open(f"{address}-/queue")
        browser.does(
            f"document.getElementById('name').value = 'anna', document.getElementById('password').value = '{SENTENCE}'"
        )
        browser.click("form.login button")
        assert browser.address == f"{address}-/queue"
        cookies = {each["name"]: each for each in browser.say("Network.getCookies")["cookies"]}
        browser.click("a.button")
        browser.click("button.relevant")
        browser.click("header.top .who button")
        left = browser.say("Network.getCookies")["cookies"]
        where = browser.address
    finally:
        browser.end()

    session = cookies["__Host-spacereel"]
    assert (session["secure"], session["httpOnly"], session["sameSite"]) == (True, True, "Lax")
    assert all(
        each["secure"] and each["httpOnly"] and each["sameSite"] in ("Lax", "Strict")
        for each in cookies.values()
    )
    assert where.startswith(f"{address}-/login")
    assert "__Host-spacereel" not in [each["name"] for each in left]
    with closing(sqlite3.connect(record)) as conn:
        assert conn.execute("SELECT count(*) FROM review_events WHERE reviewer = 'anna'").fetchone() == (1,)


@pytest.mark.parametrize("site", PROXIES[1:2], indirect=True)
def test_no_log_of_the_proxy_holds_a_token(site):
    address, folder, _record = site
    Visitor().get(f"{address}-/feed.atom?token=spacereel_secret")

    log = folder / "review.log"
    deadline = time.monotonic() + 20
    while "/-/feed.atom 401" not in log.read_text():  # written after the answer has gone
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.02)
    assert "spacereel_secret" not in "".join(
        file.read_text(errors="replace")
        for file in folder.iterdir()
        if file.suffix == ".log" or file.name == "said"
    )
