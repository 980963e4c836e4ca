"""A search as people type it, as conditions on the record.

The search index (`unicode61`) takes every run of letters for a word. That is
wrong for scripts that write words together, whose searches are looked for in
the text itself, and for endings and letters that people leave out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product

#: scripts without spaces between words -> languages written in them (ISO 639-1)
_TOGETHER = {
    "[\u3040-\u30ff\uff66-\uff9d]": ("ja",),
    "[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]": ("ja", "zh"),
    "[\u0e00-\u0e7f]": ("th",),
    "[\u0e80-\u0eff]": ("lo",),
    "[\u1000-\u109f]": ("my",),
    "[\u1780-\u17ff]": ("km",),
}
_SCRIPTS = tuple((re.compile(script), languages) for script, languages in _TOGETHER.items())
_HANGUL = re.compile("[\uac00-\ud7a3]$")
#: spellings that one search is tried in; more words with many `е` stay as they are typed
_MOST_SPELLINGS = 64
#: words of a search that count
_MOST_WORDS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What must be true of an article; both parts."""

    #: for `articles_fts MATCH`; None when there is nothing for the index
    index: str | None
    #: what stands in its title, description or text as it is
    parts: tuple[str, ...] = ()
    #: languages of articles that `parts` can stand in
    languages: tuple[str, ...] = ()


def search(query: str) -> Search:
    """Every word must occur, `"a phrase"` in its order, `word*` with any ending.

    A Korean word is found with the particles behind it, a Russian one whether
    or not the text dots its ё; Chinese, Japanese, Thai, Lao, Khmer and Burmese
    are found inside their lines.

    >>> search('tom "space station" film* AND').index
    '"tom" AND "space station" AND "film"* AND "AND"'
    >>> search("полет").index
    '("полет" OR "полёт")'
    >>> search("宇宙 film")
    Search(index='"film"', parts=('宇宙',), languages=('ja', 'zh'))
    """
    terms: list[str] = []
    parts: list[str] = []
    languages: dict[str, None] = {}
    for words, is_open in islice(_typed(query), _MOST_WORDS):
        written = _languages(words)
        if written:
            parts.append(words)
            languages |= dict.fromkeys(written)
        else:
            ending = "*" if is_open or _HANGUL.search(words) else ""
            terms.append(_any_of([f'"{spelling}"{ending}' for spelling in spellings(words)]))
    if not terms and not parts:
        terms.append('""')
    return Search(
        index=" AND ".join(terms) if terms else None, parts=tuple(parts), languages=tuple(languages)
    )


def _typed(query: str) -> Iterator[tuple[str, bool]]:
    """Words and quoted phrases, and whether any ending will do."""
    for index, part in enumerate(query.replace("\x00", "").split('"')):
        if index % 2:
            if part.strip():
                yield part.strip(), False
        else:
            for word in part.split():
                if word.strip("*"):
                    yield word.rstrip("*"), word.endswith("*")


def _languages(words: str) -> tuple[str, ...]:
    """Languages whose script writes *words* together; none for all others."""
    found = [languages for script, languages in _SCRIPTS if script.search(words)]
    return tuple(dict.fromkeys(language for languages in found for language in languages))


def spellings(words: str) -> tuple[str, ...]:
    """With the ё that Russian print leaves out, and without; a word has at most one, which bears its stress.

    >>> spellings("съёмки")
    ('съемки', 'съёмки')
    """
    bare = words.replace("ё", "е").replace("Ё", "Е")
    ways = [_dotted(word) for word in bare.split(" ")]
    count = 1
    for way in ways:
        count *= len(way)
    if count > _MOST_SPELLINGS:
        return tuple(dict.fromkeys((words, bare)))
    return tuple(" ".join(way) for way in islice(product(*ways), _MOST_SPELLINGS))


def _dotted(word: str) -> list[str]:
    return [word] + [
        f"{word[:place]}{'ё' if letter == 'е' else 'Ё'}{word[place + 1 :]}"
        for place, letter in enumerate(word)
        if letter in "еЕ"
    ]


def _any_of(terms: list[str]) -> str:
    return terms[0] if len(terms) == 1 else f"({' OR '.join(terms)})"
