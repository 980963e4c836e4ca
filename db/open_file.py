"""A file that was moved away or replaced while it is open is not written: nobody would find it again.

SQLite goes on with the file it has open, whatever name that has by now. The
number of a file tells nothing from one day to the next, but no file system
that a record may lie on gives another one to a file that is open.
"""

from __future__ import annotations

from pathlib import Path

from db.errors import StoreError


class OpenFile:
    """Where a database that is open lies, to be asked before each transaction."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = _file_at(path)

    def check(self) -> None:
        """Refuse to go on when the file does not lie there any more.

        Raises:
            StoreError: with one sentence; the file may come back.
        """
        found = _file_at(self.path)
        if found is None:
            raise StoreError(
                f"{self.path} was moved away or deleted while it was in use; put it back", str(self.path)
            )
        if found != self._file:
            raise StoreError(
                f"{self.path} was replaced while it was in use; put back the file that was there,"
                " or start again to go on with this one",
                str(self.path),
            )


def _file_at(path: Path) -> tuple[int, int] | None:
    """Device and number of the file that has that name now, None when there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    except OSError as problem:
        raise StoreError(f"{path} cannot be reached: {problem.strerror}", str(path)) from problem
    return found.st_dev, found.st_ino
