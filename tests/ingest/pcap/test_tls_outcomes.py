"""Whether a TLS negotiation succeeded, from the kinds of records alone; where they do not show it, nothing is said."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.pcap import tls_end
from ingest.pcap.flow_table import FlowTable
from ingest.pcap.flows import FlowLimits
from ingest.pcap.rows import Ends
from ingest.pcap.tls_end import TlsEnd
from ingest.pcap.tls_outcomes import TlsOutcomes
from ir_platform.app.demo_capture import Endpoint, Frame, tcp_conversation
from tests.support.captures import CLIENT, START_NS
from tests.support.uncompiled import uncompiled

SERVER = Endpoint(address="203.0.113.9", port=4_433)
CLIENT_PORT = 50_000
ENDS = Ends(CLIENT.address, CLIENT_PORT, SERVER.address, SERVER.port, "tcp", None)


def record(kind: int, size: int, *, first: int = 0) -> bytes:
    return bytes([kind, 3, 3]) + size.to_bytes(2, "big") + bytes([first]) + bytes(size - 1)


HELLO, ANSWER = record(22, 200, first=1), record(22, 90, first=2)
CERTIFICATE, DONE, KEYS = record(22, 3_000, first=11), record(22, 4, first=14), record(22, 70, first=16)
CHANGE, FINISHED, DATA = record(20, 1, first=1), record(22, 40, first=9), record(23, 300)
FATAL, SECRET_ALERT = b"\x15\x03\x03\x00\x02\x02\x28", record(23, 19)
WARNING = b"\x15\x03\x03\x00\x02\x01\x70"

Turn = tuple[bool, bytes]
"""Whether the client says it."""
FLIGHT, END = ANSWER + CERTIFICATE + DONE, CHANGE + FINISHED
OLD = [(True, HELLO), (False, FLIGHT), (True, KEYS + END), (False, END)]
NEW = [(True, HELLO), (False, ANSWER + CHANGE + record(23, 2_500))]


def frames_of(turns: list[Turn], *, port: int = CLIENT_PORT, closed: bool = True) -> list[Frame]:
    pieces = [
        (from_client, payload[start : start + 1_400])
        for from_client, payload in turns
        for start in range(0, len(payload), 1_400)
    ]
    frames = tcp_conversation(Endpoint(address=CLIENT.address, port=port), SERVER, time_ns=START_NS, turns=pieces)
    return frames if closed else frames[:-3]


def told(
    turns: list[Turn], *, version: str | None, early: bool = False, closed: bool = True, without: int | None = None
) -> bool | None:
    frames = frames_of(turns, closed=closed)
    if without is not None:
        del frames[without]
    outcomes = outcomes_of(frames)
    return outcomes.established(ENDS, version=version, offers_early_data=early)


def outcomes_of(frames: list[Frame], *, most: int = 10) -> TlsOutcomes:
    table = FlowTable(limits=FlowLimits(tcp_idle_seconds=60), wanted=lambda *_packet: None)
    outcomes = TlsOutcomes(most=most)
    for flows in table.flows([[(one.time_ns, 1, len(one.data), one.data, 0, len(one.data)) for one in frames]]):
        for flow in flows:
            outcomes.add(flow)
    return outcomes


@pytest.mark.parametrize(
    ("turns", "version"),
    [
        ([*OLD, (True, DATA), (False, DATA)], "1.2"),
        (OLD, "1.2"),
        ([*OLD, (False, DATA)], "1.1"),
        ([(True, HELLO), (False, WARNING + ANSWER + CHANGE + FINISHED), (True, CHANGE + FINISHED + DATA)], "1.2"),
        ([*NEW, (True, CHANGE + record(23, 53)), (True, DATA)], "1.3"),
    ],
    ids=["1.2", "nothing said in it", "the server speaks first", "taken up again", "1.3"],
)
@pytest.mark.parametrize("closed", [False, True])
def test_a_negotiation_that_came_to_an_end_is_established(turns: list[Turn], version: str, closed: bool) -> None:
    assert told(turns, version=version, closed=closed) is True


@pytest.mark.parametrize(
    ("turns", "version"),
    [
        ([(True, HELLO), (False, FATAL)], None),
        ([*OLD[:2], (True, FATAL)], "1.2"),
        ([*OLD[:3], (False, FATAL)], "1.2"),
        ([*NEW, (True, CHANGE + SECRET_ALERT)], "1.3"),
        ([(True, HELLO)], None),
        (OLD[:2], "1.2"),
    ],
    ids=["refused", "the client refuses", "refused at last", "1.3 refused in secret", "no answer", "given up"],
)
def test_a_negotiation_that_was_broken_off_is_not_established(turns: list[Turn], version: str | None) -> None:
    assert told(turns, version=version) is False


@pytest.mark.parametrize(
    "case",
    [
        {"turns": NEW, "version": "1.3", "closed": False},
        {"turns": OLD[:3], "version": "1.2", "closed": False},
        {"turns": [*NEW, (True, DATA)], "version": "1.3", "early": True},
        {"turns": OLD, "version": "1.2", "without": 7},
    ],
    ids=["1.3 goes on", "1.2 goes on", "early data", "a packet is missing"],
)
def test_where_the_capture_does_not_show_it_nothing_is_said(case: dict[str, Any]) -> None:
    assert told(**case) is None


def test_two_connections_between_the_same_ports_are_not_mixed_up() -> None:
    first, second = (frames_of(turns) for turns in (OLD, OLD[:2]))
    later = [Frame(time_ns=one.time_ns + 3_600 * 10**9, data=one.data) for one in second]

    outcomes = outcomes_of([*first, *later])

    assert outcomes.established(ENDS, version="1.2", offers_early_data=False) is None


def test_of_more_connections_than_are_remembered_nothing_is_said() -> None:
    frames = [one for port in (50_000, 50_001) for one in frames_of(OLD, port=port)]
    ends = ENDS._replace(source_port=50_001)

    outcomes = outcomes_of(frames, most=1)

    assert outcomes.established(ends, version="1.2", offers_early_data=False) is None


def test_set_up_has_compiled_it() -> None:
    assert (tls_end.__file__ or "").endswith(".so")


@given(payloads=st.lists(st.tuples(st.binary(max_size=40), st.booleans(), st.integers(-1, 3)), max_size=6))
def test_any_records_are_followed_the_same_compiled_or_not(payloads: list[tuple[bytes, bool, int]]) -> None:
    one, other = TlsEnd(), uncompiled("ingest.pcap.tls_end").TlsEnd()

    for payload, in_order, at in payloads:
        for end in (one, other):
            end.follow(b"\x14\x03\x03" + payload, at, len(payload) + 3, in_order)

    assert (one.seen, one.is_over) == (other.seen, other.is_over)
