"""The nouns of filing an article under its story; see `db.model`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What an article is about, as stories compare it; made in `dedupe.profile`."""

    #: term -> weight before idf; the letter before the colon says what kind of term it is
    terms: Mapping[str, float]
    language: str | None
    #: of publication, or of the first fetch when there is no date
    reported_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """An article of the record that another one may share its story with."""

    article_id: int
    #: None while it stands alone
    story_id: int | None
    profile: Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """Where an article belongs; decided in `dedupe.stories`, written by the store."""

    #: stories.id that it joins; None when it opens one or stands alone
    story_id: int | None = None
    #: articles that stood alone and are in the story from now on
    beside: tuple[int, ...] = ()
    #: stories that go into this one
    merged: tuple[int, ...] = ()
    #: articles that leave the story, each group for a story of its own
    split: tuple[tuple[int, ...], ...] = ()
    #: 0.0 to 1.0, of the article to the story
    likeness: float = 0.0
    #: terms that no report of the story had before; they count once per story
    fresh: tuple[str, ...] = ()
