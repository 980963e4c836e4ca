"""A page's bytes into a parsed document with its blocks, its head and what it declares of itself.

Others call `document.parse_document`, `blocks.read_blocks`, `declared.read_declared` and `head.near_headline`.
"""
