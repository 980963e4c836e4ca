"""Site memory: lines that stand on several articles of a site are furniture, in any language and without a rule."""

from __future__ import annotations

import hashlib
import re
import unicodedata

_SPACE = re.compile(r"\s+")
_DIGITS = re.compile(r"\d+")


def line_hash(line: str) -> int:
    """A line's hash: signed 64 bits, the same for spellings a reader would not tell apart.

    Unicode compatibility forms, case, white space and the value of numbers make
    no difference ("12 comments" equals "345 Comments").

    >>> line_hash("Read  more: 12 comments") == line_hash("read more: 345 Comments")
    True
    """
    folded = _DIGITS.sub("0", _SPACE.sub(" ", unicodedata.normalize("NFKC", line).casefold()).strip())
    digest = hashlib.blake2b(folded.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
