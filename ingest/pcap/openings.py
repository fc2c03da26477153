"""Names the protocol of a connection by the first bytes that one end says, whatever the port.

Compiled where `openings.pxd` lies beside it: every direction of every flow that says something is asked once. Nothing
is guessed: what begins like nothing known has no name.
"""

from ingest.pcap.layers import TCP, UDP
from ingest.pcap.stratum import MOST_BYTES, Stratum, read_stratum

_TCP, _UDP = TCP, UDP
_LEAST = 3
_GREETING_BYTES = 512
"""Of a server's greeting, RFC 5321 4.5.3.1.5."""
_HTTP_HEAD_BYTES = 8_192
"""Of a request's first line; longer ones are refused by servers."""
_DNS_PORTS = frozenset({53, 5353, 5355})
# RFC 854: IAC, then WILL, WON'T, DO, DON'T or a sub-negotiation. RFC 855's options; 255 is the extended list.
_IAC, _SB, _DONT, _LAST_OPTION = 255, 250, 254, 49
_REQUESTS = frozenset(
    {b"GET ", b"POST", b"HEAD", b"PUT ", b"DELE", b"OPTI", b"CONN", b"TRAC", b"PATC", b"PROP", b"SUBS", b"NOTI",
     b"REPO", b"MOVE", b"COPY", b"LOCK", b"UNLO", b"MKCO", b"SEAR", b"PRI "}
)  # fmt: skip
_HTTP_ANSWER, _HTTP_VERSION = b"HTTP", b" HTTP/"
_SSH, _RFB, _TORRENT = b"SSH-", b"RFB ", b"\x13BitTorrent protocol"
_SMB_1, _SMB_2 = b"\xffSMB", b"\xfeSMB"
_HELLOS = frozenset({b"EHLO", b"HELO"})
_READY, _POP, _IMAP = b"220", b"+OK", b"* OK"
_QUIC_VERSIONS = frozenset({b"\x00\x00\x00\x01", b"\x6b\x33\x43\xcf"})
_DTLS_VERSIONS = frozenset({b"\xfe\xff", b"\xfe\xfd"})
_HANDSHAKE, _BRACE, _LONG = 0x16, 0x7B, 0xC0
_CONNECTION_REQUEST = 0xE0
_COOKIE = b"Cookie: mstshash="
_NEGOTIATION = b"\x01\x00\x08\x00"
"""RDP's request, its flags that are not used and its length, [MS-RDPBCGR] 2.2.1.1.1."""


class Opening:
    """The name, and where it is a mining pool's protocol what was said in it."""

    def __init__(self, protocol: str, message: Stratum | None = None) -> None:
        self.protocol, self.message = protocol, message


_NAMED = {
    name: Opening(name)
    for name in (
        "bittorrent", "dns", "dtls", "ftp", "http", "imap", "llmnr", "mdns", "pop3", "quic", "rdp", "rfb", "smb",
        "smtp", "ssh", "telnet", "tls",
    )
}  # fmt: skip


def opening_of(buffer: bytes, at: int, end: int, protocol: int, low_port: int, high_port: int) -> Opening | None:
    """Return what the payload from `at` to `end` begins; None where nothing is known to begin so."""
    if at < 0 or at + _LEAST > end:
        return None
    if protocol == _UDP:
        name = _of_datagram(buffer, at, end, low_port, high_port)
    elif protocol == _TCP:
        if buffer[at] == _BRACE:
            message = read_stratum(buffer[at : min(end, at + MOST_BYTES + 1)])
            return Opening("stratum", message) if message is not None else None
        name = _of_stream(buffer, at, end, low_port, high_port)
    else:
        return None
    return _NAMED[name] if name else None


def _of_stream(buffer: bytes, at: int, end: int, low_port: int, high_port: int) -> str:  # noqa: PLR0911
    first = buffer[at]
    if first == _HANDSHAKE:
        return "tls" if at + 6 <= end and buffer[at + 1] == 3 and buffer[at + 2] <= 4 and buffer[at + 5] <= 2 else ""
    if first == _IAC:
        return "telnet" if _is_telnet(buffer, at, end) else ""
    four = buffer[at : at + 4]
    if four in _REQUESTS:
        return "http" if buffer.find(_HTTP_VERSION, at, min(end, at + _HTTP_HEAD_BYTES)) >= 0 else ""
    if four == _HTTP_ANSWER:
        return "http" if buffer[at + 4 : at + 5] == b"/" else ""
    if four == _SSH:
        return "ssh"
    if first == 0:
        return "smb" if at + 8 <= end and buffer[at + 4 : at + 8] in (_SMB_1, _SMB_2) else ""
    if first == 3:
        return "rdp" if _is_rdp(buffer, at, end) else ""
    if four in _HELLOS:
        return "smtp"
    if four == _IMAP or four[:3] == _READY or four[:3] == _POP:
        return _greeting(buffer[at : min(end, at + _GREETING_BYTES)].upper())
    if four == _RFB:
        return "rfb"
    if buffer[at : at + 20] == _TORRENT:
        return "bittorrent"
    return "dns" if _is_dns_over_tcp(buffer, at, end, low_port, high_port) else ""


def _of_datagram(buffer: bytes, at: int, end: int, low_port: int, high_port: int) -> str:
    if low_port in _DNS_PORTS or high_port in _DNS_PORTS:
        if at + 12 > end or buffer[at + 2] & 0x70:
            return ""
        port = low_port if low_port in _DNS_PORTS else high_port
        return "dns" if port == 53 else "mdns" if port == 5353 else "llmnr"
    if buffer[at] == _HANDSHAKE:
        return "dtls" if at + 13 <= end and buffer[at + 1 : at + 3] in _DTLS_VERSIONS else ""
    return "quic" if buffer[at] >= _LONG and buffer[at + 1 : at + 5] in _QUIC_VERSIONS else ""


def _is_telnet(buffer: bytes, at: int, end: int) -> bool:
    """Say whether it begins with a negotiation of an option that there is. Source: RFC 854, IANA's telnet options."""
    option = buffer[at + 2]
    return _SB <= buffer[at + 1] <= _DONT and (option <= _LAST_OPTION or option == _IAC)


def _is_rdp(buffer: bytes, at: int, end: int) -> bool:
    """Say whether it is a connection request of a remote desktop, not of a controller, which asks the same way."""
    if at + 11 > end or buffer[at + 1] or buffer[at + 5] != _CONNECTION_REQUEST:
        return False
    return buffer.find(_COOKIE, at + 11, min(end, at + 64)) >= 0 or buffer[end - 8 : end - 4] == _NEGOTIATION


def _is_dns_over_tcp(buffer: bytes, at: int, end: int, low_port: int, high_port: int) -> bool:
    if low_port not in _DNS_PORTS and high_port not in _DNS_PORTS:
        return False
    return at + 14 <= end and (buffer[at] << 8 | buffer[at + 1]) >= 12 and not buffer[at + 4] & 0x70


def _greeting(text: bytes) -> str:
    """Return the service that its greeting names; several greet alike, so one that names none is not known."""
    if text.startswith(_IMAP):
        return "imap" if b"IMAP" in text else ""
    if text.startswith(_POP):
        return "pop3" if b"POP" in text else ""
    if b"SMTP" in text:
        return "smtp"
    return "ftp" if b"FTP" in text else ""
