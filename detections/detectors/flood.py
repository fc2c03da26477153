"""Floods in flow events: half-open connections, datagrams nobody asked for, and answers sent by abused services.

Counted per victim in buckets of event time, so that a million spoofed sources cost one counter.
See docs/detectors/flood.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from detections.detectors.base import FLOWS, Observed
from detections.detectors.facts import Connection, Networks, added, is_of_many
from detections.detectors.finding import Figures, found, number_words, size_words, span_words
from detections.detectors.memory import Recent, Remembering, note
from detections.detectors.playbook import SECURITY_SOP
from detections.hits import Group
from detections.rule import RuleInfo
from ir_platform.domain.alert import Detection, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Per victim and bucket. RFC 4987 (SYN flooding), CISA alert TA14-017A (amplification)."""

    bucket_seconds: int = 10
    half_open: int = 1_000
    """TCP connections to one port that got no further than the SYN."""
    datagrams: int = 20_000
    """UDP and ICMP packets to one address that it did not answer."""
    reflectors: int = 10
    """Sources on ports of services that can be abused, none of which was asked."""
    reflected_bytes: int = 250_000
    amplified_bytes: int = 1_000_000
    """What one of our own services sent out in answers."""
    amplification: float = 10.0
    """Bytes answered for each byte asked."""
    abused_ports: tuple[int, ...] = (
        17, 19, 53, 69, 111, 123, 137, 161, 389, 520, 1434, 1900, 3283, 3702, 5353, 10001, 11211, 27015, 32414,
    )  # fmt: skip
    """UDP services whose answers are larger than the question (CISA TA14-017A and its updates)."""


MAX_BUCKETS = 20_000
MAX_SOURCES = 50
"""Of a bucket: enough to say whether it is one or many."""
_SECOND_NS = 1_000_000_000


def _info(number: int, title: str, title_en: str, tag: str, look_at: tuple[str, ...], false: str) -> RuleInfo:
    return RuleInfo(
        id=f"b2a6d2c1-6d0e-4a53-9f1c-3c0f5f1f7b{number:02}",
        title=title,
        title_en=title_en,
        level=Level.HIGH,
        tags=("attack.impact", "attack.t1498", tag),
        look_at=look_at,
        false_positives=(false,),
        playbook_id=SECURITY_SOP,
        source="detector",
    )


SYN = _info(
    1,
    "Banjir SYN",
    "SYN flood",
    "attack.t1499.001",
    (
        "Periksa apakah layanan tujuan masih menjawab pengguna.",
        "Nyalakan SYN cookies pada perangkat tujuan atau perlindungan DoS pada firewall.",
        "Alamat sumber biasanya palsu: minta penyaringan kepada penyedia internet.",
    ),
    "Layanan yang baru saja mati sementara banyak pengguna menyambung ulang",
)
DATAGRAMS = _info(
    2,
    "Banjir UDP atau ICMP",
    "UDP or ICMP flood",
    "attack.t1498.001",
    (
        "Bandingkan dengan beban uplink: bila penuh, hubungi penyedia internet.",
        "Pastikan tujuan bukan penerima siaran video, syslog atau NetFlow milik sendiri.",
    ),
    "Penerima syslog, NetFlow, siaran video atau telepon yang memang tidak menjawab",
)
REFLECTED = _info(
    3,
    "Serangan amplifikasi",
    "Amplification attack",
    "attack.t1498.002",
    (
        "Minta penyedia internet menyaring port sumber yang disebut pada angka temuan.",
        "Periksa apakah perangkat tujuan memang bertanya kepada alamat-alamat itu.",
    ),
    "Rekaman yang hanya memuat satu arah lalu lintas",
)
ABUSED = _info(
    4,
    "Layanan sendiri dipakai untuk amplifikasi",
    "Own service abused for amplification",
    "attack.t1498.002",
    (
        "Tutup layanan itu dari internet, atau batasi siapa yang boleh bertanya.",
        "Alamat yang bertanya adalah korban, bukan pelaku: jangan memblokir tanpa memeriksa.",
    ),
    "Server DNS otoritatif dengan DNSSEC yang ramai",
)


@dataclass(slots=True)
class _Bucket:
    """What one victim was sent in one span."""

    count: int = 0
    bytes: int = 0
    asked_bytes: int = 0
    sources: list[str] = field(default_factory=list)
    refs: list[list[Any]] = field(default_factory=list)
    is_told: bool = False


class FloodDetector(Remembering):
    """Adds up what went unanswered, per victim and bucket."""

    name = "flood"
    infos = (SYN, DATAGRAMS, REFLECTED, ABUSED)
    sorts = FLOWS
    settings: ClassVar[type] = Thresholds

    def __init__(self, thresholds: Thresholds | None = None, networks: Networks | None = None) -> None:
        self._limits, self._networks = thresholds or Thresholds(), networks or Networks()
        self._bucket_ns = self._limits.bucket_seconds * _SECOND_NS
        self._abused = frozenset(self._limits.abused_ports)
        self._buckets = Recent(_Bucket, limit=MAX_BUCKETS)
        super().__init__(buckets=self._buckets)

    def observe(self, events: Sequence[Observed]) -> tuple[Detection, ...]:
        touched: dict[tuple[str, ...], _Bucket] = {}
        for event in events:
            one = event.connection
            if one is None or one.is_denied:
                continue
            counted = self._counted(one)
            if counted is not None and not is_of_many(one.destination):
                key, bucket = self._add(event, one, *counted)
                touched[key] = bucket
        return tuple(
            finding for key, bucket in touched.items() if not bucket.is_told for finding in self._told(key, bucket)
        )

    def _counted(self, one: Connection) -> tuple[str, str, int] | None:
        """Return the kind of flood that a connection counts for, the service, and for how many; None: for none."""
        if one.transport == "tcp":
            return ("syn", one.service, one.weight) if one.is_half_open else None
        if one.transport != "udp" and not one.transport.endswith("icmp"):
            return None
        if not one.is_answered:
            if one.source_port in self._abused and one.destination_port not in self._abused:
                return "reflected", f"{one.transport}/{one.source_port}", one.weight
            # Of a flow that lasted, what fell into one bucket.
            share = min(1.0, self._bucket_ns / max(one.duration_ns, 1))
            return "datagrams", one.transport, round(one.packets_out * share)
        if (
            one.destination_port in self._abused
            and self._networks.has(one.destination)
            and self._networks.is_outside(one.source)
        ):
            return "abused", one.service, one.weight
        return None

    def _add(
        self, event: Observed, one: Connection, kind: str, service: str, count: int
    ) -> tuple[tuple[str, ...], _Bucket]:
        key = (kind, one.destination, service, str(one.start_ns // self._bucket_ns))
        bucket = self._buckets.of(*key)
        bucket.count = added(bucket.count, count)
        bucket.bytes = added(bucket.bytes, one.bytes_in if kind == "abused" else one.bytes_out)
        bucket.asked_bytes = added(bucket.asked_bytes, one.bytes_out)
        if len(bucket.sources) < MAX_SOURCES and one.source not in bucket.sources:
            bucket.sources.append(one.source)
            note(bucket.refs, event)
        return key, bucket

    def _told(self, key: tuple[str, ...], bucket: _Bucket) -> list[Detection]:
        kind, victim, service, number = key
        info = self._judge(kind, bucket)
        if info is None:
            return []
        bucket.is_told = True
        start_ns = int(number) * self._bucket_ns
        return [
            found(
                info,
                group=_group_of(kind, victim, service),
                refs=bucket.refs,
                count=bucket.count,
                # One finding an hour however long it goes on; the alert counts the hours.
                named_ns=start_ns - start_ns % (3_600 * _SECOND_NS),
                figures=self._figures(kind, bucket),
            )
        ]

    def _judge(self, kind: str, bucket: _Bucket) -> RuleInfo | None:
        limits = self._limits
        if kind == "syn":
            return SYN if bucket.count >= limits.half_open else None
        if kind == "datagrams":
            return DATAGRAMS if bucket.count >= limits.datagrams else None
        if kind == "reflected":
            many = len(bucket.sources) >= limits.reflectors
            return REFLECTED if many and bucket.bytes >= limits.reflected_bytes else None
        grown = bucket.bytes >= limits.amplification * max(bucket.asked_bytes, 1)
        return ABUSED if grown and bucket.bytes >= limits.amplified_bytes else None

    def _figures(self, kind: str, bucket: _Bucket) -> Figures:
        limits, sources = self._limits, str(len(bucket.sources))
        common: Figures = (
            ("sumber berbeda", f"{sources} atau lebih" if len(bucket.sources) >= MAX_SOURCES else sources),
            ("selama", span_words(self._bucket_ns)),
        )
        if kind in ("syn", "datagrams"):
            word = "sambungan setengah jadi" if kind == "syn" else "paket tidak dijawab"
            threshold = limits.half_open if kind == "syn" else limits.datagrams
            return ((word, str(bucket.count)), *common, ("ambang", str(threshold)))
        volume = ("volume", size_words(bucket.bytes))
        if kind == "reflected":
            return (volume, *common, ("ambang", f"{limits.reflectors} sumber, {size_words(limits.reflected_bytes)}"))
        factor = number_words(round(bucket.bytes / max(bucket.asked_bytes, 1), 1))
        return (volume, ("faktor", factor), *common, ("ambang", f"faktor {number_words(limits.amplification)}"))


def _group_of(kind: str, victim: str, service: str) -> Group:
    """Return what the alert is about, under names that the flows have."""
    transport, _, port = service.partition("/")
    more = {"datagrams": ("network.transport", transport), "reflected": ("source.port", port)}
    return ("destination.ip", victim), more.get(kind, ("destination.port", port))
