"""`spacereel demo`: the whole pipeline on the sample newsroom, then the review."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path

import click
import tomlkit

from crawler.commands.once import one_round, run_summary
from crawler.commands.open_record import open_record
from crawler.commands.terminal import WIDTH, cut, safe_line, text_table
from crawler.commands.verbs import reads_config
from crawler.config import SHIPPED_BEAT, BeatsConfig, Config, FetchConfig, StoreConfig
from crawler.demo.server import Newsroom
from crawler.logs import configure_logs
from db.rows import Row

_BEAT = Path(__file__).parents[1] / "demo" / "beat.toml"
_LOOPBACK = "127.0.0.0/8"
_KEPT = """SELECT n.article_id AS id, n.band, n.score, n.language, n.title, n.site_name, n.original_url IS NOT NULL AS is_copy
    FROM newest n ORDER BY n.score DESC, n.article_id"""
#: the last visit to every page that is no article of the record
_LEFT_OUT = """SELECT v.verdict, coalesce(v.final_url, v.url) AS url, v.reason FROM visits v
    WHERE v.id IN (SELECT max(id) FROM visits WHERE purpose IN ('new', 'recheck') GROUP BY url) AND v.article_id IS NULL
        AND NOT EXISTS (SELECT 1 FROM newest n WHERE n.url = v.url OR n.canonical_url = v.url)
    ORDER BY v.verdict, v.url"""
_CHANGED = "SELECT title, coalesce(title_before, title) AS title_before FROM article_changes ORDER BY id"
_GONE = """SELECT n.title, v.reason FROM visits v JOIN newest n ON n.canonical_url = v.url
    WHERE v.purpose = 'recheck' AND v.verdict IN ('gone', 'deferred', 'failed') AND v.id > ?"""
_COPIED = """SELECT a.title, a.site_name, o.site_name AS original FROM copies c
    JOIN articles a ON a.id = c.article_id JOIN articles o ON o.id = c.copy_of ORDER BY a.id"""
_REMOVED = """SELECT r.value ->> 'rule' AS rule, count(*) AS times, min(r.value ->> 'text') AS example
    FROM newest n JOIN articles a ON a.id = n.article_id, json_each(a.removed) r GROUP BY 1 ORDER BY 2 DESC, 1"""


@click.command("demo")
@click.option(
    "--exit", "ends", is_flag=True, envvar="DEMO_EXIT", show_envvar=True, help="End after the print-out."
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="Port of Datasette; a free one if not named."
)
@reads_config
@click.pass_context
def command(ctx: click.Context, config: Config, ends: bool, port: int) -> None:
    """Try everything on a bundled sample newsroom.

    No internet is needed. The record goes into a temporary folder that is
    removed at the end; with --db it goes into FILE and stays.

    \b
    Example:
      spacereel demo --exit
    """
    show(config, ctx.params["db"] is not None, ends, port, datetime.now(UTC))


def show(config: Config, is_named: bool, ends: bool, port: int, now: datetime) -> None:
    """Poll the newsroom twice, print what was stored and what was not and why, and serve the review.

    Args:
        config: reading and archive settings are taken from it; record, beat and network are the demo's own.
        is_named: the record was named by the person and stays; else it goes into a temporary folder.
        ends: leave out the review.
        port: of Datasette; 0 takes a free one.
        now: the newest articles of the newsroom are a few hours older.
    """
    configure_logs(logging.ERROR)  # what goes wrong here does so on purpose, and is printed
    with _folder() as folder, Newsroom(now) as newsroom:
        settings = furnished(config, folder, newsroom, config.store if is_named else None)
        click.echo(_heading("A newsroom of six invented publishers is open on the loopback:"))
        click.echo(
            "\n".join(
                f"  {host.removeprefix('https://'):<26} {address}"
                for host, address in newsroom.addresses.items()
            )
        )
        click.echo(_heading("\nspacereel once --all"))
        click.echo(run_summary(settings.store.path, one_round(settings, all_sources=True, recheck=False)))
        seen = _tell_first_round(settings.store.path)
        newsroom.publish(2)
        click.echo(
            _heading(
                "\nAn hour later one article was edited, one taken down, one copied. spacereel once --all --recheck"
            )
        )
        click.echo(run_summary(settings.store.path, one_round(settings, all_sources=True, recheck=True)))
        _tell_second_round(settings.store.path, seen)
        if is_named or not ends:
            _tell_more(settings, f"--db {settings.store.path}" if ends else f"--config {settings.path}")
        if not ends:
            from crawler.review.serve import serve_review

            click.echo("")
            serve_review(settings, port)


@contextmanager
def _folder() -> Iterator[Path]:
    """A temporary folder that is gone afterwards, Ctrl-C included."""
    with tempfile.TemporaryDirectory(prefix="spacereel-demo-", ignore_cleanup_errors=True) as name:
        yield Path(name)


def furnished(config: Config, folder: Path, newsroom: Newsroom, store: StoreConfig | None) -> Config:
    """The configuration of the demo; its beat and settings are written into *folder*, for other commands."""
    beat, settings = folder / "beat.toml", folder / "spacereel.toml"
    beat.write_text(
        newsroom.with_addresses(_BEAT.read_text(encoding="utf-8")) + _shipped_topic(), encoding="utf-8"
    )
    store = store or StoreConfig(path=folder / "articles.db", archive=folder / "archive.db")
    written = {
        "store": {"path": str(store.path.resolve()), "archive": str(store.archive.resolve())},
        "beats": {"paths": [str(beat)]},
        "fetch": {"per_host_delay": "0s", "allow_private": [_LOOPBACK]},
    }
    settings.write_text(tomlkit.dumps(written), encoding="utf-8")
    fetch = FetchConfig(
        contact=config.fetch.contact, per_host_delay_s=0.0, allow_private=(ip_network(_LOOPBACK),)
    )
    return replace(config, store=store, beats=BeatsConfig(paths=(beat,)), fetch=fetch, path=settings)


def _shipped_topic() -> str:
    """The `[topic]` of the shipped beat as TOML."""
    shipped = tomlkit.parse(SHIPPED_BEAT.read_text(encoding="utf-8"))
    return "\n" + tomlkit.dumps({"topic": shipped["topic"]})


def _rows(record: Path, sql: str, *values: object) -> list[Row]:
    with open_record(record) as conn:
        return [dict(row) for row in conn.execute(sql, values)]


def _tell_first_round(record: Path) -> int:
    """Print what was stored, what was not, and what was removed; returns the last visit's id."""
    kept = [
        (
            f"{row['score']:.1f}",
            row["band"] + (", copy" if row["is_copy"] else ""),
            row["language"],
            row["site_name"],
            row["title"],
        )
        for row in _rows(record, _KEPT)
    ]
    click.echo(_heading("\nStored"))
    click.echo(text_table(("score", "band", "lang", "site", "title"), kept, flexible=4, width=WIDTH))
    click.echo(_heading("\nNot stored, and why"))
    left_out = [
        (row["verdict"], cut(_short(row["url"]), 44), row["reason"].split(" for ")[0])
        for row in _rows(record, _LEFT_OUT)
    ]
    click.echo(text_table(("verdict", "page", "reason"), left_out, flexible=2, width=WIDTH))
    click.echo(_heading("\nRemoved from the texts, and kept beside them"))
    removed = [(row["times"], row["rule"], row["example"]) for row in _rows(record, _REMOVED)]
    click.echo(text_table(("times", "rule", "for example"), removed, flexible=2, width=WIDTH))
    click.echo(_heading("\nSources that need a look"))
    ailing = "SELECT id, state, reason FROM source_health WHERE state NOT IN ('ok', 'waiting')"
    click.echo(
        text_table(
            ("source", "state", "reason"), [tuple(row.values()) for row in _rows(record, ailing)], flexible=2
        )
    )
    return int(_rows(record, "SELECT max(id) AS last FROM visits")[0]["last"])


def _tell_second_round(record: Path, seen: int) -> None:
    """Print what was edited, taken down since the visit *seen*, and copied."""
    for row in _rows(record, _CHANGED):
        click.echo(
            f"  edited      {safe_line(row['title'])}\n              was: {safe_line(row['title_before'])}"
        )
    for row in _rows(record, _GONE, seen):
        click.echo(f"  taken down  {safe_line(row['title'])}\n              {safe_line(row['reason'])}")
    for row in _rows(record, _COPIED):
        click.echo(
            f"  copied      {safe_line(row['title'])}\n              by {row['site_name']} from {row['original']}"
        )


def _tell_more(settings: Config, where: str) -> None:
    """Say how to ask more, for as long as the record exists."""
    example = "SELECT url FROM visits WHERE verdict = 'off_topic' ORDER BY score DESC LIMIT 1"
    click.echo(_heading("\nMore, in another terminal"))
    click.echo(f"  spacereel why {_rows(settings.store.path, example)[0]['url']} {where}")
    click.echo(f"  spacereel status {where}")
    click.echo(f"  sqlite-utils rows {settings.store.path} current_articles -c title -c score -t")


def _short(url: str) -> str:
    return url.rstrip("/").rsplit("/", 1)[1]


def _heading(text: str) -> str:
    return click.style(text, bold=True)
