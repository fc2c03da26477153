"""Every link type and wrapping gives the same flow: the frames are scapy's, so that reader and writer are two."""

import logging
import warnings
from collections.abc import Callable
from typing import Any

import pytest

from ingest.pcap.flow_events import flow_fields
from ingest.pcap.flow_table import FlowTable
from ingest.pcap.flows import FlowLimits

logging.getLogger("scapy").setLevel(logging.CRITICAL)
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from scapy.contrib.mpls import MPLS
    from scapy.layers.dot11 import Dot11, Dot11QoS, RadioTap
    from scapy.layers.inet import IP, UDP, IPOption_RR, fragment
    from scapy.layers.inet6 import (
        IPv6,
        IPv6ExtHdrDestOpt,
        IPv6ExtHdrFragment,
        IPv6ExtHdrHopByHop,
        IPv6ExtHdrRouting,
    )
    from scapy.layers.l2 import GRE, LLC, SNAP, CookedLinux, CookedLinuxV2, Dot1AD, Dot1Q, Ether, Loopback
    from scapy.layers.ppp import PPP, PPPoE
    from scapy.layers.vxlan import VXLAN
    from scapy.packet import Raw

ETHERNET = 1


def ask() -> Any:
    return IP(src="10.10.1.2", dst="10.10.0.53") / UDP(sport=40_000, dport=53) / Raw(b"tanya")


def ether(**given: Any) -> Any:
    """With addresses: scapy would ask the network for them."""
    return Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02", **given)


def snap() -> Any:
    return LLC(dsap=170, ssap=170, ctrl=3) / SNAP()


def tunnel() -> Any:
    return IP(src="192.0.2.1", dst="192.0.2.2")


def ask6() -> Any:
    return UDP(sport=40_000, dport=53) / Raw(b"tanya")


def flows_of(link: int, *frames: bytes) -> list[dict[str, Any]]:
    table = FlowTable(limits=FlowLimits())
    packets = [(number, link, len(frame), frame, 0, len(frame)) for number, frame in enumerate(frames)]
    return [flow_fields(flow) for flows in table.flows([packets]) for flow in flows]


WRAPPED: dict[str, tuple[int, Callable[[], Any]]] = {
    "ethernet": (ETHERNET, lambda: ether() / ask()),
    "ethernet with a length and SNAP": (ETHERNET, lambda: ether(type=60) / snap() / ask()),
    "cooked": (113, lambda: CookedLinux() / ask()),
    "cooked, version 2": (276, lambda: CookedLinuxV2() / ask()),
    "raw": (101, ask),
    "raw of BSD": (12, ask),
    "IPv4": (228, ask),
    "loopback": (0, lambda: Loopback(type=2) / ask()),
    "loopback of OpenBSD": (108, lambda: Raw(b"\x00\x00\x00\x02") / ask()),
    "PPP": (9, lambda: PPP(proto=0x21) / ask()),
    "PPP with address and control": (9, lambda: Raw(b"\xff\x03\x00\x21") / ask()),
    "PPP on a serial line": (50, lambda: Raw(b"\xff\x03\x00\x21") / ask()),
    "PPPoE as link": (51, lambda: PPPoE(sessionid=1) / PPP(proto=0x21) / ask()),
    "PPPoE in Ethernet": (ETHERNET, lambda: ether(type=0x8864) / PPPoE(sessionid=1) / PPP(proto=0x21) / ask()),
    "802.11": (105, lambda: Dot11(type=2, FCfield=1) / snap() / ask()),
    "802.11 with radiotap": (
        127,
        lambda: RadioTap() / Dot11(type=2, subtype=8, FCfield=1) / Dot11QoS() / snap() / ask(),
    ),
    "802.11 between access points": (
        127,
        lambda: RadioTap() / Dot11(type=2, FCfield=3, addr4="02:00:00:00:00:04") / snap() / ask(),
    ),
    "VLAN": (ETHERNET, lambda: ether() / Dot1Q(vlan=100) / ask()),
    "QinQ": (ETHERNET, lambda: ether() / Dot1AD(vlan=7) / Dot1Q(vlan=100) / ask()),
    "MPLS": (ETHERNET, lambda: ether(type=0x8847) / MPLS(label=16, s=0) / MPLS(label=17, s=1) / ask()),
    "GRE": (ETHERNET, lambda: ether() / tunnel() / GRE() / ask()),
    "GRE with a key": (ETHERNET, lambda: ether() / tunnel() / GRE(key_present=1, key=9) / ask()),
    "IP in IP": (ETHERNET, lambda: ether() / tunnel() / ask()),
    "VXLAN": (
        ETHERNET,
        lambda: ether() / tunnel() / UDP(sport=50_000, dport=4_789) / VXLAN(vni=42) / ether() / ask(),
    ),
    "options": (
        ETHERNET,
        lambda: ether() / IP(src="10.10.1.2", dst="10.10.0.53", options=[IPOption_RR()]) / ask6(),
    ),
}  # fmt: skip


@pytest.mark.parametrize("wrapping", WRAPPED)
def test_the_flow_is_found_in_every_wrapping(wrapping: str) -> None:
    link, frame = WRAPPED[wrapping]

    [flow] = flows_of(link, bytes(frame()))

    assert (flow["source.ip"], flow["source.port"]) == ("10.10.1.2", 40_000)
    assert (flow["destination.ip"], flow["destination.port"]) == ("10.10.0.53", 53)
    assert flow["source.payload_bytes"] == 5


@pytest.mark.parametrize(
    "extensions",
    [
        IPv6ExtHdrHopByHop,
        IPv6ExtHdrDestOpt,
        lambda: IPv6ExtHdrRouting(addresses=["2001:db8::9"]),
        lambda: IPv6ExtHdrHopByHop() / IPv6ExtHdrDestOpt() / IPv6ExtHdrFragment(offset=0, m=0),
    ],
)
def test_the_flow_is_found_behind_extension_headers(extensions: Callable[[], Any]) -> None:
    frame = ether() / IPv6(src="2001:db8::1", dst="2001:db8::53") / extensions() / ask6()

    [flow] = flows_of(ETHERNET, bytes(frame))

    assert (flow["source.ip"], flow["source.port"], flow["destination.port"]) == ("2001:db8::1", 40_000, 53)
    assert flow["source.payload_bytes"] == 5


def test_fragments_are_one_flow() -> None:
    whole = ether() / IP(src="10.10.1.2", dst="10.10.0.53", id=7) / UDP(sport=40_000, dport=53) / Raw(bytes(2_000))

    [flow] = flows_of(ETHERNET, *(bytes(part) for part in fragment(whole, fragsize=600)))

    assert flow["source.packets"] > 1
    assert flow["destination.port"] == 53


def test_an_encrypted_wireless_frame_belongs_to_no_flow() -> None:
    frame = bytes(RadioTap() / Dot11(type=2, FCfield=0x41) / Raw(bytes(60)))

    assert flows_of(127, frame) == []
