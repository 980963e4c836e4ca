"""A newspaper that prints the same articles each round with other furniture, and makes a few true edits: for `bench_versions.py`."""

from __future__ import annotations

import html
import random
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "newsroom"))
import press

SECTIONS = ("harbour", "council", "culture", "sport", "science")

#: blocks that a publisher puts on all pages, without a word that marks them, and with one; another each round
PROMOS = (
    "<p>Join the harbour circle and hear from our desk every Friday.</p>",
    "<p>Pictures by the studio in Mill Lane for this paper</p>",
    '<div class="box"><p>The long read of the week lands in your inbox on Saturday mornings, before anyone else is up.</p></div>',
    "<p><em>This paper is printed on the quay and carried by bicycle to every door between the lighthouse and the mill, as it has been since 1911.</em></p>",
    '<div><p>Read it first</p><p><a href="/app">The app of the paper is here</a></p></div>',
    "<p>Our journalism costs money, and you can help to pay for it.</p><p>Every gift goes to the newsroom.</p>",
    '<aside class="newsletter"><p>Subscribe to our newsletter</p></aside>',
    "<p><b>Voting is open: which café on the quay has the best view?</b></p>",
    "<h3>From the archive</h3><p>Ten years ago the old crane was moved to the museum and nobody has missed it since then, our reporter wrote.</p>",
    "<p>Tickets for the readers' evening with the editors are on sale at the counter from Monday.</p>",
    "<ul><li>What the editors read</li><li>What the readers wrote</li></ul>",
)  # fmt: skip
CREDITS = ("Photo: A. Vale / Quay Agency", "Foto: Hafenbild", "Seen by the lens of studio {n} in Harbour Street",
           "Image courtesy of the harbour office", "Picture desk of the paper")  # fmt: skip
AD_LABELS = (
    "Advertisement",
    "ADVERTISEMENT",
    "Anzeige",
    "Story continues below",
    "Publicité",
    "Ad",
    "Sponsored",
)


@dataclass(frozen=True, slots=True)
class Dress:
    """What surrounds an article in a round."""

    #: (place, markup), the place 0 to 1 from the top of the text to its end
    blocks: tuple[tuple[float, str], ...] = ()
    #: words that stand inside paragraphs
    label: str = ""
    #: number of the template
    design: int = 0
    #: what stands behind the headline in the title
    suffix: str = " | The Quay Paper"
    byline: str = ""


Dresser = Callable[[int, str, str], Dress]


def _promo(number: int, slug: str, section: str) -> Dress:
    return Dress(blocks=((PLACES[number % 3], PROMOS[number % len(PROMOS)]),))


PLACES = (0.0, 0.5, 1.0)


def _moving(number: int, slug: str, section: str) -> Dress:
    """The same block at another place each round."""
    return Dress(blocks=((PLACES[number % 3], PROMOS[0] + PROMOS[1]),))


def _sections(number: int, slug: str, section: str) -> Dress:
    shift = SECTIONS.index(section) * 2 + number
    return Dress(
        blocks=((PLACES[shift % 3], PROMOS[shift % len(PROMOS)].replace("</p>", f" ({section})</p>", 1)),)
    )


def _added(number: int, slug: str, section: str) -> Dress:
    """A block more each round, none taken away."""
    return Dress(blocks=tuple((PLACES[each % 3], PROMOS[each % len(PROMOS)]) for each in range(number)))


def _removed(number: int, slug: str, section: str) -> Dress:
    """A block less each round."""
    return Dress(
        blocks=tuple((PLACES[each % 3], PROMOS[each % len(PROMOS)]) for each in range(9, number - 1, -1))
    )


def _now_and_then(number: int, slug: str, section: str) -> Dress:
    """On every other round, on all."""
    return _promo(number // 2, slug, section) if number % 2 else Dress()


def _half(number: int, slug: str, section: str) -> Dress:
    """A test on half of the readers: one block or the other, drawn for each answer."""
    which = random.Random(f"{number} {slug}").randrange(2)
    return Dress(blocks=((1.0, PROMOS[(2 * number + which) % len(PROMOS)]),))


def _design(number: int, slug: str, section: str) -> Dress:
    return Dress(
        design=number,
        suffix=(" | The Quay Paper", " - Quay Paper News", " — The Quay Paper, daily", "")[number % 4],
    )


def _labels(number: int, slug: str, section: str) -> Dress:
    return Dress(label=AD_LABELS[number % len(AD_LABELS)] if number else "")


def _credits(number: int, slug: str, section: str) -> Dress:
    credit = CREDITS[number % len(CREDITS)].replace("{n}", str(number))
    forms = ('<figure><img src="/a.jpg"><figcaption>{}</figcaption></figure>', "<p>{}</p>", '<p class="credit">{}</p>',
             "<p><small>{}</small></p>")  # fmt: skip
    return Dress(blocks=((PLACES[number % 2], forms[number % 4].format(credit)),))


def _bylines(number: int, slug: str, section: str) -> Dress:
    lines = ("", "<p>By Anna Petrova</p>", "<p>Anna Petrova, harbour reporter</p>", '<div class="author">By Anna Petrova, The Quay Paper</div>',
             "<p>Anna Petrova is a reporter of this paper and writes about the harbour.</p>")  # fmt: skip
    return Dress(blocks=((0.0 if number % 2 else 1.0, lines[number % 5]),), byline=lines[number % 5])


def _teasers(number: int, slug: str, section: str) -> Dress:
    """Another article's headline on each page, each time."""
    chance = random.Random(f"{number} {slug}")
    links = [
        f'<p><a href="/other-{chance.randrange(999)}">{press.title_of(str(chance.random()))}</a></p>'
        for _ in range(2)
    ]
    return Dress(
        blocks=(
            (0.5, f"<p>Read also: {links[0][3:]}"),
            (1.0, f"<h3>More from {section}</h3>{''.join(links)}"),
        )
    )


def _all(number: int, slug: str, section: str) -> Dress:
    parts = [each(number, slug, section) for each in (_sections, _credits, _teasers, _bylines)]
    return Dress(
        blocks=tuple(block for part in parts for block in part.blocks),
        label=AD_LABELS[number % 7],
        design=number // 2,
        suffix=_design(number, slug, section).suffix,
    )


FURNITURE: Mapping[str, Dresser] = {
    "none": lambda number, slug, section: Dress(), "promo": _promo, "moving": _moving, "sections": _sections,
    "added": _added, "removed": _removed, "on and off": _now_and_then, "half": _half, "design": _design,
    "labels": _labels, "credits": _credits, "bylines": _bylines, "teasers": _teasers, "all": _all,
}  # fmt: skip


class Paper:
    """The articles, as they stand after the edits so far."""

    def __init__(self, dresser: Dresser, articles: int) -> None:
        self._dresser = dresser
        self._chance = random.Random(7)
        self._number = 0
        self.slugs: list[str] = []
        self._edits: Counter[str] = Counter()
        self._titles: dict[str, str] = {}
        self._texts: dict[str, list[str]] = {}
        self._add(articles)

    def _add(self, count: int) -> None:
        for _ in range(count):
            slug = f"story-{len(self.slugs)}"
            self.slugs.append(slug)
            self._titles[slug] = press.title_of(slug)
            self._texts[slug] = press.text_of(slug).split("\n")

    def turn(self, number: int, edited: int, fresh: int) -> dict[str, str]:
        """Begin a round: true edits, each with the kind that it must be told as, and new articles."""
        self._number = number
        # none more often than three times: what changes all the time is a live blog
        may = [slug for slug in self.slugs if self._edits[slug] < 3]
        slugs = self._chance.sample(may[:10], edited // 2) + self._chance.sample(
            may[10:], edited - edited // 2
        )
        self._edits.update(slugs)
        edits = {slug: self._edit(slug, (number + each) % 5) for each, slug in enumerate(slugs)}
        self._add(fresh)
        return edits

    def _edit(self, slug: str, kind: int) -> str:
        text, number = self._texts[slug], self._number
        new = " ".join(press.sentences(f"{slug} edit {number}", 3))
        if kind == 0:
            text[2] = new
            return "edited"
        if kind == 1:
            text.append(f"Correction, November {number + 1}: An earlier version of this article misstated the depth of the harbour at {slug}. It is {number} metres.")  # fmt: skip
            return "correction note"
        if kind == 2:
            self._titles[slug] = press.title_of(f"{slug} {number}")
            return "title"
        if kind == 3:
            text.insert(3, new)
            return "added paragraphs"
        del text[1]
        return "shortened"

    def page(self, slug: str, origin: str) -> bytes:
        """An article as it is printed in this round."""
        section = SECTIONS[int(slug.rpartition("-")[2]) % len(SECTIONS)]
        dress = self._dresser(self._number, slug, section)
        paragraphs = [f"<p>{html.escape(each)}</p>" for each in self._texts[slug]]
        if dress.label:
            for index in range(1, min(4, len(paragraphs)), 2):
                paragraphs[index] = _labelled(paragraphs[index], dress.label, self._number)
        for place, block in sorted(dress.blocks, key=lambda each: -each[0]):
            paragraphs.insert(round(place * len(self._texts[slug])), block)
        title = html.escape(self._titles[slug])
        head = f"""<meta charset="utf-8"><title>{title}{dress.suffix}</title><link rel="canonical" href="{origin}/{slug}">
<meta name="author" content="Anna Petrova"><meta property="og:site_name" content="The Quay Paper"><meta property="og:title" content="{title}">
<meta property="article:published_time" content="2026-11-20T08:00:00+00:00">"""
        return f'<!DOCTYPE html><html lang="en"><head>{head}</head>{_DESIGNS[dress.design % len(_DESIGNS)](title, paragraphs, section)}</html>'.encode()


def _labelled(paragraph: str, label: str, number: int) -> str:
    """With a label of an advertisement at a break between sentences inside the paragraph."""
    forms = (
        '<span class="ad-label">{}</span>',
        "<br>{}<br>",
        '<span class="ad">{}</span> ',
        "<div><small>{}</small></div>",
    )
    first, dot, rest = paragraph.partition(". ")
    return f"{first}{dot}{forms[number % 4].format(label)}{rest}"


def _plain(title: str, paragraphs: list[str], section: str) -> str:
    return f"<body><header><a href='/'>Front page</a></header><article><h1>{title}</h1>{''.join(paragraphs)}</article><footer>All rights reserved</footer></body>"


def _main(title: str, paragraphs: list[str], section: str) -> str:
    return (
        f"<body><nav><a href='/{section}'>{section}</a></nav><main><h1 class='headline'>{title}</h1><div class='meta'><span>Anna Petrova</span>"
        f"<time datetime='2026-11-20T08:00:00Z'>20 November 2026</time></div><div class='story-body'>{''.join(paragraphs)}</div></main></body>"
    )


def _bare(title: str, paragraphs: list[str], section: str) -> str:
    return f"<body><table><tr><td>{section}</td><td><h1>{title}</h1>{''.join(paragraphs)}</td></tr></table></body>"


def _broken(title: str, paragraphs: list[str], section: str) -> str:
    """Paragraphs parted by two breaks."""
    text = "".join(
        each.removeprefix("<p>").removesuffix("</p>") + "<br><br>" if each.startswith("<p>") else each
        for each in paragraphs
    )
    return f"<body><div id='head'>The Quay Paper</div><h1>{title}</h1><div id='text'>{text}</div><div id='foot'>Imprint</div></body>"


def _boxed(title: str, paragraphs: list[str], section: str) -> str:
    """Every paragraph in a box of its own, headed by a bold lead."""
    boxes = "".join(f"<div class='wp-block'>{each}</div>" for each in paragraphs)
    return f"<body><div class='site'><article class='post'><header><h1>{title}</h1></header><div class='entry-content'>{boxes}</div><section class='tags'><a rel='tag' href='/t/{section}'>{section}</a></section></article></div></body>"


_DESIGNS = (_plain, _main, _bare, _broken, _boxed)
