"""What a digest, a report or a chart is of, as people name it on the command line: a time and a beat."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from typing import Any

import click

from crawler.query.moments import moment


class When(click.ParamType):  # type: ignore[type-arg]  # click before 8.5 takes none
    """A moment of the past, as the query language has it; one sentence when it cannot be read."""

    name = "when"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The instant that *value* means now."""
        if isinstance(value, datetime):
            return value
        try:
            return moment(value, datetime.now(UTC))
        except ValueError as problem:
            self.fail(str(problem), param, ctx)


since_option = click.option(
    "--since",
    type=When(),
    metavar="WHEN",
    default="30d",
    show_default=True,
    help="From then until now: 30d, a day, yesterday.",
)


def check_beat(conn: sqlite3.Connection, beat: str | None) -> None:
    """Refuse the name of a beat that the record knows nothing of: an empty page would say that nothing happened.

    Raises:
        click.BadParameter: with the names that there are.
    """
    if beat is None or conn.execute("SELECT 1 FROM judgements WHERE beat = ? LIMIT 1", (beat,)).fetchone():
        return
    known = [
        row[0] for row in conn.execute("SELECT DISTINCT beat FROM sources WHERE beat IS NOT NULL ORDER BY 1")
    ]
    if beat not in known:
        there_are = f"; it has {', '.join(known)}" if known else ""
        raise click.BadParameter(f"the record has no beat {beat}{there_are}", param_hint="--beat")
