"""One language's way to say things: sentences of its catalogue, dates and numbers as people there write them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Literal

from babel import Locale
from babel.dates import format_date, format_time, format_timedelta
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from crawler.config.languages import LANGUAGES
from crawler.publish.display import one_line
from crawler.publish.wording.vocabulary import SPELT
from db.model import from_iso

#: code -> whose dates and numbers; days come before months in all of them
_PLACES: Mapping[str, str] = {"en": "en_GB"}
_UNITS: tuple[tuple[int, Literal["day", "hour", "minute", "second"]], ...] = (
    (86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"),
)  # fmt: skip
#: of words in a catalogue
_CONTEXT = "word"


@dataclass(frozen=True, slots=True)
class Wording:
    """How one language says what pages say; digits are 0 to 9 in all of them."""

    code: str
    locale: Locale
    catalogue: NullTranslations

    @property
    def direction(self) -> Literal["ltr", "rtl"]:
        """Of its lines."""
        return "rtl" if self.locale.text_direction == "rtl" else "ltr"

    @property
    def name(self) -> str:
        """What the language calls itself.

        >>> wording_of("de").name
        'Deutsch'
        """
        return self.locale.get_language_name() or self.code

    def phrase(self, message: str, **values: object) -> str:
        """A sentence: the catalogue's for *message*, which is English, with its `%(name)s` filled in."""
        return self.catalogue.gettext(message) % self._turned(values)

    def counted(self, one: str, many: str, count: int, **values: object) -> str:
        """A sentence that counts; `%(num)s` is *count* as it is written."""
        return self.catalogue.ngettext(one, many, count) % {"num": self.number(count), **self._turned(values)}

    def _turned(self, values: Mapping[str, object]) -> Mapping[str, object]:
        """Values as they stand in a line from right to left: each keeps its own direction (first strong isolate, Unicode TR9)."""
        if self.direction == "ltr":
            return values
        return {name: f"\u2068{value}\u2069" for name, value in values.items()}

    def word(self, word: str) -> str:
        """A word of the record, see `vocabulary`; one that the catalogue does not have stands as it is.

        >>> wording_of("en").word("not_modified"), wording_of("de").word("off")
        ('not modified', 'nicht zum Thema')
        """
        spelt = SPELT.get(word, word.replace("_", " "))
        return self.catalogue.pgettext(_CONTEXT, spelt)

    def number(self, value: float, pattern: str | None = None) -> str:
        """A number; *pattern* is one of Unicode's, such as `0.00`.

        >>> wording_of("de").number(12345), wording_of("de").number(0.5, "+0.00;-0.00")
        ('12.345', '+0,50')
        """
        return str(format_decimal(value, pattern, locale=self.locale))

    def moment(self, at: str | None, precision: str | None = "minute") -> str:
        """An instant of the record, see `display.moment_in_words`.

        >>> wording_of("de").moment("2023-04-20T12:00:00Z")
        '20. April 2023, 12:00 UTC'
        """
        if not at:
            return self.phrase("date not known")
        try:
            when = from_iso(at)
        except ValueError:
            return one_line(at, 40)
        day = format_date(when, "long", locale=self.locale)
        if precision not in ("minute", "second"):
            return day
        time = format_time(when, "HH:mm", locale=self.locale)
        # day and time are one: without isolates, which would let "UTC" turn the whole of it
        return self.catalogue.gettext("%(day)s, %(time)s UTC") % {"day": day, "time": time}

    def day(self, day: str) -> str:
        """A day `YYYY-MM-DD`, or a month `YYYY-MM`.

        >>> wording_of("de").day("2023-04-20"), wording_of("en").day("2023-04")
        ('20. April 2023', 'April 2023')
        """
        if len(day) == 10:
            return format_date(date.fromisoformat(day), "long", locale=self.locale)
        return format_date(date.fromisoformat(f"{day}-01"), "LLLL yyyy", locale=self.locale)

    def ago(self, at: str | None, now: datetime) -> str:
        """How long ago an instant of the record was, in the largest whole unit.

        >>> wording_of("ar").ago("2023-04-20T12:00:00Z", datetime(2023, 4, 20, 14, 30, tzinfo=UTC))
        'قبل ساعتين'
        """
        if not at:
            return self.phrase("never")
        try:
            seconds = (now.astimezone(UTC) - from_iso(at)).total_seconds()
        except ValueError:
            return one_line(at, 40)
        if abs(seconds) < 1:
            return self.phrase("just now")
        size, unit = _unit(abs(seconds))
        whole = timedelta(seconds=size * (abs(seconds) // size) * (-1 if seconds > 0 else 1))
        return format_timedelta(whole, unit, threshold=float("inf"), add_direction=True, locale=self.locale)

    def duration(self, seconds: float) -> str:
        """A duration in its largest whole unit.

        >>> wording_of("de").duration(7300)
        '2 Stunden'
        """
        size, unit = _unit(seconds)
        whole = timedelta(seconds=size * (seconds // size))
        return format_timedelta(whole, unit, threshold=float("inf"), locale=self.locale)


def _unit(seconds: float) -> tuple[int, Literal["day", "hour", "minute", "second"]]:
    return next((each for each in _UNITS if seconds >= each[0]), _UNITS[-1])


@cache
def wording_of(code: str) -> Wording:
    """The wording of a language of `LANGUAGES`; its catalogue is read once, as it stands in the repository."""
    locale = Locale.parse(_PLACES.get(code, code))
    if code == LANGUAGES[0]:
        return Wording(code, locale, NullTranslations())
    with (Path(__file__).parent / f"{code}.po").open("rb") as file:
        compiled = BytesIO()
        write_mo(compiled, read_po(file, locale=locale))
    compiled.seek(0)
    return Wording(code, locale, GNUTranslations(compiled))


#: of the program itself, where nobody asks for another
ENGLISH = wording_of("en")
