"""Alerts of single events as JSON lines, in pieces to be joined when they are written.

What an alert says of its rule is made once per rule, what it says of its event once per event: the event's own JSON is
never copied for each. Compiled where it can be (`alert_lines.pxd`).
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import orjson

from detections.rule import RuleInfo
from ir_platform.domain.event import isoformat_ns

_STAMP: Final = b'{"@timestamp":"'
_END: Final = b"}\n"


class AlertLines:
    """Pieces in order; one for whatever writes to one place."""

    def __init__(self, infos: Sequence[RuleInfo], silent: frozenset[str]) -> None:
        """`silent`: ids of the rules that raise no alert themselves."""
        self._infos = infos
        self._silent = silent
        self._heads: dict[int, bytes] = {}
        self._pieces: list[bytes] = []
        self.waiting_bytes = 0

    def add(self, found: tuple[int, ...], place: tuple[str, int], time_ns: int, body: bytes) -> int:
        """Add an alert of each rule by its index and return how many; `place`: file and record, `body`: the event."""
        count = 0
        about = b""
        for index in found:
            head = self._heads.get(index)
            if head is None:
                head = self._heads[index] = self._head(index)
            if not head:
                continue
            if not count:
                about = _about(place, time_ns, body)
            self._pieces.append(head)
            self._pieces.append(about)
            self._pieces.append(body)
            self._pieces.append(_END)
            self.waiting_bytes += len(head) + len(about) + len(body) + len(_END)
            count += 1
        return count

    def take(self) -> bytes:
        """Return the lines that wait, and keep none."""
        lines = b"".join(self._pieces)
        self._pieces.clear()
        self.waiting_bytes = 0
        return lines

    def _head(self, index: int) -> bytes:
        """Return what an alert of the rule begins with, open for what its event adds; nothing where it raises none."""
        info = self._infos[index]
        return b"" if info.id in self._silent else orjson.dumps(about_rule(info))[:-1]


def _about(place: tuple[str, int], time_ns: int, body: bytes) -> bytes:
    """Return what stands between the rule and the event."""
    # The body holds the event's time as JSON, mostly as the first value.
    if body.startswith(_STAMP):
        stamp = body[len(_STAMP) - 1 : body.index(b'"', len(_STAMP)) + 1]
    else:
        stamp = orjson.dumps(isoformat_ns(time_ns))
    return b',"timestamp":%b,"source":{"file":%b,"record":%d},"event":' % (stamp, _as_json(place[0]), place[1])


@lru_cache(maxsize=64)
def _as_json(text: str) -> bytes:
    return orjson.dumps(text)


def about_rule(info: RuleInfo) -> dict[str, Any]:
    """Return what every alert says of its rule."""
    return {"rule_id": info.id, "rule_title": info.title, "level": info.level.value, "tags": list(info.tags)}
