"""The front door: the verbs. What each one takes and does stands in its own module of `crawler.commands`."""

from __future__ import annotations

from pathlib import Path

import click

from crawler.commands.verbs import Door

#: a new verb is a line here and a module that is named after it
VERBS = {
    "run": "Watch the beats until SIGTERM or Ctrl-C.",
    "once": "Poll what is due, store everything found, and end.",
    "node": "Fetch for a crawl that several machines share.",
    "cluster": "Prepare, watch and wind down a crawl on several machines.",
    "status": "Show sources, their health, queue and last runs.",
    "why": "Tell why a page is in the record, or why not.",
    "diff": "Show what changed in an article, word by word.",
    "story": "Show an event with its reports, or the latest events.",
    "sources": "List, check, find and exchange the sources of the beats.",
    "extract": "Print the articles of pages as JSON; store nothing.",
    "judge": "Judge pages or texts by a beat's topic.",
    "beat": "Make a beat, try its rules on examples and articles, and learn from reviews.",
    "replay": "Read and judge archived pages again, without the network.",
    "sift": "Leave out of WARC files what cannot belong to a beat.",
    "backfill": "Read the pages of WARC files into the record.",
    "review": "Open the record in Datasette, in the browser.",
    "user": "Say who may review, and what each may do.",
    "alert": "Show, try and look back at who is notified of what.",
    "digest": "Write what was found, edited and taken down lately.",
    "chart": "Draw a chart, or print the table behind it.",
    "report": "Write one page for a period, to be handed in or archived.",
    "export": "Write articles as CSV, JSON Lines, Atom or Markdown.",
    "doctor": "Check configuration, beats, record and network, in words.",
    "backup": "Copy the record, also while the daemon runs.",
    "restore": "Go back to a backup.",
    "demo": "Try everything on a bundled sample newsroom.",
    "completion": "Print what makes a shell complete commands and options.",
}


@click.group(
    "spacereel",
    cls=Door,
    verbs=VERBS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Where settings and record lie, instead of SPACEREEL_HOME or the platform's folder for data.",
)
@click.option(
    "--record", metavar="NAME", help="One of several records: the home records/NAME in that folder."
)
@click.version_option(package_name="spacereel", prog_name="spacereel")
def main(home: Path | None, record: str | None) -> None:
    """Watches the news for a subject and keeps a record of it that can be trusted.

    Begin with `spacereel demo`. Then `spacereel run` watches, `spacereel review`
    shows, `spacereel why URL` explains.

    \b
    Example:
      spacereel --home ~/news --record otters status
    """
