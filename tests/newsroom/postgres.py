"""A PostgreSQL of the tests' own: on a free port of the loopback, as a user who is not root, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from daemons import until

#: where Debian puts the programs that are in no PATH
_DEBIAN = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def program(name: str) -> str | None:
    """Where a program of PostgreSQL lies, or None."""
    found = next((str(folder / name) for folder in _DEBIAN if (folder / name).exists()), None)
    return found or shutil.which(name)


def why_not() -> str | None:
    """Why there can be none here, or None."""
    if program("initdb") is None or program("postgres") is None:
        return "PostgreSQL is not installed"
    try:
        import psycopg  # noqa: F401
    except ImportError:
        return "psycopg is not installed"
    return "nobody but root is here, and PostgreSQL refuses root" if _user() == "root" else None


def _user() -> str:
    """Who runs it: ourselves, or when we are root somebody else."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid()).pw_name
    names = {each.pw_name for each in pwd.getpwall()}
    return next((name for name in ("postgres", "nobody") if name in names), "root")


class Postgres:
    """One server with its own data; databases are made as they are asked for."""

    def __init__(self) -> None:
        if reason := why_not():
            pytest.skip(reason)
        self.folder = Path(tempfile.mkdtemp(prefix="spacereel-pg-"))
        self._made = 0
        shutil.chown(self.folder, _user())
        self.port = _free_port()
        self._run(
            "initdb", "-D", f"{self.folder}/data", "-U", "crawl", "-A", "trust", "--no-sync", "-E", "UTF8"
        )
        self.start()

    def _as_user(self) -> dict[str, object]:
        if os.geteuid() != 0:
            return {}
        entry = pwd.getpwnam(_user())
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}

    def _run(self, name: str, *arguments: str) -> None:
        subprocess.run(
            [str(program(name)), *arguments],
            check=True,
            capture_output=True,
            cwd=self.folder,
            **self._as_user(),
        )

    def start(self) -> None:
        """Let it serve, and wait until it does."""
        settings = ("fsync=off", "listen_addresses=127.0.0.1", f"port={self.port}", "max_connections=50")
        options = " ".join(f"-c {each}" for each in (*settings, f"unix_socket_directories={self.folder}"))
        self._run(
            "pg_ctl", "-D", f"{self.folder}/data", "-l", f"{self.folder}/log", "-w", "-o", options, "start"
        )

    def stop(self, how: str = "fast") -> None:
        """End it: `fast` ends sessions in order, `immediate` as a crash would."""
        self._run("pg_ctl", "-D", f"{self.folder}/data", "-m", how, "-w", "stop")

    def kill(self) -> None:
        """kill -9 to the server and what it has forked; returns when they are gone, with their locks."""
        postmaster = self.pid
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        killed = (postmaster, *map(int, children))
        for pid in killed:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        until(lambda: not any(map(_is_running, killed)), 60)
        # a dead server that nobody has buried would pass for one that lives
        for lock in (self.folder / "data/postmaster.pid", *self.folder.glob(".s.PGSQL.*")):
            lock.unlink(missing_ok=True)

    @property
    def pid(self) -> int:
        """Of the server; its workers are its children."""
        return int((self.folder / "data/postmaster.pid").read_text().split()[0])

    def database(self) -> str:
        """A new database; returns its dsn."""
        import psycopg

        self._made += 1
        name = f"crawl_{self._made}"
        with psycopg.connect(self.dsn("postgres"), autocommit=True) as conn:
            conn.execute(f"CREATE DATABASE {name}")
        return self.dsn(name)

    def dsn(self, name: str, port: int | None = None) -> str:
        """How to reach a database, perhaps by way of a proxy."""
        return f"postgresql://crawl@127.0.0.1:{port or self.port}/{name}"

    def close(self) -> None:
        """Leave nothing behind."""
        with suppress(subprocess.CalledProcessError):
            self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)


def _is_running(pid: int) -> bool:
    """Whether it is there and not only waiting to be buried."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
