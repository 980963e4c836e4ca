"""`spacereel review`: the record in Datasette."""

from __future__ import annotations

from crawler.config import Config


def review_record(config: Config, port: int, open_browser: bool) -> None:
    """Serve the record on 127.0.0.1 until Ctrl-C."""
    from crawler.review.serve import serve_review

    serve_review(config, port, open_browser)
