"""An article as a phone sees it, in nineteen languages: a request for notifications, the headline twice, credits between paragraphs, topics."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from crawler.extract.article import read_article
from crawler.extract.page.document import parse_document
from db.model import Article, Page

URL = "https://nord.example/film/long-fall"


@dataclass(frozen=True, kw_only=True)
class Told:
    """The same invented article in one language."""

    prompts: tuple[str, str]
    title: str
    credits: tuple[str, str]
    standfirst: str
    text: tuple[str, str, str]
    topics: str
    tags: tuple[str, ...]


TOLD = {
    "en": Told(
        prompts=("To make sure you never miss out on our best stories, we're happy to send you reminders", "Click 'OK' then 'Allow' to enable notifications"),
        title="Sweden films its first feature aboard the orbital station",
        credits=("Featured Image Credit: Nordbild Press / Alamy Stock Photo", "Nordbild Press"),
        standfirst="Swedish film The Long Fall is the first to be shot on the station by a crew of two",
        text=("Swedish film The Long Fall has become the first feature to be shot aboard the station, its makers said on Tuesday in Kiruna.", "Due to be released next month, the film shows footage that was captured roughly four hundred kilometres above the earth.", "The production was paid for by the space agency, which lent the crew two cameras and one astronaut who had never acted."),
        topics="Topics: Anna Lind, Space, Sweden",
        tags=("Anna Lind", "Space", "Sweden",),
    ),
    "de": Told(
        prompts=("Damit Sie keine wichtigen Nachrichten mehr verpassen, senden wir Ihnen gerne Benachrichtigungen", "Klicken Sie auf 'OK' und dann auf 'Zulassen', um Benachrichtigungen zu aktivieren"),
        title="Schweden dreht ersten Spielfilm auf der Raumstation",
        credits=("Titelbild: Nordbild / dpa", "Foto: Nordbild TV"),
        standfirst="Der schwedische Film Der lange Fall entstand mit zwei Leuten auf der Station",
        text=("Der schwedische Film Der lange Fall ist der erste Spielfilm, der auf der Station gedreht wurde, teilten die Macher am Dienstag in Kiruna mit.", "Der Film kommt im nächsten Monat in die Kinos und zeigt Aufnahmen, die rund vierhundert Kilometer über der Erde entstanden sind.", "Bezahlt hat die Produktion die Raumfahrtbehörde, die dem Team zwei Kameras und einen Astronauten lieh, der nie zuvor gespielt hatte."),
        topics="Themen: Anna Lind, Raumfahrt, Schweden",
        tags=("Anna Lind", "Raumfahrt", "Schweden",),
    ),
    "fr": Told(
        prompts=("Pour ne rien manquer de l'actualité, nous aimerions vous envoyer des notifications", "Cliquez sur « OK » puis sur « Autoriser » pour activer les notifications"),
        title="La Suède tourne son premier film à bord de la station",
        credits=("Crédit photo : Nordbild / AFP", "Photo : Nordbild TV"),
        standfirst="Le film suédois La Longue Chute a été tourné à deux à bord de la station",
        text=("Le film suédois La Longue Chute est devenu le premier long métrage tourné à bord de la station, ont annoncé ses auteurs mardi à Kiruna.", "Attendu en salles le mois prochain, il montre des images prises à quelque quatre cents kilomètres au-dessus de la Terre.", "La production a été payée par l'agence spatiale, qui a prêté à l'équipe deux caméras et un astronaute qui n'avait jamais joué."),
        topics="Thèmes : Anna Lind, Espace, Suède",
        tags=("Anna Lind", "Espace", "Suède",),
    ),
    "es": Told(
        prompts=("Para que no te pierdas ninguna noticia, nos gustaría enviarte notificaciones", "Haz clic en «Aceptar» y luego en «Permitir» para activar las notificaciones"),
        title="Suecia rueda su primer largometraje en la estación",
        credits=("Crédito de la imagen: Nordbild / EFE", "Foto: Nordbild TV"),
        standfirst="La película sueca La larga caída se rodó con dos personas a bordo de la estación",
        text=("La película sueca La larga caída es el primer largometraje rodado a bordo de la estación, dijeron sus autores el martes en Kiruna.", "Llegará a los cines el próximo mes y muestra imágenes tomadas a unos cuatrocientos kilómetros sobre la Tierra.", "La producción la pagó la agencia espacial, que prestó al equipo dos cámaras y un astronauta que nunca había actuado."),
        topics="Temas: Anna Lind, Espacio, Suecia",
        tags=("Anna Lind", "Espacio", "Suecia",),
    ),
    "it": Told(
        prompts=("Per non perdere nessuna notizia, vorremmo inviarti delle notifiche", "Clicca su «OK» e poi su «Consenti» per attivare le notifiche"),
        title="La Svezia gira il suo primo film sulla stazione",
        credits=("Credito immagine: Nordbild / ANSA", "Foto: Nordbild TV"),
        standfirst="Il film svedese La lunga caduta è stato girato da due persone a bordo della stazione",
        text=("Il film svedese La lunga caduta è il primo lungometraggio girato a bordo della stazione, hanno detto gli autori martedì a Kiruna.", "Atteso nelle sale il mese prossimo, mostra immagini riprese a circa quattrocento chilometri sopra la Terra.", "La produzione è stata pagata dall'agenzia spaziale, che ha prestato alla troupe due cineprese e un astronauta che non aveva mai recitato."),
        topics="Argomenti: Anna Lind, Spazio, Svezia",
        tags=("Anna Lind", "Spazio", "Svezia",),
    ),
    "pt": Told(
        prompts=("Para não perder nenhuma notícia, gostaríamos de lhe enviar notificações", "Clique em «OK» e depois em «Permitir» para ativar as notificações"),
        title="Suécia filma a sua primeira longa-metragem na estação",
        credits=("Crédito da imagem: Nordbild / Lusa", "Foto: Nordbild TV"),
        standfirst="O filme sueco A Longa Queda foi rodado por duas pessoas a bordo da estação",
        text=("O filme sueco A Longa Queda é a primeira longa-metragem rodada a bordo da estação, disseram os autores na terça-feira em Kiruna.", "Chega aos cinemas no próximo mês e mostra imagens captadas a cerca de quatrocentos quilómetros acima da Terra.", "A produção foi paga pela agência espacial, que emprestou à equipa duas câmaras e um astronauta que nunca tinha representado."),
        topics="Tópicos: Anna Lind, Espaço, Suécia",
        tags=("Anna Lind", "Espaço", "Suécia",),
    ),
    "nl": Told(
        prompts=("Om geen nieuws meer te missen, sturen we je graag meldingen", "Klik op 'OK' en daarna op 'Toestaan' om meldingen in te schakelen"),
        title="Zweden draait eerste speelfilm aan boord van het station",
        credits=("Beeld: Nordbild / ANP", "Foto: Nordbild TV"),
        standfirst="De Zweedse film De lange val werd door twee mensen aan boord gedraaid",
        text=("De Zweedse film De lange val is de eerste speelfilm die aan boord van het station is gedraaid, zeiden de makers dinsdag in Kiruna.", "De film komt volgende maand in de bioscoop en toont beelden die zo'n vierhonderd kilometer boven de aarde zijn gemaakt.", "De productie werd betaald door de ruimtevaartorganisatie, die de ploeg twee camera's leende en een astronaut die nooit had geacteerd."),
        topics="Onderwerpen: Anna Lind, Ruimtevaart, Zweden",
        tags=("Anna Lind", "Ruimtevaart", "Zweden",),
    ),
    "ru": Told(
        prompts=("Чтобы не пропустить главные новости, разрешите нам присылать вам уведомления", "Нажмите «ОК», а затем «Разрешить», чтобы включить уведомления"),
        title="Швеция сняла первый полнометражный фильм на станции",
        credits=("Фото обложки: Nordbild / ТАСС", "Фото: Nordbild TV"),
        standfirst="Шведский фильм «Долгое падение» сняли на станции вдвоём",
        text=("Шведский фильм «Долгое падение» стал первым полнометражным фильмом, снятым на борту станции, сообщили его авторы во вторник в Кируне.", "Он выйдет на экраны в следующем месяце и покажет кадры, снятые примерно в четырёхстах километрах над Землёй.", "Съёмки оплатило космическое агентство, которое одолжило группе две камеры и космонавта, никогда прежде не игравшего."),
        topics="Темы: Анна Линд, Космос, Швеция",
        tags=("Анна Линд", "Космос", "Швеция",),
    ),
    "pl": Told(
        prompts=("Aby nie przegapić żadnych wiadomości, chętnie wyślemy Ci powiadomienia", "Kliknij „OK”, a potem „Zezwól”, aby włączyć powiadomienia"),
        title="Szwecja nakręciła pierwszy film fabularny na stacji",
        credits=("Źródło zdjęcia: Nordbild / PAP", "Fot. Nordbild TV"),
        standfirst="Szwedzki film Długi upadek nakręciły na stacji dwie osoby",
        text=("Szwedzki film Długi upadek jest pierwszym filmem fabularnym nakręconym na pokładzie stacji, powiedzieli jego twórcy we wtorek w Kirunie.", "Do kin wejdzie w przyszłym miesiącu i pokazuje zdjęcia zrobione około czterystu kilometrów nad Ziemią.", "Produkcję opłaciła agencja kosmiczna, która pożyczyła ekipie dwie kamery i astronautę, który nigdy wcześniej nie grał."),
        topics="Tematy: Anna Lind, Kosmos, Szwecja",
        tags=("Anna Lind", "Kosmos", "Szwecja",),
    ),
    "tr": Told(
        prompts=("Hiçbir haberi kaçırmamanız için size bildirim göndermek istiyoruz", "Bildirimleri etkinleştirmek için önce 'Tamam' sonra 'İzin ver' düğmesine tıklayın"),
        title="İsveç ilk uzun metrajlı filmini istasyonda çekti",
        credits=("Görsel: Nordbild / AA", "Fotoğraf: Nordbild TV"),
        standfirst="İsveç filmi Uzun Düşüş istasyonda iki kişiyle çekildi",
        text=("İsveç filmi Uzun Düşüş istasyonda çekilen ilk uzun metrajlı film oldu, yapımcıları salı günü Kiruna'da açıkladı.", "Gelecek ay gösterime girecek film, Dünya'nın yaklaşık dört yüz kilometre üzerinde çekilen görüntüleri gösteriyor.", "Yapımın parasını uzay ajansı ödedi, ekibe iki kamera ve daha önce hiç oynamamış bir astronot ödünç verdi."),
        topics="Konular: Anna Lind, Uzay, İsveç",
        tags=("Anna Lind", "Uzay", "İsveç",),
    ),
    "sv": Told(
        prompts=("För att du inte ska missa några nyheter vill vi gärna skicka notiser till dig", "Klicka på 'OK' och sedan 'Tillåt' för att aktivera notiser"),
        title="Sverige spelar in sin första långfilm på stationen",
        credits=("Bild: Nordbild / TT", "Foto: Nordbild TV"),
        standfirst="Den svenska filmen Det långa fallet spelades in av två personer",
        text=("Den svenska filmen Det långa fallet är den första långfilm som spelats in ombord på stationen, sade filmarna på tisdagen i Kiruna.", "Filmen har premiär nästa månad och visar bilder som togs ungefär fyrtio mil över jorden.", "Produktionen betalades av rymdstyrelsen, som lånade ut två kameror och en astronaut som aldrig hade spelat teater."),
        topics="Ämnen: Anna Lind, Rymden, Sverige",
        tags=("Anna Lind", "Rymden", "Sverige",),
    ),
    "uk": Told(
        prompts=("Щоб не пропустити головні новини, дозвольте надсилати вам сповіщення", "Натисніть «ОК», а потім «Дозволити», щоб увімкнути сповіщення"),
        title="Швеція зняла перший повнометражний фільм на станції",
        credits=("Фото: Nordbild / Укрінформ", "Фото: Nordbild TV"),
        standfirst="Шведський фільм «Довге падіння» зняли на станції вдвох",
        text=("Шведський фільм «Довге падіння» став першим повнометражним фільмом, знятим на борту станції, повідомили його автори у вівторок у Кіруні.", "Він вийде на екрани наступного місяця і покаже кадри, зняті приблизно за чотириста кілометрів над Землею.", "Зйомки оплатила космічна агенція, яка позичила групі дві камери й астронавта, що ніколи раніше не грав."),
        topics="Теми: Анна Лінд, Космос, Швеція",
        tags=("Анна Лінд", "Космос", "Швеція",),
    ),
    "ja": Told(
        prompts=("重要なニュースを見逃さないよう、通知をお送りします", "「OK」をクリックし、「許可」を選んで通知を有効にしてください"),
        title="スウェーデン、宇宙ステーションで初の長編映画を撮影",
        credits=("画像：Nordbild／共同通信", "写真：Nordbild TV"),
        standfirst="スウェーデン映画『長い落下』はステーションで二人だけで撮影された",
        text=("スウェーデン映画『長い落下』がステーションで撮影された初の長編映画になったと、制作者が火曜日にキルナで発表した。", "来月公開されるこの映画には、地上およそ四百キロメートルの高さで撮影された映像が収められている。", "制作費は宇宙機関が負担し、撮影班に二台のカメラと、演技の経験がまったくない宇宙飛行士一人を貸し出した。"),
        topics="トピック：アンナ・リンド、宇宙、スウェーデン",
        tags=("アンナ・リンド", "宇宙", "スウェーデン",),
    ),
    "zh": Told(
        prompts=("为了不错过重要新闻，我们愿意向您发送通知", "点击“确定”，然后点击“允许”以启用通知"),
        title="瑞典在空间站拍摄首部长片",
        credits=("图片来源：Nordbild／新华社", "图：Nordbild TV"),
        standfirst="瑞典电影《漫长的坠落》由两人在空间站拍摄完成",
        text=("瑞典电影《漫长的坠落》成为首部在空间站上拍摄的长片，制作方周二在基律纳宣布了这一消息，并感谢了所有参与者。", "影片将于下月上映，其中的画面是在距离地球约四百公里的高空拍摄的，历时十二天，共拍摄了三十个小时的素材。", "制作费用由航天局承担，该机构借给摄制组两台摄影机，以及一名从未演过戏的航天员，他在片中饰演一名医生。"),
        topics="标签：安娜·林德、太空、瑞典",
        tags=("安娜·林德", "太空", "瑞典",),
    ),
    "fi": Told(
        prompts=("Jotta et menetä yhtään uutista, lähetämme sinulle mielellämme ilmoituksia", "Napsauta OK ja sitten Salli ottaaksesi ilmoitukset käyttöön"),
        title="Ruotsi kuvasi ensimmäisen pitkän elokuvansa asemalla",
        credits=("Kuva: Nordbild / Lehtikuva", "Kuva: Nordbild TV"),
        standfirst="Ruotsalainen elokuva Pitkä putous kuvattiin kahden hengen voimin",
        text=("Ruotsalainen elokuva Pitkä putous on ensimmäinen asemalla kuvattu pitkä elokuva, sen tekijät kertoivat tiistaina Kiirunassa.", "Elokuva tulee teattereihin ensi kuussa, ja siinä on kuvia, jotka on otettu noin neljänsadan kilometrin korkeudella maasta.", "Tuotannon maksoi avaruusjärjestö, joka lainasi ryhmälle kaksi kameraa ja astronautin, joka ei ollut koskaan näytellyt."),
        topics="Aiheet: Anna Lind, Avaruus, Ruotsi",
        tags=("Anna Lind", "Avaruus", "Ruotsi",),
    ),
    "cs": Told(
        prompts=("Abyste nezmeškali žádné zprávy, rádi vám budeme posílat oznámení", "Klikněte na OK a pak na Povolit, abyste zapnuli oznámení"),
        title="Švédsko natočilo první celovečerní film na stanici",
        credits=("Foto: Nordbild / ČTK", "Foto: Nordbild TV"),
        standfirst="Švédský film Dlouhý pád natočili na stanici dva lidé",
        text=("Švédský film Dlouhý pád se stal prvním celovečerním filmem natočeným na palubě stanice, oznámili jeho tvůrci v úterý v Kiruně.", "Do kin přijde příští měsíc a ukazuje záběry pořízené přibližně čtyři sta kilometrů nad Zemí.", "Výrobu zaplatila kosmická agentura, která štábu půjčila dvě kamery a astronauta, který nikdy předtím nehrál."),
        topics="Témata: Anna Lind, Vesmír, Švédsko",
        tags=("Anna Lind", "Vesmír", "Švédsko",),
    ),
    "ko": Told(
        prompts=("중요한 뉴스를 놓치지 않도록 알림을 보내 드립니다", "확인을 누른 다음 허용을 눌러 알림을 설정하세요"),
        title="스웨덴, 우주정거장에서 첫 장편영화 촬영",
        credits=("사진: 노르드빌드 / 연합뉴스", "사진: 노르드빌드 TV"),
        standfirst="스웨덴 영화 긴 추락은 두 사람이 정거장에서 촬영했다",
        text=("스웨덴 영화 긴 추락이 우주정거장에서 촬영된 첫 장편영화가 됐다고 제작진이 화요일 키루나에서 밝혔다. 촬영에는 열이틀이 걸렸다.", "다음 달 개봉하는 이 영화에는 지상에서 약 사백 킬로미터 높이에서 찍은 장면들이 담겨 있다고 제작진은 설명했다.", "제작비는 우주청이 부담했으며 제작진에게 카메라 두 대와 연기 경험이 전혀 없는 우주비행사 한 명을 빌려 주었다."),
        topics="태그: 안나 린드, 우주, 스웨덴",
        tags=("안나 린드", "우주", "스웨덴",),
    ),
    "ar": Told(
        prompts=("حتى لا يفوتك أي خبر يسعدنا أن نرسل إليك الإشعارات", "انقر على موافق ثم على السماح لتفعيل الإشعارات"),
        title="السويد تصور أول فيلم روائي طويل على متن المحطة",
        credits=("الصورة: نوردبيلد / رويترز", "الصورة: نوردبيلد تي في"),
        standfirst="صور شخصان الفيلم السويدي السقوط الطويل على متن المحطة",
        text=("أصبح الفيلم السويدي السقوط الطويل أول فيلم روائي طويل يصور على متن المحطة، كما أعلن صانعوه يوم الثلاثاء في كيرونا.", "ومن المقرر أن يعرض الفيلم الشهر المقبل ويظهر لقطات صورت على ارتفاع نحو أربعمئة كيلومتر فوق سطح الأرض.", "ودفعت وكالة الفضاء تكاليف الإنتاج وأعارت الفريق كاميرتين ورائد فضاء لم يمثل من قبل في أي فيلم."),
        topics="الوسوم: آنا ليند، الفضاء، السويد",
        tags=("آنا ليند", "الفضاء", "السويد",),
    ),
    "el": Told(
        prompts=("Για να μη χάνετε καμία είδηση, θα θέλαμε να σας στέλνουμε ειδοποιήσεις", "Πατήστε ΟΚ και μετά Επιτρέπεται για να ενεργοποιήσετε τις ειδοποιήσεις"),
        title="Η Σουηδία γύρισε την πρώτη της ταινία στον σταθμό",
        credits=("Φωτογραφία: Nordbild / ΑΠΕ", "Φωτογραφία: Nordbild TV"),
        standfirst="Η σουηδική ταινία Η μακρά πτώση γυρίστηκε από δύο ανθρώπους",
        text=("Η σουηδική ταινία Η μακρά πτώση είναι η πρώτη ταινία μεγάλου μήκους που γυρίστηκε στον σταθμό, είπαν οι δημιουργοί της την Τρίτη στην Κίρουνα.", "Η ταινία βγαίνει στις αίθουσες τον επόμενο μήνα και δείχνει πλάνα που τραβήχτηκαν περίπου τετρακόσια χιλιόμετρα πάνω από τη Γη.", "Την παραγωγή πλήρωσε η διαστημική υπηρεσία, που δάνεισε στο συνεργείο δύο κάμερες και έναν αστροναύτη που δεν είχε παίξει ποτέ."),
        topics="Θέματα: Άννα Λιντ, Διάστημα, Σουηδία",
        tags=("Άννα Λιντ", "Διάστημα", "Σουηδία",),
    ),
}  # fmt: skip


def read(body: str, kind: str = "text/html; charset=utf-8") -> Article:
    page = Page(
        url=URL, final_url=URL, status=200, headers=(("content-type", kind),), body=body.encode(),
        fetched_at=datetime(2026, 11, 29, tzinfo=UTC),
    )  # fmt: skip
    return read_article(parse_document(page)).article


def as_text(told: Told) -> str:
    first, second, third = told.text
    parts = (*told.prompts, f"{told.title}\n{told.credits[0]}", told.title, told.standfirst, first, second, told.credits[1], third, told.topics)  # fmt: skip
    return "\n\n".join(parts)


def in_boxes(told: Told) -> str:
    first, second, third = told.text
    return f"""<html><body><div><p>{told.prompts[0]}</p><p>{told.prompts[1]}</p></div><div><h1>{told.title}</h1>
<div>{told.credits[0]}</div><h2>{told.title}</h2><p>{told.standfirst}</p><p>{first}</p><p>{second}</p>
<div>{told.credits[1]}</div><p>{third}</p><p>{told.topics}</p></div></body></html>"""


def between_paragraphs(told: Told) -> str:
    first, second, third = told.text
    label = told.topics.replace("：", ":").partition(":")[0]
    links = " ".join(f'<a href="/t/{place}">{tag}</a>' for place, tag in enumerate(told.tags))
    return f"""<html><head><title>{told.title} | Nord</title></head><body><article><h1>{told.title}</h1><p>{told.credits[0]}</p>
<p>{first}</p><p>{told.prompts[0]}</p><p>{told.prompts[1]}</p><p>{second}</p><p>{told.credits[1]}</p><p>{third}</p>
<div><b>{label}:</b> {links}</div></article></body></html>"""


def with_breaks(told: Told) -> str:
    first, second, third = told.text
    lines = (f"<b>{told.title}</b><br>{told.credits[0]}", first, second, told.credits[1], third, told.topics)
    return f"<html><body><div>{'<br>'.join(told.prompts)}<br><br>{'<br><br>'.join(lines)}</div></body></html>"


FORMS = {"text": as_text, "boxes": in_boxes, "between": between_paragraphs, "breaks": with_breaks}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("language", TOLD)
def test_the_text_is_clean_and_credits_and_topics_are_fields(language: str, form: str) -> None:
    told = TOLD[language]
    body = FORMS[form](told)
    read_as = read(body, "text/plain; charset=utf-8") if form == "text" else read(body)

    assert read_as.title == told.title
    assert tuple(line for line in read_as.text.split("\n") if line != told.standfirst) == told.text
    assert read_as.tags[: len(told.tags)] == told.tags
    assert len(read_as.image_credits) == 2
