"""How many stories have a term, and what is remembered of it between look-ups: most terms of an article are in the next one, too.

The terms of a report lie all over `story_counts`, each on a page of its own. So they are first noted, one row a report,
in `story_uncounted`, and counted when there are many: then pages have several, and each is written once.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence

#: the row of story_counts that holds how many stories there are
TOTAL = ""
#: terms that are remembered; about 10 MB
MOST = 60_000
#: reports that are noted before they are counted, which then takes a tenth of a second
MOST_UNCOUNTED = 1_000
_COUNTS = "SELECT c.term, c.articles FROM json_each(?) t CROSS JOIN story_counts c ON c.term = t.value"
_COUNT_NOTED = """INSERT INTO story_counts (term, articles)
    SELECT t.value, count(*) FROM story_uncounted, json_each(terms) t WHERE true GROUP BY t.value ORDER BY t.value
    ON CONFLICT (term) DO UPDATE SET articles = articles + excluded.articles"""


class Counts:
    """What `story_counts` and `story_uncounted` say together, as one connection sees it; never older than these.

    What another connection writes is noticed by `PRAGMA data_version`. What
    this one writes is counted by `add` and `forget`.
    """

    def __init__(self) -> None:
        self._version = -1
        self._known: dict[str, int] = {}
        #: of terms that are noted and not counted yet
        self._noted: Counter[str] = Counter()
        #: numbers of the first and the last row of story_uncounted that `_noted` has
        self._first = self._last = 0
        self._is_behind = True

    def of(self, conn: sqlite3.Connection, terms: Sequence[str]) -> tuple[Mapping[str, int], int]:
        """Term -> how many stories have it, and how many stories there are, articles that stand alone among them."""
        (version,) = conn.execute("PRAGMA data_version").fetchone()
        if version != self._version or self._is_behind:
            self._version = version
            self._catch_up(conn)
        if len(self._known) > MOST:
            self._known = {}
        asked = [term for term in (*terms, TOTAL) if term not in self._known]
        if asked:
            rows = conn.cursor()
            rows.row_factory = None
            self._known.update(dict.fromkeys(asked, 0))
            self._known.update(rows.execute(_COUNTS, (json.dumps(asked, ensure_ascii=False),)))
            for term in self._noted.keys() & set(asked):
                self._known[term] += self._noted[term]
        return {term: self._known[term] for term in terms}, self._known[TOTAL]

    def add(self, terms: Sequence[str], number: int) -> None:
        """This connection has noted one more story for each of *terms*.

        Args:
            number: as `note_counts` returned it.
        """
        if self._is_behind or number != self._last + 1:  # somebody else has noted some in between
            self.forget()
            return
        self._last = number
        self._noted.update(terms)
        for term in terms:
            if term in self._known:
                self._known[term] += 1

    def forget(self) -> None:
        """Ask the tables again for everything."""
        self._known, self._noted = {}, Counter()
        self._first = self._last = 0
        self._is_behind = True

    def _catch_up(self, conn: sqlite3.Connection) -> None:
        """See what another connection has counted or noted; rows are read once."""
        self._known, self._is_behind = {}, False
        (first,) = conn.execute("SELECT coalesce(min(id), 0) FROM story_uncounted").fetchone()
        if first != self._first:
            self._first, self._last = first, 0
            self._noted.clear()
        for number, terms in conn.execute(
            "SELECT id, terms FROM story_uncounted WHERE id > ? ORDER BY id", (self._last,)
        ):
            self._last = number
            self._noted.update(json.loads(terms))


def note_counts(conn: sqlite3.Connection, terms: Sequence[str]) -> int:
    """One more story for each of *terms*, counted later; returns its number, which is one more than the last one's."""
    noted = json.dumps(list(terms), ensure_ascii=False)
    return conn.execute("INSERT INTO story_uncounted (terms) VALUES (?)", (noted,)).lastrowid or 0


def is_full(number: int) -> bool:
    """Whether so many reports are noted, with that of this number, that they are to be counted."""
    return number % MOST_UNCOUNTED == 0


def count_noted(conn: sqlite3.Connection) -> None:
    """Count what is noted. One row stays, without terms: so no number comes twice, and whoever remembers the first one notices."""
    conn.execute(_COUNT_NOTED)
    last = note_counts(conn, ())
    conn.execute("DELETE FROM story_uncounted WHERE id < ?", (last,))
