"""Times as people name them on the command line: `24h`, `yesterday`, a day."""

from __future__ import annotations

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
