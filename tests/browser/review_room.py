"""The review as tests use it: asked in this process, or started as a person would."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawler.config import Config
from crawler.review.access import Access
from crawler.review.serve import review_of
from db import people, sessions

#: what "now" is to the sample; ages on the pages are told from the clock
NOW = datetime.now(UTC).replace(microsecond=0)


class Room:
    """Datasette with our pages, asked without a network."""

    def __init__(self, path: Path, config: Config | None = None, access: Access | None = None) -> None:
        self.path = path
        self.review = review_of(path, access, config=config)
        asyncio.run(self.review.invoke_startup())
        self.cookies: dict[str, str] = {}
        self.keys = {"root": self.key_of("root")}

    def key_of(self, person: str) -> str:
        """A session of somebody; `person` must be known, or root."""
        with people.people_of(self.path) as conn:
            return sessions.begin(conn, person, datetime.now(UTC))

    def enter(self, person: str, role: str = "reviewer") -> None:
        """Somebody new, who is signed in as `as_` from now on."""
        with people.people_of(self.path) as conn:
            people.add(conn, person, role, datetime.now(UTC))
        self.keys[person] = self.key_of(person)

    def _cookies(self, as_: str | None) -> dict[str, str]:
        return {"spacereel": self.keys[as_], **self.cookies} if as_ else {}

    def get(self, path: str, *, signed_in: bool = False, as_: str | None = None, **more: Any) -> Any:
        """The answer to a GET; redirects are not followed."""
        cookies = self._cookies(as_ or ("root" if signed_in else None))
        answer = asyncio.run(self.review.client.get(path, cookies=cookies, **more))
        self.cookies.update({name: value for name, value in answer.cookies.items() if name == "ds_csrftoken"})
        return answer

    def post(self, path: str, form: Mapping[str, Any], *, signed_in: bool = True, as_: str = "root") -> Any:
        """The answer to a form, with the cookies that a page has set."""
        cookies = self._cookies(as_ if signed_in else None)
        return asyncio.run(self.review.client.post(path, data=form, cookies=cookies))

    def mark(
        self,
        article: int,
        mark: str,
        *,
        then: str = "article",
        note: str = "",
        as_: str = "root",
        **more: Any,
    ) -> Any:
        """Press one of the buttons under an article."""
        form = {"article": str(article), "mark": mark, "then": then, "note": note, **more}
        return self.send("/-/mark", form, f"/-/article/{article}?queue=1", as_=as_)

    def send(self, path: str, form: Mapping[str, Any], page: str, *, as_: str = "root") -> Any:
        """A form of *page*, with its token."""
        token = re.search(r'name="csrftoken" value="([^"]+)"', self.get(page, as_=as_).text)
        assert token, "the page has no form"
        return self.post(path, {"csrftoken": token[1], **form}, as_=as_)

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
