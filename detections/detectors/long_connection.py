"""Long connections to the outside: tunnels and remote controls stay open for hours.

See docs/detectors/long_connection.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from detections.detectors.base import FLOWS, Observed
from detections.detectors.facts import Connection, Networks, added
from detections.detectors.finding import Figures, found, size_words, span_words
from detections.detectors.memory import Recent, Remembering, note
from detections.detectors.playbook import SECURITY_SOP
from detections.hits import Group
from detections.rule import RuleInfo
from ir_platform.domain.alert import Detection, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """RITA (Active Countermeasures) lists long connections first; the limit of hours is ours."""

    least_hours: float = 8.0
    popular_hosts: int = 5
    """A place that so many of our hosts stay connected with is a service of theirs."""
    ignored_ports: tuple[int, ...] = (123, 500, 1194, 4500, 5222, 5228, 51820)
    """Time, the office's own VPNs (IPsec, OpenVPN, WireGuard), push messages of telephones."""


MAX_PAIRS = 10_000
MAX_OPEN = 10_000
"""Connections whose parts are added up; a capture and some exporters tell a long one in parts."""
LEAST_PART_NS = 300 * 1_000_000_000
"""What is shorter is no part of a long one: nobody cuts that fine."""
MOST_APART_NS = 3_600 * 1_000_000_000
_HOUR_NS = 3_600_000_000_000
_DAY_NS = 24 * _HOUR_NS

LONG = RuleInfo(
    id="b2a6d2c1-6d0e-4a53-9f1c-3c0f5f1f8801",
    title="Koneksi ke luar yang sangat lama",
    title_en="Very long connection to the outside",
    level=Level.LOW,
    tags=("attack.command-and-control", "attack.t1572", "attack.t1219"),
    look_at=(
        "Cari program pada perangkat sumber yang memegang koneksi itu.",
        "Periksa apakah tujuan itu layanan yang memang dipakai kantor.",
    ),
    false_positives=("Percakapan, rapat, VPN dan bantuan jarak jauh yang sah",),
    playbook_id=SECURITY_SOP,
    source="detector",
)


@dataclass(slots=True)
class _Pair:
    """One source and service outside, and whether it was told of one day."""

    is_told: bool = False
    refs: list[list[Any]] = field(default_factory=list)


@dataclass(slots=True)
class _Open:
    """One connection, as far as its parts have been told."""

    start_ns: int = 0
    end_ns: int = 0
    sent: int = 0
    received: int = 0


@dataclass(slots=True)
class _Place:
    """Who of ours stays connected with a place."""

    callers: list[str] = field(default_factory=list)


class LongConnectionDetector(Remembering):
    """Looks at how long each connection lasted, parts of one added up by where the last one ends."""

    name = "long_connection"
    infos = (LONG,)
    sorts = FLOWS
    settings: ClassVar[type] = Thresholds

    def __init__(self, thresholds: Thresholds | None = None, networks: Networks | None = None) -> None:
        self._limits, self._networks = thresholds or Thresholds(), networks or Networks()
        self._ignored = frozenset(self._limits.ignored_ports)
        self._pairs = Recent(_Pair, limit=MAX_PAIRS)
        self._places = Recent(_Place, limit=MAX_PAIRS)
        self._open = Recent(_Open, limit=MAX_OPEN)
        super().__init__(pairs=self._pairs, places=self._places, open=self._open)

    def observe(self, events: Sequence[Observed]) -> tuple[Detection, ...]:
        findings: list[Detection] = []
        for event in events:
            one = event.connection
            if one is not None and one.duration_ns >= LEAST_PART_NS and self._is_call(one):
                whole = self._with_parts(one)
                if whole.end_ns - whole.start_ns >= self._limits.least_hours * _HOUR_NS:
                    findings += self._tell(event, one, whole)
        return tuple(findings)

    def _is_call(self, one: Connection) -> bool:
        return (
            one.transport in ("tcp", "udp")
            and one.is_answered
            and one.destination_port not in self._ignored
            and self._networks.has(one.source)
            and self._networks.is_outside(one.destination)
        )

    def _with_parts(self, one: Connection) -> _Open:
        """Return the connection with the parts of it that were told before."""
        known = self._open.of(one.source, str(one.source_port), one.destination, one.service)
        if not one.is_part or one.start_ns - known.end_ns > MOST_APART_NS:
            known.start_ns, known.sent, known.received = one.start_ns, 0, 0
        known.end_ns = max(one.end_ns, known.end_ns if one.is_part else 0)
        known.sent = added(known.sent, one.bytes_out)
        known.received = added(known.received, one.bytes_in)
        return known

    def _tell(self, event: Observed, one: Connection, whole: _Open) -> list[Detection]:
        limits, day = self._limits, whole.start_ns // _DAY_NS
        callers = self._places.of(one.destination).callers
        if one.source not in callers and len(callers) < limits.popular_hosts:
            callers.append(one.source)
        pair = self._pairs.of(one.source, one.destination, one.service, str(day))
        note(pair.refs, event)
        if pair.is_told or len(callers) >= limits.popular_hosts:
            return []
        pair.is_told = True
        figures: Figures = (
            ("layanan", one.service),
            ("lama", span_words(whole.end_ns - whole.start_ns)),
            ("terkirim", size_words(whole.sent)),
            ("diterima", size_words(whole.received)),
            ("ambang", span_words(round(limits.least_hours * _HOUR_NS))),
        )
        group: Group = (
            ("source.ip", one.source),
            ("destination.ip", one.destination),
            ("destination.port", str(one.destination_port)),
        )
        return [found(LONG, group=group, refs=pair.refs, count=1, named_ns=day * _DAY_NS, figures=figures)]
