"""A page of the archive, read again for the review by a process of its own, which ends with what it may take.

The server never holds the page, and neither its time nor its memory depends on what a publisher sent.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from crawler.publish.wording.vocabulary import noted

#: seconds that it may take in all, however busy the machine is: it gives way to others, and `page_lines` limits its CPU and memory
_MOST_S = 180
TOO_LONG = noted("Reading the page again took more time or memory than one page may have.")


def read_again(archive: Path, digest: str) -> Mapping[str, Any]:
    """`page_lines.page_lines` of a page of the archive, or why there are none:

    `problem`, a sentence of the catalogues, and `detail`, which is in English.
    """
    try:
        done = subprocess.run(  # noqa: S603 - our own module, and no shell
            [sys.executable, "-P", "-m", "crawler.review.page_lines", str(archive), digest],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_MOST_S,
            check=True,
        )
        found: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        return {"problem": TOO_LONG}
    except OSError as problem:
        return {"problem": noted("The page cannot be read again:"), "detail": problem.strerror or ""}
    return found
