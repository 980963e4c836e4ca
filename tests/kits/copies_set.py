"""A labelled set for recognition, invented: originals with edits and non-edits, agency texts with copies, near misses.

Words are drawn so that common ones are as common as in a real text; names,
numbers and quotes tie a story together. Everything follows from a seed.
"""

from __future__ import annotations

import random
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone

from copies_words import CHINESE, COMMON, NAMES, RARE, RUSSIAN, SITES

from crawler.dedupe.fingerprint import fingerprint
from crawler.dedupe.recognise import recognise
from db.model import Article, Known, Likeness

PUBLISHED = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


class Writer:
    """Invents sentences; one seed, one writer.

    Args:
        language: en | ru | zh
    """

    def __init__(self, seed: int, language: str = "en") -> None:
        self.dice = random.Random(seed)
        self.language = language
        self.names = self.dice.sample(NAMES, 3)
        self.numbers = [str(self.dice.randint(3, 999)) for _ in range(8)]
        pool = RARE if language == "en" else RUSSIAN
        self.subject = self.dice.sample(pool, 60)

    def sentence(self) -> str:
        if self.language == "zh":
            return "".join(self.dice.choices(CHINESE, k=self.dice.randint(14, 34))) + "。"
        words = [self._word() for _ in range(self.dice.randint(9, 24))]
        if self.dice.random() < 0.25:
            words.insert(self.dice.randrange(len(words)), self.dice.choice(self.names))
        if self.dice.random() < 0.25:
            words.insert(self.dice.randrange(len(words)), self.dice.choice(self.numbers))
        text = " ".join(words)
        return f"{text[0].upper()}{text[1:]}{self.dice.choice(['.', '.', '.', '?'])}"

    def _word(self) -> str:
        roll = self.dice.random()
        if self.language == "ru":
            return self.dice.choice(RUSSIAN[:26] if roll < 0.35 else self.subject if roll < 0.65 else RUSSIAN)
        return self.dice.choice(COMMON if roll < 0.45 else self.subject if roll < 0.7 else RARE)

    def quote(self) -> str:
        body = self.sentence().rstrip(".?。")
        return (
            f'"{body}," said {self.dice.choice(self.names)}.'
            if self.language != "zh"
            else f"“{body}”，他说。"
        )

    def paragraphs(self, least: int = 6, most: int = 14) -> list[list[str]]:
        """Sentences, grouped into paragraphs."""
        count = self.dice.randint(least, most)
        return [
            [
                self.quote() if self.dice.random() < 0.2 else self.sentence()
                for _ in range(self.dice.randint(1, 3))
            ]
            for _ in range(count)
        ]

    def title(self) -> str:
        if self.language == "zh":
            return self.sentence()[:14]
        return " ".join(self.sentence().rstrip(".?").split()[:9])


def text_of(paragraphs: list[list[str]], space: str = " ") -> str:
    """Paragraphs as an article's text has them."""
    return "\n".join(space.join(sentences) for sentences in paragraphs if sentences)


def article(
    writer: Writer, paragraphs: list[list[str]], number: int, site: str, at: datetime = PUBLISHED
) -> Article:
    """An article of that text on a site of its own."""
    url = (
        f"https://{site.lower().replace(' ', '-').replace('степные-вести', 'steppe')}.example/story-{number}"
    )
    return Article(
        url=url,
        canonical_url=url,
        title=writer.title(),
        text=text_of(paragraphs, "" if writer.language == "zh" else " "),
        authors=(writer.names[0],),
        published_at=at,
        published_precision="second",
        site_name=site,
        language=writer.language,
    )


def known(of: Article, article_id: int, content_sha256: str, seen_at: datetime | None = None) -> Known:
    """*of* as the record would show it."""
    return Known(
        article_id=article_id,
        canonical_url=of.canonical_url,
        revision=1,
        content_sha256=content_sha256,
        title=of.title,
        text=of.text,
        published_at=of.published_at,
        fetched_at=seen_at or PUBLISHED + timedelta(hours=1),
        site_name=of.site_name,
    )


@dataclass(frozen=True)
class Story:
    """An original and what it was made of."""

    writer: Writer
    paragraphs: list[list[str]]
    article: Article


def stories(count: int, seed: int = 1) -> list[Story]:
    """Originals in English, Russian and Chinese, three to one to one."""
    made = []
    for number in range(count):
        writer = Writer(seed * 10_000 + number, ("en", "en", "en", "ru", "zh")[number % 5])
        paragraphs = writer.paragraphs()
        made.append(
            Story(writer, paragraphs, article(writer, paragraphs, number, SITES[number % len(SITES)]))
        )
    return made


# versions of one page

Edit = Callable[[Story], Article]


def _with_text(story: Story, paragraphs: list[list[str]]) -> Article:
    return replace(story.article, text=text_of(paragraphs, "" if story.writer.language == "zh" else " "))


def _one_word(story: Story) -> Article:
    text = story.article.text
    middle = len(text) // 2
    return replace(
        story.article,
        text=text[:middle] + "很" + text[middle:]
        if story.writer.language == "zh"
        else text.replace(" ", " not ", 1),
    )


EDITS: dict[str, Edit] = {
    "title": lambda s: replace(s.article, title=s.writer.title()),
    "one word of the title": lambda s: replace(s.article, title=s.article.title + " again"),
    "correction note": lambda s: replace(
        s.article,
        text=s.article.text + "\nThis article was corrected on 21 November: the flight took 12 days.",
    ),
    "paragraph added": lambda s: _with_text(s, [*s.paragraphs[:2], [s.writer.sentence()], *s.paragraphs[2:]]),
    "paragraph removed": lambda s: _with_text(s, s.paragraphs[:1] + s.paragraphs[2:]),
    "paragraphs in another order": lambda s: _with_text(s, s.paragraphs[::-1]),
    "one word": _one_word,
    "one number": lambda s: replace(s.article, text=s.article.text + " 12", title=s.article.title),
    "rewritten": lambda s: _with_text(s, s.writer.paragraphs()),
    "shortened": lambda s: _with_text(s, s.paragraphs[: len(s.paragraphs) // 2]),
    "paywalled": lambda s: _with_text(s, [s.paragraphs[0], ["Subscribe to read on."]]),
    "author": lambda s: replace(s.article, authors=(*s.article.authors, "Second Author")),
    "author removed": lambda s: replace(s.article, authors=()),
    "date": lambda s: replace(s.article, published_at=PUBLISHED + timedelta(hours=3)),
    "negation": lambda s: replace(s.article, text=s.article.text.replace("\n", "\nNot so. ", 1)),
    "sign": lambda s: replace(s.article, title=s.article.title + "?"),
}

NON_EDITS: dict[str, Edit] = {
    "nothing": lambda s: s.article,
    "curly quotes": lambda s: replace(
        s.article, text=_curled(s.article.text), title=_curled(s.article.title)
    ),
    "white space": lambda s: replace(
        s.article,
        text=s.article.text.replace(" ", "\u00a0 ").replace("\n", " \n\n\t"),
        title=f" {s.article.title}  ",
    ),
    "invisible characters": lambda s: replace(
        s.article, text="\ufeff" + s.article.text.replace(" ", "\u200b ", 9).replace("a", "a\u00ad", 9)
    ),
    "decomposed letters": lambda s: replace(
        s.article,
        text=unicodedata.normalize("NFD", s.article.text),
        title=unicodedata.normalize("NFD", s.article.title),
    ),
    "dashes and ellipses": lambda s: replace(
        s.article,
        title=s.article.title.replace("-", "–"),
        text=s.article.text.replace("-", "—").replace("...", "…"),
    ),
    "picture and its size": lambda s: replace(
        s.article, image_url="https://e.example/x.jpg?width=1200", image_credits=("Photo: Somebody",)
    ),
    "tags, section, teaser": lambda s: replace(
        s.article, tags=("a", "b"), section="Film", description="Another teaser."
    ),
    "time of modification": lambda s: replace(s.article, modified_at=PUBLISHED + timedelta(days=1)),
    "zone of the date": lambda s: replace(
        s.article, published_at=PUBLISHED.astimezone(timezone(timedelta(hours=3)))
    ),
    "seconds of the date": lambda s: replace(s.article, published_at=PUBLISHED + timedelta(seconds=20)),
    "date not found this time": lambda s: replace(s.article, published_at=None),
    "http and www": lambda s: _moved(s.article, s.article.url.replace("https://", "http://www.")),
    "closing slash": lambda s: _moved(s.article, s.article.url + "/"),
    "mobile host": lambda s: _moved(s.article, s.article.url.replace("https://", "https://m.")),
    "tracked address": lambda s: _moved(s.article, s.article.url + "?utm_source=feed"),
    "what was removed from the page": lambda s: replace(
        s.article, extractor="another", origins=(("title", "h1"),)
    ),
}


def _curled(text: str) -> str:
    return text.replace(' "', " “").replace('\n"', "\n“").replace('"', "”").replace("'", "’")


def _moved(of: Article, url: str) -> Article:
    return replace(of, url=url, canonical_url=url)


# copies on other sites

Copying = Callable[[Story], list[list[str]]]


def _cut(story: Story, share: float) -> list[list[str]]:
    """Without that share of the sentences, anywhere but the first."""
    places = [(p, s) for p, sentences in enumerate(story.paragraphs) for s in range(len(sentences))][1:]
    gone = set(story.writer.dice.sample(places, round(share * len(places))))
    return [
        [each for s, each in enumerate(sentences) if (p, s) not in gone]
        for p, sentences in enumerate(story.paragraphs)
    ]


def _new_lead(story: Story, paragraphs: list[list[str]]) -> list[list[str]]:
    dateline = {
        "en": "MOSCOW, Nov 20 (Northern Wire) -",
        "ru": "МОСКВА, 20 ноября.",
        "zh": "新华社莫斯科11月20日电",
    }[story.writer.language]
    return [[f"{dateline} {story.writer.sentence()}"], *paragraphs[1:]]


def _retouched(story: Story, every: int) -> list[list[str]]:
    """One word, or character, in *every* replaced."""
    if story.writer.language == "zh":
        return [
            [
                "".join(
                    story.writer.dice.choice(CHINESE) if story.writer.dice.random() < 1 / (2 * every) else c
                    for c in each
                )
                for each in p
            ]
            for p in story.paragraphs
        ]
    return [
        [
            " ".join(
                story.writer._word() if story.writer.dice.random() < 1 / every else w for w in each.split()
            )
            for each in p
        ]
        for p in story.paragraphs
    ]


COPIES: dict[str, Copying] = {
    "word for word": lambda s: s.paragraphs,
    "5 % of the sentences cut": lambda s: _cut(s, 0.05),
    "10 % of the sentences cut": lambda s: _cut(s, 0.10),
    "20 % of the sentences cut": lambda s: _cut(s, 0.20),
    "30 % of the sentences cut": lambda s: _cut(s, 0.30),
    "40 % of the sentences cut": lambda s: _cut(s, 0.40),
    "first half only": lambda s: s.paragraphs[: -(-len(s.paragraphs) // 2)],
    "new lead": lambda s: _new_lead(s, s.paragraphs),
    "new lead, 20 % cut": lambda s: _new_lead(s, _cut(s, 0.20)),
    "a local paragraph added": lambda s: [*s.paragraphs, [s.writer.sentence(), s.writer.sentence()]],
    "new lead, 20 % cut, paragraph added": lambda s: [*_new_lead(s, _cut(s, 0.20)), [s.writer.sentence()]],
    "one word in 30 changed": lambda s: _retouched(s, 30),
    "paragraphs joined": lambda s: [[each for paragraph in s.paragraphs for each in paragraph]],
    "embedded in a longer article": lambda s: [*s.writer.paragraphs(3, 4), *s.paragraphs],
}


def copies(of: list[Story]) -> Iterator[tuple[str, Article, Article]]:
    """(kind, original, copy) for every story and every way of copying."""
    for number, story in enumerate(of):
        for kind, copying in COPIES.items():
            site = SITES[(number + 3) % len(SITES)]
            copy = article(story.writer, copying(story), 1000 + number, site, PUBLISHED + timedelta(hours=2))
            yield kind, story.article, copy


class Shelf:
    """Articles by band, as the record keeps them; answers what `recognise` has to compare."""

    def __init__(self) -> None:
        self._known: list[Known] = []
        self._by_band: dict[int, list[int]] = {}

    def put(self, of: Article) -> Known:
        """Keep an article; its id is its place."""
        print_ = fingerprint(of)
        entry = known(of, len(self._known), print_.content_sha256)
        self._known.append(entry)
        for band in print_.bands:
            self._by_band.setdefault(band, []).append(entry.article_id)
        return entry

    def likeness(self, of: Article, most: int = 20) -> Likeness:
        """Recognise *of* among the *most* articles that share most bands with it, and those of the same digest."""
        print_ = fingerprint(of)
        shared: Counter[int] = Counter()
        for band in print_.bands:
            shared.update(self._by_band.get(band, ()))
        near = [self._known[article_id] for article_id, _ in shared.most_common(most)]
        equal = [each for each in self._known if each.content_sha256 == print_.content_sha256]
        return recognise(of, print_, [*near, *equal])
