"""How many stories have a term, remembered between look-ups: most terms of an article are in the next one, too."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence

#: the row of story_counts that holds how many stories there are
TOTAL = ""
#: terms that are remembered; about 10 MB
MOST = 60_000
_COUNTS = "SELECT c.term, c.articles FROM json_each(?) t CROSS JOIN story_counts c ON c.term = t.value"


class Counts:
    """The table `story_counts` as one connection sees it; never older than the table.

    What another connection writes is noticed by `PRAGMA data_version`. What
    this one writes is counted by `add` and `forget`.
    """

    def __init__(self) -> None:
        self._known: dict[str, int] = {}
        self._version = -1

    def of(self, conn: sqlite3.Connection, terms: Sequence[str]) -> tuple[Mapping[str, int], int]:
        """Term -> how many stories have it, and how many stories there are, articles that stand alone among them."""
        (version,) = conn.execute("PRAGMA data_version").fetchone()
        if version != self._version or len(self._known) > MOST:
            self._version, self._known = version, {}
        asked = [term for term in (*terms, TOTAL) if term not in self._known]
        if asked:
            rows = conn.cursor()
            rows.row_factory = None
            self._known.update(dict.fromkeys(asked, 0))
            self._known.update(rows.execute(_COUNTS, (json.dumps(asked, ensure_ascii=False),)))
        return {term: self._known[term] for term in terms}, self._known[TOTAL]

    def add(self, terms: Iterable[str]) -> None:
        """This connection has counted one more story for each of *terms*."""
        for term in terms:
            if term in self._known:
                self._known[term] += 1

    def forget(self) -> None:
        """Ask the table again for everything."""
        self._known = {}
