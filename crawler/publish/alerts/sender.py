"""Tells: reads what is new, writes it into the outbox, and sends what is due, one message after the other.

Nothing is sent inside a transaction. A message is marked as being sent, then
sent, then marked as sent; who is killed in between sends it again with the
same key, and that is the only way in which one comes twice.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from crawler.config.alerts import AlertConfig
from crawler.errors import ConfigError, PublishError, QuerySyntaxError
from crawler.logs import say
from crawler.publish.alerts.bells import bells
from crawler.publish.alerts.causes import collect
from crawler.publish.alerts.events import alert_event
from crawler.publish.alerts.message import Message
from crawler.publish.alerts.targets import Target, targets_of
from crawler.publish.alerts.times import is_quiet, next_try
from crawler.publish.alerts.ways import way_to
from crawler.publish.alerts.webhook import Refusal
from crawler.query.scope import scoped_condition
from db import outbox
from db.connection import connect, transaction
from db.model import from_iso
from db.rows import Row

log = logging.getLogger(__name__)

_Addressed = tuple[AlertConfig, Sequence[Target]]

#: things that come at once are sent one by one up to so many; more come in one message
MOST_SINGLE = 20
#: messages that one call sends, so that what is new is looked for again
_MOST_MESSAGES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliveries:
    """What one call did."""

    sent: int = 0
    failed: int = 0


def check_alerts(alerts: Sequence[AlertConfig], environment: Mapping[str, str], now: datetime) -> None:
    """Refuse alerts that could never be sent.

    Raises:
        ConfigError: a query cannot be read, or a secret is not there; names the alert.
    """
    for alert in alerts:
        for target in targets_of(alert, environment):
            if target.lack:
                raise ConfigError(target.lack, "", "to")
        check_query(alert, now)


def check_query(alert: AlertConfig, now: datetime) -> None:
    """Refuse an alert that can find nothing.

    Raises:
        ConfigError: its query cannot be read; names the alert.
    """
    try:
        scoped_condition(alert.query, now=now)
    except QuerySyntaxError as problem:
        raise ConfigError(f'alert "{alert.name}": {problem}', "", "query") from problem


class AlertSender:
    """Sends what the alerts of a configuration have to tell.

    Each fails for itself: what cannot be sent says why in its rows, and an alert
    whose query cannot be read stays where it is until it can.

    Args:
        record: the file; it is opened for each call.
        refusal: the guard for webhooks.
        clock: what time it is.
        is_stopping: asked before each message.
    """

    def __init__(
        self,
        record: Path,
        alerts: Sequence[AlertConfig],
        environment: Mapping[str, str],
        refusal: Refusal,
        clock: Callable[[], datetime],
        is_stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self._record = record
        self._alerts = [(alert, targets_of(alert, environment)) for alert in alerts]
        self._environment = environment
        self._refusal = refusal
        self._clock = clock
        self._is_stopping = is_stopping

    def begin(self) -> None:
        """Take over from a sender that ended, let go of what is not configured any more, and note where new alerts begin."""
        with self._open() as conn, transaction(conn, self._record):
            alerts = self._ringing(conn)
            outbox.requeue_sending(conn)
            outbox.drop_all_but(
                conn, [(alert.name, target.id) for alert, targets in alerts for target in targets]
            )
            for alert, _ in alerts:
                outbox.cursor_of(conn, alert.name, self._clock())

    def send_due(self) -> Deliveries:
        """Collect, and send what is due."""
        sent = failed = 0
        with self._open() as conn:
            alerts = self._ringing(conn)
            self._collect(conn, alerts)
            for alert, target, message in self._due(conn, alerts):
                if self._is_stopping() or sent + failed >= _MOST_MESSAGES:
                    break
                if self._send(conn, alert, target, message):
                    sent += 1
                else:
                    failed += 1
        return Deliveries(sent=sent, failed=failed)

    def _open(self) -> closing[sqlite3.Connection]:
        return closing(connect(self._record))

    def _ringing(self, conn: sqlite3.Connection) -> Sequence[_Addressed]:
        """The alerts of the configuration, and the bells that are on."""
        configured = [alert for alert, _ in self._alerts]
        return [
            *self._alerts,
            *((bell, targets_of(bell, self._environment)) for bell in bells(conn, configured, self._clock())),
        ]

    def _collect(self, conn: sqlite3.Connection, alerts: Sequence[_Addressed]) -> None:
        for alert, targets in alerts:
            has_more = True
            with suppress(QuerySyntaxError):
                while has_more and not self._is_stopping():
                    with transaction(conn, self._record):
                        has_more = collect(conn, alert, targets, self._clock())

    def _due(
        self, conn: sqlite3.Connection, alerts: Sequence[_Addressed]
    ) -> Iterator[tuple[AlertConfig, Target, str]]:
        """Messages that may be sent now, each bound to its rows."""
        for alert, targets in alerts:
            if is_quiet(alert, self._clock()):
                continue
            for target in targets:
                while (message := self._next(conn, alert, target)) is not None:
                    yield alert, target, message

    def _next(self, conn: sqlite3.Connection, alert: AlertConfig, target: Target) -> str | None:
        now = self._clock()
        left = self._left(conn, alert, target, now)
        if left == 0:
            return None
        with transaction(conn, self._record):
            again = outbox.next_message(conn, alert.name, target.id, now)
            if again is not None:
                return again
            count, key = outbox.fresh(conn, alert.name, target.id, now)
            if key is None:
                return None
            is_bundle = count > 1 and (alert.digest is not None or count > min(left, MOST_SINGLE))
            way = way_to(target)
            most = 1 if not is_bundle else count if way.is_counted else way.most
            outbox.bind(conn, alert.name, target.id, key, now, at_most=most)
            return key

    def _left(self, conn: sqlite3.Connection, alert: AlertConfig, target: Target, now: datetime) -> int:
        """How many messages may still go to a target now."""
        if alert.at_most is None:
            return MOST_SINGLE
        most, period_s = alert.at_most
        return max(
            0, most - outbox.sent_since(conn, alert.name, target.id, now - timedelta(seconds=period_s))
        )

    def _send(self, conn: sqlite3.Connection, alert: AlertConfig, target: Target, key: str) -> bool:
        now, way = self._clock(), way_to(target)
        with transaction(conn, self._record):
            rows, count = outbox.begin_sending(conn, key, now, way.most)
        events = tuple(alert_event(conn, row, alert.review_url) for row in rows)
        message = Message(key=key, alert=alert.title or alert.name, events=events, count=count)
        try:
            way.send(target, message, self._refusal)
        except PublishError as problem:
            self._settle_failure(conn, alert, target, rows[0], str(problem))
            return False
        with transaction(conn, self._record):
            outbox.settle(conn, key, "sent", self._clock())
        say(log, logging.INFO, "alert.sent", alert=alert.name, to=target.label, things=count, message=key)
        return True

    def _settle_failure(
        self, conn: sqlite3.Connection, alert: AlertConfig, target: Target, row: Row, problem: str
    ) -> None:
        now, key = self._clock(), str(row["message"])
        again = next_try(row["attempts"], from_iso(row["first_tried_at"]), now)
        with transaction(conn, self._record):
            is_known = outbox.has_failed_before(conn, alert.name, target.id)
            outbox.settle(
                conn, key, "failed" if again is None else "waiting", now, due_at=again, problem=problem
            )
        level = logging.DEBUG if again is not None and row["attempts"] > 1 else logging.WARNING
        if again is None:
            level = logging.DEBUG if is_known else logging.ERROR
        event = "alert.given_up" if again is None else "alert.put_off"
        say(log, level, event, alert=alert.name, to=target.label, because=problem, attempts=row["attempts"])
