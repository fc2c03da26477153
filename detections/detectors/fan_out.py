"""Lateral movement: one host of ours signs in to, or talks with, many others on the ports of administration.

Unlike a scan these connections succeed. Hosts it has talked with before do not count. See docs/detectors/fan_out.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from detections.detectors.base import FLOWS, Observed
from detections.detectors.facts import Connection, Networks
from detections.detectors.finding import Figures, found, span_words
from detections.detectors.memory import Recent, Remembering, note
from detections.detectors.playbook import SECURITY_SOP
from detections.rule import RuleInfo
from ir_platform.domain.alert import Detection, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """MITRE ATT&CK T1021 and its subtechniques name the services; the count is ours."""

    hosts: int = 10
    """Others of ours that the host had not talked with before."""
    span_seconds: int = 900
    known_days: int = 14
    """How long a host it has talked with counts as known."""
    payload_bytes: int = 100
    """Sent by each side: below it the port was knocked on."""
    ports: tuple[int, ...] = (22, 23, 135, 445, 3389, 5900, 5985, 5986)
    """SSH, Telnet, RPC, SMB, RDP, VNC, WinRM."""


MAX_HOSTS = 5_000
KEPT = 300
"""Others remembered of each host."""
_SECOND_NS = 1_000_000_000
_DAY_NS = 86_400 * _SECOND_NS

FAN_OUT = RuleInfo(
    id="b2a6d2c1-6d0e-4a53-9f1c-3c0f5f1f8101",
    title="Satu perangkat masuk ke banyak perangkat lain",
    title_en="Lateral movement fan-out",
    level=Level.HIGH,
    tags=("attack.lateral-movement", "attack.t1021", "attack.t1021.002", "attack.t1570"),
    look_at=(
        "Tanyakan kepada pemakai perangkat sumber apakah ia sedang mengelola perangkat-perangkat itu.",
        "Periksa akun yang dipakai pada perangkat tujuan pada saat itu.",
        "Bila tidak dapat dijelaskan, pisahkan perangkat sumber dari jaringan.",
    ),
    false_positives=("Server pengelolaan, pencadangan, pemantauan atau penyebaran program yang baru dipasang",),
    playbook_id=SECURITY_SOP,
    source="detector",
)


@dataclass(slots=True)
class _Host:
    """Whom one host talks with on ports of administration."""

    first: dict[str, int] = field(default_factory=dict)
    """When it first talked with each."""
    last: dict[str, int] = field(default_factory=dict)
    refs: list[list[Any]] = field(default_factory=list)
    told_ns: int = 0


class FanOutDetector(Remembering):
    """Counts new partners per host within a span."""

    name = "fan_out"
    infos = (FAN_OUT,)
    sorts = FLOWS
    settings: ClassVar[type] = Thresholds

    def __init__(self, thresholds: Thresholds | None = None, networks: Networks | None = None) -> None:
        self._limits, self._networks = thresholds or Thresholds(), networks or Networks()
        self._ports = frozenset(self._limits.ports)
        self._hosts = Recent(_Host, limit=MAX_HOSTS)
        super().__init__(hosts=self._hosts)

    def observe(self, events: Sequence[Observed]) -> tuple[Detection, ...]:
        findings: list[Detection] = []
        for event in events:
            one = event.connection
            if one is not None and one.destination_port in self._ports and self._is_talk(one):
                findings += self._count(event, one)
        return tuple(findings)

    def _is_talk(self, one: Connection) -> bool:
        least = self._limits.payload_bytes
        return (
            one.transport == "tcp"
            and one.payload_out >= least
            and one.payload_in >= least
            and self._networks.has(one.source)
            and self._networks.has(one.destination)
        )

    def _count(self, event: Observed, one: Connection) -> list[Detection]:
        limits, host, at_ns = self._limits, self._hosts.of(one.source), one.start_ns
        span_ns = limits.span_seconds * _SECOND_NS
        known_ns = host.last.get(one.destination)
        host.last[one.destination] = max(at_ns, known_ns or 0)
        if known_ns is not None and at_ns - known_ns <= limits.known_days * _DAY_NS:
            return []
        host.first[one.destination] = at_ns
        if len(host.last) > KEPT:
            oldest = min(host.last, key=lambda other: host.last[other])
            del host.last[oldest]
            host.first.pop(oldest, None)
        if host.refs and at_ns - host.refs[-1][0] > span_ns:
            host.refs = []
        note(host.refs, event)
        new = sorted(when for when in host.first.values() if at_ns - span_ns <= when <= at_ns)
        if len(new) < limits.hosts or abs(at_ns - host.told_ns) <= span_ns:
            return []
        host.told_ns = at_ns
        figures: Figures = (
            ("perangkat baru dihubungi", str(len(new))),
            ("rentang", span_words(new[-1] - new[0])),
            ("pernah dihubungi sebelumnya", str(len(host.last) - len(new))),
            ("ambang", f"{limits.hosts} dalam {span_words(span_ns)}"),
        )
        group = (("source.ip", one.source),)
        return [found(FAN_OUT, group=group, refs=host.refs, count=len(new), named_ns=new[0], figures=figures)]
