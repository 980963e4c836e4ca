"""The front door: one command per verb. What a verb does stands in `crawler.commands`, imported when it is called."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import click

from crawler.commands.cli_backups import backup, restore
from crawler.commands.cli_beat import beat
from crawler.commands.cli_files import backfill, export
from crawler.commands.options import Door, reads_config
from crawler.config import Config


def _now() -> datetime:
    return datetime.now(UTC)


@click.group(cls=Door, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="spacereel", prog_name="spacereel")
def main() -> None:
    """Watches the news for a subject and keeps a record of it that can be trusted.

    Begin with `spacereel demo`. Then `spacereel run` watches, `spacereel review`
    shows, `spacereel why URL` explains.
    """


@main.command()
@click.option("--json-logs", is_flag=True, help="Log lines as JSON objects.")
@reads_config
def run(config: Config, json_logs: bool) -> None:
    """Watch the beats until SIGTERM or Ctrl-C.

    \b
    Example:
      spacereel run --config spacereel.toml
    """
    from scheduler import run_daemon

    sys.exit(run_daemon(config, json_logs=json_logs))


@main.command()
@click.option("--all", "all_sources", is_flag=True, help="Poll every source, also those that are not due.")
@click.option("--recheck", is_flag=True, help="Fetch every stored article again, to find edits and removals.")
@reads_config
def once(config: Config, all_sources: bool, recheck: bool) -> None:
    """Poll what is due, store everything found, and end.

    \b
    Example:
      spacereel once --all
    """
    from crawler.commands.once import poll_once

    poll_once(config, all_sources, recheck)


@main.command()
@reads_config
def status(config: Config) -> None:
    """Show sources, their health, queue and last runs.

    \b
    Example:
      spacereel status --db db/articles.db
    """
    from crawler.commands.status import print_status

    print_status(config, _now())


@main.command()
@click.argument("url")
@click.option("--live", is_flag=True, help="Fetch and read the page now; nothing is stored.")
@click.option("--json", "is_json", is_flag=True, help="The same as JSON.")
@reads_config
def why(config: Config, url: str, live: bool, is_json: bool) -> None:
    """Tell why a page is in the record, or why not.

    The whole story of URL: where it was found, how it was fetched, what was
    removed from it, how it was judged, and what became of it.

    Any spelling of the address will do: with tracking parameters, before a
    redirect, as http or https.

    \b
    Example:
      spacereel why https://www.theguardian.com/film/2023/apr/20/some-article
    """
    from crawler.commands.why import print_live, print_why

    (print_live if live else print_why)(config, url, is_json, _now())


@main.command()
@click.argument("url")
@click.option(
    "--revision", type=click.IntRange(2), metavar="N", help="What version N changed; the newest if not named."
)
@click.option("--json", "is_json", is_flag=True, help="The same as JSON.")
@reads_config
def diff(config: Config, url: str, revision: int | None, is_json: bool) -> None:
    """Show what changed in an article, word by word.

    Removed words stand in red or [-brackets-], added ones in green or
    {+brackets+}. Removals, returns and moves of the page are told as well.

    \b
    Example:
      spacereel diff https://www.theguardian.com/film/2023/apr/20/some-article
    """
    from crawler.commands.diff import print_diff

    print_diff(config, url, revision, is_json, _now())


@main.command()
@click.argument("number", type=click.IntRange(1), required=False, metavar="[N]")
@click.option("--json", "is_json", is_flag=True, help="The same as JSON.")
@reads_config
def story(config: Config, number: int | None, is_json: bool) -> None:
    """Show an event with its reports, or the latest events.

    Reports of the same event are held together across outlets and languages;
    copies are folded under their original.

    \b
    Examples:
      spacereel story
      spacereel story 12
    """
    from crawler.commands.story import print_stories, print_story

    if number is None:
        print_stories(config, is_json, _now())
    else:
        print_story(config, number, is_json, _now())


@main.group()
def sources() -> None:
    """List, check, find and exchange the sources of the beats."""


@sources.command("list")
@reads_config
def sources_list(config: Config) -> None:
    """List every source of the configured beats.

    \b
    Example:
      spacereel sources list
    """
    from crawler.commands.sources import print_sources

    print_sources(config)


@sources.command("check")
@click.argument("names", nargs=-1, metavar="[ID]...")
@reads_config
def sources_check(config: Config, names: tuple[str, ...]) -> None:
    """Fetch sources now and tell what they give.

    Nothing is stored. Without an ID, every enabled source is checked.

    \b
    Example:
      spacereel sources check guardian-film space-com
    """
    from crawler.commands.sources import check_sources

    check_sources(config, names, _now())


@sources.command("add")
@click.argument("url")
@click.option(
    "--beat", type=click.Path(path_type=Path), help="Beat file to write into, when there are several."
)
@click.option("--yes", is_flag=True, help="Take the first one without asking.")
@click.option("--pick", type=int, metavar="N", help="Take number N of the table without asking.")
@reads_config
def sources_add(config: Config, url: str, beat: Path | None, yes: bool, pick: int | None) -> None:
    """Find where a site can be looked in, and add one to a beat.

    Feeds, sitemaps and sections are probed politely and ranked by how fresh they are, how many entries they have, whether
    the text of their pages can be had, and how many titles fit the beat. The beat file keeps its comments and its order.

    \b
    Example:
      spacereel sources add https://www.example.org/film --pick 1
    """
    from crawler.commands.sources import all_beats
    from crawler.commands.sources_add import add_source

    add_source(
        config, all_beats(config), url, _now(), beat_file=beat, pick=1 if yes and pick is None else pick
    )


@sources.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="OPML")
@click.option(
    "--beat", type=click.Path(path_type=Path), help="Beat file to write into, when there are several."
)
@reads_config
def sources_import(config: Config, file: Path, beat: Path | None) -> None:
    """Add the feeds of an OPML file to a beat.

    \b
    Example:
      spacereel sources import feeds.opml
    """
    from crawler.commands.sources import import_sources

    import_sources(config, file, beat)


@sources.command("export")
@click.argument("file", type=click.File("w", encoding="utf-8", atomic=True), metavar="OPML", default="-")
@reads_config
def sources_export(config: Config, file: IO[str]) -> None:
    """Write the feeds of the beats as OPML.

    \b
    Example:
      spacereel sources export feeds.opml
    """
    from crawler.commands.sources import opml

    file.write(opml(config))


@main.command()
@click.argument("pages", nargs=-1, metavar="[FILE|URL]...")
@click.option(
    "--jsonl", is_flag=True, help="Lines {id,url,html_b64} from standard input, one article per line out."
)
@click.option("--site-memory", is_flag=True, help="With --jsonl: read all lines first and learn across them.")
@reads_config
def extract(config: Config, pages: tuple[str, ...], jsonl: bool, site_memory: bool) -> None:
    """Print the articles of pages as JSON; store nothing.

    \b
    Examples:
      spacereel extract page.html https://example.org/news/1
      spacereel extract --jsonl < pages.jsonl > articles.jsonl
    """
    if jsonl == bool(pages):
        raise click.UsageError("Name pages, or give --jsonl and lines on standard input.")
    if site_memory and not jsonl:
        raise click.UsageError("--site-memory goes with --jsonl.")
    from crawler.commands.extract import extract_lines, extract_pages

    if jsonl:
        extract_lines(site_memory)
    else:
        extract_pages(config, pages, _now())


@main.command()
@click.argument("what", nargs=-1, metavar="[FILE|URL|TEXT]...")
@click.option(
    "--jsonl",
    is_flag=True,
    help="Lines {id,url,title,text,lang} from standard input, one judgement per line out.",
)
@click.option(
    "--beat", metavar="ID|FILE", help="The beat to judge by; the first configured one if not named."
)
@reads_config
def judge(config: Config, what: tuple[str, ...], jsonl: bool, beat: str | None) -> None:
    """Judge pages or texts by a beat's topic.

    Says the score, the band and which terms counted where.

    \b
    Examples:
      spacereel judge "Tom Cruise to shoot a film on the space station"
      spacereel judge --jsonl --beat space-films < items.jsonl
    """
    if jsonl == bool(what):
        raise click.UsageError("Name files, addresses or texts, or give --jsonl and lines on standard input.")
    from crawler.commands.judge import judge_each, judge_lines

    if jsonl:
        judge_lines(config, beat)
    else:
        judge_each(config, beat, what, _now())


main.add_command(beat)


@main.command()
@click.option("--dry-run", "is_dry", is_flag=True, help="Say what would change; write nothing.")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="Only pages fetched on that day (UTC) or later.",
)
@click.option("--source", metavar="ID", help="Only pages that this source named.")
@click.option(
    "--beat",
    "draft",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="With --dry-run: judge by this file instead of the configured beat of the same id.",
)
@reads_config
def replay(
    config: Config, is_dry: bool, since: datetime | None, source: str | None, draft: Path | None
) -> None:
    """Read and judge archived pages again, without the network.

    After a better extractor, a longer site memory or a changed topic: shows
    what enters the record, leaves it or changes, and appends it. Nothing is
    overwritten. An interrupted replay goes on where it was.

    \b
    Examples:
      spacereel replay --dry-run
      spacereel replay --since 2026-01-01 --source guardian-film
      spacereel replay --dry-run --beat draft.toml
    """
    if draft is not None and not is_dry:
        raise click.UsageError("--beat goes with --dry-run; the configured beats decide what is written.")
    from crawler.commands.replay import replay_archive

    replay_archive(config, is_dry, since, source, draft)


main.add_command(backfill)


@main.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8001,
    show_default=True,
    help="Port on 127.0.0.1; 0 takes a free one.",
)
@click.option("--no-browser", is_flag=True, help="Only serve, open no browser.")
@reads_config
def review(config: Config, port: int, no_browser: bool) -> None:
    """Open the record in Datasette, in the browser.

    \b
    Example:
      spacereel review --port 8080 --no-browser
    """
    from crawler.commands.review import review_record

    review_record(config, port, open_browser=not no_browser)


main.add_command(export)


@main.command()
@click.option(
    "--repair", "repairs", is_flag=True, help="Make anew what can be derived: guards, views, search index."
)
@reads_config
def doctor(config: Config, repairs: bool) -> None:
    """Check configuration, beats, record and network, in words.

    Exit code 1 when something is wrong.

    \b
    Example:
      spacereel doctor --config spacereel.toml
    """
    from crawler.commands.doctor import examine

    sys.exit(examine(config, repairs, _now()))


main.add_command(backup)
main.add_command(restore)


@main.command()
@click.option(
    "--exit", "ends", is_flag=True, envvar="DEMO_EXIT", show_envvar=True, help="End after the print-out."
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="Port of Datasette; a free one if not named."
)
@reads_config
@click.pass_context
def demo(ctx: click.Context, config: Config, ends: bool, port: int) -> None:
    """Try everything on a bundled sample newsroom.

    No internet is needed. The record goes into a temporary folder that is
    removed at the end; with --db it goes into FILE and stays.

    \b
    Example:
      spacereel demo --exit
    """
    from crawler.commands.demo import show

    show(config, ctx.params["db"] is not None, ends, port, _now())
