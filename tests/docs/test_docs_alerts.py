"""docs/alerts.md names every key, kind and field, and its example is valid."""

from __future__ import annotations

import json
import re
from pathlib import Path

from crawler.config import load_config
from crawler.config.alerts import ALERT_KEYS, ALERT_KINDS
from crawler.publish.alerts.events import AlertEvent
from crawler.publish.alerts.message import Message, payload
from crawler.publish.alerts.sender import check_alerts

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "alerts.md").read_text(encoding="utf-8")


def test_every_key_and_kind_is_on_the_page():
    keys = re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)

    assert set(keys) == set(ALERT_KEYS)
    assert [kind for kind in ALERT_KINDS if f"`{kind}`" not in PAGE] == []


def test_the_examples_are_valid(tmp_path, now):
    examples = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "spacereel.toml").write_text("\n".join(examples), encoding="utf-8")

    alerts = load_config(tmp_path / "spacereel.toml").alerts
    assert [alert.name for alert in alerts] == ["desk", "phones"]
    check_alerts(alerts, {"MAIL_PASSWORD": "a", "HOOK_SECRET": "b"}, now)


def test_every_field_of_a_webhook_is_on_the_page():
    told = json.loads(
        payload(Message(key="k", alert="a", events=(AlertEvent(key="k", kind="new", title="t"),), count=1))
    )

    assert [name for name in told if f"`{name}`" not in PAGE] == []
