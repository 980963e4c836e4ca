"""Digests: what a beat brought in a time, as one page that can be forwarded.

`gather.gather_digest` reads it from the record, `html.digest_page` and `markdown.text` write it; both are pure.
"""
