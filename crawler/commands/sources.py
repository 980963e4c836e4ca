"""`spacereel sources`: the catalogue; one module per verb below it."""

from __future__ import annotations

import click

from crawler.commands.verbs import Verbs

VERBS = {
    "list": "List every source of the configured beats.",
    "check": "Fetch sources now and tell what they give.",
    "add": "Find where a site can be looked in, and add one to a beat.",
    "import": "Add the feeds of an OPML file to a beat.",
    "export": "Write the feeds of the beats as OPML.",
}


@click.group("sources", cls=Verbs, verbs=VERBS)
def command() -> None:
    """List, check, find and exchange the sources of the beats."""
