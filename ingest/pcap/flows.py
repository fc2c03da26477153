"""What a flow is: its ends, its counts and how it went; `flow_table` makes them."""

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

FIN, SYN, RST, PSH, ACK, URG, ECE, CWR = 1, 2, 4, 8, 16, 32, 64, 128
FLAG_NAMES = (
    (FIN, "FIN"), (SYN, "SYN"), (RST, "RST"), (PSH, "PSH"), (ACK, "ACK"), (URG, "URG"), (ECE, "ECE"), (CWR, "CWR"),
)  # fmt: skip

TLS_BITS = 8
"""How many bits `Flow.tls_seen` has for each end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowLimits:
    """When a flow ends although packets may follow, and how many are kept at once."""

    tcp_idle_seconds: int = 3_600
    udp_idle_seconds: int = 300
    other_idle_seconds: int = 300
    active_seconds: int = 1_800
    """A flow that lasts longer is told in parts of this length. Source: RFC 5102 5.11.3 and Cisco's usual value."""
    max_open_flows: int = 200_000
    """At about 0.4 kB each; over it attempts without an answer are given out early, then what has been silent
    longest, and counted."""
    told_singly: int = 2_000
    """Attempts to or from one address within a minute; of more, one flow stands for up to `told_together`."""
    told_together: int = 256


class Half(NamedTuple):
    """What one end sent: `bytes` are frame bytes, `payload_bytes` those above TCP, UDP or IP."""

    packets: int = 0
    bytes: int = 0
    payload_bytes: int = 0
    retransmissions: int = 0
    """TCP segments whose bytes had all been sent before; keep-alives do not count."""
    flags: int = 0
    """Every TCP flag this end sent."""


class Flow(NamedTuple):
    """One conversation; the source is the end that sent first (of TCP: the end that was answered with SYN and ACK)."""

    protocol: int
    key: bytes
    """Source address, destination address (4 or 16 bytes each), source port, destination port."""
    source: Half
    destination: Half
    first_ns: int
    last_ns: int
    icmp_type: int = 0
    icmp_code: int = 0
    vlans: tuple[int, ...] = ()
    outer: bytes | None = None
    round_trip_ns: int | None = None
    """From the last SYN to the first SYN with ACK, as seen where the capture was made."""
    part: int = 0
    """From 0; a flow longer than the active time-out comes in parts."""
    flows: int = 1
    """How many attempts this one stands for; their counts are added up in it."""
    opening: str | None = None
    """The protocol that the first words of one end are known as."""
    tls_seen: int = 0
    """Of a connection that begins as TLS what `tls_end` saw of the source, and above `TLS_BITS` of the destination."""

    @property
    def tcp_flags(self) -> int:
        """Every flag seen either way."""
        return self.source.flags | self.destination.flags


@dataclass(slots=True)
class FlowCounts:
    """What a pass saw; complete once its iterator is exhausted."""

    packets: int = 0
    bytes: int = 0
    flows: int = 0
    """Told, one for each `Flow`."""
    attempts: int = 0
    """TCP flows of nothing but SYN."""
    sampled: int = 0
    """Attempts that are counted within another's flow."""
    given_out_early: int = 0
    """Flows split because `max_open_flows` was reached."""
    first_ns: int | None = None
    last_ns: int | None = None
    link_types: Counter[int] = field(default_factory=Counter)
    unread: Counter[str] = field(default_factory=Counter)
    """Packets that belong to no flow, by reason: `ethertype:0x0806`, `link:192`, `ip:broken`."""


def flag_names(flags: int) -> list[str]:
    """Return the names of the TCP flags that are set, lowest bit first."""
    return [name for bit, name in FLAG_NAMES if flags & bit]


def tcp_state(source: int, destination: int) -> str:  # noqa: PLR0911
    """Return how a TCP connection went, from the flags of both ends, as Zeek names it (`conn_state`).

    Source: docs.zeek.org, base/protocols/conn/main.zeek.
    """
    answered = bool(destination & SYN and destination & ACK)
    if not source & SYN:
        if not answered:
            return "OTH"
        return "RSTRH" if destination & RST else "SHR" if destination & FIN else "OTH"
    if not answered:
        if destination & RST:
            return "REJ"
        return "RSTOS0" if source & RST else "SH" if source & FIN else "OTH" if destination else "S0"
    if source & RST:
        return "RSTO"
    if destination & RST:
        return "RSTR"
    ended = (bool(source & FIN), bool(destination & FIN))
    return {(True, True): "SF", (True, False): "S2", (False, True): "S3", (False, False): "S1"}[ended]
