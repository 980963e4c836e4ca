from __future__ import annotations

import pytest
from metadata_reading import URL, from_feed, json_ld, metadata_of

from crawler.dedupe.urls import site_of
from crawler.extract.metadata.labels import language_code
from crawler.extract.metadata.sites import bare_host, label_of, registered_name, spells_label

H1 = "<h1>A camera in orbit is switched on</h1>"


def meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


def ld(properties: str) -> str:
    return json_ld('{"@type":"NewsArticle","headline":"A camera in orbit is switched on",' + properties + "}")


TAGS = [
    pytest.param(meta("article:tag", "ISS") + meta("article:tag", "Tom Cruise") + meta("article:tag", "iss"), ("ISS", "Tom Cruise"), id="one each"),
    pytest.param(meta("article:tag", "ISS,Film, Space"), ("ISS", "Film", "Space"), id="one list"),
    pytest.param(meta("article:tag", "A b") + meta("article:tag", "Harr, Jane") + meta("article:tag", "C d"), ("A b", "Harr, Jane", "C d"), id="comma inside"),
    pytest.param(ld('"keywords":["ISS","Film"]'), ("ISS", "Film"), id="json-ld list"),
    pytest.param(ld('"keywords":"ISS, Film"'), ("ISS", "Film"), id="json-ld string"),
    pytest.param(ld('"keywords":[{"@type":"DefinedTerm","name":"ISS"},null,7]'), ("ISS",), id="json-ld objects"),
    pytest.param(meta("news_keywords", "ISS;Film;news"), ("ISS", "Film"), id="semicolons"),
    pytest.param(meta("article:tag", "@fl-river,ctp_video,trending-now-on-top,Section:culture,Film,PG&amp;amp,42,Uncategorized"), ("Film",), id="junk"),
    pytest.param(meta("article:tag", "Perigee Times") + meta("og:site_name", "Perigee Times"), (), id="name of the site"),
    pytest.param(meta("keywords", "camera, orbit"), ("camera", "orbit"), id="keywords of this article"),
    pytest.param(meta("keywords", "news, sport, weather, politics"), (), id="keywords of the site"),
]  # fmt: skip


@pytest.mark.parametrize(("head", "tags"), TAGS)
def test_tags_are_the_articles_own(head: str, tags: tuple[str, ...]) -> None:
    assert metadata_of(head, H1).tags == tags


def test_links_to_tags_count_unless_they_belong_to_others() -> None:
    link = '<a rel="tag" href="/t">{}</a>'
    mine, others = link.format("ISS"), "".join(link.format(f"Tag {chr(65 + n)}") for n in range(26))

    assert metadata_of("", H1 + mine + f'<aside class="related">{link.format("Other")}</aside>').tags == (
        "ISS",
    )
    assert metadata_of("", H1 + ("<p>" + "text " * 90 + "</p>") * 4 + others + others).tags == ()


def test_tags_may_stand_in_a_menu_of_their_own_and_in_a_line_below_the_text() -> None:
    menu = '<nav><ul><li><a rel="tag" href="/t/1">Ferries</a></li><li><a rel="tag" href="/t/2">Harbour</a></li></ul></nav>'
    mixed = '<nav><a href="/">Home</a><a rel="tag" href="/t/1">Ferries</a></nav>'
    line = "<p>" + "text " * 60 + "</p><p>Labels: ferries, harbour</p>"
    comment = '<div class="comments"><p>Labels: rubbish</p></div>'

    assert metadata_of("", H1 + menu).tags == ("Ferries", "Harbour")
    assert metadata_of("", H1 + mixed).tags == ()
    assert metadata_of("", H1 + line + comment).tags == ("ferries", "harbour")
    assert metadata_of("", H1 + "<p>Метки: маяки, музеи</p>").tags == ("маяки", "музеи")
    assert metadata_of("", H1 + "<p>Topics: an essay on form.</p>").tags == ()


def test_codes_of_a_content_system_are_no_tags() -> None:
    codes = (
        "98be933f-38cf-4fba-b6c6-ad438e82010a",
        "5f2b6c1e9d0a4e77",
        "tag-12345",
        "4041.12.7",
        "Covid-19",
        "Euro 2024",
    )

    assert metadata_of(meta("article:tag", ";".join(codes)), H1).tags == ("Covid-19", "Euro 2024")


SECTIONS = [
    (meta("article:section", "Film"), "Film"),
    (meta("article:section", "Homepage") + ld('"articleSection":["Science","Space"]'), "Science"),
    (ld('"articleSection":"News - News"'), "News"),
    (ld('"articleSection":"post"'), None),
    (json_ld('{"@type":"BreadcrumbList","itemListElement":[{"name":"Home"},{"item":{"name":"Space"}},{"name":"A camera in orbit is switched on"}]}'), "Space"),
    (meta("article:section", "https://a.example/film"), None),
]  # fmt: skip


@pytest.mark.parametrize(("head", "section"), SECTIONS)
def test_the_section_is_a_desk_and_not_a_template_word(head: str, section: str | None) -> None:
    assert metadata_of(head, H1).section == section


DESCRIPTIONS = [
    (meta("og:description", "The crew has ten days to learn it."), "The crew has ten days to learn it."),
    (meta("og:description", "A camera in orbit is switched on") + meta("description", "The crew has ten days to learn it."), "The crew has ten days to learn it."),
    (meta("og:description", "The crew has ten da...") + meta("description", "The crew has ten days to learn it."), "The crew has ten days to learn it."),
    (meta("og:description", "All news of the world, all day") + json_ld('{"@type":"WebSite","description":"All news of the world, all day"}'), None),
    (meta("og:description", "Short"), None),
    (meta("og:description", "The crew &amp;amp; the &lt;b&gt;camera&lt;/b&gt; fly"), "The crew & the camera fly"),
]  # fmt: skip


@pytest.mark.parametrize(("head", "description"), DESCRIPTIONS)
def test_the_description_is_the_articles_and_not_the_sites(head: str, description: str | None) -> None:
    assert metadata_of(head, H1).description == description


@pytest.mark.parametrize(
    ("lang", "head", "language"),
    [
        ("en-GB", "", "en"), ("", ld('"inLanguage":"ru-RU"'), "ru"), ("en", ld('"inLanguage":{"@type":"Language","alternateName":"it"}'), "it"),
        ("", meta("og:locale", "pt_BR"), "pt"), ("de", meta("og:locale", "en_US"), "de"), ("", meta("language", "italiano (italian)"), None),
        ("iw", "", "he"), ("xx", "", None), ("", '<meta http-equiv="content-language" content="tr, en">', "tr"),
    ],
)  # fmt: skip
def test_the_language_is_declared(lang: str, head: str, language: str | None) -> None:
    assert metadata_of(head, H1, lang=lang).language == language


def test_the_feed_names_the_language_last() -> None:
    assert metadata_of("", H1, lang="", candidate=from_feed(language="fr-CA")).language == "fr"
    assert metadata_of("", H1, lang="de", candidate=from_feed(language="fr")).language == "de"


def test_a_language_code_is_two_letters_or_nothing() -> None:
    assert [language_code(text) for text in ("EN_us", "zh-Hans", "ger", "english", "", "in")] == [
        "en",
        "zh",
        "de",
        None,
        None,
        "id",
    ]


FREE = [
    (ld('"isAccessibleForFree":true'), True),
    (ld('"isAccessibleForFree":"False"'), False),
    (ld('"isAccessibleForFree":"http://schema.org/True"'), True),
    (ld('"hasPart":{"@type":"WebPageElement","isAccessibleForFree":false}'), False),
    (ld('"isAccessibleForFree":"maybe"'), None),
    (meta("article:content_tier", "free"), True),
    (meta("article:content_tier", "locked"), False),
    (meta("article:content_tier", "metered"), None),
    ("", None),
]


@pytest.mark.parametrize(("head", "is_free"), FREE)
def test_a_page_says_whether_it_is_free(head: str, is_free: bool | None) -> None:
    assert metadata_of(head, H1).is_free is is_free


NAMES = [
    (meta("og:site_name", "Perigee Times"), "Perigee Times"),
    (meta("og:site_name", "U.S.") + "<title>A camera in orbit is switched on | World | Perigee Times</title>", "Perigee Times"),
    (meta("og:site_name", "perigee-times.example") + ld('"publisher":{"name":"Perigee Times"}'), "Perigee Times"),
    (meta("og:site_name", "Perigee Times") + ld('"publisher":{"name":"Associated Press"}'), "Perigee Times"),
    (ld('"publisher":[{"@type":"Organization","name":"Perigee Times"}]'), "Perigee Times"),
    (meta("application-name", "A camera in orbit is switched on") + meta("og:title", "A camera in orbit is switched on"), "perigee-times.example"),
    ("", "perigee-times.example"),
]  # fmt: skip


@pytest.mark.parametrize(("head", "name"), NAMES)
def test_the_site_has_the_name_that_fits_its_host(head: str, name: str) -> None:
    assert metadata_of(head, H1).site_name == name


def canonical(address: str) -> str:
    return f'<link rel="canonical" href="{address}">'


CANONICAL = [
    pytest.param(canonical(URL), URL, id="itself"),
    pytest.param(canonical("/film/2023/orbital-camera#top"), URL, id="relative, fragment"),
    pytest.param(
        canonical("https://perigee-times.example/film/1"),
        "https://perigee-times.example/film/1",
        id="without www",
    ),
    pytest.param(canonical("https://other.example/film/1"), None, id="another site"),
    pytest.param(canonical("https://www.perigee-times.example/"), None, id="front page"),
    pytest.param(canonical("https://www.perigee-times.example/en/"), None, id="front page of a language"),
    pytest.param(canonical("https://www.perigee-times.example/film"), None, id="front page of a section"),
    pytest.param(
        canonical("https://www.perigee-times.example/orbital-camera-1"),
        "https://www.perigee-times.example/orbital-camera-1",
        id="shorter",
    ),
    pytest.param(
        canonical("https://www.perigee-times.example/?p=17"),
        "https://www.perigee-times.example/?p=17",
        id="by query",
    ),
    pytest.param(canonical("javascript:void(0)"), None, id="no address"),
    pytest.param(
        canonical("https://www.perigee-times.example/") + meta("og:url", URL), URL, id="og:url instead"
    ),
    pytest.param(canonical(URL + "/amp") + meta("og:url", URL), URL, id="not the AMP page"),
    pytest.param("", None, id="not named"),
]


@pytest.mark.parametrize(("head", "address"), CANONICAL)
def test_a_canonical_address_must_be_plausible(head: str, address: str | None) -> None:
    assert metadata_of(head, H1).canonical_url == address


def test_a_page_that_is_told_by_its_query_is_not_the_front_page() -> None:
    asked = metadata_of(
        canonical("https://www.perigee-times.example/"), H1, url="https://www.perigee-times.example/?p=17"
    )

    assert asked.canonical_url is None


def test_hosts_have_labels_and_names_spell_them() -> None:
    assert bare_host("https://WWW.BBC.co.uk:443/x") == "bbc.co.uk"
    assert registered_name("https://news.bbc.co.uk/x") == "bbc.co.uk"
    assert registered_name("https://edition.cnn.com/x") == "cnn.com"
    assert registered_name("https://anna.blogspot.com/x") == "anna.blogspot.com"
    assert label_of("http://[bad") == ""
    spelled = {
        "Los Angeles Times": "latimes",
        "TheHill": "thehill",
        "RT World News": "rt",
        "CNNPolitics": "cnn",
        "Al Jazeera": "aljazeera",
    }
    assert all(spells_label(name, label) for name, label in spelled.items())
    assert not any(
        spells_label(name, label)
        for name, label in {"Associated Press": "ctpost", "U.S.": "reuters", "News": "bbc"}.items()
    )


def image(head: str, body: str = H1) -> tuple[str | None, tuple[str, ...]]:
    read = metadata_of(head, body)
    return read.image_url, read.image_credits


def test_the_picture_is_no_logo_and_has_its_credit() -> None:
    figure = '<figure><img src="/i/crew-at-work-640x360.jpg"><figcaption>The crew. <span class="credit">Photo: Jane Doe</span></figcaption></figure>'
    other = (
        '<figure><img src="/i/something-else-1.jpg"><figcaption>Other. Photo: John Roe</figcaption></figure>'
    )
    big = "https://cdn.example/i/crew-at-work-1200x630.jpg"

    assert image(meta("og:image", big), H1 + other + figure) == (big, ("Jane Doe",))
    assert image(meta("og:image", big), H1 + other) == (big, ())
    assert (
        image(meta("og:image", "/img/logo.png") + ld('"image":["/p/pixel.gif","/i/crew.jpg"]'))[0]
        == "https://www.perigee-times.example/i/crew.jpg"
    )
    assert image("", H1 + figure) == (
        "https://www.perigee-times.example/i/crew-at-work-640x360.jpg",
        ("Jane Doe",),
    )
    assert image(meta("og:image", "data:image/png;base64,AAAA") + meta("og:image", "")) == (None, ())
    assert image(
        ld('"image":{"url":"//cdn.example/c.jpg","caption":"The crew","creditText":"Photo: NASA"}')
    ) == ("https://cdn.example/c.jpg", ("NASA",))


@pytest.mark.parametrize(
    "url",
    [
        "https://anna.blogspot.com/a",
        "https://www.gov.uk/a",
        "https://a.b.com.au/",
        "https://x.github.io/",
        "https://bbc.co.uk/",
    ],
)
def test_extraction_and_recognition_mean_the_same_by_a_site(url: str) -> None:
    assert registered_name(url) == site_of(url)
