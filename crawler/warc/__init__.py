"""Pages of WARC files into the record: `backfill.backfill` reads, judges and appends them as a crawl does, without a request."""
