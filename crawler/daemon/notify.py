"""What is reported to a service manager, by the datagrams of sd_notify(3): that the daemon is ready, alive, and about to end."""

from __future__ import annotations

import os
import socket
from collections.abc import MutableMapping
from contextlib import suppress


class Notifier:
    """Tells nobody where nobody has asked.

    Args:
        address: path of a datagram socket, or the name of an abstract one behind an "@"; empty for nobody.
        silence_s: how long the manager waits for a sign of life before it ends the process; None for ever.
    """

    def __init__(self, address: str = "", silence_s: float | None = None) -> None:
        self.silence_s = silence_s
        self._address = "\0" + address[1:] if address.startswith("@") else address

    @classmethod
    def of(cls, environment: MutableMapping[str, str]) -> Notifier:
        """As NOTIFY_SOCKET and WATCHDOG_USEC ask, which are taken out: no process of ours is to speak for us."""
        address = environment.pop("NOTIFY_SOCKET", "")
        microseconds = environment.pop("WATCHDOG_USEC", "")
        is_for_us = environment.pop("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        is_wanted = is_for_us and microseconds.isdecimal() and int(microseconds) > 0
        return cls(address, int(microseconds) / 1e6 if is_wanted else None)

    def notify(self, *states: str) -> None:
        """Send *states* such as "READY=1"; a manager that does not listen is none of our business."""
        if not self._address:
            return
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out:
            out.setblocking(False)
            out.sendto("\n".join(states).encode(), self._address)
