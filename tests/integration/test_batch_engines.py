"""The examples for batch engines: Dask on a local cluster, one of its two workers killed in the middle; a Slurm array's task."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import kit
import press
import pytest
from daemons import until
from warcs import packed, page

pytest.importorskip("distributed", reason="the extra `dask` is not installed")
EXAMPLES = Path(__file__).parents[2] / "examples"
FILM = "Tom Cruise will shoot a feature film on the International Space Station"


def film(slug: str) -> bytes:
    url = f"https://paper.example/2021/{slug}"
    body = press.article(slug, url).decode().replace("<h1>", f"<h1>{FILM}: ")
    return page(url, body.replace("<p>", f"<p>{FILM}, the studio said on day {slug}. ", 1).encode())


def gardens(first: int) -> list[bytes]:
    urls = [f"https://paper.example/2021/gardening-{number}" for number in range(first, first + 40)]
    return [page(url, press.article(url.rsplit("/")[-1], url)) for url in urls]


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    (tmp_path / "news").mkdir()
    paths = [tmp_path / "news" / f"news-{number}.warc.gz" for number in range(6)]
    for number, path in enumerate(paths):
        path.write_bytes(packed([*gardens(number * 100), film(f"film-{number}")]))
    return paths


def test_dask_brings_what_one_call_brings_though_a_worker_dies(configured, files, tmp_path):
    config, kept = configured("cluster"), tmp_path / "kept"
    words = ["--out", kept, "--config", config.path, *files]
    running = subprocess.Popen(
        [sys.executable, EXAMPLES / "dask_backfill.py", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    until(lambda: kill_a_worker(running.pid), 120)

    told, complained = running.communicate(timeout=240)

    assert running.returncode == 0, complained
    done = [line for line in told.splitlines() if "/6 " in line]
    assert len(done) == 6 and all(
        "1 page kept, 40 off topic" in line
        or "was sifted before" in line  # by what the dead worker had begun
        for line in done
    )
    assert told.splitlines()[-1].startswith("6 files, 246 records, 246 pages: 6 new, 240 off topic")
    whole = configured("whole")
    direct = [
        sys.executable,
        "-c",
        "from crawler.cli import main; main()",
        "backfill",
        "--config",
        whole.path,
    ]
    subprocess.run([*direct, *files], check=True, capture_output=True)

    sql = "SELECT url, revision, content_sha256 FROM articles ORDER BY url"
    verdicts = "SELECT verdicts FROM runs WHERE mode = 'backfill'"
    assert kit.query(config, sql) == kit.query(whole, sql) and kit.count(config, "articles") == 6
    assert kit.query(config, verdicts) == kit.query(whole, verdicts)


def kill_a_worker(pid: int) -> bool:
    """Kill the worker that is sifting a file, if one is."""
    for worker in children(pid):
        if any(b"sift" in words(task) for task in children(worker)):
            os.kill(worker, signal.SIGKILL)
            return True
    return False


def children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(each) for task in tasks for each in task.read_text().split()]


def words(pid: int) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except FileNotFoundError:
        return []


def test_a_task_of_a_slurm_array_sifts_its_file(configured, files, tmp_path):
    if shutil.which("bash") is None:
        pytest.skip("bash is not installed")
    config = configured("slurm")
    (tmp_path / "files.txt").write_text("".join(f"{path}\n" for path in files))
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "SLURM_ARRAY_TASK_ID": "2",
        "KEPT": str(tmp_path / "kept"),
    }

    done = subprocess.run(
        ["bash", str(EXAMPLES / "slurm.sbatch")],
        env=environment,
        cwd=config.path.parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode != 0 and "files.txt" in done.stderr, "the list is looked for in the working folder"

    environment["FILES"] = str(tmp_path / "files.txt")
    done = subprocess.run(
        ["bash", str(EXAMPLES / "slurm.sbatch")],
        env=environment,
        cwd=config.path.parent,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert (done.returncode, done.stderr) == (0, "") and "1 page kept" in done.stdout
    assert [path.name for path in (tmp_path / "kept").glob("*.gz")] == [files[1].name]
