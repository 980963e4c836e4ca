"""Residue: what each rule takes, and the author's own lines that look like it and stay."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extract.text.captions import credit_line
from crawler.extract.text.lines import Line, lines_of
from crawler.extract.text.phrases import ALL_LANGUAGES, languages_of, phrase_rules
from crawler.extract.text.residue import CleanText, Context, strip_residue

OPENING = (
    "The crew flew to the station with one camera, two lenses and a script that nobody had rehearsed in orbit.",
    "They came back after twelve days with thirty hours of footage and a bruise or two from the hatches.",
)
CLOSING = (
    "What the film has cost is not known, but the seats were the most expensive line in its budget.",
    "The premiere is in April, and the cosmonauts have been invited to sit in the first row.",
)


def clean(*texts: str, **context: object) -> CleanText:
    return strip_residue(lines_of(texts), Context(**context))  # type: ignore[arg-type]  # as keywords


def in_the_middle(line: str | Line) -> CleanText:
    lines = lines_of((*OPENING, "", *CLOSING))
    lines[2] = replace(line, position=2) if isinstance(line, Line) else Line(line, 2)
    return strip_residue(lines, Context())


def at_the_end(line: str) -> CleanText:
    return clean(*OPENING, *CLOSING, line)


def at_the_top(line: str, **context: object) -> CleanText:
    return clean(line, *OPENING, *CLOSING, **context)


def rules(text: CleanText) -> list[str]:
    return [each.rule for each in text.removed]


ANYWHERE = {
    "caption.labelled": [
        "Image caption, The corridor served as the operating theatre",
        "Подпись к фото, Экипаж вернулся с орбиты",
        "Legenda da foto, A atriz antes do voo",
        "Pie de foto: El director con la cámara",
    ],
    "prompt.notification": [
        "To make sure you never miss out on your favourite NEW stories, we're happy to send you some reminders",
        "Click 'OK' then 'Allow' to enable notifications",
        "Enable push notifications",
        "Включите уведомления, чтобы не пропустить главное",
        "Benachrichtigungen aktivieren",
        "Activez les notifications",
        "Activa las notificaciones",
        "Attiva le notifiche",
        "Ative as notificações",
        "Włącz powiadomienia",
        "Bildirimleri aç",
        "Zet meldingen aan",
    ],
    "prompt.newsletter": [
        "Sign up for our free weekly newsletter",
        "Get the day's best stories delivered straight to your inbox.",
        "Подпишитесь на нашу рассылку",
        "Newsletter abonnieren",
        "Inscrivez-vous à notre newsletter",
        "Suscríbete a nuestro boletín",
        "Iscriviti alla newsletter",
        "Assine a nossa newsletter",
        "Zapisz się na nasz newsletter",
        "Bültenimize abone olun",
        "Meld je aan voor de nieuwsbrief",
    ],
    "prompt.register": [
        "Already a subscriber? Log in",
        "This article is only available to subscribers.",
        "To continue reading, sign in or create an account",
        "Чтобы продолжить чтение, зарегистрируйтесь",
        "Dieser Artikel ist nur für Abonnenten.",
        "Cet article est réservé aux abonnés",
        "Contenido exclusivo para suscriptores",
        "Contenuto riservato agli abbonati",
        "Conteúdo exclusivo para assinantes",
        "Dalsza część artykułu dostępna dla prenumeratorów",
        "Okumaya devam etmek için üye olun",
        "Dit artikel is alleen voor abonnees",
    ],
    "prompt.app": ["Download our app", "Скачайте наше приложение", "Téléchargez notre appli", "Pobierz naszą aplikację"],
    "prompt.cookies": [
        "We use cookies to improve your experience.",
        "Мы используем файлы cookie",
        "Wir verwenden Cookies",
        "Nous utilisons des cookies",
        "Utilizamos cookies propias",
        "Utilizziamo i cookie",
        "Używamy plików cookie",
        "Wij gebruiken cookies",
    ],
    "prompt.browser": ["Please enable JavaScript to view this page", "Please disable your ad blocker", "This slideshow requires JavaScript."],
    "prompt.support": ["Support independent journalism today", "Become a member"],
    "prompt.feedback": [
        "Was this article helpful?",
        "Вам понравилась статья?",
        "War der Artikel nützlich?",
        "Möchten Sie den Artikel teilen?",
        "Cet article vous a-t-il plu ?",
        "¿Te ha gustado este artículo?",
        "Ti è piaciuto questo articolo?",
        "Gostou deste artigo?",
        "Czy artykuł był pomocny?",
        "Bu haber faydalı oldu mu?",
        "Vond je dit artikel nuttig?",
    ],
    "share.follow": [
        "Sukai ini:",
        "Gefällt mir Wird geladen …",
        "Like Loading...",
        "Follow us on Facebook and Twitter",
        "Share this article",
        "Поделиться",
        "Подписывайтесь на нас в Google Новостях",
        "Artikel teilen",
        "Partager sur Facebook",
        "Compartir en WhatsApp",
        "Condividi su Facebook",
        "Compartilhe no WhatsApp",
        "Udostępnij na Facebooku",
        "Paylaş",
        "Deel dit artikel",
        "Facebook Twitter WhatsApp Email",
    ],
    "ad.label": ["Advertisement", "ADVERTISEMENT", "Реклама", "Anzeige", "Publicité", "Publicidad", "Pubblicità", "Publicidade", "Reklama", "Reklam", "Advertentie", "Story continues below"],
    "comments.label": ["Comments", "3 comments", "Leave a comment", "Комментарии", "Kommentare", "Commentaires", "Comentarios", "Commenti", "Comentários", "Komentarze", "Yorumlar", "Reacties"],
    "player.control": ["1 / 23", "Image 1 of 23", "View gallery", "Play video", "Смотреть видео", "Bild vergrößern", "Voir la vidéo", "Ver galería", "Guarda il video"],
    "code.shortcode": ["[button link=”https://a.example/x” type=”big”] Send it[/button]", "[gallery ids=1,2]", "googletag.cmd.push(function() {"],
    "related.label": ["Read more", "Related stories", "Читайте также", "Mehr zum Thema", "Lire aussi", "Te puede interesar", "Leggi anche", "Leia também", "Czytaj także", "İlgili haberler", "Lees ook", "関連記事"],
    "related.labelled": ["READ MORE: China plague outbreak confirmed", "Читайте также: Вышел второй трейлер", "Lesen Sie auch: Der erste Trailer ist da"],
    "credit.line": [
        "Image source, Getty Images",
        "Image copyright Getty Images",
        "Автор фото, Getty Images",
        "Featured Image Credit: Abaca Press / Alamy Stock Photo / Roscosmos TV",
        "Pictorial Press Ltd / Alamy Stock Photo",
        "Photo: Jane Doe/Reuters",
        "(Image: GETTY )",
        "© Martin Taylor of Aberdeenshire",
        "Фото: Иван Петров / РИА Новости",
        "Foto: Peter Müller / dpa",
        "Crédit photo : Jean Dupont / AFP",
        "Fot. Jan Kowalski / PAP",
        "Fotoğraf: Ali Veli / AA",
        "Getty Images",
    ],
}  # fmt: skip
AT_THE_END = {
    "byline.contributors": [
        "Citation: A film crew in orbit (2023, November 17) retrieved 18 November 2023 from https://news.example/a",
        "Reporting by Jane Doe; editing by John Roe",
        "Additional reporting by Jane Doe",
        "Jane Doe contributed to this report.",
        "Associated Press writers Jane Doe and John Roe contributed to this report.",
        "jane.doe@paper.example",
        "All rights reserved.",
        "Источник: ТАСС",
        "(avec AFP)",
        "© RIPRODUZIONE RISERVATA",
        "Źródło: PAP",
        "Bron: ANP",
        "dpa/afp",
    ],
    "topics.line": [
        "Topics: Tom Cruise, Space",
        "Теги: кино, космос",
        "Schlagworte: Film, Raumfahrt",
        "Mots-clés : cinéma, espace",
        "Etiquetas: cine, espacio",
        "Tag: cinema, spazio",
        "Tags: cinema, espaço",
        "Tagi: film, kosmos",
        "Etiketler: sinema, uzay",
        "Trefwoorden: film, ruimte",
    ],
}
AT_THE_TOP = {
    "byline.time": ["November 20, 2019 - 11:28 AMT", "Published 7:07 PM EST Nov 19, 2019", "Mon 17 Apr 2023 20.40 BST", "20.04.2023, 12:04", "20 апреля 2023, 10:15", "5 min read", "Lesezeit: 3 Minuten"],
    "byline.name": ["By Jane Doe", "Von Anna Müller", "Par Camille Durand", "Di Anna Rossi"],
}  # fmt: skip
OWN = [
    "Image caption contests were the crew's only entertainment.",
    "Photo, film and sound were one person's job on the station.",
    "The bureau (AP) said that the crew was well and slept a lot.",
    "Enable notifications, the app kept saying, and on the fourth day she did, because the silence up there was worse.",
    "Sign up for the bundle using the same address as for your other account.",
    "Subscribe to that theory or not, the footage shows a camera that floats.",
    "Follow the director through the hatch and you will find a corridor as long as a bus.",
    "Share of the market that such films have: none, because there is only one so far.",
    "Comments by the producers were not to be had before this page went to press.",
    "Advertisement is the wrong word for a film that nobody was asked to pay for, he said.",
    "Read more slowly, her teacher had told her, and she did so on the station.",
    "Read more: that was the advice her mother gave her on the way to the launch pad.",
    "Related events took place in 1984, when a shuttle carried the first large-format camera.",
    "Photo: a short history of the word.",
    "Photographs by the crew hang in the station's corridor to this day.",
    "Getty is a museum on a hill, and the camera will be shown there.",
    "Source code for the camera's controller was uploaded on the third day.",
    "By then the crew had run out of tape.",
    "Topics: an essay on form.",
    "Topics were discussed at length, among them the toilet, the food and the view.",
    "Watch the trailer twice and you will see the strap of the camera.",
    "Support for the film came from a television channel and a bank.",
    "Log in to the station's computer took them a day.",
    "Download speeds were poor, so the footage came home on disks.",
    "Cookies were served after the last take.",
    "Фото: так коротко актриса ответила на вопрос, что она взяла с собой.",
    "Реклама фильма начнётся за месяц до премьеры.",
    "Anzeige erstattete niemand, obwohl ein Scheinwerfer verloren ging.",
    "Lire aussi vite que possible fut sa première tâche.",
    "Publicité mensongère, a tranché le tribunal en mars.",
    "Te puede interesar o no el cine ruso, pero nadie había rodado antes allí.",
    "Leggi anche il manuale, gli dissero gli istruttori.",
    "Compartir el camarote fue lo más difícil, dice la actriz.",
    "Reklama filmu ruszy miesiąc przed premierą w kinach.",
    "Reklam bütçesi filmin bütçesinden büyüktü, diyor yapımcı.",
    "Lees ook eens de kleine lettertjes, zegt de producent.",
]


@pytest.mark.parametrize(
    ("rule", "line"), [(rule, line) for rule, found in ANYWHERE.items() for line in found]
)
def test_residue_between_the_paragraphs_goes_by_its_rule(rule: str, line: str) -> None:
    text = in_the_middle(line)

    assert [each.text for each in text.lines] == [*OPENING, *CLOSING]
    assert [(each.rule, each.text, each.position) for each in text.removed] == [(rule, line, 2)]


@pytest.mark.parametrize(
    ("rule", "line"), [(rule, line) for rule, found in AT_THE_END.items() for line in found]
)
def test_residue_below_the_text_goes_by_its_rule(rule: str, line: str) -> None:
    text = at_the_end(line)

    assert rules(text) == [rule]
    assert len(text.lines) == 4


@pytest.mark.parametrize(
    ("rule", "line"), [(rule, line) for rule, found in AT_THE_TOP.items() for line in found]
)
def test_residue_above_the_text_goes_by_its_rule(rule: str, line: str) -> None:
    text = at_the_top(line)

    assert rules(text) == [rule]
    assert len(text.lines) == 4


@pytest.mark.parametrize("line", OWN)
def test_an_authors_own_sentence_that_resembles_residue_stays(line: str) -> None:
    assert rules(in_the_middle(line)) == []


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(Line("Background", 2, kind="heading"), id="weak label"),
        pytest.param(
            Line("Coming next: how it all works out for the crew", 2, kind="heading"), id="announcement"
        ),
        pytest.param(Line("Share this information, please?", 2, kind="heading"), id="question"),
        pytest.param(Line("Netflix", 2, kind="heading"), id="name of a studio"),
        pytest.param(Line("[Engadget]", 2, linked=0.9), id="source in brackets"),
        pytest.param(
            Line("Get it on the shop for $39.99", 2, kind="item", linked=1.0), id="link to another site"
        ),
        pytest.param(Line("Use code ORBIT", 2, is_strong=True, has_image=True), id="bold below a picture"),
        pytest.param(Line("Netflix | 12", 2, kind="cell"), id="row of a table"),
    ],
)
def test_an_authors_own_heading_list_or_source_stays(line: Line) -> None:
    assert rules(in_the_middle(line)) == []


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        ("links.own", Line("Wie man im All schminkt", 2, linked=1.0, is_own_link=True)),
        ("links.social", Line("THE POINT -- NOW ON YOUTUBE!", 2, linked=1.0, is_social_link=True)),
        (
            "caption.box",
            Line("The camera in its travel case", 2, kind="other", has_image=True, is_boxed=True),
        ),
        ("caption.styled", Line("A corridor that became a hospital", 2, has_image=True, is_fine=True)),
        ("caption.credited", Line("The hatch and the table. (NASA/JPL-Caltech)", 2, has_image=True)),
        ("markup.share", Line("Pinterest", 2, mark="share")),
        ("markup.caption", Line("A long row of cars.", 2, mark="figure")),
    ],
)
def test_markup_decides_where_words_cannot(rule: str, line: Line) -> None:
    assert rules(in_the_middle(line)) == [rule]


def test_headline_and_standfirst_go_wherever_they_are_repeated() -> None:
    headline, standfirst = (
        "First film shot in orbit comes to cinemas",
        "It took twelve days and one camera to make it",
    )
    text = clean(headline, headline, standfirst, *OPENING, *CLOSING, headlines=(headline,))

    assert rules(text) == ["repeat.headline", "repeat.headline", "repeat.standfirst"]
    assert (text.headline, text.standfirst) == (headline, standfirst)


def test_a_first_paragraph_below_a_headline_that_the_text_does_not_repeat_stays() -> None:
    text = clean(*OPENING, *CLOSING, headlines=("Film crew is back",))

    assert rules(text) == []


def test_a_caption_goes_with_the_credit_below_it() -> None:
    text = clean(
        *OPENING, "The film was backed by the agency.", "Roscosmos TV", *CLOSING, "Photo: Roscosmos TV / TASS"
    )

    assert rules(text) == ["caption.before_credit", "credit.name", "credit.line"]
    assert text.image_credits == ("Roscosmos TV", "Roscosmos TV / TASS")


def test_a_paragraph_above_the_credit_of_the_lead_picture_stays() -> None:
    text = clean(*OPENING, "The listing is due on Tuesday.", "Main image credit: Getty", *CLOSING)

    assert rules(text) == ["credit.line"]


def test_a_heading_that_introduced_only_links_goes_with_them() -> None:
    links = [
        Line(f"Another story, number {number}", number, kind="item", linked=1.0, is_own_link=True, group=1)
        for number in (5, 6)
    ]
    text = strip_residue([*lines_of((*OPENING, *CLOSING, "What else we wrote:")), *links], Context())

    assert rules(text) == ["related.heading", "links.closing_list", "links.closing_list"]


def test_three_links_in_a_row_are_a_menu_wherever_they_lead() -> None:
    links = [Line(f"download theme {number}", 2 + number, kind="other", linked=1.0) for number in range(3)]
    lines = [
        *lines_of(OPENING),
        *links,
        *(replace(line, position=line.position + 5) for line in lines_of(CLOSING)),
    ]

    assert rules(strip_residue(lines, Context())) == ["links.run"] * 3


def test_topics_become_tags_and_credits_become_credits() -> None:
    text = clean(*OPENING, *CLOSING, "Photo: Jane Doe / Reuters", "Topics: Tom Cruise, Space, Tom Cruise")

    assert text.tags == ("Tom Cruise", "Space")
    assert text.image_credits == ("Jane Doe / Reuters",)


def test_topics_in_the_middle_of_an_article_are_the_authors() -> None:
    assert rules(in_the_middle("Topics: film, orbit")) == []


def test_a_note_about_the_author_goes() -> None:
    text = clean(
        *OPENING, *CLOSING, "Jane Doe is a reporter in Moscow who covers the station.", authors=("Jane Doe",)
    )

    assert rules(text) == ["byline.bio"]


def test_phrases_are_looked_for_in_the_languages_of_the_page() -> None:
    assert languages_of("de", None) == ("en", "de", "other")
    assert languages_of(None, None) == ALL_LANGUAGES
    assert languages_of("ja") == ("en", "other")


def test_every_phrase_rule_has_examples_here() -> None:
    known = {*ANYWHERE, *AT_THE_END, *AT_THE_TOP}

    assert {rule.name for rule in phrase_rules()} <= known


def test_a_credit_is_no_sentence() -> None:
    assert credit_line("Photo: the story of how a camera got there, told by those who carried it.") is None
    assert credit_line("Instagram") is None


snippets = st.sampled_from(
    [line for found in (*ANYWHERE.values(), *AT_THE_END.values()) for line in found] + OWN
)


@settings(max_examples=120, deadline=None)
@given(
    st.lists(
        st.one_of(snippets, st.text(min_size=1, max_size=80), st.sampled_from([*OPENING, *CLOSING])),
        max_size=12,
    )
)
def test_nothing_is_lost(paragraphs: list[str]) -> None:
    """Kept and removed together are what came in, each at its place."""
    text = clean(*paragraphs, headlines=tuple(paragraphs[:1]))
    together = [(line.position, line.text) for line in text.lines] + [
        (each.position, each.text) for each in text.removed
    ]

    assert sorted(together) == list(enumerate(paragraphs))


def test_the_second_copy_of_a_paragraph_goes() -> None:
    text = clean(*OPENING, OPENING[1], *CLOSING, "No.", "No.")

    assert rules(text) == ["repeat.paragraph"]
    assert [line.text for line in text.lines].count("No.") == 2


def test_a_heading_as_long_as_a_sentence_above_the_text_is_the_authors() -> None:
    opening = "The results were not a complete disappointment, with most companies in line with expectations."
    lines = [
        Line(opening, 0, kind="heading"),
        *(replace(line, position=line.position + 1) for line in lines_of((*OPENING, *CLOSING))),
    ]

    assert rules(strip_residue(lines, Context())) == []


def test_a_short_heading_above_the_text_stays() -> None:
    lines = [
        Line("How it began", 0, kind="heading"),
        *(replace(line, position=line.position + 1) for line in lines_of((*OPENING, *CLOSING))),
    ]

    assert rules(strip_residue(lines, Context())) == []
