"""What a site is: the name that somebody registered, by the public suffix list; the one notion of it."""

from __future__ import annotations

import re
from ipaddress import ip_address

from tld import get_fld, is_tld

from crawler.memory import remembers

_PORT = re.compile(r":[0-9]+$")


@remembers(4096, letters=300)
def site_of_host(host: str) -> str:
    """The registrable name of a host, private suffixes included; an IP address keeps its port, and "" stays "".

    Under a top-level domain that the list does not have, that is the last two
    labels: "if no rules match, the prevailing rule is *" (publicsuffix.org/list).

    >>> [site_of_host(each) for each in ("news.bbc.co.uk", "anna.blogspot.com", "www.paper.example", "127.0.0.1:8000")]
    ['bbc.co.uk', 'anna.blogspot.com', 'paper.example', '127.0.0.1:8000']
    """
    name = _PORT.sub("", host)
    if not name:
        return ""
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        found = get_fld(name, fix_protocol=True, fail_silently=True, search_private=True)
        labels = name.split(".")
        is_listed = len(labels) < 2 or is_tld(labels[-1])
        return str(found or (host if is_listed else ".".join(labels[-2:])))
    return host
