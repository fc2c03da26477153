"""The compiled pass and the same source uncompiled give the same answers."""

import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.pcap import flow_table, records, reduction
from ingest.pcap.flows import Flow, FlowLimits
from ingest.pcap.records import Packet, RecordForm
from ir_platform.app.demo_capture import Frame, pcap_bytes, syn_flood
from tests.support.captures import START_NS, WEB, browsing, scanning
from tests.support.uncompiled import uncompiled


@pytest.fixture(scope="module")
def plain_table() -> Any:
    module = uncompiled("ingest.pcap.flow_table")
    module.__dict__["Shown"] = uncompiled("ingest.pcap.reduction").Shown
    return module.FlowTable


def seen_by(table: Any, packets: list[Packet], limits: FlowLimits) -> tuple[list[Flow], list[tuple[Any, ...]], Any]:
    shown: list[tuple[Any, ...]] = []
    one = table(limits=limits, wanted=lambda *packet: shown.append(packet))
    flows = [flow for flows in one.flows([packets[:7], packets[7:]]) for flow in flows]
    return flows, shown, one.counts


def packets_of(frames: list[Frame]) -> list[Packet]:
    return [(frame.time_ns, 1, len(frame.data), frame.data, 0, len(frame.data)) for frame in frames]


def test_set_up_has_compiled_the_pass() -> None:
    assert [Path(module.__file__ or "").suffix for module in (flow_table, records, reduction)] == [".so"] * 3


def test_flows_and_what_is_shown_are_the_same_compiled_or_not(plain_table: Any) -> None:
    frames = [*browsing(), *scanning(ports=40), *syn_flood(WEB, time_ns=START_NS, count=600)]
    limits = FlowLimits(max_open_flows=50, told_singly=20, told_together=8)

    compiled = seen_by(flow_table.FlowTable, packets_of(frames), limits)

    assert compiled == seen_by(plain_table, packets_of(frames), limits)
    assert compiled[2].sampled > 0


FIELD = st.sampled_from([b"\x08\x00", b"\x86\xdd", b"\x81\x00", b"\x08\x06"])


@given(
    packets=st.lists(
        st.tuples(st.integers(0, 2**63 - 1), st.sampled_from([1, 101, 127]), FIELD, st.binary(max_size=90)),
        max_size=12,
    )
)
def test_any_packets_give_the_same_compiled_or_not(
    plain_table: Any, packets: list[tuple[int, int, bytes, bytes]]
) -> None:
    made: list[Packet] = []
    for time_ns, link, kind, rest in packets:
        data = bytes(12) + kind + b"\x45" + rest
        made.append((time_ns, link, len(data), data, 0, len(data)))

    assert seen_by(flow_table.FlowTable, made, FlowLimits()) == seen_by(plain_table, made, FlowLimits())


@given(rest=st.binary(max_size=200), big_endian=st.booleans(), position=st.integers(0, 40))
def test_any_records_are_read_the_same_compiled_or_not(rest: bytes, big_endian: bool, position: int) -> None:
    plain = uncompiled("ingest.pcap.records")
    form = RecordForm(big_endian=big_endian, fraction_ns=1_000, head_bytes=16, link_type=1)
    order = ">" if big_endian else "<"
    data = pcap_bytes(browsing()[:2])[24:] + struct.pack(f"{order}IIIIII", 6, 32, 0, 1, 2, 0) + rest
    clocks = [(1, 1_000, 0)]

    assert records.pcap_records(data, position, form) == plain.pcap_records(data, position, form)
    assert records.enhanced_packets(rest, 0, big_endian, clocks) == plain.enhanced_packets(rest, 0, big_endian, clocks)
