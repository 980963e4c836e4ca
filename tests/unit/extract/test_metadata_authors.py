from __future__ import annotations

import pytest
from metadata_reading import json_ld, metadata_of

H1 = "<h1>A camera in orbit is switched on</h1>"


def by(value: str) -> str:
    return json_ld('{"@context":"https://schema.org","@graph":[{"@type":"NewsArticle","headline":"A camera in orbit is switched on","author":' + value + '},{"@type":"Person","@id":"#ann","name":"Ann Larsen"}]}')  # fmt: skip


def meta(name: str, content: str) -> str:
    return f'<meta name="{name}" content="{content}">'


SIGNED = [
    pytest.param(by('{"@type":"Person","name":"Jane Doe"}'), H1, ("Jane Doe",), id="object"),
    pytest.param(by('[{"@type":"Person","name":"Jane Doe"},{"@type":"Person","name":"John Roe"}]'), H1, ("Jane Doe", "John Roe"), id="list"),
    pytest.param(by('"Jane Doe and John Roe"'), H1, ("Jane Doe", "John Roe"), id="string"),
    pytest.param(by('{"@id":"#ann"}'), H1, ("Ann Larsen",), id="reference"),
    pytest.param(by('{"@type":"Person","name":["Jane Doe","John Roe"]}'), H1, ("Jane Doe", "John Roe"), id="list of names"),
    pytest.param(by('{"@type":"Person","name":"Regan"}'), H1, ("Regan",), id="one word"),
    pytest.param(by('{"@type":"Organization","name":"Jane Doe"}') + meta("author", "John Roe"), H1, ("John Roe",), id="people first"),
    pytest.param(by('[{"@type":"Person","name":"Jane Doe"},{"@type":"Organization","name":"Reuters"}]'), H1, ("Jane Doe",), id="no organisation beside people"),
    pytest.param(by('{"@type":"Person","name":"Reuters"}'), H1, ("Reuters",), id="organisation alone"),
    pytest.param(by('{"@type":"Person","name":"admin"}') + meta("author", "admin"), H1, (), id="nobody"),
    pytest.param(by("[null, 3, {}]") + meta("dc.creator", "Jane Doe"), H1, ("Jane Doe",), id="junk in a list"),
    pytest.param(by('{"@type":"Person","name":"JANE O\'HAIN"}') + meta("author", "Jane O'Hain"), H1, ("Jane O'Hain",), id="capitals"),
    pytest.param(meta("author", "Jane Doe") + meta("author", "John Roe"), H1, ("Jane Doe", "John Roe"), id="two metas"),
    pytest.param("", H1 + '<span class="author-name">tom van der berg</span>', ("Tom van der Berg",), id="small letters"),
    pytest.param("", H1 + '<p class="byline">by anna holm</p>', ("Anna Holm",), id="small letters behind by"),
    pytest.param("", H1 + '<div class="author"><a href="/author/anna-holm">anna holm</a></div>', ("Anna Holm",), id="small letters that lead to an author"),
    pytest.param("", H1 + '<div class="author">our newsroom writes</div>', (), id="small letters that are no name"),
    pytest.param("", H1 + '<div class="muhabir">CAN KAYA/İSTANBUL</div>', ("Can Kaya",), id="a place behind a stroke"),
    pytest.param(meta("article:author", "https://www.facebook.com/jane") + meta("parsely-author", "Jane Doe"), H1, ("Jane Doe",), id="address"),
    pytest.param(meta("sailthru.author", "By Jane Doe, Staff writer"), H1, ("Jane Doe",), id="sailthru"),
    pytest.param(meta("byl", "By Jane Doe"), H1, ("Jane Doe",), id="byl"),
    pytest.param(meta("twitter:label1", "Written by") + meta("twitter:data1", "Jane Doe"), H1, ("Jane Doe",), id="twitter card"),
    pytest.param(meta("twitter:label1", "Est. reading time") + meta("twitter:data1", "Six Minutes"), H1, (), id="other card"),
    pytest.param(meta("author", "Ada Systems"), H1 + '<p class="byline">By Jane Doe</p>', ("Jane Doe",), id="technician in meta"),
    pytest.param(by('{"@type":"Person","name":"Jane Doe"}'), H1 + '<p class="byline">By Jane Doe, John Roe and Ann Larsen</p>', ("Jane Doe", "John Roe", "Ann Larsen"), id="byline is fuller"),
    pytest.param(by('{"@type":"Person","givenName":"Ann Marie","familyName":"Larsen"}'), H1, ("Ann Marie Larsen",), id="name in parts"),
    pytest.param(by('{"@type":"Person","name":"Larsen, Ann"}'), H1, ("Ann Larsen",), id="surname first"),
    pytest.param(by('{"@type":"Person","name":"Sun Sentinel Editorial Board"}'), H1, ("Sun Sentinel Editorial Board",), id="a newspaper called like a day"),
    pytest.param(by('{"@type":"Person","name":"Financial Times"}'), H1 + '<p class="byline">Jane Doe, Financial Times</p>', ("Jane Doe",), id="a paper as a person"),
    pytest.param(meta("author", "Nachrichten"), H1, (), id="a section"),
    pytest.param(by('"DPA"'), H1 + '<div class="author">Von DPA</div>', ("DPA",), id="an agency behind von"),
    pytest.param("", H1 + "<div><small>Bron: BELGA</small></div>", ("BELGA",), id="the agency it was taken from"),
    pytest.param("", H1 + "<div><small>Bron: de gemeente</small></div>", (), id="taken from somebody else"),
    pytest.param(meta("author", "Jane Doe, Image: FBI, Image: Lake County Police"), H1, ("Jane Doe",), id="pictures among the authors"),
    pytest.param("", H1 + '<div class="byline-author"><strong>Jane Doe</strong> Deputy Content Hub Director</div>', ("Jane Doe",), id="a position of many words"),
    pytest.param("", H1 + '<div class="byline"><span>Jane Doe</span><span>National Recruiting Analyst</span></div>', ("Jane Doe",), id="a position in a piece of its own"),
    pytest.param("", H1 + '<div itemprop="author"><a itemprop="name">Jane Doe</a><a itemprop="name">Suivre</a></div>', ("Jane Doe",), id="a button"),
    pytest.param("", H1 + '<p><a href="/author/jane/">Jane Doe</a> - May 3, 2023</p>', ("Jane Doe",), id="a link to the author's page"),
    pytest.param("", H1 + '<p>11.12.2019 - Jane Doe</p>', ("Jane Doe",), id="when and who"),
    pytest.param("", H1 + "<p>" + "text " * 60 + '</p><p style="text-align:right"><strong>Lê Phương</strong></p>', ("Lê Phương",), id="signature below the text"),
    pytest.param("", H1 + "<p>" + "text " * 60 + "</p><p><strong>Jane Doe</strong></p><p>" + "text " * 60 + "</p>", (), id="a name as a heading"),
    pytest.param("", H1 + "<p>" + "text " * 60 + "</p><p><strong>Autorin: Jane Doe, Projektleiterin in Tunis.</strong></p>", ("Jane Doe",), id="a line below the text"),
    pytest.param(by('"Jane Doe"') + meta("author", "Jane Doe"), H1 + '<div itemprop="author">Jane Doe</div><div class="box"><span itemprop="author">Other Person</span></div>', ("Jane Doe",), id="two places against the teasers"),
    pytest.param("", H1 + '<a rel="author" href="/a">Jane Doe</a>', ("Jane Doe",), id="rel author"),
    pytest.param("", H1 + '<div class="article-author"><span>By</span> <a>Jane Doe</a> <span>Staff Writer</span> <time>May 3, 2023</time></div>', ("Jane Doe",), id="pieces"),
    pytest.param("", H1 + '<div class="byline"><span>Jane</span> <span>Doe</span></div>', ("Jane Doe",), id="name in two pieces"),
    pytest.param("", H1 + "<div>Автор: Мария Иванова</div>", ("Мария Иванова",), id="line in Russian"),
    pytest.param("", H1 + "<div>05.04.2023 - Publicado por: Clara Borba - Seção: Saúde</div>", ("Clara Borba",), id="inside a line"),
    pytest.param("", "<p>Von Anna Müller und Jan Schmidt</p>" + H1, ("Anna Müller", "Jan Schmidt"), id="above the headline"),
    pytest.param("", H1 + "<p>By Sunday the crew was back in orbit.</p>", (), id="a sentence that begins with By"),
    pytest.param("", H1 + '<div class="comments"><span class="author">Troll King</span></div>', (), id="commenter"),
    pytest.param("", H1 + '<div class="related"><span class="byline">Other Person</span></div>', (), id="teaser"),
    pytest.param("", H1 + '<div class="author-bio">Jane Doe is a writer who lives in Oslo</div>', (), id="biography"),
    pytest.param("", H1 + '<div class="byline">By Jane Doe</div><figure><figcaption>The crew <span class="byline">John Roe</span></figcaption></figure>', ("Jane Doe",), id="a photographer's byline"),
    pytest.param("", H1 + '<div class="author"><p>By Jane Doe</p><a>Jane Doe</a><p>More Stories by Jane Doe</p><a>Why Great Cameras Matter</a></div>', ("Jane Doe",), id="her other stories"),
    pytest.param("", H1 + '<div class="byline"><a href="/a">Jane Doe</a> <span>Boston Harbor</span></div>', ("Jane Doe",), id="a place in markup of its own"),
    pytest.param("", H1 + '<div class="byline"><a>Jane Doe</a><span>Read Full Bio</span></div>', ("Jane Doe",), id="a button with capitals"),
    pytest.param("", H1 + '<div class="byline"><a>Jane Doe</a> and <a>John Roe</a></div>', ("Jane Doe", "John Roe"), id="two links"),
    pytest.param("", H1 + '<div class="byline"><a>Jane Doe</a> and John Roe</div>', ("Jane Doe", "John Roe"), id="a link and a name"),
    pytest.param("", H1 + '<div class="byline"><span>Written by <a>Jane Doe</a></span><span>Fact-checked by <a>John Roe</a></span></div>', ("Jane Doe",), id="who checked it"),
    pytest.param("", H1 + '<span class="author vcard"><a class="url fn n">Daniel</a></span>', ("Daniel",), id="one word in a field of its own"),
    pytest.param("", H1 + '<span itemprop="author">by <b itemprop="name">delta201</b></span>', ("delta201",), id="an account"),
    pytest.param(by('{"@type":"Person","name":"jado"}'), H1 + "<p>By Jane Doe</p>", ("Jane Doe",), id="a name before an account"),
    pytest.param(by('[{"@type":"Person","name":"Jane Doe"},{"@type":"Person","name":"kna"}]'), H1, ("Jane Doe",), id="initials beside a name"),
    pytest.param("", H1 + "<p>By The Associated Press</p>", ("The Associated Press",), id="an agency in a line"),
    pytest.param("", H1 + '<div class="byline">By CNN Staff</div>', ("CNN Staff",), id="a newsroom"),
    pytest.param("", H1 + "<h3>From the venue:</h3>", (), id="a heading that begins with From"),
    pytest.param("", H1 + "<div>Text Size Small Medium Large</div>", (), id="the size of the text"),
    pytest.param("", H1 + "<div>DE DE FR IT EN</div>", (), id="a menu of languages"),
    pytest.param("", H1 + "<p>Par Anne Dupont Anne Dupont</p>", ("Anne Dupont",), id="a name twice"),
    pytest.param("", H1 + "<p>Autor: Anna Holm Kategorie: Diakonie , Pflege , Neues aus Rom</p>", ("Anna Holm",), id="another label behind the name"),
    pytest.param("", H1 + "<p>Text: Anna Holm Fotos: Jan Roe</p>", ("Anna Holm",), id="text and pictures"),
    pytest.param("", H1 + '<div class="byline">Von Anna Holm (Text) und Jan Roe (Fotos)</div>', ("Anna Holm",), id="works in brackets"),
    pytest.param("", H1 + "<p>Blog Beitrag von Anna Holm</p>", ("Anna Holm",), id="what was written before von"),
    pytest.param("", H1 + "<i>Photos and Story By Jane Doe<br>Special Correspondent to The Harbour Channel</i>", ("Jane Doe",), id="pictures too"),
    pytest.param("", H1 + "<p>Jane Doe, staff writer</p>", ("Jane Doe",), id="a position and no By"),
    pytest.param("", H1 + '<div class="byline">By Jane Doe of The Harbour Post</div>', ("Jane Doe",), id="of a paper"),
    pytest.param("", H1 + "<p>By Jane Doe Published 9:00 a.m. Friday July 3, 2023</p>", ("Jane Doe",), id="a clock behind the name"),
    pytest.param("", H1 + '<dl class="article-source"><dd>City News Service</dd></dl>', ("City News Service",), id="whom it was taken from"),
    pytest.param("", H1 + '<figure><i class="source">Harbour News Agency</i></figure>', (), id="whom a picture was taken from"),
    pytest.param(meta("author", "{{author.name}}"), H1, (), id="a variable"),
    pytest.param(meta("author", "%author%"), H1, (), id="another variable"),
    pytest.param("", '<div vocab="http://schema.org/" typeof="NewsArticle">' + H1 + '<span property="author" typeof="Person"><b property="name">Jane Doe</b></span></div>', ("Jane Doe",), id="rdfa"),
    pytest.param("", H1 + '<span property="dc:creator">Jane Doe</span>', ("Jane Doe",), id="dublin core in the body"),
    pytest.param(json_ld('{"@type":"NewsArticle","headline":"Other news entirely","url":"https://www.perigee-times.example/film/2020/other","author":{"name":"Tom Other"}}'), H1 + "<p>By Jane Doe</p>", ("Jane Doe",), id="json-ld of another page"),
    pytest.param("", H1 + '<div class="byline">By Jane Doe, New York</div>', ("Jane Doe",), id="a city"),
]  # fmt: skip


@pytest.mark.parametrize(("head", "body", "names"), SIGNED)
def test_the_authors_are_who_signs(head: str, body: str, names: tuple[str, ...]) -> None:
    assert metadata_of(head, body).authors == names


IN_OTHER_WORDS = [
    ("Av Per Ek Publisert 3. mars 2024", "Per Ek"),
    ("Kirjoittanut Matti Virta 3.3.2024", "Matti Virta"),
    ("Teksti: Matti Virta Kuvat: Aino Laine", "Matti Virta"),
    ("Opublikowano 3 marca 2024 przez Jan Nowak", "Jan Nowak"),
    ("Tekst: Jan Nowak, zdjęcia: Ewa Lis", "Jan Nowak"),
    ("Napísala Jana Nováková 3. marca 2024", "Jana Nováková"),
    ("Írta: Kovács Anna | 2024. március 3.", "Kovács Anna"),
    ("Piše: P. Mucović", "P. Mucović"),
    ("Аутор: Ана Петровић 3. март 2024.", "Ана Петровић"),
    ("Avtor: Ana Novak, 3. marec 2024", "Ana Novak"),
    ("Γράφει ο Νίκος Παππάς", "Νίκος Παππάς"),
    ("كتب: أحمد علي ٣ مارس ٢٠٢٤", "أحمد علي"),
    ("نویسنده: رضا احمدی ۱۳ اسفند ۱۴۰۲", "رضا احمدی"),
    ("מאת דנה כהן 3 במרץ 2024", "דנה כהן"),
    ("लेखक: राम शर्मा, 3 मार्च 2024", "राम शर्मा"),
    ("โดย สมชาย ใจดี 3 มีนาคม 2567", "สมชาย ใจดี"),
    ("Tác giả: Nguyễn Văn An - 3/3/2024", "Nguyễn Văn An"),
    ("Penulis: Budi Santoso | 3 Maret 2024", "Budi Santoso"),
    ("執筆者：山田太郎", "山田太郎"),
    ("取材・文／山田太郎 撮影／鈴木花子", "山田太郎"),
    ("文／王小明 圖／李大華", "王小明"),
    ("撰文：王小明 摄影：李大华", "王小明"),
    ("홍길동 기자 2024.03.03", "홍길동"),
    ("Autorius: Jonas Petraitis, 2024 m. kovo 3 d.", "Jonas Petraitis"),
    ("Nga Arben Hoxha, 3 mars 2024", "Arben Hoxha"),
    ("Müəllif: Əli Məmmədov, 3 mart 2024", "Əli Məmmədov"),
    ("Հեղինակ՝ Արամ Պետրոսյան, 3 մարտի 2024", "Արամ Պետրոսյան"),
    ("ავტორი: ნინო ბერიძე, 3 მარტი 2024", "ნინო ბერიძე"),
    ("লেখক: রহিম উদ্দিন, ৩ মার্চ ২০২৪", "রহিম উদ্দিন"),
    ("Eftir Jón Jónsson, 3. mars 2024", "Jón Jónsson"),
    ("تحریر: احمد خان 3 مارچ 2024", "احمد خان"),
]


@pytest.mark.parametrize(("line", "name"), IN_OTHER_WORDS)
def test_a_line_that_begins_as_bylines_do_names_the_author(line: str, name: str) -> None:
    assert metadata_of("", f"{H1}<p>{line}</p>").authors == (name,)


def test_the_origin_of_the_authors_is_told() -> None:
    assert dict(metadata_of(by('"Jane Doe"')).origins)["authors"] == "json-ld author"
    assert "authors" not in dict(metadata_of("").origins)


@pytest.mark.parametrize(
    ("byline", "name"),
    [
        pytest.param("بقلم: آنا هولم، مراسل", "آنا هولم", id="Arabic"),
        pytest.param("نویسنده: آنا هولم، خبرنگار", "آنا هولم", id="Persian"),
        pytest.param("מאת אנה הולם, כתב", "אנה הולם", id="Hebrew"),
        pytest.param("โดย อันนา โฮล์ม, ผู้สื่อข่าว", "อันนา โฮล์ม", id="Thai"),
        pytest.param("लेखक: अन्ना होल्म, संवाददाता", "अन्ना होल्म", id="Hindi"),
        pytest.param("Đăng ngày 31 tháng 10, 2026 bởi Anna Holm", "Anna Holm", id="Vietnamese"),
        pytest.param("نُشر في 31 أكتوبر 2026 بقلم آنا هولم", "آنا هولم", id="with a vowel sign"),
    ],
)
def test_positions_and_sentences_of_bylines_in_other_scripts(byline: str, name: str) -> None:
    assert metadata_of("", f"<h1>Harbour ferry returns</h1><p>{byline}</p>", lang="").authors == (name,)
