"""Spellings of a phrase that print treats alike: Russian mostly leaves out the dots of its ё."""

from __future__ import annotations

from itertools import islice, product

#: spellings that one phrase is tried in; more words with many `е` stay as they are typed
_MOST_SPELLINGS = 64


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
