"""Port scans in flow events: one source that tries many ports of a host, or one port of many hosts, in vain.

Only failed or empty attempts count, so that a browser with hundreds of connections, or a name server that answers
hundreds of clients, is no scan. See docs/detectors/port_scan.md.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from detections.conditions import DistinctValues
from detections.detectors.base import Observed
from detections.entities import reference_to
from detections.hits import SUMMARY_CHARACTERS, Group, Hit
from detections.outcome import of_window
from detections.rule import RuleInfo
from detections.windows import Windows
from ir_platform.domain.alert import Detection, Level

# Zeek, policy/misc/scan.zeek (3.x): port_scan_threshold 15 within port_scan_interval 5 min, addr_scan_threshold 25
# within addr_scan_interval 5 min; like there, only attempts that failed are counted.
PORTS_OF_ONE_HOST = 15
HOSTS_ON_ONE_PORT = 25
SPAN = timedelta(minutes=5)

PROBE_PACKETS = 3
"""A probe sends a SYN and its repeats; a source that sent more had a conversation."""
FIRST_EPHEMERAL_PORT = 1024

# Zeek's conn_state: S0 no answer, REJ refused, RSTOS0 SYN then RST without answer, RSTRH / SH half-open, SHR.
FAILED_STATES = frozenset({"s0", "rej", "rstos0", "rstrh", "sh"})

VERTICAL = RuleInfo(
    id="b2a6d2c1-6d0e-4a53-9f1c-3c0f5f1f7a01",
    title="Pemindaian port",
    level=Level.HIGH,
    tags=("attack.discovery", "attack.reconnaissance", "attack.t1046", "attack.t1595.001"),
    look_at=(
        "Pastikan alamat sumber bukan pemindai kerentanan milik dinas sendiri.",
        "Periksa apakah ada koneksi yang berhasil dari alamat itu sesudah pemindaian.",
        "Periksa layanan yang terbuka pada perangkat tujuan dan perlukah terbuka ke luar.",
    ),
    false_positives=("Pemindai kerentanan dan pemantauan jaringan milik sendiri",),
    source="detector",
)
HORIZONTAL = RuleInfo(
    id="b2a6d2c1-6d0e-4a53-9f1c-3c0f5f1f7a02",
    title="Pemindaian banyak perangkat",
    level=Level.HIGH,
    tags=("attack.discovery", "attack.reconnaissance", "attack.t1046", "attack.t1018"),
    look_at=(
        "Bila sumbernya perangkat di dalam jaringan, anggap perangkat itu terinfeksi sampai terbukti tidak.",
        "Periksa perangkat tujuan yang menjawab pada port itu.",
        "Pastikan alamat sumber bukan pemindai atau pemantau milik dinas sendiri.",
    ),
    false_positives=("Pemindai inventaris, pemantauan jaringan, pengelola pencetak",),
    source="detector",
)


class PortScanDetector:
    """Counts, by source, the distinct ports per host and the distinct hosts per port of attempts that led nowhere."""

    def __init__(self) -> None:
        span_ns = int(SPAN.total_seconds()) * 1_000_000_000
        self._vertical = Windows(DistinctValues(at_least=PORTS_OF_ONE_HOST), span_ns=span_ns)
        self._horizontal = Windows(DistinctValues(at_least=HOSTS_ON_ONE_PORT), span_ns=span_ns)

    @property
    def name(self) -> str:
        return "port_scan"

    @property
    def infos(self) -> Sequence[RuleInfo]:
        return VERTICAL, HORIZONTAL

    def observe(self, events: Sequence[Observed]) -> tuple[Detection, ...]:
        for event in events:
            fields = event.view.fields
            if fields.get("event.dataset") == "flow" and is_vain_attempt(fields):
                self._count(event, fields)
        vertical = [of_window(VERTICAL, window) for window in self._vertical.take()]
        # The alert is about the source alone: a sweep over several ports is one alert that repeats.
        horizontal = [of_window(HORIZONTAL, window, group=window.group[:1]) for window in self._horizontal.take()]
        return (*vertical, *horizontal)

    def _count(self, event: Observed, fields: Mapping[str, Any]) -> None:
        source, target = str(fields["source.ip"]), str(fields["destination.ip"])
        port = f"{fields.get('network.transport', '')}/{fields['destination.port']}"
        refs = (reference_to(event.id, event.time_ns, event.view, limit=SUMMARY_CHARACTERS),)
        by_host: Group = (("source.ip", source), ("destination.ip", target))
        by_port: Group = (("source.ip", source), ("port", port))
        self._vertical.observe(Hit(time_ns=event.time_ns, source="flow", group=by_host, value=port, refs=refs))
        self._horizontal.observe(Hit(time_ns=event.time_ns, source="flow", group=by_port, value=target, refs=refs))

    def snapshot(self) -> dict[str, Any]:
        return {"vertical": self._vertical.snapshot(), "horizontal": self._horizontal.snapshot()}

    def restore(self, saved: Mapping[str, Any]) -> None:
        self._vertical.restore(saved["vertical"])
        self._horizontal.restore(saved["horizontal"])

    @property
    def forgotten(self) -> int:
        return self._vertical.counters.groups_forgotten + self._horizontal.counters.groups_forgotten


def is_vain_attempt(fields: Mapping[str, Any]) -> bool:
    """Say whether a flow is an attempt that led nowhere: refused, unanswered, or ended before a word was said."""
    if not _has_addresses(fields) or _is_answer(fields):
        return False
    if _number(fields.get("source.packets"), default=1) > PROBE_PACKETS:
        return False
    state = str(fields.get("network.connection.state", "")).lower()
    if state:
        return state in FAILED_STATES
    transport = str(fields.get("network.transport", "")).lower()
    if transport == "tcp" and isinstance(fields.get("tcp.flags"), list):
        return _is_tcp_probe({str(flag).lower() for flag in fields["tcp.flags"]}, fields)
    return _number(fields.get("destination.packets"), default=0) == 0


def _has_addresses(fields: Mapping[str, Any]) -> bool:
    return all(fields.get(name) not in (None, "") for name in ("source.ip", "destination.ip", "destination.port"))


def _is_answer(fields: Mapping[str, Any]) -> bool:
    """Say whether the flow runs from a service's port to a client's: its beginning was not recorded."""
    return (
        _number(fields.get("source.port"), default=FIRST_EPHEMERAL_PORT) < FIRST_EPHEMERAL_PORT
        and _number(fields.get("destination.port"), default=0) >= FIRST_EPHEMERAL_PORT
    )


def _is_tcp_probe(flags: set[str], fields: Mapping[str, Any]) -> bool:
    if "syn" in flags or "s" in flags:
        # Data is pushed and a conversation ends with FIN; a refusal, a half-open scan and silence have neither.
        return flags.isdisjoint({"psh", "p", "fin", "f"})
    # FIN, NULL and Xmas scans begin without SYN and get a RST or nothing; the tail of a cut-off conversation has ACKs
    # both ways.
    return _number(fields.get("destination.packets"), default=0) <= 1 and (
        not flags or ("ack" not in flags and "a" not in flags) or flags <= {"rst", "ack", "r", "a", "fin", "f"}
    )


def _number(value: object, *, default: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return default
    try:
        return int(value)
    except (ValueError, OverflowError):
        return default
