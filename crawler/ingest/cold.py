"""Imported first by the fork server of the reading pool: all it loads stays, so Python looks for no garbage until a reader starts.

Ctrl-C reaches it, too, and is its parent's to answer: while it loads, Python would print a traceback.
"""

from __future__ import annotations

import gc
import signal

gc.disable()
signal.signal(signal.SIGINT, signal.SIG_IGN)
