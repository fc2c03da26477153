"""Exfiltration by volume: a host of ours sends out far more in a day than it ever does.

The yardstick is the host itself: the median of its former days. See docs/detectors/exfiltration.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, ClassVar

from detections.detectors.base import FLOWS, Observed
from detections.detectors.facts import Connection, Networks, added
from detections.detectors.finding import Figures, found, number_words, size_words
from detections.detectors.memory import Recent, Remembering, note_newest
from detections.detectors.playbook import SECURITY_SOP
from detections.rule import RuleInfo
from ir_platform.domain.alert import Detection, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Against the host's own former days, the idea of robust baselines (median instead of mean)."""

    least_bytes: int = 1_000_000_000
    """Sent out in one day; below it nothing is told, however little the host usually sends."""
    times_usual: float = 5.0
    history_days: int = 3
    """Days with traffic that have to be known before a day is judged."""
    out_per_in: float = 2.0
    """Bytes sent for each byte received: a download is no exfiltration."""


MAX_HOSTS = 5_000
KEPT_DAYS = 14
MOST_AHEAD_DAYS = 90
"""A host that was silent for longer begins anew only when it is forgotten."""
KEPT_PLACES = 20
"""Destinations whose share is kept for today."""
_DAY_NS = 86_400_000_000_000

EXFILTRATION = RuleInfo(
    id="b2a6d2c1-6d0e-4a53-9f1c-3c0f5f1f8001",
    title="Kiriman keluar melebihi kebiasaan",
    title_en="Outgoing volume far above the host's own history",
    level=Level.HIGH,
    tags=("attack.exfiltration", "attack.t1048", "attack.t1041", "attack.t1567"),
    look_at=(
        "Periksa tujuan terbesar pada angka temuan dan siapa yang memakai perangkat itu saat itu.",
        "Cari berkas arsip besar yang baru dibuat pada perangkat sumber.",
    ),
    false_positives=("Cadangan ke luar untuk pertama kali, unggahan video, server baru",),
    playbook_id=SECURITY_SOP,
    source="detector",
)


@dataclass(slots=True)
class _Host:
    """What one host sends out."""

    days: dict[str, int] = field(default_factory=dict)
    """Bytes sent out by day (days since 1970)."""
    received: dict[str, int] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    """Bytes by destination, of the newest day."""
    newest: int = 0
    refs: list[list[Any]] = field(default_factory=list)
    told: str = ""
    """Day."""


class ExfiltrationDetector(Remembering):
    """Adds up, per host and day (UTC), what goes to the internet and what comes back."""

    name = "exfiltration"
    infos = (EXFILTRATION,)
    sorts = FLOWS
    settings: ClassVar[type] = Thresholds

    def __init__(self, thresholds: Thresholds | None = None, networks: Networks | None = None) -> None:
        self._limits, self._networks = thresholds or Thresholds(), networks or Networks()
        self._hosts = Recent(_Host, limit=MAX_HOSTS)
        super().__init__(hosts=self._hosts)

    def observe(self, events: Sequence[Observed]) -> tuple[Detection, ...]:
        findings: list[Detection] = []
        for event in events:
            one = event.connection
            if (
                one is not None
                and one.bytes_out
                and not event.is_from_capture
                and self._networks.has(one.source)
                and self._networks.is_outside(one.destination)
            ):
                findings += self._count(event, one)
        return tuple(findings)

    def _count(self, event: Observed, one: Connection) -> list[Detection]:
        host, number = self._hosts.of(one.source), one.start_ns // _DAY_NS
        # Days long gone, and those of a clock that is wrong, are no history.
        if number < host.newest - KEPT_DAYS or (host.newest and number > host.newest + MOST_AHEAD_DAYS):
            return []
        day = str(number)
        host.days[day] = added(host.days.get(day, 0), one.bytes_out)
        host.received[day] = added(host.received.get(day, 0), one.bytes_in)
        if number > host.newest:
            self._begin_day(host, number)
        if number != host.newest:
            return []
        _add_place(host.places, one.destination, one.bytes_out)
        if one.bytes_out >= self._limits.least_bytes // 100 or not host.refs:
            note_newest(host.refs, event)
        if host.told == day or host.days[day] < self._limits.least_bytes:
            return []
        return self._judge(one.source, host, day)

    def _begin_day(self, host: _Host, number: int) -> None:
        host.newest, host.places, host.refs = number, {}, []
        for kept in (host.days, host.received):
            for old in [day for day in kept if int(day) < number - KEPT_DAYS]:
                del kept[old]

    def _judge(self, source: str, host: _Host, day: str) -> list[Detection]:
        limits, sent = self._limits, host.days[day]
        former = [size for other, size in host.days.items() if int(other) < int(day)]
        if len(former) < limits.history_days or sent < limits.out_per_in * host.received[day]:
            return []
        usual = median(former)
        if sent < limits.times_usual * usual:
            return []
        host.told = day
        place, size = max(host.places.items(), key=lambda pair: pair[1])
        figures: Figures = (
            ("terkirim hari ini", size_words(sent)),
            ("biasanya sehari", size_words(int(usual))),
            ("kelipatan", number_words(round(sent / max(usual, 1), 1))),
            ("hari pembanding", str(len(former))),
            ("diterima hari ini", size_words(host.received[day])),
            ("tujuan terbesar", f"{place} ({size_words(size)})"),
            ("ambang", f"{size_words(limits.least_bytes)} dan {number_words(limits.times_usual)} kali biasanya"),
        )
        return [
            found(
                EXFILTRATION,
                group=(("source.ip", source),),
                refs=host.refs,
                count=len(host.refs),
                named_ns=int(day) * _DAY_NS,
                figures=figures,
            )
        ]


def _add_place(places: dict[str, int], place: str, size: int) -> None:
    """Add to a destination's share; of too many the smallest gives way to a larger one."""
    places[place] = added(places.get(place, 0), size)
    if len(places) > KEPT_PLACES:
        del places[min(places, key=lambda one: places[one])]
