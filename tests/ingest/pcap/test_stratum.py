"""Stratum: what a miner and a pool say first, in each dialect, and JSON that is none of it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.pcap.flow_events import flow_fields
from ingest.pcap.flow_table import FlowTable
from ingest.pcap.flows import FlowLimits
from ingest.pcap.stratum import MOST_BYTES, Said, Stratum, read_stratum, stratum_fields
from ir_platform.app.demo_capture import Endpoint, tcp_conversation
from tests.support.captures import CLIENT, START_NS

POOL = Endpoint(address="203.0.113.72", port=443)
SUBSCRIBE = b'{"id":1,"method":"mining.subscribe","params":["cpuminer/2.5.1"]}\n'
AUTHORIZE = b'{"id":2,"method":"mining.authorize","params":["dompet.mesin1","rahasia-uji"]}\n'
LOGIN = {"login": "48edfHu7V9", "pass": "rahasia-uji", "agent": "XMRig/6.21.0", "algo": ["rx/0"]}


def line(method: str, params: object) -> bytes:
    return json.dumps({"id": 1, "jsonrpc": "2.0", "method": method, "params": params}).encode() + b"\n"


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        (SUBSCRIBE, Stratum("mining.subscribe", False, "cpuminer/2.5.1")),
        (SUBSCRIBE + AUTHORIZE, Stratum("mining.subscribe", False, "cpuminer/2.5.1", "dompet.mesin1")),
        (line("login", LOGIN), Stratum("login", False, "XMRig/6.21.0", "48edfHu7V9")),
        (line("eth_submitLogin", ["0xabc", "x"]), Stratum("eth_submitLogin", False, "", "0xabc")),
        (line("submit", {"job_id": "1", "nonce": "00", "result": "00"}), Stratum("submit", False)),
        (line("mining.notify", ["bf", "4d16"]), Stratum("mining.notify", True)),
        (line("job", {"blob": "07", "job_id": "1", "target": "b8"}), Stratum("job", True)),
    ],
    ids=["subscribe", "subscribe and authorize", "monero", "ethereum", "midway", "a pool", "a pool of monero"],
)
def test_each_dialect_is_read_without_the_password(payload: bytes, message: Stratum) -> None:
    found = read_stratum(payload)

    assert found == message
    assert "rahasia" not in str(found)


@pytest.mark.parametrize(
    "payload",
    [
        line("server.version", ["4.5", "1.4"]),
        line("login", {"username": "wayan", "password": "rahasia-uji"}),
        line("login", {"login": "wayan", "pass": "rahasia-uji"}),
        line("submit", {"form": 1}),
        b'{"message":"{\\"method\\":\\"mining.subscribe\\"}"}\n',
        SUBSCRIBE[:-10],
        b" " + SUBSCRIBE,
        b'{"method":1}',
        b'{"method":"mining.subscribe","params":["' + b"a" * MOST_BYTES + b'"]}',
        b"{" * 4_000,
        b'{"a":' * 800,
    ],
    ids=[
        "a wallet", "an office's program", "another's login", "a form", "a quotation", "cut short", "not at once",
        "no method", "too long", "braces", "deep",
    ],
)  # fmt: skip
def test_json_that_is_no_miners_is_none(payload: bytes) -> None:
    assert read_stratum(payload) is None


@given(
    method=st.sampled_from(["login", "submit", "job", "mining.subscribe", "mining.authorize", "x"]),
    params=st.recursive(st.none() | st.integers() | st.text(max_size=300), lambda one: st.lists(one, max_size=3))
    | st.dictionaries(st.sampled_from(["login", "pass", "agent", "job_id"]), st.text(max_size=300) | st.integers()),
)
def test_any_json_gives_a_short_message_or_none(method: str, params: Any) -> None:
    found = read_stratum(line(method, params)[:MOST_BYTES])

    assert found is None or max(map(len, (found.method, found.agent, found.user))) <= 128


def said_in(*, from_pool: bool) -> tuple[list[dict[str, Any]], list[Said]]:
    sent, answered = (SUBSCRIBE, b'{"id":1,"result":[]}\n')
    if from_pool:
        sent, answered = b'{"id":1,"result":true}\n', line("mining.notify", ["bf"])
    frames = tcp_conversation(CLIENT, POOL, time_ns=START_NS, turns=[(True, sent), (False, answered)])
    table = FlowTable(limits=FlowLimits(), wanted=lambda *_packet: None)
    packets = [(one.time_ns, 1, len(one.data), one.data, 0, len(one.data)) for one in frames]
    flows, said = [], []
    for given_out in table.flows([packets[:5], packets[5:]]):
        flows += [flow_fields(flow) for flow in given_out]
        said += table.said()
    return flows, said


@pytest.mark.parametrize("from_pool", [False, True])
def test_a_mining_connection_is_named_and_its_miner_is_the_source(from_pool: bool) -> None:
    [flow], [said] = said_in(from_pool=from_pool)

    _time_ns, fields = stratum_fields(said)

    assert flow["network.protocol"] == fields["network.protocol"] == "stratum"
    assert (fields["source.ip"], fields["destination.ip"], fields["destination.port"]) == (
        CLIENT.address, POOL.address, POOL.port,
    )  # fmt: skip
    assert fields["network.community_id"] == flow["network.community_id"]
