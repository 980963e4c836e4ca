"""`spacereel replay`: what today's extractor and rules make of the pages in the archive."""

from __future__ import annotations

import asyncio
import secrets
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn, TextIO

import click
from tqdm import tqdm

from crawler.catalogue import Beat, configured_beats, load_beats
from crawler.commands.terminal import safe_line
from crawler.commands.verbs import reads_config
from crawler.config import Config
from crawler.config.spelling import nearest
from crawler.errors import ConfigError, SpacereelError, StoreError
from crawler.ingest.replay import Effect, Replay, RereadKind
from crawler.ingest.shards import Shards, Share, shard_head, share_of
from crawler.units import many
from db.store import Store

#: examples printed of each kind, and lines of a difference in one
_EXAMPLES, _LINES = 5, 6
_HEADINGS: dict[RereadKind, tuple[str, str]] = {
    "enters": ("would enter", "entered"),
    "leaves": ("would leave", "left"),
    "changes": ("would change", "changed"),
    "rejudged": ("would be judged otherwise", "judged otherwise"),
    "unreadable": ("would not be readable any more", "not readable any more"),
    "same": ("would stay as they are", "stayed as they are"),
}


@click.command("replay")
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
@click.option("--shard", metavar="K/N", help="Only read every N-th page, for --merge; needs --out.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="With --shard: where the file goes.",
)
@click.option(
    "--merge",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Append what the files of all shards in FOLDER say, and read nothing.",
)
@reads_config
def command(
    config: Config,
    is_dry: bool,
    since: datetime | None,
    source: str | None,
    draft: Path | None,
    shard: str | None,
    out: Path | None,
    merge: Path | None,
) -> None:
    """Read and judge archived pages again, without the network.

    After a better extractor, a longer site memory or a changed topic: shows
    what enters the record, leaves it or changes, and appends it. Nothing is
    overwritten. An interrupted replay goes on where it was.

    Many machines share the reading: each, with a copy of record and archive,
    reads one of N shards into FOLDER; one of them then merges (docs/scale.md).

    \b
    Examples:
      spacereel replay --dry-run
      spacereel replay --since 2026-01-01 --source guardian-film
      spacereel replay --dry-run --beat draft.toml
      spacereel replay --shard 2/8 --out shards/
      spacereel replay --merge shards/
    """
    if (shard is None) != (out is None):
        raise click.UsageError("--shard and --out go together.")
    if shard is not None and (merge or is_dry):
        raise click.UsageError("--shard reads only: neither --merge nor --dry-run goes with it.")
    if draft is not None and not is_dry:
        raise click.UsageError("--beat goes with --dry-run; the configured beats decide what is written.")
    beats = with_draft(configured_beats(config), draft)
    known = {each.id for beat in beats for each in beat.sources}
    if source is not None and source not in known:
        raise ConfigError(f'no beat lists a source "{source}"; `spacereel sources list` shows them')
    if not config.store.path.exists():
        raise StoreError(
            f"{config.store.path} does not exist; `spacereel once` begins it", str(config.store.path)
        )
    since = since.replace(tzinfo=UTC) if since else None
    with closing(Store.open(config.store.path, config.store.archive)) as store:
        replay = Replay(config, beats, store, is_dry=is_dry, since=since, source=source)
        if shard is not None and out is not None:
            _read_share(replay, _share(shard), out)
            return
        with ExitStack() as stack:
            paths = sorted(merge.glob("*.jsonl")) if merge else []
            if merge and not paths:
                raise SpacereelError(f"there are no shards in {merge}")
            shards = Shards(stack, paths, replay.rules()) if paths else None
            counts, examples = asyncio.run(_effects(replay, shards))
    _tell(counts, examples, is_dry)


def _share(text: str) -> Share:
    try:
        return share_of(text)
    except ValueError as problem:
        raise click.BadParameter(str(problem), param_hint="--shard") from problem


def _read_share(replay: Replay, share: Share, out: Path) -> None:
    """Read the pages of a share into a file, which stands under its name when it is whole."""
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"{share.number}-of-{share.of}.jsonl"
    if path.exists() and shard_head(path, replay.rules()) is not None:
        click.echo(f"{path} was read before, by the same rules: nothing to do")
        return
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with part.open("x", encoding="utf-8") as file:
            pages = asyncio.run(_write_share(replay, share, file))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    click.echo(f"{many(pages, 'page')} read into {path}")


async def _write_share(replay: Replay, share: Share, file: TextIO) -> int:
    """How many pages there were."""
    lines = 0
    with _bar() as bar:
        async for line in replay.share(share, bar.update):
            file.write(line)
            lines += 1
    return lines - 2  # head and end


def _bar() -> tqdm[NoReturn]:
    return tqdm(unit=" pages", file=sys.stderr, leave=False, disable=not sys.stderr.isatty())


def with_draft(beats: Sequence[Beat], draft: Path | None) -> tuple[Beat, ...]:
    """The beats, one of them as the file *draft* has it.

    Raises:
        ConfigError: no configured beat has the id of the draft; names the nearest.
    """
    if draft is None:
        return tuple(beats)
    (new,) = load_beats([draft])
    ids = tuple(beat.id for beat in beats)
    if new.id not in ids:
        raise ConfigError(
            f'{draft}: no configured beat has the id "{new.id}"{nearest(new.id, ids)}', str(draft), new.id
        )
    return tuple(new if beat.id == new.id else beat for beat in beats)


async def _effects(
    replay: Replay, shards: Shards | None
) -> tuple[Counter[RereadKind], dict[RereadKind, list[Effect]]]:
    """How many effects of each kind there were, and the first ones of each."""
    counts: Counter[RereadKind] = Counter()
    examples: dict[RereadKind, list[Effect]] = defaultdict(list)
    with _bar() as bar:
        async for effect in replay.effects(bar.update, shards):
            counts[effect.kind] += 1
            if len(examples[effect.kind]) < _EXAMPLES:
                examples[effect.kind].append(effect)
    return counts, examples


def _tell(counts: Counter[RereadKind], examples: dict[RereadKind, list[Effect]], is_dry: bool) -> None:
    """The counts, then examples of each kind but the last."""
    if not counts:
        click.echo("The archive holds no page to read again.")
        return
    for kind, (would, did) in _HEADINGS.items():
        click.echo(f"{counts[kind]:6}  {would if is_dry else did}")
    for kind in _HEADINGS:
        if kind != "same" and examples[kind]:
            click.echo()
            click.secho(_HEADINGS[kind][0 if is_dry else 1].capitalize(), bold=True)
            for effect in examples[kind]:
                _show(effect)
    if is_dry:
        click.echo("\nNothing was written. Without --dry-run it will be.")


def _show(effect: Effect) -> None:
    click.echo(f"  {safe_line(effect.title)[:90] or '(no title)'}")
    click.echo(f"    {safe_line(effect.url)}")
    click.echo(f"    {safe_line(effect.reason)}")
    for line in effect.diff[:_LINES]:
        colour = "red" if line.startswith("-") else "green"
        click.secho(f"    {safe_line(line)[:110]}", fg=colour)
    if len(effect.diff) > _LINES:
        click.echo(f"    … and {len(effect.diff) - _LINES} more paragraphs")
