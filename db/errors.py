"""What can go wrong with the record. `crawler.errors` draws the whole tree."""


class SpacereelError(Exception):
    """One line for a person; the thing it is about is an attribute of the subclass."""


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
