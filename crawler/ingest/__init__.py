"""A page on its way in: `reading.read_page` in a `pool.ReadingPool`, then `append.weigh` and `append.append`, the only way into the record.

The pipelines call `visits` with what a `session.CrawlSession` shares; `replay.Replay` and `crawler.warc` bring pages here, too.
"""
