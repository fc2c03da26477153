"""A connection's protocol by its first words: what is known on any port, and what only begins alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.pcap import openings
from ingest.pcap.layers import TCP, UDP
from ingest.pcap.openings import opening_of
from tests.support.uncompiled import uncompiled

PORT, CLIENT_PORT = 7_070, 50_000
RDP = b"\x03\x00\x00\x2b\x26\xe0\x00\x00\x00\x00\x00Cookie: mstshash=wayan\r\n\x01\x00\x08\x00\x03\x00\x00\x00"


def named(payload: bytes, *, protocol: int = TCP, port: int = PORT) -> str | None:
    frame = bytes(54) + payload
    found = opening_of(frame, 54, len(frame), protocol, port, CLIENT_PORT)
    return None if found is None else found.protocol


@pytest.mark.parametrize(
    ("payload", "name"),
    [
        (b"\xff\xfd\x18\xff\xfd\x20", "telnet"),
        (b"\xff\xfa\x18\x01\xff\xf0", "telnet"),
        (b'{"id":1,"method":"mining.subscribe","params":["cpuminer/2.5.1"]}\n', "stratum"),
        (b"\x16\x03\x01\x00\x20\x01" + bytes(31), "tls"),
        (b"GET /a HTTP/1.1\r\nHost: a.id\r\n\r\n", "http"),
        (b"HTTP/1.1 200 OK\r\n\r\n", "http"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "http"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "ssh"),
        (b"\x00\x00\x00\x48\xfeSMB" + bytes(64), "smb"),
        (RDP, "rdp"),
        (b"EHLO kantor.example\r\n", "smtp"),
        (b"220 mail.example ESMTP Postfix\r\n", "smtp"),
        (b"220 (vsFTPd 3.0.5)\r\n", "ftp"),
        (b"+OK POP3 siap\r\n", "pop3"),
        (b"* OK [CAPABILITY IMAP4rev1] siap\r\n", "imap"),
        (b"RFB 003.008\n", "rfb"),
        (b"\x13BitTorrent protocol" + bytes(48), "bittorrent"),
    ],
)
def test_what_begins_like_a_protocol_is_known_on_any_port(payload: bytes, name: str) -> None:
    assert named(payload) == name


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\xff\xfd",
        b"\xff\xd8\xff\xe0\x00\x10JFIF",
        b"\xff\xfb\x90\x64\x00\x00",
        b"\x16\x03\x03\x00\x20\x0e" + bytes(31),
        b"OPTIONS rtsp://a.id/1 RTSP/1.0\r\n\r\n",
        b"OPTIONS sip:a@b.id SIP/2.0\r\n\r\n",
        b"HTTPS wajib\r\n",
        b"\x03\x00\x00\x16\x11\xe0\x00\x00\x00\x01\x00\xc1\x02\x01\x00\xc2\x02\x01\x02\xc0\x01\x0a",
        b"220 siap\r\n",
        b"+OK\r\n",
        b"{}",
        bytes(40),
    ],
    ids=[
        "nothing", "two bytes", "a picture", "music", "a handshake's middle", "rtsp", "sip", "a word", "a controller",
        "a greeting without a name", "redis", "an empty object", "zeros",
    ],
)  # fmt: skip
def test_what_only_begins_alike_has_no_name(payload: bytes) -> None:
    assert named(payload) is None


@pytest.mark.parametrize(
    ("payload", "port", "name"),
    [
        (b"\x00\x01\x01\x00\x00\x01" + bytes(20), 53, "dns"),
        (b"\x00\x01\x01\x00\x00\x01" + bytes(20), 5353, "mdns"),
        (b"\x00\x01\x01\x00\x00\x01" + bytes(20), 5355, "llmnr"),
        (b"\x00\x01\x01\x00\x00\x01" + bytes(20), PORT, None),
        (b"\xc3\x00\x00\x00\x01" + bytes(40), 443, "quic"),
        (b"\xc3\x00\x00\x00\x09" + bytes(40), 443, None),
        (b"\x16\xfe\xfd" + bytes(40), PORT, "dtls"),
    ],
)
def test_a_datagram_is_known_by_its_head_and_dns_by_its_port_too(payload: bytes, port: int, name: str | None) -> None:
    assert named(payload, protocol=UDP, port=port) == name


def test_set_up_has_compiled_it() -> None:
    assert (openings.__file__ or "").endswith(".so")


@given(payload=st.binary(max_size=40), at=st.integers(-1, 50), end=st.integers(0, 60), port=st.sampled_from([53, 80]))
def test_any_payload_gives_the_same_compiled_or_not(payload: bytes, at: int, end: int, port: int) -> None:
    frame = payload + bytes(60)
    plain = uncompiled("ingest.pcap.openings")

    for protocol in (TCP, UDP, 1):
        found = opening_of(frame, at, end, protocol, port, CLIENT_PORT)
        other = plain.opening_of(frame, at, end, protocol, port, CLIENT_PORT)
        assert (found and (found.protocol, found.message)) == (other and (other.protocol, other.message))
