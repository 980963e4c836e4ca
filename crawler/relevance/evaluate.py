"""How well a topic judges examples that a person has labelled: what `spacereel beat test` prints."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from crawler.errors import ConfigError
from crawler.relevance.judge import Fields, judge
from crawler.relevance.rules import Topic
from db.model import Judgement

#: positive belongs to the beat, mention touches it in passing, negative does not belong
Label = Literal["positive", "mention", "negative"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """An article, or its headline and lead, with the label a person gave it."""

    id: str
    label: Label
    title: str = ""
    text: str = ""
    url: str = ""
    language: str | None = None
    #: a word of the author's own for what sort of example it is
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Examples and judgements side by side, and what they add up to. Mentions are counted apart."""

    judged: tuple[tuple[Example, Judgement], ...]

    def count(self, label: Label, *, is_relevant: bool | None = None) -> int:
        """Examples with this label; of these only the ones judged relevant, or not, when asked."""
        return sum(
            example.label == label and is_relevant in (None, judgement.is_relevant)
            for example, judgement in self.judged
        )

    @property
    def precision(self) -> float:
        """Of what was judged relevant, the share that is positive; 1.0 when nothing was."""
        right, wrong = self.count("positive", is_relevant=True), self.count("negative", is_relevant=True)
        return right / (right + wrong) if right + wrong else 1.0

    @property
    def recall(self) -> float:
        """Of what is positive, the share that was judged relevant; 1.0 when nothing is."""
        positives = self.count("positive")
        return self.count("positive", is_relevant=True) / positives if positives else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    @property
    def average_precision(self) -> float:
        """Mean of the precision at each positive when examples are sorted by score; of equal scores negatives come first."""
        ranked = sorted(
            (
                (judgement.score, example.label == "positive")
                for example, judgement in self.judged
                if example.label != "mention"
            ),
            key=lambda pair: (-pair[0], pair[1]),
        )
        seen, total = 0, 0.0
        for rank, (_, is_positive) in enumerate(ranked, 1):
            seen += is_positive
            total += seen / rank if is_positive else 0.0
        return total / seen if seen else 1.0

    @property
    def wrong(self) -> tuple[tuple[Example, Judgement], ...]:
        """Positives not judged relevant and negatives judged relevant, the worst first."""
        pairs = [
            pair
            for pair in self.judged
            if pair[0].label != "mention" and (pair[0].label == "positive") != pair[1].is_relevant
        ]
        return tuple(sorted(pairs, key=lambda pair: -abs(pair[1].score - pair[1].threshold)))


def evaluate(examples: Iterable[Example], topic: Topic) -> Evaluation:
    """Judge every example by its title, text, URL and language."""
    return Evaluation(judged=tuple((example, judge(_fields(example), topic)) for example in examples))


def _fields(example: Example) -> Fields:
    return Fields(title=example.title, text=example.text, url=example.url, language=example.language)


def load_examples(path: Path) -> tuple[Example, ...]:
    """Read lines `{id, label, title, text, url, lang, kind}`; only `id` and `label` must be there.

    Raises:
        ConfigError: naming file and line.
    """
    examples = tuple(
        _example(line, f"{path}:{at}", str(path))
        for at, line in enumerate(example_lines(path), 1)
        if line.strip()
    )
    _check_ids(examples, str(path))
    return examples


def example_lines(path: Path) -> list[str]:
    """The lines of a file.

    Raises:
        ConfigError: it is missing, no regular file, cannot be read or is not UTF-8.
    """
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise ConfigError(f"{path} is no regular file", str(path))
        return path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        raise ConfigError(f"{path} does not exist", str(path)) from None
    except OSError as problem:
        raise ConfigError(f"{path} cannot be read: {problem.strerror}", str(path)) from problem
    except UnicodeDecodeError as problem:
        raise ConfigError(f"{path} is not UTF-8 text", str(path)) from problem


def _check_ids(examples: Sequence[Example], path: str) -> None:
    seen: set[str] = set()
    for example in examples:
        if example.id in seen:
            raise ConfigError(f'{path}: example "{example.id}" is there twice', path, example.id)
        seen.add(example.id)


def _example(line: str, place: str, path: str) -> Example:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as problem:
        raise ConfigError(f"{place} is not a line of JSON: {problem}", path) from problem
    except (ValueError, RecursionError):
        raise ConfigError(f"{place} has a number or brackets without end", path) from None
    if not isinstance(row, dict) or not isinstance(row.get("id"), str):
        raise ConfigError(f'{place} must be a JSON object with an "id"', path)
    if row.get("label") not in get_args(Label):
        raise ConfigError(f"{place}: label must be one of {', '.join(get_args(Label))}", path, "label")
    texts = {key: row.get(key) or "" for key in ("title", "text", "url", "lang", "kind")}
    for key, value in texts.items():
        if not isinstance(value, str):
            raise ConfigError(f"{place}: {key} must be a text", path, key)
    language = texts.pop("lang") or None
    return Example(id=row["id"], label=row["label"], language=language, **texts)
