"""Port scans in flow events: one source that tries many ports of a host, or one port of many hosts, in vain.

Only failed or empty attempts count, so that a browser with hundreds of connections, or a name server that answers
hundreds of clients, is no scan. A slow scan spreads the same over hours. See docs/detectors/port_scan.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from detections.conditions import DistinctValues
from detections.detectors.base import FLOWS, Observed
from detections.detectors.facts import Connection, Networks, is_vain
from detections.detectors.finding import Figures, found, hit_of, span_words, told
from detections.detectors.memory import EVIDENCE, Recent
from detections.detectors.playbook import SECURITY_SOP
from detections.hits import Group, Ref
from detections.open_window import Window
from detections.rule import RuleInfo
from detections.windows import Windows
from ir_platform.domain.alert import Detection, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Zeek, policy/misc/scan.zeek (3.x): 15 ports within 5 min, 25 hosts within 5 min; like there, failed attempts."""

    ports_of_one_host: int = 15
    hosts_on_one_port: int = 25
    span_seconds: int = 300
    slow_ports: int = 30
    """Different services (port of a host) that one source tried in vain, spread over hours."""
    slow_span_hours: int = 24
    slow_least_hours: float = 1.0
    """Below it the two others find it."""


MAX_SOURCES = 5_000
"""Whose slow attempts are remembered, each with at most SLOW_KEPT services; about 5 MB."""
SLOW_KEPT = 60
_SECOND_NS = 1_000_000_000
_HOUR_NS = 3_600 * _SECOND_NS

VERTICAL = RuleInfo(
    id="b2a6d2c1-6d0e-4a53-9f1c-3c0f5f1f7a01",
    title="Pemindaian port",
    title_en="Port scan",
    level=Level.HIGH,
    tags=("attack.discovery", "attack.reconnaissance", "attack.t1046", "attack.t1595.001"),
    look_at=(
        "Pastikan alamat sumber bukan pemindai kerentanan milik dinas sendiri.",
        "Periksa apakah ada koneksi yang berhasil dari alamat itu sesudah pemindaian.",
        "Periksa layanan yang terbuka pada perangkat tujuan dan perlukah terbuka ke luar.",
    ),
    false_positives=("Pemindai kerentanan dan pemantauan jaringan milik sendiri",),
    playbook_id=SECURITY_SOP,
    source="detector",
)
HORIZONTAL = RuleInfo(
    id="b2a6d2c1-6d0e-4a53-9f1c-3c0f5f1f7a02",
    title="Pemindaian banyak perangkat",
    title_en="Scan of many hosts",
    level=Level.HIGH,
    tags=("attack.discovery", "attack.reconnaissance", "attack.t1046", "attack.t1018"),
    look_at=(
        "Bila sumbernya perangkat di dalam jaringan, anggap perangkat itu terinfeksi sampai terbukti tidak.",
        "Periksa perangkat tujuan yang menjawab pada port itu.",
        "Pastikan alamat sumber bukan pemindai atau pemantau milik dinas sendiri.",
    ),
    false_positives=("Pemindai inventaris, pemantauan jaringan, pengelola pencetak",),
    playbook_id=SECURITY_SOP,
    source="detector",
)


SLOW = RuleInfo(
    id="b2a6d2c1-6d0e-4a53-9f1c-3c0f5f1f7a03",
    title="Pemindaian pelan",
    title_en="Slow scan",
    level=Level.MEDIUM,
    tags=("attack.discovery", "attack.reconnaissance", "attack.t1046", "attack.t1595.001"),
    look_at=(
        "Lihat semua alur dari alamat sumber selama sehari, juga yang berhasil.",
        "Bila sumbernya perangkat di dalam jaringan, periksa program apa yang membuka koneksi itu.",
    ),
    false_positives=("Pemindai kerentanan dengan tempo rendah, pemantauan layanan yang sudah dimatikan",),
    playbook_id=SECURITY_SOP,
    source="detector",
)


@dataclass(slots=True)
class _Tried:
    """What one source tried in vain."""

    services: dict[str, int] = field(default_factory=dict)
    """Destination and service, and when it was first tried."""
    refs: list[list[Any]] = field(default_factory=list)
    attempts: int = 0
    told_ns: int = 0


class PortScanDetector:
    """Counts, by source, the distinct ports per host and the distinct hosts per port of attempts that led nowhere."""

    name = "port_scan"
    infos = (VERTICAL, HORIZONTAL, SLOW)
    sorts = FLOWS
    settings: ClassVar[type] = Thresholds

    def __init__(self, thresholds: Thresholds | None = None, networks: Networks | None = None) -> None:
        self._limits, self._networks = thresholds or Thresholds(), networks or Networks()
        span_ns = self._limits.span_seconds * _SECOND_NS
        self._vertical = Windows(DistinctValues(at_least=self._limits.ports_of_one_host), span_ns=span_ns)
        self._horizontal = Windows(DistinctValues(at_least=self._limits.hosts_on_one_port), span_ns=span_ns)
        self._slow = Recent(_Tried, limit=MAX_SOURCES)

    def observe(self, events: Sequence[Observed]) -> tuple[Detection, ...]:
        slow: list[Detection] = []
        for event in events:
            one = event.connection
            if one is not None and one.weight == 1 and is_vain(one) and not self._is_background(one):
                ref = event.ref
                self._count(ref, one)
                slow += self._count_slow(ref, one)
        limits = self._limits
        vertical = told(VERTICAL, self._vertical, lambda window: _figures(window, f"{limits.ports_of_one_host} port"))
        # The alert is about the source alone: a sweep over several ports is one alert that repeats.
        horizontal = told(
            HORIZONTAL,
            self._horizontal,
            lambda window: (
                *_figures(window, f"{limits.hosts_on_one_port} perangkat"),
                ("layanan", window.group[1][1]),
            ),
            about=1,
        )
        return (*vertical, *horizontal, *slow)

    def _is_background(self, one: Connection) -> bool:
        """Say whether the firewall refused somebody outside: every address of the internet is tried all day."""
        return one.is_denied and self._networks.is_outside(one.source)

    def _count(self, ref: Ref, one: Connection) -> None:
        by_host: Group = (("source.ip", one.source), ("destination.ip", one.destination))
        by_port: Group = (("source.ip", one.source), ("port", one.service))
        self._vertical.observe(hit_of(ref, by_host, one.service))
        self._horizontal.observe(hit_of(ref, by_port, one.destination))

    def _count_slow(self, ref: Ref, one: Connection) -> list[Detection]:
        limits, tried = self._limits, self._slow.of(one.source)
        tried.attempts += 1
        service = f"{one.destination} {one.service}"
        if service not in tried.services:
            if len(tried.services) >= SLOW_KEPT:
                del tried.services[min(tried.services, key=tried.services.__getitem__)]
            tried.services[service] = one.start_ns
            if len(tried.refs) < EVIDENCE:
                tried.refs.append([*ref])
        if len(tried.services) < limits.slow_ports:
            return []
        return self._slow_finding(one.source, tried, one.start_ns)

    def _slow_finding(self, source: str, tried: _Tried, now_ns: int) -> list[Detection]:
        limits, tried_ns = self._limits, tried.services.values()
        if max(tried_ns) - min(tried_ns) < limits.slow_least_hours * _HOUR_NS:
            return []  # most sources of so many attempts: a fast scan
        oldest_ns = now_ns - limits.slow_span_hours * _HOUR_NS
        times = sorted(at for at in tried_ns if oldest_ns <= at <= now_ns)
        if len(times) < limits.slow_ports or abs(now_ns - tried.told_ns) < now_ns - oldest_ns:
            return []
        # Where most of it came at once, it was a fast scan, which has been told.
        spread_ns = times[len(times) * 9 // 10] - times[len(times) // 10]
        if spread_ns < limits.slow_least_hours * _HOUR_NS:
            return []
        tried.told_ns = now_ns
        figures: Figures = (
            ("layanan dicoba", str(len(times))),
            ("percobaan", str(tried.attempts)),
            ("rentang", span_words(times[-1] - times[0])),
            ("ambang", f"{limits.slow_ports} layanan dalam {limits.slow_span_hours} jam"),
        )
        group: Group = (("source.ip", source),)
        return [found(SLOW, group=group, refs=tried.refs, count=tried.attempts, named_ns=times[0], figures=figures)]

    def snapshot(self) -> dict[str, Any]:
        return {
            "vertical": self._vertical.snapshot(),
            "horizontal": self._horizontal.snapshot(),
            "slow": self._slow.snapshot(),
        }

    def restore(self, saved: Mapping[str, Any]) -> None:
        self._vertical.restore(saved["vertical"])
        self._horizontal.restore(saved["horizontal"])
        self._slow.restore(saved.get("slow", ()))

    @property
    def forgotten(self) -> int:
        windows = (self._vertical, self._horizontal)
        return sum(one.counters.groups_forgotten for one in windows) + self._slow.forgotten


def _figures(window: Window, threshold: str) -> Figures:
    return (
        ("percobaan gagal", str(window.count)),
        ("rentang", span_words(window.last_ns - window.start_ns)),
        ("ambang", f"{threshold} dalam {span_words(window.end_ns - window.start_ns)}"),
    )
