"""`spacereel alert`: who is notified of what; one module per verb below it."""

from __future__ import annotations

import click

from crawler.commands.verbs import Verbs

VERBS = {
    "list": "Show the alerts, what they wait for and what failed.",
    "test": "Send a test message to the targets of an alert.",
    "log": "Show what was sent to whom, and what failed.",
}


@click.group("alert", cls=Verbs, verbs=VERBS)
def command() -> None:
    """Show, try and look back at who is notified of what.

    Alerts stand in spacereel.toml, one [[alert]] each; docs/alerts.md says how.
    """
