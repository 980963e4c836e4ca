"""Atom (RFC 4287) as text, for the feeds of the review and for `export`. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from crawler.publish.display import showable

#: what XML 1.0 does not allow, in no spelling
_NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

#: the attributes of a link, `rel` and `href` among them
Link = Mapping[str, str]


def xml(text: str) -> str:
    """*text* for an element or attribute: markup escaped, what XML does not allow left out.

    >>> xml("<b>&\\x00")
    '&lt;b&gt;&amp;'
    """
    return html.escape(_NOT_XML.sub("", showable(text)))


def is_xml(text: str) -> bool:
    """Whether XML can hold every character of *text*."""
    return _NOT_XML.search(text) is None


@dataclass(frozen=True, slots=True, kw_only=True)
class AtomEntry:
    """One entry; texts are as the record has them, and escaped here."""

    id: str
    #: on one line, and not empty
    title: str
    updated: str
    published: str | None
    links: Sequence[Link]
    #: at least one, as the RFC asks
    authors: Sequence[str]
    tags: Sequence[str]
    summary: str | None
    #: None leaves it out, which needs a link
    content: str | None
    content_type: Literal["text", "html"] = "text"


def feed_head(
    *, feed_id: str, title: str, updated: str, author: str | None = None, links: Iterable[Link] = ()
) -> str:
    """Everything before the entries."""
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        f"  <id>{xml(feed_id)}</id>",
        f"  <title>{xml(title)}</title>",
        f"  <updated>{updated}</updated>",
        *([f"  <author><name>{xml(author)}</name></author>"] if author else []),
        "  <generator>Spacereel</generator>",
        *(f"  {_link(link)}" for link in links),
    ]
    return "\n".join(lines) + "\n"


def feed_entry(entry: AtomEntry) -> str:
    """One entry with its end of line."""
    lines = [
        f"<id>{xml(entry.id)}</id>",
        f'<title type="text">{xml(entry.title)}</title>',
        f"<updated>{entry.updated}</updated>",
        *map(_link, entry.links),
        *([f"<published>{entry.published}</published>"] if entry.published else []),
        *(f"<author><name>{xml(name) or 'unknown'}</name></author>" for name in entry.authors),
        *(f'<category term="{xml(tag)}"/>' for tag in entry.tags),
        *([f'<summary type="text">{xml(entry.summary)}</summary>'] if entry.summary else []),
    ]
    if entry.content is not None:
        lines.append(f'<content type="{entry.content_type}">{xml(entry.content)}</content>')
    return "  <entry>\n" + "".join(f"    {line}\n" for line in lines) + "  </entry>\n"


#: everything behind the entries
FEED_END = "</feed>\n"


def _link(link: Link) -> str:
    attributes = (f'{name}="{xml(value)}"' for name, value in link.items())
    return f"<link {' '.join(attributes)}/>"
