"""The schema of the record, as sqlite-utils migrations.

`Store.open` applies what is missing; `sqlite-utils migrate db/articles.db
db/migrations.py` does the same by hand. A released migration is never edited:
a change of the schema is a new function at the end. Triggers and views are
not here but in `db.guards` and `db.views`: they are compared with their list,
and made anew, each time the record is opened.

Every statement is executed on its own, because `executescript` would commit
the transaction that a failed migration must roll back; and no guarded table
goes through `table.transform()`, which drops its triggers.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if __name__ == "__sqlite_utils_migration__":  # executed by the command line, from whatever folder
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sqlite_utils.migrations import Migrations

from db import tables, tables_later
from db.guards import install

if TYPE_CHECKING:
    from sqlite_utils.db import Database

migrations = Migrations("spacereel")


def _execute(db: Database, statements: tuple[str, ...], version: int) -> None:
    for statement in statements:
        db.conn.execute(statement)
    db.conn.execute(f"PRAGMA user_version = {version}")


@migrations(name="0001_record")
def record(db: Database) -> None:
    """Articles with their versions, judgements, copies, stories and reviews; full-text search."""
    _execute(db, tables.RECORD, 1)


@migrations(name="0002_ledger")
def ledger(db: Database) -> None:
    """Sources, runs and visits: what was looked at and how it ended."""
    _execute(db, tables.LEDGER, 2)


@migrations(name="0003_queue")
def queue(db: Database) -> None:
    """What to fetch next, and what hosts and pages asked of us."""
    _execute(db, tables.QUEUE, 3)


@migrations(name="0004_recognition")
def recognition(db: Database) -> None:
    """Near-duplicate bands and the memory of each site's lines."""
    _execute(db, tables.RECOGNITION, 4)


@migrations(name="0005_history")
def history(db: Database) -> None:
    """What became of articles and stories, and what stories are found by."""
    _execute(db, tables_later.HISTORY, 5)


@migrations(name="0006_discovery")
def discovery(db: Database) -> None:
    """What polling teaches of sources, and addresses of one page."""
    _execute(db, tables_later.DISCOVERY, 6)


@migrations(name="0007_turns")
def turns(db: Database) -> None:
    """Sources of one host take turns in the queue."""
    _execute(db, tables_later.TURNS, 7)


@migrations(name="0008_feeds")
def feeds(db: Database) -> None:
    """What feeds say of their entries: names, moves and texts; who named a page."""
    _execute(db, tables_later.FEEDS, 8)


@migrations(name="0009_rest")
def rest(db: Database) -> None:
    """What feeds ask of those who poll them."""
    _execute(db, tables_later.REST, 9)


@migrations(name="0010_identity")
def identity(db: Database) -> None:
    """Which record this is, and what was done to its file."""
    _execute(db, tables_later.IDENTITY, 10)


@migrations(name="0011_written")
def written(db: Database) -> None:
    """Addresses and dates as sources wrote them."""
    _execute(db, tables_later.WRITTEN, 11)


@migrations(name="0012_words")
def words(db: Database) -> None:
    """What queries ask: an index of folded words, and when an article was found."""
    _execute(db, tables_later.WORDS, 12)


@migrations(name="0013_outbox")
def outbox(db: Database) -> None:
    """Who is to be notified of what, and who was."""
    _execute(db, tables_later.OUTBOX, 13)


@migrations(name="0014_pace")
def pace(db: Database) -> None:
    """The pace that hosts have taught by refusing."""
    _execute(db, tables_later.PACE, 14)


@migrations(name="0015_parameters")
def parameters(db: Database) -> None:
    """Which parameters of a host's addresses make a difference."""
    _execute(db, tables_later.PARAMETERS, 15)


@migrations(name="0016_opinions")
def opinions(db: Database) -> None:
    """Notes beside marks, each person's mark of their own."""
    _execute(db, tables_later.OPINIONS, 16)


@migrations(name="0017_keeping")
def keeping(db: Database) -> None:
    """Which rows of the ledger were let go."""
    _execute(db, tables_later.KEEPING, 17)


@migrations(name="0018_subscriptions")
def subscriptions(db: Database) -> None:
    """What hubs were asked to push."""
    _execute(db, tables_later.SUBSCRIPTIONS, 18)


@migrations(name="0019_searches")
def searches(db: Database) -> None:
    """Searches that people keep."""
    _execute(db, tables_later.SEARCHES, 19)


@migrations(name="0020_quiet")
def quiet(db: Database) -> None:
    """Polls that brought nothing are counted."""
    _execute(db, tables_later.QUIET, 20)


@migrations(name="0021_nearby")
def nearby(db: Database) -> None:
    """What is filed together lies together; then the guards and the views."""
    _execute(db, tables_later.NEARBY, 21)
    install(db.conn)
