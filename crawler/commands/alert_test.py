"""`spacereel alert test NAME`: a message to every target, now, outside of the outbox."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from crawler.commands.sending import send_to_targets
from crawler.commands.verbs import reads_config
from crawler.config import Config
from crawler.config.alerts import AlertConfig
from crawler.config.spelling import nearest
from crawler.errors import ConfigError
from crawler.publish.alerts.events import AlertEvent
from crawler.publish.alerts.message import Message
from crawler.publish.alerts.sender import check_query
from crawler.publish.alerts.ways import way_to
from db.model import iso


@click.command("test")
@click.argument("name")
@reads_config
def command(config: Config, name: str) -> None:
    """Send a test message to the targets of an alert.

    Says for each target whether it took the message; exit code 1 when one did
    not. The record is not asked, and nothing is noted in it.

    \b
    Example:
      spacereel alert test desk
    """
    alert, now = alert_named(config, name), datetime.now(UTC)
    check_query(alert, now)
    event = AlertEvent(
        key=f"test-{iso(now)}",
        kind="test",
        title=f"Spacereel can reach you: alert {alert.name}",
        site="Spacereel",
        found_at=iso(now),
        review_url=alert.review_url,
    )
    message = Message(key=event.key, alert=alert.name, events=(event,), count=1)
    send_to_targets(config, alert, lambda target, refusal: way_to(target).send(target, message, refusal))


def alert_named(config: Config, name: str) -> AlertConfig:
    """The alert of that name.

    Raises:
        ConfigError: there is none; names the nearest.
    """
    alerts = {alert.name: alert for alert in config.alerts}
    if name not in alerts:
        near = nearest(name, alerts) if alerts else "; no alert is configured"
        raise ConfigError(f'there is no alert "{name}"{near}', str(config.path or ""), "name")
    return alerts[name]
