"""What is sent to the targets of an alert by hand: a line for each target."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial

import click

from crawler.config import Config
from crawler.config.alerts import AlertConfig
from crawler.errors import PublishError
from crawler.publish.alerts.targets import Target, targets_of
from crawler.publish.alerts.webhook import Refusal


def send_to_targets(config: Config, alert: AlertConfig, deliver: Callable[[Target, Refusal], None]) -> None:
    """Say of each target whether it took what *deliver* hands it, and end: exit code 1 when one did not."""
    from crawler.frontier.addresses import refusal  # twisted: only when something is sent

    has_failed = False
    for target in targets_of(alert, os.environ):
        try:
            deliver(target, partial(refusal, allowed=config.fetch.allow_private))
        except PublishError as problem:
            click.echo(f"!! {target.label}: {problem}")
            has_failed = True
        else:
            click.echo(f"ok {target.label}")
    sys.exit(1 if has_failed else 0)
