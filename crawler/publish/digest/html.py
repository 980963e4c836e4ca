"""A digest as one HTML page: no script, no request, readable in a mail client, by day and by night. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape
from typing import Any

from crawler.dedupe.diffs import Change, Span
from crawler.publish.digest.gather import Digest, Edit, Item, Story, day_name
from crawler.publish.display import ago, moment_in_words, one_line, showable, shown_host, web_link
from db.model import iso

STYLE = """
:root{color-scheme:light dark}
body{margin:0;padding:24px 16px;background:#f6f5f2;color:#1d1c1a;font:16px/1.5 Georgia,'Times New Roman',serif;overflow-wrap:break-word}
main{max-width:680px;margin:0 auto}
h1{font-size:28px;line-height:1.2;margin:0 0 4px}h2{font-size:20px;margin:36px 0 8px;padding-top:10px;border-top:2px solid #1d1c1a}
h3{font-size:18px;line-height:1.3;margin:20px 0 2px}p{margin:4px 0}a{color:#0b4f8a}
.facts,.small,td,th{font:14px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif}.facts,.soft{color:#5d5a54}
ul{margin:4px 0;padding-left:20px}li{margin:4px 0}
ins{background:#d5efd9;text-decoration:none;color:#0d3b18}del{background:#f7d9d7;color:#6b1712}
blockquote{margin:6px 0;padding:2px 12px;border-left:3px solid #c9c5bb}
table{border-collapse:collapse;width:100%}th{text-align:left;font-weight:normal;white-space:nowrap;padding:2px 10px 2px 0;width:1%}
td{padding:2px 0}td.bar{width:100%}td.number{text-align:right;padding-left:10px;white-space:nowrap}
.bar div{display:inline-block;height:12px;vertical-align:middle}.relevant{background:#0b6e4f}.mention{background:#b9c9a9}
.tag{font:12px/1.4 system-ui,sans-serif;border:1px solid currentColor;border-radius:3px;padding:0 5px;white-space:nowrap}
@media(prefers-color-scheme:dark){body{background:#181715;color:#eceae5}h2{border-color:#eceae5}a{color:#8fc3f2}.facts,.soft{color:#aaa69d}
ins{background:#17402a;color:#d9f2df}del{background:#561f1c;color:#fbdedc}blockquote{border-color:#54514a}.relevant{background:#3fb58b}.mention{background:#5f6f52}}
"""


def digest_page(digest: Digest) -> str:
    """The whole page."""
    title = heading(digest)
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head>\n<body><main>\n{digest_body(digest)}\n</main></body></html>\n"
    )


def heading(digest: Digest) -> str:
    """What the digest is called."""
    return one_line(
        f"{digest.beat or 'Spacereel'}: what was found since {moment_in_words(iso(digest.since))}", 200
    )


def digest_body(digest: Digest) -> str:
    """What stands in the page."""
    return "\n".join(_parts(digest))


def counts_in_words(digest: Digest) -> str:
    """How much there is, in one line."""
    left = digest.left
    counts = (
        (len(digest.stories) + left.get("stories", 0), "story", "stories"),
        (len(digest.singles) + left.get("singles", 0), "single article", "single articles"),
        (len(digest.edits) + left.get("edits", 0), "edit", "edits"),
        (len(digest.removals) + left.get("removals", 0), "article taken down", "articles taken down"),
    )
    phrases = [f"{count:,} {one if count == 1 else many}" for count, one, many in counts if count]
    return ", ".join(phrases) or "Nothing was found, edited or taken down"


def copies_in_words(count: int) -> str:
    """How many copies an article or a story stands for; "" for none.

    >>> copies_in_words(1)
    '1 copy folded'
    """
    return f"{count:,} {'copy' if count == 1 else 'copies'} folded" if count else ""


def _parts(digest: Digest) -> Iterator[str]:
    yield f"<h1>{escape(heading(digest))}</h1>"
    yield f'<p class="facts">{escape(counts_in_words(digest))}. Until {escape(moment_in_words(iso(digest.now)))}.</p>'
    yield from _section(digest, "Stories", "stories", _story)
    yield from _section(digest, "Articles", "singles", _item)
    yield from _section(digest, "Edited after publication", "edits", _edit)
    yield from _section(digest, "Taken down", "removals", _item)
    yield "<h2>The week</h2>"
    yield _week(digest.week)
    if digest.ailing:
        yield "<h2>Sources that ail</h2><ul class='small'>"
        for row in digest.ailing:
            since = f", last good {ago(row['succeeded_at'], digest.now)}" if row["succeeded_at"] else ""
            yield f"<li><bdi>{_text(row['title'], 80)}</bdi>: {escape(row['state'])}{since}. {_text(row['reason'] or '', 200)}</li>"
        yield "</ul>"


def _section(digest: Digest, title: str, what: str, draw: Callable[[Digest, Any], str]) -> Iterator[str]:
    """One of the digest's lists, by its name, under a heading; nothing where it is empty."""
    if things := getattr(digest, what):
        yield f"<h2>{title}</h2>"
        yield from (draw(digest, thing) for thing in things)
        if count := digest.left.get(what, 0):
            yield f'<p class="soft small">… and {count:,} more in the record.</p>'


def _story(digest: Digest, story: Story) -> str:
    first = story.first.row
    more = f", {copies_in_words(story.copies)}" if story.copies else ""
    head = _away(
        f"{digest.review_url}/-/story/{story.id}" if digest.review_url else None, _text(story.title, 220)
    )
    where = _text(first["site_name"] or shown_host(first["url"]), 60)
    reports = "".join(
        f'<li dir="auto">{_linked(item)}<br><span class="facts">{_facts(item)}</span></li>'
        for item in story.reports
    )
    return (
        f'<h3 dir="auto">{head}</h3><p class="facts">{story.count:,} {"report" if story.count == 1 else "reports"}{more}.'
        f" First report: <bdi>{where}</bdi>, {escape(moment_in_words(first['published_at'], first['published_precision']))}.</p><ul>{reports}</ul>"
    )


def _item(digest: Digest, item: Item) -> str:
    lead = _text(item.row["description"] or item.row["lead"] or "", 240)
    review = f"{digest.review_url}/-/article/{item.row['id']}" if digest.review_url else None
    more = f" {_away(review, 'Review')}" if review else ""
    return f'<h3 dir="auto">{_linked(item)}</h3><p class="facts">{_facts(item)}{more}</p><p dir="auto">{lead}</p>'


def _edit(digest: Digest, edit: Edit) -> str:
    tag = '<span class="tag">correction</span> ' if edit.is_correction else ""
    title = f'<blockquote dir="auto"><strong>{_spans(edit.title)}</strong></blockquote>' if edit.title else ""
    passages = "".join(f'<blockquote dir="auto">{_change(change)}</blockquote>' for change in edit.changes)
    return f'<h3 dir="auto">{_linked(edit.item)}</h3><p class="facts">{tag}{_facts(edit.item)} · seen {escape(moment_in_words(edit.at))}</p>{title}{passages}'


def _change(change: Change) -> str:
    return _spans(change.spans)


def _spans(spans: Sequence[Span]) -> str:
    tags = {"added": "ins", "removed": "del"}
    parts = []
    for number, span in enumerate(spans):
        text = showable(span.text)
        if span.kind in tags:
            parts.append(
                f"<{tags[span.kind]}>{escape(text.rstrip())}</{tags[span.kind]}>{' ' if text.rstrip() != text else ''}"
            )
        else:
            parts.append(escape(_shortened(text, is_first=number == 0, is_last=number == len(spans) - 1)))
    return "".join(parts)


def _shortened(text: str, *, is_first: bool, is_last: bool) -> str:
    """Of a long stretch that stayed, the words beside the changes."""
    words = text.split(" ")
    if len(words) <= 24:
        return text
    head = "" if is_first else " ".join(words[:10])
    tail = "" if is_last else " ".join(words[-10:])
    return f"{head} … {tail}"


def _linked(item: Item) -> str:
    return _away(web_link(item.row["url"]), _text(item.row["title"], 220) or "(no title)")


def _facts(item: Item) -> str:
    row = item.row
    where = f"<bdi>{_text(row['site_name'] or shown_host(row['url']), 60)}</bdi>"
    copies = copies_in_words(row["copies"])
    why = f"why: {escape(', '.join(item.terms))}" if item.terms else ""
    when = (
        escape(moment_in_words(row["published_at"], row["published_precision"]))
        if row["published_at"]
        else ""
    )
    return " · ".join(each for each in (where, escape(row["language"] or ""), when, copies, why) if each)


def _away(url: str | None, text: str) -> str:
    return f'<a href="{escape(url)}">{text}</a>' if url else text


def _text(text: str, limit: int) -> str:
    return escape(one_line(str(text), limit))


def _week(week: Sequence[tuple[str, int, int]]) -> str:
    """Articles found a day, as bars that are also a table: mail programs show both."""
    most = max((relevant + mention for _, relevant, mention in week), default=0) or 1
    rows = "".join(
        f'<tr><th scope="row">{day_name(day)}</th><td class="bar"><div class="relevant" style="width:{relevant / most * 90:.1f}%"></div>'
        f'<div class="mention" style="width:{mention / most * 90:.1f}%"></div></td><td class="number">{relevant:,} + {mention:,}</td></tr>'
        for day, relevant, mention in week
    )
    return f'<table><caption class="facts" style="text-align:left">Articles found a day: relevant + mentions</caption><tbody>{rows}</tbody></table>'
