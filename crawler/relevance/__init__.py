"""Whether an article belongs to a topic, and which terms say so, pure: `topic.parse_topic`, `judge.judge`, `gate`.

Others call these, `evaluate.evaluate` for what a topic makes of examples, and `explain.explain` for the words behind a score.
"""
