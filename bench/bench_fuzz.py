"""Damaged input for every parser until the time is over: nothing but the announced errors may come out.

    python bench/bench_fuzz.py [--seconds 120] [--seed N]
    python bench/bench_fuzz.py --guided [--seconds 600] [--corpus FOLDER] [--only NAME]

Sample pages, feeds, sitemaps, robots.txt, WARC, configuration and beat files are cut,
doubled, mixed and sprinkled with bytes; each goes through the parser it is for
and, now and then, through another one. Prints executions, the longest one, and
each breach with the bytes that did it.

With `--guided`, which needs `pip install atheris`, what an input reaches in our
code decides which are bred from; each parser has a process and its share of
the time. A breach is also more than 2 s and 20 µs for each byte. `--corpus`
keeps the smallest inputs that reach everything, 4 kB each at most.
"""

# ruff: noqa: E402  # atheris has to see our imports before anybody makes them
from __future__ import annotations

import argparse
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "newsroom"))
IS_GUIDED = "--target" in sys.argv
if IS_GUIDED:
    import atheris

    with atheris.instrument_imports(include=["crawler"]):
        import crawler.catalogue
        import crawler.commands.opml
        import crawler.discover.autodiscovery
        import crawler.discover.mails
        import crawler.ingest.reading
        import crawler.middlewares.robots
        import crawler.polling.push.subscriptions
        import crawler.query.conditions
        import crawler.warc.records
        import crawler.warc.sifted  # noqa: F401  # with what they import

from fuzz_parsers import PARSERS, SPICE

from crawler.errors import SpacereelError


def damaged(body: bytes, chance: random.Random) -> bytes:
    """One to five things that happen to bytes."""
    for _ in range(chance.randint(1, 5)):
        at, to = sorted(chance.randrange(len(body) + 1) for _ in range(2))
        to = min(to, at + chance.choice((1, 10, 1000)))
        body = chance.choice(
            (
                lambda b=body, a=at: b[:a],
                lambda b=body, a=at, t=to: b[:a] + b[t:],
                lambda b=body, a=at, t=to: b[:t] + b[a:t] * chance.choice((1, 3, 50)) + b[t:],
                lambda b=body, a=at: b[:a] + chance.choice(SPICE) + b[a:],
                lambda b=body, a=at: b[:a] + chance.randbytes(chance.randint(1, 20)) + b[a:],
            )
        )()
    return body[:500_000]


#: parsers that get more of the time than others, and breaches after which one gets no more
SHARES, MOST_BREACHES = {"page": 3, "feed": 2}, 6
#: processor time that an input may take, in seconds: for itself, and for each byte
MOST_S, MOST_S_PER_BYTE = 2.0, 20e-6


def breed(name: str, seconds: int, corpus: Path) -> None:
    """Fuzz one parser in this process, guided by what is reached, and leave the corpus in the folder."""
    parse, samples = PARSERS[name]
    seeds = Path(tempfile.mkdtemp())
    for number, sample in enumerate(samples):
        (seeds / str(number)).write_bytes(sample[:4096])

    def try_out(body: bytes) -> None:
        begun = time.process_time()
        with suppress(SpacereelError):
            parse(body)
        took = time.process_time() - begun
        assert took < MOST_S + MOST_S_PER_BYTE * len(body), f"{took:.1f} s for {len(body)} bytes"

    limits = [
        f"-max_total_time={seconds}",
        "-max_len=4096",
        "-timeout=60",
        "-rss_limit_mb=600",
        "-verbosity=1",
    ]
    atheris.Setup(
        [sys.argv[0], str(corpus), str(seeds), *limits, f"-artifact_prefix={corpus}/breach-"], try_out
    )
    atheris.Fuzz()


def breed_all(seconds: int, corpus: Path, only: str | None) -> bool:
    """Each parser in a process of its own, one behind the other; whether none had a breach.

    A breach ends its process; another one goes on with what is left of the time.
    """
    shares = {name: SHARES.get(name, 1) for name in ([only] if only else PARSERS)}
    breaches = total = 0
    for name, share in shares.items():
        folder = corpus / name.replace(" ", "-").replace(".", "-")
        folder.mkdir(parents=True, exist_ok=True)
        left, count, reached = seconds * share / sum(shares.values()), 0, 0
        for _ in range(MOST_BREACHES):
            begun = time.monotonic()
            command = [sys.executable, __file__, "--target", name]
            done = subprocess.run(
                [*command, "--seconds", str(max(int(left), 1)), "--corpus", str(folder)],
                capture_output=True,
                text=True,
                errors="replace",
            )
            runs = re.findall(r"^Done (\d+) runs|#(\d+)\s", done.stderr, re.MULTILINE)
            count += int(next(filter(None, runs[-1]))) if runs else 0
            reached = max([reached, *map(int, re.findall(r"cov: (\d+)", done.stderr))])
            if not done.returncode:
                break
            breaches += 1
            (corpus / f"breach-{breaches}-{folder.name}.txt").write_text(done.stderr[-20_000:])
            print(f"BREACH {name}: " + " ".join(done.stderr.split()[-60:])[:300], flush=True)
            left -= time.monotonic() - begun
            if left < 1:
                break
        total += count
        print(
            f"  {name:14s} {count:8d} executions, {reached:>6} places reached, corpus {len(list(folder.iterdir()))}",
            flush=True,
        )
    print(f"{total} guided executions in {seconds} s, breaches {breaches}")
    return not breaches


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--seconds", type=float, default=120)
    ask.add_argument("--seed", type=int, default=int(time.time()))
    ask.add_argument("--guided", action="store_true")
    ask.add_argument("--corpus", type=Path, default=Path(tempfile.gettempdir()) / "spacereel-corpus")
    ask.add_argument("--only", choices=list(PARSERS))
    ask.add_argument("--target", help=argparse.SUPPRESS)
    told = ask.parse_args()
    if told.target:
        breed(told.target, int(told.seconds), told.corpus)
    elif told.guided:
        sys.exit(not breed_all(int(told.seconds), told.corpus, told.only))
    else:
        sprinkle(told.seconds, told.seed)


def sprinkle(seconds: float, seed: int) -> None:
    """Damage that nobody guides, until the time is over."""
    chance, runs, longest, breaches = random.Random(seed), Counter[str](), Counter[str](), 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        name = chance.choice(list(PARSERS))
        parse, _ = PARSERS[name]
        origin = name if chance.random() < 0.9 else chance.choice(list(PARSERS))
        body = damaged(chance.choice(PARSERS[origin][1]), chance)
        begun = time.process_time()
        try:
            parse(body)
        except SpacereelError:
            pass
        except Exception as breach:  # noqa: BLE001  # whatever comes out is what is looked for
            breaches += 1
            print(f"BREACH {name}: {type(breach).__name__}: {breach}"[:200], repr(body[:200]), flush=True)
        runs[name] += 1
        longest[name] = max(longest[name], round(1000 * (time.process_time() - begun)))  # type: ignore[assignment]
    print(f"seed {seed}; executions and the longest, in ms of processor time:")
    for name, count in runs.most_common():
        print(f"  {name:14s} {count:7d}  {longest[name]:6d}")
    print(f"{runs.total()} executions in {seconds:g} s, breaches {breaches}")


if __name__ == "__main__":
    main()
