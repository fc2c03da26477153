"""Beacons: connections to one place outside that come back like a clock, as malware calls its controller.

The measure is the median absolute deviation of the gaps over their median; gaps of several beats count as missed
beats, so that an hour without network does not hide the clock. See docs/detectors/beaconing.md.
"""

from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median, median_low
from typing import Any, ClassVar, NamedTuple

from detections.detectors.base import FLOWS, Observed
from detections.detectors.facts import Connection, Networks
from detections.detectors.finding import Figures, found, number_words, size_words, span_words
from detections.detectors.memory import Recent, Remembering, note
from detections.detectors.playbook import SECURITY_SOP
from detections.hits import Group
from detections.rule import RuleInfo
from ir_platform.domain.alert import Detection, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """The idea of RITA (Active Countermeasures) and BAYWATCH (Hu et al., DSN 2016), with a measure of our own."""

    beats: int = 15
    """Connections at least."""
    least_span_seconds: int = 1_200
    shortest_gap_seconds: int = 5
    longest_gap_seconds: int = 14_400
    regularity: float = 0.85
    """1 - median deviation of the gaps / their median."""
    on_the_beat: float = 0.8
    """Share of gaps that are within a quarter of a whole number of beats."""
    alikeness: float = 0.3
    """Median deviation of the bytes sent over their median, at most."""
    popular_hosts: int = 5
    """A place that so many of our hosts call is a service of theirs: updates, mail, telemetry."""
    ignored_ports: tuple[int, ...] = (53, 123, 853, 1900, 3478, 5353)
    """Clock-like by design: names, time, STUN."""


MAX_PAIRS = 5_000
KEPT = 64
"""Connections remembered of each pair; with their sizes about 1 kB, 5 MB in all."""
LEAST_NOTED, MOST_NOTED = 4, 14
"""Which connections of a pair become evidence: most pairs meet once or twice, and its line is dear to make."""
MAX_PLACES = 10_000
MOST_MISSED = 24
"""Beats that one gap may span."""
_SECOND_NS = 1_000_000_000
_AGAIN_NS = 24 * 3_600 * _SECOND_NS

BEACON = RuleInfo(
    id="b2a6d2c1-6d0e-4a53-9f1c-3c0f5f1f7d01",
    title="Koneksi berkala ke luar (beacon)",
    title_en="Beaconing to the outside",
    level=Level.MEDIUM,
    tags=("attack.command-and-control", "attack.t1071", "attack.t1573"),
    look_at=(
        "Cari program apa pada perangkat sumber yang membuka koneksi itu.",
        "Periksa umur dan reputasi alamat atau nama tujuan, dan sertifikatnya bila TLS.",
        "Lihat apakah perangkat lain menghubungi tujuan yang sama.",
    ),
    false_positives=("Pembaruan, telemetri, pemantauan dan aplikasi percakapan yang hanya dipakai sedikit perangkat",),
    playbook_id=SECURITY_SOP,
    source="detector",
)


class Beat(NamedTuple):
    """How clock-like a series of times is."""

    gap_seconds: float
    regularity: float
    on_the_beat: float
    missed: int


def beat_of(times: Sequence[float]) -> Beat | None:
    """Return the beat of times in seconds, oldest first; None for fewer than four or such that are all one moment.

    A gap of about k median gaps is k - 1 missed beats and is divided by k, up to MOST_MISSED.
    """
    gaps = [after - before for before, after in pairwise(times)]
    middle = median_low(gaps) if len(gaps) >= 3 else 0.0
    if middle <= 0:
        return None
    folded: list[float] = []
    missed = 0
    for gap in gaps:
        beats = min(max(round(gap / middle), 1), MOST_MISSED)
        missed += beats - 1
        folded.append(gap / beats)
    typical = median(folded)
    deviation = median(abs(gap - typical) for gap in folded)
    on_the_beat = sum(abs(gap - typical) <= typical / 4 for gap in folded) / len(folded)
    return Beat(typical, max(0.0, 1 - deviation / typical), on_the_beat, missed)


@dataclass(slots=True)
class _Pair:
    """One source and one service outside."""

    times: list[float] = field(default_factory=list)
    """Seconds since 1970, oldest first."""
    sizes: list[int] = field(default_factory=list)
    refs: list[list[Any]] = field(default_factory=list)
    count: int = 0
    told_ns: int = 0


@dataclass(slots=True)
class _Place:
    """Who of ours calls a place outside."""

    callers: list[str] = field(default_factory=list)


class BeaconingDetector(Remembering):
    """Keeps the times of connections per source, destination and service."""

    name = "beaconing"
    infos = (BEACON,)
    sorts = FLOWS
    settings: ClassVar[type] = Thresholds

    def __init__(self, thresholds: Thresholds | None = None, networks: Networks | None = None) -> None:
        self._limits, self._networks = thresholds or Thresholds(), networks or Networks()
        self._ignored = frozenset(self._limits.ignored_ports)
        self._pairs = Recent(_Pair, limit=MAX_PAIRS)
        self._places = Recent(_Place, limit=MAX_PLACES)
        super().__init__(pairs=self._pairs, places=self._places)

    def observe(self, events: Sequence[Observed]) -> tuple[Detection, ...]:
        touched: dict[tuple[str, str, str], _Pair] = {}
        for event in events:
            one = event.connection
            if one is not None and self._is_call(one):
                touched[one.source, one.destination, one.service] = self._add(event, one)
        return tuple(finding for key, pair in touched.items() for finding in self._judge(key, pair))

    def _is_call(self, one: Connection) -> bool:
        """Say whether one of our hosts reached somebody outside."""
        return (
            one.transport in ("tcp", "udp")
            and one.destination_port not in self._ignored
            and not one.is_denied
            and not one.is_part
            and one.is_answered
            and self._networks.has(one.source)
            and self._networks.is_outside(one.destination)
        )

    def _add(self, event: Observed, one: Connection) -> _Pair:
        place = self._places.of(one.destination)
        if one.source not in place.callers and len(place.callers) < self._limits.popular_hosts:
            place.callers.append(one.source)
        pair = self._pairs.of(one.source, one.destination, one.service)
        pair.count += 1
        insort(pair.times, round(one.start_ns / _SECOND_NS, 3))
        pair.sizes.append(one.payload_out)
        if LEAST_NOTED < pair.count <= MOST_NOTED:
            note(pair.refs, event)
        if len(pair.times) > KEPT:
            del pair.times[0], pair.sizes[0]
        return pair

    def _judge(self, key: tuple[str, str, str], pair: _Pair) -> list[Detection]:
        limits, (source, destination, service) = self._limits, key
        if len(pair.times) < limits.beats or pair.times[-1] - pair.times[0] < limits.least_span_seconds:
            return []
        newest_ns = int(pair.times[-1]) * _SECOND_NS
        if abs(newest_ns - pair.told_ns) < _AGAIN_NS:
            return []
        callers = self._places.of(destination).callers
        if len(callers) >= limits.popular_hosts:
            return []
        beat, middle = beat_of(pair.times), median(pair.sizes)
        if beat is None or not self._is_clock(beat) or _deviation(pair.sizes, middle) > limits.alikeness * middle:
            return []
        pair.told_ns = newest_ns
        figures: Figures = (
            ("layanan", service),
            ("koneksi", str(pair.count)),
            ("jeda", span_words(round(beat.gap_seconds * _SECOND_NS))),
            ("keteraturan", f"{number_words(round(100 * beat.regularity, 1))} %"),
            ("tepat ketukan", f"{number_words(round(100 * beat.on_the_beat, 1))} %"),
            ("ketukan terlewat", str(beat.missed)),
            ("kiriman tengah", size_words(int(middle))),
            ("rentang", span_words(int(pair.times[-1] - pair.times[0]) * _SECOND_NS)),
            ("ambang", f"{limits.beats} koneksi, keteraturan {number_words(100 * limits.regularity)} %"),
        )
        port = service.partition("/")[2]
        group: Group = (("source.ip", source), ("destination.ip", destination), ("destination.port", port))
        named_ns = newest_ns - newest_ns % _AGAIN_NS
        return [found(BEACON, group=group, refs=pair.refs, count=pair.count, named_ns=named_ns, figures=figures)]

    def _is_clock(self, beat: Beat) -> bool:
        limits = self._limits
        return (
            limits.shortest_gap_seconds <= beat.gap_seconds <= limits.longest_gap_seconds
            and beat.regularity >= limits.regularity
            and beat.on_the_beat >= limits.on_the_beat
        )


def _deviation(values: Sequence[int], middle: float) -> float:
    return median(abs(value - middle) for value in values)
