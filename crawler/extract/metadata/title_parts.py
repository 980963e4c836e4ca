"""The parts of a title: the headline, and what sites set off from it with bars, dashes and brackets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from functools import cache

from crawler.extract.metadata.sites import is_site, letters
from crawler.extract.page.schema import squeeze
from crawler.lang import alternatives, word_set
from crawler.lang.tokens import word_tokens

#: letters of a headline in a script without spaces
_LONG_WORD = 8
SEPARATOR = re.compile(
    r"\s+(?:\|+|-+|–|—|―|::?|·|•|»|«|›|‹|⋆|/|~|>|<|_+)\s+|\s*[｜│\u3163\u4e28]\s*|(?<=\w):\s+|(?<=\S)\s\|\b"
)
#: separators without blanks around them: believed beside the full name of the site only
_TIGHT = re.compile(r"\s*[_|]+\s*")
_TIGHT_DASH = re.compile(r"(?<=\S)[-–—](?=\S)")
_DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}", re.IGNORECASE)
_SECTION_SEPARATOR = re.compile(r"[|｜│»›·•]|::")
_PART_AFTER = re.compile(r"\s*[|｜│\u3163»›·•/~<>«‹_]|\s+[\-–—―:]|[\-–—―]\w+\s*[|｜│\u3163]")
#: behind a headline in Chinese, Japanese or Korean no blank need stand beside a dash or colon, and a blank may be all
_CJK_END = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]$")
_CJK_AFTER = re.compile("[-–—―:：\u4e28_ \u3163\u3000]")
_PART_BEFORE = re.compile(r"[|｜│\u3163»›·•/~<>«‹:_]\s*$|\s[\-–—―]\s+$")


def words_of(text: str) -> tuple[str, ...]:
    """A headline's words without case, quotes and punctuation: what two spellings are compared by.

    >>> words_of("‘He died’: 3 killed") == words_of("'He died' - 3 KILLED")
    True
    """
    return tuple(word_tokens(unicodedata.normalize("NFKC", text).casefold()))


def strip_site(title: str, names: Sequence[str], label: str, sections: Collection[str] = frozenset()) -> str:
    """A title without the site's name before or after it, and without sections next to that name.

    Only what is the name of this site is cut: a dash or colon of the author's stays. A section behind
    a dash is one of *sections*, which are given in letters.

    >>> strip_site("Bubonic plague: Third case | Science | News | Express.co.uk", ["Express.co.uk"], "express")
    'Bubonic plague: Third case'
    >>> strip_site("Jedi: Fallen Order review - shoots for the moon", ["VG247"], "vg247")
    'Jedi: Fallen Order review - shoots for the moon'
    """
    title = squeeze(title)
    was_cut = False
    for _ in range(6):
        shorter = _strip_once(title, names, label, sections if was_cut else None)
        if shorter is None:
            break
        title, was_cut = shorter, True
    return title


def _strip_once(title: str, names: Sequence[str], label: str, sections: Collection[str] | None) -> str | None:
    """One part less, or None when the rest is the headline; *sections* once the site's name is cut."""
    for name in names:
        for head, tail in (
            (title[: -len(name)], title[-len(name) :]),
            (title[len(name) :], title[: len(name)]),
        ):
            if tail.casefold() == name.casefold() and (rest := _beside_separator(head)):
                return rest
    cuts = list(SEPARATOR.finditer(title))
    if not cuts:
        return _strip_tight(title, label)
    last, first = cuts[-1], cuts[0]
    head, tail = title[: last.start()].strip(), title[last.end() :].strip()
    if head and (last[0].strip() != ":" or last[0][0].isspace()) and is_site(tail, names, label):
        return head
    is_short = len(words_of(tail)) <= 3 and (len(words_of(head)) >= 3 or _is_long_word(head))
    if (
        sections is not None
        and is_short
        and (_SECTION_SEPARATOR.search(last[0]) or letters(tail) in sections)
    ):
        return head
    head, tail = title[: first.start()].strip(), title[first.end() :].strip()
    is_named = letters(head) in map(letters, names) or _is_full_name(head, label)
    return tail if is_named and _is_headline(tail) else _strip_tight(title, label)


def _strip_tight(title: str, label: str) -> str | None:
    """A title without the site's full name at one end where no blank stands beside the separator: `Headline_The Post`."""
    for form in (_TIGHT, _TIGHT_DASH):
        cuts = list(form.finditer(title))
        for cut in (cuts[-1:] + cuts[:1]) if cuts else ():
            before, after = title[: cut.start()].strip(), title[cut.end() :].strip()
            for name, rest in ((after, before), (before, after)):
                is_sure = form is _TIGHT or len(name.split()) > 1
                if is_sure and _is_full_name(name, label) and _is_headline(rest):
                    return rest
    return None


def _is_full_name(text: str, label: str) -> bool:
    """Whether a text is the whole label of the host, or a domain of it: `The Meridian Post` for `meridianpost`."""
    found = letters(text)
    is_domain = _DOMAIN.fullmatch(text) is not None and label in text.replace("-", "").casefold().split(".")
    return bool(label) and (found in (label, "the" + label, label + "com") or is_domain)


def _is_headline(rest: str) -> bool:
    """Whether what is left of a title may be a headline."""
    return len(words_of(rest)) > 1 or len(rest) > _LONG_WORD


def _is_long_word(head: str) -> bool:
    """Whether what has no blanks is as long as a headline: in Chinese, Japanese, Thai."""
    return len(head) > _LONG_WORD and not head.isascii() and len(words_of(head)) < 3


def _beside_separator(rest: str) -> str | None:
    """What is left of a title when a name was cut at one end and a separator stood beside it."""
    kept = re.sub(
        r"^\s*(?:[|\-–—―:·•»›/~｜│]+)\s+|\s+(?:[|\-–—―:·•«‹/~｜│]+)\s*$|\s*[｜│:_]\s*$|^\s*_\s*", "", rest
    )
    return kept.strip() if kept != rest and kept.strip() else None


@cache
def _label() -> re.Pattern[str]:
    """A kind of text behind a bar, or what comes with the text in brackets, at the end of a headline."""
    genre, medium = (alternatives(word_set("titles", name)) for name in ("genre", "medium"))
    return re.compile(rf"(?<=\S)\s+(?:\|\s*{genre}|[\[(]{medium}[\])])$", re.IGNORECASE)


def without_label(headline: str) -> str:
    """A headline without the kind of its text, and without what is said to come with it.

    >>> without_label("Leave the laws alone | Editorial"), without_label("The finale [Watch]")
    ('Leave the laws alone', 'The finale')
    """
    return _label().sub("", headline)


def is_most_of(text: str, title: str) -> bool:
    """Whether a text is a part of a title, set off from the rest, and at least half of it."""
    return 2 * len(text) >= len(title) and (begins_part(text, title) or ends_part(text, title))


def begins_part(text: str, title: str) -> bool:
    """Whether a text is the beginning of a longer title, with a separator behind it."""
    is_start = len(text) < len(title) and title.casefold().startswith(text.casefold())
    rest = title[len(text) :]
    return is_start and (
        _PART_AFTER.match(rest) is not None
        or (_CJK_END.search(text) is not None and _CJK_AFTER.match(rest) is not None)
    )


def ends_part(text: str, title: str) -> bool:
    """Whether a text is the end of a longer title, with a separator before it."""
    is_end = len(text) < len(title) and title.casefold().endswith(text.casefold())
    return is_end and _PART_BEFORE.search(title[: len(title) - len(text)]) is not None
