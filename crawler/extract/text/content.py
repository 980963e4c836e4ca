"""A document -> the lines of its article, as the markup shows them, with markup furniture already named."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from crawler.extract.metadata.sites import registered_name
from crawler.extract.page.blocks import HEADINGS, Block, Node, read_blocks
from crawler.extract.page.document import Document
from crawler.extract.page.overrides import Override, elements
from crawler.extract.text.arbiter import chances, hear, is_doubtful
from crawler.extract.text.captions import credit_line
from crawler.extract.text.container import find_container, is_prose, weigh
from crawler.extract.text.evidence import SOFT, Hints, Run, runs_of, weigh_evidence
from crawler.extract.text.lines import Line
from crawler.extract.text.notes import is_correction
from crawler.extract.text.readings import (
    SHORT_CHARS,
    Opinion,
    declared_body,
    main_content,
    trafilatura_lines,
)

#: hosts whose links are invitations, not sources
_SOCIAL = frozenset(
    [
        "facebook.com", "fb.com", "twitter.com", "x.com", "t.me", "telegram.me", "instagram.com", "youtube.com", "youtu.be",
        "linkedin.com", "pinterest.com", "reddit.com", "whatsapp.com", "wa.me", "tiktok.com", "vk.com", "ok.ru", "dzen.ru",
        "flipboard.com", "apple.com", "play.google.com", "news.google.com", "threads.net", "bsky.app", "tumblr.com",
    ]
)  # fmt: skip
_KINDS = {
    "li": "item",
    "dt": "item",
    "dd": "item",
    "td": "cell",
    "th": "cell",
    "blockquote": "quote",
    "pre": "code",
    "p": "p",
}
#: most characters of an image's box that is read as its caption
_BOX_SIZE = 250
#: prose with this chance is the article's: in the container, and beside it
_STAYS, _COMES = 0.45, 0.5
#: the same of what is no prose: the rules of residue look at what stays
_LABEL_STAYS, _LABEL_COMES = 0.15, 0.7
#: a smaller share of the container's prose is no verdict
_ABSTAINS = 0.5
#: a table with a smaller share of links holds figures, not a menu
_LINKED_TABLE = 0.6
_NO_HINTS = Hints()
#: boxes: so many elements around a line, so much text in them
_BOX_DEPTH, _TEASER_SIZE = 5, 800
_BOXES = frozenset({"div", "center", "td", "span", "a", "figure", "dl", "dd"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PageText:
    """The lines of an article, and the blocks of the page beside it."""

    lines: list[Line]
    #: judged not to be the article's and never a line
    outside: tuple[Block, ...] = ()
    #: every run of the page with its evidence and its chance; empty where an override named the text
    judged: tuple[tuple[Run, float], ...] = ()


def page_text(document: Document, override: Override | None = None, hints: Hints = _NO_HINTS) -> PageText:
    """The article's paragraphs in page order, furniture among them marked.

    Without lines when no article was found.

    Args:
        document: the parsed page.
        override: what is known about pages of this site.
        hints: what else is known about the article.
    """
    blocks = read_blocks(document.tree, elements(override.drop, document.tree) if override else ())
    judged: tuple[tuple[Run, float], ...] = ()
    inside = _named_blocks(blocks, override, document) if override and override.text else []
    taken: dict[int, float] = {}
    standfirst: Block | None = None
    if not inside:
        container, runs = gather(document, blocks, hints)
        found = chances(runs)
        if is_doubtful(runs, found):
            found = hear(runs, Opinion(trafilatura_lines(document, is_precise=True)))
        judged = tuple(zip(runs, found, strict=True))
        standfirst = _standfirst(judged)
        abstains = _abstains(judged)
        taken = {
            block.index: max(each, float(_is_sure(run, block, abstains=abstains)))
            for run, each in judged
            for block in run.blocks
        }
        prosaic = {block.index for run in runs if run.prose for block in run.blocks}
        inside = _inside(blocks, container, taken, prosaic)
    site = registered_name(document.url)
    rows = _joined_rows(inside)
    lines = [_line(block, path, index, site, document.url) for index, (block, path) in enumerate(rows)]
    for line, (block, _) in zip(lines, rows, strict=True):
        if block is standfirst:
            line.mark = "standfirst"
        else:
            _apply(line, block, taken.get(block.index, 1.0))
    _judge_boxes(lines, [path for _, path in rows])
    kept = {block.index for block, _ in inside}
    return PageText(
        lines=lines, outside=tuple(block for block in blocks if block.index not in kept), judged=judged
    )


def gather(document: Document, blocks: list[Block], hints: Hints) -> tuple[Node | None, list[Run]]:
    """The element that holds the prose, and the page's runs with the evidence for each."""
    container, share = find_container(weigh(blocks))
    opinions = {"cheap": Opinion(main_content(document))}
    body = declared_body(document)
    if sum(map(len, body)) > SHORT_CHARS:
        opinions["body"] = Opinion(body)
    runs = runs_of(blocks)
    weigh_evidence(runs, container, share, opinions, hints)
    return container, runs


def _abstains(judged: tuple[tuple[Run, float], ...]) -> bool:
    """Whether the arbiter takes next to nothing of a page: where all runs look alike the container is all there is."""
    inside = sum(run.prose for run, _ in judged if run.evidence["inside"])
    taken = sum(run.prose for run, each in judged if each >= _STAYS)
    return taken < _ABSTAINS * inside


def _is_sure(run: Run, block: Block, *, abstains: bool) -> bool:
    """What is taken whatever the arbiter found: a note of a correction close by, everything where it abstains."""
    if run.evidence["inside"]:
        is_table = run.node.tag == "table" and not run.evidence["marked"] and run.evidence["linked"] < _LINKED_TABLE
        return abstains or is_table
    return bool(run.evidence["one_up"] and not block.linked and is_correction(block.text))


def _standfirst(judged: tuple[tuple[Run, float], ...]) -> Block | None:
    """The one paragraph in the headline's own box, away from the text, that says what the page declares as its description."""
    for run, _ in judged:
        told = run.evidence
        if told["under_headline"] and told["described"] and run.prose:
            prose = [block for block in run.blocks if is_prose(block)]
            return prose[0] if len(prose) == 1 else None
    return None


def _apply(line: Line, block: Block, chance: float) -> None:
    """Lay the arbiter's verdict on a line."""
    is_taken = chance >= (_STAYS if is_prose(block) else _LABEL_STAYS)
    if is_taken and is_prose(block) and line.mark in SOFT:
        line.mark = ""
    elif not is_taken:
        line.is_apart = True


def _inside(
    blocks: list[Block], container: Node | None, taken: Mapping[int, float], prosaic: Container[int]
) -> list[tuple[Block, list[Node]]]:
    """The blocks in the container and those that are taken beside it, each with the nodes between."""
    if container is None:
        return []
    path = set(container.ancestors())
    found = []
    for block in blocks:
        between: list[Node] = []
        for node in block.node.ancestors():
            if node in path:
                break
            between.append(node)
        comes = _COMES if block.index in prosaic else _LABEL_COMES
        if node is container or taken[block.index] >= comes:
            found.append((block, between))
    return found


def _judge_boxes(lines: list[Line], paths: list[list[Node]]) -> None:
    """Small boxes of a few lines are told by what else is in them."""
    boxes: dict[Node, list[Line]] = {}
    for line, path in zip(lines, paths, strict=True):
        for node in path[:_BOX_DEPTH]:
            if node.size <= _TEASER_SIZE and node.tag in _BOXES:
                boxes.setdefault(node, []).append(line)
    for node, box in boxes.items():
        if not 1 < len(box) <= 6 or any(line.kind in ("cell", "item", "quote", "code") for line in box):
            continue
        if node.has_image and _is_teaser(box):
            for line in box:
                line.mark = line.mark or "related"
        elif len(box) <= 3:
            for line in _captions(box):
                line.is_boxed = True


def _captions(box: list[Line]) -> list[Line]:
    """What stands between a picture and its credit; a paragraph above the picture or below the credit is the author's."""
    credits = [index for index, line in enumerate(box) if credit_line(line.text)]
    pictured = [index for index, line in enumerate(box) if line.has_image]
    if not credits or not pictured:
        return []
    return box[pictured[0] : credits[-1] + 1]


def _is_teaser(box: list[Line]) -> bool:
    """A headline that links to the site, and one paragraph: another article."""
    heads = [line for line in box if line.is_own_link and line.linked >= 0.9 and len(line.text) >= 20]
    return bool(heads) and sum(line.is_prose for line in box) == 1


def _named_blocks(
    blocks: list[Block], override: Override, document: Document
) -> list[tuple[Block, list[Node]]]:
    """The blocks of the elements an override names."""
    named = set(elements(override.text, document.tree))
    weigh(blocks)
    found = []
    for block in blocks:
        path: list[Node] = []
        for node in block.node.ancestors():
            if node.element in named:
                found.append((block, path))
                break
            path.append(node)
    return found


def _joined_rows(inside: list[tuple[Block, list[Node]]]) -> list[tuple[Block, list[Node]]]:
    """Cells of one table row become one block."""
    result: list[tuple[Block, list[Node]]] = []
    last_row: Node | None = None
    for block, path in inside:
        row = _row_of(block)
        if row is not None and row is last_row:
            before = result[-1][0]
            before.text = f"{before.text} | {block.text}"
            before.links += block.links
            before.linked += block.linked
            before.strong += block.strong
            before.fine += block.fine
        else:
            result.append((block, path))
        last_row = row
    return result


def _row_of(block: Block) -> Node | None:
    """The table row of a short cell."""
    node = block.node
    while node.tag not in ("td", "th") and node.size == block.size and node.parent is not None:
        node = node.parent
    if node.tag not in ("td", "th") or node.size != block.size or block.size > 200:
        return None
    return node.parent


def _line(block: Block, path: list[Node], position: int, site: str, url: str) -> Line:
    """A block as a line."""
    hosts = [_host_of_link(url, href) if _is_web(href) else "" for href, _ in block.links]
    letters = max(1, len(block.text.replace(" ", "")))
    return Line(
        text=block.text,
        position=position,
        kind=_kind_of(path),
        mark=_mark_of(block, path),
        linked=min(1.0, block.linked / letters),
        is_own_link=bool(hosts)
        and all(not host or registered_name(f"http://{host}") == site for host in hosts),
        is_social_link=bool(hosts)
        and all(registered_name(f"http://{host}") in _SOCIAL or host in _SOCIAL for host in hosts),
        has_image=block.has_image,
        is_boxed=_is_boxed(path),
        is_strong=block.strong >= 0.9 * letters,
        is_fine=block.fine >= 0.9 * letters,
        group=next((id(node) for node in path if node.tag in ("ul", "ol", "dl")), 0),
    )


def _is_web(href: str) -> bool:
    return bool(href) and not href.lower().startswith(("javascript:", "#", "data:", "mailto:", "tel:"))


def _host_of_link(url: str, href: str) -> str:
    """The host that a link leads to; "" for what is no address, such as `http://[`."""
    try:
        return _host(urljoin(url, href))
    except ValueError:
        return ""


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower().removeprefix("www.")
    except ValueError:
        return ""


def _kind_of(path: list[Node]) -> str:
    """What sort of paragraph: the innermost element with a name says it."""
    for node in path:
        if node.tag in HEADINGS:
            return "heading"
        if node.tag in _KINDS:
            return _KINDS[node.tag]
    return "other"


def _mark_of(block: Block, path: list[Node]) -> str:
    """The outermost mark between container and block that counts."""
    for node in reversed(path):
        if node.mark and not _is_excused(node, path, block):
            return node.mark
    return ""


def _is_excused(node: Node, path: list[Node], block: Block) -> bool:
    """Text the author put in a marked element: a table or quotation in a figure, a pull line in an aside."""
    if node.mark == "figure":
        return any(below.tag in ("table", "blockquote", "pre", "ul", "ol") for below in path)
    if node.mark in ("sidebar", "hidden"):
        return _is_pull_line(node, block)
    return False


def _is_pull_line(node: Node, block: Block) -> bool:
    """A sentence set beside the text: one short run, without links, in an aside or an element named so."""
    name = (node.element.get("class") or "").lower().replace("-", "").replace("_", "")
    if node.tag != "aside" and "pullquote" not in name:
        return False
    return not block.links and node.size == block.size and 20 <= block.size <= 400


def _has_heading(node: Node) -> bool:
    """Whether a box has a heading: then it is a part of the article, not a picture with its caption."""
    return next(node.element.iter(*HEADINGS), None) is not None


def _is_boxed(path: list[Node]) -> bool:
    """Whether the line shares a box with an image and with hardly any other text."""
    for node in path[:3]:
        if node.has_image:
            return node.tag in _BOXES and node.size <= _BOX_SIZE and not _has_heading(node)
        if node.tag not in _BOXES:
            return False
    return False
