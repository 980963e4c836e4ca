"""Sift: WARC files made small by themselves, then appended by one writer; the record is as if they had been read whole."""

from __future__ import annotations

import gzip
import json
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import kit
import press
import pytest
from click.testing import CliRunner, Result
from fastwarc import ArchiveIterator
from warcs import answer, bomb, packed, page, record, spoilt

from crawler.cli import main
from crawler.config import Config

FILM = "Tom Cruise will shoot a feature film on the International Space Station"
#: the command, which is killed when the first file is whole and the second begun
KILLED = """
import os, signal
from crawler.cli import main
from crawler.warc import sift

before = sift._FileSift.write

async def write(self, batch, after):
    if list(__import__("pathlib").Path(OUT).glob("*.counts.json")):
        os.kill(os.getpid(), signal.SIGKILL)
    return await before(self, batch, after)

sift._FileSift.write = write
main()
"""
LEDGER = "SELECT url, verdict, reason, score FROM visits WHERE purpose = 'backfill' ORDER BY url, id"
ARTICLES = "SELECT url, revision, title, text, fetched_at, content_sha256, score, band FROM current_articles ORDER BY url, revision"


def url_of(slug: str) -> str:
    return f"https://paper.example/2021/{slug}"


def film(slug: str) -> bytes:
    body = press.article(slug, url_of(slug)).decode().replace("<h1>", f"<h1>{FILM}: ")
    return body.replace("<p>", f"<p>{FILM}, the studio said on day {slug}. ", 1).encode()


def garden(slug: str) -> bytes:
    return page(url_of(f"gardening-{slug}"), press.article(f"gardening-{slug}", url_of(f"gardening-{slug}")))


def news(first: int) -> list[bytes]:
    """Records of everything that a file may hold: pages that belong, that do not, that are none, that cannot be had."""
    gardens = [garden(str(number)) for number in range(first, first + 30)]
    return [
        record("", b"software: test", kind="warcinfo", content_type="application/warc-fields"),
        *gardens[:10],
        page(url_of(f"film-{first}"), film(f"film-{first}")),
        record(url_of("asked"), b"GET / HTTP/1.1\r\n\r\n", kind="request"),
        record(url_of("lost"), answer(b"", "404 Not Found")),
        record(url_of(f"early-{first}"), answer(film("early")), at="1970-01-01T00:00:00Z"),
        page("http://127.0.0.1/inside", film("inside")),
        page(url_of(f"Ünï code-{first}"), film(f"code-{first}")),
        *gardens[10:],
        record(
            url_of(f"packed-{first}"),
            answer(gzip.compress(film(f"packed-{first}")), head=b"Content-Encoding: gzip\r\n"),
        ),
        page(url_of(f"empty-{first}"), b"<p>Nothing."),
    ]


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    (tmp_path / "news").mkdir()
    made = []
    for number in (0, 100):
        made.append(tmp_path / "news" / f"news-{number}.warc.gz")
        made[-1].write_bytes(packed(news(number)))
    return made


def call(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def counted(config: Config) -> Counter[str]:
    runs = kit.query(config, "SELECT verdicts FROM runs WHERE mode = 'backfill'")
    return sum((Counter(json.loads(row["verdicts"])) for row in runs), Counter[str]())


def without_places(rows: Sequence[dict[str, object]]) -> list[dict[str, object]]:
    """Rows without the sentence that tells where in which file a page stood."""
    return [{**row, "reason": str(row["reason"]).partition(" From ")[0]} for row in rows]


def test_the_record_is_as_if_the_files_had_been_read_whole(configured, files, tmp_path):
    whole, small, kept = configured("whole"), configured("small"), tmp_path / "kept"
    direct = call("backfill", "--config", whole.path, *files)

    sifted = call("sift", "--config", small.path, "--out", kept, *files)
    filled = call("backfill", "--config", small.path, "--counts", kept, *[kept / path.name for path in files])

    assert sifted.exit_code == filled.exit_code == 0, (sifted.output, filled.output)
    assert "2 files, 78 records: " in sifted.output and "60 off topic" in sifted.output
    assert counted(small) == counted(whole) and counted(whole)["off_topic"] >= 60
    assert kit.query(small, ARTICLES) == kit.query(whole, ARTICLES) and kit.count(small, "articles") == 7
    assert without_places(kit.query(small, LEDGER)) == without_places(kit.query(whole, LEDGER))
    assert kit.count(small, "stories") == kit.count(whole, "stories")
    assert (
        filled.output.splitlines()[0].partition("; in ")[0]
        == direct.output.splitlines()[0].partition("; in ")[0]
    )
    assert sum(path.stat().st_size for path in kept.glob("*.gz")) < sum(path.stat().st_size for path in files)


def test_what_is_left_is_a_warc_file_that_others_read(configured, files, tmp_path):
    call("sift", "--config", configured("small").path, "--out", tmp_path / "kept", files[0])

    with (tmp_path / "kept" / files[0].name).open("rb") as file:
        found = [
            (str(each.record_type), each.headers.get("WARC-Target-URI")) for each in ArchiveIterator(file)
        ]

    assert found[0] == ("warcinfo", None)
    assert ("response", url_of("film-0")) in found and ("response", url_of("Ünï code-0")) in found
    assert not [url for _, url in found if url and "gardening" in url]


def test_a_second_call_sifts_nothing_and_other_rules_sift_again(configured, files, tmp_path):
    config, kept = configured("small"), tmp_path / "kept"
    call("sift", "--config", config.path, "--out", kept, *files)
    before = {path.name: path.read_bytes() for path in kept.iterdir()}

    again = call("sift", "--config", config.path, "--out", kept, *files)
    assert again.output.count("was sifted before, by the same rules: nothing to do") == 2
    assert {path.name: path.read_bytes() for path in kept.iterdir()} == before

    config.path.write_text(config.path.read_text().replace('band = "mention"', 'band = "relevant"'))
    refused = call("backfill", "--config", config.path, "--counts", kept, kept / files[0].name)
    assert refused.exit_code == 1
    assert (
        refused.output
        == f"Error: {files[0].name} was sifted by other rules than these; sift {files[0].name} again.\n"
    )
    assert "2 files, 78 records" in call("sift", "--config", config.path, "--out", kept, *files).output


def test_a_killed_call_leaves_whole_files_only_and_is_made_again(configured, files, tmp_path):
    config, kept = configured("small"), tmp_path / "kept"
    program = KILLED.replace("OUT", repr(str(kept)))
    words = ["sift", "--config", str(config.path), "--out", str(kept), *map(str, files)]
    killed = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, timeout=120)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert (kept / files[0].name).exists() and not (kept / files[1].name).exists()

    again = call(*words)

    assert again.exit_code == 0 and "1 file, 39 records" in again.output
    assert f"{files[0].name} was sifted before" in again.output
    assert {path.name for path in kept.iterdir() if ".part" not in path.name} == {
        name for path in files for name in (path.name, f"{path.name}.counts.json")
    }


def test_hostile_files_cost_their_own_pages(configured, tmp_path):
    config, path = configured("small"), tmp_path / "hostile.warc"
    head = record(url_of("bomb"), answer(b""))[:-4].replace(b"Content-Length: ", b"Content-Length: 9")
    path.write_bytes(
        b"".join([packed([page(url_of("film-1"), film("film-1"))]), bomb(head, 64)])
        + spoilt(packed([garden("1")]), 60)
        + packed([page(url_of("film-2"), film("film-2"))])
    )

    result = call("sift", "--config", config.path, "--out", tmp_path / "kept", path)

    assert result.exit_code == 0 and "2 pages kept" in result.output
    counts = json.loads((tmp_path / "kept" / "hostile.warc.gz.counts.json").read_text())
    assert counts["kept"] == 2 and len(counts["troubles"]) == sum(counts["pages"].values()) > 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "there are no counts of news-0.warc.gz in"),
        ("{", "holds no counts of a sift"),
        ('{"form": 1, "file": "x", "key": "", "records": -1}', "holds no counts of a sift"),
        ("[" * 200_000, "holds no counts of a sift"),
        (
            '{"form": 1, "file": "x", "key": "k", "kept": 1, "pages": {}, "skipped": {}, "troubles": [],'
            f' "records": {"9" * 4000}}}',
            "holds no counts of a sift",
        ),
    ],
)
def test_counts_that_are_none_are_a_sentence(configured, files, tmp_path, text, said):
    (tmp_path / "kept").mkdir()
    if text is not None:
        (tmp_path / "kept" / f"{files[0].name}.counts.json").write_text(text)

    result = call("backfill", "--config", configured("small").path, "--counts", tmp_path / "kept", files[0])

    assert result.exit_code == 1 and said in result.output and "Traceback" not in result.output


def test_outputs_that_would_meet_are_refused(configured, files, tmp_path):
    config = configured("small")
    (tmp_path / "more").mkdir()
    twin = tmp_path / "more" / files[0].name
    twin.write_bytes(files[0].read_bytes())

    met = call("sift", "--config", config.path, "--out", tmp_path / "kept", files[0], twin)
    own = call("sift", "--config", config.path, "--out", files[0].parent, files[0])

    assert met.exit_code == own.exit_code == 1
    assert "would both become" in met.output and "would be overwritten" in own.output
    assert files[0].read_bytes() == twin.read_bytes()


def test_no_record_is_opened(configured, files, tmp_path):
    config = configured("small")
    call("sift", "--config", config.path, "--out", tmp_path / "kept", *files)
    assert not config.store.path.exists()
