"""A source's answer: parsed, its outcome, its health and its next poll; what is particular to a kind of source is in `kinds`.

The spider calls `poll.read_answer` and `results.miss_source`, the pipelines `results.weigh_reading`, the runner `kinds.polls_of`.
"""
