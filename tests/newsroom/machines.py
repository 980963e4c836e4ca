"""A cluster of processes on this machine: nodes, and the one that writes."""

from __future__ import annotations

import json
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import kit
from daemons import OurProcess

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


class Machine(OurProcess):
    """`spacereel VERB` as a process.

    Args:
        code: run before anything else.
        environment: variables besides our own.
    """

    def __init__(
        self, config: Config, verb: str, code: str = "", environment: Mapping[str, str] | None = None
    ) -> None:
        words = ["-c", f"{code}\nfrom crawler.cli import main; main()", verb, "--config", str(config.path)]
        super().__init__(config, words, f"log-{verb}", environment)

    def end(self, number: int = signal.SIGTERM, timeout_s: float = 120.0) -> int:
        """Send a signal and wait; returns the exit code."""
        if self.process.poll() is None:
            self.send(signal.SIGCONT)
            self.send(number)
        return self.process.wait(timeout_s)
