"""Articles that stand in the data of a page's scripts, or in markup that is not drawn: read where the page shows none."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from crawler.errors import ExtractError
from crawler.extract.article import Reading, read_article
from crawler.extract.page.document import parse_document
from crawler.extract.unseen.literals import LiteralError, read_call, read_literal
from crawler.extract.unseen.rich_text import markup_of
from db.model import Page

TITLE = "Capsule crew returns after eleven days"
PATH = "/space/2026/capsule-crew-returns-after-eleven-days"
URL = f"https://orbit.example{PATH}"
AT = "2026-11-17T08:30:00Z"
TEXT = [
    "The four members of the capsule crew came back to Earth on Tuesday after eleven days in orbit, the agency said.",
    "Their craft touched down in the steppe shortly after dawn, where three helicopters had been waiting since midnight.",
    "“We saw the same coast sixteen times a day and never tired of it,” said Anna Holm, who commanded the flight.",
    "Engineers will now look at a valve that had stuck on the ninth day and delayed the journey home by six hours.",
    "The next crew is to leave in March, provided that the review of the valve is finished by the end of January.",
]
MARKUP = "".join(f"<p>{each}</p>" for each in TEXT)
SALT = "Rover finds a second lake of salt"
OTHER = {
    "title": SALT,
    "url": "/space/2026/rover-finds-salt",
    "body": "".join(f"<p>The rover, too: {each}</p>" for each in TEXT * 3),
}
HEAD = f'<title>{TITLE} | Orbit</title><meta property="og:title" content="{TITLE}"><link rel="canonical" href="{URL}">'
BARE = "<title>Orbit</title>"
SHELL = '<div id="root"></div><noscript>You need to enable JavaScript to run this app.</noscript><footer>© 2026 Orbit</footer>'


def read(body: str, head: str = HEAD) -> Reading:
    markup = (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">{head}</head><body>{body}</body></html>'
    )
    at = datetime(2026, 11, 23, tzinfo=UTC)
    page = Page(url=URL, final_url=URL, status=200, headers=(), body=markup.encode(), fetched_at=at)
    return read_article(parse_document(page))


def written(value: Any) -> str:
    return json.dumps(value).replace("<", "\\u003c")


def data(value: Any, name: str = "__NEXT_DATA__") -> str:
    return f'{SHELL}<script id="{name}" type="application/json">{written(value)}</script>'


def script(code: str) -> str:
    return f"{SHELL}<script>{code}</script>"


def props(**article: Any) -> dict[str, Any]:
    return {"props": {"pageProps": {"article": article, "related": [OTHER, OTHER]}}}


def quoted(value: Any) -> str:
    return json.dumps(value).replace("\\", "\\\\").replace('"', '\\"').replace("'", "\\'")


def nuxt_call() -> str:
    body = MARKUP.replace("<", "\\u003C").replace("/", "\\u002F")
    given = f'{{layout:"d",data:[{{article:{{title:a,date:b,isFree:c,body:"{body}"}}}}],fetch:{{}}}}'
    return f'window.__NUXT__=(function(a,b,c){{return {given}}}("{TITLE}","{AT}",!0));'


def flat() -> list[Any]:
    return [
        ["ShallowReactive", 1],
        {"data": 2, "state": 3},
        ["ShallowReactive", 4],
        ["Reactive", 5],
        {"key": 6},
        {},
        {"title": 7, "content": 8, "published_at": 9},
        TITLE,
        MARKUP,
        AT,
    ]


def streamed(*rows: str) -> str:
    return SHELL + "".join(f"<script>self.__next_f.push([1,{written(row)}])</script>" for row in rows)


def rows_with_text() -> str:
    row = f"5:T{len(MARKUP.encode()):x},{MARKUP}"
    last = json.dumps(["$", "$L2", None, {"article": {"title": TITLE, "body": "$5"}}])
    return streamed('1:"$Sreact.fragment"\n', row[:300], f"{row[300:]}6:{last}\n")


def rows_with_elements() -> str:
    children = [["$", "h1", None, {"children": TITLE}]]
    children += [
        ["$", "p", None, {"children": [each[:30], ["$", "b", None, {"children": each[30:]}]]}]
        for each in TEXT
    ]
    return streamed("0:" + json.dumps({"f": [["$", "article", None, {"children": children}]]}) + "\n")


ARC = {
    "headlines": {"basic": TITLE},
    "canonical_url": PATH,
    "display_date": AT,
    "credits": {"by": [{"type": "author", "name": "Jon Vale"}]},
    "content_elements": [
        {"type": "text", "content": TEXT[0]},
        {"type": "image", "caption": "The capsule after landing."},
        {"type": "text", "content": TEXT[1]},
        {"type": "interstitial_link", "content": SALT, "url": "/salt"},
        {"type": "text", "content": TEXT[2]},
        {"type": "list", "items": [{"type": "text", "content": each} for each in TEXT[3:]]},
    ],
    "related_content": {"basic": [OTHER, OTHER]},
}
APOLLO = {
    "ROOT_QUERY": {"article": {"__ref": "Article:1"}},
    "Article:1": {
        "title": TITLE,
        "blocks": [{"__ref": f"Block:{at}"} for at in range(5)],
        "author": {"__ref": "P:1"},
    },
    "P:1": {"name": "Jon Vale"},
    **{f"Block:{at}": {"__typename": "ParagraphBlock", "text": each} for at, each in enumerate(TEXT)},
}
BLOCKS = {
    "blocks": [
        {"type": "headline", "model": {"blocks": [{"type": "paragraph", "model": {"text": TITLE}}]}},
        *(
            {"type": "text", "model": {"blocks": [{"type": "paragraph", "model": {"text": each}}]}}
            for each in TEXT
        ),
    ]
}
ANGULAR = json.dumps({"K": {"title": TITLE, "text": MARKUP}})
for sign, instead in (("&", "&a;"), ('"', "&q;"), ("'", "&s;"), ("<", "&l;"), (">", "&g;")):
    ANGULAR = ANGULAR.replace(sign, instead)
RICH = {
    "type": "doc",
    "content": [{"type": "paragraph", "content": [{"type": "text", "text": each}]} for each in TEXT],
}
INERTIA = html.escape(
    json.dumps({"props": {"article": {"headline": TITLE, "paragraphs": TEXT}}, "url": "/space"})
)


@pytest.mark.parametrize(
    ("body", "head"),
    [
        pytest.param(data(props(title=TITLE, body=MARKUP)), HEAD, id="HTML in Next's data"),
        pytest.param(data(props(headline=TITLE, paragraphs=TEXT)), HEAD, id="a list of texts"),
        pytest.param(data(props(title=TITLE, content=RICH)), HEAD, id="a tree of nodes"),
        pytest.param(data(props(title=TITLE, slug=PATH[12:], body=MARKUP)), BARE, id="only the address names it"),
        pytest.param(data(props(title=TITLE, raw=json.dumps({"body": TEXT}))), HEAD, id="JSON in JSON"),
        pytest.param(data(flat(), "__NUXT_DATA__"), HEAD, id="Nuxt 3"),
        pytest.param(script(nuxt_call()), HEAD, id="Nuxt 2"),
        pytest.param(script(f"window.Fusion={{}};Fusion.globalContent={json.dumps(ARC)};Fusion.x=1"), HEAD, id="Arc"),
        pytest.param(script(f"window.__APOLLO_STATE__={written(APOLLO)}"), HEAD, id="Apollo"),
        pytest.param(script(f'window.__INITIAL_DATA__="{quoted({"seo": {"title": TITLE}, "content": BLOCKS})}"'), HEAD, id="a text of JSON"),
        pytest.param(script(f"var s = JSON.parse('{quoted({'a': {'title': TITLE, 'html': MARKUP}})}');"), HEAD, id="JSON.parse"),
        pytest.param(f'{SHELL}<script id="state" type="application/json">{ANGULAR}</script>', HEAD, id="Angular"),
        pytest.param(f'<div id="app" data-page="{INERTIA}"></div>', HEAD, id="an attribute"),
        pytest.param(rows_with_text(), HEAD, id="a row of text in two scripts"),
        pytest.param(rows_with_elements(), HEAD, id="elements of React"),
    ],
)  # fmt: skip
def test_an_article_in_the_data_of_a_script_is_read(body: str, head: str) -> None:
    article = read(body, head).article

    assert article.text.split("\n") == TEXT
    assert article.title == TITLE
    assert dict(article.origins)["text"] == "state"


@pytest.mark.parametrize(
    ("body", "origin"),
    [
        pytest.param(f"<div id=root></div><noscript><h1>{TITLE}</h1>{MARKUP}</noscript>", "noscript", id="noscript"),
        pytest.param(f"<x-a><template shadowrootmode=open><h1>{TITLE}</h1><div>{MARKUP}</div></template></x-a>", "template", id="template"),
        pytest.param(f'<h1>{TITLE}</h1><iframe srcdoc="{html.escape(MARKUP)}"></iframe>', "iframe", id="srcdoc"),
        pytest.param(f'{SHELL}<script type="text/x-template"><article><h1>{TITLE}</h1>{MARKUP}</article></script>', "script", id="text/x-template"),
    ],
)  # fmt: skip
def test_an_article_in_markup_that_is_not_drawn_is_read(body: str, origin: str) -> None:
    article = read(body).article

    assert article.text.split("\n") == TEXT
    assert dict(article.origins)["text"] == origin


def test_what_the_data_says_of_the_article_is_read_with_it() -> None:
    article = read(script(f"Fusion.globalContent={json.dumps(ARC)}")).article

    assert article.authors == ("Jon Vale",)
    assert article.published_at == datetime(2026, 11, 17, 8, 30, tzinfo=UTC)
    origins = dict(article.origins)
    assert origins["authors"] == "state author" and origins["published_at"] == "state datePublished"


def test_what_is_left_out_of_a_body_is_kept_with_its_rule() -> None:
    reading = read(script(f"Fusion.globalContent={json.dumps(ARC)}"))

    assert [each.text for each in reading.article.removed] == ["The capsule after landing.", SALT]
    outside = [part for part in reading.parts() if part.fate == "outside"]
    assert [(part.text, part.reason) for part in outside] == [("© 2026 Orbit", "text from state")]


NOTICE = "<p>We keep a few words on your device to know what you have read, and tell nobody of it.</p>"


def test_a_notice_without_the_headline_is_not_the_article() -> None:
    article = read(
        f"{NOTICE}<p>You may change that at any time on the page about privacy.</p>{data(props(title=TITLE, body=MARKUP))}"
    ).article

    assert article.text.split("\n") == TEXT


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(data(props(title=TITLE, description=TEXT[0])), id="others' bodies only"),
        pytest.param(data({"props": {"article": OTHER}}), id="another article"),
        pytest.param(data({"title": TITLE, "footer": {"legal": " ".join(TEXT)}, "messages": {"a": TEXT[0] * 4}}), id="terms and messages"),
        pytest.param(data({"title": "Space", "items": [OTHER, {**OTHER, "url": "/b/another-lake-of-salt"}]}), id="a list of articles"),
        pytest.param(f"<noscript><p>{TEXT[0]}</p><p>Buy shoes.</p></noscript>", id="a piece of another matter"),
    ],
)  # fmt: skip
def test_data_that_is_not_the_page_s_is_not_read(body: str) -> None:
    with pytest.raises(ExtractError):
        read(body, HEAD if "shoes" not in body else HEAD.replace(TITLE, "Minister opens bridge over harbour"))


def test_what_a_page_shows_is_its_article_whatever_its_data_say() -> None:
    shown = "".join(f"<p>{each}</p>" for each in TEXT[:3])

    article = read(
        f"<article><h1>{TITLE}</h1>{shown}</article>{data(props(title=TITLE, body=MARKUP * 3))}"
    ).article

    assert article.text.split("\n") == TEXT[:3]
    assert dict(article.origins)["text"] == "markup"


@pytest.mark.parametrize(
    "code",
    [
        pytest.param('<script type="application/json">' + "[" * 300_000 + "</script>", id="deep"),
        pytest.param("<script>window.X=" + "{a:" * 300_000 + "</script>", id="deep in a script"),
        pytest.param('<script type="application/json">[' + "[]," * 500_000 + "[]]</script>", id="wide"),
        pytest.param("<script>" + "a={b:" * 300_000 + "</script>", id="many beginnings"),
        pytest.param("<script>" + "a=(function(a){return {" * 50_000 + "</script>", id="many functions"),
        pytest.param('<script type="application/json">[' + "9" * 500_000 + "]</script>", id="a number"),
        pytest.param(
            '<script type="application/json">[{"a":1},' + '{"a":1},' * 40_000 + "1]</script>",
            id="flat, of itself",
        ),
        pytest.param(
            streamed("".join(f'{at:x}:["${at + 1:x}"]\n' for at in range(40_000))), id="rows in rows"
        ),
        pytest.param('<iframe srcdoc="' + "&lt;div&gt;" * 60_000 + '"></iframe>', id="deep in a frame"),
    ],
)
def test_hostile_data_is_no_article(code: str) -> None:
    with pytest.raises(ExtractError):
        read(code)


def test_a_value_that_holds_itself_comes_to_an_end() -> None:
    held = [{"title": 1, "body": 2}, TITLE, [2, 2, 3, 3], " ".join(TEXT)]

    with pytest.raises(ExtractError):
        read(data(held))


@pytest.mark.parametrize("text", ["{a:b}", "{a:`${b}`}", "{a(){}}", "[1", "function(){}", "", "{'a'}"])
def test_what_is_no_value_is_not_run(text: str) -> None:
    with pytest.raises(LiteralError):
        read_literal(text, 0)


@pytest.mark.parametrize(
    "text", ["(function(a){a()}(1))", "(function(){return 1}())", "function(a){return {b:a}}"]
)
def test_a_function_that_gives_no_object_is_no_data(text: str) -> None:
    with pytest.raises(LiteralError):
        read_call(text, 0)


def nodes(make: Callable[[str], Any]) -> list[Any]:
    return [make("Lift-off."), make("Then rain.")]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("Lift-off.\n\nThen rain.", id="text"),
        pytest.param(["Lift-off.", "Then rain."], id="texts"),
        pytest.param(nodes(lambda text: {"type": "paragraph", "data": {"text": text}}), id="Editor.js"),
        pytest.param(nodes(lambda text: {"text": text, "type": "unstyled", "key": "a1"}), id="Draft.js"),
        pytest.param(nodes(lambda text: {"_type": "block", "style": "normal", "children": [{"_type": "span", "text": text}]}), id="Portable Text"),
        pytest.param({"nodeType": "document", "content": nodes(lambda text: {"nodeType": "paragraph", "content": [{"nodeType": "text", "value": text}]})}, id="Contentful"),
        pytest.param({"root": {"type": "root", "children": nodes(lambda text: {"type": "paragraph", "children": [{"type": "text", "text": text}]})}}, id="Lexical"),
        pytest.param(nodes(lambda text: {"type": "paragraph", "children": [{"text": text[:4]}, {"text": text[4:], "bold": True}]}), id="Slate"),
        pytest.param(["*", ["p", "Lift", ["em", "-off"], "."], ["p", {"class": "x"}, "Then rain."]], id="JsonML"),
        pytest.param(nodes(lambda text: {"type": "element", "tagName": "p", "children": [{"type": "text", "value": text}]}), id="hast"),
        pytest.param(nodes(lambda text: {"name": "core/paragraph", "attributes": {"content": text}, "innerBlocks": []}), id="Gutenberg"),
    ],
)  # fmt: skip
def test_a_body_is_read_however_a_publisher_keeps_it(body: Any) -> None:
    assert markup_of(body) == "<p>Lift-off.</p><p>Then rain.</p>"
