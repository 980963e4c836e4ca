"""A reader starts with everything loaded that reading a page may need."""

from __future__ import annotations

import subprocess
import sys

_LOADED = """
import sys
from crawler.ingest import warm
from crawler.extract.metadata.language import _identifier
assert [each.article.language for each in warm.READ] == ["en", "fi"], [each.problem for each in warm.READ]
assert _identifier.cache_info().currsize == 1
print(len(sys.modules))
before = set(sys.modules)
warm.read_first(("Die Besatzung der Raumstation hat eine Szene im Orbit gedreht, und niemand am Boden konnte sie sehen.",
    "Zwei Kameras waren mit dem letzten Frachter nach oben geschickt worden, dazu Lampen, die lange kalt bleiben."))
assert not set(sys.modules) - before, set(sys.modules) - before
"""


def test_the_pages_that_warm_the_readers_are_read_as_articles():
    done = subprocess.run([sys.executable, "-c", _LOADED], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
