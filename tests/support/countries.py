"""A database of countries in MaxMind's format, as small as a test needs it."""

from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Any, NamedTuple

_MARKER = b"\xab\xcd\xefMaxMind.com"
_SEPARATOR = 16
_RECORD_BITS = 24


class _Whole(NamedTuple):
    """A number in the type that the format wants there: 5, 6 and 9 are those of 16, 32 and 64 bits."""

    number: int
    size_bytes: int
    kind: int


def countries_database(path: Path, countries: Mapping[str, Any], *, ip_version: int = 4) -> Path:
    """Write which record belongs to which network; a text stands for a record with that country's code.

    In a database of version 6, as GeoLite2's are, IPv4 networks stand at ::/96.
    """
    nodes: list[list[int | None]] = [[None, None]]
    data, places = b"", []
    for network, country in countries.items():
        record = {"country": {"iso_code": country}} if isinstance(country, str) else country
        places.append((ip_network(network), len(data)))
        data += _encoded(record)
    ends: dict[tuple[int, int], int] = {}
    for network, offset in places:
        at = 0
        bits = f"{int(network.network_address):0{network.max_prefixlen}b}"[: network.prefixlen]
        bits = "0" * 96 + bits if ip_version == 6 and network.version == 4 else bits
        for bit in bits[:-1]:
            following = nodes[at][int(bit)]
            if following is None:
                nodes.append([None, None])
                following = nodes[at][int(bit)] = len(nodes) - 1
            at = following
        ends[(at, int(bits[-1]))] = offset
    tree = b""
    for number, node in enumerate(nodes):
        for side, following in enumerate(node):
            offset = ends.get((number, side))
            value = len(nodes) + _SEPARATOR + offset if offset is not None else following
            tree += (len(nodes) if value is None else value).to_bytes(3, "big")
    about = {
        "node_count": _Whole(len(nodes), 4, 6),
        "record_size": _Whole(_RECORD_BITS, 2, 5),
        "ip_version": _Whole(ip_version, 2, 5),
        "database_type": "Uji",
        "languages": [],
        "binary_format_major_version": _Whole(2, 2, 5),
        "binary_format_minor_version": _Whole(0, 2, 5),
        "build_epoch": _Whole(1, 8, 9),
        "description": {},
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(tree + bytes(_SEPARATOR) + data + _MARKER + _encoded(about))
    return path


def _encoded(value: Any) -> bytes:
    if isinstance(value, dict):
        return bytes([7 << 5 | len(value)]) + b"".join(_encoded(key) + _encoded(one) for key, one in value.items())
    if isinstance(value, str):
        text = value.encode()
        return bytes([2 << 5 | len(text)]) + text
    if isinstance(value, list):
        return bytes([len(value), 11 - 7]) + b"".join(map(_encoded, value))
    size_bytes, kind = value.size_bytes, value.kind
    head = bytes([kind << 5 | size_bytes]) if kind < 8 else bytes([size_bytes, kind - 7])
    return head + value.number.to_bytes(size_bytes, "big")
