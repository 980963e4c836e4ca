"""A record beside a model of it: whatever the order of appends, reviews, removals, crashes, backups and restores, they agree.

`pytest --hypothesis-profile long tests/property/test_store_machine.py` looks for hours instead of seconds.
"""

import copy
import hashlib
import shutil
import tempfile
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from db.backups import backup, restore
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


@dataclass
class Model:
    """What the record is to hold."""

    #: texts of the versions of each URL, the newest last
    histories: dict[str, list[str]] = field(default_factory=dict)
    bands: dict[str, str] = field(default_factory=dict)
    marks: dict[str, str | None] = field(default_factory=dict)
    folded: set[str] = field(default_factory=set)
    visited: set[str] = field(default_factory=set)
    queued: set[str] = field(default_factory=set)
    #: when each URL was not there, since it was there last
    gone: dict[str, list[datetime]] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)
    visits: int = 0
    reviews: int = 0

    def extent(self) -> tuple[int, int, int]:
        """Rows that are never deleted."""
        return self.visits, sum(map(len, self.histories.values())), self.reviews


class CutOffError(Exception):
    """A transaction that does not come to its end."""


class RecordMachine(RuleBasedStateMachine):
    """What is done to a record by the daemon, by reviewers and by whoever looks after its files."""

    @initialize()
    def begin(self):
        self.folder, self.backups = Path(tempfile.mkdtemp()), Path(tempfile.mkdtemp())
        self.now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
        self.model = Model()
        #: backups with what they hold
        self.kept: list[tuple[Path, Model]] = []
        self.store = Store.open(self.folder / "articles.db")
        assert self.store.take_up(self.now) == ()
        self.noted = self.model.extent()

    def teardown(self):
        if hasattr(self, "store"):
            self.store.close()
            shutil.rmtree(self.folder)
            shutil.rmtree(self.backups)

    def record(self, url, text, band, keeps, as_copy):
        """Append one article as a visit does; its kind, and the version that came of it."""
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

        return kind, self.store.append(capture, likeness, record, None, keeps=keeps, fingerprint=fingerprint)

    @rule(url=URLS, text=TEXTS, band=BANDS, keeps=st.booleans(), as_copy=st.booleans())
    def append(self, url, text, band, keeps, as_copy):
        kind, revision = self.record(url, text, band, keeps, as_copy)

        model = self.model
        history = model.histories.get(url, [])
        if keeps and history[-1:] != [text]:
            model.histories[url] = history = [*history, text]
            if kind == "copy":
                model.folded.add(url)
        if history[-1:] == [text]:
            model.bands[url] = band
            assert revision is not None
            assert revision.revision == len(history)
        else:
            assert revision is None
        model.visits += 1
        model.visited.add(url)
        model.queued.discard(url)
        model.gone.pop(url, None)
        model.removed.discard(url)

    @rule(url=URLS, text=TEXTS, band=BANDS, as_copy=st.booleans())
    def be_killed_while_appending(self, url, text, band, as_copy):
        """The files as a kill in the middle of a transaction leaves them, half of it in the log already."""
        self.store._conn.execute("PRAGMA cache_size = 2")
        with suppress(CutOffError), self.store.as_one():
            self.record(url, text, band, True, as_copy)
            there = self.copied()
            raise CutOffError
        self.go_on_with(there)

    @rule(urls=st.lists(URLS, max_size=3))
    def enqueue(self, urls):
        candidates = [Candidate(url=url, source="s", found_on="f", found_at=self.now) for url in urls]
        fresh = set(urls) - self.model.visited - self.model.queued

        assert self.store.enqueue(candidates, self.now) == len(fresh)

        self.model.queued |= fresh

    @rule(url=URLS, outcome=st.sampled_from([Outcome.GONE, Outcome.DEFERRED, Outcome.FAILED]))
    def visit_in_vain(self, url, outcome):
        record = FetchRecord(
            url=url, source="s", purpose="new", started_at=self.now, outcome=outcome, reason="r"
        )
        self.store.append_visit(record, None)
        self.model.visits += 1
        if outcome is not Outcome.DEFERRED:
            self.model.visited.add(url)
            self.model.queued.discard(url)
        if outcome is Outcome.GONE:
            looks = self.model.gone.setdefault(url, [])
            looks.append(self.now)
            is_over = len(looks) >= 3 and looks[-1] - looks[0] >= timedelta(hours=24)
            if is_over and url in self.model.histories:
                self.model.removed.add(url)

    @rule(url=URLS)
    def be_taken_down(self, url):
        for _ in range(3):
            self.now += timedelta(hours=13)
            self.visit_in_vain(url, Outcome.GONE)

    @rule(url=URLS)
    def recheck(self, url):
        self.store.schedule_recheck(url, self.now)
        self.model.queued.add(url)

    @rule(url=URLS, mark=st.sampled_from(["relevant", "irrelevant", None]))
    def review(self, url, mark):
        if url in self.model.histories:
            with open_read_only(self.store.path) as conn:
                article_id = conn.execute(
                    "SELECT article_id FROM newest WHERE canonical_url = ?", (url,)
                ).fetchone()[0]
            conn.close()
            append_review(
                self.store.path, article_id=article_id, mark=mark, note=None, reviewer="ann", now=self.now
            )
            self.model.reviews += self.model.marks.get(url) != mark  # a mark that stands already is no event
            self.model.marks[url] = mark

    @rule()
    def reopen(self):
        self.store.note(self.now)
        self.noted = self.model.extent()
        self.store.close()
        self.store = Store.open(self.folder / "articles.db")
        assert self.store.renewed == ()
        assert self.store.take_up(self.now) == ()
        self.noted = self.model.extent()

    @rule()
    def crash(self):
        self.go_on_with(self.copied())

    def copied(self):
        """The files as a power cut leaves them: copied away while they are open, log and all."""
        there = Path(tempfile.mkdtemp())
        for file in self.folder.iterdir():
            if not file.name.endswith("-shm"):
                shutil.copy(file, there)
        return there

    def go_on_with(self, there):
        self.store.close()
        shutil.rmtree(self.folder)
        self.folder, self.store = there, Store.open(there / "articles.db")
        assert [event.kind for event in self.store.take_up(self.now)] == ["moved"]
        self.noted = self.model.extent()

    @rule()
    def back_up(self):
        self.now += timedelta(minutes=1)
        file = backup(self.store.path, self.backups, self.now, self.folder / "archive.db")
        self.kept.append((file, copy.deepcopy(self.model)))

    @precondition(lambda self: self.kept)
    @rule(data=st.data(), has_pages=st.booleans())
    def go_back(self, data, has_pages):
        """What was noted beside the record tells whether rows are missing."""
        file, model = data.draw(st.sampled_from(self.kept))
        self.now += timedelta(minutes=1)
        self.store.close()
        path = self.folder / "articles.db"
        for each in restore(file, path, self.now, path.with_name("archive.db") if has_pages else None):
            each.aside.unlink()
        self.model = copy.deepcopy(model)
        self.store = Store.open(path)
        assert self.store.renewed == ()
        kinds = {event.kind for event in self.store.take_up(self.now)} - {"moved"}
        is_less = any(now < before for now, before in zip(self.model.extent(), self.noted, strict=True))
        assert kinds == ({"set_back"} if is_less else set())
        self.noted = self.model.extent()

    @invariant()
    def the_record_agrees_with_the_model(self):
        if hasattr(self, "store"):
            with closing(open_read_only(self.store.path)) as conn:
                self.compare(conn)

    def compare(self, conn):
        histories = {}
        for url, text in conn.execute(
            "SELECT canonical_url, text FROM articles ORDER BY canonical_url, revision"
        ):
            histories.setdefault(url, []).append(text)
        assert histories == self.model.histories
        current = {
            row[0]: row[1:] for row in conn.execute("SELECT canonical_url, text, band FROM current_articles")
        }
        assert current == {
            url: (texts[-1], self.model.bands[url]) for url, texts in self.model.histories.items()
        }
        waiting = {row[0] for row in conn.execute("SELECT canonical_url FROM review_queue")}
        assert waiting == {
            url
            for url in self.model.histories
            if self.model.bands[url] != "off"
            and self.model.marks.get(url) is None
            and url not in self.model.folded
        }
        assert {row[0] for row in conn.execute("SELECT url FROM frontier")} == self.model.queued
        assert conn.execute("SELECT count(*) FROM visits").fetchone()[0] == self.model.visits
        found = {
            row[0] for row in conn.execute("SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'вызов'")
        }
        assert len(found) == sum(text.startswith("Вызов") for texts in histories.values() for text in texts)
        changes = conn.execute("SELECT count(*) FROM article_changes").fetchone()[0]
        assert changes == sum(len(texts) - 1 for texts in histories.values())
        removed = {
            row[0] for row in conn.execute("SELECT canonical_url FROM newest WHERE removed_at IS NOT NULL")
        }
        assert removed == self.model.removed
        assert conn.execute("SELECT count(*) FROM review_events").fetchone()[0] == self.model.reviews
        assert conn.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


QUICK = settings(max_examples=15, stateful_step_count=20, deadline=None)
TestRecord = RecordMachine.TestCase
TestRecord.settings = settings() if settings.get_current_profile_name() == "long" else QUICK
