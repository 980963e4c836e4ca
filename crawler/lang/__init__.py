"""Words of languages, as data: month names, roles and bylines, prompts and labels. `table` reads one file of them.

`dates.parse_moment` reads a date in any of these languages: one reader for pages, feeds, sitemaps and mails.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def table(name: str) -> dict[str, Any]:
    """The words in `NAME.toml` of this folder; read once."""
    return tomllib.loads(files("crawler.lang").joinpath(f"{name}.toml").read_text("utf-8"))
