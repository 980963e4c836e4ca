"""Whose picture it is: the credit in a caption, without its label."""

from __future__ import annotations

import re

from crawler.extract.page.schema import squeeze

#: a credit is not longer; what is, is a caption
MAX_CHARS = 160
_LABEL = re.compile(
    r"^\W{0,3}(?:(?:featured|lead|main|top|cover|header|hero|stock|file)\s+)?"
    r"(?:(?:image|photo|picture|photograph|illustration|foto|bild|graphic|video)s?\s*/?\s*)?"
    r"(?:credits?|courtesy(?:\s+of)?|source|copyright|photographs?|photos?|images?|pictures?|pics?|photography|illustration|artwork|file|screengrab|screenshot|rendering|"
    r"fotos?|foto(?:graf\w*)?|bild(?:quelle|nachweis|rechte)?|aufnahme|quelle|"
    r"crédits?(?:\s+photo)?|photo\s+d['’]illustration|©|"
    r"fotograf[íi]as?|imagen|crédito|cr[ée]ditos?|fuente|"
    r"fotografia|immagine|credito|crediti|imagem|reprodução|divulgação|"
    r"fot\.?|zdjęcie|źródło|fotoğraf|görsel|kaynak|beeld|bron|"
    r"фото(?:графия)?|иллюстрация|изображение|кадр|источник|скриншот|снимок|写真|画像|사진|图片|圖片)"
    r"(?:\s*[:：]\s*|\s+(?:illustration\s+)?(?:by|von|de|di|par|por|door|via|courtesy of|credit|copyright)\s*[:：]?\s+|\s*©\s*|\s*\|\s*)",
    re.IGNORECASE,
)
_SIGN = re.compile(r"^(?:©|\(c\)|copyright)\s*(?:\d{4}\s*)?", re.IGNORECASE)
_AGENCY = re.compile(
    r"\b(?:getty(?:\s+images)?|alamy(?:\s+(?:stock\s+photo|live\s+news))?|shutterstock|reuters|afp|a[pf]p? photo|associated press|epa(?:-efe)?|dpa|picture[- ]alliance|"
    r"imago(?:\s*images)?|abaca(?:press)?|zuma|sipa|efe|ansa|lapresse|tass|sputnik|xinhua|kyodo|anadolu|wikimedia(?:\s+commons)?|unsplash|pexels|pixabay|istock(?:photo)?|adobe\s*stock|"
    r"depositphotos|rex\s+features|splash\s+news|backgrid|pa\s+(?:images|media|wire)|press\s+association|ap|nasa(?:[-/ ]\w+)*|esa|roscosmos|spacex|тасс|риа\s+новости|роскосмос|коммерсантъ?|"
    r"handout|instagram|twitter|facebook|youtube)\b",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"[(\[]([^()\[\]]{2,120})[)\]]\W{0,2}$")
_LABEL_INSIDE = re.compile(
    r"\s((?:photos?|fotos?|images?|pictures?|credits?|crédits?(?:\s+photo)?|bild|source|quelle|фото|кадр|источник|fot\.|zdjęcie|beeld|fotoğraf)"
    r"(?:\s+(?:by|credit))?\s*[:：]\s*[^:：]{2,100})$|\s(©\s*[^©]{2,80})$",
    re.IGNORECASE,
)
_LAST_SENTENCE = re.compile(r"(?:^|[.!?]['\"”’»]?\s+|\s[|–—]\s+|\n)([^.!?|]{2,120}?)\.?$")
_SENTENCE = re.compile(
    r"\b(?:is|are|was|were|has|have|will|said|says|by the|in the|ist|war|wird|est|était|es|fue|è|był|была?|были)\b"
)


def credit_of(text: str) -> str | None:
    """The credit that a short line consists of, without "Photo:" and its relatives; None when it is no credit.

    >>> credit_of("Featured Image Credit: Abaca Press / Alamy Stock Photo / Roscosmos TV")
    'Abaca Press / Alamy Stock Photo / Roscosmos TV'
    >>> credit_of("Photo: the story of a word") is None, credit_of("Фото: Роскосмос")
    (True, 'Роскосмос')
    """
    line = squeeze(text).strip("()[]")
    if not 2 <= len(line) <= MAX_CHARS:
        return None
    label = _LABEL.match(line)
    if label and (rest := line[label.end() :].strip(" .;|")) and _is_name_like(rest):
        return _SIGN.sub("", rest).strip() or None
    sign = _SIGN.match(line)
    if sign and (rest := line[sign.end() :].strip(" .;|")) and _is_name_like(rest):
        return rest
    bare = line.strip(" .;|")
    if (
        _AGENCY.search(bare)
        and len(bare.split()) <= 10
        and ("/" in bare or _AGENCY.fullmatch(bare) or _ends_with_agency(bare))
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
    for pattern in (_BRACKETED, _LAST_SENTENCE, _LABEL_INSIDE):
        match = pattern.search(line)
        if match and (credit := credit_of(match[match.lastindex or 0])):
            return line[: match.start(match.lastindex or 0)].rstrip(" ([|–—") or None, credit
    return line, None


def _ends_with_agency(line: str) -> bool:
    """`Pictorial Press Ltd / Alamy Stock Photo`, `Jane Doe Getty Images`: nothing follows the agency."""
    found = list(_AGENCY.finditer(line))
    return bool(found) and found[-1].end() == len(line) and not _SENTENCE.search(line)


def _is_name_like(text: str) -> bool:
    """Names and agencies, not a sentence: most words have capitals, and no verb is among them."""
    words = [
        word
        for word in re.findall(r"[^\W\d_][\w'’.-]*", text)
        if word.casefold()
        not in (
            "of",
            "for",
            "via",
            "the",
            "and",
            "de",
            "la",
            "von",
            "und",
            "par",
            "by",
            "from",
            "courtesy",
            "photo",
            "pool",
        )
    ]
    if not words or len(words) > 14 or _SENTENCE.search(text):
        return False
    return not words[0][0].islower() and sum(not word[0].islower() for word in words) * 3 >= len(words) * 2
