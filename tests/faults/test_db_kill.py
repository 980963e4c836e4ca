"""kill -9 while the record is written: nothing acknowledged is lost, nothing is there twice, nothing is torn."""

import random
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from db.connection import open_read_only
from db.maintenance import checks
from db.store import Store

ROOT = Path(__file__).parents[2]
WRITER = Path(__file__).with_name("writer.py")
ROUNDS, BATCH = 10, 400


def killed_after(path, first, lines):
    """URLs that a writer had acknowledged when it was killed; it was about as far as *lines* articles."""
    command = [sys.executable, str(WRITER), str(path), str(first), str(BATCH)]
    with subprocess.Popen(
        command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True
    ) as writer:
        told = [writer.stdout.readline().strip() for _ in range(lines)]
        writer.kill()
        told += writer.stdout.read().split("\n")[:-1]
    assert writer.returncode == -9
    return [url.strip() for url in told if url]


def test_ten_kills_lose_nothing_and_repeat_nothing(tmp_path):
    path = tmp_path / "articles.db"
    chance = random.Random(20261123)
    acknowledged = set()
    for turn in range(ROUNDS):
        acknowledged |= set(killed_after(path, turn * BATCH, chance.randrange(1, 40)))

        assert [check.sentence for check in checks(path, tmp_path / "archive.db") if not check.is_ok] == []
        with closing(open_read_only(path)) as conn:
            kept = [row[0] for row in conn.execute("SELECT canonical_url FROM articles")]
            queued = {row[0] for row in conn.execute("SELECT url FROM frontier")}
            visits = [row[0] for row in conn.execute("SELECT url FROM visits")]
        assert acknowledged <= set(kept)
        assert len(kept) == len(set(kept))
        assert sorted(visits) == sorted(kept)
        assert not queued & set(kept)
        assert len(queued) + len(kept) == (turn + 1) * BATCH

    store = Store.open(path)
    assert store.renewed == ()
    store.close()
