"""Log lines: event first, then `key=value`, one line each, nothing from a page believed."""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from datetime import UTC, datetime
from typing import Any, TextIO

_PLAIN = re.compile(r"[^\s\"=]+")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


#: user names in addresses, and what follows a name that stands for a secret
_CREDENTIALS = re.compile(r"(?<=://)[^\s/?#@\"']+@")
_SECRET = re.compile(
    r"(?i)(?<![a-z])((?:access|auth|refresh|id|session)?[_-]?token|api[_-]?key|(?:client[_-]?)?secret|passw(?:or)?d|pwd|signature|sig|auth)"
    r"=[^\s&#\"'<>\\)]+"
)


def redacted(text: str) -> str:
    """*text* without the credentials of the addresses in it.

    >>> redacted("https://me:pw@news.example/feed?lang=ru&api_key=123#top")
    'https://…@news.example/feed?lang=ru&api_key=…#top'
    """
    if "=" not in text and "@" not in text:
        return text
    return _SECRET.sub(r"\1=…", _CREDENTIALS.sub("…@", text))


def value_text(value: object) -> str:
    """A value as it stands behind `key=`: quoted when it has spaces, quotes or an equals sign.

    Control characters, line and paragraph separators, direction marks and lone
    surrogates are escaped, so that a page cannot forge a line or a terminal code.

    >>> value_text("https://news.example/a"), value_text('503 "busy"'), value_text(0.5)
    ('https://news.example/a', '"503 \\\\"busy\\\\""', '0.5')
    """
    text = f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else redacted(str(value))
    if _PLAIN.fullmatch(text) and not _UNPRINTABLE.search(text):
        return text
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{_UNPRINTABLE.sub(lambda found: _escaped(found[0]), text)}"'


def _escaped(char: str) -> str:
    return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(char) or f"\\u{ord(char):04x}"


def line(event: str, **values: object) -> str:
    """One log message; values that are None are left out.

    >>> line("crawl.finished", run=41, new=7, error=None)
    'crawl.finished run=41 new=7'
    """
    return " ".join(
        [event, *(f"{key}={value_text(value)}" for key, value in values.items() if value is not None)]
    )


def say(log: logging.Logger, level: int, event: str, **values: object) -> None:
    """Log *event* with its values, kept apart for the JSON format."""
    if log.isEnabledFor(level):
        log.log(level, "%s", line(event, **values), extra={"event": event, "values": values})


class PlainFormatter(logging.Formatter):
    """`2026-11-23T14:56:56Z INFO  crawl.finished run=41`; a traceback follows escaped, on the same line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        message = redacted(record.getMessage())
        if not hasattr(record, "event"):
            message = _UNPRINTABLE.sub(lambda found: _escaped(found[0]), message)
        text = f"{_at(record)} {record.levelname:<7} {message}"
        return f"{text} traceback={value_text(self._traceback(record))}" if record.exc_info else text

    def _traceback(self, record: logging.LogRecord) -> str:
        return redacted(self.formatException(record.exc_info)) if record.exc_info else ""


class JsonFormatter(PlainFormatter):
    """The same lines as JSON objects: `at`, `level`, `event`, then the values."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one JSON object."""
        values: dict[str, Any] = {"at": _at(record), "level": record.levelname}
        values["event"] = getattr(record, "event", None) or redacted(record.getMessage())
        values |= {
            key: value if isinstance(value, int | float) else redacted(str(value))
            for key, value in getattr(record, "values", {}).items()
            if value is not None
        }
        if record.exc_info:
            values["traceback"] = self._traceback(record)
        return json.dumps(values, default=str)


def _at(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class JournalFormatter(PlainFormatter):
    """The same lines behind the priority that journald takes off them, as sd-daemon(3) says; the journal has the time."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        priority = next(number for level, number in _PRIORITIES if record.levelno >= level)
        return f"<{priority}>{super().format(record)}"


#: least level -> syslog's number
_PRIORITIES = ((logging.CRITICAL, 2), (logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6), (0, 7))


def _goes_to_journal(stream: TextIO) -> bool:
    """Whether *stream* is the connection to journald that systemd has named."""
    try:
        status = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return os.environ.get("JOURNAL_STREAM") == f"{status.st_dev}:{status.st_ino}"


def configure_logs(level: int = logging.INFO, *, as_json: bool = False, stream: TextIO | None = None) -> None:
    """Send log lines to *stream* (standard error), ours from *level*, the libraries' from WARNING."""
    out = stream or sys.stderr
    handler = logging.StreamHandler(out)
    plain = JournalFormatter() if _goes_to_journal(out) else PlainFormatter()
    handler.setFormatter(JsonFormatter() if as_json else plain)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for ours in ("crawler", "db", "scheduler"):
        logging.getLogger(ours).setLevel(level)
    quiet_libraries()


def logs_are_json() -> bool:
    """Whether `configure_logs` was asked for JSON."""
    return any(isinstance(handler.formatter, JsonFormatter) for handler in logging.getLogger().handlers)


def quiet_libraries() -> None:
    """Leave of the libraries' own lines what a person must know; the ledger tells the rest."""
    for name in (
        "scrapy",
        "twisted",
        "apscheduler",
        "asyncio",
        "trafilatura",
        "htmldate",
        "charset_normalizer",
    ):
        logging.getLogger(name).setLevel(logging.WARNING)
    # Sizes and broken answers are in the ledger, one row each, with a reason.
    for name in ("scrapy.core.downloader.handlers.http11", "scrapy.downloadermiddlewares.httpcompression"):
        logging.getLogger(name).setLevel(logging.ERROR)
    for name in ("trafilatura", "htmldate"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    # A tick that waits for a full disk is said once, by the record.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
