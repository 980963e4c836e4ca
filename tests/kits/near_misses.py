"""Articles that share much and are not copies of each other, made of the stories of `copies_set`."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta

from copies_set import PUBLISHED, Story, Writer, article
from copies_words import NAMES, RARE, SITES

from db.model import Article


def near_misses(of: list[Story]) -> Iterator[tuple[str, Article, Article]]:
    """(kind, first, second): articles that share much and are not copies of each other."""
    for number, story in enumerate(of):
        for kind, first, second in _near_misses(story, number):
            yield (
                kind,
                article(story.writer, first, number, SITES[number % 8]),
                article(
                    story.writer,
                    second,
                    2000 + number,
                    SITES[(number + 2) % 8],
                    PUBLISHED + timedelta(hours=5),
                ),
            )


def _near_misses(story: Story, number: int) -> Iterator[tuple[str, list[list[str]], list[list[str]]]]:
    writer, other = story.writer, Writer(88_000 + number, story.writer.language)
    quotes = [[writer.quote()] for _ in range(3)]
    background = writer.paragraphs(3, 4)
    yield "same event, own words", writer.paragraphs(), writer.paragraphs()
    yield (
        "same event, three quotes shared",
        [*writer.paragraphs(6, 8), *quotes],
        [*quotes, *writer.paragraphs(6, 8)],
    )
    yield (
        "next day, same background",
        [*writer.paragraphs(6, 8), *background],
        [*writer.paragraphs(6, 8), *background],
    )
    yield "another story", story.paragraphs, other.paragraphs()
    yield "same form, other figures", _bulletin(writer, 1), _bulletin(writer, 2)
    yield "same long form, other figures", _long_bulletin(writer, 1), _long_bulletin(writer, 2)
    yield (
        "digest of the day",
        story.paragraphs[:5],
        [*other.paragraphs(7, 9), *story.paragraphs[:5], *other.paragraphs(7, 9)],
    )


def _bulletin(writer: Writer, number: int) -> list[list[str]]:
    """A form that is filled in anew each day."""
    dice = random.Random(number * 31 + writer.dice.randrange(10**6))
    name, place, day = dice.choice(NAMES), dice.choice(RARE), dice.randint(1, 28)
    figure = iter(dice.sample(range(10, 999), 12))
    return [
        [
            f"Rocket {next(figure)} lifted off from pad {next(figure)} at {next(figure)} hours on {day} November with"
            f" {next(figure)} satellites on board, {name} of the {place} centre said."
        ],
        [
            f"The first stage landed {next(figure)} seconds later on the ship {dice.choice(RARE).title()}, its flight"
            f" number {next(figure)}."
        ],
        [
            f"It was launch number {next(figure)} of the year, and {next(figure)} of the {dice.choice(RARE)} programme."
            f" The weather was {next(figure)} per cent favourable."
        ],
        [
            f"The next launch is planned for {dice.randint(1, 28)} December with {next(figure)} satellites for"
            f" {dice.choice(NAMES)}'s {dice.choice(RARE)} company."
        ],
    ]


def _long_bulletin(writer: Writer, number: int) -> list[list[str]]:
    """The same, with twenty words of form between two figures."""
    form = Writer(4_242, writer.language)
    space = "" if writer.language == "zh" else " "
    figures = random.Random(f"{number} {writer.numbers}").sample(range(1_000, 99_999), 14)
    return [[f"{form.sentence()[:-1]}{space}{figure}{form.sentence()[-1]}"] for figure in figures]
