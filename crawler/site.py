"""What a site is: the name that somebody registered, by the public suffix list; and what lies inside somebody's network."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import unquote, urlsplit

from crawler.memory import remembers

_PORT = re.compile(r":[0-9]+$")
#: names that no public name server answers for: RFC 6761, 6762, 8375, 9476, and what home routers hand out
_INNER = re.compile(
    r"(?:^|\.)(?:localhost|local|localdomain|internal|intranet|lan|home|corp|private|alt|invalid|home\.arpa|onion)$"
)
_SPELLED = re.compile(r"0x[0-9a-f]*|[0-9]+")
#: full stops of other scripts, which a browser takes for one
_STOPS = str.maketrans("\u3002\uff0e\uff61", "...")


@remembers(4096, letters=300)
def site_of_host(host: str) -> str:
    """The registrable name of a host, private suffixes included; an IP address keeps its port, and "" stays "".

    Under a top-level domain that the list does not have, that is the last two
    labels: "if no rules match, the prevailing rule is *" (publicsuffix.org/list).

    >>> [site_of_host(each) for each in ("news.bbc.co.uk", "anna.blogspot.com", "www.paper.example", "127.0.0.1:8000")]
    ['bbc.co.uk', 'anna.blogspot.com', 'paper.example', '127.0.0.1:8000']
    """
    from tld import get_fld, is_tld  # brings urllib.request, which who only shows links does not need

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


def is_inside(url: str) -> bool:
    """Whether a web address names this machine or a network that is not public.

    A name that leads there only when it is looked up is not known as such.

    >>> [is_inside(f"http://{host}/a.png") for host in ("192.168.1.1", "0x7f.1", "[::1]", "printer", "e.org")]
    [True, True, True, True, False]
    """
    try:
        host = unquote(urlsplit(url).hostname or "").translate(_STOPS).rstrip(".").lower()
    except ValueError:
        return True
    address = _address(host)
    if address is not None:
        carried = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None) or address
        return not carried.is_global or carried.is_multicast
    return "." not in host or bool(_INNER.search(host))


def _address(host: str) -> IPv4Address | IPv6Address | None:
    """The IP address that a host is; numbers in all spellings that browsers take (WHATWG URL, 3.5)."""
    try:
        return ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        pass
    parts = host.split(".")
    if not 1 <= len(parts) <= 4 or not all(map(_SPELLED.fullmatch, parts)):
        return None
    try:
        *heads, last = (
            int(part[2:] or "0", 16) if part.startswith("0x") else int(part, 8 if part[0] == "0" else 10)
            for part in parts
        )
        value = sum(head << (24 - 8 * place) for place, head in enumerate(heads)) + last
        return IPv4Address(value)
    except ValueError:
        return IPv4Address(0)  # a browser takes it for a damaged number, and asks nobody
