"""The JA4 fingerprint of a TLS ClientHello. Source: FoxIO's public JA4 specification (BSD 3-Clause part)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

_SERVER_NAME, _ALPN, _SIGNATURE_ALGORITHMS = 0x0000, 0x0010, 0x000D
_VERSIONS = {
    0x0304: "13", 0x0303: "12", 0x0302: "11", 0x0301: "10", 0x0300: "s3", 0x0002: "s2",
    0xFEFF: "d1", 0xFEFD: "d2", 0xFEFC: "d3",
}  # fmt: skip
_NOTHING = "000000000000"
_UNKNOWN = "\ufffd"
"""tshark's character for bytes that are no UTF-8; which ones they were is lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientHello:
    """What a client offers, in the order it offers it."""

    transport: str
    """`t` TCP, `q` QUIC, `d` DTLS."""
    version: int
    """The version field of the hello itself."""
    supported_versions: Sequence[int]
    ciphers: Sequence[int]
    extensions: Sequence[int]
    alpn: Sequence[str]
    signature_algorithms: Sequence[int]


def is_grease(value: int) -> bool:
    """Return whether a value is one of those reserved to be ignored. Source: RFC 8701."""
    return value & 0x0F0F == 0x0A0A and value >> 8 == value & 0xFF


def ja4(hello: ClientHello) -> str:
    """Return the fingerprint, such as `t13d1516h2_8daaf6152771_e5627efa2ab1`."""
    ciphers = [value for value in hello.ciphers if not is_grease(value)]
    extensions = [value for value in hello.extensions if not is_grease(value)]
    offered = [value for value in hello.supported_versions if not is_grease(value)]
    version = _VERSIONS.get(max(offered, key=_age, default=hello.version), "00")
    name = "d" if _SERVER_NAME in extensions else "i"
    counts = f"{min(len(ciphers), 99):02d}{min(len(extensions), 99):02d}"
    kept = sorted(value for value in extensions if value not in (_SERVER_NAME, _ALPN))
    algorithms = [value for value in hello.signature_algorithms if not is_grease(value)]
    return "_".join(
        (
            f"{hello.transport}{version}{name}{counts}{_alpn_ends(hello.alpn)}",
            _digest(_hex(sorted(ciphers))),
            _digest(_hex(kept) + (f"_{_hex(algorithms)}" if algorithms else "")) if kept else _NOTHING,
        )
    )


def _age(version: int) -> int:
    """Return what is higher for newer versions: DTLS counts down from 0xFEFF. Source: RFC 9147 5.3."""
    return 0xFF - (version & 0xFF) if version >> 8 == 0xFE else version


def _alpn_ends(alpn: Sequence[str]) -> str:
    if not alpn or not alpn[0]:
        return "00"
    first, last = alpn[0][0], alpn[0][-1]
    if first.isascii() and last.isascii() and first.isalnum() and last.isalnum():
        return first + last
    if _UNKNOWN in (first, last):  # FoxIO's own programs print 9 for what is no text
        return "".join("9" if one == _UNKNOWN else one for one in (first, last))
    raw = alpn[0].encode("utf-8", "surrogateescape").hex()
    return raw[0] + raw[-1]


def _hex(values: Sequence[int]) -> str:
    return ",".join(f"{value:04x}" for value in values)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12] if text else _NOTHING
