"""Which IP addresses may be connected to: public ones, and what the configuration lets through. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from crawler.config.readers import Network

Address = IPv4Address | IPv6Address
_PUBLIC_V6 = ip_network("2000::/3")
_NAT64 = ip_network("64:ff9b::/96")
#: global by number, and yet no place for a news site: protocol assignments (a cloud's metadata lie at 192.0.0.192), 6to4
#: relays, a cloud's wire server, documentation (RFC 9637). Python versions differ on the first and the last.
_NEVER = tuple(map(ip_network, ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32", "3fff::/20")))


def carried_v4(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for: mapped, 6to4, Teredo or NAT64."""
    teredo = address.teredo[1] if address.teredo else None
    nat64 = _last_four(address) if address in _NAT64 else None
    return address.ipv4_mapped or address.sixtofour or teredo or nat64


def _last_four(address: IPv6Address) -> IPv4Address:
    return IPv4Address(int(address) & 0xFFFFFFFF)


def refusal(text: str, allowed: Sequence[Network] = ()) -> str | None:
    """Why that IP address must not be connected to, as one sentence, or None when it may.

    Public is what IANA calls globally reachable, multicast excepted; what an
    IPv6 address carries inside must be public too. *allowed* opens networks.

    >>> refusal("169.254.169.254")
    '169.254.169.254 is a private or reserved address'
    >>> refusal("93.184.216.34") is None
    True
    """
    address = ip_address(text.partition("%")[0])
    carried = carried_v4(address) if isinstance(address, IPv6Address) else None
    if any(each in network for network in allowed for each in (address, carried) if each is not None):
        return None
    return None if _is_public(carried or address) else f"{text} is a private or reserved address"


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address):
        is_isatap = (
            int(address) >> 32 & 0xFCFFFFFF == 0x5EFE
        )  # RFC 5214, 6.1: a tunnel to its last four bytes
        if address not in _PUBLIC_V6 or (is_isatap and not _is_public(_last_four(address))):
            return False
    is_never = any(address in network for network in _NEVER)
    return address.is_global and not address.is_multicast and not is_never
