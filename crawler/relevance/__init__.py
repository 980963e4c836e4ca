"""Whether an article belongs to a topic, and which terms say so, pure: `topic.parse_topic`, `judge.judge`, `gate`."""
