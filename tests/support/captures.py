"""Synthetic captures for tests, written by the same code as the demo's."""

from collections.abc import Iterable
from pathlib import Path

from ir_platform.app.demo_capture import Endpoint, Frame, dns_lookup, http_get, pcap_bytes, port_scan, tls_hello

START_NS = 1_763_600_400_000_000_000
"""20 November 2025, 01:00:00 UTC."""
CLIENT = Endpoint(address="10.10.1.2", port=40_000)
WEB = Endpoint(address="203.0.113.80", port=80)
TLS = Endpoint(address="203.0.113.80", port=443)
RESOLVER = Endpoint(address="10.10.0.53", port=53)
FLOW = {
    "source_ip": CLIENT.address,
    "source_port": CLIENT.port,
    "destination_ip": WEB.address,
    "destination_port": WEB.port,
}
"""The page that is fetched, as the API is asked for it."""


def write_capture(folder: Path, frames: Iterable[Frame], *, name: str = "sampel.pcap") -> Path:
    path = folder / name
    path.write_bytes(pcap_bytes(frames))
    return path


def browsing(*, body: bytes = b"<html>selamat datang</html>") -> list[Frame]:
    """One name looked up, one page fetched, one TLS connection begun."""
    return [
        *dns_lookup(CLIENT, RESOLVER, time_ns=START_NS, name="web.example.id", address=WEB.address),
        *http_get(
            CLIENT, WEB, time_ns=START_NS + 10**9, host="web.example.id", path="/masuk?id=7", agent="uji/1.0", body=body
        ),
        *tls_hello(CLIENT, TLS, time_ns=START_NS + 2 * 10**9, server_name="aman.example.id"),
    ]


def scanning(*, ports: int = 30) -> list[Frame]:
    """One address tries many ports of another; none is open."""
    return port_scan("198.51.100.9", "10.10.1.2", time_ns=START_NS, ports=range(1, ports + 1))
