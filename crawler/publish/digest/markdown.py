"""A digest as Markdown, which reads as plain text too. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.publish.alerts.events import bracketed
from crawler.publish.digest.gather import Digest, Edit, Item, Story, day_name
from crawler.publish.digest.html import copies_in_words, counts_in_words, heading
from crawler.publish.display import moment_in_words, one_line, showable, shown_host
from crawler.publish.export import link_of, link_target, markdown
from db.model import iso


def text(digest: Digest) -> str:
    """The whole text."""
    return "\n".join(_parts(digest)) + "\n"


def _parts(digest: Digest) -> Iterator[str]:
    yield f"# {markdown(heading(digest))}\n\n{counts_in_words(digest)}. Until {moment_in_words(iso(digest.now))}."
    sections = (
        ("Stories", "stories", [_story(story) for story in digest.stories]),
        ("Articles", "singles", [_item(item) for item in digest.singles]),
        ("Edited after publication", "edits", [_edit(edit) for edit in digest.edits]),
        ("Taken down", "removals", [_item(item) for item in digest.removals]),
    )
    for title, what, lines in sections:
        if lines:
            yield f"\n## {title}\n"
            yield from lines
            if what in digest.left:
                yield f"\n… and {digest.left[what]:,} more in the record."
    yield "\n## The week\n\n| day | relevant | mentions |\n|---|---:|---:|"
    yield from (f"| {day_name(day)} | {relevant} | {mention} |" for day, relevant, mention in digest.week)
    if digest.ailing:
        yield "\n## Sources that ail\n"
        yield from (
            f"- {markdown(row['title'])}: {row['state']}. {markdown(one_line(row['reason'] or '', 200))}"
            for row in digest.ailing
        )


def _story(story: Story) -> str:
    first = story.first.row
    copies = f", {copies_in_words(story.copies)}" if story.copies else ""
    head = f"### {markdown(one_line(story.title, 220))}\n\n{story.count} {'report' if story.count == 1 else 'reports'}{copies}."
    where = markdown(first["site_name"] or shown_host(first["url"]))
    reports = "\n".join(f"- {_linked(item)} ({_facts(item)})" for item in story.reports)
    return f"{head} First report: {where}, {moment_in_words(first['published_at'], first['published_precision'])}.\n\n{reports}\n"


def _item(item: Item) -> str:
    lead = markdown(one_line(item.row["description"] or item.row["lead"] or "", 240))
    return f"- {_linked(item)} ({_facts(item)})" + (f"\n  {lead}" if lead else "")


def _edit(edit: Edit) -> str:
    pieces = [edit.title] if edit.title else []
    pieces += [change.spans for change in edit.changes]
    lines = "\n".join(
        f"  > {markdown(one_line(showable(''.join(bracketed(span.kind, span.text) for span in spans)), 400))}"
        for spans in pieces
    )
    kind = "correction, " if edit.is_correction else ""
    return f"- {_linked(edit.item)} ({kind}{_facts(edit.item)}, seen {moment_in_words(edit.at)})\n\n{lines}\n"


def _linked(item: Item) -> str:
    title, link = markdown(one_line(item.row["title"], 220)) or "(no title)", link_of(item.row)
    return f"[{title}](<{link_target(link)}>)" if link else title


def _facts(item: Item) -> str:
    row = item.row
    facts = (
        markdown(row["site_name"] or shown_host(row["url"])),
        row["language"] or "",
        moment_in_words(row["published_at"], row["published_precision"]) if row["published_at"] else "",
        copies_in_words(row["copies"]),
        f"why: {markdown(', '.join(item.terms))}" if item.terms else "",
    )
    return ", ".join(each for each in facts if each)
