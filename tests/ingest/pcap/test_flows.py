"""Flows: what packets add up to, where they end, and that no capture makes the table grow without bound."""

import struct
from collections.abc import Iterable
from ipaddress import ip_address
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.pcap.capture_file import CaptureFile
from ingest.pcap.flow_events import flow_fields
from ingest.pcap.flow_table import FlowTable
from ingest.pcap.flows import Flow, FlowLimits, flag_names, tcp_state
from ir_platform.app.demo_capture import (
    ACK,
    FIN,
    RST,
    SYN,
    Endpoint,
    Frame,
    syn_flood,
    tcp_conversation,
    tcp_frame,
    udp_frame,
)
from tests.support.captures import CLIENT, RESOLVER, START_NS, WEB, browsing, scanning, write_capture

SECOND_NS = 1_000_000_000
LINKS = [0, 1, 9, 12, 101, 104, 108, 113, 228, 229, 276]


def flows_of(
    frames: Iterable[Frame], *, limits: FlowLimits | None = None, link: int = 1
) -> tuple[list[Flow], FlowTable]:
    table = FlowTable(limits=limits or FlowLimits())
    packets = [(frame.time_ns, link, len(frame.data), frame.data, 0, len(frame.data)) for frame in frames]
    return [flow for flows in table.flows([packets]) for flow in flows], table


def test_a_page_fetched_is_one_flow_whose_source_sent_first() -> None:
    frames = browsing(body=b"halo")[2:12]

    [flow], table = flows_of(frames)

    fields = flow_fields(flow)
    assert (fields["source.ip"], fields["source.port"]) == (CLIENT.address, CLIENT.port)
    assert (fields["destination.ip"], fields["destination.port"]) == (WEB.address, WEB.port)
    assert fields["network.transport"] == "tcp"
    assert fields["network.packets"] == len(frames) == table.counts.packets
    assert fields["network.bytes"] == sum(len(frame.data) for frame in frames)
    assert fields["tcp.flags"] == ["FIN", "SYN", "PSH", "ACK"]
    assert fields["event.start"] == "2025-11-20T01:00:01.000Z"
    assert fields["event.end"] == "2025-11-20T01:00:01.009Z"


def test_payload_is_counted_apart_from_headers_and_padding() -> None:
    padded = udp_frame(CLIENT, RESOLVER, time_ns=START_NS, payload=b"abc")
    frames = [Frame(time_ns=padded.time_ns, data=padded.data + bytes(15))]

    [flow], _ = flows_of(frames)

    assert flow.source.payload_bytes == 3
    assert flow.source.bytes == 60


def test_a_port_scan_is_one_flow_per_port() -> None:
    flows, _ = flows_of(scanning(ports=30))

    assert len(flows) == 30
    assert {tuple(flag_names(flow.tcp_flags)) for flow in flows} == {("SYN", "RST", "ACK")}


def test_silence_longer_than_the_limit_ends_a_flow() -> None:
    limits = FlowLimits(udp_idle_seconds=60)
    frames = [udp_frame(CLIENT, RESOLVER, time_ns=START_NS + s * SECOND_NS, payload=b"x") for s in (0, 50, 111)]

    flows, _ = flows_of(frames, limits=limits)

    assert [flow.source.packets for flow in flows] == [2, 1]


def test_an_answer_keeps_the_flow_open_for_the_asker() -> None:
    limits = FlowLimits(udp_idle_seconds=60)
    asked = [udp_frame(CLIENT, RESOLVER, time_ns=START_NS + s * SECOND_NS, payload=b"x") for s in (0, 100)]
    answered = udp_frame(RESOLVER, CLIENT, time_ns=START_NS + 50 * SECOND_NS, payload=b"y")

    flows, _ = flows_of([asked[0], answered, asked[1]], limits=limits)

    assert [(flow.source.packets, flow.destination.packets) for flow in flows] == [(2, 1)]


def test_a_flood_of_made_up_senders_stays_within_the_table_and_is_counted() -> None:
    limits = FlowLimits(max_open_flows=100)
    table = FlowTable(limits=limits)
    frames = syn_flood(WEB, time_ns=START_NS, count=2_000)
    packets = [(frame.time_ns, 1, len(frame.data), frame.data, 0, len(frame.data)) for frame in frames]

    biggest = packets_in_flows = 0
    for flows in table.flows([packets[at : at + 50] for at in range(0, len(packets), 50)]):
        biggest = max(biggest, len(flows))
        packets_in_flows += sum(flow.source.packets for flow in flows)

    assert packets_in_flows == 2_000
    assert biggest <= limits.max_open_flows
    assert table.counts.given_out_early > 0


def test_the_flood_is_not_handed_to_the_dissector() -> None:
    shown = []
    table = FlowTable(limits=FlowLimits(), wanted=lambda *packet: shown.append(packet))
    frames = [*syn_flood(WEB, time_ns=START_NS, count=50), *browsing()]

    list(table.flows([[(f.time_ns, 1, len(f.data), f.data, 0, len(f.data)) for f in frames]]))

    flags = {packet[3][47] for packet in shown if packet[3][23] == 6}
    assert SYN not in flags
    assert ACK not in flags
    assert len(shown) == 2 + 3 + 1  # DNS; the page's request, answer and its end; the hello


def test_of_a_connections_ends_only_that_of_a_page_is_handed_to_the_dissector() -> None:
    shown = []
    table = FlowTable(limits=FlowLimits(), wanted=lambda *packet: shown.append(packet))
    page = [(True, b"GET / HTTP/1.0\r\n\r\n"), (False, b"HTTP/1.0 200 OK\r\n\r\nwithout a length")]
    mail = [(False, b"220 mail.example.id ESMTP\r\n"), (True, b"QUIT\r\n"), (False, b"221 bye\r\n")]
    frames = [
        *tcp_conversation(CLIENT, WEB, time_ns=START_NS, turns=page),
        *tcp_conversation(CLIENT, Endpoint(address=WEB.address, port=25), time_ns=START_NS, turns=mail),
    ]

    list(table.flows([[(f.time_ns, 1, len(f.data), f.data, 0, len(f.data)) for f in frames]]))

    ends = [packet[3] for packet in shown if packet[3][47] & FIN]
    assert [int.from_bytes(data[34:36], "big") for data in ends] == [WEB.port]


def test_vlan_tags_and_tunnels_give_the_inner_flow_and_what_it_was_wrapped_in() -> None:
    inner = tcp_frame(CLIENT, WEB, time_ns=START_NS, flags=SYN)
    outer = udp_frame(
        Endpoint(address="192.0.2.1", port=50_000),
        Endpoint(address="192.0.2.2", port=4_789),
        time_ns=START_NS,
        payload=b"\x08\x00\x00\x00\x00\x00\x2a\x00" + inner.data,
    )
    tagged = Frame(time_ns=START_NS, data=outer.data[:12] + b"\x81\x00\x00\x64" + outer.data[12:])

    [flow], _ = flows_of([tagged])

    fields = flow_fields(flow)
    assert fields["source.ip"] == CLIENT.address
    assert fields["network.vlan.id"] == "100"
    assert fields["network.inner"] is True
    assert (fields["observer.ingress.ip"], fields["observer.egress.ip"]) == ("192.0.2.1", "192.0.2.2")
    assert fields["network.bytes"] == len(tagged.data)


def test_later_fragments_belong_to_the_flow_of_the_first() -> None:
    whole = udp_frame(CLIENT, RESOLVER, time_ns=START_NS, payload=bytes(64)).data
    first = whole[:20] + b"\x20\x00" + whole[22:58]
    later = whole[:20] + b"\x00\x03" + whole[22:34] + whole[58:]

    [flow], _ = flows_of([Frame(time_ns=START_NS, data=first), Frame(time_ns=START_NS + 1, data=later)])

    assert flow.source.packets == 2
    assert flow_fields(flow)["destination.port"] == 53


def test_ipv6_behind_an_extension_header_keeps_its_ports() -> None:
    addresses = ip_address("2001:db8::1").packed + ip_address("2001:db8::2").packed
    udp = struct.pack(">HHHH", 5_000, 53, 12, 0) + b"abcd"
    hop_by_hop = b"\x11\x00" + bytes(6)
    packet = struct.pack(">IHBB", 0x6000_0000, len(hop_by_hop) + len(udp), 0, 64) + addresses + hop_by_hop + udp
    frame = Frame(time_ns=START_NS, data=bytes(12) + b"\x86\xdd" + packet)

    [flow], _ = flows_of([frame])

    fields = flow_fields(flow)
    assert (fields["source.ip"], fields["destination.port"], fields["network.type"]) == ("2001:db8::1", 53, "ipv6")
    assert flow.source.payload_bytes == 4


def test_what_carries_no_ip_is_counted_by_its_kind() -> None:
    arp = Frame(time_ns=START_NS, data=bytes(12) + b"\x08\x06" + bytes(46))

    flows, table = flows_of([arp])

    assert flows == []
    assert table.counts.unread == {"ethertype:0x0806": 1}


def test_an_unknown_link_type_is_counted_not_guessed() -> None:
    flows, table = flows_of([udp_frame(CLIENT, RESOLVER, time_ns=START_NS, payload=b"x")], link=147)

    assert flows == []
    assert table.counts.unread == {"link:147": 1}


@given(
    packets=st.lists(st.tuples(st.integers(0, 2**63 - 1), st.sampled_from(LINKS), st.binary(max_size=120)), max_size=20)
)
def test_every_packet_is_in_one_flow_or_counted_as_unread(packets: list[tuple[int, int, bytes]]) -> None:
    table = FlowTable(limits=FlowLimits(max_open_flows=4))

    flows = [f for fs in table.flows([[(t, link, len(d), d, 0, len(d)) for t, link, d in packets]]) for f in fs]

    in_flows = sum(flow.source.packets + flow.destination.packets for flow in flows)
    assert in_flows + table.counts.unread.total() == len(packets) == table.counts.packets
    assert all(flow.first_ns <= flow.last_ns for flow in flows)


@given(data=st.binary(min_size=20, max_size=120), ethertype=st.sampled_from([0x0800, 0x86DD, 0x8100, 0x8847, 0x8864]))
def test_hostile_network_headers_never_raise(data: bytes, ethertype: int) -> None:
    frame = Frame(time_ns=0, data=bytes(12) + ethertype.to_bytes(2, "big") + data)

    flows, table = flows_of([frame])

    assert len(flows) + table.counts.unread.total() == 1


def test_flows_of_a_capture_cut_at_every_offset_never_raise(tmp_path: Path) -> None:
    path = write_capture(tmp_path, browsing()[:6])
    whole = path.read_bytes()

    for size in range(24, len(whole)):
        path.write_bytes(whole[:size])
        capture = CaptureFile(path)
        table = FlowTable(limits=FlowLimits())
        count = sum(len(flows) for flows in table.flows(capture.batches()))
        capture.close()

        assert count == table.counts.flows


def of_tcp(
    *, at: int, flags: int, back: bool = False, sequence: int = 0, payload: bytes = b"", port: int = CLIENT.port
) -> Frame:
    """One segment, `at` milliseconds after the start."""
    client = Endpoint(address=CLIENT.address, port=port)
    ends = (WEB, client) if back else (client, WEB)
    return tcp_frame(*ends, time_ns=START_NS + at * 1_000_000, flags=flags, sequence=sequence, payload=payload)


def test_the_time_from_syn_to_its_answer_is_told() -> None:
    frames = [of_tcp(at=0, flags=SYN), of_tcp(at=30, flags=SYN | ACK, back=True)]

    [flow], _ = flows_of(frames)

    assert flow_fields(flow)["network.round_trip_ns"] == 30_000_000


def test_a_segment_sent_again_is_counted_and_one_that_came_late_is_not() -> None:
    def sent(at: int, sequence: int) -> Frame:
        return of_tcp(at=at, flags=ACK, sequence=sequence, payload=b"x" * 100)

    again, _ = flows_of([sent(0, 0), sent(1, 100), sent(2, 0), sent(3, 200)])
    late, _ = flows_of([sent(0, 0), sent(1, 200), sent(2, 100), sent(3, 300)])

    assert [flow.source.retransmissions for flow in (*again, *late)] == [1, 0]


def test_what_is_sent_again_is_not_shown_again_unless_something_was_missing() -> None:
    def shown(*sequences: int) -> int:
        count: list[object] = []
        table = FlowTable(limits=FlowLimits(), wanted=lambda *packet: count.append(packet))
        frames = [
            of_tcp(at=at, flags=ACK, sequence=sequence, payload=b"GET / HTTP/1.1\r\n" + bytes(84), port=40_000)
            for at, sequence in enumerate(sequences)
        ]
        list(table.flows([[(f.time_ns, 1, len(f.data), f.data, 0, len(f.data)) for f in frames]]))
        return len(count)

    assert shown(0, 100, 0, 200) == 3
    assert shown(0, 200, 400, 100, 300) == 5


def test_sequence_numbers_that_begin_anew_are_no_retransmission() -> None:
    frames = [
        of_tcp(at=at, flags=ACK, sequence=(0xFFFF_FF9C + at * 100) % 2**32, payload=b"x" * 100) for at in range(3)
    ]

    [flow], _ = flows_of(frames)

    assert flow.source.retransmissions == 0


def test_a_flow_longer_than_the_active_limit_is_told_in_parts_that_add_up() -> None:
    limits = FlowLimits(active_seconds=60, udp_idle_seconds=300)
    frames = [udp_frame(CLIENT, RESOLVER, time_ns=START_NS + s * SECOND_NS, payload=b"x") for s in range(0, 200, 20)]

    flows, _ = flows_of(frames, limits=limits)

    assert [flow.part for flow in flows] == [0, 1, 2]
    assert sum(flow.source.packets for flow in flows) == len(frames)
    assert flow_fields(flows[1])["event.type"] == ["connection", "info"]
    assert "network.connection.part" not in flow_fields(flows[0])


def test_who_answers_a_syn_that_was_not_seen_is_the_destination() -> None:
    [flow], _ = flows_of([of_tcp(at=0, flags=SYN | ACK, back=True), of_tcp(at=1, flags=ACK)])

    fields = flow_fields(flow)
    assert (fields["source.ip"], fields["destination.ip"]) == (CLIENT.address, WEB.address)
    assert (flow.source.packets, flow.destination.packets) == (1, 1)


def test_under_a_flood_one_attempt_stands_for_many_and_none_is_lost() -> None:
    limits = FlowLimits(told_singly=100, told_together=50)

    flows, table = flows_of(syn_flood(WEB, time_ns=START_NS, count=2_000), limits=limits)

    assert len(flows) < 200
    assert sum(flow.flows for flow in flows) == sum(flow.source.packets for flow in flows) == 2_000
    assert max(flow_fields(flow).get("tanggap.flows", 1) for flow in flows) == 50
    assert (table.counts.attempts, table.counts.flows) == (2_000, len(flows))


def test_a_flood_does_not_push_out_the_conversations_of_others() -> None:
    limits = FlowLimits(max_open_flows=100)
    flood = list(syn_flood(WEB, time_ns=START_NS, count=1_000))
    asked = udp_frame(CLIENT, RESOLVER, time_ns=START_NS, payload=b"x")
    answered = udp_frame(RESOLVER, CLIENT, time_ns=START_NS, payload=b"y")

    flows, _ = flows_of([asked, answered, *flood, asked], limits=limits)

    [talk] = [flow for flow in flows if flow.protocol == 17]
    assert (talk.source.packets, talk.destination.packets) == (2, 1)


@pytest.mark.parametrize(
    ("source", "destination", "state"),
    [
        (SYN, 0, "S0"),
        (SYN, RST | ACK, "REJ"),
        (SYN | ACK, SYN | ACK, "S1"),
        (SYN | ACK | FIN, SYN | ACK | FIN, "SF"),
        (SYN | ACK | FIN, SYN | ACK, "S2"),
        (SYN | ACK, SYN | ACK | FIN, "S3"),
        (SYN | ACK | RST, SYN | ACK, "RSTO"),
        (SYN | ACK, SYN | ACK | RST, "RSTR"),
        (SYN | RST, 0, "RSTOS0"),
        (SYN | FIN, 0, "SH"),
        (0, SYN | ACK | RST, "RSTRH"),
        (0, SYN | ACK | FIN, "SHR"),
        (ACK, ACK, "OTH"),
    ],
)
def test_the_state_of_a_connection_follows_from_the_flags_of_its_ends(
    source: int, destination: int, state: str
) -> None:
    assert tcp_state(source, destination) == state
