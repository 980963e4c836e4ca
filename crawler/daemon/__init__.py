"""The daemon's rooms beside `scheduler.py`, which says when each has its turn.

Others call `once.run_once`, `node.run_node` and `signals.Stopping`; the rest is the scheduler's: `live_config.LiveConfig`, `watchdog.Watchdog`, `upkeep.Upkeep`, `alerting.Alerting`.
"""
