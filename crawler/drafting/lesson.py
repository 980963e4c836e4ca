"""What marks and examples ask for, and how far it can be believed."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.drafting.edits import RuleEdit
from crawler.drafting.fitting import HeldOut


@dataclass(frozen=True, slots=True, kw_only=True)
class BeatLesson:
    """What marks and examples ask for."""

    edits: tuple[RuleEdit, ...]
    #: the part kept back, judged by the rules as they are and with all edits
    before: HeldOut
    after: HeldOut
    #: the rest, each turn judged by edits found on the other turns
    cross_before: HeldOut
    cross_after: HeldOut
    #: stories that were judged right more by these, and the standard error of that number
    gain: float
    gain_error: float

    @property
    def helps(self) -> bool:
        """Whether edits found this way helped on stories they were not found on."""
        return self.cross_after.f1 > self.cross_before.f1 and self.after.f1 >= self.before.f1

    @property
    def holds(self) -> bool:
        """Whether they helped by more than chance does."""
        return self.helps and self.gain > self.gain_error
