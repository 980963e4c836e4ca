"""Articles for the review tests, written by us: what a record of space films looks like after a few weeks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Text:
    """One invented article."""

    slug: str
    site: str
    title: str
    text: str
    published: str
    source: str = "orbit-feed"
    language: str = "en"
    description: str | None = None
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    section: str | None = None
    score: float = 8.0
    #: (term, concept, field, count, weight)
    evidence: tuple[tuple[str, str, str, int, float], ...] = ()
    removed: tuple[tuple[str, str, int], ...] = ()
    credits: tuple[str, ...] = ()
    image: str | None = None
    precision: str = "second"


FILMED = (
    ("Lena Orlova", "person", "title", 1, 3.0),
    ("film", "film", "title", 1, 2.0),
    ("space station", "orbit", "lead", 2, 3.5),
)

TEXTS = (
    Text(
        slug="actress-back-from-station",
        site="Orbital Gazette",
        title="Actress returns from twelve days on the space station with a feature film in the can",
        description="Lena Orlova and director Pavel Denisov landed on the steppe after the longest location shoot in history.",
        authors=("Mara Lindqvist", "Jo Abernathy"),
        tags=("Film", "Space station", "Lena Orlova"),
        section="Culture",
        published="2026-11-20T08:15:00Z",
        score=14.5,
        evidence=(
            *FILMED,
            ("shot aboard", "film in orbit", "body", 3, 4.0),
            ("trailer", "negative", "body", 1, -0.5),
        ),
        removed=(
            ("prompt.newsletter", "Sign up for our Friday letter from orbit", 4),
            (
                "title.repeated",
                "Actress returns from twelve days on the space station with a feature film in the can",
                0,
            ),
            ("memory.line", "Follow us wherever you read", 9),
            ("credit.caption", "Lena Orlova waves after the landing. Photograph: Ilse Brandt/Gazette", 2),
        ),
        credits=("Ilse Brandt/Gazette",),
        image="https://img.gazette.example/orlova.jpg",
        text="\n".join(
            (
                "The hatch opened at dawn and Lena Orlova, who had never flown in anything larger than a crop duster, asked for tea.",
                "For twelve days the actress and her director, Pavel Denisov, had the space station's laboratory module to themselves "
                "for six hours a day. The other eighteen belonged to the resident crew, who also served as extras, gaffers and, once, as a stunt double.",
                "“You cannot rehearse floating,” Denisov said at the landing site. “We threw away the storyboard on the second morning. "
                "Light comes from everywhere, and then, forty minutes later, from nowhere.”",
                "The production, whose working title is The Long Window, follows a surgeon sent up to operate on a cosmonaut who cannot be brought home. "
                "About thirty-five minutes of the finished film will have been shot aboard.",
                "Engineers had spent a year on the camera package. Batteries larger than a paperback are forbidden in the module, so each take was limited to nine minutes.",
                "The agency that sold the seats has not published a price. A spokesperson said the shoot had cost “less than a week of rain on a historical drama”.",
                "Editing begins in December. The studio hopes for a release in the spring of 2028.",
            )
        ),
    ),
    Text(
        slug="studio-module-contract",
        site="Launchpad Weekly",
        title="Builder signed for inflatable film studio to be docked in 2029",
        description="A six-metre sphere with green walls and no floor: the first module built for cameras gets a contractor.",
        authors=("Teodor Vale",),
        tags=("Studio module", "Industry"),
        published="2026-11-21T16:40:00Z",
        score=11.0,
        evidence=(
            ("film studio", "film", "title", 1, 3.0),
            ("docked", "orbit", "title", 1, 2.0),
            ("module", "orbit", "lead", 3, 3.0),
        ),
        text="\n".join(
            (
                "The company behind the first commercial film studio in orbit has chosen a builder for its inflatable module.",
                "The sphere is to be six metres across when inflated. Its inner wall carries mounting points every forty centimetres, and a rail on which a camera can travel once around the set.",
                "Tenants would book it by the orbit. Producers of sports and live music have signed letters of intent, the company said, without naming them.",
                "Launch is planned for 2029. Two earlier dates have passed.",
            )
        ),
    ),
    Text(
        slug="akterisa-vernulas",
        site="Вестник орбиты",
        source="vestnik-sitemap",
        language="ru",
        title="Актриса вернулась с орбиты: съёмки первого полнометражного фильма на станции завершены",
        description="Экипаж приземлился в степи в расчётное время, исполнительница главной роли чувствует себя хорошо.",
        authors=("Анна Соколова",),
        tags=("Кино", "Орбита"),
        section="Культура",
        published="2026-11-20T07:05:00Z",
        score=13.2,
        evidence=(
            ("съёмки", "film", "title", 1, 2.5),
            ("на станции", "orbit", "title", 1, 3.0),
            ("экипаж", "orbit", "lead", 1, 1.0),
        ),
        text="\n".join(
            (
                "Спускаемый аппарат с актрисой Леной Орловой и режиссёром Павлом Денисовым приземлился на рассвете.",
                "За двенадцать дней на станции снято около тридцати пяти минут экранного времени. Роли второго плана сыграли члены основного экипажа.",
                "«Репетировать невесомость нельзя, — сказал режиссёр. — Уже на второй день мы выбросили раскадровку».",
                "Премьера ожидается весной 2028 года.",
            )
        ),
    ),
    Text(
        slug="rodaje-en-orbita",
        site="Diario del Cosmos",
        source="diario-section",
        language="es",
        title="Termina el rodaje en órbita: «No se puede ensayar la ingravidez»",
        authors=("Inés Robledo",),
        tags=("Cine",),
        published="2026-11-20T10:30:00Z",
        score=10.4,
        evidence=(
            ("rodaje en órbita", "film in orbit", "title", 1, 5.0),
            ("película", "film", "lead", 1, 1.5),
        ),
        text="La película que se ha rodado durante doce días en la estación espacial ya está en la Tierra.\n"
        "El director, Pavel Denisov, contó que el guion gráfico duró un día.\nLa actriz pidió un té.",
    ),
    Text(
        slug="film-im-all",
        site="Sternkurier",
        source="sternkurier-feed",
        language="de",
        title="Zwölf Tage Dreh auf der Raumstation: Die Schauspielerin ist zurück",
        authors=("Jürgen Faßbender",),
        published="2026-11-20T11:00:00Z",
        score=9.9,
        precision="minute",
        evidence=(("Dreh", "film", "title", 1, 2.0), ("Raumstation", "orbit", "title", 1, 3.0)),
        text="Im Morgengrauen landete die Kapsel in der Steppe, an Bord eine Schauspielerin und ein Regisseur.\n"
        "Fünfunddreißig Minuten des Spielfilms entstanden in der Schwerelosigkeit.",
    ),
    Text(
        slug="tournage-orbital",
        site="Le Fil des étoiles",
        source="fil-section",
        language="fr",
        title="Tournage en apesanteur : le cinéma a-t-il besoin d’aller là-haut ?",
        description="Un essai sur le prix du vrai.",
        authors=("Camille Duvernay",),
        published="2026-11-18T06:00:00Z",
        score=6.1,
        precision="day",
        evidence=(("tournage en apesanteur", "film in orbit", "title", 1, 4.0),),
        text="Depuis un siècle, le cinéma invente l’espace avec des fils et de la lumière.\n"
        "Que gagne-t-il à s’y rendre ? Peut-être rien que l’on voie, et tout ce que l’on croit.",
    ),
    Text(
        slug="uchu-satsuei",
        site="軌道新聞",
        source="kido-feed",
        language="ja",
        title="宇宙ステーションで長編映画の撮影終わる 俳優ら帰還",
        published="2026-11-20T22:00:00Z",
        score=9.1,
        evidence=(("宇宙ステーション", "orbit", "title", 1, 3.0), ("映画", "film", "title", 1, 2.0)),
        text="宇宙ステーションに十二日間滞在した俳優と監督が二十日、草原に着陸した。\n撮影された映像は約三十五分にのぼる。\n公開は再来年春の予定。",
    ),
    Text(
        slug="film-fi-al-madar",
        site="مدار",
        source="madar-feed",
        language="ar",
        title="عودة الممثلة من المحطة الفضائية بعد تصوير فيلم روائي طويل",
        published="2026-11-20T12:20:00Z",
        score=8.8,
        evidence=(("تصوير فيلم", "film", "title", 1, 2.5), ("المحطة الفضائية", "orbit", "title", 1, 3.0)),
        text="هبطت الكبسولة فجرا وعلى متنها الممثلة والمخرج بعد اثني عشر يوما في المدار.\nتبدأ أعمال المونتاج في ديسمبر.",
    ),
    Text(
        slug="stunt-double-cosmonaut",
        site="Orbital Gazette",
        title="The cosmonaut who became a stunt double",
        description="He went up to fix a toilet and came home with a credit.",
        authors=("Mara Lindqvist",),
        tags=("Film", "Profile"),
        published="2026-11-22T18:00:00Z",
        score=5.2,
        evidence=(
            ("stunt double", "film", "title", 1, 1.5),
            ("cosmonaut", "orbit", "title", 1, 1.5),
            ("shoot", "film", "body", 2, 1.0),
        ),
        text="When the script called for somebody to be thrown through a hatch, everybody looked at the flight engineer.\n"
        "He is a calm man who counts screws for pleasure. “It was on the schedule between filters and lunch,” he says.",
    ),
    Text(
        slug="festival-opens-with-orbit-film",
        site="The Harbour Post",
        source="harbour-feed",
        title="Festival to open with first film edited in orbit",
        authors=("Priya Raman",),
        published="2026-11-19T09:00:00Z",
        score=4.1,
        evidence=(("film", "film", "title", 1, 2.0), ("in orbit", "orbit", "title", 1, 2.0)),
        text="The seventy-first edition of the festival will open with a documentary that was cut, but not shot, aboard the station.\n"
        "Its director sent the rushes up and the decisions came down.",
    ),
    Text(
        slug="insurers-and-actors",
        site="Launchpad Weekly",
        title="What it costs to insure an actor at 28,000 km/h",
        authors=("Teodor Vale",),
        published="2026-11-12T13:00:00Z",
        score=7.7,
        evidence=(
            ("actor", "person", "title", 1, 1.0),
            ("shooting in orbit", "film in orbit", "lead", 1, 4.5),
        ),
        text="Underwriters like tables, and there is no table for shooting in orbit.\nThe first policy was written on two pages.",
    ),
)

#: short ones: slug, site, title, day of November, score
SHORT = (
    ("camera-nine-minutes", "Launchpad Weekly", "Nine minutes per take: inside the camera package", 17, 8.3),
    (
        "casting-call-3000",
        "The Harbour Post",
        "Three thousand apply to be the second actor in space",
        15,
        7.9,
    ),
    ("studio-delays-again", "Orbital Gazette", "Orbital studio slips to 2029, its third date", 14, 6.6),
    (
        "short-film-window",
        "The Harbour Post",
        "Students shoot a short film through a station window",
        13,
        9.0,
    ),
    (
        "music-video-hatch",
        "Launchpad Weekly",
        "Music video filmed in weightlessness goes over its hour",
        11,
        5.9,
    ),
    ("director-diary-3", "Orbital Gazette", "Director’s diary, day three: everything drifts left", 9, 8.1),
    ("director-diary-2", "Orbital Gazette", "Director’s diary, day two: the storyboard goes", 8, 8.1),
    ("director-diary-1", "Orbital Gazette", "Director’s diary, day one: sick, happy, upside down", 7, 8.1),
    ("unions-ask", "The Harbour Post", "Unions ask who pays overtime on the dark side", 6, 4.4),
    ("props-burn-up", "Launchpad Weekly", "The props will burn up over the Pacific", 5, 6.2),
    ("screening-for-crew", "Orbital Gazette", "Crew watches a film about itself", 4, 2.1),
    ("tourist-brings-camera", "The Harbour Post", "Tourist brings a camera, and opinions", 3, 1.9),
)
