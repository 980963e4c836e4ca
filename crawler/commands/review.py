"""`spacereel review`: the record in Datasette."""

from __future__ import annotations

import click

from crawler.commands.verbs import reads_config
from crawler.config import Config


@click.command("review")
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    metavar="ADDRESS",
    help="Address to listen on; 0.0.0.0 is every one of this machine.",
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8001, show_default=True, help="Port; 0 takes a free one."
)
@click.option(
    "--base-url",
    metavar="URL",
    help="How people open it, when a proxy stands before it: https://news.example/",
)
@click.option("--public", "is_public", is_flag=True, help="Everybody reads, nobody signs in or marks.")
@click.option("--no-browser", is_flag=True, help="Only serve, open no browser.")
@reads_config
def command(
    config: Config, host: str, port: int, base_url: str | None, is_public: bool, no_browser: bool
) -> None:
    """Open the record in Datasette, in the browser.

    On this machine everybody reads, and whoever opens the printed address, or
    signs in, marks. Off it nothing is answered without a login, see
    `spacereel user`; docs/review.md shows how to put it behind TLS.

    \b
    Examples:
      spacereel review --port 8080 --no-browser
      spacereel review --base-url https://news.example/
    """
    from crawler.review.serve import serve_review  # Datasette takes a second to import

    serve_review(config, port, not no_browser, host, base_url, is_public)
