"""Remembers how the TLS connections of a capture went, so that their handshakes' events can say it."""

from ipaddress import ip_address

from ingest.pcap.flows import FIN, RST, TLS_BITS, Flow
from ingest.pcap.rows import Ends
from ingest.pcap.tls_end import is_established

_TLS = "tls"
_ENDED, _TWICE = 1 << 2 * TLS_BITS, 2 << 2 * TLS_BITS
_ONE_END = (1 << TLS_BITS) - 1
MOST = 100_000
"""Connections that are remembered, 16 MB; of more nothing is said."""


class TlsOutcomes:
    """By both ends of a connection: what each has shown, and whether it was closed."""

    def __init__(self, *, most: int = MOST) -> None:
        self._most = most
        self._seen: dict[bytes, int] = {}

    def add(self, flow: Flow) -> None:
        """Take in a flow; what does not begin as TLS is let go by."""
        if flow.opening != _TLS:
            return
        before = self._seen.get(flow.key)
        if before is None and len(self._seen) >= self._most:
            return
        seen = flow.tls_seen | (_ENDED if flow.tcp_flags & (FIN | RST) else 0)
        # Two connections between the same ports cannot be told apart by their events.
        again = _TWICE if before is not None and not flow.part else 0
        self._seen[flow.key] = seen | (before or 0) | again

    def established(self, ends: Ends, *, version: str | None, offers_early_data: bool) -> bool | None:
        """Return whether the negotiation succeeded, its `ends` with the client as source; None: nobody can say."""
        if ends.source_port is None or ends.destination_port is None or ends.transport != "tcp":
            return None
        source, destination = ip_address(ends.source).packed, ip_address(ends.destination).packed
        ports = ends.source_port.to_bytes(2, "big"), ends.destination_port.to_bytes(2, "big")
        seen = self._seen.get(source + destination + ports[0] + ports[1])
        turned = self._seen.get(destination + source + ports[1] + ports[0])
        if (seen is None) == (turned is None):
            return None  # never heard of, or both ways round: two connections
        found = seen if seen is not None else turned
        if found is None or found & _TWICE:
            return None
        first, other = found & _ONE_END, found >> TLS_BITS & _ONE_END
        client, server = (first, other) if seen is not None else (other, first)
        return is_established(
            client, server, version=version, offers_early_data=offers_early_data, is_ended=bool(found & _ENDED)
        )
