"""Invents news by the thousand: events, reports of them in six languages, copies, background that everybody repeats.

Words are as common as Zipf's law has it, from 30,000 of each language; lengths
are log-normal, 400 words in the middle, one in twenty above 1,000. An event has
names, figures and words of its own; one report in ten carries a paragraph that
hundreds of others carry. Nothing is meant to be read. Everything follows from a seed.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate

from crawler.dedupe.happenings import HAPPENING_WORDS
from db.model import Article

#: language -> share of what is written; en, de and fr in Latin letters, with umlauts and accents
LANGUAGES = {"en": 0.5, "ru": 0.15, "de": 0.12, "fr": 0.08, "es": 0.05, "zh": 0.1}
VOCABULARY, NAMES, SITES, BACKGROUNDS = 30_000, 20_000, 900, 40
#: share of the articles that are copies; that tell of an event which others tell of, too; that carry a background
COPIED, TOLD, CARRIED = 0.2, 0.4, 0.1
#: one text in so many is an agency's that dozens of sites take
SPREAD = 150
#: reports of one event come within so many hours
SPREAD_H = 60.0
_SYLLABLES = [first + vowel + last for first in "bcdfghklmnprstvz" for vowel in "aeiou" for last in ("", "n", "r", "s", "l")]  # fmt: skip
_CYRILLIC = str.maketrans("abcdefghiklmnoprstuvz", "абцдефгхиклмнопрстувз")
_ACCENTS = {"de": str.maketrans("ou", "öü"), "fr": str.maketrans("ea", "éà"), "es": str.maketrans("ao", "áó")}


def _zipf(count: int) -> list[float]:
    return list(accumulate(1 / rank for rank in range(1, count + 1)))


@dataclass
class Event:
    """What happens, and what every report of it says."""

    happened_at: datetime
    names: list[str]
    figures: list[str]
    happenings: list[str]
    #: ranks in the vocabulary
    subject: list[int]


@dataclass(frozen=True)
class News:
    """One article, and which event and which article it comes from; both by number."""

    article: Article
    event: int | None
    copy_of: int | None


class Newsmaker:
    """An endless stream of articles, so many a day from *begin* on."""

    def __init__(self, begin: datetime, a_day: int, seed: int = 1) -> None:
        self.dice = random.Random(seed)
        self.begin, self.a_day = begin, a_day
        self._words = {language: self._vocabulary(language) for language in LANGUAGES}
        self._ranks, self._word_weights = range(VOCABULARY), _zipf(VOCABULARY)
        self._names, self._name_weights = self._many_names(), _zipf(NAMES)
        self._happenings = [words[0] for words in HAPPENING_WORDS.values()]
        self.background = [
            {language: self._sentences(language, None, 45) for language in LANGUAGES}
            for _ in range(BACKGROUNDS)
        ]
        self._open: list[tuple[int, Event]] = []
        self._told: list[tuple[int, Article, int | None]] = []
        self._events = self._made = 0

    def _word(self) -> str:
        return "".join(self.dice.choices(_SYLLABLES, k=self.dice.choice((1, 2, 2, 3, 3, 4))))

    def _vocabulary(self, language: str) -> list[str]:
        if language == "zh":
            signs = [chr(code) for code in range(0x4E00, 0x4E00 + 2500)]
            return ["".join(self.dice.choices(signs, k=2)) for _ in range(VOCABULARY)]
        table = _CYRILLIC if language == "ru" else _ACCENTS.get(language)
        words = (self._word() for _ in range(VOCABULARY))
        return [w.translate(table) if table and self.dice.random() < (1 if language == "ru" else 0.15) else w for w in words]  # fmt: skip

    def _many_names(self) -> list[str]:
        return [self._word().title() + "".join(self.dice.choices("kmtv", k=1)) for _ in range(NAMES)]

    def news(self, count: int) -> list[News]:
        """The next so many articles in the order of publication; their numbers begin at 0."""
        numbers = range(self._made, self._made + count)
        self._made += count
        return [self._one(number, self.begin + timedelta(days=number / self.a_day)) for number in numbers]

    def _one(self, number: int, at: datetime) -> News:
        roll = self.dice.random()
        self._told = self._told[-self.a_day :]
        if roll < COPIED and self._told:
            spread = [each for each in self._told if each[0] % SPREAD == 0]
            origin, original, event = self.dice.choice(
                spread if spread and self.dice.random() < 0.5 else self._told
            )
            return News(self._copied(original, number, at), event, origin)
        event_number = None
        event = self._event(at)
        if roll < COPIED + TOLD:
            event_number, event = self._event_told(at)
        article = self._written(event, number, at)
        self._told.append((number, article, event_number))
        return News(article, event_number, None)

    def _event_told(self, at: datetime) -> tuple[int, Event]:
        """One of the events of these days, or one that begins now."""
        young = timedelta(hours=SPREAD_H)
        self._open = [each for each in self._open if at - each[1].happened_at < young]
        if not self._open or self.dice.random() < 0.25:
            self._events += 1
            self._open.append((self._events, self._event(at)))
            return self._open[-1]
        return self.dice.choice(self._open)

    def _event(self, at: datetime) -> Event:
        return Event(
            happened_at=at,
            names=self.dice.choices(self._names, cum_weights=self._name_weights, k=4),
            figures=[str(self.dice.randint(3, 9_999)) for _ in range(4)],
            happenings=self.dice.sample(self._happenings, 2),
            subject=self.dice.choices(range(150, VOCABULARY), k=25),
        )

    def _written(self, event: Event, number: int, at: datetime) -> Article:
        language = self.dice.choices(list(LANGUAGES), weights=list(LANGUAGES.values()))[0]
        length = min(max(int(self.dice.lognormvariate(6.0, 0.55)), 60), 3_000)
        paragraphs = []
        while length > 0:
            some = min(length, self.dice.randint(25, 70))
            paragraphs.append(self._sentences(language, event, some))
            length -= some
        if self.dice.random() < CARRIED:
            paragraphs.append(self.dice.choice(self.background)[language])
        title = f"{self.dice.choice(event.names)} {self._sentences(language, event, 8).rstrip('.')}"
        return _article(number, at, title, "\n".join(paragraphs), language)

    def _sentences(self, language: str, event: Event | None, length: int) -> str:
        words, dice = self._words[language], self.dice
        ranks = dice.choices(self._ranks, cum_weights=self._word_weights, k=length)
        told = [words[rank] for rank in ranks]
        for at in range(length if event else 0):
            assert event is not None
            roll = dice.random()
            if roll < 0.16:
                told[at] = words[dice.choice(event.subject)]
            elif roll < 0.22:
                told[at] = dice.choice(event.names)
            elif roll < 0.24:
                told[at] = dice.choice(event.figures)
            elif roll < 0.25:
                told[at] = dice.choice(event.happenings)
        for at in range(0, length, dice.randint(9, 22)):
            told[at] = f"{'' if at == 0 else '. '}{told[at].capitalize()}"
        return ("" if language == "zh" else " ").join(told).replace(" . ", ". ") + "."

    def _copied(self, original: Article, number: int, at: datetime) -> Article:
        """An agency's text as another site has it: whole, without its end, or with a paragraph of its own."""
        lines = original.text.split("\n")
        how = self.dice.randrange(3)
        if how == 1:
            lines = lines[: max(1, len(lines) * 2 // 3)]
        if how == 2:
            lines = [*lines, self._sentences(original.language or "en", None, 40)]
        return _article(number, at, original.title, "\n".join(lines), original.language or "en")


def _article(number: int, at: datetime, title: str, text: str, language: str) -> Article:
    site = (number * 7919) % SITES
    url = f"https://site-{site}.example/news/{number}"
    return Article(
        url=url,
        canonical_url=url,
        title=title,
        text=text,
        language=language,
        site_name=f"Site {site}",
        published_at=at,
        published_precision="second",
    )
