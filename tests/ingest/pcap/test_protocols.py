"""Rows become protocol events: exchanges are joined, and no row at all makes the reader raise."""

from collections.abc import Mapping
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from ingest.parsers.base import assemble_event
from ingest.pcap.field_run import VALUE_SEPARATOR
from ingest.pcap.protocols import ProtocolReader
from ingest.pcap.rows import FIELDS
from ir_platform.domain.event import EventId

SOUND = {
    "frame.time_epoch": "1763600400.000000000",
    "frame.protocols": "eth:ethertype:ip:tcp:http",
    "ip.src": "10.10.1.2",
    "ip.dst": "203.0.113.80",
    "tcp.srcport": "40000",
    "tcp.dstport": "80",
    "tcp.stream": "0",
}
BACK = {"ip.src": "203.0.113.80", "ip.dst": "10.10.1.2", "tcp.srcport": "80", "tcp.dstport": "40000"}
VALUES = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["0x0303", "1", "2", "11", "16", "99999999999999999999999", "-1", "3082010a", "True", "GET", "200"]
    ),
)


def row(fields: Mapping[str, str]) -> list[str]:
    return [({**SOUND, **fields}).get(name, "") for name in FIELDS]


def events(*rows: Mapping[str, str]) -> list[dict[str, Any]]:
    return [fields for _, fields in ProtocolReader().events((0, 0, row(one)) for one in rows)]


def test_answers_are_joined_to_requests_in_order() -> None:
    asked = [{"http.request.method": "GET", "http.request.uri": f"/{name}", "http.host": "a.id:8080"} for name in "xy"]
    answered = [{**BACK, "http.response.code": code} for code in ("200", "404")]

    found = events(*asked, *answered)

    assert [(one["url.original"], one["http.response.status_code"]) for one in found] == [("/x", 200), ("/y", 404)]
    assert {one["url.domain"] for one in found} == {"a.id"}


def test_a_request_without_an_answer_is_still_an_event() -> None:
    [found] = events({"http.request.method": "POST", "http.request.uri": "/unggah"})

    assert found["http.request.method"] == "POST"
    assert "http.response.status_code" not in found


def test_an_answer_without_its_request_names_the_client_as_source() -> None:
    [found] = events({**BACK, "http.response.code": "200"})

    assert (found["source.ip"], found["destination.ip"]) == ("10.10.1.2", "203.0.113.80")


def test_continue_does_not_take_the_place_of_the_answer() -> None:
    found = events(
        {"http.request.method": "POST", "http.request.uri": "/"},
        {**BACK, "http.response.code": "100"},
        {**BACK, "http.response.code": "201"},
    )

    assert [one["http.response.status_code"] for one in found] == [201]


def test_two_requests_in_one_packet_are_two_events() -> None:
    found = events({"http.request.method": f"GET{VALUE_SEPARATOR}HEAD", "http.request.uri": f"/a{VALUE_SEPARATOR}/b"})

    assert [(one["http.request.method"], one["url.original"]) for one in found] == [("GET", "/a"), ("HEAD", "/b")]


def test_a_server_hello_completes_the_clients() -> None:
    tls = {"frame.protocols": "eth:ethertype:ip:tcp:tls"}
    found = events(
        {**tls, "tls.handshake.type": "1", "tls.handshake.extensions_server_name": "aman.id"},
        {**tls, **BACK, "tls.handshake.type": "2", "tls.handshake.version": "0x0303", "tls.handshake.ja3s": "a" * 32},
    )

    assert [(one["tls.client.server_name"], one["tls.version"], one["tls.server.ja3s"]) for one in found] == [
        ("aman.id", "1.2", "a" * 32)
    ]


def test_the_selected_version_of_tls_1_3_counts_not_the_one_for_old_boxes() -> None:
    [found] = events(
        {
            **BACK,
            "tls.handshake.type": "2",
            "tls.handshake.version": "0x0303",
            "tls.handshake.extensions.supported_version": "0x0304",
        }
    )

    assert found["tls.version"] == "1.3"


def test_a_tunnelled_packets_inner_addresses_are_the_ones_that_count() -> None:
    [found] = events(
        {
            "frame.protocols": "eth:ethertype:ip:gre:ip:udp:dns",
            "ip.src": f"192.0.2.1{VALUE_SEPARATOR}10.0.0.1",
            "ip.dst": f"192.0.2.2{VALUE_SEPARATOR}10.0.0.2",
            "udp.srcport": "5000",
            "udp.dstport": "53",
            "udp.stream": "0",
            "dns.id": "0x0001",
            "dns.qry.name": "a.id",
        }
    )

    assert (found["source.ip"], found["destination.ip"], found["destination.port"]) == ("10.0.0.1", "10.0.0.2", 53)


def test_more_open_exchanges_than_are_kept_give_the_oldest_early() -> None:
    reader = ProtocolReader(max_waiting=2)
    asked = [
        row({"http.request.method": "GET", "http.request.uri": f"/{number}", "tcp.stream": str(number)})
        for number in range(5)
    ]

    found = [fields["url.original"] for _, fields in reader.events((0, 0, one) for one in asked)]

    assert found == ["/0", "/1", "/2", "/3", "/4"]


def test_a_row_without_addresses_is_counted_and_left_out() -> None:
    reader = ProtocolReader()

    found = list(reader.events([(0, 0, row({"ip.src": "", "http.request.method": "GET"}))]))

    assert (found, reader.unreadable) == ([], 1)


@example(values={"ip.src": "0", "ip.dst": "0", "http.request.method": "GET"})
@given(values=st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=12))
def test_any_row_gives_events_a_store_can_hold_or_is_counted(values: dict[str, str]) -> None:
    reader = ProtocolReader()

    found = list(reader.events([(0, 0, row(values))]))

    for time_ns, fields in found:
        assert assemble_event(EventId("x"), time_ns, fields).body
    assert reader.unreadable in (0, 1)


@given(values=st.dictionaries(st.sampled_from([name for name in FIELDS if name not in SOUND]), VALUES, min_size=1))
def test_any_payload_between_sound_ends_is_readable(values: dict[str, str]) -> None:
    reader = ProtocolReader()

    list(reader.events([(0, 0, row(values))]))

    assert reader.unreadable == 0
