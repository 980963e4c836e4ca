"""A page on its way in: `reading.read_page` in a `pool.ReadingPool`, then `append.append`, the only way into the record.

A crawl's `session.CrawlSession` and `replay.Replay` bring pages here; so does `crawler.warc`.
"""
