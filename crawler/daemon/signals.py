"""SIGTERM and SIGINT, heard at any instant: while the program is imported, while it waits for a disk, while it ends.

A handler of the event loop hears nothing while the loop is not running yet or
does not turn, and a handler in Python nothing while the main thread is inside
a C function, such as SQLite waiting for another process. So the interpreter is
asked to write the number of each signal into a pipe
(https://docs.python.org/3/library/signal.html#signal.set_wakeup_fd), and a
thread reads it. Ending the process loses nothing: what was acknowledged is in
the record, and what was not is still in its queue.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import select
import signal
import threading
import time
from collections.abc import Callable

from crawler.logs import say

log = logging.getLogger(__name__)

#: the signals that ask a process to stop
ASKING = (signal.SIGTERM, signal.SIGINT)
#: libraries that tidy up when everything is done have that many seconds
TIDY_S = 1.0
#: a process that could not even say that its time is over is ended that many seconds later
LAST_WORD_S = 0.5


class Stopping:
    """What becomes of a process that is asked to stop; made once, in the main thread, for the rest of its life.

    Until `hand_over` the process ends at once, with exit code 0: nothing was
    begun. After it, whoever took over is notified and has *deadline_s* seconds;
    then the process ends with exit code 1. A second signal ends it at once.
    """

    def __init__(self, deadline_s: float) -> None:
        self._deadline_s = deadline_s
        self._on_stop: Callable[[], object] | None = None
        self._nowhere = os.open(os.devnull, os.O_WRONLY)
        self._is_over = False
        self._heard, self._hear = os.pipe()
        os.set_blocking(self._hear, False)
        signal.set_wakeup_fd(self._hear, warn_on_full_buffer=False)
        threading.Thread(target=self._listen, name="stopping", daemon=True).start()
        for number in ASKING:
            signal.signal(number, lambda *_: None)

    def hand_over(self, on_stop: Callable[[], object]) -> None:
        """From now on *on_stop* is called, in another thread, when the process is asked to stop."""
        self._on_stop = on_stop

    def finish(self) -> None:
        """Everything is done: the process may end, and is ended with exit code 0 if a library holds it up."""
        self._is_over = True
        os.write(self._hear, b"\0")

    def _listen(self) -> None:
        name = self._next(None)
        faulthandler.dump_traceback_later(self._deadline_s + LAST_WORD_S, exit=True, file=self._nowhere)
        say(log, logging.INFO, "daemon.stopping", because=name, within_s=self._deadline_s)
        if self._on_stop is None:
            say(log, logging.INFO, "daemon.stopped", because="it had not begun")
            os._exit(0)
        self._on_stop()
        second = self._next(self._deadline_s)
        if self._is_over:
            time.sleep(TIDY_S)
            os._exit(0)
        if second:
            say(log, logging.WARNING, "daemon.ended", because=f"a second {second}")
            os._exit(128 + signal.Signals[second])
        say(log, logging.ERROR, "daemon.ended", because=f"it did not stop within {self._deadline_s:g} s")
        os._exit(1)

    def _next(self, patience_s: float | None) -> str:
        """The name of the next signal that asks to stop; empty when patience is over."""
        while select.select([self._heard], [], [], patience_s)[0]:
            number = os.read(self._heard, 1)[0]
            if self._is_over:
                return ""
            if number in ASKING:
                return signal.Signals(number).name
        return ""
