"""The daemon's rooms beside `scheduler.py`, which says when each has its turn.

Others call `live_config.load`, `once.run_once` and `signals.Stopping`.
"""
