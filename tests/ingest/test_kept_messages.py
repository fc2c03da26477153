"""Syslog messages kept until they are read come back as they were, and what is no messages is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.kept_messages import UnreadableMessagesError, pack, pack_gelf, unpack, unpack_gelf
from ingest.sources.gelf import GelfMessage
from ingest.sources.syslog import SyslogMessage

MESSAGES = st.builds(
    SyslogMessage,
    content=st.binary(max_size=200),
    is_cut=st.booleans(),
    received_ns=st.integers(-(2**63), 2**63 - 1),
    sequence=st.integers(0, 2**64 - 1),
    peer=st.text(max_size=40),
    transport=st.sampled_from(["udp", "tcp", "tls"]),
    client=st.text(max_size=40),
)

GELF_MESSAGES = st.builds(
    GelfMessage,
    content=st.binary(max_size=200),
    received_ns=st.integers(-(2**63), 2**63 - 1),
    sequence=st.integers(0, 2**64 - 1),
    peer=st.text(max_size=40),
    transport=st.sampled_from(["udp", "tcp"]),
)


@given(messages=st.lists(MESSAGES, max_size=20))
def test_messages_come_back_as_they_were(messages: list[SyslogMessage]) -> None:
    assert unpack(pack(messages)) == messages


@given(messages=st.lists(GELF_MESSAGES, max_size=20))
def test_messages_of_gelf_come_back_as_they_were_and_are_none_of_syslog(messages: list[GelfMessage]) -> None:
    assert unpack_gelf(pack_gelf(messages)) == messages
    with pytest.raises(UnreadableMessagesError):
        unpack(pack_gelf(messages))


@given(messages=st.lists(MESSAGES, min_size=1, max_size=5), kept=st.integers(0, 400))
def test_what_lost_its_end_is_refused(messages: list[SyslogMessage], kept: int) -> None:
    packed = pack(messages)

    with pytest.raises(UnreadableMessagesError):
        unpack(packed[: min(kept, len(packed) - 1)])
