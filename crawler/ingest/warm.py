"""Imported once by the fork server of the reading pool, so that every reader starts ready.

Reading one page loads what the libraries load at first use. The language profiles take as long as all the
rest, most of it spent unpacking, so a thread loads them meanwhile; it has ended before a reader is forked.
"""

from __future__ import annotations

import sys
import threading
import traceback
from datetime import UTC, datetime
from multiprocessing import spawn
from pickle import UnpicklingError
from types import TracebackType

from crawler.extract.metadata.language import language_of
from crawler.memory import freeze_loaded
from db.model import Candidate, Capture, Page

_AT = datetime(2026, 1, 1, tzinfo=UTC)
_URL = "https://news.example/2026/01/01/first"
_TEXT = (
    "The crew of the station filmed a scene in orbit, and nobody on the ground could see it at once.",
    "Two cameras had been sent up with the last freighter, together with lamps that stay cool for hours.",
    "By Anna Petrova for the paper, who asked both of them how it feels to act where nothing ever falls down.",
    "The director wants to show the first minutes to an audience in spring, if the editors are done by then.",
)
#: in a language that small words do not tell
_FOREIGN = """Avaruusaseman miehistö kuvasi kohtauksen kiertoradalla, eikä kukaan maassa nähnyt sitä heti.
Kaksi kameraa lähetettiin ylös viimeisellä rahtialuksella yhdessä valaisimien kanssa.
Ohjaaja haluaa näyttää ensimmäiset minuutit yleisölle keväällä, jos leikkaajat ehtivät valmiiksi.
"""


def read_first(sentences: tuple[str, ...]) -> Capture:
    """Read a page that says so, with a date in words."""
    from crawler.ingest.reading import read_page  # while the profiles are loaded

    body = (
        "<html><head><title>A first page</title></head><body><article><h1>A first page</h1><p>le 1er janvier 2026</p>"
        + "".join(f"<p>{sentence}</p>" for sentence in sentences)
        + "</article></body></html>"
    )
    return read_page(
        Page(url=_URL, final_url=_URL, status=200, headers=(), body=body.encode(), fetched_at=_AT),
        Candidate(url=_URL, source="", found_on=_URL, found_at=_AT),
    )


def silence_orphans() -> None:
    """A reader that begins when the daemon that wanted it has ended just ends, where it printed a traceback."""
    usual = sys.excepthook

    def report(kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> None:
        # what it was to do could not be read any more
        is_orphan = issubclass(kind, OSError | EOFError | UnpicklingError) and any(
            step.f_code is spawn._main.__code__ for step, _ in traceback.walk_tb(trace)
        )
        if not is_orphan:
            usual(kind, fault, trace)

    sys.excepthook = report


_beside = threading.Thread(target=language_of, args=(_FOREIGN, None))
_beside.start()
WARM_READ = read_first(_TEXT)
_beside.join()
silence_orphans()
freeze_loaded()
