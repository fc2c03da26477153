"""Syslog messages as they are kept until they are read: in columns, their contents byte for byte."""

from array import array
from collections.abc import Sequence
from itertools import accumulate
from typing import Final

import orjson

from ingest.sources.syslog import SyslogMessage

MAGIC: Final = b"SYSLOG1\n"
_COLUMNS: Final = "HBqQI"
"""Sender, whether it is cut, moment of receipt (ns), sequence, bytes."""


class UnreadableMessagesError(Exception):
    """What was kept are no messages, or those of another version of this program."""


def pack(messages: Sequence[SyslogMessage]) -> bytes:
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
    return b"".join((MAGIC, head, b"\n", *packed, *contents))


def unpack(kept: bytes) -> list[SyslogMessage]:
    """Raises: UnreadableMessagesError."""
    try:
        place = kept.index(b"\n", len(MAGIC)) + 1
        head = orjson.loads(kept[len(MAGIC) : place])
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
