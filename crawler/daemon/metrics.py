"""What Prometheus reads: the figures of the daemon and the gauges of its record, in its text format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any

from crawler.errors import ConfigError
from crawler.ingest.figures import BOUNDS_S, Figures, Times
from db.gauges import Gauges


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The daemon as it is when it is asked."""

    figures: Figures
    #: None when the record cannot be read
    gauges: Gauges | None
    under_way: int
    is_well: bool
    is_paused: bool


def check_installed() -> None:
    """Whether there is something that writes the format.

    Raises:
        ConfigError: prometheus-client is missing.
    """
    if find_spec("prometheus_client") is None:
        raise ConfigError(
            "[metrics] listen needs prometheus-client; install it with: pip install 'spacereel[metrics]'",
            "",
            "listen",
        )


def exposition(moment: Snapshot) -> bytes:
    """*moment* in the text format, with what the process takes of the machine."""
    from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
    from prometheus_client.registry import Collector

    class _Ours(Collector):
        def collect(self) -> Iterator[Any]:
            yield from _families(moment)

    registry = CollectorRegistry(auto_describe=False)
    ProcessCollector(registry=registry)
    registry.register(_Ours())
    return generate_latest(registry)


def _families(moment: Snapshot) -> Iterator[Any]:
    from prometheus_client.core import InfoMetricFamily

    yield InfoMetricFamily("spacereel", "Which Spacereel this is.", {"version": _version()})
    yield from _counters(moment.figures)
    yield _stages(moment.figures)
    yield _lateness(moment.figures)
    yield _gauge("under_way", "Polls and fetches under way.", moment.under_way)
    yield _gauge("healthy", "1 while /healthz says so.", int(moment.is_well))
    yield _gauge(
        "record_paused", "1 while the record cannot be written and work waits.", int(moment.is_paused)
    )
    yield _gauge(
        "record_readable", "1 when the figures of the record could be read.", int(moment.gauges is not None)
    )
    if moment.gauges is not None:
        yield from _of_record(moment.gauges)


def _counters(figures: Figures) -> Iterator[Any]:
    yield _counter_by("polls", "Polls of sources by verdict.", "verdict", figures.polls)
    yield _counter_by("fetches", "Visits to pages by verdict.", "verdict", figures.fetches)
    for name, about, value in (
        ("candidates", "Links that were found and not known before.", figures.candidates),
        ("reader_restarts", "Reader processes that ended and were started anew.", figures.reader_deaths),
        ("crawl_restarts", "Crawls that the watchdog started again.", figures.crawl_restarts),
        ("ticks", "Ticks of the daemon that came to their end.", figures.ticks),
    ):
        yield _counter_by(name, about, None, {"": value})


def _of_record(gauges: Gauges) -> Iterator[Any]:
    yield _gauge_by("sources", "Sources by health.", "health", gauges.sources)
    yield _gauge(
        "overdue_seconds", "How long the source that is due for longest has been waiting.", gauges.overdue_s
    )
    yield _gauge_by("queue_pages", "Pages that wait to be fetched, due now or later.", "due", gauges.queue)
    yield _gauge_by("articles", "Articles by band, the newest version of each.", "band", gauges.articles)
    yield _gauge_by("outbox_messages", "Alerts by state.", "state", gauges.outbox)
    yield _gauge("record_bytes", "The record on the disk, its log included.", gauges.record_bytes)
    yield _gauge("archive_bytes", "The archive of pages on the disk.", gauges.archive_bytes)


def _stages(figures: Figures) -> Any:
    from prometheus_client.core import HistogramMetricFamily

    family = HistogramMetricFamily(
        "spacereel_stage_seconds", "Seconds per stage of a page's way.", labels=["stage"]
    )
    for stage, times in sorted(dict(figures.stages).items()):
        family.add_metric([stage], _classes(times), sum_value=times.sum_s)
    return family


def _lateness(figures: Figures) -> Any:
    from prometheus_client.core import HistogramMetricFamily

    family = HistogramMetricFamily(
        "spacereel_loop_late_seconds",
        "Seconds by which the loop came back late to a task that rests twice a second.",
    )
    family.add_metric([], _classes(figures.lateness), sum_value=figures.lateness.sum_s)
    return family


def _classes(times: Times) -> list[tuple[str, int]]:
    return list(zip([*(str(bound) for bound in BOUNDS_S), "+Inf"], times.up_to(), strict=True))


def _counter_by(name: str, about: str, label: str | None, values: Mapping[Any, int]) -> Any:
    from prometheus_client.core import CounterMetricFamily

    return _filled(CounterMetricFamily(f"spacereel_{name}", about, labels=_labels(label)), label, values)


def _gauge_by(name: str, about: str, label: str | None, values: Mapping[Any, int]) -> Any:
    from prometheus_client.core import GaugeMetricFamily

    return _filled(GaugeMetricFamily(f"spacereel_{name}", about, labels=_labels(label)), label, values)


def _gauge(name: str, about: str, value: float) -> Any:
    from prometheus_client.core import GaugeMetricFamily

    return GaugeMetricFamily(f"spacereel_{name}", about, value=value)


def _labels(label: str | None) -> list[str]:
    return [label] if label else []


def _filled(family: Any, label: str | None, values: Mapping[Any, int]) -> Any:
    for key, value in sorted(values.items()):
        family.add_metric([str(key)] if label else [], value)
    return family


def _version() -> str:
    try:
        return version("spacereel")
    except PackageNotFoundError:
        return "unknown"
