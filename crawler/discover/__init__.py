"""Bytes into candidates, pure: feeds, sitemaps, sections, queries, and where a site says that it can be looked in.

`crawler.polling` calls one parser per kind of source: `feeds.parse_feed`, `sitemaps`, `links`, `queries`; `engines` says what a query asks.
"""
