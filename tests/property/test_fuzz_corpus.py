"""The smallest inputs that reached everything in `bench/bench_fuzz.py --guided`, and those that broke something, once more."""

from __future__ import annotations

import sys
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))
from fuzz_parsers import PARSERS

from crawler.errors import SpacereelError

BENCH = Path(__file__).parents[2] / "bench"
CORPUS = zipfile.ZipFile(BENCH / "corpus.zip")
FOLDERS = {name.replace(" ", "-").replace(".", "-"): name for name in PARSERS}


@pytest.mark.parametrize("folder", sorted({each.partition("/")[0] for each in CORPUS.namelist()}))
def test_nothing_but_what_is_announced_comes_out(folder):
    parse, _ = PARSERS[FOLDERS[folder]]
    inputs = [CORPUS.read(each) for each in CORPUS.namelist() if each.startswith(f"{folder}/")]

    for body in inputs:
        with suppress(SpacereelError):
            parse(body)
    assert inputs


def test_the_corpus_stays_small():
    assert (BENCH / "corpus.zip").stat().st_size < 2_000_000
    assert sum(each.file_size for each in CORPUS.infolist()) < 2_000_000
