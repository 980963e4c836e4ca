from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from metadata_reading import from_feed, json_ld, metadata_of

from crawler.extract.metadata.title_parts import strip_site, words_of

STRIPPED = [
    ("Home Depot sales miss, shares plunge | Fox Business", "Fox Business", "foxbusiness", "Home Depot sales miss, shares plunge"),
    ("Plague: Third case | Science | News | Express.co.uk", "Express.co.uk", "express", "Plague: Third case"),
    ("Why Beijing – again – matters - WSJ", "WSJ", "wsj", "Why Beijing – again – matters"),
    ("Alibaba to raise $12.9bn : CityAM", "CityAM", "cityam", "Alibaba to raise $12.9bn"),
    ("LinkNaija | Popular news: Actress Is Looking Stunning", "LinkNaija | Popular news", "linknaija", "Actress Is Looking Stunning"),
    ("Perigee Times: Film in orbit", "Perigee Times", "perigeetimes", "Film in orbit"),
    ("星空新聞: 港の渡し船が修理を終えて再開", "星空新聞", "hoshizora", "港の渡し船が修理を終えて再開"),
    ("宇宙映画、公開へ｜星空新聞デジタル", "星空新聞デジタル", "hoshizora", "宇宙映画、公開へ"),
    ("Россия сняла кино: Кино: Культура: Лунта.ру", "Лунта.РУ", "lunta", "Россия сняла кино: Кино: Культура"),
    ("Key moments of the hearing - CBS News", None, "cbsnews", "Key moments of the hearing"),
    ("Trade War Keeps World Guessing - The New York Times", None, "nytimes", "Trade War Keeps World Guessing"),
    ("'We had issues,' exec says - Los Angeles Times", None, "latimes", "'We had issues,' exec says"),
    ("Why you can't trust it - CNNPolitics", None, "cnn", "Why you can't trust it"),
    ("Clashes near plant — RT World News", "RT International", "rt", "Clashes near plant"),
    ("Ferry line to close_Perigee Times", None, "perigeetimes", "Ferry line to close"),
    ("Ferry line to close _ Perigee Times", None, "perigeetimes", "Ferry line to close"),
    ("Ferry line to close|Perigee Times", None, "perigeetimes", "Ferry line to close"),
    ("Ferry line to close-Perigee Times", None, "perigeetimes", "Ferry line to close"),
    ("Ferry line to close » The Perigee Times", None, "perigeetimes", "Ferry line to close"),
    ("The Perigee Times — Ferry line to close", None, "perigeetimes", "Ferry line to close"),
    ("perigee-times.example :: Ferry line to close", None, "perigeetimes", "Ferry line to close"),
    ("Perigee Times_Ferry line to close", None, "perigeetimes", "Ferry line to close"),
    ("Black Friday - Remember 80/90 - Memorabilia anni 80/90", "Remember 80/90 - Memorabilia anni 80/90", "remember8090", "Black Friday"),
]  # fmt: skip


@pytest.mark.parametrize(("title", "name", "label", "headline"), STRIPPED)
def test_the_name_of_the_site_is_cut(title: str, name: str | None, label: str, headline: str) -> None:
    assert strip_site(title, [name] if name else [], label) == headline


@pytest.mark.parametrize(
    "title",
    [
        "Star Wars Jedi: Fallen Order review – shoots for the moon",
        "9to5Mac Gift Guide: What do you buy?",
        "The Guardian view on Hong Kong: a city on the brink",
        "Tom Cruise - from stunt to orbit",
        "Live: crew returns",
        "Opening Bell 11.18.19",
        "A | B",
        "Post-mortem",
        "The boat at its farthest-perigee",
        "snake_case_names for everybody",
        "The boat – a perigee",
        "",
    ],
)
def test_the_authors_own_dash_and_colon_stay(title: str) -> None:
    assert strip_site(title, ["The Guardian", "9to5Mac", "Huffington Post"], "perigee") == title


@pytest.mark.parametrize("title", ["Perigee Times — a paper and its readers", "What a day – Perigee Times"])
def test_a_headline_that_names_the_site_stays_where_heading_and_title_agree(title: str) -> None:
    head = f'<title>{title}</title><meta property="og:title" content="{title}">'

    assert metadata_of(head, f"<h1>{title}</h1>").title == title


def og(title: str, site: str = "Perigee Times") -> str:
    return f'<meta property="og:title" content="{title}"><meta property="og:site_name" content="{site}">'


SEEN = [
    pytest.param(og("&#39;We had issues,&#39; he says"), "<h1>‘We had issues,’ he says</h1>", "‘We had issues,’ he says", id="quotes as printed"),
    pytest.param(og("Film is shot | Perigee Times"), "<h1>Perigee Times</h1><h2>Film is shot</h2>", "Film is shot", id="logo in h1"),
    pytest.param("<title>Harbour Notes: The boat sails again</title>", "<h2>The boat sails again</h2>", "The boat sails again", id="site in front, heading of the second rank"),
    pytest.param("<title>Harbour Notes: The boat sails again</title>", "<p><b>The boat sails again</b></p>", "The boat sails again", id="site in front, no heading"),
    pytest.param(og("The races of 11-12 July - All about horses", "The races of 11-12 July - All about horses"), "<h1>All about horses</h1><h3>The races of 11-12 July</h3>", "The races of 11-12 July", id="the blog's name in h1"),
    pytest.param(og("민주당 당규 개정 왜 밀어붙이나-정치ㅣ한국일보", "x"), "<h2>민주당 당규 개정 왜 밀어붙이나</h2>", "민주당 당규 개정 왜 밀어붙이나", id="section and site behind a korean bar"),
    pytest.param("<title>Shared history</title>", '<h1>Shared history<a class="headerlink" href="#h">¶</a></h1>', "Shared history", id="a link to the heading itself"),
    pytest.param(og("Leave the laws alone | Editorial"), "<h1>Leave the laws alone | Editorial</h1>", "Leave the laws alone", id="the kind of text"),
    pytest.param(og("The finale in orbit [Watch]"), "<h1>The finale in orbit [Watch]</h1>", "The finale in orbit", id="the medium"),
    pytest.param("<title>子どもの法律ができる</title>", "<h1><ruby>子<rt>こ</rt></ruby>どもの<ruby>法律<rt>ほうりつ</rt></ruby>ができる</h1>", "子どもの法律ができる", id="readings of characters"),
    pytest.param(og("Film is shot in orbit"), '<h1 class="x"></h1><h1>Film is shot in orbit</h1>', "Film is shot in orbit", id="empty h1"),
    pytest.param(og("Film is shot in orbit"), "<h1>Subscribe</h1><h1>Film is shot in orbit</h1>", "Film is shot in orbit", id="several h1"),
    pytest.param(og("9to5 Guide: what to buy - 9to5", "9to5"), "<h1>9to5 Guide: what to buy</h1>", "9to5 Guide: what to buy", id="site in headline"),
    pytest.param(og("Opinion | Is it a crime?"), "<h1>Is it a crime?</h1>" + json_ld('{"@type":"NewsArticle","headline":"Is it a crime?"}'), "Is it a crime?", id="section before"),
    pytest.param(og("A city on the brink today | Editorial"), "<h1>A city on the brink today</h1>", "A city on the brink today", id="kind behind"),
    pytest.param(og("Crew is back from orbit"), "<h1><span class='badge'>Live</span>Crew is back from orbit</h1>", "Crew is back from orbit", id="kicker"),
    pytest.param(og("Crew is back from orbit"), "<h1><b>Crew</b> is<br>back from orbit</h1>", "Crew is back from orbit", id="line break"),
    pytest.param(og("Russia films"), "<h1>R<span>ussia films</span></h1>", "Russia films", id="drop cap"),
    pytest.param("<title>Bike &amp;amp; Style | Perigee Times</title>", "<h2>x</h2>", "Bike & Style", id="double entity"),
    pytest.param("<title>Model says what she fears: news 2018 - Perigee Times</title>", "<h1>Model: «Look at this old beauty»</h1>", "Model: «Look at this old beauty»", id="SEO title"),
    pytest.param("<title>Early reviews are here</title>", "<h1>Why not go home?</h1><h1>Something else entirely</h1>", "Early reviews are here", id="headings of others"),
    pytest.param("", "<h1>Only a heading</h1>", "Only a heading", id="nothing but h1"),
    pytest.param("<title>PG&amp;E begins shutoff</title>", "<p>x</p>", "PG&E begins shutoff", id="entity"),
    pytest.param(og("SpaceX WINS again"), "<h1>SpaceX WINS again</h1>", "SpaceX WINS again", id="case kept"),
    pytest.param(og("Tom Cruise is to film in space"), "<h1>Tom Cruise is to film in space with NASA's help</h1>", "Tom Cruise is to film in space with NASA's help", id="longer headline"),
    pytest.param(og("Tom Cruise is to film in sp..."), "<h1>Tom Cruise is to film in space soon</h1>", "Tom Cruise is to film in space soon", id="cut short elsewhere"),
    pytest.param(og("Crew is back from orbit"), "<h1>“Pure emptiness”: Crew is back from orbit</h1>", "“Pure emptiness”: Crew is back from orbit", id="a quotation in front is no kicker"),
    pytest.param(og("The Tide for May 3: Why the ferry stays in port"), "<h1>May 3: Why the ferry stays in port</h1>", "May 3: Why the ferry stays in port", id="a newsletter's name in front elsewhere"),
    pytest.param(og("The ferry has new boats") + '<meta name="twitter:title" content="The ferry has new boats: ‘They float’">', "<h1>The ferry has new boats: ‘They float’</h1>", "The ferry has new boats: ‘They float’", id="the longer of two statements is seen"),
    pytest.param(og("Notes - New charts of the bay"), "<h1>Notes | Entry</h1><h2>New charts of the bay</h2>", "New charts of the bay", id="the section in h1"),
    pytest.param(og("Crew is back from orbit"), "<h1>Watch: Crew is back from orbit</h1>", "Crew is back from orbit", id="kicker in the same string"),
]  # fmt: skip


@pytest.mark.parametrize(("head", "body", "title"), SEEN)
def test_the_headline_is_the_one_readers_see(head: str, body: str, title: str) -> None:
    assert metadata_of(head, body).title == title


def test_the_address_spells_the_headline_where_a_site_has_one_title_for_all_pages() -> None:
    read = metadata_of(
        og("Outings on the coast"),
        "<h1>Harbour-Westside</h1>",
        url="https://pier.example/harbour-westside.htm",
    )

    assert read.title == "Harbour-Westside"


def test_a_part_of_the_heading_is_the_headline_where_the_page_states_it_so() -> None:
    heading = "<h1><span class='x1'>Harbour and ferries</span> <span>The ferry is back in service</span></h1>"

    read = metadata_of('<meta property="og:title" content="The ferry is back in service">', heading)

    assert (read.title, dict(read.origins)["title"]) == ("The ferry is back in service", "h1")


def test_two_statements_that_agree_outvote_a_heading_neither_knows() -> None:
    head = og("The Resurrection of a Writer") + json_ld(
        '{"@type":"NewsArticle","headline":"The Resurrection of a Writer"}'
    )

    assert metadata_of(head, "<h1>The Disappearance of John</h1>").title == "The Resurrection of a Writer"


def test_the_feed_names_a_page_that_names_nothing() -> None:
    assert metadata_of("", "<p>x</p>", candidate=from_feed(title="From the feed")).title == "From the feed"
    assert metadata_of("", "<p>x</p>").title is None


def test_every_spelling_is_handed_on() -> None:
    head = "<title>Film in orbit is shot - Perigee Times</title>" + og("Film in orbit is shot!")
    head += '<meta name="twitter:title" content="FILM IN ORBIT">' + json_ld(
        '{"@type":"NewsArticle","headline":"A film, in orbit","alternativeHeadline":"Second line"}'
    )

    spellings = metadata_of(head, "<h1>Film in orbit is shot</h1>").headlines

    assert set(spellings) == {
        "Film in orbit is shot", "Film in orbit is shot!", "FILM IN ORBIT", "A film, in orbit", "Second line", "Film in orbit is shot - Perigee Times",
    }  # fmt: skip


@given(
    st.text(st.characters(exclude_categories=["C"]), max_size=120),
    st.lists(st.text(max_size=20), max_size=3),
    st.text(max_size=10),
)
def test_cutting_twice_cuts_nothing_more(title: str, names: list[str], label: str) -> None:
    once = strip_site(title, [name for name in names if name.strip()], label)

    assert words_of(once) == () or set(words_of(once)) <= set(words_of(title))
    assert strip_site(once, [], "") == once or len(once) <= len(title)
