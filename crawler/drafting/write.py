"""A draft as the text of a beat file: every word with what speaks for it, every rule as `docs/topics.md` has it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import tomlkit

from crawler.drafting.draft import Draft
from crawler.drafting.origin import origin_line
from crawler.drafting.parts import AGAINST, COMPANY, NAMES, DraftPart, printable_line
from crawler.drafting.proposals import ProposedSource

_WHAT = {
    COMPANY: "words that go with it",
    AGAINST: "words of what is something else",
    NAMES: "words that say it all",
}
#: columns of a line of terms
_WIDE = 110


def beat_text(
    beat_id: str,
    title: str,
    about: str,
    draft: Draft,
    sources: Sequence[ProposedSource],
    on: date,
    origins: Sequence[str] = (),
) -> str:
    """The whole file; `catalogue.load_beats` reads it.

    Args:
        about: a sentence, or "".
        sources: all of them are switched off.
        on: the day that stands in the comments.
        origins: the files and headlines it was drafted from, as they were given.
    """
    lines = [f"# {printable_line(about or title)}", f"# Drafted on {on.isoformat()} by `spacereel beat new`."]
    lines += [origin_line(origins)] if origins else []
    if draft.held:
        lines.append(
            f"# On examples it had not seen: F1 {draft.held.f1:.2f}, precision {draft.held.precision:.2f}, "
            f"recall {draft.held.recall:.2f} ({draft.held.items} examples, each judged without its story)."
        )
    lines += [f"# Unsure: {printable_line(doubt)}." for doubt in draft.doubts]
    lines += ["", "[beat]", f"id = {quoted(beat_id)}", f"title = {quoted(title)}", ""]
    for source in sources:
        lines += [f"# {printable_line(source.because)}"] if source.because else []
        lines += ["[[source]]", *(f"{key} = {_value(value)}" for key, value in source.table.items()), ""]
    lines += [
        "[topic]",
        *(f"{key} = {_value(draft.table[key])}" for key in ("relevant", "mention", "lead_words")),
        "",
    ]
    for part in draft.parts:
        lines += [*_concept(part), ""] if part.terms() else []
    for rule in draft.table["rule"]:
        lines += ["[[topic.rule]]", *(f"{key} = {_value(value)}" for key, value in rule.items()), ""]
    return "\n".join(lines)


def quoted(text: str) -> str:
    """A text as TOML writes it."""
    return tomlkit.item(text).as_string()


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(quoted(str(each)) for each in value)}]"
    return quoted(str(value))


def _concept(part: DraftPart) -> list[str]:
    """A concept with a comment for every word that was suggested."""
    what = _WHAT.get(part.name, "typed" if part.typed else "suggested")
    lines = [f"# {part.name}: {what}"]
    for each in part.suggested:
        counts = f"in {each.belonging} that belong and {each.others} that do not"
        lines.append(
            f"#   {printable_line(each.term)} ({each.language}): {counts if ' stories' not in each.because else printable_line(each.because)}"
        )
    lines.append(f"[topic.concepts.{part.name}]")
    for language, terms in sorted(part.terms().items(), key=lambda pair: (pair[0] != "any", pair[0])):
        lines += _terms(language, terms)
    return lines


def _terms(language: str, terms: Iterable[str]) -> list[str]:
    """`de = ["Fluss*", …]`, over several lines when it is long."""
    texts = [quoted(term) for term in terms]
    whole = f"{language} = [{', '.join(texts)}]"
    if len(whole) <= _WIDE:
        return [whole]
    lines, line = [f"{language} = ["], " "
    for text in texts:
        if len(line) + len(text) > _WIDE:
            lines.append(line)
            line = " "
        line += f" {text},"
    return [*lines, line, "]"]
