"""Makes the small captures that the network detectors are tried on: one with every attack, one that only looks like it.

`python -m tests.data.captures FOLDER` writes both; tests make them once. Nothing here was ever on a wire: addresses are
those for documentation, names end in `.example`, passwords are words of the test.
"""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from scapy.layers.dhcp import BOOTP, DHCP
from scapy.layers.dns import DNS, DNSQR
from scapy.layers.inet import IP, TCP, UDP
from scapy.layers.inet6 import ICMPv6ND_RA, ICMPv6NDOptSrcLLAddr, IPv6
from scapy.layers.l2 import ARP, Ether
from scapy.packet import Packet, Raw

from ir_platform.app.demo_capture import Frame, client_hello, pcap_bytes

START = 1_790_000_000.0
"""Seconds since 1970: 21 September 2026."""
HOUR = 3_600.0
OWNER, THIEF = "00:1b:21:00:00:01", "00:1b:21:00:00:66"
GATEWAY = "10.10.0.1"
RESOLVER = "10.10.0.53"
KNOWN_BAD = "203.0.113.76"
"""What a feed of indicators may name."""
NAMES = "abcdefghijklmnopqrstuvwxyz234567"


def frame(seconds: float, packet: Packet) -> Frame:
    """Return the packet as it stands on the wire so many seconds after the beginning."""
    return Frame(time_ns=round((START + seconds) * 1e9), data=bytes(packet))


def ether() -> Packet:
    return Ether(src="00:1b:21:00:00:0a", dst="00:1b:21:00:00:0b")


def random_name(number: int, length: int) -> str:
    """Return letters as a machine makes them, the same each time."""
    digest = sha256(str(number).encode()).digest() * 2
    return "".join(NAMES[byte % len(NAMES)] for byte in digest)[:length]


def conversation(
    at: float,
    source: str,
    target: str,
    port: int,
    *,
    source_port: int,
    turns: list[tuple[bytes, bytes]],
    pause: float = 0.05,
) -> Iterator[Frame]:
    """Yield a whole TCP connection: handshake, turns (what the client says, what it is answered), close."""
    there = ether() / IP(src=source, dst=target)
    back = ether() / IP(src=target, dst=source)
    mine, theirs, when = 1_000, 9_000, at

    def say(*, client: bool, flags: str, payload: bytes = b"") -> Frame:
        ports = {"sport": source_port, "dport": port} if client else {"sport": port, "dport": source_port}
        numbers = {"seq": mine, "ack": theirs} if client else {"seq": theirs, "ack": mine}
        segment = TCP(**ports, **numbers, flags=flags)
        return frame(when, (there if client else back) / segment / Raw(payload))

    yield say(client=True, flags="S")
    mine += 1
    yield say(client=False, flags="SA")
    theirs += 1
    yield say(client=True, flags="A")
    for asked, answered in turns:
        when += pause
        if asked:
            yield say(client=True, flags="PA", payload=asked)
            mine += len(asked)
        when += 0.01
        if answered:
            yield say(client=False, flags="PA", payload=answered)
            theirs += len(answered)
            yield say(client=True, flags="A")
    when += 0.01
    yield say(client=True, flags="FA")
    mine += 1
    yield say(client=False, flags="FA")
    theirs += 1
    yield say(client=True, flags="A")


def datagram(at: float, source: str, source_port: int, target: str, port: int, payload: bytes) -> Frame:
    return frame(at, ether() / IP(src=source, dst=target) / UDP(sport=source_port, dport=port) / Raw(payload))


def question(at: float, client: str, name: str, kind: str = "A") -> Frame:
    dns = DNS(id=int(at) % 65_536, rd=1, qd=DNSQR(qname=name, qtype=kind))
    return frame(at, ether() / IP(src=client, dst=RESOLVER) / UDP(sport=40_000 + int(at) % 9_000, dport=53) / dns)


def no_such_name(at: float, client: str, name: str) -> Frame:
    dns = DNS(id=int(at) % 65_536, qr=1, rcode=3, qd=DNSQR(qname=name))
    return frame(at, ether() / IP(src=RESOLVER, dst=client) / UDP(sport=53, dport=40_000 + int(at) % 9_000) / dns)


def arp(at: float, address: str, mac: str) -> Frame:
    return frame(at, Ether(src=mac, dst="ff:ff:ff:ff:ff:ff") / ARP(op=2, hwsrc=mac, psrc=address, pdst=address))


def offer(at: float, server: str, given: str, router: str, number: int) -> Frame:
    boot = BOOTP(op=2, xid=number, yiaddr=given, siaddr=server, chaddr=bytes.fromhex("001b2100aa01"))
    options = DHCP(options=[("message-type", "offer"), ("server_id", server), ("router", router), "end"])
    ends = Ether(src="00:1b:21:00:00:0c", dst="ff:ff:ff:ff:ff:ff") / IP(src=server, dst="255.255.255.255")
    return frame(at, ends / UDP(sport=67, dport=68) / boot / options)


def advertisement(at: float, mac: str) -> Frame:
    ends = Ether(src=mac, dst="33:33:00:00:00:01") / IPv6(src=f"fe80::{mac[-2:]}", dst="ff02::1", hlim=255)
    return frame(at, ends / ICMPv6ND_RA() / ICMPv6NDOptSrcLLAddr(lladdr=mac))


FINISHED = b"\x14\x03\x01\x00\x01\x01\x16\x03\x01\x00\x24" + bytes(36)
"""A change of ciphers and what is sent in secret after it, as each end closes its handshake."""
TOO_WEAK = b"\x15\x03\x01\x00\x02\x02\x47"
"""A fatal alert, `insufficient_security`."""


def server_hello(version: int, cipher: int) -> bytes:
    """Return a TLS record with a ServerHello. Source: RFC 5246 7.4.1.3."""
    body = version.to_bytes(2, "big") + bytes(32) + b"\x00" + cipher.to_bytes(2, "big") + b"\x00"
    return handshake(version, b"\x02", body)


def handshake(version: int, kind: bytes, body: bytes) -> bytes:
    """Return a TLS record with one message. Source: RFC 5246 6.2.1 and 7.4."""
    message = kind + len(body).to_bytes(3, "big") + body
    return b"\x16" + version.to_bytes(2, "big") + len(message).to_bytes(2, "big") + message


def certified(days: int) -> list[tuple[bytes, bytes]]:
    """Return the turns of a sound TLS 1.2 handshake whose certificate ends so many days after the beginning."""
    key, name = Ed25519PrivateKey.from_private_bytes(bytes(32)), _named_by("server.example")
    end = datetime.fromtimestamp(START, UTC) + timedelta(days=days)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 7, end - timedelta(days=365), end)
    made = builder.sign(key, None).public_bytes(Encoding.DER)
    chain = len(made).to_bytes(3, "big") + made
    answer = server_hello(0x0303, 0xC02F) + handshake(0x0303, b"\x0b", len(chain).to_bytes(3, "big") + chain)
    return [(client_hello(server_name="server.example"), answer), (FINISHED, FINISHED)]


def _named_by(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


# --- the attacks -----------------------------------------------------------------------------------------------------


def scans() -> Iterator[Frame]:
    for number in range(40):
        probe = IP(src="198.51.100.9", dst="10.10.0.5") / TCP(sport=40_000, dport=number + 1, flags="S")
        yield frame(number * 0.1, ether() / probe)
    for number in range(60):
        probe = IP(src="10.10.1.60", dst=f"10.10.9.{number + 1}") / TCP(sport=41_000, dport=445, flags="S")
        yield frame(number * 0.1, ether() / probe)
    for number in range(50):
        probe = IP(src="198.51.100.10", dst="10.10.0.6") / TCP(sport=42_000, dport=number + 1, flags="S")
        yield frame(number * 400, ether() / probe)


def floods() -> Iterator[Frame]:
    for number in range(1_100):
        source = f"198.51.{number // 250}.{number % 250 + 1}"
        yield frame(number * 0.001, ether() / IP(src=source, dst="10.10.0.20") / TCP(sport=5_000, dport=443, flags="S"))
    one = datagram(0, "198.51.100.77", 5_001, "10.10.0.21", 9_999, b"x" * 8)
    yield from (Frame(time_ns=one.time_ns + number * 100_000, data=one.data) for number in range(21_000))
    for source in range(12):
        answer = datagram(0, f"192.0.2.{source + 1}", 123, "10.10.0.22", 50_000, b"\x97" + bytes(467))
        yield from (Frame(time_ns=answer.time_ns + number * 10_000_000, data=answer.data) for number in range(60))
    yield from _answered("198.51.100.80", "10.10.0.23", 11_211, asked=b"get a\r\n")


def _answered(client: str, server: str, port: int, *, asked: bytes) -> Iterator[Frame]:
    """Yield 800 questions within 8 s, each with a long answer."""
    there = datagram(0, client, 5_002, server, port, asked)
    back = datagram(0.001, server, port, client, 5_002, bytes(1_400))
    for number in range(800):
        yield from (Frame(time_ns=one.time_ns + number * 10_000_000, data=one.data) for one in (there, back))


def guesses() -> Iterator[Frame]:
    for number in range(25):
        turns = [(b"SSH-2.0-x\r\n", b"SSH-2.0-y\r\n"), (bytes(900), bytes(1_100)), (bytes(400), bytes(60))]
        yield from conversation(number * 4, "198.51.100.22", "10.10.0.5", 22, source_port=30_000 + number, turns=turns)


def beacons() -> Iterator[Frame]:
    for number in [*range(9), *range(14, 30)]:
        turns = [(bytes(220 + number % 3), bytes(300))]
        yield from conversation(
            number * 120 + number % 4, "10.10.1.66", "203.0.113.66", 443, source_port=31_000 + number, turns=turns
        )


def tunnels() -> Iterator[Frame]:
    for number in range(50):
        yield question(number * 2, "10.10.1.67", f"{random_name(number, 40)}.t.jahat.example", "TXT")
    for number in range(30):
        yield no_such_name(number * 3 + 7_200, "10.10.1.68", f"{random_name(number + 900, 14)}.example")


def clear_text() -> Iterator[Frame]:
    turns = [
        (b"", b"220 siap\r\n"),
        (b"USER wayan\r\n", b"331 kata sandi\r\n"),
        (b"PASS rahasia-uji\r\n", b"230 masuk\r\n"),
    ]
    yield from conversation(0, "10.10.1.69", "10.10.0.9", 21, source_port=32_000, turns=turns)
    typed = [(b"wayan\r\n", b"Password: "), (b"rahasia-uji\r\n", b"$ ")]
    yield from conversation(5, "10.10.1.69", "10.10.0.10", 23, source_port=32_001, turns=typed)


def movement() -> Iterator[Frame]:
    for number in range(14):
        turns = [(bytes(300), bytes(400))]
        yield from conversation(
            number * 15, "10.10.1.70", f"10.10.3.{number + 1}", 3389, source_port=33_000 + number, turns=turns
        )


def lies() -> Iterator[Frame]:
    yield from (arp(number * 2, GATEWAY, (OWNER, THIEF)[number % 2]) for number in range(12))
    for number in range(8):
        server, router = (GATEWAY, GATEWAY) if number < 4 else ("10.10.0.66", "10.10.0.66")
        yield offer(number * 5, server, f"10.10.0.{100 + number}", router, number)
        yield advertisement(number * 5, OWNER if number < 4 else THIEF)


def other_traffic() -> Iterator[Frame]:
    weak = [(client_hello(server_name="tua.example"), server_hello(0x0301, 0x0005)), (FINISHED, FINISHED)]
    yield from conversation(0, "10.10.1.71", "203.0.113.71", 443, source_port=34_000, turns=weak)
    jobs = [(b'{"id":1,"method":"mining.subscribe","params":["cpuminer/2.5.1"]}\n', b'{"id":1,"result":[]}\n')]
    yield from conversation(0, "10.10.1.72", "203.0.113.72", 8_085, source_port=34_001, turns=jobs)
    tor = [(client_hello(server_name="www.4gk67zpn3brh7qxg.com"), b"")]
    yield from conversation(0, "10.10.1.73", "203.0.113.73", 9001, source_port=34_002, turns=[*tor, (b"", bytes(90))])
    yield from conversation(0, "10.10.1.75", "203.0.113.75", 443, source_port=34_004, turns=certified(-30))
    yield from conversation(0, "10.10.1.76", KNOWN_BAD, 8443, source_port=34_005, turns=[(bytes(90), bytes(90))])
    beats = [(bytes(20), bytes(20))] * 20
    yield from conversation(0, "10.10.1.74", "203.0.113.74", 8443, source_port=34_003, turns=beats, pause=HOUR / 2)


def attacks() -> list[Frame]:
    """Return a capture that has what each detector looks for."""
    parts = (scans, floods, guesses, beacons, tunnels, clear_text, movement, lies, other_traffic)
    return sorted((one for part in parts for one in part()), key=lambda one: one.time_ns)


# --- what only looks like it -----------------------------------------------------------------------------------------


def ordinary() -> list[Frame]:
    """Return a capture that has what each detector may be mistaken about."""
    parts = (_busy, _regular, _named, _local, _spoken)
    return sorted((one for part in parts for one in part()), key=lambda one: one.time_ns)


def _busy() -> Iterator[Frame]:
    """A browser with many connections to many servers, and files copied over SSH."""
    page = [(b"GET / HTTP/1.1\r\nHost: contoh.example\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")]
    for number in range(60):
        yield from conversation(
            number * 0.2, "10.10.1.5", f"203.0.113.{number % 30 + 1}", 80, source_port=35_000 + number, turns=page
        )
    for number in range(25):
        files = [(bytes(1_400), bytes(80))] * (3 + number % 9)
        yield from conversation(number * 4, "10.10.1.6", "10.10.0.5", 22, source_port=36_000 + number, turns=files)


def _regular() -> Iterator[Frame]:
    """Time every minute, and a person who comes back whenever he likes."""
    for number in range(60):
        yield datagram(number * 60, "10.10.1.5", 123, "203.0.113.123", 123, bytes(48))
        yield datagram(number * 60 + 0.1, "203.0.113.123", 123, "10.10.1.5", 123, bytes(48))
    at = 0.0
    for number in range(30):
        at += 20 + int(random_name(number, 2), 36) % 400
        yield from conversation(
            at,
            "10.10.1.7",
            "203.0.113.90",
            443,
            source_port=37_000 + number,
            turns=[(bytes(300 + 97 * number), bytes(900))],
        )


def _named() -> Iterator[Frame]:
    """Many short names of one domain, misspelt words, an anonymous FTP visitor."""
    for number in range(90):
        yield question(number, "10.10.1.8", f"www{number}.contoh.go.id")
    for number, word in enumerate(("pelayanan", "perpustakaan", "kesehatan", "pendidikan") * 8):
        yield no_such_name(number * 5, "10.10.1.9", f"{word}{number}.example")
    turns = [(b"", b"220 siap\r\n"), (b"USER anonymous\r\n", b"331 ya\r\n"), (b"PASS a@b\r\n", b"230 masuk\r\n")]
    yield from conversation(0, "10.10.1.10", "203.0.113.21", 21, source_port=38_000, turns=turns)


def _local() -> Iterator[Frame]:
    """A network card that was changed, one DHCP server, one router, four desktops managed by hand."""
    yield from (arp(number * 2, "10.10.0.40", OWNER if number < 10 else THIEF) for number in range(20))
    for number in range(20):
        yield offer(number * 5, GATEWAY, f"10.10.0.{100 + number}", GATEWAY, number)
        yield advertisement(number * 5, OWNER)
    for number in range(4):
        yield from conversation(
            number * 30,
            "10.10.1.11",
            f"10.10.3.{number}",
            3389,
            source_port=39_000 + number,
            turns=[(bytes(300), bytes(400))],
        )


def _spoken() -> Iterator[Frame]:
    """A wallet and its server, log lines that quote a miner, SSH where Telnet is usual, TLS refused as too weak.

    Also a certificate a month before its end, the neighbour of a bad address, and a service that answers at length.
    """
    yield from conversation(0, "10.10.1.16", "203.0.113.34", 443, source_port=38_104, turns=certified(30))
    yield from conversation(0, "10.10.1.17", "203.0.113.77", 8443, source_port=38_105, turns=[(bytes(90), bytes(90))])
    yield from _answered("198.51.100.81", "10.10.0.24", 1_900, asked=bytes(300))
    wallet = [(b'{"id":0,"method":"server.version","params":["4.5","1.4"]}\n', b'{"id":0,"result":[]}\n')]
    yield from conversation(0, "10.10.1.12", "203.0.113.31", 3333, source_port=38_100, turns=wallet * 5)
    quoted = [(b'{"message":"{\\"method\\":\\"mining.subscribe\\"}","host":"web-1"}\n', b"")]
    yield from conversation(0, "10.10.1.13", "203.0.113.32", 4444, source_port=38_101, turns=quoted * 5)
    secret = [(b"SSH-2.0-x\r\n", b"SSH-2.0-y\r\n"), (bytes(900), bytes(1_100))]
    yield from conversation(0, "10.10.1.14", "10.10.0.14", 23, source_port=38_102, turns=secret)
    weak = [(client_hello(server_name="tua.example"), server_hello(0x0301, 0x0005)), (TOO_WEAK, b"")]
    yield from conversation(0, "10.10.1.15", "203.0.113.33", 443, source_port=38_103, turns=weak)


def write(folder: Path) -> tuple[Path, Path]:
    """Write both captures and return where they are."""
    paths = folder / "serangan.pcap", folder / "biasa.pcap"
    for path, frames in zip(paths, (attacks(), ordinary()), strict=True):
        path.write_bytes(pcap_bytes(frames))
    return paths


if __name__ == "__main__":
    for written in write(Path(sys.argv[1])):
        sys.stdout.write(f"{written}\n")
