"""What replay needs of the record: archived pages in turn, who named them, and how far it got."""

from __future__ import annotations

import html
import sqlite3

from db.model import Candidate
from db.rows import clean, instant


def candidate_of(conn: sqlite3.Connection, url: str) -> Candidate | None:
    """How *url* was found, as far as the record remembers; None when no visit to it is recorded.

    A date that only the feed knew, and a title and text that only it had, are
    taken from the newest version.
    """
    visit = conn.execute(
        """SELECT url, source, started_at FROM visits
        WHERE url = ? AND purpose IN ('new', 'recheck', 'backfill') ORDER BY id DESC LIMIT 1""",
        (clean(url),),
    ).fetchone()
    if visit is None:
        return None
    entry = conn.execute(
        """SELECT iif(a.origins ->> 'published_at' = 'feed', a.published_at, NULL) AS published_at,
            iif(a.origins ->> 'title' = 'feed', a.title, NULL) AS title,
            iif(a.origins ->> 'text' = 'feed', a.text, NULL) AS text
        FROM aliases k JOIN newest n ON n.canonical_url = k.canonical_url
        JOIN articles a ON a.id = n.article_id WHERE k.url = ?""",
        (clean(url),),
    ).fetchone()
    found_at = instant(visit["started_at"])
    assert found_at is not None
    return Candidate(
        url=visit["url"],
        source=visit["source"] or "",
        found_on=visit["url"],
        found_at=found_at,
        title=entry["title"] if entry else None,
        published_at=instant(entry["published_at"]) if entry else None,
        content=_marked_up(entry["text"]) if entry and entry["text"] else None,
    )


def is_unread(conn: sqlite3.Connection, url: str) -> bool:
    """Whether the page was seen to be off topic, and never read as an article."""
    last = conn.execute(
        "SELECT verdict FROM visits WHERE url = ? ORDER BY id DESC LIMIT 1", (clean(url),)
    ).fetchone()
    is_read = conn.execute("SELECT 1 FROM aliases WHERE url = ?", (clean(url),)).fetchone() is not None
    return last is not None and last[0] == "off_topic" and not is_read


def _marked_up(text: str) -> str:
    """Paragraphs as HTML, as a feed carries them."""
    return "".join(f"<p>{html.escape(each)}</p>" for each in text.split("\n"))


def position(conn: sqlite3.Connection, rules: str) -> int:
    """The last archived page that an interrupted replay under these rules has done; 0 when none was interrupted."""
    row = conn.execute("SELECT position FROM replays WHERE rules = ?", (rules,)).fetchone()
    return int(row[0]) if row else 0


def keep_position(conn: sqlite3.Connection, rules: str, done: int | None) -> None:
    """Remember how far a replay is; None when it is complete."""
    if done is None:
        conn.execute("DELETE FROM replays WHERE rules = ?", (rules,))
        return
    conn.execute(
        "INSERT INTO replays (rules, position) VALUES (?, ?) ON CONFLICT (rules) DO UPDATE SET position = excluded.position",
        (rules, done),
    )
