"""Imported first by the fork server of the reading pool: all it loads stays, so Python looks for no garbage until a reader starts."""

from __future__ import annotations

import gc

gc.disable()
