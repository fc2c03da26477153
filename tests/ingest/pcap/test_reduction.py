"""What the dissector is shown: every name, command and handshake, however much bulk came before; the bulk not."""

import struct

import pytest

from ingest.pcap.reduction import ICMP, TCP, UDP, Shown

CLIENT_PORT = 50_000
BULK = bytes(1_400)
RECORD = b"\x17\x03\x03\x04\x00" + bytes(1_024)
HELLO = b"\x16\x03\x01\x00\x20\x01" + bytes(31)
CIPHERS_CHANGE = b"\x14\x03\x03\x00\x01\x01"
REQUEST = b"GET /a HTTP/1.1\r\nHost: a.id\r\n\r\n"

MESSAGES: dict[str, tuple[int, int, bytes]] = {
    "DNS": (UDP, 53, b"\x00\x01\x01\x00" + bytes(20)),
    "DNS over TCP": (TCP, 53, b"\x00\x18" + bytes(24)),
    "mDNS": (UDP, 5353, bytes(24)),
    "LLMNR": (UDP, 5355, bytes(24)),
    "NBNS": (UDP, 137, bytes(50)),
    "DHCP": (UDP, 67, b"\x01\x01\x06\x00" + bytes(240)),
    "NTP": (UDP, 123, b"\xe3" + bytes(47)),
    "SNMP": (UDP, 161, b"\x30\x26\x02\x01\x00" + bytes(35)),
    "HTTP": (TCP, 80, REQUEST),
    "HTTP on another port": (TCP, 8_081, REQUEST),
    "SMTP": (TCP, 25, b"MAIL FROM:<a@b.id>\r\n"),
    "FTP": (TCP, 21, b"RETR a.zip\r\n"),
    "Kerberos": (TCP, 88, b"\x00\x00\x00\xf0\x6a" + bytes(240)),
    "LDAP": (TCP, 389, b"\x30\x0c\x02\x01\x01\x60" + bytes(8)),
    "SMB": (TCP, 445, b"\x00\x00\x00\x48\xfeSMB" + bytes(64)),
    "Modbus": (TCP, 502, bytes(5) + b"\x06\x01\x03\x00\x00\x00\x01"),
}


def shown_to(port: int, protocol: int = TCP) -> Shown:
    return Shown(protocol=protocol, low_port=port, high_port=CLIENT_PORT)


def is_shown(shown: Shown, payload: bytes, *, in_order: bool = True) -> bool:
    frame = bytes(54) + payload
    return shown.wants(frame, 54, len(frame), in_order)


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_is_shown_though_a_thousand_came_before(name: str) -> None:
    protocol, port, payload = MESSAGES[name]
    shown = shown_to(port, protocol)

    answers = [is_shown(shown, payload) for _ in range(1_000)]

    assert all(answers)


@pytest.mark.parametrize("banner", [b"SSH-2.0-OpenSSH_9.2\r\n", HELLO])
@pytest.mark.parametrize("port", [22, 443, 4_433])
def test_a_banner_and_a_hello_are_shown_on_any_port(port: int, banner: bytes) -> None:
    assert is_shown(shown_to(port), banner)


def test_a_connection_of_tls_is_shown_up_to_its_first_application_data() -> None:
    shown = shown_to(443)

    answers = [is_shown(shown, payload) for payload in (HELLO, HELLO, RECORD, RECORD, RECORD)]

    assert answers == [True, True, False, False, False]


def test_a_handshake_in_pieces_is_shown_whole() -> None:
    certificate = b"\x16\x03\x03" + struct.pack(">H", 4_000) + b"\x0b" + bytes(3_999)
    pieces = [certificate[start : start + 1_400] for start in range(0, len(certificate), 1_400)]
    shown = shown_to(443)

    answers = [is_shown(shown, payload) for payload in (*pieces, RECORD, RECORD)]

    assert answers == [True] * len(pieces) + [False, False]


def test_a_handshake_out_of_order_is_limited_in_bytes_alone() -> None:
    shown = shown_to(443)
    is_shown(shown, HELLO)

    answers = [is_shown(shown, BULK, in_order=False) for _ in range(100)]

    assert answers[:40] == [True] * 40
    assert answers[-1] is False


def handshake(kind: int, size: int = 60) -> bytes:
    return b"\x16\x03\x03" + struct.pack(">H", size + 4) + bytes([kind]) + size.to_bytes(3, "big") + bytes(size)


@pytest.mark.parametrize(
    ("side", "flight"),
    [
        ("server", [handshake(2), handshake(11, 3_000), handshake(12), handshake(14)]),
        ("client", [handshake(1), handshake(11, 900), handshake(16), handshake(15)]),
    ],
)
def test_of_a_handshake_hello_and_certificate_are_shown_and_not_what_follows(side: str, flight: list[bytes]) -> None:
    shown = shown_to(443)

    answers = [is_shown(shown, record) for record in (*flight, CIPHERS_CHANGE, BULK)]

    assert answers == [True, True, False, False, False, False], side


def test_a_second_hello_behind_a_change_of_ciphers_for_show_is_shown() -> None:
    shown = shown_to(443)

    answers = [is_shown(shown, record) for record in (handshake(1), CIPHERS_CHANGE, handshake(1), RECORD)]

    assert answers == [True, False, True, False]


def test_what_is_encrypted_is_not_taken_for_a_hello() -> None:
    shown = shown_to(443)
    is_shown(shown, handshake(1))
    is_shown(shown, CIPHERS_CHANGE)

    finished = is_shown(shown, b"\x16\x03\x03\x00\x28\x01\xd3\x51" + bytes(37))

    assert not finished


@pytest.mark.parametrize("first", [0x00, 0x0C, 0x30])
def test_a_certificate_over_two_records_is_shown_whole(first: int) -> None:
    begun = b"\x16\x03\x03\x40\x00\x0b\x00\x60\x00" + bytes(16_380)
    rest = b"\x16\x03\x03\x20\x04" + bytes([first, 0x30, 0x82]) + bytes(8_193)
    shown = shown_to(443)

    answers = [is_shown(shown, record) for record in (begun, rest)]

    assert answers == [True, True]


@pytest.mark.parametrize(("port", "begins"), [(8_080, True), (8_888, False)])
def test_a_tunnel_that_turns_to_tls_late_is_shown_from_there(port: int, begins: bool) -> None:
    shown = shown_to(port)
    bulk = [is_shown(shown, BULK) for _ in range(100)]

    late = is_shown(shown, HELLO)

    assert (bulk[0], bulk[-1], late) == (begins, False, True)


def test_a_mail_is_cut_but_not_its_end_nor_the_next_command() -> None:
    shown = shown_to(25)
    mail = [is_shown(shown, BULK) for _ in range(100)]

    end = is_shown(shown, BULK + b"\r\n.\r\n")
    shown.heard(shown_to(25))
    following = is_shown(shown, b"MAIL FROM:<c@d.id>\r\n")

    assert (mail[0], mail[-1], end, following) == (True, False, True, True)


def test_of_quic_only_the_handshake_is_shown() -> None:
    shown = shown_to(443, UDP)
    initial = b"\xc3\x00\x00\x00\x01\x08" + bytes(1_194)

    answers = [is_shown(shown, initial), is_shown(shown, initial), is_shown(shown, b"\x43" + bytes(1_199))]

    assert answers == [True, True, False]


def test_quic_is_known_whatever_its_fixed_bit_is_where_its_version_is_known() -> None:
    answer = b"\x89\xff\x00\x00\x22\x08" + bytes(1_194)
    negotiation = b"\x89\x00\x00\x00\x00\xff" + bytes(1_194)

    assert is_shown(shown_to(4_433, UDP), answer)
    assert not is_shown(shown_to(4_433, UDP), negotiation)


@pytest.mark.parametrize(("protocol", "port"), [(TCP, 8_080), (UDP, 1_194), (ICMP, 0)])
def test_of_what_tshark_reads_by_its_port_but_nobody_knows_only_the_beginning_is_shown(
    protocol: int, port: int
) -> None:
    shown = shown_to(port, protocol)

    answers = [is_shown(shown, BULK) for _ in range(1_000)]

    assert answers[0]
    assert sum(answers) < 20


@pytest.mark.parametrize("when", ["before", "after"])
def test_what_answers_a_request_is_shown_whatever_it_is(when: str) -> None:
    client, server = shown_to(8_888), shown_to(8_888)
    if when == "after":
        assert not is_shown(server, BULK)
    is_shown(client, REQUEST)

    server.heard(client)

    assert is_shown(server, BULK)


@pytest.mark.parametrize(("protocol", "port"), [(TCP, 6_881), (UDP, 40_000), (UDP, 514)])
def test_what_gives_no_events_on_any_port_is_not_shown(protocol: int, port: int) -> None:
    shown = shown_to(port, protocol)

    answers = [is_shown(shown, BULK) for _ in range(1_000)]

    assert not any(answers)


@pytest.mark.parametrize(
    ("protocol", "payload"),
    [
        (UDP, b"\x12\x34\x01\x00\x00\x01" + bytes(6) + b"\x02id\x00\x00\x01\x00\x01"),
        (UDP, b"\x12\x34\x81\x83\x00\x00" + bytes(6) + b"\x00"),
        (UDP, b"\xc6\x0a\x0a\x0a\x0a\x08" + bytes(8) + b"\x04" + bytes(1_180)),
        (UDP, b"\x16\xfe\xff" + bytes(10)),
        (TCP, b"BREW /pot HTTP/1.1\r\n\r\n"),
        (TCP, REQUEST),
        (TCP, HELLO),
    ],
    ids=["a question", "an answer", "QUIC of a version nobody knows", "DTLS", "a method nobody knows", "HTTP", "TLS"],
)
def test_what_is_known_by_its_beginning_is_shown_after_what_is_not(protocol: int, payload: bytes) -> None:
    shown = shown_to(40_000, protocol)
    is_shown(shown, BULK)

    assert is_shown(shown, payload)


def test_the_few_bytes_that_a_fragment_holds_are_shown_but_not_without_end() -> None:
    shown = shown_to(40_000)

    answers = [is_shown(shown, b"GET") for _ in range(1_000)]

    assert (answers[0], answers[-1]) == (True, False)


def test_a_payload_that_was_not_captured_is_judged_without_reading_it() -> None:
    frame = bytes(54)

    assert shown_to(445).wants(frame, -1, 54, True)
    assert not shown_to(443, 41).wants(frame, 80, 54, True)


@pytest.mark.parametrize("version", [b"\xfe\xff", b"\xfe\xfd", b"\x01\x00"])
def test_a_handshake_of_dtls_is_shown_on_any_port(version: bytes) -> None:
    hello, other = b"\x16" + version + bytes(40), b"\x16\xfe\x00" + bytes(40)

    shown = [
        Shown(protocol=UDP, low_port=40_000, high_port=50_000).wants(one, 0, len(one), True) for one in (hello, other)
    ]

    assert shown == [True, False]
