"""The query language: what people type, as a tree with positions, and as a condition on the record.

`parse.parse_query` reads a query, `conditions.condition` makes SQL of it; both
are pure. The search box, exports, feeds, alerts and digests all ask them.
"""
