"""A name at a picture is the photographer's, and no author's."""

from __future__ import annotations

import pytest
from metadata_reading import metadata_of

H1 = "<h1>The old ferry makes its last trip</h1>"
IMG = '<img src="/pier.jpg" alt="">'
TEXT = f"<p>{'The boat left the pier at noon, and the whole town had come to see it go. ' * 3}</p>"


def authors_of(lines: str) -> tuple[str, ...]:
    return metadata_of(body=f"<article>{H1}{lines}{TEXT}</article>").authors


AT_PICTURES = [
    pytest.param(f"<figure>{IMG}<figcaption>By Jonas Reed</figcaption></figure>", id="figcaption"),
    pytest.param(f"<figure>{IMG}<div>By Jonas Reed</div></figure>", id="figure"),
    pytest.param(f'<div>{IMG}<div class="credit">By Jonas Reed</div></div>', id="credit"),
    pytest.param(f'<div>{IMG}<div class="photo-credit">Von Jonas Reed</div></div>', id="another language"),
    pytest.param(f'<div><picture>{IMG}</picture><span class="lead__credit">By JONAS REED</span></div>', id="in capitals"),
    pytest.param(f'<div class="wp-caption">{IMG}<p class="wp-caption-text">By Jonas Reed</p></div>', id="caption"),
    pytest.param(f'{IMG}<p class="caption">By Jonas Reed</p>', id="caption right behind"),
    pytest.param(f'<div class="photo"><a href="/big">{IMG}</a><p>By Jonas Reed</p></div>', id="box of a photo"),
    pytest.param(f'<div>{IMG}<div class="img-credit"><span itemprop="author">Jonas Reed</span></div></div>', id="microdata"),
]  # fmt: skip


@pytest.mark.parametrize("picture", AT_PICTURES)
def test_the_photographer_is_no_author(picture: str) -> None:
    assert authors_of(picture) == ()
    assert authors_of(f"{picture}<p>By Anna Holm</p>") == ("Anna Holm",)


def test_a_name_alone_with_an_image_gives_way_to_a_byline() -> None:
    assert authors_of(f"<div>{IMG}<p>By Jonas Reed</p></div><p>By Anna Holm</p>") == ("Anna Holm",)


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(f"{IMG}<p>By Anna Holm</p>", id="behind an image"),
        pytest.param(f"<figure>{IMG}</figure><p>By Anna Holm</p>", id="behind a figure"),
        pytest.param(
            f"<figure>{IMG}<figcaption>The pier.</figcaption></figure><p>By Anna Holm</p>",
            id="behind a caption",
        ),
        pytest.param(f'<div class="author-box">{IMG}<span>By Anna Holm</span></div>', id="her own picture"),
        pytest.param(f"<div>{IMG}<p>By Anna Holm</p></div>", id="nobody else signs"),
        pytest.param(
            '<div><img src="/count" width="1" height="1"></div><div class="credits">By Anna Holm</div>',
            id="behind a counter",
        ),
        pytest.param('<div class="article-credit">By Anna Holm</div>', id="credit without a picture"),
    ],
)
def test_the_byline_near_a_picture_stays(lines: str) -> None:
    assert authors_of(lines) == ("Anna Holm",)


@pytest.mark.parametrize("name", ["itemprop", "itemProp", "ITEMPROP"])
def test_microdata_in_any_case_is_read(name: str) -> None:
    line = (
        f'<span {name}="author">Anna Holm</span> <meta {name}="dateModified" content="2026-11-02T10:00:00Z">'
    )
    found = metadata_of(body=f"<article>{H1}<div>{line}</div>{TEXT}</article>")

    assert found.authors == ("Anna Holm",)
    assert found.modified_at is not None
