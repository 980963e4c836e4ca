"""The review as tests use it: asked in this process, or started as a person would."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawler.review.serve import review_of

#: what "now" is to the sample; ages on the pages are told from the clock
NOW = datetime.now(UTC).replace(microsecond=0)


class Room:
    """Datasette with our pages, asked without a network."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.review = review_of(path)
        asyncio.run(self.review.invoke_startup())
        self.actor = self.review.sign({"a": {"id": "root"}}, "actor")
        self.cookies: dict[str, str] = {}

    def get(self, path: str, *, signed_in: bool = False, **more: Any) -> Any:
        """The answer to a GET; redirects are not followed."""
        cookies = {"ds_actor": self.actor, **self.cookies} if signed_in else {}
        answer = asyncio.run(self.review.client.get(path, cookies=cookies, **more))
        self.cookies.update({name: value for name, value in answer.cookies.items() if name == "ds_csrftoken"})
        return answer

    def post(self, path: str, form: dict[str, str], *, signed_in: bool = True) -> Any:
        """The answer to a form, with the cookies that a page has set."""
        cookies = {"ds_actor": self.actor, **self.cookies} if signed_in else {}
        return asyncio.run(self.review.client.post(path, data=form, cookies=cookies))

    def mark(self, article: int, mark: str, *, then: str = "article", note: str = "") -> Any:
        """Press one of the buttons under an article."""
        page = self.get(f"/-/article/{article}?queue=1", signed_in=True).text
        token = re.search(r'name="csrftoken" value="([^"]+)"', page)
        assert token, "the page has no form"
        return self.post(
            "/-/mark",
            {"csrftoken": token[1], "article": str(article), "mark": mark, "then": then, "note": note},
        )

    def close(self) -> None:
        """Let go of the file."""
        for database in self.review.databases.values():
            database.close()
        self.review.executor.shutdown()


class Served:
    """A review that runs on its own, as `spacereel review` starts it."""

    def __init__(self, record: Path) -> None:
        start = (
            "import sys; from pathlib import Path; from crawler.config import Config; from crawler.review.serve import serve_review; "
            "serve_review(Config().with_record(Path(sys.argv[1])), port=0, open_browser=False)"
        )
        self._process = subprocess.Popen(
            [sys.executable, "-c", start, str(record)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        assert self._process.stdout is not None
        self.said = [self._process.stdout.readline() for _ in range(3)]
        found = [re.search(r"http://\S+", line) for line in self.said[:2]]
        assert all(found), "".join(self.said) + self._process.stdout.read()
        self.url, self.entrance = (match[0].rstrip("/") for match in found if match)

    def stop(self) -> int:
        """End it as Ctrl-C does; its exit code."""
        self._process.send_signal(2)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(10)
        self._process.kill()
        assert self._process.stdout is not None
        self._process.stdout.close()
        return self._process.wait()
