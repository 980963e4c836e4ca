"""One change of a topic's rules: what it does to the table, how a person reads it, how the file takes it."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import tomlkit

from crawler.drafting.parts import AGAINST, printable_line
from crawler.drafting.rules import Table
from crawler.relevance.learned import LearnedWord
from crawler.units import many

EditKind = Literal["add", "drop", "against", "points", "relevant", "learned"]
#: rule that the first word against something brings with it
AGAINST_RULE = "something else"
AGAINST_POINTS = -2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleEdit:
    """A proposed change, with what it changed on the examples it was found on."""

    kind: EditKind
    #: concept or rule; "" for the threshold
    name: str = ""
    language: str = ""
    term: str = ""
    #: points or threshold, before and after
    before: float = 0.0
    after: float = 0.0
    #: of a learned part: all its words; what was there before goes
    words: tuple[LearnedWord, ...] = ()
    #: examples judged right because of it, and wrong; stories of those
    gained: int = 0
    lost: int = 0
    stories: int = 0

    def sentence(self) -> str:
        """What it does, in words."""
        return {
            "add": f'add "{self.term}" ({self.language}) to {self.name}',
            "drop": f'drop "{self.term}" ({self.language}) from {self.name}',
            "against": f'"{self.term}" ({self.language}) speaks against it',
            "points": f'"{self.name}": points {self.before:g} become {self.after:g}',
            "learned": f"a learned part of {len(self.words)} words",
            "relevant": f"relevant from {self.after:g}, not {self.before:g}",
        }[self.kind]

    def because(self) -> str:
        """What speaks for it, in words."""
        return f"{self.gained} judged right by it, {self.lost} wrong, in {many(self.stories, 'story', 'stories')}"


def applied(table: Mapping[str, Any], edits: Sequence[RuleEdit]) -> Table:
    """The table with all edits."""
    new = copy.deepcopy(dict(table))
    for edit in edits:
        _apply(new, edit)
    return new


def _apply(table: Any, edit: RuleEdit) -> None:
    """Make one edit, in a plain table or in a document of tomlkit."""
    if edit.kind == "add":
        table["concepts"][edit.name].setdefault(edit.language, []).append(edit.term)
    elif edit.kind == "drop":
        table["concepts"][edit.name][edit.language].remove(edit.term)
    elif edit.kind == "learned":
        table["learned"] = {
            language: {term: weight for spoken, term, weight in edit.words if spoken == language}
            for language in dict.fromkeys(language for language, _, _ in edit.words)
        }
    elif edit.kind == "against":
        _against(table, edit)
    elif edit.kind == "points":
        next(rule for rule in table["rule"] if rule["name"] == edit.name)["points"] = edit.after
    else:
        table["relevant"] = edit.after


def _against(table: Any, edit: RuleEdit) -> None:
    if AGAINST not in table["concepts"]:
        table["concepts"][AGAINST] = {}
        rule = {
            "name": AGAINST_RULE,
            "points": AGAINST_POINTS,
            "sentence": [AGAINST],
            "fields": ["title", "lead", "description"],
        }
        if not any(AGAINST in each.get("sentence", ()) for each in table["rule"]):
            table["rule"].append(rule)
    table["concepts"][AGAINST].setdefault(edit.language, []).append(edit.term)


def written(text: str, edits: Sequence[RuleEdit], on: date) -> str:
    """A beat file with the edits made and each said in a comment at the head of `[topic]`; the rest stays to the letter.

    Args:
        text: of the file.
        on: the day that stands in the comments.
    """
    document = tomlkit.parse(text)
    topic: Any = document["topic"]
    for edit in edits:
        _apply(topic, edit)
    whole = tomlkit.dumps(document)
    comments = "".join(
        f"# {on.isoformat()} learnt: {printable_line(edit.sentence())} ({edit.because()})\n" for edit in edits
    )
    return _before_topic(whole, comments)


def _before_topic(text: str, comments: str) -> str:
    """Lines put in front of the line that says `[topic]`."""
    lines = text.splitlines(keepends=True)
    at = next((number for number, line in enumerate(lines) if line.strip().startswith("[topic")), 0)
    return "".join([*lines[:at], comments, *lines[at:]])
