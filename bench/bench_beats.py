"""What judging, `beat try` and `beat learn` cost: 20,000 texts judged, 100,000 articles tried, 2,000 marks learnt from.

    python bench/bench_beats.py [--judged N] [--articles N] [--marks N]

Articles are invented, 400 words each; one in ten brings sentences of the shipped examples. They lie in a file with the two tables of the
record that are read. Times are of the processor, one core.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from crawler.catalogue import load_beats
from crawler.config import SHIPPED_BEAT
from crawler.drafting.learning import learn_rules
from crawler.drafting.linear import learned_words, wins
from crawler.drafting.trial import compare
from crawler.relevance.evaluate import Example, evaluate, load_examples
from crawler.relevance.topic import parse_topic
from db.texts import stored_texts

_MADE = random.Random(6)
WORDS = ["".join(_MADE.choices("abdefgiklmnoprstu", k=_MADE.randrange(4, 11))) for _ in range(20_000)]
LENGTH = 400


def text_of(chance: random.Random, examples: tuple[Example, ...]) -> tuple[str, str, str]:
    """Headline, text and language of one invented article."""
    sentences = [" ".join(chance.choices(WORDS, k=16)).capitalize() + "." for _ in range(LENGTH // 16)]
    if chance.random() >= 0.1:
        return " ".join(chance.choices(WORDS, k=9)), " ".join(sentences), "en"
    example = chance.choice(examples)
    sentences.insert(chance.randrange(len(sentences)), example.text)
    return (
        example.title if chance.random() < 0.5 else sentences.pop(),
        " ".join(sentences),
        example.language or "en",
    )


def rows(count: int, examples: tuple[Example, ...]) -> Iterator[tuple[Any, ...]]:
    """Rows of the file: address, headline, text, language."""
    chance = random.Random(7)
    for number in range(count):
        title, text, language = text_of(chance, examples)
        yield number, f"https://e.example/{number:06}", title, text, language


def filled(path: Path, count: int, examples: tuple[Example, ...]) -> sqlite3.Connection:
    """The file, with as many articles."""
    conn = sqlite3.connect(path)
    conn.executescript(
        """CREATE TABLE articles (id INTEGER PRIMARY KEY, text, description, tags);
        CREATE TABLE newest (canonical_url TEXT PRIMARY KEY, article_id, url, title, section, language, source, story_id, mark);"""
    )
    for number, url, title, text, language in rows(count, examples):
        conn.execute("INSERT INTO articles VALUES (?, ?, '', '[]')", (number, text))
        conn.execute(
            "INSERT INTO newest VALUES (?, ?, ?, ?, NULL, ?, 's', NULL, NULL)",
            (url, number, url, title, language),
        )
    conn.commit()
    return conn


def trying(count: int) -> None:
    """The shipped beat against itself with one rule changed."""
    (beat,) = load_beats([SHIPPED_BEAT])
    table = json.loads(beat.topic.source)
    rules = [{**rule, "points": rule["points"] + 0.5 * (at == 0)} for at, rule in enumerate(table["rule"])]
    draft = parse_topic({**table, "rule": rules}, beat.id)
    with tempfile.TemporaryDirectory() as folder:
        conn = filled(
            Path(folder) / "articles.db", count, load_examples(SHIPPED_BEAT.with_suffix(".examples.jsonl"))
        )
        began = time.process_time()
        trial = compare(stored_texts(conn), draft, beat.topic)
        took = time.process_time() - began
        conn.close()
    print(
        f"beat try, {trial.articles} articles of {LENGTH} words: {took:.1f} s, {trial.articles / took:.0f} a second, {peak():.0f} MB at most"
    )


def marks(count: int, examples: tuple[Example, ...]) -> list[Example]:
    """As many marked articles: the shipped examples again and again, with invented words before and behind."""
    chance = random.Random(8)
    told = [example for example in examples if example.label != "mention"]
    found = []
    for number in range(count):
        example = told[number % len(told)]
        tail = " ".join(chance.choices(WORDS, k=60)).capitalize()
        title = (
            f"{example.title} {' '.join(chance.choices(WORDS, k=12))}"
            if number >= len(told)
            else example.title
        )
        found.append(replace(example, id=str(number), title=title, text=f"{example.text} {tail}."))
    return found


def learning(count: int) -> None:
    """The shipped beat without every third term, and marks that tell what is missing."""
    (beat,) = load_beats([SHIPPED_BEAT])
    table = json.loads(beat.topic.source)
    table["concepts"] = {
        name: {
            language: [term for at, term in enumerate(those) if at % 3 != 2]
            if language != "includes"
            else those
            for language, those in terms.items()
        }
        for name, terms in table["concepts"].items()
    }
    known = marks(count, load_examples(SHIPPED_BEAT.with_suffix(".examples.jsonl")))
    began = time.process_time()
    lesson = learn_rules(table, known)
    edited = time.process_time()
    linear = learned_words(table, known)
    took, weighed = time.process_time() - began, time.process_time() - edited
    if lesson:
        print(
            f"beat learn, {count} marks, a third of the terms gone: {took:.1f} s, of these {weighed:.1f} for a learned part "
            f"({'proposed' if wins(linear, lesson) else 'not proposed'}), {len(lesson.edits)} edits, "
            f"F1 on others {lesson.cross_before.f1:.3f} -> {lesson.cross_after.f1:.3f}, kept back {lesson.before.f1:.3f} -> {lesson.after.f1:.3f}, "
            f"{peak():.0f} MB at most"
        )


def judging(count: int) -> None:
    """Headlines and leads of the shipped examples by the shipped beat, and by the same beat with a learned part of 40 words."""
    (beat,) = load_beats([SHIPPED_BEAT])
    words = {"any": {f"{word}*": 0.5 for word in sorted(set(WORDS))[:40]}}
    topics = (beat.topic, parse_topic({**json.loads(beat.topic.source), "learned": words}, beat.id))
    known = load_examples(SHIPPED_BEAT.with_suffix(".examples.jsonl"))
    for topic in topics:
        evaluate(known[:1], topic)  # makes them ready
    times = len(known) and count // len(known) + 1
    took = [0.0, 0.0]
    for _ in range(times):
        for at, topic in enumerate(topics):  # by turns, so that both have the same neighbours on the machine
            began = time.process_time()
            evaluate(known, topic)
            took[at] += time.process_time() - began
    judged = times * len(known)
    print(
        f"judging, {judged} headlines with leads: {judged / took[0]:.0f} a second, {judged / took[1]:.0f} with 40 learned words"
    )


def peak() -> float:
    """Memory of this process at its highest, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """All, one after the other."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--marks", type=int, default=2_000)
    parser.add_argument("--judged", type=int, default=20_000)
    chosen = parser.parse_args()
    judging(chosen.judged)
    trying(chosen.articles)
    learning(chosen.marks)


if __name__ == "__main__":
    main()
