"""Pairs of names and values, as programs write them that log in no format of their own: `time=… level=info msg="…"`.

Source: logfmt of Go programs (Traefik, Grafana, Caddy's console), firewalls and appliances that no other parser knows.
Fields: each pair as `kv.NAME`, or under its own name where that has a dot (values are text; numbers where ECS has a
number), `msg` as `message`, `level` as `log.level`, `src`, `dst` and their like as `source.*` and `destination.*`;
dataset `kv`. Time: as in `jsonl`, or `date`
and `time` in two pairs.
"""

import re
from typing import Final, Literal

from ingest.parsers.base import ParseContext, Reading, Refusal
from ingest.parsers.ends import Fields, add_end, whole
from ingest.parsers.flat import is_fitting, time_of
from ingest.parsers.fortigate import read_pairs
from ingest.parsers.jsonl import finish
from ingest.parsers.times import iso_ns

_FEWEST: Final = 3
"""Fewer pairs are prose with an equals sign in it."""
_TEXTS: Final = {
    "msg": "message",
    "level": "log.level",
    "lvl": "log.level",
    "hostname": "host.name",
    "user": "user.name",
}
_ENDS: Final[tuple[tuple[Literal["source", "destination"], tuple[str, ...], tuple[str, ...]], ...]] = (
    (
        "source",
        ("src", "srcip", "src_ip", "source_ip", "client_ip", "remote_addr"),
        ("spt", "srcport", "src_port", "sport"),
    ),
    ("destination", ("dst", "dstip", "dst_ip", "dest_ip", "destination_ip"), ("dpt", "dstport", "dst_port", "dport")),
)
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d$")


class KeyValueParser:
    """Stateless."""

    state = ""

    def __init__(self, context: ParseContext) -> None:
        self._zone = context.timezone
        self._reference_ns = context.reference_ns

    def parse(self, text: str) -> Reading | Refusal:
        pairs = read_pairs(text)
        if pairs is None or len(pairs) < _FEWEST:
            return Refusal("bukan baris pasangan nama=nilai")
        fields: Fields = {}
        for name, value in pairs.items():
            _add(fields, name, value)
        if pairs.get("host"):
            fields["host.name"] = pairs["host"]
        for name, field in _TEXTS.items():
            if pairs.get(name):
                fields.setdefault(field, pairs[name])
        _add_ends(fields, pairs)
        time_ns = self._time_of(pairs)
        return finish(fields, time_ns=time_ns, reference_ns=self._reference_ns, dataset="kv")

    def _time_of(self, pairs: dict[str, str]) -> int | None:
        if _DAY.match(pairs.get("date", "")) and "time" in pairs:
            return iso_ns(f"{pairs['date']} {pairs['time']}", self._zone)
        return time_of(pairs, self._zone)


def _add_ends(fields: Fields, pairs: dict[str, str]) -> None:
    """Add the ends that are not there by their ECS names; `src=web-1` may mean anything, so only addresses count."""
    for end, addresses, ports in _ENDS:
        if f"{end}.ip" in fields:
            continue
        address = next((pairs[name] for name in addresses if is_fitting(".ip", pairs.get(name))), "")
        add_end(fields, end, address, next((pairs[name] for name in ports if name in pairs), None))


def _add(fields: Fields, name: str, value: str) -> None:
    """Add a pair where an index could hold it: `user=siti` beside `user.name=siti` would be text and object."""
    number = whole(value)
    if "." not in name:
        fields[f"kv.{name}"] = value
    elif is_fitting(name, value):
        fields[name] = value
    elif number is not None and is_fitting(name, number):
        fields[name] = number
