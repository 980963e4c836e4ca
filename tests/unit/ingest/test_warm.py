"""A reader starts with everything loaded that reading a page may need."""

from __future__ import annotations

import subprocess
import sys

_LOADED = """
import sys, threading
from crawler.ingest import warm
from crawler.extract.metadata.language import _identifier
assert warm.WARM_READ.article.language == "en", warm.WARM_READ.problem
assert _identifier.cache_info().currsize == 1
assert threading.active_count() == 1
before = set(sys.modules)
warm.read_first(("Die Besatzung der Raumstation hat eine Szene im Orbit gedreht, und niemand am Boden konnte sie sehen.",
    "Zwei Kameras waren mit dem letzten Frachter nach oben geschickt worden, dazu Lampen, die lange kalt bleiben."))
assert not set(sys.modules) - before, set(sys.modules) - before
"""

#: nothing can be written: no file grows, and there is no folder for what is temporary
_FULL = """
import resource, signal, sys, tempfile
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
sys.dont_write_bytecode = True
def nowhere(event, found):
    if event.startswith("tempfile."):
        raise OSError(28, "No space left on device")
sys.addaudithook(nowhere)
"""

#: what a reader needs is gone before it begins, as when the daemon has ended meanwhile
_ORPHAN = """
import os, sys, multiprocessing, _multiprocessing
from multiprocessing import resource_tracker
context = multiprocessing.get_context("forkserver")
context.set_forkserver_preload(["crawler.ingest.warm"])
lock = context.Lock()
resource_tracker.unregister(lock._semlock.name, "semaphore")
_multiprocessing.sem_unlink(lock._semlock.name)
reader = context.Process(target=print, args=(lock,))
reader.start()
reader.join()
print(reader.exitcode, flush=True)
os._exit(0)
"""


def test_a_reader_whose_daemon_has_ended_ends_without_a_word():
    done = subprocess.run([sys.executable, "-c", _ORPHAN], capture_output=True, text=True, check=False)

    assert (done.stdout, done.stderr) == ("1\n", "")


def test_a_reader_starts_on_a_full_disk():
    done = subprocess.run(
        [sys.executable, "-c", _FULL + _LOADED], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_the_pages_that_warm_the_readers_are_read_as_articles():
    done = subprocess.run([sys.executable, "-c", _LOADED], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
