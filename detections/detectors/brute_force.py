"""Password guessing by the shape of flows: many short, alike connections to a log-in service; and FTP's own refusals.

What is said inside SSH, RDP and SMB is encrypted, but a failed log-in has a length. See docs/detectors/brute_force.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, ClassVar

from detections.detectors.base import Observed
from detections.detectors.facts import Connection, Networks, Sort, whole
from detections.detectors.finding import Figures, found, number_words, size_words, span_words
from detections.detectors.memory import Recent, Remembering, note
from detections.detectors.playbook import SECURITY_SOP
from detections.hits import Group
from detections.rule import RuleInfo
from ir_platform.domain.alert import Detection, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Shapes after Hofstede et al., "SSH compromise detection using NetFlow/IPFIX" (2014): flat, short connections."""

    attempts: int = 20
    """Zeek, policy/protocols/ssh/detect-bruteforcing.zeek has 30 in 30 minutes; ours come closer together."""
    span_seconds: int = 300
    longest_seconds: int = 60
    """Of one attempt."""
    alikeness: float = 0.25
    """Median deviation of what the client sent, as a share of its median."""


SERVICES: Mapping[int, tuple[str, int, int]] = {
    21: ("FTP", 15, 600),
    22: ("SSH", 500, 6_000),
    23: ("Telnet", 10, 1_500),
    445: ("SMB", 300, 8_000),
    3389: ("RDP", 300, 12_000),
}
"""Port: name, and the payload bytes a client sends for one try, key exchange included. Less is a banner looked at or a
port knocked on, more is work done after a log-in."""
SLACK_BYTES = 16
"""Passwords differ in length; beside a small try that is much."""
MAX_PAIRS = 10_000
KEPT = 60
"""Attempts remembered of each pair."""
_SECOND_NS = 1_000_000_000
_FTP_REFUSED = 530

BRUTE_FORCE = RuleInfo(
    id="b2a6d2c1-6d0e-4a53-9f1c-3c0f5f1f7c01",
    title="Tebakan kata sandi lewat jaringan",
    title_en="Password guessing over the network",
    level=Level.HIGH,
    tags=("attack.credential-access", "attack.t1110", "attack.t1110.001"),
    look_at=(
        "Periksa log-in yang berhasil pada perangkat tujuan sesudah percobaan ini.",
        "Tutup layanan itu dari internet atau batasi alamat yang boleh menyambung.",
        "Bila sumbernya perangkat sendiri, periksa kata sandi lama pada tugas terjadwal.",
    ),
    false_positives=(
        "Pemantauan yang benar-benar masuk, tugas terjadwal dengan kata sandi lama, Ansible dan sejenisnya",
    ),
    playbook_id=SECURITY_SOP,
    source="detector",
)


@dataclass(slots=True)
class _Pair:
    """One source at one service."""

    times: list[int] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    refs: list[list[Any]] = field(default_factory=list)
    told_ns: int = 0


class BruteForceDetector(Remembering):
    """Counts alike short connections, and refusals, per source and service."""

    name = "brute_force"
    infos = (BRUTE_FORCE,)
    sorts = frozenset({Sort.FLOW, Sort.LOGIN})
    settings: ClassVar[type] = Thresholds

    def __init__(self, thresholds: Thresholds | None = None, networks: Networks | None = None) -> None:
        self._limits = thresholds or Thresholds()
        self._pairs = Recent(_Pair, limit=MAX_PAIRS)
        super().__init__(pairs=self._pairs)

    def observe(self, events: Sequence[Observed]) -> tuple[Detection, ...]:
        findings: list[Detection] = []
        for event in events:
            one = event.connection
            if one is not None:
                if one.transport == "tcp" and one.destination_port in SERVICES and self._is_attempt(one):
                    name = SERVICES[one.destination_port][0]
                    findings += self._count(event, one.source, one.destination, name, one.start_ns, one.payload_out)
            elif _is_refusal(event):
                source, target = event.text("source.ip"), event.text("destination.ip")
                findings += self._count(event, source, target, "FTP (ditolak)", event.time_ns, 0)
        return tuple(findings)

    def _is_attempt(self, one: Connection) -> bool:
        _, least, most = SERVICES[one.destination_port]
        return (
            least <= one.payload_out <= most
            and one.payload_in > 0
            and one.duration_ns <= self._limits.longest_seconds * _SECOND_NS
            and not one.is_part
        )

    def _count(self, event: Observed, source: str, target: str, service: str, at_ns: int, size: int) -> list[Detection]:
        limits, pair = self._limits, self._pairs.of(source, target, service)
        span_ns = limits.span_seconds * _SECOND_NS
        pair.times.append(at_ns)
        pair.sizes.append(size)
        if len(pair.times) > KEPT:
            del pair.times[0], pair.sizes[0]
        if not pair.refs or at_ns - pair.refs[-1][0] > span_ns:
            pair.refs = []
        note(pair.refs, event)
        recent = [(at, one) for at, one in zip(pair.times, pair.sizes, strict=True) if abs(at_ns - at) <= span_ns]
        if len(recent) < limits.attempts or abs(at_ns - pair.told_ns) <= span_ns:
            return []
        middle = median(one for _, one in recent)
        deviation = median(abs(one - middle) for _, one in recent)
        if deviation > limits.alikeness * middle + SLACK_BYTES:
            return []
        pair.told_ns = at_ns
        times = sorted(at for at, _ in recent)
        figures: Figures = (
            ("percobaan", str(len(recent))),
            ("rentang", span_words(times[-1] - times[0])),
            ("layanan", service),
            ("ukuran tengah", size_words(int(middle))),
            ("simpangan", f"{number_words(round(100 * deviation / max(middle, 1), 1))} %"),
            ("ambang", f"{limits.attempts} dalam {span_words(span_ns)}"),
        )
        port = event.text("destination.port") or "21"
        group: Group = (("source.ip", source), ("destination.ip", target), ("destination.port", port))
        return [found(BRUTE_FORCE, group=group, refs=pair.refs, count=len(recent), named_ns=times[0], figures=figures)]


def _is_refusal(event: Observed) -> bool:
    """Say whether an FTP server refused a log-in. Source: RFC 959, reply 530."""
    return whole(event.fields.get("ftp.response.code") or event.fields.get("zeek.ftp.reply_code")) == _FTP_REFUSED
