"""Decides which packets the dissector is shown: those that carry names, commands and handshakes, not bulk data.

Compiled where `reduction.pxd` lies beside it. tshark pays for each packet, whatever is in it; nine packets of ten
carry only the middle of something. One `Shown` judges one direction of one flow, from what it carries first.
"""

TCP, UDP, SCTP, ICMP, ICMPV6 = 6, 17, 132, 1, 58

TLS_BYTES = 64 * 1024
"""Of a TLS direction, where the end of its handshake is not seen."""
OTHER_BYTES, LEAST_COST = 16 * 1024, 256
"""Of a direction whose port tshark reads: what it asks for stands at the beginning. Small packets cost as much as
`LEAST_COST` bytes."""
LEAST_KNOWN = 6
"""Bytes by which a message's beginning is known."""
SSH_BYTES = 4 * 1024
"""Of a direction on SSH's ports: banner and key exchange."""
TURN_BYTES = 16 * 1024
"""Of what is said in one go in a protocol of commands and replies: the rest is a mail or a file."""
SMALL_BYTES = 128
"""Shown in any case there: a command, or the end of a mail in pieces."""
DATAGRAM_COST = 1_600
"""A datagram stands for itself: ten of one kind say what a hundred do."""
QUIC_PACKETS = 12
ICMP_PACKETS = 16

_NEW, _NOTHING, _ALL, _TLS, _TURNS, _OTHER, _QUIC, _COUNTED, _WATCHED = range(9)
_CIPHERS_CHANGE, _HANDSHAKE, _APPLICATION = 0x14, 0x16, 0x17
_CLIENT_HELLO, _SERVER_HELLO = 1, 2
# Ticket, key exchange, request, done, verify, finished, status: hello and certificate come before (RFC 5246 7.3).
_AFTER_CERTIFICATE = b"\x04\x0c\x0d\x0e\x0f\x10\x14\x16"
_FIRST_RECORD, _LAST_RECORD = 20, 24
_LONG_FORM, _LONG, _NOT_INITIAL, _MOST_ID = 0x80, 0xC0, 0xD0, 20
_LOST = 1 << 40
"""Where the next record begins is not known any more; the limit in bytes remains."""

# What tshark reads by its port, of the dissectors that give events. On any other port it knows TLS and HTTP by how
# they begin, and DNS, DTLS and QUIC over UDP, so nothing else is shown there. Source: `tshark -G decodes`.
#
# Directory, Kerberos, name and file services, controllers: each message may hold a command.
_COMMAND_PORTS = frozenset({53, 88, 137, 139, 161, 162, 389, 445, 502, 3268, 5353, 5355})
# One side speaks, then the other: mail, files, news, chat, databases' log-ins, mining pools, remote shells.
_TURN_PORTS = frozenset({21, 23, 25, 110, 119, 143, 587, 1433, 3306, 3333, 4444, 5060, 5432, 6379, 6667, 14444})
# Mail, and FTP's data where the client named no port of its own.
_FILE_PORTS = frozenset({20, 25, 110, 143, 587})
_SSH_PORTS = frozenset({22, 29418})
# Web, TLS, proxies, remote desktops and tunnels: the beginning of each direction.
_OTHER_PORTS = frozenset(
    {80, 102, 123, 324, 443, 465, 631, 636, 802, 853, 993, 995, 1080, 1194, 1300, 1755, 1900, 2123, 2152, 2221, 2443,
     2710, 2869, 3128, 3132, 3249, 3250, 3251, 3252, 3389, 3496, 3689, 5061, 5671, 5684, 5868, 5985, 8080, 8088, 8883,
     11207, 11371, 19999, 27017}
)  # fmt: skip
# Names, leases, files, clocks, devices and their discovery.
_NAME_PORTS = frozenset(
    {53, 67, 68, 69, 88, 123, 137, 138, 161, 162, 389, 546, 547, 1900, 4011, 5353, 5355, 8161}
)  # fmt: skip
# Tunnels that carry others' packets: the first datagrams.
_TUNNEL_PORTS = frozenset({1194, 1701, 2123, 2152, 4754, 4789, 4790, 6081, 6635, 9899})
_HTTP_STARTS = frozenset(
    {b"GET ", b"POST", b"HEAD", b"PUT ", b"DELE", b"OPTI", b"CONN", b"TRAC", b"PATC", b"PROP", b"HTTP", b"SUBS",
     b"NOTI", b"REPO", b"MOVE", b"COPY", b"LOCK", b"UNLO", b"MKCO", b"SEAR", b"PRI "}
)  # fmt: skip
_NEGOTIATION = b"\x00\x00\x00\x00"
_QUIC_VERSIONS = frozenset({b"\x00\x00\x00\x01", b"\x6b\x33\x43\xcf"})
_QUIC_DRAFTS = frozenset({b"\xff\x00\x00", b"\xfa\xce\xb0", b"Q04", b"Q05", b"T05"})
_DTLS_VERSIONS = frozenset({b"\xfe\xff", b"\xfe\xfd", b"\x01\x00"})
_HTTP_VERSION, _SSH_BANNER = b"HTTP/1.", b"SSH-"
_ANSWER = 0x48
"""`H`: `HEAD` too, which costs nothing."""
_MOST_RECORDS_BESIDE = 10
"""Name servers and additional records in what tshark takes for DNS on any port."""
_LAST_LINE, _END_OF_MAIL = b".\r\n", b"\r\n.\r\n"


class Shown:
    """How much of one direction has been shown, and what it seems to be."""

    def __init__(
        self, *, protocol: int, low_port: int, high_port: int, files: bool = False, whole: bool = False
    ) -> None:
        """`files`: mails and files' own connections are wanted whole; `whole`: this direction is."""
        self.files = files
        self.protocol = protocol
        self.low_port, self.high_port = low_port, high_port
        self.mode = _ALL if whole else _NEW
        self.bytes_left = self.packets_left = self.record_left = 0
        self.is_answer = False
        """Whether the other end says something known."""
        self.ends_with_connection = whole
        """Whether what it says may be over only when the connection is: a page without a length, a file."""
        self.record_tells = self.is_secret = False
        """TLS: whether the record that goes on is of interest; whether what follows is encrypted."""

    def heard(self, other: "Shown") -> None:
        """Say that the other end has spoken: a new turn begins, and what answers something known may be anything."""
        if self.mode == _TURNS:
            self.bytes_left = TURN_BYTES
        elif other.mode == _ALL:
            self.is_answer = True
            if self.mode == _WATCHED:
                self.mode, self.bytes_left = _OTHER, OTHER_BYTES

    def wants(self, buffer: bytes, at: int, end: int, in_order: bool) -> bool:  # noqa: PLR0911
        """Return whether the packet with this payload is shown; `at` is -1 where the payload was not captured."""
        mode = self.mode
        if mode == _NEW:
            self._classify(buffer, at, end)
            mode = self.mode
        if mode == _ALL:
            return True
        if mode == _NOTHING:
            return False
        size = end - at if 0 <= at < end else 0
        if mode == _TLS:
            return self._wants_tls(buffer, at, end, in_order)
        if mode == _QUIC:
            self.packets_left -= 1
            return self.packets_left >= 0 and size > 0 and buffer[at] >= _LONG_FORM
        if mode == _COUNTED:
            self.packets_left -= 1
            return self.packets_left >= 0
        if mode == _TURNS:
            self.bytes_left -= size
            # tshark takes what follows a mail for part of it where it does not see its end.
            return self.bytes_left + size > 0 or size < SMALL_BYTES or _ends_mail(buffer, at, end)
        # Of a few bytes, the first part of a fragmented packet perhaps, nobody can say what they are.
        if mode == _OTHER or size < LEAST_KNOWN:
            self.bytes_left -= max(size, DATAGRAM_COST if self.protocol == UDP else LEAST_COST)
            if self.bytes_left >= 0:
                return True
        # A proxy's tunnel, STARTTLS or a page may begin late.
        if size < LEAST_KNOWN or not self._begins_something(buffer, at, end):
            return False
        self._classify(buffer, at, end)
        return self.mode != _NOTHING

    def _begins_something(self, buffer: bytes, at: int, end: int) -> bool:
        """Return whether tshark knows it by how it begins, whatever the port."""
        if self.protocol == UDP:
            return _is_dns(buffer, at, end) or _is_dtls(buffer, at, end) or _is_quic(buffer, at, end)
        return (
            _is_tls(buffer, at, end)
            or buffer[at : at + 4] in _HTTP_STARTS
            or buffer[at : at + 4] == _SSH_BANNER
            or buffer.find(_HTTP_VERSION, at, end) >= 0
        )

    def _classify(self, buffer: bytes, at: int, end: int) -> None:
        self.bytes_left = OTHER_BYTES
        if self.protocol == TCP:
            self.mode = self._tcp_mode(buffer, at, end)
        elif self.protocol == UDP:
            self.mode = self._udp_mode(buffer, at, end)
        elif self.protocol in (ICMP, ICMPV6):
            self.mode, self.packets_left = _COUNTED, ICMP_PACKETS
        else:
            self.mode = _ALL if self.protocol == SCTP else _NOTHING
        if self.mode == _TLS:
            self.bytes_left, self.record_left = TLS_BYTES, 0
            self.record_tells = self.is_secret = False
        elif self.mode == _QUIC:
            self.packets_left = QUIC_PACKETS

    def _tcp_mode(self, buffer: bytes, at: int, end: int) -> int:  # noqa: PLR0911
        is_known = at >= 0 and at + LEAST_KNOWN <= end
        if is_known and buffer[at + 1] == 3 and buffer[at + 2] <= 4 and _FIRST_RECORD <= buffer[at] <= _APPLICATION:
            # A server may warn before its hello. Of application data the handshake was before, or comes late.
            return _TLS if buffer[at] != _APPLICATION else _WATCHED
        if is_known and buffer[at : at + 4] in _HTTP_STARTS:
            self.ends_with_connection = self.ends_with_connection or buffer[at] == _ANSWER
            return _ALL
        if self._has_port(_COMMAND_PORTS) or (self.files and self._has_port(_FILE_PORTS)):
            return _ALL
        if self._has_port(_TURN_PORTS):
            self.bytes_left = TURN_BYTES
            return _TURNS
        if self._has_port(_SSH_PORTS):
            self.bytes_left = SSH_BYTES
            return _OTHER
        if self.is_answer or self._has_port(_OTHER_PORTS) or (is_known and self._begins_something(buffer, at, end)):
            return _OTHER
        return _WATCHED

    def _udp_mode(self, buffer: bytes, at: int, end: int) -> int:
        if self._has_port(_NAME_PORTS) or (at >= 0 and _is_dns(buffer, at, end)):
            return _ALL
        if at >= 0 and _is_quic(buffer, at, end):
            return _QUIC
        if at >= 0 and _is_dtls(buffer, at, end):
            return _OTHER
        return _OTHER if self._has_port(_TUNNEL_PORTS) else _WATCHED

    def _has_port(self, ports: frozenset[int]) -> bool:
        return self.low_port in ports or self.high_port in ports

    def _wants_tls(self, buffer: bytes, at: int, end: int, in_order: bool) -> bool:
        """Follow the records: hellos and certificates are of interest, and nothing that comes after them."""
        if at < 0:
            return False
        self.bytes_left -= end - at
        if self.bytes_left <= 0:
            self.mode = _NOTHING
            return True
        if not in_order:
            self.record_left = _LOST
            return True
        position = at + self.record_left
        tells = self.record_left > 0 and self.record_tells
        while position + 5 <= end:
            kind = buffer[position]
            if not _FIRST_RECORD <= kind <= _LAST_RECORD or buffer[position + 1] != 3:
                self.record_left = _LOST
                return True
            length = buffer[position + 3] << 8 | buffer[position + 4]
            if kind == _APPLICATION or (kind == _HANDSHAKE and self._is_over(buffer, position + 5, end, length)):
                self.mode = _NOTHING
                return tells
            if kind == _CIPHERS_CHANGE:
                self.is_secret = True
            self.record_tells = kind == _HANDSHAKE
            tells = tells or self.record_tells
            position += 5 + length
        self.record_left = position - end if position >= end else _LOST
        return tells or position < end

    def _is_over(self, buffer: bytes, at: int, end: int, length: int) -> bool:
        """Return whether a handshake record has nothing of interest, and hence nothing that follows it has.

        What is none of ours counts only where it is a whole message, else it may be the rest of a certificate.
        """
        if at + 4 > end:
            return False
        size = (buffer[at + 1] << 8 | buffer[at + 2]) << 8 | buffer[at + 3]
        is_whole = size + 4 <= length
        if self.is_secret:
            # Version 1.3 changes ciphers for show before a second hello (RFC 8446 D.4).
            return not is_whole or buffer[at] not in (_CLIENT_HELLO, _SERVER_HELLO)
        return is_whole and buffer[at] in _AFTER_CERTIFICATE


def _ends_mail(buffer: bytes, at: int, end: int) -> bool:
    return buffer[end - 3 : end] == _LAST_LINE or buffer.find(_END_OF_MAIL, at, end) >= 0


def _is_tls(buffer: bytes, at: int, end: int) -> bool:
    return at + 6 <= end and buffer[at] == _HANDSHAKE and buffer[at + 1] == 3 and buffer[at + 2] <= 4


def _is_dtls(buffer: bytes, at: int, end: int) -> bool:
    """Say whether it begins with a handshake record of DTLS, also of OpenSSL's before 1.0. Source: RFC 9147 4."""
    return at + 13 <= end and buffer[at] == _HANDSHAKE and buffer[at + 1 : at + 3] in _DTLS_VERSIONS


def _is_quic(buffer: bytes, at: int, end: int) -> bool:
    """Say whether it has a long header of QUIC, of versions 1, 2 or a draft, or of any with an Initial packet.

    The fixed bit may be anything, but not where the version is negotiated or not known.
    Source: RFC 9000 17.2, RFC 9369 3.1, RFC 9287 3; of versions not known the lengths of both ids, RFC 8999 5.1.
    """
    if at + 20 > end or buffer[at] < _LONG_FORM:
        return False
    version = buffer[at + 1 : at + 5]
    if version in _QUIC_VERSIONS or version[:3] in _QUIC_DRAFTS:
        return True
    if buffer[at] < _LONG:
        return False
    if version == _NEGOTIATION:
        return True
    second = at + 6 + buffer[at + 5]
    return buffer[at] < _NOT_INITIAL and second < end and buffer[at + 5] <= _MOST_ID and buffer[second] <= _MOST_ID


def _is_dns(buffer: bytes, at: int, end: int) -> bool:
    """Say whether tshark may take it for DNS on any port: a question, or an answer, with few records beside."""
    if at + 13 > end or buffer[at + 2] & 0x78:
        return False
    questions = buffer[at + 4] << 8 | buffer[at + 5]
    is_answer = buffer[at + 2] >= 0x80
    if questions != 1 and (questions or not is_answer):
        return False
    if buffer[at + 8] or buffer[at + 10]:
        return False
    return buffer[at + 9] <= _MOST_RECORDS_BESIDE and buffer[at + 11] <= _MOST_RECORDS_BESIDE
