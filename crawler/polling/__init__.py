"""A source's answer: parsed, its outcome, its health and its next poll.

The spider and the pipelines call `poll` for one poll of a source, answer by answer.
"""
