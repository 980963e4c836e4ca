"""Words of the record that pages show by themselves: bands, verdicts, states and the like. Others are shown as they are."""

from __future__ import annotations

from collections.abc import Mapping

from db.model import Outcome

#: word as the record has it -> in English, where that is another one
SPELT: Mapping[str, str] = {"off": "off topic"}
#: what may stand in these columns; catalogues have every one, under the context `word`
VOCABULARY: Mapping[str, tuple[str, ...]] = {
    "band": ("relevant", "mention", "off topic"),
    "mark": ("relevant", "irrelevant", "later", "note"),
    "verdict": tuple(outcome.replace("_", " ") for outcome in Outcome),
    "state of a source": (
        "ok", "off", "waiting", "dead", "blocked", "failing", "drifting", "empty", "moved", "slow",
    ),
    "event of an article": (
        "title", "correction note", "paywalled", "text from the page", "rewritten", "shortened", "added paragraphs", "edited",
        "authors", "dates",
        "moved", "removed", "restored", "extraction",
    ),
    "role": ("reader", "reviewer", "admin"),
    "scope of a token": ("feeds", "read"),
    "state of a message": ("waiting", "sending", "sent", "failed", "dropped"),
    "message about": ("new", "story", "corrected", "removed", "changed"),
    "fate of a line": ("text", "removed", "outside"),
    "field of evidence": ("title", "lead", "body", "slug", "description", "tags"),
    "mode of a run": ("daemon", "once"),
    "filter": ("beat", "language", "source", "band", "mark", "tag", "person", "story"),
    "series of a chart": ("unknown", "other", "kept", "not kept", "corrections", "other edits", "hours"),
    "comparison of a table": (
        "contains", "ends with", "starts with", "in", "not in", "array contains", "array does not contain", "date", "is null",
        "is not null", "is blank", "is not blank",
    ),
}  # fmt: skip


def noted(message: str) -> str:
    """*message* as it is: a sentence for the catalogues that is said later, where the language is known."""
    return message
