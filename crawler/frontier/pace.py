"""How refusals set the pace of a host: how long it rests, and what rate it has taught us. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

#: first pause after a 429 or 503 without Retry-After, doubled with each further one
_FIRST_PAUSE_S = 5.0
_LONGEST_PAUSE_S = 6 * 3600.0
#: a Retry-After beyond this is taken for a mistake
LONGEST_RETRY_AFTER_S = 30 * 86400.0
#: a rate taught by refusals is never slower, and never learned from a gap of less
LONGEST_LEARNED_S, LEAST_LEARNED_S = 120.0, 0.05
#: a host that was not asked for longer than that did not refuse because of the rate
_IDLE_S = 10.0
#: so many answers bring the rate back to the one that was refused: about one 429 in a hundred, then
ANSWERS_BACK = 100


def retry_after_s(value: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for: a number of seconds or an HTTP date (RFC 9110, 10.2.3).

    None when there is none or it cannot be read; never negative, 30 days at most.

    >>> retry_after_s("120", datetime(2026, 1, 1, tzinfo=UTC))
    120.0
    """
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:12]), LONGEST_RETRY_AFTER_S)
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return min(max((at - now).total_seconds(), 0.0), LONGEST_RETRY_AFTER_S)


def pause_s(refusals: int) -> float:
    """How long a host rests after that many consecutive 429 or 503 answers.

    >>> pause_s(1), pause_s(2), pause_s(40)
    (5.0, 10.0, 21600.0)
    """
    return float(min(_FIRST_PAUSE_S * 2 ** min(refusals - 1, 20), _LONGEST_PAUSE_S))


@dataclass(frozen=True, slots=True)
class LearnedPace:
    """The gap that a host's 429s have taught: additive increase, multiplicative decrease of the rate.

    Each 429 halves the rate. Each answer adds as much to it as brings it back to
    the refused one in `ANSWERS_BACK` answers, and further after that, so that a
    limit that was lifted is found out.
    """

    #: seconds between two requests
    gap_s: float
    #: what they were when the host refused
    refused_s: float

    @classmethod
    def after_refusal(cls, gap_s: float, since_s: float) -> LearnedPace:
        """What a 429 teaches.

        Args:
            gap_s: what was kept between requests before.
            since_s: from the end of the last request to this refusal; 0 when there was none.

        >>> LearnedPace.after_refusal(0.2, 0.25)
        LearnedPace(gap_s=0.5, refused_s=0.25)
        """
        refused_s = max(gap_s, min(since_s, _IDLE_S), LEAST_LEARNED_S)
        return cls(gap_s=min(2 * refused_s, LONGEST_LEARNED_S), refused_s=min(refused_s, LONGEST_LEARNED_S))

    @classmethod
    def remembered(cls, gap_s: float | None, refused_s: float | None) -> LearnedPace | None:
        """From the record, where it is None for a host that never refused."""
        return cls(gap_s=gap_s, refused_s=refused_s) if gap_s and refused_s else None

    def after_answer(self, base_s: float) -> LearnedPace | None:
        """What is left of it after one more answer; None once it asks for no more than *base_s*."""
        gap_s = 1 / (1 / self.gap_s + 1 / (2 * ANSWERS_BACK * self.refused_s))
        return replace(self, gap_s=gap_s) if gap_s > max(base_s, LEAST_LEARNED_S / 2) else None
