"""Which language somebody reads. Pure."""

from __future__ import annotations

import re

from crawler.config.languages import LANGUAGES

#: `de-AT;q=0.8`: the language, and how welcome it is
_WISH = re.compile(r"\s*([a-zA-Z]{1,8}|\*)(?:-[a-zA-Z0-9-]*)?\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?")


def language_for(chosen: str | None, configured: str | None, accepted: str) -> str:
    """The code of `LANGUAGES` to speak to somebody.

    Args:
        chosen: what they asked for by a link, kept in a cookie; counts first.
        configured: `[review] language`.
        accepted: the header Accept-Language (RFC 9110, 12.5.4); the last that counts.

    >>> language_for(None, None, "fr, de-AT;q=0.8, en;q=0.9"), language_for("ru", "de", "en"), language_for("xx", None, "")
    ('en', 'ru', 'en')
    """
    for code in (chosen, configured):
        if code in LANGUAGES:
            return str(code)
    wishes = [found for part in accepted[:500].split(",") if (found := _WISH.fullmatch(part))]
    known = [(float(wish[2] or 1), wish[1].lower()) for wish in wishes if wish[1].lower() in LANGUAGES]
    best = max(known, key=lambda each: each[0], default=(0.0, ""))
    return best[1] if best[0] > 0 else LANGUAGES[0]
