"""What leaves the record for people and programs: files in their formats, feeds, charts, digests, alerts, and text that is safe to show.

Others call `export.WRITERS`, `feeds.as_atom`, `charts.data.chart`, `digest.gather.gather_digest`, `alerts.sender.AlertSender` and
`display`. Only `alerts` sends anything; what it sends has been decided in the record.
"""
