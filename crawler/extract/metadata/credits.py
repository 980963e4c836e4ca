"""Whose picture it is: the credit in a caption, without its label."""

from __future__ import annotations

import re
from functools import cache

from crawler.extract.page.schema import squeeze
from crawler.lang import patterns, table, word_set

#: a credit is not longer; what is, is a caption
_MAX_CHARS = 160
_SIGN = re.compile(r"^(?:©|\(c\)|copyright)\s*(?:\d{4}\s*)?", re.IGNORECASE)
_BRACKETED = re.compile(r"[(\[]([^()\[\]]{2,120})[)\]]\W{0,2}$")
_LAST_SENTENCE = re.compile(r"(?:^|[.!?]['\"”’»]?\s+|\s[|–—]\s+|\n)([^.!?|]{2,120}?)\.?$")


@cache
def _label() -> re.Pattern[str]:
    """`Featured Image Credit: `, `Photo by `, `Foto: `."""
    before, shown, label, behind = (
        patterns("credits", each) for each in ("before_label", "shown", "label", "behind_label")
    )
    return re.compile(
        rf"^\W{{0,3}}(?:{before}\s+)?(?:{shown}s?\s*/?\s*)?{label}"
        rf"(?:\s*[:：]\s*|\s+(?:illustration\s+)?{behind}\s*[:：]?\s+|\s*©\s*|\s*\|\s*)",
        re.IGNORECASE,
    )


@cache
def _label_inside() -> re.Pattern[str]:
    """`Photo: …` behind the words of a caption."""
    label = patterns("credits", "label_inside")
    return re.compile(
        rf"\s({label}(?:\s+(?:by|credit))?\s*[:：]\s*[^:：]{{2,100}})$|\s(©\s*[^©]{{2,80}})$", re.IGNORECASE
    )


@cache
def _agency() -> re.Pattern[str]:
    """An agency inside a line of other words."""
    names = sorted(word_set("words", "picture_agency", "names"), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(names)})\b", re.IGNORECASE)


@cache
def _of_a_sentence() -> re.Pattern[str]:
    return re.compile(rf"\b{patterns('credits', 'sentence')}\b")


@cache
def _small() -> frozenset[str]:
    return frozenset(word for those in table("credits")["small"].values() for word in those)


def credit_of(text: str) -> str | None:
    """The credit that a short line consists of, without "Photo:" and its relatives; None when it is no credit.

    >>> credit_of("Featured Image Credit: Abaca Press / Alamy Stock Photo / Roscosmos TV")
    'Abaca Press / Alamy Stock Photo / Roscosmos TV'
    >>> credit_of("Photo: the story of a word") is None, credit_of("Фото: Роскосмос")
    (True, 'Роскосмос')
    """
    line = squeeze(text).strip("()[]")
    if not 2 <= len(line) <= _MAX_CHARS:
        return None
    label = _label().match(line)
    if label and (rest := line[label.end() :].strip(" .;|")) and _is_name_like(rest):
        return _SIGN.sub("", rest).strip() or None
    sign = _SIGN.match(line)
    if sign and (rest := line[sign.end() :].strip(" .;|")) and _is_name_like(rest):
        return rest
    bare = line.strip(" .;|")
    if (
        _agency().search(bare)
        and len(bare.split()) <= 10
        and ("/" in bare or _agency().fullmatch(bare) or _ends_with_agency(bare))
    ):
        return bare if _is_name_like(bare) else None
    return None


def split_caption(text: str) -> tuple[str | None, str | None]:
    """A caption as (what it tells, whose picture it is).

    >>> split_caption("The crew before lift-off. Photo: Jane Doe/Reuters")
    ('The crew before lift-off.', 'Jane Doe/Reuters')
    """
    line = squeeze(text)
    if not line:
        return None, None
    if credit := credit_of(line):
        return None, credit
    for pattern in (_BRACKETED, _LAST_SENTENCE, _label_inside()):
        match = pattern.search(line)
        if match and (credit := credit_of(match[match.lastindex or 0])):
            return line[: match.start(match.lastindex or 0)].rstrip(" ([|–—") or None, credit
    return line, None


def _ends_with_agency(line: str) -> bool:
    """`Pictorial Press Ltd / Alamy Stock Photo`, `Jane Doe Getty Images`: nothing follows the agency."""
    found = list(_agency().finditer(line))
    return bool(found) and found[-1].end() == len(line) and not _of_a_sentence().search(line)


def _is_name_like(text: str) -> bool:
    """Names and agencies, not a sentence: most words have capitals, and no verb is among them."""
    words = [word for word in re.findall(r"[^\W\d_][\w'’.-]*", text) if word.casefold() not in _small()]
    if not words or len(words) > 14 or _of_a_sentence().search(text):
        return False
    return not words[0][0].islower() and sum(not word[0].islower() for word in words) * 3 >= len(words) * 2
