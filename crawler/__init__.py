"""HOW the news is watched: discover, fetch, read, judge. Start reading at `crawler.ingest.reading`."""
