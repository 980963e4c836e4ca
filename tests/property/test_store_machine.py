"""A record beside a model of it: whatever the order of appends, reviews, polls and reopenings, they agree."""

import hashlib
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from db.connection import open_read_only
from db.marks import append_review
from db.model import (
    Article,
    Candidate,
    Capture,
    FetchRecord,
    Fingerprint,
    Judgement,
    Likeness,
    Outcome,
    Page,
)
from db.store import Store

URLS = st.sampled_from([f"https://h{number % 2}.example/{number}" for number in range(5)])
TEXTS = st.sampled_from(["Вызов на орбите", "Tom Cruise", "Nothing of note"])
BANDS = st.sampled_from(["relevant", "mention", "off"])


class RecordMachine(RuleBasedStateMachine):
    """The model: histories by URL, marks, folded copies, what was visited and what is queued."""

    @initialize()
    def begin(self):
        self.folder = Path(tempfile.mkdtemp())
        self.store = Store.open(self.folder / "articles.db")
        self.now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
        self.histories: dict[str, list[str]] = {}
        self.bands: dict[str, str] = {}
        self.marks: dict[str, str | None] = {}
        self.folded: set[str] = set()
        self.visited: set[str] = set()
        self.queued: set[str] = set()
        self.visits = 0

    def teardown(self):
        if hasattr(self, "store"):
            self.store.close()
            shutil.rmtree(self.folder)

    @rule(url=URLS, text=TEXTS, band=BANDS, keeps=st.booleans(), as_copy=st.booleans())
    def append(self, url, text, band, keeps, as_copy):
        self.now += timedelta(minutes=1)
        article = Article(url=url, canonical_url=url, title=text, text=text, tags=("t",), extractor="e")
        page = Page(url=url, final_url=url, status=200, headers=(), body=text.encode(), fetched_at=self.now)
        fingerprint = Fingerprint(
            content_sha256=hashlib.sha256(text.encode()).hexdigest(), simhash=0, bands=(len(text),), site="s"
        )
        known = self.store.neighbours(article, fingerprint)
        own = [each for each in known if each.canonical_url == url]
        others = [each for each in known if each.canonical_url != url]
        kind = "changed" if own else "copy" if others and as_copy else "new"
        earlier = own[0].article_id if own else others[0].article_id if kind == "copy" else None
        record = FetchRecord(
            url=url,
            source="s",
            purpose="new",
            started_at=self.now,
            outcome=Outcome(kind),
            reason="r",
            status=200,
        )
        judgement = Judgement(topic_id="b", score=0.5, threshold=0.5, band=band, ruleset=band)
        capture = Capture(
            candidate=Candidate(url=url, source="s", found_on="f", found_at=self.now),
            page=page,
            article=article,
            judgements=(judgement,),
        )
        self.store.keep_page(page)
        likeness = Likeness(kind=kind, article_id=earlier, similarity=1.0)

        revision = self.store.append(capture, likeness, record, None, keeps=keeps, fingerprint=fingerprint)

        history = self.histories.get(url, [])
        if keeps and history[-1:] != [text]:
            self.histories[url] = history = [*history, text]
            if kind == "copy":
                self.folded.add(url)
        if history[-1:] == [text]:
            self.bands[url] = band
            assert revision is not None
            assert revision.revision == len(history)
        else:
            assert revision is None
        self.visits += 1
        self.visited.add(url)
        self.queued.discard(url)

    @rule(urls=st.lists(URLS, max_size=3))
    def enqueue(self, urls):
        candidates = [Candidate(url=url, source="s", found_on="f", found_at=self.now) for url in urls]
        fresh = set(urls) - self.visited - self.queued

        assert self.store.enqueue(candidates, self.now) == len(fresh)

        self.queued |= fresh

    @rule(url=URLS, outcome=st.sampled_from([Outcome.GONE, Outcome.DEFERRED, Outcome.FAILED]))
    def visit_in_vain(self, url, outcome):
        record = FetchRecord(
            url=url, source="s", purpose="new", started_at=self.now, outcome=outcome, reason="r"
        )
        self.store.append_visit(record, None)
        self.visits += 1
        if outcome is not Outcome.DEFERRED:
            self.visited.add(url)
            self.queued.discard(url)

    @rule(url=URLS)
    def recheck(self, url):
        self.store.schedule_recheck(url, self.now)
        self.queued.add(url)

    @rule(url=URLS, mark=st.sampled_from(["relevant", "irrelevant", None]))
    def review(self, url, mark):
        if url in self.histories:
            with open_read_only(self.store.path) as conn:
                article_id = conn.execute(
                    "SELECT article_id FROM newest WHERE canonical_url = ?", (url,)
                ).fetchone()[0]
            conn.close()
            append_review(
                self.store.path, article_id=article_id, mark=mark, note=None, reviewer="ann", now=self.now
            )
            self.marks[url] = mark

    @rule()
    def reopen(self):
        self.store.close()
        self.store = Store.open(self.folder / "articles.db")
        assert self.store.renewed == ()

    @rule()
    def crash(self):
        """The file as a power cut leaves it: copied away while it is open, log and all."""
        copy = Path(tempfile.mkdtemp())
        for file in self.folder.iterdir():
            if not file.name.endswith("-shm"):
                shutil.copy(file, copy)
        self.store.close()
        shutil.rmtree(self.folder)
        self.folder, self.store = copy, Store.open(copy / "articles.db")

    @invariant()
    def the_record_agrees_with_the_model(self):
        if not hasattr(self, "store"):
            return
        conn = open_read_only(self.store.path)
        histories = {}
        for url, text in conn.execute(
            "SELECT canonical_url, text FROM articles ORDER BY canonical_url, revision"
        ):
            histories.setdefault(url, []).append(text)
        assert histories == self.histories
        current = {
            row[0]: row[1:] for row in conn.execute("SELECT canonical_url, text, band FROM current_articles")
        }
        assert current == {url: (texts[-1], self.bands[url]) for url, texts in self.histories.items()}
        waiting = {row[0] for row in conn.execute("SELECT canonical_url FROM review_queue")}
        assert waiting == {
            url
            for url in self.histories
            if self.bands[url] != "off" and self.marks.get(url) is None and url not in self.folded
        }
        assert {row[0] for row in conn.execute("SELECT url FROM frontier")} == self.queued
        assert conn.execute("SELECT count(*) FROM visits").fetchone()[0] == self.visits
        found = {
            row[0] for row in conn.execute("SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'вызов'")
        }
        assert len(found) == sum(text.startswith("Вызов") for texts in histories.values() for text in texts)
        changes = conn.execute("SELECT count(*) FROM article_changes").fetchone()[0]
        assert changes == sum(len(texts) - 1 for texts in histories.values())
        conn.close()


TestRecord = RecordMachine.TestCase
TestRecord.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
