"""The language an article is written in: by its text when there is enough of it, as declared otherwise."""

from __future__ import annotations

from functools import cache
from typing import Any

#: characters a text needs to be believed over a declaration
MIN_CHARS = 200
#: characters that are looked at
_SAMPLE_CHARS = 2000
#: languages that are told apart badly; a declaration within the family counts
_FAMILIES = (
    frozenset({"no", "nb", "nn", "da", "sv"}),
    frozenset({"hr", "sr", "bs", "sl"}),
    frozenset({"id", "ms", "jv"}),
    frozenset({"ru", "uk", "be", "bg", "mk"}),
    frozenset({"es", "gl", "ca", "pt", "an", "oc"}),
    frozenset({"cs", "sk"}),
    frozenset({"nl", "af"}),
    frozenset({"hi", "mr", "ne"}),
    frozenset({"zh", "ja"}),
)


@cache
def _identifier() -> Any:
    """py3langid's model, loaded once per process."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # numpy and the model cost 0.3 s

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def language_of(text: str, declared: str | None) -> tuple[str | None, str | None]:
    """ISO 639-1 code of a text's language, and where it was read: "text", "declared" or None.

    Args:
        text: the article's text.
        declared: what the page or the feed says.
    """
    if len(text) < MIN_CHARS:
        return declared, "declared" if declared else None
    found, probability = _identifier().classify(text[:_SAMPLE_CHARS])
    if declared and declared != found and (probability < 0.9 or _are_family(found, declared)):
        return declared, "declared"
    return str(found), "text"


def _are_family(one: str, other: str) -> bool:
    return any(one in family and other in family for family in _FAMILIES)
