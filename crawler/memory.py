"""Memory has bounds in bytes, whatever a stranger sends and however many strangers there are.

Those of what is remembered to save work, and those of a whole process.
"""

from __future__ import annotations

import ctypes
import gc
import os
import re
import resource
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager, suppress
from functools import cache, lru_cache, wraps
from inspect import signature
from pathlib import Path
from typing import Any, Generic, ParamSpec, TypeVar

#: a process that took more than that for a page gives it back
_MUCH_BYTES = 32 * 1024 * 1024

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
P = ParamSpec("P")


class ByteCache(Generic[K, V]):
    """The values used last, as many as fit into *most* bytes.

    Args:
        most: bytes that the values may take together; one that alone takes more is not remembered.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        #: bytes of what is remembered
        self.held = 0
        self._lock = threading.RLock()
        self._kept: OrderedDict[K, tuple[V, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: K) -> V | None:
        """The value of *key*, used now; None when it is not remembered."""
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key][0]

    def put(self, key: K, value: V, size: int) -> None:
        """Remember *value*, which takes *size* bytes, and forget what was not used for longest."""
        with self._lock:
            self.drop(key)
            self._kept[key] = value, size
            self.held += size
            while self.held > self.most:
                self.drop(next(iter(self._kept)))

    def drop(self, key: K) -> None:
        """Forget it, if it was remembered."""
        with self._lock:
            _, size = self._kept.pop(key, (None, 0))
            self.held -= size


def remembers(answers: int, letters: int) -> Callable[[Callable[P, V]], Callable[P, V]]:
    """A decorator for a function of texts: its last *answers* are remembered, but none of a text over *letters* letters.

    >>> remembers(2, letters=5)(len)("of a long text")
    14
    """

    def decorate(work: Callable[P, V]) -> Callable[P, V]:
        remembered = lru_cache(maxsize=answers)(work)

        @wraps(work)
        def ask(*args: P.args, **kwargs: P.kwargs) -> V:
            for each in args:
                if isinstance(each, str) and len(each) > letters:
                    return work(*args, **kwargs)
            return remembered(*args, **kwargs)  # type: ignore[arg-type]  # they are hashable

        is_of_one = len(signature(work).parameters) == 1
        asked: Callable[P, V] = _asked_of_one(work, remembered, letters) if is_of_one else ask
        asked.most_letters = answers * letters  # type: ignore[attr-defined]  # tests/unit/test_memory.py walks over them
        return asked

    return decorate


def _asked_of_one(work: Callable[P, V], remembered: Callable[P, V], letters: int) -> Callable[P, V]:
    """The same for a function of one text, which most are: it is called a thousand times a page."""

    @wraps(work)
    def ask(text: Any) -> V:
        return work(text) if len(text) > letters else remembered(text)  # type: ignore[call-arg]  # P is one text

    return ask  # type: ignore[return-value]  # P is one text


def limit_growth(growth: int) -> None:
    """Let this process take *growth* bytes more than it has now, in all its life; on Linux only."""
    if own := status_bytes("VmData"):
        resource.setrlimit(resource.RLIMIT_DATA, (own + growth, resource.getrlimit(resource.RLIMIT_DATA)[1]))


@contextmanager
def growing_by(growth: int) -> Iterator[None]:
    """A block in which this process may take *growth* bytes more than it has now; beyond that `MemoryError` comes. On Linux only."""
    before, own = resource.getrlimit(resource.RLIMIT_DATA), status_bytes("VmData")
    room = own + growth if before[0] == resource.RLIM_INFINITY else min(own + growth, before[0])
    if own:
        resource.setrlimit(resource.RLIMIT_DATA, (room, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, before)


@contextmanager
def uncounted() -> Iterator[None]:
    """A block that may take any memory; what it keeps does not count to what the process may grow by."""
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    before = status_bytes("VmData")
    resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))
    try:
        yield
    finally:
        if soft != resource.RLIM_INFINITY:
            kept = max(status_bytes("VmData") - before, 0)
            resource.setrlimit(resource.RLIMIT_DATA, (soft + kept, hard))


def status_bytes(field: str) -> int:
    """A size of this process as the kernel tells it; 0 where it does not."""
    found = re.search(rf"^{field}:\s+([0-9]+) kB", _text("/proc/self/status"), re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


def resident_bytes() -> int:
    """What this process has in memory, asked for twice a page; 0 where the kernel does not tell."""
    try:
        file = os.open("/proc/self/statm", os.O_RDONLY)
    except OSError:
        return 0
    try:
        return int(os.read(file, 200).split()[1]) * resource.getpagesize()
    finally:
        os.close(file)


def available_bytes() -> int | None:
    """What this process may still take without swapping, by the machine and by its control group; None when nobody says."""
    rooms = []
    if found := re.search(r"^MemAvailable:\s+([0-9]+) kB", _text("/proc/meminfo"), re.MULTILINE):
        rooms.append(int(found[1]) * 1024)
    most, taken = (_text(f"/sys/fs/cgroup/memory.{name}").strip() for name in ("max", "current"))
    if most.isdigit() and taken.isdigit():
        rooms.append(max(int(most) - int(taken), 0))
    return min(rooms, default=None)


def _text(path: str) -> str:
    try:
        return Path(path).read_text()
    except OSError:
        return ""


@contextmanager
def giving_back() -> Iterator[None]:
    """Hand the memory that a large page took back to the system when it is read; on Linux only."""
    before = resident_bytes()
    try:
        yield
    finally:
        if resident_bytes() - before > _MUCH_BYTES:
            give_back_freed()


@contextmanager
def uncollected() -> Iterator[None]:
    """A block in which nobody looks for garbage: what it makes is in use until it ends, and most of it is freed with its last user."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@cache
def freeze_loaded() -> None:
    """What is loaded stays: it is not looked through for garbage again, and forked processes have it once; later calls do nothing.

    Nor is it looked through before: of 70,000 objects 66 were garbage, and looking takes 40 ms.
    """
    gc.freeze()


def give_back_freed() -> None:
    """Hand what nobody needs to the system: glibc keeps it for a next large page, which may never come; on Linux only."""
    gc.collect()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
