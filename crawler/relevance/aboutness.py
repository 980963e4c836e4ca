"""About it, or in passing: what an article is worth is how much it says of a topic, what it is about is where it says it.

A sentence is *telling* when it would be relevant as a headline. An article in
which no sentence tells stays what its points make of it. One that tells of the
topic only on the way is at most a mention, and at least one, whatever its
headline takes away: people file a remark under what the remark says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crawler.relevance.rules import Topic
from db.model import Evidence

#: so many telling sentences are no passing remark, however long the text is
MANY = 3
#: of a text summed up in its first sentence: the least share of its sentences that must tell, for it to be about that
OPENING_SHARE = 0.15
#: of a text whose first sentence is silent
SHARE = 0.5
#: a sentence tells enough for a mention when it gives this part of what `relevant` asks
NEARLY = 0.9
#: how far below `relevant` a mention is kept
STEP = 0.01

#: field and number of a sentence
SentencePlace = tuple[str, int]
_HEADLINE = ("title", "slug")
_TEXT = ("lead", "body")


def placed(
    evidence: Sequence[Evidence], placed_points: Mapping[SentencePlace, float], sentences: int, topic: Topic
) -> Evidence | None:
    """What moves a score to the band that the places of the evidence ask for; None when it is there already.

    Args:
        evidence: all that counted; adds up to the score.
        placed_points: sentence -> the points that rules on one sentence gave it, deductions taken off, each as in its
            heaviest field.
        sentences: of the text.
    """
    if topic.relevant - topic.mention < STEP:
        return None  # there is no middle band to be put into
    score = sum(each.weight for each in evidence)
    telling = sorted(
        number for (name, number), points in placed_points.items() if name in _TEXT and points > 0
    )
    if score >= topic.relevant and _is_passing(evidence, placed_points, telling, sentences, topic):
        return _moved("in passing", topic.relevant - STEP - score, telling, sentences)
    strongest = max((points for (name, _), points in placed_points.items() if name in _TEXT), default=0.0)
    is_remark = strongest >= max(NEARLY * topic.relevant, topic.mention) and not _is_denied(evidence, topic)
    if score < topic.mention and is_remark:
        return _moved("a remark", topic.mention - score, telling, sentences)
    return None


def _is_passing(
    evidence: Sequence[Evidence],
    placed_points: Mapping[SentencePlace, float],
    telling: Sequence[int],
    sentences: int,
    topic: Topic,
) -> bool:
    """Whether neither the headline nor the summary tells of it, and the text only on the way."""
    headline = sum(each.weight for each in evidence if each.field in _HEADLINE and each.weight > 0)
    in_text = [each for each in evidence if each.field in _TEXT and each.weight > 0]
    if (
        not telling
        or len(telling) >= MANY
        or headline >= topic.mention
        or (
            headline > 0
            and any(each.weight >= topic.relevant and each.concept in _names(topic) for each in in_text)
        )
        or any(name == "description" and points > 0 for (name, _), points in placed_points.items())
    ):
        return False
    if telling[0] == 1:
        return len(telling) <= OPENING_SHARE * sentences
    opening = sum(each.weight for each in in_text if each.position == 1)
    later = sum(each.weight for each in in_text if each.position != 1)
    return len(telling) <= SHARE * sentences and headline + opening < later


def _is_denied(evidence: Sequence[Evidence], topic: Topic) -> bool:
    """Whether a deduction speaks of the whole article: then no sentence of it tells of the topic."""
    whole = {rule.name for rule in topic.rules if rule.points < 0 and not rule.sentence}
    return any(each.weight < 0 and each.concept in whole for each in evidence)


def _names(topic: Topic) -> frozenset[str]:
    """Rules that ask for one thing alone, a name that says it all: it may stand anywhere below a headline that goes with it."""
    return frozenset(rule.name for rule in topic.rules if len(rule.sentence) + len(rule.article) == 1)


def _moved(name: str, weight: float, telling: Sequence[int], sentences: int) -> Evidence:
    return Evidence(
        term=f"{len(telling)} of {sentences} sentences",
        concept=name,
        field="text",
        count=len(telling),
        weight=round(weight, 4),
        position=telling[0] if telling else None,
    )
