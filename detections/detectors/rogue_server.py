"""Rogue DHCP servers and IPv6 routers: somebody new hands out addresses, or says it is the way out.

Who has done so before is known; a second one beside it is told. See docs/detectors/rogue_server.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from detections.detectors.base import Observed
from detections.detectors.facts import Networks, Sort, is_of_many, whole
from detections.detectors.finding import Figures, found
from detections.detectors.memory import Recent, Remembering, note
from detections.detectors.playbook import SECURITY_SOP
from detections.rule import RuleInfo
from ir_platform.domain.alert import Detection, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """RFC 2131 (DHCP), RFC 4861 and RFC 6104 (rogue router advertisements)."""

    known_servers: tuple[str, ...] = ()
    """Addresses of DHCP servers and routers that are meant to be there: a fail-over pair, a second router."""
    answers: int = 2
    """So many from the new one: a single stray frame is told by nobody."""


MAX_SEGMENTS = 1_000
KEPT_SERVERS = 20
_ROUTER_ADVERTISEMENT = 134
_ANSWERS = frozenset(("OFFER", "ACK"))
_DAY_NS = 86_400_000_000_000


def _info(number: int, title: str, title_en: str, level: Level, tag: str, look_at: tuple[str, ...]) -> RuleInfo:
    return RuleInfo(
        id=f"b2a6d2c1-6d0e-4a53-9f1c-3c0f5f1f83{number:02}",
        title=title,
        title_en=title_en,
        level=level,
        tags=("attack.credential-access", "attack.collection", "attack.t1557", tag),
        look_at=look_at,
        false_positives=("Server atau router baru yang sah, atau pasangan cadangan: catat di known_servers",),
        playbook_id=SECURITY_SOP,
        source="detector",
    )


DHCP = _info(
    1,
    "Server DHCP liar",
    "Rogue DHCP server",
    Level.MEDIUM,
    "attack.t1557.003",
    (
        "Cari di switch pada port mana server baru itu berada; sering sebuah router Wi-Fi bawaan pegawai.",
        "Periksa gerbang dan DNS yang dibagikannya: bila berbeda, lalu lintas pegawai melewatinya.",
        "Nyalakan DHCP snooping pada switch.",
    ),
)
ROUTER = _info(
    2,
    "Router IPv6 liar",
    "Rogue IPv6 router advertisement",
    Level.HIGH,
    "attack.t1557.003",
    (
        "Cari di switch pada port mana pengirim itu berada.",
        "Nyalakan RA guard (RFC 6105) pada switch.",
    ),
)


@dataclass(slots=True)
class _Segment:
    """Who hands out addresses, or routes, on one network."""

    servers: dict[str, int] = field(default_factory=dict)
    """Answers of each, in the order in which they were first heard."""
    says: dict[str, str] = field(default_factory=dict)
    """Router and name servers that each gives."""
    refs: dict[str, list[list[Any]]] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)


class RogueServerDetector(Remembering):
    """Knows the servers of each network by what they have said."""

    name = "rogue_server"
    infos = (DHCP, ROUTER)
    sorts = frozenset({Sort.DHCP, Sort.ICMP})
    settings: ClassVar[type] = Thresholds

    def __init__(self, thresholds: Thresholds | None = None, networks: Networks | None = None) -> None:
        self._limits = thresholds or Thresholds()
        self._known = frozenset(self._limits.known_servers)
        self._segments = Recent(_Segment, limit=MAX_SEGMENTS)
        super().__init__(segments=self._segments)

    def observe(self, events: Sequence[Observed]) -> tuple[Detection, ...]:
        findings: list[Detection] = []
        for event in events:
            if event.sort is Sort.DHCP:
                server = event.text("dhcp.server.ip") or event.text("source.ip")
                if event.text("dhcp.message_type").upper() in _ANSWERS and server and not is_of_many(server):
                    findings += self._heard(event, "dhcp", _segment_of(event), server, _given(event))
            elif whole(event.fields.get("icmp.type")) == _ROUTER_ADVERTISEMENT and ":" in event.text("source.ip"):
                router = event.text("source.mac") or event.text("source.ip")
                findings += self._heard(event, "ra", event.text("network.vlan.id"), router, "")
        return tuple(findings)

    def _heard(self, event: Observed, kind: str, place: str, server: str, says: str) -> list[Detection]:
        segment = self._segments.of(kind, place, event.text("labels.capture"))
        segment.servers[server] = segment.servers.get(server, 0) + 1
        if len(segment.servers) > KEPT_SERVERS:
            last = next(reversed(segment.servers))
            for kept in (segment.servers, segment.says, segment.refs):
                kept.pop(last, None)
            return []
        segment.says[server] = says or segment.says.get(server, "")
        note(segment.refs.setdefault(server, []), event)
        first = next(iter(segment.servers))
        if server == first or server in self._known or server in segment.told:
            return []
        if segment.servers[server] < self._limits.answers:
            return []
        segment.told.append(server)
        return [self._finding(event, kind, segment, server, first)]

    def _finding(self, event: Observed, kind: str, segment: _Segment, server: str, first: str) -> Detection:
        info = DHCP if kind == "dhcp" else ROUTER
        differs = segment.says[server] != segment.says[first] and bool(segment.says[server])
        if differs:
            info = replace(info, level=Level.HIGH)
        figures: Figures = (
            ("baru", f"{server} ({segment.servers[server]} jawaban)"),
            ("sudah dikenal", f"{first} ({segment.servers[first]} jawaban)"),
            *((("membagikan", segment.says[server]), ("yang dikenal membagikan", segment.says[first])) * differs),
            ("ambang", f"{self._limits.answers} jawaban dari server kedua"),
        )
        field_name = "source.mac" if kind == "ra" and event.text("source.mac") else "source.ip"
        return found(
            info,
            group=((field_name, server),),
            refs=segment.refs[server],
            count=segment.servers[server],
            named_ns=event.time_ns - event.time_ns % _DAY_NS,
            figures=figures,
        )


def _segment_of(event: Observed) -> str:
    """Return the network of an answer: its VLAN and the beginning of the address it gives (a relay serves many)."""
    given = event.text("dhcp.assigned_ip") or event.text("destination.ip")
    return f"{event.text('network.vlan.id')}/{given.rpartition('.')[0]}"


def _given(event: Observed) -> str:
    """Return the router and the name servers that an answer hands out."""
    values = [event.fields.get(name) for name in ("dhcp.router", "dhcp.dns")]
    return ", ".join(str(one) for value in values for one in (value if isinstance(value, list) else [value]) if one)
