"""`spacereel doctor`: what is wrong with configuration, beats, record and network, in words."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

import click

from crawler.catalogue import Beat, configured_beats
from crawler.commands.terminal import safe_line
from crawler.commands.verbs import reads_config
from crawler.config import Config
from crawler.config.alerts import AlertConfig
from crawler.errors import ConfigError
from crawler.ingest.needs import check_memory
from crawler.ingest.render import missing
from crawler.publish.alerts.sender import check_query
from crawler.publish.alerts.targets import targets_of
from crawler.publish.alerts.ways import trouble_of
from db.maintenance import Check, checks, repair

#: hosts whose names are looked up
_ASKED = 3
Resolve = Callable[[str], object]


@click.command("doctor")
@click.option(
    "--repair", "repairs", is_flag=True, help="Make anew what can be derived: guards, views, search index."
)
@reads_config
def command(config: Config, repairs: bool) -> None:
    """Check configuration, beats, record and network, in words.

    Exit code 1 when something is wrong.

    \b
    Example:
      spacereel doctor --config spacereel.toml
    """
    sys.exit(examine(config, repairs, datetime.now(UTC)))


def examine(config: Config, repairs: bool, now: datetime) -> int:
    """Print every check, one line each; 1 when something is wrong."""
    if repairs and config.store.path.exists():
        for sentence in repair(config.store.path, now):
            click.echo(f"repaired  {safe_line(sentence)}")
    return print_checks(examined(config, _resolve))


def print_checks(made: Iterable[Check]) -> int:
    """Print each check as it is made, a line each; 1 when something is wrong."""
    is_well = True
    for check in made:
        is_well = is_well and check.is_ok
        mark = click.style("ok", fg="green") if check.is_ok else click.style("!!", fg="red", bold=True)
        click.echo(f"{mark}  {check.name:<13} {safe_line(check.sentence)}")
    return 0 if is_well else 1


def examined(config: Config, resolve: Resolve) -> Iterator[Check]:
    """Every check, in the order in which a person would mend what is wrong."""
    yield _configuration(config)
    beats: tuple[Beat, ...] = ()
    try:
        beats = configured_beats(config)
        yield from (_beat(beat) for beat in beats)
    except ConfigError as problem:
        yield Check("beats", False, str(problem))
    yield _memory(config, beats)
    yield _contact(config)
    yield from (_alert(alert) for alert in config.alerts)
    if config.store.path.exists():
        yield from checks(config.store.path, config.store.archive)
    else:
        yield Check("record", True, f"{config.store.path} does not exist yet; `spacereel once` begins it")
    yield from _drawing(beats)
    yield _network(beats, resolve)


def _drawing(beats: tuple[Beat, ...]) -> Iterator[Check]:
    """Whether pages can be drawn by their scripts, where a source asks for that."""
    drawn = [each.id for beat in beats for each in beat.sources if each.render and each.is_enabled]
    if drawn:
        lack = missing()
        yield Check("scripts", lack is None, lack or f"Chromium is there for {', '.join(drawn)}")


def _configuration(config: Config) -> Check:
    read = f"{config.path} is read" if config.path else f"there is no {config.file}; the defaults apply"
    return Check("configuration", True, read)


def _beat(beat: Beat) -> Check:
    enabled = sum(source.is_enabled for source in beat.sources)
    sentence = f"{beat.title} ({beat.id}): {enabled} of {len(beat.sources)} source{'' if len(beat.sources) == 1 else 's'} are enabled"
    return Check("beat", enabled > 0, sentence if enabled else f"{sentence}; nothing would be polled")


def _memory(config: Config, beats: tuple[Beat, ...]) -> Check:
    try:
        return Check("memory", True, str(check_memory(config, beats)))
    except ConfigError as problem:
        return Check("memory", False, str(problem))


def _contact(config: Config) -> Check:
    if config.fetch.contact:
        return Check("contact", True, f"publishers can reach you: {config.fetch.contact}")
    return Check(
        "contact",
        True,
        "[fetch] contact is not set: publishers cannot reach you, and some refuse such visitors",
    )


def _alert(alert: AlertConfig) -> Check:
    """Whether an alert could be sent; nothing is sent."""
    try:
        check_query(alert, datetime.now(UTC))
    except ConfigError as problem:
        return Check("alert", False, f"{problem}; nobody is notified by it")
    targets = targets_of(alert, os.environ)
    troubles = [trouble for target in targets if (trouble := trouble_of(alert, target))]
    if troubles:
        others = "its other targets are told" if len(troubles) < len(targets) else "nobody is notified by it"
        return Check("alert", False, f"{'; '.join(troubles)}; {others}")
    labels = ", ".join(target.label for target in targets)
    return Check("alert", True, f"{alert.name} tells {labels}; `spacereel alert test` tries it")


def _resolve(host: str) -> object:
    return socket.getaddrinfo(host, None)


def _network(beats: tuple[Beat, ...], resolve: Resolve) -> Check:
    """Whether the hosts of the first sources have addresses; nothing is fetched."""
    urls = [source.url for beat in beats for source in beat.sources if source.is_enabled]
    named = (urlsplit(url).hostname or "" for url in urls)
    hosts = list(dict.fromkeys(host for host in named if host))[:_ASKED]
    failed = []
    for host in hosts:
        try:
            resolve(host)
        except OSError as problem:
            failed.append(f"{host} ({problem.strerror or problem})")
    if failed and len(failed) == len(hosts):
        return Check(
            "network", False, f"no name can be looked up: {', '.join(failed)}; is this machine online?"
        )
    if failed:
        return Check("network", False, f"cannot be looked up: {', '.join(failed)}")
    return Check(
        "network",
        True,
        f"names can be looked up: {', '.join(hosts) or 'none was asked'}; `spacereel sources check` fetches them",
    )
