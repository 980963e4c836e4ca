"""Languages that the review speaks: what `[review] language` may be."""

from __future__ import annotations

#: codes; the first is the one that the program is written in
LANGUAGES = ("en", "de", "ru", "ar")
