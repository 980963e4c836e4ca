"""Sift WARC files on a Dask cluster, then append what is left to the record, with one writer.

    pip install "spacereel[dask]"
    python examples/dask_backfill.py --out /shared/kept /shared/CC-NEWS-*.warc.gz
    python examples/dask_backfill.py --scheduler tcp://10.0.0.5:8786 --out /shared/kept /shared/CC-NEWS-*.warc.gz

Without --scheduler it starts two workers on this machine. All machines see the
same folders, and have Spacereel with the same beats (`--config`). A worker
that dies costs the file that it was at: Dask gives it to another one. Whole
files are left alone, so the program may be called again at any time.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from distributed import Client, LocalCluster, as_completed


def spacereel(verb: str, *words: str) -> str:
    """What the command says.

    Raises:
        RuntimeError: it failed, with its last line.
    """
    program = "from crawler.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", program, verb, *words], capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        raise RuntimeError((done.stderr.strip().splitlines() or [f"{verb} ended with {done.returncode}"])[-1])
    return done.stdout.strip()


@contextmanager
def cluster(scheduler: str | None) -> Iterator[Client]:
    """The cluster at that address, or one of two workers on this machine."""
    if scheduler:
        with Client(scheduler) as client:
            yield client
    else:
        workers = LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1")
        with workers, Client(workers) as client:
            yield client


def sift(client: Client, files: list[Path], out: Path, config: list[str]) -> int:
    """Sift each file as one task; returns how many failed."""
    tasks = {
        client.submit(spacereel, "sift", *config, "--out", str(out), str(file), pure=False): file
        for file in files
    }
    failed = 0
    for number, task in enumerate(as_completed(tasks), 1):
        problem = task.exception()
        failed += problem is not None
        print(f"{number}/{len(files)} {tasks[task].name}: {problem or task.result()}", flush=True)  # noqa: T201
    return failed


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--out", required=True, type=Path, metavar="FOLDER", help="where what is left goes")
    parser.add_argument("--config", metavar="FILE", help="settings of the record, as for spacereel")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="of a Dask cluster; else two workers here")
    given = parser.parse_args()
    files = [file.resolve() for file in given.files]
    config = ["--config", str(Path(given.config).resolve())] if given.config else []
    with cluster(given.scheduler) as client:
        if failed := sift(client, files, given.out.resolve(), config):
            sys.exit(f"{failed} of {len(files)} files could not be sifted; call again when that is mended")
    kept = [
        str(given.out / (file.name if file.name.endswith(".gz") else f"{file.name}.gz")) for file in files
    ]
    print(spacereel("backfill", *config, "--counts", str(given.out), *kept))  # noqa: T201


if __name__ == "__main__":
    main()
