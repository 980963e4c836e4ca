"""The cookies of a request, taken apart in one pass: all that anything of the review, or behind it, gets to see of them."""

from __future__ import annotations

import re

#: letters of a Cookie header that are read; ours have a few hundred
MOST_COOKIE_LETTERS = 8192
_MOST_COOKIES = 50
# A cookie of RFC 6265, 4.1.1, without quotes.
_COOKIE = re.compile(r"([A-Za-z0-9_.-]{1,100})=([!#-+\-./0-:<-\[\]-~]{0,4000})")


def plain_cookies(header: str) -> dict[str, str]:
    r"""Cookies of letters that need no quoting, as ours and Datasette's are; the last one counts where there are several.

    Python (`http.cookies`) takes what is quoted apart in quadratic time, so
    nothing gets to see any of it: 60 kB of backslashes took 7 s of everybody's.

    >>> plain_cookies('a=1; b="\\"; c; a=2')
    {'a': '2'}
    """
    if len(header) > MOST_COOKIE_LETTERS:
        header = header[:MOST_COOKIE_LETTERS].rpartition(";")[0]
    found = (_COOKIE.fullmatch(pair.strip()) for pair in header.split(";", _MOST_COOKIES)[:_MOST_COOKIES])
    return {each[1]: each[2] for each in found if each}
