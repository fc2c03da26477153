"""The Community ID of a flow, version 1: the same text in every tool that knows the flow's ends."""

import base64
import hashlib
import struct

_WITH_PORTS = frozenset({6, 17, 132})
_ICMP, _ICMPV6 = 1, 58
# Each message and its answer, so that both directions have one id. Source: github.com/corelight/community-id-spec.
_ICMP_ANSWERS = {0: 8, 8: 0, 9: 10, 10: 9, 13: 14, 14: 13, 15: 16, 16: 15, 17: 18, 18: 17}
_ICMPV6_ANSWERS = {
    128: 129, 129: 128, 130: 131, 131: 130, 133: 134, 134: 133, 135: 136, 136: 135, 139: 140, 140: 139,
    144: 145, 145: 144,
}  # fmt: skip


def community_id(*, protocol: int, key: bytes, icmp_type: int = 0, icmp_code: int = 0) -> str:
    """Return the id (seed 0) for a key of source address, destination address, source port, destination port."""
    size = (len(key) - 4) // 2
    source, destination = key[:size], key[size:-4]
    source_port, destination_port = key[-4:-2], key[-2:]
    one_way = False
    if protocol in (_ICMP, _ICMPV6):
        answers = _ICMP_ANSWERS if protocol == _ICMP else _ICMPV6_ANSWERS
        one_way = icmp_type not in answers
        source_port = struct.pack(">H", icmp_type)
        destination_port = struct.pack(">H", icmp_code if one_way else answers[icmp_type])
    if not one_way and (destination, destination_port) < (source, source_port):
        source, destination, source_port, destination_port = destination, source, destination_port, source_port
    text = b"\x00\x00" + source + destination + bytes([protocol, 0])
    if protocol in _WITH_PORTS or protocol in (_ICMP, _ICMPV6):
        text += source_port + destination_port
    return "1:" + base64.b64encode(hashlib.sha1(text, usedforsecurity=False).digest()).decode()
