"""How well and how fast the shipped beat judges, and what the gate saves.

    python bench/bench_relevance.py [--examples FILE ...] [--pages FOLDER] [--wrong]

Without arguments: the examples beside the beat; with `--examples`, further files
of the same form. `--pages`, or the variable SPACEREEL_PAGES, names a folder of
HTML files for the gate; without one that part is left out and the bench says so.
`--wrong` prints every example judged wrongly, with its evidence. Times are of
the processor, one core, everything in one process.
"""

from __future__ import annotations

import argparse
import gzip
import os
import re
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from crawler.catalogue import load_beats
from crawler.config import SHIPPED_BEAT
from crawler.ingest.drift import SAMPLED
from crawler.ingest.reading import read_page
from crawler.relevance.evaluate import Evaluation, Example, evaluate, load_examples
from crawler.relevance.gate import may_score
from crawler.relevance.judge import Fields, judge, judged_fields
from crawler.relevance.rules import Topic
from crawler.relevance.topic import parse_topic
from db.model import Candidate, Capture, Outcome, Page

NOW = datetime(2026, 1, 1, tzinfo=UTC)
URL = "https://news.example/a"
#: kind of example -> concepts that name that project
PROJECTS = {
    "vyzov": ("peresild", "shipenko", "cast", "crew", "challenge", "vyzov", "bare-title", "project"),
    "cruise": ("cruise", "liman", "star"),
    "see1": ("cast", "challenge", "project"),
    "apogee": ("star", "project"),
    "imax": ("cast", "challenge", "project"),
    "astronaut-show": ("challenge", "project"),
    "other-project": ("challenge", "project"),
}


def report(name: str, evaluation: Evaluation) -> None:
    """One line of the four figures, and where mentions and negatives went."""
    bands = {
        label: Counter(j.band for e, j in evaluation.judged if e.label == label)
        for label in ("mention", "negative")
    }
    print(
        f"{name:28} P {evaluation.precision:.3f}  R {evaluation.recall:.3f}  F1 {evaluation.f1:.3f}  "
        f"AP {evaluation.average_precision:.3f}  n={len(evaluation.judged)}  "
        + "  ".join(f"{label}s {dict(sorted(counts.items()))}" for label, counts in bands.items())
    )


def detail(evaluation: Evaluation) -> None:
    """F1 and average precision by language; by kind how many were judged relevant."""
    examples = [example for example, _ in evaluation.judged]
    for language in sorted({example.language or "" for example in examples}):
        part = evaluation.only(lambda example, language=language: example.language == language)
        print(
            f"    {language}: F1 {part.f1:.2f} AP {part.average_precision:.2f} n={len(part.judged)}", end=""
        )
    print()
    for label, kind in sorted({(example.label, example.kind) for example in examples}):
        part = evaluation.only(lambda example, key=(label, kind): (example.label, example.kind) == key)
        print(
            f"    {label} {kind}: {part.count(label, is_relevant=True)}/{len(part.judged)} relevant", end=""
        )
    print()


def without(names: Sequence[str]) -> Topic:
    """The shipped topic as if nobody had heard of these concepts."""
    table = tomllib.loads(SHIPPED_BEAT.read_text(encoding="utf-8"))["topic"]
    concepts = {
        name: {"any": ["qqzzqq"]} if name in names else terms for name, terms in table["concepts"].items()
    }
    return parse_topic({**table, "concepts": concepts}, "nameless")


def leave_one_out(examples: Sequence[Example]) -> None:
    """Each project's examples judged by a topic that has never heard of it."""
    negative = [example for example in examples if example.label == "negative"]
    for kind, names in PROJECTS.items():
        hidden = [example for example in examples if (example.label, example.kind) == ("positive", kind)]
        if hidden:
            report(f"  without {kind}", evaluate([*hidden, *negative], without(names)))
    everything = {name for names in PROJECTS.values() for name in names}
    report("  without any name", evaluate(examples, without(sorted(everything))))


def ten_folds(evaluation: Evaluation) -> float:
    """F1 when the threshold is chosen on nine tenths and used on the tenth."""
    pairs = [(e.label == "positive", j.score) for e, j in evaluation.judged if e.label != "mention"]
    right = wrong = missed = 0
    for fold in range(10):
        known = [pair for at, pair in enumerate(pairs) if at % 10 != fold]
        threshold = max(sorted({score for _, score in known}), key=lambda least: _f1(known, least))
        for is_positive, score in pairs[fold::10]:
            right += is_positive and score >= threshold
            wrong += not is_positive and score >= threshold
            missed += is_positive and score < threshold
    return 2 * right / (2 * right + wrong + missed)


def _f1(pairs: Sequence[tuple[bool, float]], threshold: float) -> float:
    right = sum(is_positive for is_positive, score in pairs if score >= threshold)
    found = sum(score >= threshold for _, score in pairs)
    return 2 * right / (found + sum(is_positive for is_positive, _ in pairs))


def regexes_of(topic: Topic) -> list[re.Pattern[str]]:
    """One compiled regex for each term, as a plain program would look for it."""
    patterns = []
    for concept in topic.concepts:
        for _, term in concept.terms:
            ways = set()
            for spelling in term.spellings:
                pieces = [re.escape(piece.strip()).replace(r"\ ", r"\W+") for piece in spelling.pieces]
                heads = [r"\b" if piece.startswith(" ") else "" for piece in spelling.pieces]
                tails = [r"\b" if piece.endswith(" ") else r"\w*" for piece in spelling.pieces]
                whole = heads[0] + pieces[0] + tails[0]
                for at, gap in enumerate(spelling.gaps, 1):
                    whole += (
                        (rf"(?:\W+\w+){{0,{gap}}}?\W*" if gap else r"\W*")
                        + heads[at]
                        + pieces[at]
                        + tails[at]
                    )
                ways.add(whole)
            patterns.append(re.compile("|".join(sorted(ways)), re.IGNORECASE))
    return patterns


def seconds(work: Callable[[], object], least_s: float = 0.5) -> float:
    """Processor time of one run, the best of as many as fit."""
    best, spent = float("inf"), 0.0
    while spent < least_s:
        started = time.process_time()
        work()
        took = time.process_time() - started
        best, spent = min(best, took), spent + took
    return best


def speed(topic: Topic, texts: Sequence[Fields], name: str) -> None:
    """MB and texts a second, for the judge and for a loop over regexes of the same terms."""
    size = sum(len((text.title + text.text).encode()) for text in texts) / 1e6
    few = texts[: max(1, len(texts) // 20)]
    patterns = regexes_of(topic)
    few_size = sum(len((text.title + text.text).encode()) for text in few) / 1e6
    ours = seconds(lambda: [judge(text, topic) for text in texts])
    loop = seconds(lambda: [[p.search(text.title + "\n" + text.text) for p in patterns] for text in few])
    print(
        f"  {name}: judge {size / ours:.2f} MB/s, {len(texts) / ours:.0f} texts/s; loop over {len(patterns)} regexes "
        f"{few_size / loop:.3f} MB/s, {len(few) / loop:.1f} texts/s; {size / ours / (few_size / loop):.0f}x"
    )


def growth(topic: Topic, texts: Sequence[Fields]) -> None:
    """The cost of a text when the topic has ten terms, all of them, and all of them plus ten thousand."""
    table = tomllib.loads(SHIPPED_BEAT.read_text(encoding="utf-8"))["topic"]
    small = {
        "film": {"en": ["film*", "movie*", "shoot*", "actor*", "actress*"]},
        "space": {"en": ["in space", "in orbit", "ISS", "space station*", "spacewalk*"]},
    }
    few = parse_topic(
        {**table, "concepts": small, "rule": [{"name": "x", "sentence": ["film", "space"], "points": 4}]},
        "few",
    )
    more = {f"more-{n}": {"en": [f"w{n}x{m} y{m}" for m in range(100)]} for n in range(100)}
    many = parse_topic({**table, "concepts": {**table["concepts"], **more}}, "many")
    for name, each in (("10 terms", few), ("the beat", topic), ("the beat and 10,000 terms", many)):
        terms = sum(len(concept.terms) for concept in each.concepts)
        took = seconds(lambda each=each: [judge(text, each) for text in texts])
        print(f"  {name} ({terms} terms): {took / len(texts) * 1e3:.3f} ms a text")


def gate(topic: Topic, folder: Path) -> None:
    """What the gate costs and saves on pages of real newspapers, and how fast their articles are judged."""
    files = sorted([*folder.rglob("*.html"), *folder.rglob("*.html.gz")])
    bodies = [
        gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes() for file in files
    ]
    candidate = Candidate(url=URL, source="bench", found_on=URL, found_at=NOW)

    def read(body: bytes, is_gated: bool = False) -> Capture:
        page = Page(url=URL, final_url=URL, status=200, headers=(), body=body, fetched_at=NOW)
        return read_page(page, candidate, (topic,), is_gated=is_gated)

    articles = [capture.article for capture in map(read, bodies) if capture.article]
    speed(topic, [judged_fields(article) for article in articles], "articles of real newspapers")
    passed = [body for body in bodies if may_score(body, topic)]
    gating = seconds(lambda: [may_score(body, topic) for body in bodies]) / len(bodies) * 1e3
    reading = seconds(lambda: [read(body) for body in bodies], 0.1) / len(bodies) * 1e3
    gated = seconds(lambda: [read(body, is_gated=True) for body in bodies], 0.1) / len(bodies) * 1e3
    unread = sum(read(body, is_gated=True).problem_outcome is Outcome.OFF_TOPIC for body in bodies)
    known = gated + (reading - gated) / SAMPLED
    print(
        f"  {len(bodies)} pages, {sum(map(len, bodies)) / len(bodies) / 1e3:.0f} kB each: {len(passed)} let through"
    )
    print(
        f"  gate {gating:.1f} ms, reading {reading:.1f} ms a page ({1e3 / reading:.0f} pages/s); gated {gated:.1f} ms, {unread} unread; "
        f"on a known site, one in {SAMPLED} read anyway, {known:.1f} ms ({1e3 / known:.0f} pages/s): {1 - known / reading:.0%} saved"
    )


def main() -> None:
    """Everything, one part after the other."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--examples", nargs="*", type=Path, default=[])
    parser.add_argument("--pages", type=Path, default=os.environ.get("SPACEREEL_PAGES") or None)
    parser.add_argument("--wrong", action="store_true")
    chosen = parser.parse_args()
    (beat,) = load_beats([SHIPPED_BEAT])
    shipped = load_examples(SHIPPED_BEAT.with_suffix(".examples.jsonl"))
    sets = {"examples, even": shipped[::2], "examples, odd": shipped[1::2]}
    sets |= {path.stem: load_examples(path) for path in chosen.examples}

    print("Quality (relevant against negative; mentions apart)")
    for name, examples in sets.items():
        evaluation = evaluate(examples, beat.topic)
        report(name, evaluation)
        detail(evaluation)
        print(f"    ten folds, threshold chosen on the other nine: F1 {ten_folds(evaluation):.3f}")
        leave_one_out(examples)
        for example, judged in evaluation.wrong if chosen.wrong else ():
            print(f"    {example.id} {example.label} {judged.score}: {example.title}")
            for each in judged.evidence:
                print(f"        {each.weight:+.2f} {each.concept} ({each.field}, {each.count}): {each.term}")

    print("Speed")
    items = [Fields(title=e.title, text=e.text, language=e.language) for e in shipped]
    speed(beat.topic, items, "headline and lead")
    growth(beat.topic, items)

    print("Gate")
    if chosen.pages:
        gate(beat.topic, Path(chosen.pages))
    else:
        print("  no folder of pages: --pages FOLDER or SPACEREEL_PAGES")


if __name__ == "__main__":
    main()
