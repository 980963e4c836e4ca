"""`spacereel review`: the record in Datasette."""

from __future__ import annotations

import click

from crawler.commands.verbs import reads_config
from crawler.config import Config


@click.command("review")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8001,
    show_default=True,
    help="Port on 127.0.0.1; 0 takes a free one.",
)
@click.option("--no-browser", is_flag=True, help="Only serve, open no browser.")
@reads_config
def command(config: Config, port: int, no_browser: bool) -> None:
    """Open the record in Datasette, in the browser.

    \b
    Example:
      spacereel review --port 8080 --no-browser
    """
    from crawler.review.serve import serve_review  # Datasette takes a second to import

    serve_review(config, port, not no_browser)
