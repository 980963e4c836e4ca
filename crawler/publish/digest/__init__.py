"""Digests: what a beat brought in a time, as one page that can be forwarded.

`gather.gather` reads it from the record, `html.page` and `markdown.text` write it; both are pure.
"""
