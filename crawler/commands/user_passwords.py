"""How a password comes in: typed twice without being shown, or as one line of standard input."""

from __future__ import annotations

import sys

import click

from crawler.errors import SpacereelError


def asked_password(name: str) -> str:
    """The new password of *name*.

    Raises:
        SpacereelError: nothing came in.
    """
    if sys.stdin.isatty():
        return str(click.prompt(f"Password of {name}", hide_input=True, confirmation_prompt=True))
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise SpacereelError("no password came in; type it, or write it to standard input as one line")
    return line
