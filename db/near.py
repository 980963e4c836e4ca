"""Reports that an article may share its story with, looked up by their terms, and what is remembered of them between look-ups."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from sys import intern

from db.filing import Profile, Report
from db.model import from_iso, iso
from db.rows import placeholders

#: reports that one term names; articles that are looked at; stories that are compared; reports of each
_PER_TERM, _ARTICLES, _STORIES, _REPORTS = 40, 8, 4, 6
#: profiles that are remembered, about 12 MB; stories of which the last reports are
_PROFILES, _STORIES_KNOWN = 4_000, 4_000

#: one statement for all terms, one answer: a row less for Python is most of what a look-up costs
_FOUND = """SELECT * FROM (SELECT article_id, ? AS weight FROM story_terms WHERE term = ? AND day IN ({})
    ORDER BY day DESC, article_id DESC LIMIT ?)"""
_NEWEST_DAY = "SELECT coalesce(max(day), 0) FROM story_terms"
_NEAREST = "SELECT article_id FROM ({}) GROUP BY article_id ORDER BY sum(weight) DESC, article_id LIMIT ?"
_STORY_OF = """SELECT p.article_id, n.story_id FROM story_profiles p JOIN newest n USING (canonical_url)
    WHERE p.article_id IN ({})"""
_LAST = """SELECT p.article_id FROM newest n JOIN story_profiles p USING (canonical_url) WHERE n.story_id = ?
    ORDER BY p.reported_at DESC LIMIT ?"""
_PROFILE = "SELECT article_id, terms, language, reported_at FROM story_profiles WHERE article_id IN ({})"


class NearReports:
    """What one connection remembers: profiles, which never change, and the last reports of stories.

    What another connection writes is noticed by `PRAGMA data_version`. What
    this one writes is told by `filed` and `forget`.
    """

    def __init__(self) -> None:
        self._version = -1
        #: by article, what was looked at last at the end: reports of a story that grows are compared again and again
        self._profiles: dict[int, Profile] = {}
        self._last: dict[int, tuple[int, ...]] = {}
        #: each weight once, as profiles have few
        self._weights: dict[float, float] = {}

    def of(
        self, conn: sqlite3.Connection, finders: Mapping[str, float], reported_at: datetime, window: timedelta
    ) -> tuple[Report, ...]:
        """Reports within *window* that share the heaviest of *finders*, with the other reports of their stories.

        Args:
            finders: term -> weight.
        """
        (version,) = conn.execute("PRAGMA data_version").fetchone()
        if version != self._version or len(self._last) > _STORIES_KNOWN:
            self._version = version
            self._last.clear()
        nearest = _nearest(conn, finders, reported_at, window)
        if not nearest:
            return ()
        story_of = dict(map(tuple, conn.execute(_STORY_OF.format(placeholders(nearest)), nearest)))
        placed = {article_id: story_of[article_id] for article_id in nearest if article_id in story_of}
        stories = list(dict.fromkeys(story for story in placed.values() if story is not None))[:_STORIES]
        found = {each: story for each, story in placed.items() if story is None or story in stories}
        for story in stories:
            found |= dict.fromkeys(self._last_of(conn, story), story)
        self._remember(conn, found)
        return tuple(
            Report(article_id=each, story_id=story, profile=self._profiles[each])
            for each, story in found.items()
            if each in self._profiles
        )

    def filed(self, article_id: int, profile: Profile, stories: Iterable[int]) -> None:
        """This connection has filed a report, and by that changed which reports *stories* have."""
        # as the record gives it
        reported_at = from_iso(iso(profile.reported_at))
        self._keep(article_id, replace(profile, terms=self._shared(profile.terms), reported_at=reported_at))
        self.moved(stories)

    def moved(self, stories: Iterable[int]) -> None:
        """This connection has changed which reports *stories* have."""
        for story in stories:
            self._last.pop(story, None)

    def forget(self) -> None:
        """Ask the record again for everything."""
        self._profiles.clear()
        self._last.clear()

    def _last_of(self, conn: sqlite3.Connection, story: int) -> tuple[int, ...]:
        known = self._last.get(story)
        if known is None:
            known = self._last[story] = tuple(row[0] for row in conn.execute(_LAST, (story, _REPORTS)))
        return known

    def _remember(self, conn: sqlite3.Connection, asked: Collection[int]) -> None:
        """Read the profiles of *asked* that are not known."""
        missing = []
        for article_id in asked:
            if profile := self._profiles.pop(article_id, None):
                self._profiles[article_id] = profile
            else:
                missing.append(article_id)
        for row in conn.execute(_PROFILE.format(placeholders(missing)), missing) if missing else ():
            terms = self._shared(json.loads(row["terms"]))
            at = from_iso(row["reported_at"])
            self._keep(row["article_id"], Profile(terms=terms, language=row["language"], reported_at=at))

    def _keep(self, article_id: int, profile: Profile) -> None:
        """Remember it, and let go of a quarter of all, looked at longest ago, when there are too many."""
        self._profiles[article_id] = profile
        if len(self._profiles) > _PROFILES:
            for oldest in list(islice(self._profiles, _PROFILES // 4)):
                del self._profiles[oldest]

    def _shared(self, terms: Mapping[str, float]) -> dict[str, float]:
        """The same terms, each text and each weight once in memory."""
        if len(self._weights) > _PROFILES:
            self._weights.clear()
        shared = self._weights.setdefault
        return {intern(term): shared(weight, weight) for term, weight in terms.items()}


def _nearest(
    conn: sqlite3.Connection, finders: Mapping[str, float], reported_at: datetime, window: timedelta
) -> list[int]:
    """Articles that share the heaviest terms, the heaviest first."""
    if not finders:
        return []
    # each day by itself: rows stand in the order of days, so that what is filed today lies together
    (newest,) = conn.execute(_NEWEST_DAY).fetchone()
    days = range(epoch_day(reported_at - window), min(epoch_day(reported_at + window), newest) + 1)
    found_by = _FOUND.format(placeholders(days))
    values = [each for term, weight in finders.items() for each in (weight, term, *days, _PER_TERM)]
    query = _NEAREST.format(" UNION ALL ".join([found_by] * len(finders)))
    return [row[0] for row in conn.execute(query, (*values, _ARTICLES))]


def epoch_day(at: datetime) -> int:
    """Days since 1970, in UTC: under that the terms of a report stand."""
    return int(at.timestamp() // 86400)
