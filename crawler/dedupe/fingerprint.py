"""What an article is recognised by: an exact digest, a SimHash, MinHash bands, and true similarity.

All of them look at the text through `comparable`, so that quotes' style, white
space, invisible characters and letter case never make two texts differ.
"""

from __future__ import annotations

import hashlib
import re
import struct
import unicodedata
from collections import Counter
from collections.abc import Hashable, Sequence
from datetime import UTC, datetime

from rensa import RMinHash

from crawler.dedupe.urls import site_of
from crawler.memory import remembers
from db.model import Article, Fingerprint

#: MinHash values per article, each a band of its own: measured in bench/README.md, "Recognition"
BANDS = 16
#: words, and characters of scripts written without spaces, in a run that is hashed
BAND_WORDS, BAND_CHARACTERS = 8, 12
#: the same in a run that is compared
_WORDS, CHARACTERS = 3, 6
#: fewer runs than that say nothing: no bands
MIN_RUNS = 8
_SEED = 20260101
#: texts of more characters are not remembered from one step to the next
_REMEMBERED_CHARS = 100_000
_SAME = (
    dict.fromkeys("‘’‚‛′`´ʼʹ＇", "'")
    | dict.fromkeys("“”„‟″«»‹›「」『』＂", '"')
    | dict.fromkeys("‐‑‒–—―−⁃", "-")
    | {"…": "..."}
)
_ODD = re.compile(
    f"[{''.join(_SAME)}\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff]"
)
_ODD_STILL = re.compile(f"[{''.join(_SAME)}]")
_TOKEN = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|[^\W_\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+"
)
_SPACELESS = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
)
_SPACED, _ASCII = re.compile(r"[^\W_]+"), re.compile(r"[a-z0-9]+")
_LANES = tuple(b"".join(bytes(((byte >> bit) & 1, 0)) for bit in range(8)) for byte in range(256))


def comparable(text: str) -> str:
    """The text as it is compared: NFKC, one kind of quote, dash and space, nothing invisible.

    >>> comparable("“Lift\u200b-off”  at\u00a09")
    '"Lift-off" at 9'
    """
    return " ".join(normalised(text).split())


def comparable_lines(text: str) -> list[str]:
    """`comparable` of each paragraph."""
    return [" ".join(line.split()) for line in normalised(text).split("\n")]


def normalised(text: str) -> str:
    """`comparable` with the white space as it was; most texts are folded several times on their way."""
    if text.isascii():
        return text.replace("`", "'")
    return _normalise(text)


@remembers(8, letters=_REMEMBERED_CHARS)
def _normalise(text: str) -> str:
    same = _ODD.sub(_same, text)
    normal = unicodedata.normalize("NFKC", same)
    return normal if normal == same else _ODD_STILL.sub(_same, normal)


def _same(odd: re.Match[str]) -> str:
    return _SAME.get(odd[0], "")


def content_sha256(
    title: str, text: str, authors: Sequence[str] = (), published_at: datetime | None = None
) -> str:
    """Digest of what makes a version: cleaned title, paragraphs, authors and date (to the minute), in hex.

    Images, tags, section, description and the modification date are left out:
    they change without the article changing.
    """
    at = published_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M") if published_at else ""
    parts = [
        comparable(title),
        "\n".join(filter(None, comparable_lines(text))),
        "\n".join(map(comparable, authors)),
        at,
    ]
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def tokens(text: str) -> list[str]:
    """Words in lower case; single characters in scripts written without spaces."""
    return list(_split(text))


@remembers(4, letters=_REMEMBERED_CHARS)
def _split(text: str) -> tuple[str, ...]:
    lower = normalised(text).casefold()
    if lower.isascii():
        return tuple(_ASCII.findall(lower))
    return tuple((_TOKEN if _SPACELESS.search(lower) else _SPACED).findall(lower))


def shingles(words: Sequence[str]) -> frozenset[tuple[str, ...]]:
    """Overlapping runs of three words, or of six characters where most of the text is written without spaces."""
    return frozenset(_runs(words, _WORDS, CHARACTERS))


def run_hashes(words: Sequence[str]) -> frozenset[int]:
    """`shingles` as numbers, which take a tenth of the room; they differ from process to process."""
    return frozenset(map(hash, _runs(words, _WORDS, CHARACTERS)))


def _runs(words: Sequence[str], width: int, characters: int) -> list[tuple[str, ...]]:
    spaceless = sum(1 for word in words if len(word) == 1 and _SPACELESS.match(word))
    width = characters if spaceless * 2 > len(words) else width
    if len(words) <= width:
        return [tuple(words)] if words else []
    return list(zip(*(words[start:] for start in range(width)), strict=False))


@remembers(32_768, letters=64)
def _lanes(token: str) -> int:
    """The 64 bits of a token's hash, each in a lane of 16 bits, so that a plain sum counts them all at once."""
    digest = hashlib.blake2b(token.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(b"".join(map(_LANES.__getitem__, digest)), "little")


def simhash(text: str) -> int:
    """Charikar's SimHash over words, as a signed 64-bit integer; 0 for no words."""
    return _simhash(tokens(text))


def _simhash(words: list[str]) -> int:
    words = words[:60_000]  # a lane counts to 65,535
    counts = sum(_lanes(word) * count for word, count in Counter(words).items()).to_bytes(128, "little")
    half = len(words) / 2
    value = sum(1 << bit for bit, count in enumerate(struct.unpack("<64H", counts)) if count > half)
    return value - (1 << 64) if value >> 63 else value


def minhash_bands(words: list[str]) -> tuple[int, ...]:
    """Signed 64-bit integers; two texts that share one have a run of eight words in common. () for a short text.

    The more they share, the more alike the texts are. A change of rensa's
    algorithm changes every value, so bands of different versions never meet
    by accident.

    Args:
        words: of the text, as `tokens` splits it.
    """
    runs = _runs(words, BAND_WORDS, BAND_CHARACTERS)
    if len(runs) < MIN_RUNS:
        return ()
    sketch = RMinHash(num_perm=BANDS, seed=_SEED)
    sketch.update(list(map(" ".join, runs)))
    return tuple(_band(index, value) for index, value in enumerate(sketch.digest()))


def _band(index: int, value: int) -> int:
    digest = hashlib.blake2b(
        struct.pack("<BBI", RMinHash.ALGORITHM_VERSION, index, value), digest_size=8
    ).digest()
    return int.from_bytes(digest, "little", signed=True)


def similarity(first: str, second: str) -> float:
    """How much of the shorter text stands in the longer one, word for word: 0.0 to 1.0.

    Texts of fewer than eight runs are alike only when they are equal.
    """
    return overlap(shingles(tokens(first)), shingles(tokens(second)))


def overlap(first: frozenset[Hashable], second: frozenset[Hashable]) -> float:
    """`similarity` of two texts whose runs, or their hashes, are known."""
    least = min(len(first), len(second))
    if least < MIN_RUNS:
        return float(first == second and least > 0)
    return len(first & second) / least


def fingerprint(article: Article) -> Fingerprint:
    """Everything the record needs to recognise *article* again; words are split once."""
    words = tokens(article.text)
    return Fingerprint(
        content_sha256=content_sha256(article.title, article.text, article.authors, article.published_at),
        simhash=_simhash(words),
        bands=minhash_bands(words),
        site=site_of(article.canonical_url),
    )
