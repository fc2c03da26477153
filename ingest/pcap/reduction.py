"""Decides which packets the dissector is shown: those that carry names, commands and handshakes, not bulk data.

Compiled where `reduction.pxd` lies beside it. tshark pays for each packet, whatever is in it; nine packets of ten
carry only the middle of something. One `Shown` judges one direction of one flow, from what it carries first.
"""

TCP, UDP, SCTP, ICMP, ICMPV6 = 6, 17, 132, 1, 58

TLS_BYTES = 64 * 1024
"""Of a TLS direction, where the end of its handshake is not seen."""
OTHER_BYTES, LEAST_COST = 16 * 1024, 256
"""Of a direction that is nothing known: tshark has named it by then, or never will. Small packets cost as much as
`LEAST_COST` bytes."""
TURN_BYTES = 16 * 1024
"""Of what is said in one go in a protocol of commands and replies: the rest is a mail or a file."""
SMALL_BYTES = 128
"""Shown in any case there: a command, or the end of a mail in pieces."""
DATAGRAM_COST = 1_600
"""A datagram stands for itself: ten of one kind say what a hundred do."""
QUIC_PACKETS = 12
ICMP_PACKETS = 16

_NEW, _NOTHING, _ALL, _TLS, _TURNS, _OTHER, _QUIC, _COUNTED = range(8)
_HANDSHAKE, _APPLICATION = 0x16, 0x17
_FIRST_RECORD, _LAST_RECORD = 20, 24
_QUIC_PORT, _LONG = 443, 0xC0
_LOST = 1 << 40
"""Where the next record begins is not known any more; the limit in bytes remains."""

# Directory, Kerberos, name and file services, databases and controllers: each message may hold a command.
_COMMAND_PORTS = frozenset({53, 88, 102, 111, 135, 137, 139, 389, 445, 464, 502, 2404, 3268, 5353, 5355, 20000})
# One side speaks, then the other: mail, files, news, chat, databases' log-ins, mining pools, remote shells.
_TURN_PORTS = frozenset({21, 23, 25, 110, 119, 143, 587, 1433, 3306, 3333, 4444, 5060, 5432, 6379, 6667, 14444})
# Mail, and FTP's data where the client named no port of its own.
_FILE_PORTS = frozenset({20, 25, 110, 143, 587})
_NAME_PORTS = frozenset({1645, 1646, 1812, 1813, 1900, 5060, 5353, 5355, 11211})
_HTTP_STARTS = frozenset(
    {b"GET ", b"POST", b"HEAD", b"PUT ", b"DELE", b"OPTI", b"CONN", b"TRAC", b"PATC", b"PROP", b"HTTP", b"SUBS",
     b"NOTI", b"REPO", b"MOVE", b"COPY", b"LOCK", b"UNLO", b"MKCO", b"SEAR", b"PRI "}
)  # fmt: skip
_QUIC_VERSIONS = frozenset({b"\x00\x00\x00\x00", b"\x00\x00\x00\x01", b"\x6b\x33\x43\xcf"})
_QUIC_DRAFTS = frozenset({b"\xff\x00\x00", b"\xfa\xce\xb0", b"Q04", b"Q05", b"T05"})
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

    def heard(self) -> None:
        """Say that the other end has spoken: a new turn begins."""
        if self.mode == _TURNS:
            self.bytes_left = TURN_BYTES

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
            return self.packets_left >= 0 and size > 0 and buffer[at] >= _LONG
        if mode == _COUNTED:
            self.packets_left -= 1
            return self.packets_left >= 0
        if mode == _TURNS:
            self.bytes_left -= size
            # tshark takes what follows a mail for part of it where it does not see its end.
            return self.bytes_left + size > 0 or size < SMALL_BYTES or _ends_mail(buffer, at, end)
        self.bytes_left -= max(size, DATAGRAM_COST if self.protocol == UDP else LEAST_COST)
        if self.bytes_left >= 0:
            return True
        # A proxy's tunnel, STARTTLS or a page may begin late.
        if size >= 6 and (_is_tls(buffer, at, end) or buffer[at : at + 4] in _HTTP_STARTS):
            self._classify(buffer, at, end)
            return self.mode != _NOTHING
        return False

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
        elif self.mode == _QUIC:
            self.packets_left = QUIC_PACKETS

    def _tcp_mode(self, buffer: bytes, at: int, end: int) -> int:  # noqa: PLR0911
        if at >= 0 and at + 6 <= end:
            if buffer[at + 1] == 3 and buffer[at + 2] <= 4 and _FIRST_RECORD <= buffer[at] <= _APPLICATION:
                if buffer[at] != _APPLICATION:
                    return _TLS  # a server may warn before its hello
                # The handshake was before the capture, or comes late.
                self.bytes_left = OTHER_BYTES // 4
                return _OTHER
            if buffer[at : at + 4] in _HTTP_STARTS:
                return _ALL
        if self.low_port in _COMMAND_PORTS or self.high_port in _COMMAND_PORTS:
            return _ALL
        if self.files and (self.low_port in _FILE_PORTS or self.high_port in _FILE_PORTS):
            return _ALL
        if self.low_port in _TURN_PORTS or self.high_port in _TURN_PORTS:
            self.bytes_left = TURN_BYTES
            return _TURNS
        return _OTHER

    def _udp_mode(self, buffer: bytes, at: int, end: int) -> int:
        is_named = self.low_port in _NAME_PORTS or self.high_port in _NAME_PORTS
        if is_named or (self.low_port < 1_024 and self.low_port != _QUIC_PORT):
            return _ALL
        return _QUIC if at >= 0 and _is_quic(buffer, at, end) else _OTHER

    def _wants_tls(self, buffer: bytes, at: int, end: int, in_order: bool) -> bool:
        """Follow the records; the first that carries application data is the last of interest."""
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
        while position + 5 <= end:
            kind = buffer[position]
            if kind == _APPLICATION and buffer[position + 1] == 3:
                self.mode = _NOTHING
                return True
            if not _FIRST_RECORD <= kind <= _LAST_RECORD or buffer[position + 1] != 3:
                self.record_left = _LOST
                return True
            position += 5 + (buffer[position + 3] << 8 | buffer[position + 4])
        self.record_left = position - end if position >= end else _LOST
        return True


def _ends_mail(buffer: bytes, at: int, end: int) -> bool:
    return buffer[end - 3 : end] == _LAST_LINE or buffer.find(_END_OF_MAIL, at, end) >= 0


def _is_tls(buffer: bytes, at: int, end: int) -> bool:
    return at + 6 <= end and buffer[at] == _HANDSHAKE and buffer[at + 1] == 3 and buffer[at + 2] <= 4


def _is_quic(buffer: bytes, at: int, end: int) -> bool:
    """Say whether it has a long header of QUIC version 1, 2 or a draft. Source: RFC 9000 17.2, RFC 9369 3.1."""
    if at + 20 > end or buffer[at] < _LONG:
        return False
    version = buffer[at + 1 : at + 5]
    return version in _QUIC_VERSIONS or version[:3] in _QUIC_DRAFTS
