"""Community IDs, held to the published test vectors of the specification (github.com/corelight/community-id-spec)."""

from ipaddress import ip_address

import pytest

from ingest.pcap.community_id import community_id


def key(source: str, destination: str, source_port: int = 0, destination_port: int = 0) -> bytes:
    ports = source_port.to_bytes(2, "big") + destination_port.to_bytes(2, "big")
    return ip_address(source).packed + ip_address(destination).packed + ports


@pytest.mark.parametrize(
    ("protocol", "ends", "expected"),
    [
        (6, ("128.232.110.120", "66.35.250.204", 34_855, 80), "1:LQU9qZlK+B5F3KDmev6m5PMibrg="),
        (17, ("192.168.1.52", "8.8.8.8", 54_585, 53), "1:d/FP5EW3wiY1vCndhwleRRKHowQ="),
    ],
)
def test_both_directions_have_the_published_id(protocol: int, ends: tuple[str, str, int, int], expected: str) -> None:
    there = community_id(protocol=protocol, key=key(*ends))
    back = community_id(protocol=protocol, key=key(ends[1], ends[0], ends[3], ends[2]))

    assert (there, back) == (expected, expected)


def test_an_echo_and_its_answer_have_one_id() -> None:
    asked = community_id(protocol=1, key=key("192.168.0.89", "192.168.0.1"), icmp_type=8)
    answered = community_id(protocol=1, key=key("192.168.0.1", "192.168.0.89"), icmp_type=0)

    assert asked == answered == "1:X0snYXpgwiv9TZtqg64sgzUn6Dk="
