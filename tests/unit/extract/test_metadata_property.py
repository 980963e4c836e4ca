"""Whatever a page declares, reading its metadata gives a result."""

from __future__ import annotations

import json
from html import escape

from hypothesis import given, settings
from hypothesis import strategies as st
from metadata_reading import json_ld, metadata_of

from crawler.extract.metadata.labels import language_code
from crawler.extract.page.schema import readable, squeeze

NAMES = st.sampled_from(
    ["@type", "@id", "@graph", "headline", "author", "name", "datePublished", "dateModified", "keywords", "image", "url", "publisher",
     "articleSection", "isAccessibleForFree", "hasPart", "inLanguage", "mainEntityOfPage", "description", "itemListElement", "creator", "caption"],
)  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "NewsArticle",
            "Person",
            "2023-04-20",
            "2023-04-20T12:00:00+99:99",
            "99999999999999",
            "By A and B",
            "http://[",
            "//",
            "\x00",
            "<b>",
            "&#x110000;",
            "9" * 40,
        ]
    ),
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(NAMES, inner, max_size=5)),
    max_leaves=20,
)
METAS = st.sampled_from(
    [
        "og:title",
        "og:image",
        "og:url",
        "og:site_name",
        "article:published_time",
        "article:modified_time",
        "article:tag",
        "author",
        "keywords",
        "og:locale",
        "date",
        "description",
    ]
)


@settings(max_examples=150, deadline=None)
@given(VALUES)
def test_any_json_ld_gives_a_result(value: object) -> None:
    metadata_of(json_ld(json.dumps(value).replace("</", "<\\/")))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(METAS, TEXTS), max_size=8), TEXTS, TEXTS)
def test_any_meta_elements_give_a_result(metas: list[tuple[str, str]], title: str, heading: str) -> None:
    head = f"<title>{escape(title)}</title>" + "".join(
        f'<meta property="{name}" content="{escape(text)}">' for name, text in metas
    )
    body = f'<h1>{escape(heading)}</h1><p class="byline">{escape(title)}</p><time datetime="{escape(heading)}">{escape(title)}</time><figure><img src="{escape(title)}"></figure>'

    read = metadata_of(head, body)

    assert read.title is None or squeeze(read.title) == read.title != ""
    assert read.published_at is None or read.published_day is not None
    assert read.image_url is None or read.image_url.startswith("http")


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="<>/=\"' abhdivptime!-&;#09", max_size=300))
def test_any_markup_gives_a_result(markup: str) -> None:
    metadata_of("", "<p>x</p>" + markup)


@given(st.text(max_size=200))
def test_a_line_that_is_squeezed_stays_as_it_is(text: str) -> None:
    assert squeeze(squeeze(text)) == squeeze(text)
    assert "\n" not in readable(text)


@given(st.text(max_size=40))
def test_a_language_is_two_letters_or_none(text: str) -> None:
    code = language_code(text)

    assert code is None or (len(code) == 2 and language_code(code) == code)
