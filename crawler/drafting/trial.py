"""What rules would do to articles that are there: who enters, leaves, changes band, and what each rule has to do with it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from crawler.relevance.explain import explain
from crawler.relevance.judge import Fields, band_of, judge_all
from crawler.relevance.rules import Topic
from db.model import Band, Judgement
from db.texts import StoredText

#: articles named for each change
MOST_MOVES_NAMED = 10
#: articles below `relevant` that are asked what they lack
_MOST_ASKED = 500
#: share of the articles of the rarer one in which two rules must take back each other's points to be reported, and how many
_OFTEN, LEAST = 0.8, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One article whose band changes."""

    title: str
    url: str
    before: Band
    after: Band
    #: the piece of evidence with the most points in the new judgement, as "rule: words"
    because: str


@dataclass(slots=True, kw_only=True)
class RuleEffect:
    """What one rule did."""

    name: str
    points: float
    #: articles in which it counted, and in which the band would be another without it
    articles: int = 0
    decides: int = 0
    #: what it added to all scores together
    added: float = 0.0


@dataclass(slots=True, kw_only=True)
class Trial:
    """What a draft would do to some articles."""

    articles: int = 0
    #: (band before, band after) -> articles
    moves: Counter[tuple[Band, Band]] = field(default_factory=Counter)
    named: list[Move] = field(default_factory=list)
    rules: dict[str, RuleEffect] = field(default_factory=dict)
    #: two rules that mostly take back each other's points: articles in which both counted
    contradictions: list[tuple[str, str, int]] = field(default_factory=list)
    #: what is missing, in words -> articles, and the title of one
    near: dict[str, tuple[int, str]] = field(default_factory=dict)

    @property
    def silent(self) -> list[str]:
        """Rules that never counted."""
        return [name for name, effect in self.rules.items() if not effect.articles]


def fields_of_stored(row: StoredText) -> Fields:
    """What is judged of an article of the record."""
    return Fields(
        title=row.title,
        text=row.text,
        url=row.url,
        tags=row.tags,
        description=row.description,
        language=row.language,
        section=row.section,
    )


def compare(rows: Iterable[StoredText], draft: Topic, today: Topic | None) -> Trial:
    """Judge every article by a draft, and by the rules of today.

    Both are judged in one look at the text. An article costs as much as judging it; of those that fall short of
    `relevant` at most `_MOST_ASKED` are looked at again for what they lack.

    Args:
        today: None when there is none yet; then everything was off.
    """
    trial = Trial(rules={rule.name: RuleEffect(name=rule.name, points=rule.points) for rule in draft.rules})
    together: Counter[tuple[str, str]] = Counter()
    near: defaultdict[str, list[str]] = defaultdict(list)
    signs = {rule.name: rule.points > 0 for rule in draft.rules}
    topics = (draft,) if today is None else (draft, today)
    asked = 0
    for row in rows:
        fields = fields_of_stored(row)
        after, *others = judge_all(fields, topics)
        _note(trial, row, after, others[0].band if others else "off", draft)
        together.update(_against_each_other(after, signs))
        if after.band != "relevant" and (after.score > 0 or after.evidence) and asked < _MOST_ASKED:
            asked += 1
            for miss in explain(fields, draft).near:
                if after.score + miss.points * _lightest(draft, miss.where) >= draft.relevant:
                    near[f'"{miss.rule}" {miss.because}'].append(row.title)
    trial.contradictions = _often(together, trial.rules)
    trial.near = {
        what: (len(titles), titles[0])
        for what, titles in sorted(near.items(), key=lambda pair: -len(pair[1]))
    }
    return trial


def _note(trial: Trial, row: StoredText, after: Judgement, before: Band, draft: Topic) -> None:
    """Count one article."""
    trial.articles += 1
    trial.moves[before, after.band] += 1
    if (
        before != after.band
        and sum(move.after == after.band and move.before == before for move in trial.named) < MOST_MOVES_NAMED
    ):
        best = max(after.evidence, key=lambda each: each.weight, default=None)
        because = f"{best.concept}: {best.term}" if best else "nothing of it was found"
        trial.named.append(
            Move(title=row.title, url=row.canonical_url, before=before, after=after.band, because=because)
        )
    sums: defaultdict[str, float] = defaultdict(float)
    for each in after.evidence:
        sums[each.concept] += each.weight
    for name, weight in sums.items():
        if effect := trial.rules.get(name):
            effect.articles += 1
            effect.added += weight
            effect.decides += band_of(max(0.0, after.score - weight), draft) != after.band


def _against_each_other(after: Judgement, signs: dict[str, bool]) -> list[tuple[str, str]]:
    """Pairs of a rule that gave and one that took as much, in one article."""
    gave = {each.concept: each.weight for each in after.evidence if signs.get(each.concept) is True}
    took = {each.concept: -each.weight for each in after.evidence if signs.get(each.concept) is False}
    return [(one, other) for one, plus in gave.items() for other, minus in took.items() if minus >= plus]


def _often(together: Counter[tuple[str, str]], rules: dict[str, RuleEffect]) -> list[tuple[str, str, int]]:
    return [
        (one, other, count)
        for (one, other), count in together.most_common()
        if count >= max(LEAST, _OFTEN * min(rules[one].articles, rules[other].articles))
    ]


def _lightest(topic: Topic, where: str) -> float:
    return dict(topic.weights).get(where, 1.0)
