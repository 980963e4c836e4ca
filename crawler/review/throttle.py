"""Wrong passwords cost time: each account and each address waits longer after every one. Pure but for what it remembers.

The first few are free, for fingers that slip. A wait never grows beyond five minutes; at that pace a year of guessing one
account is 105,000 guesses. Who guesses without end makes everybody wait for that account but those who have been let in
from their network before: it is counted by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address

from crawler.memory import ByteCache

#: wrong ones that cost nothing: an office shares an address
FREE = {"account": 5, "address": 20}
LONGEST_THROTTLE_S = 300.0
#: how long wrong ones are remembered
_MEMORY = timedelta(hours=1)
#: accounts and addresses that are remembered, and bytes for each: a key of at most 100 letters, and a count
_MOST, _EACH = 10_000, 500


@dataclass(slots=True)
class _Wrong:
    count: int
    last_at: datetime


@dataclass(slots=True)
class Throttle:
    """Counts wrong passwords; the time is given with every call."""

    _seen: ByteCache[tuple[str, str], _Wrong] = field(default_factory=lambda: ByteCache(_MOST * _EACH))
    #: account and network of whoever was let in
    _let_in: ByteCache[tuple[str, str], bool] = field(default_factory=lambda: ByteCache(_MOST * _EACH))

    def wait_s(self, account: str, address: str, now: datetime) -> float:
        """Seconds until another try is looked at; 0 when it is looked at now."""
        return max(self._of(key, now) for key in self._keys(account, address))

    def wrong(self, account: str, address: str, now: datetime) -> None:
        """A password is about to be looked at: it counts as wrong until `right`, so that many at once all count."""
        for key in self._keys(account, address):
            seen = self._seen.get(key)
            count = seen.count if seen and now - seen.last_at < _MEMORY else 0
            self._seen.put(key, _Wrong(count + 1, now), _EACH)

    def right(self, account: str, address: str) -> None:
        """It was right: the account's wrong ones are forgotten, and the address has one less."""
        account_key, address_key = self._keys(account, address)
        self._seen.drop(account_key)
        self._let_in.put((account[:100], network_of(address)), True, _EACH)
        if seen := self._seen.get(address_key):
            seen.count -= 1

    def _keys(self, account: str, address: str) -> tuple[tuple[str, str], tuple[str, str]]:
        account, network = account[:100], network_of(address)
        own = f"{account} of {network}" if self._let_in.get((account, network)) else account
        return ("account", own), ("address", network)

    def _of(self, key: tuple[str, str], now: datetime) -> float:
        seen = self._seen.get(key)
        if seen is None or seen.count < FREE[key[0]] or now - seen.last_at >= _MEMORY:
            return 0.0
        wait = min(2.0 ** (seen.count - FREE[key[0]]), LONGEST_THROTTLE_S)
        return max(wait - (now - seen.last_at).total_seconds(), 0.0)


def network_of(address: str) -> str:
    """What one person has of an address: of IPv6 a whole network of 2**64.

    >>> network_of("192.0.2.7"), network_of("2001:db8:1:2:3:4:5:6"), network_of("::ffff:192.0.2.7")
    ('192.0.2.7', '2001:db8:1:2::', '192.0.2.7')
    """
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:100]
    if isinstance(known, IPv4Address):
        return str(known)
    return str(known.ipv4_mapped or IPv6Address(int(known) >> 64 << 64))
