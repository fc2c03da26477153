"""Coin mining: the stratum protocol, names of known pools, and long thin connections to pools' ports.

See docs/detectors/mining.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from detections.detectors.base import Observed
from detections.detectors.facts import Connection, Networks, Sort
from detections.detectors.finding import Figures, found, size_words, span_words
from detections.detectors.memory import Recent, Remembering, note
from detections.detectors.playbook import SECURITY_SOP
from detections.hits import Group
from detections.rule import RuleInfo
from ir_platform.domain.alert import Detection, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """The stratum protocol as pools document it (`mining.subscribe`, `login`); the shape of its flows is ours."""

    pool_domains: tuple[str, ...] = (
        "2miners.com", "antpool.com", "binance-pool.com", "c3pool.com", "ethermine.org", "f2pool.com", "flexpool.io",
        "flypool.org", "hashvault.pro", "herominers.com", "hiveon.net", "minergate.com", "minexmr.com",
        "moneroocean.stream", "monerohash.com", "nanopool.org", "nicehash.com", "p2pool.io", "poolin.com",
        "slushpool.com", "supportxmr.com", "unmineable.com", "viabtc.com", "woolypooly.com", "xmrpool.eu",
        "zergpool.com",
    )  # fmt: skip
    """Domains of public pools; names below them count."""
    pool_ports: tuple[int, ...] = (3333, 4444, 5555, 7777, 9999, 14433, 14444, 45560, 45700)
    """Ports that pools use and ordinary services seldom."""
    least_seconds: int = 900
    """Of a connection to such a port."""
    most_bytes_per_second: float = 300.0
    """Jobs and shares are small and rare; a download is not."""


MAX_TOLD = 10_000
_SECOND_NS = 1_000_000_000
_STRATUM, _BY_PROTOCOL = "stratum", "protokol stratum"
_MOST_WORD = 100
_DAY_NS = 86_400 * _SECOND_NS

MINING = RuleInfo(
    id="b2a6d2c1-6d0e-4a53-9f1c-3c0f5f1f8601",
    title="Penambangan mata uang kripto",
    title_en="Coin mining",
    level=Level.HIGH,
    tags=("attack.impact", "attack.t1496", "attack.t1496.001"),
    look_at=(
        "Periksa beban prosesor dan program yang berjalan pada perangkat sumber.",
        "Penambang jarang datang sendiri: cari bagaimana ia dipasang dan apa lagi yang dipasang.",
    ),
    false_positives=("Layanan lain yang kebetulan memakai port kolam tambang",),
    playbook_id=SECURITY_SOP,
    source="detector",
)


@dataclass(slots=True)
class _Miner:
    """One host, one day."""

    is_told: bool = False
    refs: list[list[Any]] = field(default_factory=list)


class MiningDetector(Remembering):
    """One finding a day and host."""

    name = "mining"
    infos = (MINING,)
    sorts = frozenset({Sort.FLOW, Sort.DNS, Sort.TLS, Sort.HTTP, Sort.STRATUM})
    settings: ClassVar[type] = Thresholds

    def __init__(self, thresholds: Thresholds | None = None, networks: Networks | None = None) -> None:
        self._limits, self._networks = thresholds or Thresholds(), networks or Networks()
        self._ports = frozenset(self._limits.pool_ports)
        self._domains = tuple(f".{one}" for one in self._limits.pool_domains)
        self._miners = Recent(_Miner, limit=MAX_TOLD)
        super().__init__(miners=self._miners)

    def observe(self, events: Sequence[Observed]) -> tuple[Detection, ...]:
        findings: list[Detection] = []
        for event in events:
            figures = self._sign(event)
            if figures:
                findings += self._tell(event, figures)
        return tuple(findings)

    def _sign(self, event: Observed) -> Figures:
        """Return what makes this event one of a miner; nothing where it is none."""
        if event.sort is Sort.STRATUM:
            return _words(event)
        if event.connection is not None:
            is_named = event.connection.protocol == _STRATUM
            return (("tanda", _BY_PROTOCOL),) if is_named else self._shape(event.connection)
        if event.text("dns.type") in ("answer", "response"):
            return ()
        for name in ("dns.question.name", "tls.client.server_name", "url.domain"):
            value = event.text(name).rstrip(".").lower()
            if value and f".{value}".endswith(self._domains) and not value.startswith("www."):
                return (("tanda", "nama kolam tambang"), ("nama", value[:253]))
        return ()

    def _shape(self, one: Connection) -> Figures:
        """Return a flow's figures where it is long and thin and goes to a pool's port."""
        limits = self._limits
        if (
            one.transport != "tcp"
            or one.destination_port not in self._ports
            or one.duration_ns < limits.least_seconds * _SECOND_NS
            or not one.payload_in
            or not self._networks.has(one.source)
            or not self._networks.is_outside(one.destination)
        ):
            return ()
        carried = one.payload_out + one.payload_in
        if carried * _SECOND_NS > limits.most_bytes_per_second * one.duration_ns:
            return ()
        return (
            ("tanda", f"koneksi panjang dan tipis ke port {one.destination_port}"),
            ("lama", span_words(one.duration_ns)),
            ("isi", size_words(carried)),
        )

    def _tell(self, event: Observed, figures: Figures) -> list[Detection]:
        one = event.connection
        host = one.source if one is not None else event.text("source.ip")
        day = event.time_ns // _DAY_NS
        if not host:
            return []
        miner = self._miners.of(host, str(day))
        note(miner.refs, event)
        if miner.is_told:
            return []
        miner.is_told = True
        group: Group = (("source.ip", host),)
        return [found(MINING, group=group, refs=miner.refs, count=1, named_ns=day * _DAY_NS, figures=figures)]


def _words(event: Observed) -> Figures:
    """Return what the miner said: its command, and its program and wallet where it named them."""
    told = (("perintah", "stratum.method"), ("program", "stratum.agent"), ("dompet atau akun", "user.name"))
    words = tuple((name, event.text(key)[:_MOST_WORD]) for name, key in told if event.text(key))
    return (("tanda", _BY_PROTOCOL), *words)
