"""A TOML file of a person, or of a stranger, as tables: bounded, and with one sentence for what is wrong in it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from crawler.errors import ConfigError

#: bytes of a file from which on it is neither settings nor a beat; the shipped beat has 88,000
MOST_TOML = 8_000_000
#: parts of one dotted key, at each of which `tomllib` keeps all before it
MOST_PARTS = 64
_PART = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')\s*+\.\s*+"""
_LONG_KEY = re.compile(rf"""(?<![\w"'-])(?:{_PART}){{{MOST_PARTS}}}""")


def parsed_toml(text: str) -> dict[str, Any]:
    """The tables of a text.

    Raises:
        ValueError: a sentence; also for brackets inside brackets and numbers without end, at which `tomllib` gives up.
    """
    if _LONG_KEY.search(text):
        raise ValueError(f"a key of more than {MOST_PARTS} parts")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("too many brackets inside one another") from None
    except tomllib.TOMLDecodeError:
        raise
    except ValueError:  # Python speaks of its own settings here
        raise ValueError("a number of too many digits") from None


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a TOML file.

    Raises:
        ConfigError: missing, no regular file, unreadable, too large, not UTF-8 or not TOML; the sentence names the line.
    """
    try:
        if path.exists() and not (
            path.is_file() or path.is_dir()
        ):  # a pipe without a writer is waited for without end
            raise ConfigError(f"{path} is no regular file", str(path))
        with path.open("rb") as file:
            found = file.read(MOST_TOML + 1)
        if len(found) > MOST_TOML:
            raise ConfigError(f"{path} has more than {MOST_TOML // 1_000_000} MB, and is not read", str(path))
        text = found.decode("utf-8-sig").replace("\r\n", "\n")
        return parsed_toml(text)
    except FileNotFoundError:
        raise ConfigError(f"{path} does not exist", str(path)) from None
    except OSError as problem:
        raise ConfigError(f"{path} cannot be read: {problem.strerror}", str(path)) from problem
    except UnicodeDecodeError as problem:
        raise ConfigError(f"{path} is not UTF-8 text", str(path)) from problem
    except ValueError as problem:
        raise ConfigError(f"{path} is not valid TOML: {problem}", str(path)) from problem
