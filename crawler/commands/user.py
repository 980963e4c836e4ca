"""`spacereel user`: who may review, from this machine and from others; one module per verb below it."""

from __future__ import annotations

import click

from crawler.commands.verbs import Verbs

VERBS = {
    "add": "Let somebody sign in to the review.",
    "list": "Show who may sign in, their roles, sessions and tokens.",
    "role": "Change what somebody may do.",
    "password": "Give somebody a new password and end their sessions.",
    "disable": "Shut somebody out, or let them in again.",
    "token": "Make a token for feeds or the JSON API, or take one away.",
}


@click.group("user", cls=Verbs, verbs=VERBS)
def command() -> None:
    """Say who may review, and what each may do.

    A reader reads, a reviewer marks as well, an admin also writes SQL. They are
    kept beside the record, in a file that only its owner reads.
    """
