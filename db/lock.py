"""One daemon per record."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import IO

from db.connection import make_folder
from db.errors import DiskFull, Locked


def holder_of(path: Path) -> int | None:
    """Process id of whoever holds the lock of the record *path*, or None. Nothing is written."""
    try:
        with path.with_name(path.name + ".lock").open("rb") as file:
            text = file.read().strip()
            if not text:  # nobody holds it, and one who is just taking it is not disturbed
                return None
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:  # the lock is held
        return int(text) if text.isdigit() else None
    except OSError:
        return None
    return None


def _itself(path: str, flags: int) -> int:
    """A symbolic link in the lock's place is refused: what it points at would be emptied."""
    return os.open(path, flags | os.O_NOFOLLOW, 0o600)


class DaemonLock:
    """A context manager: while it lasts, no second daemon can watch the same record.

    The lock is the operating system's, on `<record>.lock`, so it ends with the
    process however that ends. The file stays; it holds the process id.

    Raises:
        Locked: another process holds it; the sentence names its id.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[str] | None = None

    def __enter__(self) -> DaemonLock:
        make_folder(self.path)
        lock = self.path.with_name(self.path.name + ".lock")
        try:
            file = open(
                lock, "a+", encoding="ascii", errors="replace", opener=_itself
            )  # Path.open takes no opener
        except OSError as problem:
            raise DiskFull(f"{lock} cannot be written: {problem.strerror}", str(lock)) from problem
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as problem:
            file.seek(0)
            holder = file.read().strip() or "another one"
            file.close()
            raise Locked(f"{self.path} is already watched by process {holder}", str(self.path)) from problem
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        self._file = file
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.truncate(0)
            self._file.close()
            self._file = None
