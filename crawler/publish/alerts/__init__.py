"""Alerts: what happens in the record is sent to people, once, also when the process is killed in between.

`sender.AlertSender.send_due` is what the daemon and `once` call: it reads what is new, writes
it into the outbox, and sends what is due. `message` and `times` are pure.
"""
