"""Drawings as SVG: no script, no style sheet, colours that hold by day and by night, texts in the colour around. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crawler.errors import PublishError
from crawler.publish.atom import xml
from crawler.publish.display import one_line

#: distinguishable also for those who see no colours: each is darker than the one before it is light
COLOURS = ("#0b6e4f", "#d08c2e", "#4f7cac", "#b0413e", "#7d6b91", "#6f9a5b", "#8a8a8a")
_WIDTH, _LABELS, _ROW, _PLOT = 720, 190, 24, 200
_FONT = 'font-family="system-ui,sans-serif" font-size="12" fill="currentColor"'
_INK = "#1d1c1a"
#: families of which every system has one; letters that it lacks are looked for in all others
_INSTALLED = "Noto Sans,DejaVu Sans,Liberation Sans,Arial,Helvetica,Segoe UI,sans-serif"
_GRID = 'stroke="currentColor" stroke-opacity="0.15"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """A mark on a row: *at* from 0 (left) to 1 (right), *size* from 0 to 1; *after* is the row and place it was copied from."""

    row: int
    at: float
    size: float = 0.5
    colour: int = 0
    label: str = ""
    after: tuple[int, float] | None = None


def drawing(title: str, summary: str, height: int, parts: Sequence[str]) -> str:
    """A picture with its title and, for those who do not see it, a sentence."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="100%" role="img">'
        f"<title>{xml(title)}</title><desc>{xml(summary)}</desc>{''.join(parts)}</svg>"
    )


def standalone(picture: str) -> str:
    """A picture as a file of its own, which brings its ground and its ink."""
    style = f"<style>svg{{color:{_INK};background:#fff}}@media(prefers-color-scheme:dark){{svg{{color:#eceae5;background:#181715}}}}</style>"
    head, end, rest = picture.partition(">")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{head}{end}{style}{rest}\n'


def png(picture: str) -> bytes:
    """A picture as PNG, dark on white, twice as large as on a page; letters from the fonts of this machine.

    Raises:
        PublishError: the extra `png` is not installed, or the machine has no font.
    """
    try:
        from resvg_py import svg_to_bytes
    except ImportError as problem:
        extra = "PNG needs the extra png: pip install 'spacereel[png]'; .svg needs nothing"
        raise PublishError(extra, "chart") from problem

    def drawn(inked: str) -> bytes:
        svg = inked.replace("currentColor", _INK).replace("system-ui,sans-serif", _INSTALLED)
        return bytes(svg_to_bytes(svg_string=svg, background="#ffffff", width=2 * _WIDTH))

    if drawn(drawing("", "", 20, [_text(0, 15, "Word")])) == drawn(drawing("", "", 20, [])):
        raise PublishError(
            "there is no font for the letters of a PNG: install one, such as DejaVu Sans; .svg needs none",
            "chart",
        )
    return drawn(picture)


def _text(x: float, y: float, text: str, anchor: str = "start", limit: int = 60) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {_FONT}>{xml(one_line(text, limit))}</text>'


def _legend(series: Sequence[str]) -> list[str]:
    parts, x = [], 0.0
    for number, name in enumerate(series):
        parts.append(
            f'<rect x="{x:.1f}" y="0" width="11" height="11" fill="{COLOURS[number % len(COLOURS)]}"/>'
        )
        parts.append(_text(x + 16, 10, name, limit=24))
        x += 30 + 7.2 * min(len(name), 24)
    return parts


def columns(
    title: str, summary: str, labels: Sequence[str], series: Sequence[tuple[str, Sequence[int]]]
) -> str:
    """Columns side by side, each of parts that stand on one another."""
    top, left = 28, 40
    totals = [sum(values[at] for _, values in series) for at in range(len(labels))]
    most = max(totals, default=0) or 1
    step = (_WIDTH - left) / max(len(labels), 1)
    parts = _legend([name for name, _ in series])
    for share in (0, 0.5, 1):
        y = top + _PLOT * (1 - share)
        parts.append(f'<line x1="{left}" x2="{_WIDTH}" y1="{y:.1f}" y2="{y:.1f}" {_GRID}/>')
        parts.append(
            _text(left - 6, y + 4, f"{most * share:,.0f}" if most * share == int(most * share) else "", "end")
        )
    for at, label in enumerate(labels):
        y = float(top + _PLOT)
        for number, (name, values) in enumerate(series):
            height = values[at] / most * _PLOT
            if height:
                y -= height
                hint = f"<title>{xml(f'{label}: {values[at]} {name}')}</title>"
                parts.append(
                    f'<rect x="{left + at * step + step * 0.1:.1f}" y="{y:.1f}" width="{step * 0.8:.1f}" height="{height:.1f}"'
                    f' fill="{COLOURS[number % len(COLOURS)]}">{hint}</rect>'
                )
    every = max(1, -(-len(labels) // 8))
    parts += [
        _text(left + at * step + step / 2, top + _PLOT + 18, label, "middle")
        for at, label in enumerate(labels)
        if at % every == 0
    ]
    return drawing(title, summary, top + _PLOT + 28, parts)


def bars(
    title: str,
    summary: str,
    labels: Sequence[str],
    series: Sequence[tuple[str, Sequence[float]]],
    unit: str = "",
) -> str:
    """Bars below one another, each of parts behind one another, with their sum."""
    top = 28 if len(series) > 1 else 4
    totals = [sum(values[at] for _, values in series) for at in range(len(labels))]
    most = max(totals, default=0) or 1
    room = _WIDTH - _LABELS - 90
    parts = _legend([name for name, _ in series]) if len(series) > 1 else []
    for at, label in enumerate(labels):
        x, y = float(_LABELS), top + at * _ROW
        parts.append(_text(_LABELS - 8, y + 15, label, "end", 28))
        for number, (_, values) in enumerate(series):
            width = values[at] / most * room
            parts.append(
                f'<rect x="{x:.1f}" y="{y + 4}" width="{width:.1f}" height="15" fill="{COLOURS[number % len(COLOURS)]}"/>'
            )
            x += width
        parts.append(_text(x + 6, y + 15, f"{totals[at]:,.6g}{unit}"))
    return drawing(title, summary, top + max(len(labels), 1) * _ROW + 4, parts)


def rows_of_dots(
    title: str, summary: str, labels: Sequence[str], dots: Sequence[Dot], ends: tuple[str, str]
) -> str:
    """A row a label, with dots along the time; a line leads from a dot to what it was copied from."""
    top, room = 8, _WIDTH - _LABELS - 24
    bottom = top + max(len(labels), 1) * _ROW

    def x(at: float) -> float:
        return _LABELS + 12 + at * room

    def y(row: int) -> float:
        return top + row * _ROW + _ROW / 2

    parts = []
    for row, label in enumerate(labels):
        parts.append(_text(_LABELS - 8, y(row) + 4, label, "end", 28))
        parts.append(f'<line x1="{_LABELS}" x2="{_WIDTH}" y1="{y(row):.1f}" y2="{y(row):.1f}" {_GRID}/>')
    for dot in dots:
        if dot.after is not None:
            row, at = dot.after
            parts.append(
                f'<line x1="{x(at):.1f}" y1="{y(row):.1f}" x2="{x(dot.at):.1f}" y2="{y(dot.row):.1f}" stroke="{COLOURS[1]}" stroke-width="1.5"/>'
            )
    for dot in dots:
        hint = f"<title>{xml(one_line(dot.label, 200))}</title>" if dot.label else ""
        parts.append(
            f'<circle cx="{x(dot.at):.1f}" cy="{y(dot.row):.1f}" r="{2.5 + 7 * dot.size**0.5:.1f}" fill="{COLOURS[dot.colour % len(COLOURS)]}"'
            f' fill-opacity="0.85">{hint}</circle>'
        )
    parts += [_text(_LABELS, bottom + 14, ends[0]), _text(_WIDTH, bottom + 14, ends[1], "end")]
    return drawing(title, summary, bottom + 22, parts)
