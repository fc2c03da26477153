"""What a capture holds, asked of the event store by the capture's hash: counts, tables, endpoints, protocols."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address
from typing import Final

from ir_platform.domain.alert import Alert, EventRef
from ir_platform.ports import EventReader, State, Tally

CAPTURE_FIELD: Final = "labels.capture"
SUMS: Final = ("network.bytes", "network.packets")
SIDES: Final = (*SUMS, "source.bytes", "destination.bytes")
TRANSPORTS: Final = ("tcp", "udp", "icmp", "ipv6-icmp", "sctp", "igmp", "gre", "esp", "ah", "ospf", "vrrp", "ipip")
WITH_PORTS: Final = frozenset({"tcp", "udp", "sctp"})
APPLICATIONS: Final = (
    "dns", "http", "tls", "quic", "ssh", "smtp", "pop3", "imap", "ftp", "tftp", "smb", "kerberos", "ldap", "rdp",
    "dhcp", "arp", "icmp", "ntp", "snmp", "mysql", "postgresql", "modbus", "stratum",
)  # fmt: skip
BY_FLOWS: Final = ("telnet", "rfb", "bittorrent")
"""Known by their first words alone: no event but the flow's says them."""
PORTS_SHOWN: Final = 20
MOST_ENDPOINTS: Final = 2_000
"""At each end of flows, those with the most bytes."""
ALERTS_LOOKED_AT: Final = 2_000
ALERTS_AT_ONCE: Final = 200
SAMPLES: Final = 5
"""Events of an alert that are asked for, oldest and newest: all of an alert come from one capture, or from several."""


class Table(StrEnum):
    CONVERSATIONS = "conversations"
    DNS = "dns"
    HTTP = "http"
    TLS = "tls"
    FILES = "files"
    FINDINGS = "findings"
    OTHERS = "others"


_DATASET: Final[Mapping[Table, str]] = {
    Table.CONVERSATIONS: "event.dataset:flow",
    Table.DNS: "event.dataset:dns",
    Table.HTTP: "event.dataset:http",
    Table.TLS: "event.dataset:tls",
    Table.FILES: "event.dataset:file",
    Table.FINDINGS: "event.kind:alert",
    Table.OTHERS: "NOT (event.dataset:(flow OR dns OR http OR tls OR file) OR event.kind:alert)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    address: str
    flows: int
    packets: int
    bytes: int
    sent_bytes: int
    received_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """One line of the protocol tree: a transport with its ports, or how many events an application gave."""

    name: str
    count: int
    packets: int
    bytes: int
    below: tuple["Branch", ...] = ()


def of_capture(sha256: str, *parts: str) -> str:
    """Return the query for the capture's events; every part is written by us or built of typed values."""
    return " AND ".join([f"{CAPTURE_FIELD}:{sha256}", *(f"({part})" for part in parts)])


def of_table(sha256: str, table: Table, address: IPv4Address | IPv6Address | None) -> str:
    about = () if address is None else (f'source.ip:"{address}" OR destination.ip:"{address}"',)
    return of_capture(sha256, _DATASET[table], *about)


def counts(events: EventReader, sha256: str) -> dict[Table, int]:
    return {table: events.totals(of_table(sha256, table, None), sums=())[0] for table in Table}


def endpoints(events: EventReader, sha256: str) -> tuple[Endpoint, ...]:
    """Return who talked, the most bytes first; an address counts at both ends of its flows."""
    flows = of_capture(sha256, _DATASET[Table.CONVERSATIONS])
    as_source, as_destination = (
        events.tally(flows, by=end, sums=SIDES, limit=MOST_ENDPOINTS) for end in ("source.ip", "destination.ip")
    )
    found: dict[str, Endpoint] = {}
    for one in [*map(_as_source, as_source), *map(_as_destination, as_destination)]:
        known = found.get(one.address)
        found[one.address] = one if known is None else _joined(known, one)
    return tuple(sorted(found.values(), key=lambda one: (-one.bytes, one.address)))


def _as_source(tally: Tally) -> Endpoint:
    total, packets, sent, received = tally.sums
    return Endpoint(
        address=tally.key, flows=tally.count, packets=packets, bytes=total, sent_bytes=sent, received_bytes=received
    )


def _as_destination(tally: Tally) -> Endpoint:
    total, packets, received, sent = tally.sums
    return Endpoint(
        address=tally.key, flows=tally.count, packets=packets, bytes=total, sent_bytes=sent, received_bytes=received
    )


def _joined(one: Endpoint, other: Endpoint) -> Endpoint:
    return Endpoint(
        address=one.address,
        flows=one.flows + other.flows,
        packets=one.packets + other.packets,
        bytes=one.bytes + other.bytes,
        sent_bytes=one.sent_bytes + other.sent_bytes,
        received_bytes=one.received_bytes + other.received_bytes,
    )


def transports(events: EventReader, sha256: str) -> tuple[Branch, ...]:
    """Return the transports that flows have, the most bytes first, with the ports most used at the answering end."""
    flows = _DATASET[Table.CONVERSATIONS]
    known = [_transport(events, sha256, name) for name in TRANSPORTS]
    total = events.totals(of_capture(sha256, flows), sums=SUMS)
    left = [whole - sum(parts) for whole, parts in zip(total, zip(*map(_figures, known), strict=True), strict=True)]
    others = Branch(name="", count=left[0], bytes=left[1], packets=left[2])
    return tuple(sorted((one for one in [*known, others] if one.count), key=lambda one: (-one.bytes, one.name)))


def _figures(branch: Branch) -> tuple[int, int, int]:
    return branch.count, branch.bytes, branch.packets


def _transport(events: EventReader, sha256: str, name: str) -> Branch:
    query = of_capture(sha256, _DATASET[Table.CONVERSATIONS], f"network.transport:{name}")
    count, total, packets = events.totals(query, sums=SUMS)
    below: tuple[Branch, ...] = ()
    if count and name in WITH_PORTS:
        below = tuple(map(_port, events.tally(query, by="destination.port", sums=SUMS, limit=PORTS_SHOWN)))
    return Branch(name=name, count=count, packets=packets, bytes=total, below=below)


def _port(tally: Tally) -> Branch:
    return Branch(name=tally.key, count=tally.count, bytes=tally.sums[0], packets=tally.sums[1])


def applications(events: EventReader, sha256: str) -> tuple[tuple[str, int], ...]:
    """Return which applications were understood and how many events (or flows) each gave, the most first."""
    flows = _DATASET[Table.CONVERSATIONS]
    asked: list[tuple[str, tuple[str, ...]]] = [(name, (f"event.dataset:{name}",)) for name in APPLICATIONS]
    asked += [(name, (flows, f"network.protocol:{name}")) for name in BY_FLOWS]
    found = [(name, events.totals(of_capture(sha256, *terms), sums=())[0]) for name, terms in asked]
    return tuple(sorted(((name, count) for name, count in found if count), key=lambda one: (-one[1], one[0])))


def alerts(
    state: State, events: EventReader, sha256: str, span: tuple[datetime, datetime]
) -> tuple[tuple[Alert, ...], bool]:
    """Return the alerts that events of the capture are behind, seen last first; False: not all alerts were looked at.

    By the time of events an alert of the capture has seen something within its span.
    """
    found: list[Alert] = []
    for looked_at, alert in enumerate(_alerts(state)):
        if alert.last_seen < span[0]:
            break
        if looked_at >= ALERTS_LOOKED_AT:
            return tuple(found), False
        if alert.first_seen <= span[1] and _is_of(events, alert, sha256):
            found.append(alert)
    return tuple(found), True


def _alerts(state: State) -> Iterator[Alert]:
    cursor: str | None = None
    while True:
        with state.read() as uow:
            page = uow.alerts.page(status=None, level=None, text=None, cursor=cursor, limit=ALERTS_AT_ONCE)
        yield from page.items
        if (cursor := page.cursor) is None:
            return


def _is_of(events: EventReader, alert: Alert, sha256: str) -> bool:
    ids = [one.id for one in _ends_of(alert.events)]
    return any(one.fields.get(CAPTURE_FIELD) == sha256 for one in events.get(ids))


def _ends_of(refs: tuple[EventRef, ...]) -> tuple[EventRef, ...]:
    return refs if len(refs) <= 2 * SAMPLES else (*refs[:SAMPLES], *refs[-SAMPLES:])
