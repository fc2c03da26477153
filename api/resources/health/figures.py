"""What Prometheus is told of the intake: how far reading lags behind receiving, and what was lost unanswered."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from ingest.sources.ledger import LossCounters
from ir_platform.ports import SpoolLag

_LOSSES = {"queue_full": "dropped", "system": "overrun", "killed": "lost"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IntakeFigures:
    """As they were at one moment."""

    lag: SpoolLag
    now: datetime
    counters: dict[str, LossCounters]
    """Of each protocol that has no acknowledgement."""

    def text(self) -> bytes:
        registry = CollectorRegistry()
        registry.register(self)
        return generate_latest(registry)

    def collect(self) -> Iterator[Metric]:
        gauges = (
            (
                "tanggap_spool_events",
                "Messages and documents received and not read yet.",
                self.lag.events,
            ),
            ("tanggap_spool_bytes", "Bytes received and not read yet.", self.lag.size_bytes),
            (
                "tanggap_spool_oldest_seconds",
                "How long the one that waits longest has waited; 0: nothing waits.",
                self.lag.seconds_behind(self.now),
            ),
            ("tanggap_torn_files", "Ends of files set aside after their writer was killed.", self.lag.torn_files),
            ("tanggap_torn_bytes", "Bytes of those.", self.lag.torn_bytes),
        )
        for name, meaning, value in gauges:
            yield GaugeMetricFamily(name, meaning, value=value)
        yield from self._counted()

    def _counted(self) -> Iterator[Metric]:
        received = CounterMetricFamily("tanggap_received", "Messages without acknowledgement.", labels=("via",))
        kept = CounterMetricFamily("tanggap_kept", "Those of them that are durable.", labels=("via",))
        lost = CounterMetricFamily("tanggap_lost", "Those of them that are not.", labels=("via", "how"))
        for via, counters in self.counters.items():
            received.add_metric((via,), counters.received)
            kept.add_metric((via,), counters.delivered)
            for how, name in _LOSSES.items():
                lost.add_metric((via, how), getattr(counters, name))
        yield from (received, kept, lost)
