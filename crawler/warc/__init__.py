"""Pages of WARC files into the record: `backfill.backfill` reads, judges and appends them as a crawl does, without a request.

`sift.sift` leaves out what no topic can want; `records.read_records` reads a file, `window.FileReading` is the way through one.
"""
