"""Who works on the record beside the daemon in `bench_chaos`: reviewers, and somebody with sqlite-utils."""

from __future__ import annotations

import http.client
import json
import re
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "browser"))
from review_room import Served


class Reviewer:
    """A review of its own, and a person who is signed in there."""

    def __init__(self, record: Path) -> None:
        self.served = Served(record)
        found = re.search(r"//(.*):(\d+)(/.*)", self.served.entrance)
        assert found
        self._host, self._port = f"{found[1]}:{found[2]}", int(found[2])
        status, headers, _ = self._ask("GET", found[3])
        assert status == 303, status
        self._cookies = {"session": headers.get("set-cookie", "").partition(";")[0]}
        #: (article, mark) of each that was acknowledged
        self.acknowledged: list[tuple[int, str]] = []

    def read(self, path: str) -> int:
        """Look at a page; its status."""
        return self._ask("GET", path)[0]

    def mark(self, article: int, mark: str) -> bool:
        """Press a button under an article; whether it was taken."""
        status, headers, body = self._ask("GET", f"/-/article/{article}?queue=1")
        if cookie := headers.get("set-cookie"):
            self._cookies["csrf"] = cookie.partition(";")[0]
        token = re.search(r'name="csrftoken" value="([^"]+)"', body)
        if status != 200 or token is None:
            return False
        form = {"csrftoken": token[1], "article": str(article), "mark": mark, "then": "article", "note": ""}
        status, _, _ = self._ask("POST", "/-/mark", urlencode(form))
        if status in (302, 303):
            self.acknowledged.append((article, mark))
        return status in (302, 303)

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, dict[str, str], str]:
        headers = {"Host": self._host, "Cookie": "; ".join(getattr(self, "_cookies", {}).values())}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://{self._host}"}
        with closing(http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)) as conn:
            conn.request(method, path, body, headers)
            answer = conn.getresponse()
            told = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, told, answer.read().decode("utf-8", "replace")


def take_notes(record: Path, how: str, which: float) -> bool:
    """Write into the record with sqlite-utils, as people do; whether that was let through.

    Args:
        how: insert, upsert or index a table of one's own, or spoil an article, which the guards refuse.
    """
    note = json.dumps({"id": int(which * 1000), "said": str(which)})
    command = {
        "insert": ["insert", str(record), "my_notes", "-", "--alter"],
        "upsert": ["upsert", str(record), "my_places", "-", "--pk", "id"],
        "index": ["create-index", str(record), "my_notes", "said", "--if-not-exists"],
        "spoil": ["query", str(record), "UPDATE articles SET text = 'spoilt'"],
    }[how]
    done = subprocess.run(
        [sys.executable, "-m", "sqlite_utils", *command],
        input=note,
        text=True,
        capture_output=True,
        timeout=120,
    )
    return done.returncode == 0
