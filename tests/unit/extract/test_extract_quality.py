"""What is no article is refused by name; short news, odd titles and articles about consent are not."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape

import pytest

from crawler.errors import ExtractError, NotAnArticle, NoText
from crawler.extract.article import read_article
from crawler.extract.page.document import parse_document
from db.model import Article, Page

PROSE = (
    "The crew flew to the station with one camera, two lenses and a script that nobody had rehearsed in orbit.",
    "They came back after twelve days with thirty hours of footage and a bruise or two from the hatches.",
    "What the film has cost is not known, but the seats were the most expensive line in its budget.",
)
NEWS = '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2023-04-20T10:00:00Z"}</script>'


def read(
    title: str,
    *paragraphs: str,
    head: str = "",
    body: str = "",
    url: str = "https://news.example/2023/a-story",
) -> Article:
    texts = "".join(f"<p>{escape(text)}</p>" for text in paragraphs)
    html = f"<html><head><title>{escape(title)}</title>{head}</head><body><main><h1>{escape(title)}</h1>{texts}{body}</main></body></html>"
    page = Page(
        url=url,
        final_url=url,
        status=200,
        headers=(),
        body=html.encode(),
        fetched_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    return read_article(parse_document(page)).article


WALLS = {
    "consent wall": ("Before you continue", "We and our partners use cookies to store and/or access information on a device.", "You can accept all or manage your choices in the privacy policy at any time."),
    "consent text without a title": ("News Example", "We and our 812 partners store and/or access information on a device, such as cookies.", "With your consent we and our partners may use precise data for personalised advertising and content.", "Some partners rely on legitimate interest; see our privacy policy and cookie settings."),
    "German consent": ("Datenschutz", "Wir und unsere 142 Partner verwenden Cookies.", "Mit Ihrer Einwilligung verarbeiten wir Daten; mehr in der Datenschutzerklärung."),
    "soft 404": ("Page not found", "Sorry, the page you were looking for has moved or never was. Try the search or start again from the home page."),
    "Russian 404": ("Страница не найдена", "К сожалению, такой страницы нет. Попробуйте начать с главной или воспользуйтесь поиском по сайту, он вверху."),
    "server error": ("503 Service Unavailable", "The server is temporarily unable to service your request due to maintenance downtime or capacity problems, try later."),
    "robot check": ("Just a moment...", "Checking if the site connection is secure. This may take a few seconds, please stand by until it has been done."),
    "access denied": ("Access Denied", "You don't have permission to access this page on this server. Reference number eighteen, please write it down."),
    "login": ("Log in", "Enter your e-mail address and the password that you chose when you registered with us, or have a new one sent."),
}  # fmt: skip


@pytest.mark.parametrize("page", WALLS.values(), ids=WALLS)
def test_what_stands_before_an_article_is_no_article(page: tuple[str, ...]) -> None:
    with pytest.raises(ExtractError) as refusal:
        read(*page)

    assert str(refusal.value).endswith((".", ")."))
    assert isinstance(refusal.value, NotAnArticle | NoText)


def test_a_consent_host_is_recognised_by_its_address() -> None:
    with pytest.raises(NotAnArticle, match="consent"):
        read("Example", *PROSE, url="https://consent.news.example/v2/collectConsent?x=1")


@pytest.mark.parametrize(
    ("kind", "head", "body"),
    [
        (
            "video",
            '<meta property="og:type" content="video.other">',
            "<video></video><p>The trailer of the film.</p>",
        ),
        (
            "video",
            '<script type="application/ld+json">{"@type": "VideoObject"}</script>',
            "<p>The trailer, two minutes.</p>",
        ),
        (
            "gallery",
            '<script type="application/ld+json">{"@type": "ImageGallery"}</script>',
            "<p>Twelve pictures.</p>",
        ),
        (
            "index",
            '<script type="application/ld+json">{"@type": "CollectionPage"}</script>',
            '<ul><li><a href="/1">One</a></li></ul>',
        ),
        (
            "index",
            "",
            "".join(
                f'<h3><a href="/{n}">A headline about the film in orbit, number {n}</a></h3>'
                for n in range(30)
            ),
        ),
    ],
)
def test_pages_of_another_kind_are_named(kind: str, head: str, body: str) -> None:
    with pytest.raises(NotAnArticle, match=kind):
        read("Film in orbit", head=head, body=body)


def test_a_page_without_text_says_so() -> None:
    with pytest.raises(NoText, match="no readable text"):
        read("Film in orbit", head=NEWS)


def test_a_short_news_item_is_an_article() -> None:
    article = read("Launch moved", "The launch has been moved to Friday, the agency said.", head=NEWS)

    assert article.text == "The launch has been moved to Friday, the agency said."


@pytest.mark.parametrize(
    "title",
    [
        "Sign in the sky: what the crew saw",
        "Robot camera films in orbit",
        "Cookies baked in space for the first time",
        "404 days in orbit: a record",
        "Access denied: the film crew that never flew",
    ],
)
def test_a_title_that_begins_like_an_error_is_read(title: str) -> None:
    assert read(title, *PROSE * 3, head=NEWS).text.startswith(PROSE[0])


def test_an_article_about_consent_is_one() -> None:
    about = (
        "The court has ruled that a website may not store and/or access information on a device before its readers agree.",
        "Judges said that legitimate interest, a phrase much loved by advertisers, does not replace consent.",
        "The ruling concerns a publisher whose notice, in the words of the court, hid the word refuse behind three doors.",
        "An appeal is expected. The publisher says that readers know what they do; a survey says that they do not.",
    )

    assert len(read("Court rules on banners", *about, head=NEWS).text.split("\n")) == 4


def test_a_book_is_not_an_article() -> None:
    with pytest.raises(NotAnArticle, match="more than any article"):
        read("Everything", *PROSE * 1700)


FLASH = ("The ferry stays at the quay on Friday.", "Divers look at its rudder until noon, the harbour says.")


def test_a_flash_of_two_sentences_is_an_article_where_it_is_dated() -> None:
    dated = read("The ferry stays at the quay today", *FLASH, body="<div>Published on 20 April 2023</div>")

    assert dated.published_at is not None
    with pytest.raises(NoText):
        read("The ferry stays at the quay today", *FLASH, url="https://news.example/a-story")
