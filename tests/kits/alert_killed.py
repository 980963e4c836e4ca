"""Sends the alerts of a record in children that are killed at random moments: `alert_killed.py RECORD URL KILLS SEED`.

Each child collects and sends as the daemon does; after the last kill one more
is let run to its end.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from crawler.config.alerts import AlertConfig
from crawler.publish.alerts import sender as sending
from crawler.publish.alerts.sender import AlertSender


def main() -> None:
    record, url, kills, seed = sys.argv[1:]
    sending.MOST_SINGLE = 1000  # one by one, so that there are many moments to be killed in
    dice = random.Random(int(seed))
    alert = AlertConfig(name="desk", to=(url,), when=("new", "edited"))
    sender = AlertSender(Path(record), (alert,), {}, lambda address: None, lambda: datetime.now(UTC))
    for left in range(int(kills), -1, -1):
        child = os.fork()
        if child == 0:
            sender.begin()
            while sender.send_due().sent:
                pass
            os._exit(0)
        if left:
            time.sleep(dice.random() * 0.04)  # the moment of the kill
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
