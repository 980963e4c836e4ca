"""The catalogues of the review's languages: `python docs/messages.py` brings them up to date with what is said (`make messages`).

Sentences are found in templates, in the Python code of the review and of charts, in the questions of datasette.yaml, and
in the vocabulary of the record. What a catalogue has already stays; new sentences are added without a translation, and
`tests/unit/review/test_review_languages.py` names them.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import yaml
from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

ROOT = Path(__file__).resolve().parents[1]
CATALOGUES = ROOT / "crawler" / "publish" / "wording"
#: function -> where its sentences stand; None is the first argument
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "phrase": None,
    "noted": None,
    "ngettext": (1, 2),
    "counted": (1, 2),
    "count_phrase": (1, 2),
    "pgettext": ((1, "c"), 2),
}
PLACES = ("crawler/review", "crawler/publish/charts", "crawler/publish/wording")


def sentences() -> Iterator[tuple[Any, str | None, str]]:
    """What is said: a sentence or (one, many), its context, and the file that says it."""
    for place in PLACES:
        for path in sorted((ROOT / place).rglob("*.py")):
            for _, message, _, context in extract_from_file("python", path, keywords=KEYWORDS):
                yield message, context, path.relative_to(ROOT).as_posix()
    for path in sorted((ROOT / "crawler/review/templates").glob("*.html")):
        yield from _of_template(path)
    for text in _questions():
        yield text, None, "crawler/review/datasette.yaml"
    from crawler.publish.wording.vocabulary import VOCABULARY

    for words in VOCABULARY.values():
        for word in words:
            yield word, "word", "crawler/publish/wording/vocabulary.py"


def _of_template(path: Path) -> Iterator[tuple[Any, str | None, str]]:
    with path.open("rb") as file:
        found = babel_extract(
            file, list(KEYWORDS), (), {"trimmed": "true", "silent": "false", "trim_blocks": "true"}
        )
        for _, name, message, _ in found:
            if name == "pgettext":
                yield message[1], message[0], path.relative_to(ROOT).as_posix()
            elif name == "ngettext":
                yield (message[0], message[1]), None, path.relative_to(ROOT).as_posix()
            else:
                said = message if isinstance(message, str) else message[0]
                if said:
                    yield said, None, path.relative_to(ROOT).as_posix()


def _questions() -> Iterator[str]:
    """Titles and descriptions that pages of Datasette show at their head."""
    described = yaml.safe_load((ROOT / "crawler/review/datasette.yaml").read_text(encoding="utf-8"))
    record = described["databases"]["articles"]
    for each in (record, *record["queries"].values()):
        yield from (each[name].strip() for name in ("title", "description") if name in each)


def catalogue_of(code: str) -> Catalog:
    """The catalogue of a language, with everything that is said now."""
    path = CATALOGUES / f"{code}.po"
    locale = Locale.parse(code)
    known = Catalog(locale=locale)
    if path.exists():
        with path.open("rb") as file:
            known = read_po(file, locale=locale)
    template = Catalog()
    for message, context, place in sentences():
        # one line per file is enough: numbers of lines would change with every commit
        template.add(message, context=context, locations=[(place, 0)])
    known.update(template, no_fuzzy_matching=True)
    known.obsolete.clear()
    return known


def written(catalogue: Catalog) -> bytes:
    """As it stands in the repository: no dates, nobody's name."""
    out = BytesIO()
    write_po(out, catalogue, width=0, omit_header=True, include_lineno=False, sort_output=True)
    head = f'msgid ""\nmsgstr ""\n"Language: {catalogue.locale}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: {catalogue.plural_forms}\\n"\n\n'
    return head.encode() + re.sub(rb"\n+\Z", b"\n", out.getvalue())


def main() -> int:
    """Bring every catalogue up to date, and say what has no translation."""
    sys.path.insert(0, str(ROOT))
    from crawler.config.languages import LANGUAGES

    missing = 0
    for code in LANGUAGES[1:]:
        catalogue = catalogue_of(code)
        (CATALOGUES / f"{code}.po").write_bytes(written(catalogue))
        open_ = [
            each.id
            for each in catalogue
            if each.id and not (all(each.string) if isinstance(each.string, tuple) else each.string)
        ]
        print(f"{code}: {len(catalogue)} sentences, {len(open_)} without a translation")  # noqa: T201 - a tool
        missing += len(open_)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
