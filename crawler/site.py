"""What a site is: the name that somebody registered, by the public suffix list; the one notion of it."""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import ip_address

from tld import get_fld

_PORT = re.compile(r":[0-9]+$")


@lru_cache(maxsize=4096)
def site_of_host(host: str) -> str:
    """The registrable name of a host, private suffixes included; an IP address keeps its port, and "" stays "".

    >>> site_of_host("news.bbc.co.uk"), site_of_host("anna.blogspot.com"), site_of_host("127.0.0.1:8000")
    ('bbc.co.uk', 'anna.blogspot.com', '127.0.0.1:8000')
    """
    name = _PORT.sub("", host)
    if not name:
        return ""
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return str(get_fld(name, fix_protocol=True, fail_silently=True, search_private=True) or host)
    return host
