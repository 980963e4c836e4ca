"""What an article is about, in terms that can be compared across outlets and languages.

Terms carry a letter that says what they are: `n:` a name's key, `f:` a figure,
`d:` a day of the year, `e:` a happening, `c:` a concept of a beat, all of them
independent of language; and `w:` a word of one language.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache, lru_cache

from crawler.dedupe.fingerprint import comparable_lines
from crawler.dedupe.happenings import happenings
from crawler.dedupe.spellings import name_key
from crawler.lang import alternatives, table
from crawler.lang.dates import is_calendar_word, month_number
from crawler.memory import remembers
from db.filing import Profile
from db.model import Article, Judgement

#: how much a term of each kind says
WEIGHTS: Mapping[str, float] = {"n": 1.0, "f": 0.9, "d": 0.9, "e": 0.55, "c": 0.3, "w": 0.5}
#: what stands in the title or the lead counts more
TITLE, LEAD, BODY = 2.0, 1.3, 0.5
#: so many characters are the lead; so many are read at all; so many terms are kept, the heaviest
LEAD_CHARS, MOST_CHARS, _MOST_TERMS = 350, 2500, 64

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
#: the words of an ASCII text that begin with a capital
_CAPITAL = re.compile(r"(?<![A-Za-z])(?<![A-Za-z]['-])[A-Z][A-Za-z]*(?:['-][A-Za-z]+)*")
_PART = re.compile("['’-]")
_SENTENCE = re.compile(r"[.!?…。！？\n:]+[\s\"'”’»)]*|^")
_KATAKANA = re.compile("[ァ-ヴー]{3,}")
_HAN = re.compile("[\u3400-\u9fff]{2,}")
_FIGURE = re.compile(
    r"(?<![\w.,])\d{1,3}(?:[ \u00a0\u202f.,]\d{3})+(?![\d])|(?<![\w.,])\d+(?:[.,]\d{1,2})?(?![\d])"
)
_DIGIT = re.compile(r"\d")


@cache
def _clock() -> re.Pattern[str]:
    """`14:05`, `14.05 Uhr`, `14時05分`."""
    signs, behind = table("dates")["signs"], table("dates")["clock"]["behind"]
    hour, minute = "".join(signs["hour"]), "".join(signs["minute"])
    return re.compile(
        rf"(?<!\d)(\d{{1,2}})[:.h{hour}](\d{{2}})(?:[{minute}]| {alternatives(behind)}\b)?(?!\d)"
    )


@cache
def _day_forms() -> tuple[re.Pattern[str], ...]:
    """`5 de mayo`, `May 5`, `5月7日`: a day beside what may be the name of a month."""
    between, signs = table("dates")["between"], table("dates")["signs"]
    endings, before = alternatives(between["day_endings"]), alternatives(between["before_month"])
    month, day = "".join(signs["month"]), "".join(signs["day"])
    return (
        re.compile(
            rf"\b(?P<day>\d{{1,2}})(?:{endings}|\.)? {before}?(?P<month>[^\W\d_]{{2,}})", re.IGNORECASE
        ),
        re.compile(r"\b(?P<month>[^\W\d_]{2,})\.? (?P<day>\d{1,2})\b(?! ?\d)"),
        re.compile(rf"(?P<month>\d{{1,2}})[{month}] ?(?P<day>\d{{1,2}})[{day}]"),
    )


@cache
def _numbers() -> dict[str, int]:
    return dict(table("figures")["numbers"])


def profile(article: Article, judgements: Iterable[Judgement], fetched_at: datetime) -> Profile:
    """The terms of *article*, each with its weight before idf.

    Args:
        judgements: their evidence names concepts, whatever the language.
        fetched_at: stands for the date of publication when there is none.
    """
    text = "\n".join(comparable_lines(article.text[:MOST_CHARS]))
    parts = ((article.title, TITLE), (text[:LEAD_CHARS], LEAD), (text[LEAD_CHARS:], BODY))
    known = _names_for_sure(f"{article.title}\n{text}")
    counts: defaultdict[str, float] = defaultdict(float)
    for part, weight in parts:
        _count(counts, part, weight, known)
    for judgement in judgements:
        for evidence in judgement.evidence:
            counts.setdefault(f"c:{evidence.concept}", 1.0)
    weighed = {term: _weight(term[0], count) for term, count in counts.items()}
    heaviest = sorted(sorted(weighed), key=weighed.__getitem__, reverse=True)[:_MOST_TERMS]
    terms = {term: weighed[term] for term in heaviest}
    return Profile(terms=terms, language=article.language, reported_at=article.published_at or fetched_at)


@lru_cache(maxsize=4096)
def _weight(kind: str, count: float) -> float:
    return round(WEIGHTS[kind] * (1 + math.log(count)), 3)


def _count(counts: defaultdict[str, float], text: str, weight: float, known: frozenset[str]) -> None:
    """Add *weight* to every term for each time that it stands in *text*."""
    days, rest = _days(_near_digits(text))
    for month, day in days:
        counts[f"d:{month}-{day}"] += weight
    for match in _clock().finditer(rest):
        counts[f"f:{int(match[1])}:{match[2]}"] += weight
    for match in _FIGURE.finditer(_clock().sub(" ", rest)):
        figure = _figure(match[0])
        if len(figure) > 1:
            counts[f"f:{figure}"] += weight
    for word, count in Counter(_WORD.findall(text)).items():
        is_name = word in known or (not word.isalpha() and not known.isdisjoint(_PART.split(word)))
        for term in _name_terms(word) if is_name else _word_terms(word):
            counts[term] += weight * count
    for name, count in happenings(text).items():
        counts[f"e:{name}"] += weight * count
    if not text.isascii():
        _count_signs(counts, text, weight)


def _count_signs(counts: defaultdict[str, float], text: str, weight: float) -> None:
    """The same for names in katakana, and for pairs of ideographs in place of words."""
    for sign in _KATAKANA.findall(text):
        if key := name_key(sign):
            counts[f"n:{key}"] += weight
    for run in _HAN.findall(text):
        for at in range(len(run) - 1):
            counts[f"w:{run[at : at + 2]}"] += weight


def _near_digits(text: str) -> str:
    """Words with figures, with two words on either side; nothing else is searched for days, times and figures."""
    words = text.split()
    near = {
        at + by
        for at, word in enumerate(words)
        if not word.isalpha() and _DIGIT.search(word)
        for by in (-2, -1, 0, 1, 2)
    }
    return " ".join(words[at] for at in sorted(near) if 0 <= at < len(words))


@remembers(65_536, letters=64)
def _word_terms(word: str) -> tuple[str, ...]:
    """A word as a figure that is spelled out, or as a word."""
    lower = word.casefold()
    if (number := _numbers().get(lower)) is not None:
        return (f"f:{number}",)
    return (f"w:{lower[:6]}",) if len(lower) >= 4 and lower[0] < "\u3000" else ()


@remembers(65_536, letters=64)
def _name_terms(word: str) -> tuple[str, ...]:
    """The same of a word that is a name, or has names for parts."""
    if word.casefold() in _numbers():
        return _word_terms(word)
    parts = [part for part in _PART.split(word) if part[:1].isupper() and len(part) > 2]
    return (*(f"n:{key}" for key in map(name_key, parts) if key), *_word_terms(word))


def _names_for_sure(text: str) -> frozenset[str]:
    """Words with a capital inside a sentence, where nothing but a name has one; in German every noun has."""
    starts = {match.end() for match in _SENTENCE.finditer(text)}
    found: set[str] = set()
    for match in (_CAPITAL if text.isascii() else _WORD).finditer(text):
        begin, end = match.span()
        if text[begin].isupper() and (begin not in starts or text[end : end + 2].strip()[:1].isupper()):
            found.add(match[0])
    names = (word for word in found if not is_calendar_word(word))
    return frozenset(
        part for word in names for part in _PART.split(word) if part[:1].isupper() and len(part) > 2
    )


def _days(text: str) -> tuple[list[tuple[int, int]], str]:
    """Days of the year as (month, day), in any language; and the text without them.

    >>> _days("on 5 de octubre, then May 7")
    ([(10, 5), (5, 7)], 'on  , then  ')
    """
    found: list[tuple[int, int]] = []

    def taken(match: re.Match[str]) -> str:
        month = int(match["month"]) if match["month"].isdigit() else month_number(match["month"])
        if month and 1 <= int(match["day"]) <= 31:
            found.append((month, int(match["day"])))
        return " " if month else match[0]

    for form in _day_forms():
        text = form.sub(taken, text)
    return found, text


def _figure(text: str) -> str:
    """1,000 and 1 000 are 1000; 2,8 is 2.8."""
    head, mark, tail = re.match(r"(.*?)(?:([ \u00a0\u202f.,])(\d+))?$", text).groups()  # type: ignore[union-attr]  # it matches anything
    if tail is None or len(tail) == 3:
        return re.sub(r"\D", "", text)
    return f"{re.sub(chr(92) + 'D', '', head)}.{tail}" if mark in ".," else re.sub(r"\D", "", text)
