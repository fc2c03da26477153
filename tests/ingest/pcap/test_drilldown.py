"""A drill-down into one flow through the real pyshark and tshark."""

import shutil
from ipaddress import ip_address
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.pcap.drilldown import BadFlowError, DrilldownLimits, FlowEnds, display_filter, drill_down
from ingest.pcap.tshark import Tshark, find_tshark
from tests.support.captures import CLIENT, RESOLVER, WEB, browsing, scanning, write_capture
from tests.support.require import need


@pytest.fixture
def tshark() -> Tshark:
    need(shutil.which("tshark"), "tshark")
    return find_tshark()


def flow(
    source: str = CLIENT.address,
    source_port: int = CLIENT.port,
    destination: str = WEB.address,
    destination_port: int = WEB.port,
    protocol: int = 6,
) -> FlowEnds:
    return FlowEnds(
        protocol=protocol,
        source=ip_address(source),
        source_port=source_port,
        destination=ip_address(destination),
        destination_port=destination_port,
    )


@pytest.mark.real
def test_a_flow_is_shown_packet_by_packet_in_order(tmp_path: Path, tshark: Tshark) -> None:
    path = write_capture(tmp_path, [*scanning(), *browsing(body=b"halo")])

    shown = drill_down(path, flow(), tshark=tshark)

    assert shown.complete
    assert [packet.no for packet in shown.packets] == list(range(63, 73))
    request = shown.packets[3]
    assert (request.source, request.destination, request.protocol) == (CLIENT.address, WEB.address, "http")
    assert request.time == "2025-11-20T01:00:01.003Z"
    assert "GET /masuk?id=7" in request.info
    assert "[SYN]" in shown.packets[0].info
    assert (shown.packets[5].source, shown.packets[5].length) == (WEB.address, len(browsing(body=b"halo")[7].data))


@pytest.mark.real
def test_either_end_may_be_named_first(tmp_path: Path, tshark: Tshark) -> None:
    path = write_capture(tmp_path, browsing())

    there = drill_down(path, flow(destination=RESOLVER.address, destination_port=53, protocol=17), tshark=tshark)
    back = drill_down(path, flow(RESOLVER.address, 53, CLIENT.address, CLIENT.port, 17), tshark=tshark)

    assert there.packets == back.packets
    assert [packet.protocol for packet in there.packets] == ["dns", "dns"]


@pytest.mark.real
def test_a_limit_on_packets_is_kept_and_told(tmp_path: Path, tshark: Tshark) -> None:
    path = write_capture(tmp_path, browsing())

    shown = drill_down(path, flow(), tshark=tshark, limits=DrilldownLimits(max_packets=4))

    assert len(shown.packets) == 4
    assert not shown.complete


def test_a_flow_that_is_not_there_shows_nothing_and_starts_nothing(tmp_path: Path) -> None:
    path = write_capture(tmp_path, browsing())

    shown = drill_down(path, flow(destination_port=81), tshark=Tshark(Path("/nonexistent")))

    assert shown.packets == ()
    assert shown.complete


@pytest.mark.parametrize(
    "bad",
    [flow(protocol=1), flow(destination="2001:db8::1"), flow(destination_port=70_000), flow(source_port=-1)],
    ids=["icmp", "mixed versions", "port too high", "port negative"],
)
def test_what_is_no_flow_is_refused(bad: FlowEnds) -> None:
    with pytest.raises(BadFlowError):
        display_filter(bad)


@given(
    source=st.ip_addresses(v=6),
    destination=st.ip_addresses(v=6),
    ports=st.tuples(st.integers(0, 65_535), st.integers(0, 65_535)),
)
def test_a_filter_holds_nothing_but_its_own_words_and_the_values(
    source: object, destination: object, ports: tuple[int, int]
) -> None:
    built = display_filter(flow(str(source), ports[0], str(destination), ports[1]))

    assert set(built) <= set("abcdefghijklmnopqrstuvwxyz0123456789.:= ")
