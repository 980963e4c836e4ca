"""What somebody may have meant."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any


def nearest(name: str, valid: Mapping[str, Any] | tuple[str, ...]) -> str:
    """`; did you mean "x"?`, or the list of what is valid when nothing is near."""
    near = difflib.get_close_matches(name, list(valid), n=1)
    return f'; did you mean "{near[0]}"?' if near else f"; valid are {', '.join(valid)}"
