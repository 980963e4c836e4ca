"""What is remembered to save work has a bound in bytes: whatever a stranger sends, and however many strangers there are."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import lru_cache, wraps
from typing import Generic, ParamSpec, TypeVar

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
        self._kept: OrderedDict[K, tuple[V, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: K) -> V | None:
        """The value of *key*, used now; None when it is not remembered."""
        if key not in self._kept:
            return None
        self._kept.move_to_end(key)
        return self._kept[key][0]

    def put(self, key: K, value: V, size: int) -> None:
        """Remember *value*, which takes *size* bytes, and forget what was not used for longest."""
        self.drop(key)
        self._kept[key] = value, size
        self.held += size
        while self.held > self.most:
            self.drop(next(iter(self._kept)))

    def drop(self, key: K) -> None:
        """Forget it, if it was remembered."""
        _, size = self._kept.pop(key, (None, 0))
        self.held -= size


def remembers(answers: int, letters: int) -> Callable[[Callable[P, V]], Callable[P, V]]:
    """A decorator for a function of short texts: its last *answers* are remembered, none of a text over *letters* letters.

    >>> remembers(2, 5)(len)("of a long text")
    14
    """

    def decorate(work: Callable[P, V]) -> Callable[P, V]:
        remembered = lru_cache(maxsize=answers)(work)

        @wraps(work)
        def ask(*args: P.args, **kwargs: P.kwargs) -> V:
            is_short = all(len(each) <= letters for each in args if isinstance(each, str))
            return remembered(*args, **kwargs) if is_short else work(*args, **kwargs)  # type: ignore[arg-type]  # they are hashable

        ask.letters = letters  # type: ignore[attr-defined]  # tests/unit/test_caches.py walks over them
        return ask

    return decorate
