"""Writes synthetic captures: Ethernet, IPv4, TCP and UDP with right checksums; for the demo and for tests."""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address

FIN, SYN, RST, PSH, ACK = 0x01, 0x02, 0x04, 0x08, 0x10

_CLIENT_MAC = bytes.fromhex("020000000001")
_SERVER_MAC = bytes.fromhex("020000000002")
_ETHERTYPE_IPV4 = b"\x08\x00"
_PROTOCOL_TCP, _PROTOCOL_UDP = 6, 17
_SECOND_NS = 1_000_000_000
_STEP_NS = 1_000_000
_WINDOW = 64_240


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    address: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One frame as it stood on the wire, at `time_ns` since 1970."""

    time_ns: int
    data: bytes


def pcap_bytes(
    frames: Iterable[Frame], *, byte_order: str = "<", nanoseconds: bool = True, link_type: int = 1
) -> bytes:
    """Return a classic pcap file with the frames in the order given. Source: draft-ietf-opsawg-pcap."""
    magic, divisor = (0xA1B23C4D, 1) if nanoseconds else (0xA1B2C3D4, 1_000)
    parts = [struct.pack(f"{byte_order}IHHiIII", magic, 2, 4, 0, 0, 262_144, link_type)]
    for frame in frames:
        seconds, rest = divmod(frame.time_ns, _SECOND_NS)
        size = len(frame.data)
        parts.append(struct.pack(f"{byte_order}IIII", seconds, rest // divisor, size, size) + frame.data)
    return b"".join(parts)


def tcp_frame(
    source: Endpoint,
    destination: Endpoint,
    *,
    time_ns: int,
    flags: int,
    sequence: int = 0,
    acknowledged: int = 0,
    payload: bytes = b"",
) -> Frame:
    """Return one TCP segment in IPv4 in Ethernet."""
    header = struct.pack(
        ">HHIIBBHHH", source.port, destination.port, sequence, acknowledged, 5 << 4, flags, _WINDOW, 0, 0
    )
    return _ip_frame(source, destination, time_ns=time_ns, protocol=_PROTOCOL_TCP, segment=header + payload)


def udp_frame(source: Endpoint, destination: Endpoint, *, time_ns: int, payload: bytes) -> Frame:
    """Return one UDP datagram in IPv4 in Ethernet."""
    header = struct.pack(">HHHH", source.port, destination.port, 8 + len(payload), 0)
    return _ip_frame(source, destination, time_ns=time_ns, protocol=_PROTOCOL_UDP, segment=header + payload)


def tcp_conversation(
    client: Endpoint, server: Endpoint, *, time_ns: int, turns: Sequence[tuple[bool, bytes]]
) -> list[Frame]:
    """Return handshake, the turns (True: the client speaks) and the close, a millisecond from frame to frame."""
    conversation = _Conversation(client=client, server=server, time_ns=time_ns)
    conversation.say(from_client=True, flags=SYN)
    conversation.say(from_client=False, flags=SYN | ACK)
    conversation.say(from_client=True, flags=ACK)
    for from_client, payload in turns:
        conversation.say(from_client=from_client, flags=PSH | ACK, payload=payload)
        conversation.say(from_client=not from_client, flags=ACK)
    conversation.say(from_client=True, flags=FIN | ACK)
    conversation.say(from_client=False, flags=FIN | ACK)
    conversation.say(from_client=True, flags=ACK)
    return conversation.frames


def dns_lookup(client: Endpoint, server: Endpoint, *, time_ns: int, name: str, address: str) -> list[Frame]:
    """Return the question for the A record of `name` and its answer."""
    question = _dns_name(name) + struct.pack(">HH", 1, 1)
    asked = struct.pack(">HHHHHH", 0x1A2B, 0x0100, 1, 0, 0, 0) + question
    record = b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 300, 4) + IPv4Address(address).packed
    answered = struct.pack(">HHHHHH", 0x1A2B, 0x8180, 1, 1, 0, 0) + question + record
    return [
        udp_frame(client, server, time_ns=time_ns, payload=asked),
        udp_frame(server, client, time_ns=time_ns + _STEP_NS, payload=answered),
    ]


def http_get(
    client: Endpoint, server: Endpoint, *, time_ns: int, host: str, path: str, agent: str, body: bytes
) -> list[Frame]:
    """Return a whole connection with one GET and its answer `200 OK` that carries `body`."""
    request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {agent}\r\nAccept: */*\r\n\r\n".encode()
    head = f"HTTP/1.1 200 OK\r\nServer: sampel\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n"
    return tcp_conversation(client, server, time_ns=time_ns, turns=[(True, request), (False, head.encode() + body)])


def tls_hello(client: Endpoint, server: Endpoint, *, time_ns: int, server_name: str) -> list[Frame]:
    """Return a connection whose client sends a TLS 1.2 ClientHello that names `server_name`."""
    return tcp_conversation(client, server, time_ns=time_ns, turns=[(True, client_hello(server_name=server_name))])


def client_hello(*, server_name: str) -> bytes:
    """Return a TLS record with a ClientHello. Source: RFC 5246 7.4.1.2, RFC 6066 3."""
    name = server_name.encode("idna")
    names = struct.pack(">HBH", len(name) + 3, 0, len(name)) + name
    extensions = (
        _extension(0, names)
        + _extension(10, bytes.fromhex("0004001d0017"))
        + _extension(11, bytes.fromhex("0100"))
        + _extension(13, bytes.fromhex("000404030804"))
        + _extension(16, bytes.fromhex("000c02683208687474702f312e31"))
    )
    body = b"\x03\x03" + bytes(32) + b"\x00" + bytes.fromhex("0004c02bc02f") + b"\x01\x00"
    body += struct.pack(">H", len(extensions)) + extensions
    handshake = b"\x01" + len(body).to_bytes(3, "big") + body
    return b"\x16\x03\x01" + struct.pack(">H", len(handshake)) + handshake


def port_scan(
    source: str, target: str, *, time_ns: int, ports: Sequence[int], open_ports: frozenset[int] = frozenset()
) -> list[Frame]:
    """Return a SYN to each port 10 ms apart, answered by RST, or SYN-ACK where the port is open."""
    frames = []
    for number, port in enumerate(ports):
        at = time_ns + number * 10 * _STEP_NS
        asker, asked = Endpoint(address=source, port=40_000 + number % 20_000), Endpoint(address=target, port=port)
        answer = SYN | ACK if port in open_ports else RST | ACK
        frames.append(tcp_frame(asker, asked, time_ns=at, flags=SYN, sequence=1_000))
        frames.append(tcp_frame(asked, asker, time_ns=at + _STEP_NS, flags=answer, acknowledged=1_001))
    return frames


def syn_flood(target: Endpoint, *, time_ns: int, count: int) -> Iterable[Frame]:
    """Yield `count` SYNs from as many made-up addresses of 10.0.0.0/8 to one port, 10 microseconds apart."""
    base = int(IPv4Address("10.0.0.0"))
    for number in range(count):
        source = Endpoint(address=str(IPv4Address(base + number % 0xFFFFFF)), port=1_024 + number % 60_000)
        yield tcp_frame(source, target, time_ns=time_ns + number * 10_000, flags=SYN, sequence=number)


class _Conversation:
    """Keeps sequence numbers while frames are added."""

    def __init__(self, *, client: Endpoint, server: Endpoint, time_ns: int) -> None:
        self.frames: list[Frame] = []
        self._ends = (server, client)
        self._next = [7_000, 1_000]
        self._time_ns = time_ns

    def say(self, *, from_client: bool, flags: int, payload: bytes = b"") -> None:
        frame = tcp_frame(
            self._ends[from_client],
            self._ends[not from_client],
            time_ns=self._time_ns,
            flags=flags,
            sequence=self._next[from_client],
            acknowledged=self._next[not from_client] if flags & ACK else 0,
            payload=payload,
        )
        self.frames.append(frame)
        self._next[from_client] += len(payload) + bool(flags & (SYN | FIN))
        self._time_ns += _STEP_NS


def _ip_frame(source: Endpoint, destination: Endpoint, *, time_ns: int, protocol: int, segment: bytes) -> Frame:
    ends = IPv4Address(source.address).packed + IPv4Address(destination.address).packed
    offset = 16 if protocol == _PROTOCOL_TCP else 6
    pseudo = ends + struct.pack(">BBH", 0, protocol, len(segment))
    # RFC 768: a UDP checksum that comes out as zero is sent as all ones; zero would mean "none".
    checksum = _checksum(pseudo + segment) or (0xFFFF if protocol == _PROTOCOL_UDP else 0)
    segment = segment[:offset] + struct.pack(">H", checksum) + segment[offset + 2 :]
    header = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(segment), 0, 0x4000, 64, protocol, 0) + ends
    header = header[:10] + struct.pack(">H", _checksum(header)) + header[12:]
    return Frame(time_ns=time_ns, data=_SERVER_MAC + _CLIENT_MAC + _ETHERTYPE_IPV4 + header + segment)


def _checksum(data: bytes) -> int:
    """Return the Internet checksum. Source: RFC 1071."""
    padded = data + b"\x00" * (len(data) % 2)
    total: int = sum(struct.unpack(f">{len(padded) // 2}H", padded))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def _dns_name(name: str) -> bytes:
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\x00"


def _extension(number: int, value: bytes) -> bytes:
    return struct.pack(">HH", number, len(value)) + value
