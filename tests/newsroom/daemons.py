"""The daemon as a subprocess."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from crawler.config import Config

ROOT = Path(__file__).parents[2]

#: seconds after which what was waited for will not come; a busy machine takes many of them to start a program
GUARD_S = 120.0


class OurProcess:
    """A process of ours, and what it writes to its log.

    Args:
        words: what the interpreter is given.
        name: of the log, beside the configuration.
        environment: variables besides our own.
    """

    def __init__(
        self, config: Config, words: Sequence[str], name: str, environment: Mapping[str, str] | None = None
    ) -> None:
        assert config.path is not None
        self.config = config
        self.log_path = config.path.with_name(f"{name}-{time.monotonic_ns()}.txt")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("SPACEREEL")}
        with self.log_path.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, *words],
                cwd=ROOT,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=inherited | dict(environment or {}),
            )

    @property
    def log(self) -> str:
        """Everything written so far."""
        return self.log_path.read_text(encoding="utf-8", errors="replace")

    def wait_for(self, words: str, timeout_s: float = GUARD_S) -> str:
        """Until the log has *words*; returns the log."""
        until(lambda: words in self.log or self.process.poll() is not None, timeout_s, lambda: self.log)
        assert words in self.log, self.log
        return self.log

    def send(self, number: int) -> None:
        """A signal."""
        self.process.send_signal(number)


class Started(OurProcess):
    """One daemon.

    Args:
        deadline_s: what it gives itself to stop, where what a stop waits for is looked at and not the machine.
    """

    def __init__(
        self,
        config: Config,
        *options: str,
        environment: Mapping[str, str] | None = None,
        deadline_s: float | None = None,
    ) -> None:
        program = [str(ROOT / "scheduler.py")]
        if deadline_s is not None:
            program = ["-c", f"import scheduler; scheduler.DEADLINE_S = {deadline_s}; scheduler.main()"]
        words = ["-W", "error::ResourceWarning", *program, "--config", str(config.path)]
        super().__init__(config, [*words, *options], "log", environment)

    def end(self, number: int = signal.SIGTERM, timeout_s: float = GUARD_S) -> tuple[int, float]:
        """Send a signal and wait; returns the exit code and the seconds it took."""
        begun = time.monotonic()
        self.send(number)
        return self.process.wait(timeout_s), time.monotonic() - begun


def readers(pid: int) -> list[int]:
    """Processes that read pages for a daemon: the children of its fork servers."""
    return [reader for server in fork_servers(pid) for reader in children(server)]


def fork_servers(pid: int) -> list[int]:
    """Children of a daemon that fork its readers."""
    return [each for each in children(pid) if b"forkserver" in Path(f"/proc/{each}/cmdline").read_bytes()]


def children(pid: int) -> list[int]:
    """Processes that a process has started, in whichever of its threads."""
    lists = (task / "children" for task in Path(f"/proc/{pid}/task").iterdir())
    found: list[int] = []
    for each in lists:
        with suppress(OSError):  # the thread has ended
            found += map(int, each.read_text().split())
    return found


def until(is_so: Callable[[], bool], timeout_s: float = GUARD_S, tell: Callable[[], object] = str) -> None:
    """Look again and again until a condition holds, or fail."""
    deadline = time.monotonic() + timeout_s
    while not is_so():
        assert time.monotonic() < deadline, f"it did not happen within {timeout_s} s: {tell()}"
        time.sleep(0.02)
