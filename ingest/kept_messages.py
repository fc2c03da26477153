"""Messages of syslog and GELF as they are kept until they are read: in columns, their contents byte for byte."""

from array import array
from collections.abc import Sequence
from itertools import accumulate
from typing import Final

import orjson

from ingest.sources.gelf import GelfMessage
from ingest.sources.syslog import SyslogMessage

SYSLOG: Final = b"SYSLOG1\n"
GELF: Final = b"GELF001\n"
_COLUMNS: Final = "HBqQI"
"""Sender, whether it is cut, moment of receipt (ns), sequence, bytes."""


class UnreadableMessagesError(Exception):
    """What was kept are no messages, or those of another version of this program."""


def pack(messages: Sequence[SyslogMessage]) -> bytes:
    return _packed(SYSLOG, messages)


def pack_gelf(messages: Sequence[GelfMessage]) -> bytes:
    """The columns are those of syslog; what GELF has not is empty."""
    rows = [
        SyslogMessage(one.content, False, one.received_ns, one.sequence, one.peer, one.transport) for one in messages
    ]
    return _packed(GELF, rows)


def unpack(kept: bytes) -> list[SyslogMessage]:
    """Raises: UnreadableMessagesError."""
    return _unpacked(SYSLOG, kept)


def unpack_gelf(kept: bytes) -> list[GelfMessage]:
    """Raises: UnreadableMessagesError."""
    return [
        GelfMessage(one.content, one.received_ns, one.sequence, one.peer, one.transport)
        for one in _unpacked(GELF, kept)
    ]


def _packed(magic: bytes, messages: Sequence[SyslogMessage]) -> bytes:
    senders: dict[tuple[str, str, str], int] = {}
    of = [senders.setdefault((one.peer, one.transport, one.client), len(senders)) for one in messages]
    contents = [one.content for one in messages]
    columns: tuple[Sequence[int], ...] = (
        of,
        [one.is_cut for one in messages],
        [one.received_ns for one in messages],
        [one.sequence for one in messages],
        list(map(len, contents)),
    )
    packed = [array(code, column).tobytes() for code, column in zip(_COLUMNS, columns, strict=True)]
    head = orjson.dumps({"count": len(contents), "senders": list(senders)})
    return b"".join((magic, head, b"\n", *packed, *contents))


def _unpacked(magic: bytes, kept: bytes) -> list[SyslogMessage]:
    if not kept.startswith(magic):
        raise UnreadableMessagesError
    try:
        place = kept.index(b"\n", len(magic)) + 1
        head = orjson.loads(kept[len(magic) : place])
        senders = [(str(peer), str(transport), str(client)) for peer, transport, client in head["senders"]]
        columns = []
        for code in _COLUMNS:
            column = array(code)
            end = place + head["count"] * column.itemsize
            column.frombytes(kept[place:end])
            columns.append(column)
            place = end
        of, cuts, received, sequences, sizes = columns
        ends = list(accumulate(sizes, initial=place))
        if ends[-1] != len(kept):
            raise UnreadableMessagesError
        return [
            SyslogMessage(kept[start:end], bool(is_cut), received_ns, sequence, *senders[sender])
            for start, end, sender, is_cut, received_ns, sequence in zip(
                ends, ends[1:], of, cuts, received, sequences, strict=False
            )
        ]
    except (ValueError, TypeError, LookupError) as error:
        raise UnreadableMessagesError from error
