"""A cluster of processes on this machine: nodes, and the one that writes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import kit
from daemons import ROOT, until

from crawler.config import Config, load_config


def clustered(
    folder: Path,
    sources: Sequence[Mapping[str, Any]],
    dsn: str,
    node: str = "writer",
    *,
    lease: str = "15s",
    outbox: int = 1000,
    bodies: Path | None = None,
    band: str = "all",
    **fetch: Any,
) -> Config:
    """A configuration of `kit.configured` with a `[cluster]`, in a folder of the machine's own."""
    place = folder / node
    place.mkdir(parents=True, exist_ok=True)
    config = kit.configured(place, sources, band, **{"timeout": "1s", **fetch})
    told = {
        "dsn": dsn,
        "node": node,
        "lease": lease,
        "outbox": outbox,
        "bodies": str(bodies or folder / "bodies"),
    }
    assert config.path is not None
    lines = "".join(f"{key} = {json.dumps(value)}\n" for key, value in told.items())
    config.path.write_text(config.path.read_text(encoding="utf-8") + f"[cluster]\n{lines}", encoding="utf-8")
    return load_config(config.path)


class Machine:
    """`spacereel VERB` as a process.

    Args:
        code: run before anything else.
        environment: variables besides our own.
    """

    def __init__(
        self, config: Config, verb: str, code: str = "", environment: Mapping[str, str] | None = None
    ) -> None:
        assert config.path is not None
        self.config = config
        self.log_path = config.path.with_name(f"log-{verb}-{time.monotonic_ns()}.txt")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("SPACEREEL")}
        with self.log_path.open("wb") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-c",
                    f"{code}\nfrom crawler.cli import main; main()",
                    verb,
                    "--config",
                    str(config.path),
                ],
                cwd=ROOT,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=inherited | dict(environment or {}),
            )

    @property
    def log(self) -> str:
        """Everything written so far."""
        return self.log_path.read_text(encoding="utf-8", errors="replace")

    def wait_for(self, words: str, timeout_s: float = 30.0) -> str:
        """Until the log has *words*; returns the log."""
        until(lambda: words in self.log or self.process.poll() is not None, timeout_s, lambda: self.log)
        assert words in self.log, self.log
        return self.log

    def send(self, number: int) -> None:
        """A signal."""
        self.process.send_signal(number)

    def end(self, number: int = signal.SIGTERM, timeout_s: float = 15.0) -> int:
        """Send a signal and wait; returns the exit code."""
        if self.process.poll() is None:
            self.send(signal.SIGCONT)
            self.send(number)
        return self.process.wait(timeout_s)
