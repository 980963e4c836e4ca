"""When the markup gave little or nothing, or something nobody else sees: JSON-LD's articleBody, then trafilatura."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain

from crawler.extract.page.document import Document
from crawler.extract.page.regions import region_of
from crawler.extract.text.content import PageText
from crawler.extract.text.lines import Line, lines_of
from crawler.extract.text.readings import SHORT_CHARS, Opinion, declared_body, trafilatura_lines
from crawler.extract.text.threads import of_members, of_service
from crawler.lang.tokens import word_tokens

#: an articleBody this many times as long as what the markup showed is preferred
_BODY_FACTOR = 3.0
#: less is not what an article's page was made for
LITTLE_CHARS = 140
#: a text that has less in common with the cheap reading is in doubt
_DOUBTED = 0.6
#: how much closer two other readings must be to each other than to ours, on average
_CLOSER = 0.2
#: with this share of our words in theirs, ours is the shorter reading of the same text, not another text
_HELD = 0.7
#: a reading whose chance is so much smaller is not preferred
_LESS_LIKELY = 0.1
#: regions that nobody sees, or hears
_HIDDEN = frozenset({"hidden", "unspoken"})
#: fewer words are no reading to go by
_FEW_WORDS = 30


def rescued(document: Document, lines: list[Line]) -> tuple[list[Line], str]:
    """The lines to go on with and where they were read: "markup", "json-ld" or "trafilatura".

    Another source is taken only when the markup gave almost nothing (pages
    drawn by scripts) or a fraction of what the page declares as its body. Two
    paragraphs side by side are a short notice, and stay.
    """
    size = sum(len(line.text) for line in lines if not line.region)
    body = declared_body(document)
    body_size = sum(map(len, body))
    if body_size > SHORT_CHARS and (size < SHORT_CHARS or body_size > _BODY_FACTOR * size):
        return lines_of(body), "json-ld"
    if size < SHORT_CHARS and sum(line.is_prose for line in lines if not line.region) < 2:
        other = trafilatura_lines(document, is_precise=False)
        if sum(map(len, other)) > 2 * size:
            return lines_of(other), "trafilatura"
    return lines, "markup"


def fuller(document: Document, left: Sequence[Line]) -> list[Line]:
    """trafilatura's lines for a page of whose text the rules left next to nothing; empty where it has no more.

    Args:
        document: of a page that says it is an article.
        left: the lines that were left.
    """
    size = sum(len(line.text) for line in left)
    if size >= LITTLE_CHARS or sum(line.is_prose for line in left) > 1:
        return []
    other = trafilatura_lines(document, is_precise=False)
    return lines_of(other) if sum(map(len, other)) > max(SHORT_CHARS, 2 * size) else []


def outvoted(document: Document, left: Sequence[Line], shown: PageText) -> list[Line]:
    """trafilatura's lines where ours is another text: it and the cheap reading are closer to each other than to ours.

    Empty where our text stands: nearly always, without asking. A text that the
    others hold with more around it stands too, for both are taken in by the same
    boxes; and what the page declares as its body speaks for ours where it is closer to that.
    What the arbiter finds less likely than ours is no text to change for. Of what is
    hidden the others say nothing, for they do not read it.

    Args:
        document: the page.
        left: our lines, residue taken out.
        shown: what the page's markup gave, with what others found.
    """
    if _share_lines([line.text for line in left], shown.cheap):
        return []
    ours, cheap = _words(line.text for line in left), _words(shown.cheap)
    if cheap.total() <= _FEW_WORDS or _alike(ours, cheap) >= _DOUBTED:
        return []
    if (seen := _seen(left, shown)) and _alike(_words(seen), cheap) >= _DOUBTED:
        return []
    lines = shown.precise
    if lines is None:
        lines = tuple(trafilatura_lines(document, is_precise=True))
    theirs, body = _words(lines), _words(declared_body(document))
    if theirs.total() <= _FEW_WORDS or _shared(ours, theirs) >= _HELD * ours.total():
        return []
    if body.total() > _FEW_WORDS and _alike(body, ours) >= _alike(body, theirs):
        return []
    if _is_less_likely(lines, left, shown) or _are_said_by_others(lines, shown):
        return []
    agreed, held = _alike(cheap, theirs), _alike(cheap, ours)
    closer = agreed - held + 1 - _alike(ours, theirs)
    return lines_of(lines) if agreed > held and closer / 2 > _CLOSER else []


def _seen(left: Iterable[Line], shown: PageText) -> list[str]:
    """What the lines say that are not hidden."""
    return [
        line.text
        for line in left
        if not any(
            region_of(node.element) in _HIDDEN
            for at in line.blocks[:1]
            for node in shown.blocks[at].node.ancestors()
        )
    ]


def _is_less_likely(theirs: Iterable[str], ours: Iterable[Line], shown: PageText) -> bool:
    """Whether the arbiter gave the segments that hold their lines less than those that hold ours."""
    left = _chance_of((line.text for line in ours), shown)
    return _chance_of(theirs, shown) < left - _LESS_LIKELY


def _are_said_by_others(theirs: Iterable[str], shown: PageText) -> bool:
    """Whether they hold remarks or the publisher's service, or nothing but boxes made alike of which each begins with a name."""
    opinion, segments = Opinion(theirs), [segment for segment, _ in shown.judged]
    if any(opinion.holds(block.text) for block in (*of_members(segments), *of_service(segments))):
        return True
    held = [segment for segment in segments if segment.prose and opinion.share_of(segment) > _DOUBTED]
    return bool(held) and all(segment.evidence.get("signed") for segment in held)


def _chance_of(lines: Iterable[str], shown: PageText) -> float:
    """The arbiter's chance for some lines of the page, by their size; 1.0 where no segment holds them."""
    opinion, sizes = Opinion(lines), Counter[float]()
    for segment, chance in shown.judged:
        sizes[chance] += sum(block.size for block in segment.blocks if opinion.holds(block.text))
    return sum(chance * size for chance, size in sizes.items()) / sizes.total() if sizes.total() else 1.0


def _share_lines(ours: Iterable[str], cheap: Iterable[str]) -> bool:
    """Whether the lines alone that two texts have in common, nearly always most of them, make them alike."""
    one, other = Counter(ours), Counter(map(str.strip, cheap))
    both = one & other
    shared = 2 * len(_in_order(both.elements()))
    total = shared + len(_in_order(chain((one - both).elements(), (other - both).elements())))
    return not total or shared / total >= _DOUBTED


def _words(lines: Iterable[str]) -> Counter[str]:
    return Counter(_in_order(lines))


def _in_order(lines: Iterable[str]) -> list[str]:
    return word_tokens("\n".join(lines).lower())


def _shared(one: Counter[str], other: Counter[str]) -> int:
    """How many words two texts have in common, each as often as both have it."""
    return sum(min(count, other[word]) for word, count in one.items() if word in other)


def _alike(one: Counter[str], other: Counter[str]) -> float:
    """How much of two texts is the same words, 0 to 1."""
    total = one.total() + other.total()
    return 2 * _shared(one, other) / total if total else 1.0
