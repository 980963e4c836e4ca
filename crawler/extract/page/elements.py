"""What the elements of HTML are to somebody who reads a page."""

from __future__ import annotations

#: elements without readable text, or whose text is a control
SKIPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "head",
        "object",
        "embed",
        "applet",
        "svg",
        "math",
        "canvas",
        "map",
        "select",
        "option",
        "optgroup",
        "datalist",
        "textarea",
        "input",
        "button",
        "audio",
        "track",
        "source",
        "param",
        "progress",
        "meter",
        "frame",
        "frameset",
        "noframes",
        "title",
        "meta",
        "link",
        "base",
        # how a character is read, above it
        "rt",
        "rtc",
        "rp",
    ]
)
IMAGES = frozenset(["img", "picture", "amp-img", "video", "iframe", "amp-video", "amp-iframe"])
BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "html",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "noindex",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
INLINE = frozenset(
    ["a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins",
     "kbd", "label", "mark", "nobr", "output", "q", "ruby", "rb", "s", "samp", "small", "span",
     "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"]
)  # fmt: skip
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
STRONG = frozenset({"b", "strong", "u", "big"})
FINE = frozenset({"em", "i", "small", "cite", "sub"})
