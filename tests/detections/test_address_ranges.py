"""Addresses are found in networks as `ipaddress` finds them, however they are written."""

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detections.address_ranges import AddressRanges

NETWORKS = ("10.0.0.0/8", "172.16.0.0/12", "203.0.113.7/32", "0.0.0.0/4", "fc00::/7", "::ffff:0:0/96")
ODD = (
    "", "10.0.0", "010.0.0.1", "10.0.0.1 ", "10.0.0.1\x00", "10.0.0.1/32", "0x0a.0.0.1", "167772161", "１0.0.0.1",
    "fe80::1%eth0", "::ffff:10.0.0.1", "\ud800",
)  # fmt: skip

addresses = st.one_of(st.ip_addresses().map(str), st.sampled_from(ODD), st.text("0123456789.:abf", max_size=16))


@given(addresses)
def test_an_address_is_held_where_ipaddress_says_so(address: str) -> None:
    held = AddressRanges(NETWORKS).hold(address)

    assert held == is_in_one(address)


def is_in_one(address: str) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in ip_network(one) for one in NETWORKS)


def test_what_is_no_network_is_refused() -> None:
    with pytest.raises(ValueError, match="tidak"):
        AddressRanges(["tidak"])
