"""The language an article is written in: by its text when there is enough of it, as declared otherwise."""

from __future__ import annotations

import io
import lzma
import re
import shutil
from array import array
from collections import Counter
from functools import cache
from typing import Any

from crawler.extract.page.blocks import text_size
from crawler.lang import table
from crawler.lang.tokens import letter_tokens

#: characters, as `text_size` counts them, that a text needs to be believed over a declaration
_MIN_CHARS = 200
#: characters that are looked at
_SAMPLE_CHARS = 2000


def guess_language(text: str) -> str | None:
    """The language of a text by its script or its small words; None when these do not decide.

    >>> guess_language("The crew was in orbit for twelve days and the film is the first of its kind.")
    'en'
    """
    (first, language), (second, _) = _ranking(text)[:2]
    return language if first >= 4 and first >= 1.4 * second else None


def _ranking(text: str) -> list[tuple[int, str]]:
    """(small words found, language), most first."""
    sample = text[:_SAMPLE_CHARS].lower()
    has_many = len(sample.encode("ascii", "ignore")) * 4 < len(sample) * 3
    for language, letters in _scripts().items() if has_many else ():
        if len(letters.findall(sample)) * 4 > len(sample):
            return [(len(sample), language), (0, "")]
    found = dict.fromkeys(table("languages")["small_words"], 0)
    languages = _languages_of_word()
    for word, count in Counter(letter_tokens(sample)).items():
        for language in languages.get(word, ()):
            found[language] += count
    return sorted(((count, language) for language, count in found.items()), reverse=True)


@cache
def _languages_of_word() -> dict[str, list[str]]:
    """Small word -> the languages that have it, once for each time they list it."""
    found: dict[str, list[str]] = {}
    for language, words in table("languages")["small_words"].items():
        for word in words.split():
            found.setdefault(word, []).append(language)
    return found


@cache
def _scripts() -> dict[str, re.Pattern[str]]:
    return {
        language: re.compile(f"[{first}-{last}]")
        for language, (first, last) in table("languages")["scripts"].items()
    }


@cache
def _identifier() -> Any:
    """py3langid's model, loaded once per process; its own loader unpacks into a file, for which a full disk has no room."""
    import numpy as np  # with the model, it costs half a second
    from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier

    unpacked = io.BytesIO()
    with lzma.open(MODEL_DIR / MODEL_FILE) as packed:
        shutil.copyfileobj(packed, unpacked, 1 << 20)
    unpacked.seek(0)
    with np.load(unpacked) as model:
        ptc, pc, classes, output = (model[name] for name in ("ptc", "pc", "classes", "out_feat"))
        moves, rows = (_as_array(model[name]) for name in ("nextmove", "nextmove_row"))
    return LanguageIdentifier(ptc, pc, classes.tolist(), moves, output.tolist(), norm_probs=True, tk_row=rows)


def _as_array(numbers: Any) -> array[int]:
    """Numpy's numbers as Python's, which are looked up faster one by one."""
    plain: array[int] = array(numbers.dtype.char)
    plain.frombytes(memoryview(numbers).cast("B"))
    return plain


def language_of(text: str, declared: str | None) -> tuple[str | None, str | None]:
    """ISO 639-1 code of a text's language, and where it was read: "text", "declared" or None.

    Args:
        text: the article's text.
        declared: what the page or the feed says; believed when the text's small
            words bear it out. Where these say otherwise or nothing, py3langid decides.
    """
    if text_size(text) < _MIN_CHARS:
        return declared, "declared" if declared else None
    ranking = _ranking(text)
    if declared and ranking[0][1] == declared and ranking[0][0] >= 2:
        return declared, "declared"
    if declared is None and (guess := guess_language(text)) is not None:
        return guess, "text"
    found, probability = _identifier().classify(text[:_SAMPLE_CHARS])
    if declared and declared != found and (probability < 0.9 or _are_family(found, declared)):
        return declared, "declared"
    return str(found), "text"


def _are_family(one: str, other: str) -> bool:
    return any(one in family and other in family for family in table("languages")["families"]["words"])
