"""`spacereel digest`: what a beat brought, as a page or a text, into a file or to the targets of an alert."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from crawler.commands.export import replace_file
from crawler.commands.open_record import open_record
from crawler.commands.periods import When, check_beat
from crawler.commands.sending import send_to_targets
from crawler.commands.verbs import reads_config
from crawler.config import Config
from crawler.config.alerts import AlertConfig
from crawler.publish.alerts.ways import DigestPage, way_to
from crawler.publish.digest.gather import Digest, gather_digest
from crawler.publish.digest.html import digest_page, heading
from crawler.publish.digest.markdown import text
from db.model import iso


@click.command("digest")
@click.option("--beat", metavar="ID", help="Only what this beat judged best.")
@click.option(
    "--found",
    type=When(),
    metavar="WHEN",
    default="24h",
    show_default=True,
    help="Found, edited or taken down since: 24h, 7d, a day, yesterday.",
)
@click.option(
    "--to",
    metavar="FILE|ALERT",
    help="A .html or .md file, or the name of an alert; Markdown to standard output if not named.",
)
@reads_config
def command(config: Config, beat: str | None, found: datetime, to: str | None) -> None:
    """Write what was found, edited and taken down lately.

    Stories first, with their first report and copies folded, then single
    articles, edits word by word, removals, the week in numbers and sources that
    ail. The HTML page is one file that asks for nothing else, so that it can be
    mailed. What was marked irrelevant is left out.

    \b
    Examples:
      spacereel digest --found 7d
      spacereel digest --beat space-films --to digest.html
    """
    alert = next((each for each in config.alerts if each.name == to), None)
    form = None if to is None or alert else Path(to).suffix.lower()
    if form not in (None, ".html", ".htm", ".md"):
        raise click.BadParameter(
            f"{to} is neither a .html or .md file nor the name of an alert", param_hint="--to"
        )
    with open_record(config.store.path) as conn:
        check_beat(conn, beat)
        digest = gather_digest(conn, found, datetime.now(UTC), beat, alert.review_url if alert else "")
    if alert is not None:
        _send(config, alert, digest)
    elif to is None:
        click.echo(text(digest), nl=False)
    else:
        replace_file(Path(to), [text(digest) if form == ".md" else digest_page(digest)])


def _send(config: Config, alert: AlertConfig, digest: Digest) -> None:
    key = f"digest-{digest.beat or ''}-{iso(digest.since)}-{iso(digest.now)}"
    page = DigestPage(key=key, title=heading(digest), html=digest_page(digest), text=text(digest))
    send_to_targets(config, alert, lambda target, refusal: way_to(target).send_page(target, page, refusal))
