"""One event, one story: which reports tell of the same event, decided as they come.

A report is compared with those near it in time that share rare terms with it.
Names say whom and what an article is about; figures, days, happenings and
words say which event. Both must agree, and the second counts more: everybody
who follows a subject writes the same names every week.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta

from db.filing import Filing, Profile, Report

#: reports further apart do not tell of the same event
WINDOW = timedelta(days=4)
#: likeness from which a report joins a story; from which two stories are one; under which a story falls apart
JOIN, MERGE, APART = 0.32, 0.40, 0.14
#: by which a bound may lie below what it bounds
_ROUNDING = 1e-6
#: what names say and what everything else says, together 1
_NAMES, EVENT = 0.35, 0.65
#: reports in different languages have no words to share
ACROSS = 1.15
#: weight of common figures, days and happenings from which likeness in them is half believed
HALF_TRUSTED = 0.8
#: likeness falls to 1/e when the nearest report of a story is that far away
FADES_H = 120.0
#: most reports of a story that a new one is compared with; sizes at which a story is looked at for parts
MOST_COMPARED, LOOKED_AT = 8, frozenset({4, 8, 16})
#: terms of which each article is found again; too common ones find everybody
FINDERS = 16
_NAME_KINDS = frozenset("nc")

Vectors = tuple[dict[str, float], dict[str, float], float, float, float]


def idf_of(counts: Mapping[str, int], total: int) -> Callable[[str], float]:
    """Term -> how much its rarity says, from the number of stories that have it; *total* is all stories."""
    weights = {count: math.log(1 + (total + 10) / (count + 0.5)) for count in {0, *counts.values()}}
    return _Idf({term: weights[count] for term, count in counts.items()}, weights[0]).__getitem__


class _Idf(dict[str, float]):
    """Term -> idf; asked as a dict is, as it is asked for each term of each report."""

    def __init__(self, known: Mapping[str, float], new: float) -> None:
        super().__init__(known)
        self._new = new

    def __missing__(self, term: str) -> float:
        return self._new


def finders(profile: Profile, idf: Callable[[str], float]) -> tuple[str, ...]:
    """The terms by which reports of the same event are looked up: the rarest and heaviest, names among them."""
    useful = [term for term in profile.terms if term[0] in "nfdw"]
    useful.sort(key=lambda term: (-profile.terms[term] * idf(term), term))
    names = [term for term in useful if term[0] == "n"][: FINDERS // 2]
    return tuple(dict.fromkeys([*names, *useful]))[:FINDERS]


def _vectors(profile: Profile, idf: Callable[[str], float]) -> Vectors:
    """Names; all else; the lengths of the first, of the second, and of the second without words."""
    names: dict[str, float] = {}
    event: dict[str, float] = {}
    words = bare = 0.0
    for term, weight in profile.terms.items():
        weighed = weight * idf(term)
        kind = term[0]
        if kind in _NAME_KINDS:
            names[term] = weighed
            continue
        event[term] = weighed
        if kind == "w":
            words += weighed * weighed
        else:
            bare += weighed * weighed
    return names, event, math.hypot(*names.values()), math.sqrt(words + bare), math.sqrt(bare)


class Comparison:
    """Likeness of reports under one idf; each report is weighed once."""

    def __init__(self, idf: Callable[[str], float]) -> None:
        self._idf = idf
        self._known: dict[int, Vectors] = {}

    def _of(self, profile: Profile) -> Vectors:
        known = self._known.get(id(profile))
        if known is None:
            known = self._known[id(profile)] = _vectors(profile, self._idf)
        return known

    def likeness(self, one: Profile, two: Profile) -> float:
        """0.0 to about 1.0, without regard to time.

        In one language the words count, too, but reports of an event that
        choose other words are no less alike than if they were translated.
        """
        names_one, event_one, *lengths_one = self._of(one)
        names_two, event_two, *lengths_two = self._of(two)
        both = event_one.keys() & event_two.keys()
        bare = _dot(event_one, event_two, (term for term in both if term[0] != "w"))
        event = _share(bare, lengths_one[2], lengths_two[2]) * _trust(bare)
        if one.language == two.language:
            worded = _dot(event_one, event_two, both)
            event = max(event, _share(worded, lengths_one[1], lengths_two[1]))
        else:
            event *= ACROSS
        named = _dot(names_one, names_two, names_one.keys() & names_two.keys())
        return _NAMES * _share(named, lengths_one[0], lengths_two[0]) + EVENT * min(event, 1.0)

    def to_group(self, profile: Profile, group: Sequence[Report]) -> float:
        """Mean likeness to the better half of a story's reports, less the further away the nearest one is."""
        return _faded((self.likeness(profile, each.profile) for each in group), profile, group)

    def between(self, one: Sequence[Report], two: Sequence[Report]) -> float:
        """Mean likeness of the reports of two stories."""
        sums = [self.likeness(first.profile, second.profile) for first in one for second in two]
        return sum(sums) / len(sums)


class Bound:
    """What likeness to one report can be at most, as far as the idf of its own terms tells: no other term is asked for."""

    def __init__(self, profile: Profile, idf: Callable[[str], float]) -> None:
        self._profile = profile
        self._idf = {term: idf(term) for term in profile.terms}
        names, event, *self._lengths = _vectors(profile, self._idf.__getitem__)
        self._weighed = names | event

    def likeness(self, two: Profile) -> float:
        """No less than `Comparison.likeness`: terms of *two* that are not shared would only make it longer."""
        weighed, idf, terms = self._weighed, self._idf, two.terms
        named = bare = words = names_two = bare_two = words_two = 0.0
        for term in weighed.keys() & terms.keys():
            other = terms[term] * idf[term]
            product, square, kind = weighed[term] * other, other * other, term[0]
            if kind in _NAME_KINDS:
                named += product
                names_two += square
            elif kind == "w":
                words += product
                words_two += square
            else:
                bare += product
                bare_two += square
        names_one, event_one, bare_one = self._lengths
        event = _share(bare, bare_one, math.sqrt(bare_two)) * _trust(bare)
        if self._profile.language == two.language:
            event = max(event, _share(bare + words, event_one, math.sqrt(bare_two + words_two)))
        else:
            event *= ACROSS
        return _NAMES * _share(named, names_one, math.sqrt(names_two)) + EVENT * min(event, 1.0)

    def to_group(self, group: Sequence[Report]) -> float:
        """No less than `Comparison.to_group`."""
        return _faded((self.likeness(each.profile) for each in group), self._profile, group)


def _faded(likeness: Iterable[float], profile: Profile, group: Sequence[Report]) -> float:
    """Mean of the better half, less the further away the nearest of *group* is."""
    alike = sorted(likeness, reverse=True)
    better = alike[: (len(alike) + 1) // 2]
    nearest = min(abs(each.profile.reported_at - profile.reported_at) for each in group)
    return sum(better) / len(better) * math.exp(-nearest.total_seconds() / 3600 / FADES_H)


def _dot(one: Mapping[str, float], two: Mapping[str, float], both: Iterable[str]) -> float:
    return math.fsum(one[term] * two[term] for term in both)


def _trust(dot: float) -> float:
    """0.0 to 1.0, by how much two reports have in common at all: one happening that many tell of says little."""
    common = math.sqrt(dot)
    return common / (common + HALF_TRUSTED)


def _share(dot: float, one: float, two: float) -> float:
    return dot / (one * two) if dot else 0.0


def promising(
    profile: Profile, near: Sequence[Report], counts: Mapping[str, int], total: int
) -> tuple[Report, ...]:
    """Those of *near* whose story the report may join; of the others `cluster` would say that they are too far away.

    Args:
        counts: of the terms of *profile*. total: as for `cluster`.
    """
    bound = Bound(profile, idf_of(counts, total))
    groups = _groups(profile, near)
    return tuple(report for group in groups if bound.to_group(group) >= JOIN - _ROUNDING for report in group)


def cluster(profile: Profile, near: Sequence[Report], counts: Mapping[str, int], total: int) -> Filing:
    """The story that a report belongs to.

    Args:
        near: reports within `WINDOW` that share terms with it, and the other reports of their stories.
        counts: term -> stories that have it. total: all stories, articles that stand alone among them.

    Returns:
        The story it joins, or the article that it opens one with, or nothing.
        Stories that this report shows to be the same are merged into the
        largest; one that falls into parts is split.
    """
    comparison = Comparison(idf_of(counts, total))
    groups = _groups(profile, near)
    compared = sorted(
        ((comparison.to_group(profile, group), group) for group in groups), key=lambda each: -each[0]
    )
    found = [(likeness, group) for likeness, group in compared if likeness >= JOIN]
    if not found:
        return Filing(fresh=tuple(profile.terms))
    likeness, first = found[0]
    same = [first] + [group for _, group in found[1:] if comparison.between(first, group) >= MERGE]
    sizes = {story: len(group) for group in same if (story := _story(group)) is not None}
    stories = sorted(
        sizes, key=lambda story: (-sizes[story], story)
    )  # the largest first, the oldest among equals
    known = {term for group in same for report in group for term in report.profile.terms}
    return Filing(
        story_id=stories[0] if stories else None,
        beside=tuple(report.article_id for group in same for report in group if report.story_id is None),
        merged=tuple(stories[1:]),
        split=_parts(comparison, same[0]) if len(same) == 1 and len(first) + 1 in LOOKED_AT else (),
        likeness=round(min(likeness, 1.0), 4),
        fresh=tuple(term for term in profile.terms if term not in known),
    )


def _groups(profile: Profile, near: Sequence[Report]) -> list[list[Report]]:
    """Reports by story, the nearest in time of each; every one that stands alone by itself."""
    groups: dict[tuple[str, int], list[Report]] = {}
    for report in near:
        if abs(report.profile.reported_at - profile.reported_at) <= WINDOW:
            key = ("article", report.article_id) if report.story_id is None else ("story", report.story_id)
            groups.setdefault(key, []).append(report)
    for group in groups.values():
        group.sort(key=lambda each: abs(each.profile.reported_at - profile.reported_at))
    return [group[:MOST_COMPARED] for group in groups.values()]


def _story(group: Sequence[Report]) -> int | None:
    return group[0].story_id


def _parts(comparison: Comparison, group: Sequence[Report]) -> tuple[tuple[int, ...], ...]:
    """Groups of two or more that have next to nothing in common with the largest one: average linkage."""
    parts = [[report] for report in group]
    while len(parts) > 1:
        pairs = [
            (comparison.between(one, two), one, two)
            for at, one in enumerate(parts)
            for two in parts[at + 1 :]
        ]
        likeness, one, two = max(pairs, key=lambda each: each[0])
        if likeness < APART:
            break
        parts.remove(two)
        one.extend(two)
    parts.sort(key=len, reverse=True)
    return tuple(tuple(report.article_id for report in part) for part in parts[1:] if len(part) > 1)
