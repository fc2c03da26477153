"""Connections that another one announces: FTP's data ports and TFTP's answers, which carry files on any port."""

import re
from collections import OrderedDict

FTP, TFTP = 21, 69
_MOST = 4_096
_MOST_TEXT = 512
# RFC 959 4.1.2 and 4.2 (PORT, 227: four numbers of the address, two of the port), RFC 2428 (EPRT, 229: the port alone).
_OLD = re.compile(rb"(?:227[ -][^\r\n]*?|PORT )\(?\d{1,3},\d{1,3},\d{1,3},\d{1,3},(\d{1,3}),(\d{1,3})", re.IGNORECASE)
_EXTENDED = re.compile(rb"(?:229[ -][^\r\n]*?|EPRT )\(?(.)\d*\1[0-9a-fA-F.:]*\1(\d{1,5})\1", re.IGNORECASE)


class Announced:
    """Remembers pairs of addresses with a port; bounded, oldest forgotten."""

    def __init__(self) -> None:
        self._ports: OrderedDict[tuple[bytes, bytes], None] = OrderedDict()

    def hear(self, key: bytes, text: bytes) -> None:
        """Take in what was said on a control connection; its own addresses count, for those in the text may be behind
        a translation."""
        text = text[:_MOST_TEXT]
        if old := _OLD.match(text):
            self._add(key, int(old[1]) * 256 + int(old[2]))
        elif extended := _EXTENDED.match(text):
            self._add(key, int(extended[2]))

    def ask(self, key: bytes) -> None:
        """Take in a question to TFTP: the answer comes from another port to the one that asked. Source: RFC 1350 4."""
        self._add(key, int.from_bytes(key[-4:-2], "big"))

    def has(self, key: bytes) -> bool:
        pair = _pair(key)
        return (pair, key[-2:]) in self._ports or (pair, key[-4:-2]) in self._ports

    def _add(self, key: bytes, port: int) -> None:
        if 0 < port < 1 << 16:
            self._ports[_pair(key), port.to_bytes(2, "big")] = None
            if len(self._ports) > _MOST:
                self._ports.popitem(last=False)


def _pair(key: bytes) -> bytes:
    """Return both addresses, the lower first."""
    size = (len(key) - 4) // 2
    one, other = key[:size], key[size:-4]
    return one + other if one < other else other + one
