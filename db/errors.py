"""What can go wrong with the record. `crawler.errors` draws the whole tree."""

from __future__ import annotations

from typing import Any

#: what Python raises over values that nobody expects
MISUSED = (
    TypeError,
    ValueError,
    LookupError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    RecursionError,
)


class SpacereelError(Exception):
    """One line for a person; the thing it is about is an attribute of the subclass.

    It can be pickled: one that cannot be read again where it arrives breaks the
    whole pool of readers, not only its page.
    """

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (type(self), self.args, self.__dict__)


def _again(kind: type[SpacereelError], args: tuple[Any, ...], attributes: dict[str, Any]) -> SpacereelError:
    """The error as it was raised, without its `__init__`."""
    error = kind.__new__(kind, *args)
    error.__dict__.update(attributes)
    return error


class StoreError(SpacereelError):
    """The record cannot be read or written: stop the crawl, keep the daemon."""

    def __init__(self, message: str, path: str = "") -> None:
        super().__init__(message)
        self.path = path


class SchemaTooNew(StoreError):  # noqa: N818 - the base class says Error
    """The file was written by a newer Spacereel."""


class Locked(StoreError):  # noqa: N818 - the base class says Error
    """Another process holds the file longer than the busy timeout, or runs the daemon on it."""


class DiskFull(StoreError):  # noqa: N818 - the base class says Error
    """No space left, or the file or folder is read-only."""


class Corrupt(StoreError):  # noqa: N818 - the base class says Error
    """Not an SQLite file, or a damaged one."""
