"""Packets that the filter of pfSense and OPNsense logs: program `filterlog`, one line of comma-separated values.

Source: pfSense documentation, "Raw Filter Log Format"; OPNsense writes the same with another rule id. Fields:
`event.action` `connection_denied` or `connection_allowed`, `rule.id`, `source.*`, `destination.*`, `network.*`,
`observer.ingress.interface.name`, `pfsense.filter.*`; dataset `pfsense.filter`.
"""

from typing import Final

from ingest.parsers.addresses import is_ip
from ingest.parsers.ends import Fields, add_end, whole
from ingest.parsers.verdicts import ALLOWED, DENIED

_LIMIT: Final = 2048
_HEAD: Final = (
    "rule_number",
    "sub_rule",
    "anchor",
    "tracker",
    "interface",
    "reason",
    "action",
    "direction",
    "version",
)
_V4: Final = (
    "tos",
    "ecn",
    "ttl",
    "id",
    "offset",
    "flags",
    "protocol_id",
    "protocol",
    "length",
    "source",
    "destination",
)
_V6: Final = ("class", "flow_label", "ttl", "protocol", "protocol_id", "length", "source", "destination")
_TCP: Final = ("source_port", "destination_port", "data_length", "tcp_flags")
_KEPT: Final = ("reason", "sub_rule", "anchor", "tcp_flags", "ttl")
_VERDICTS: Final = {"pass": ALLOWED, "block": DENIED, "reject": DENIED}
_DIRECTIONS: Final = {"in": "inbound", "out": "outbound"}


def read_filterlog(message: str) -> Fields | None:
    """Return what the line says of a packet; None for one that is not whole."""
    cells = message[:_LIMIT].strip().split(",")
    said = dict(zip(_HEAD, cells, strict=False))
    columns = {"4": _V4, "6": _V6}.get(said.get("version", ""))
    verdict = _VERDICTS.get(said.get("action", ""))
    if columns is None or verdict is None or len(cells) < len(_HEAD) + len(columns):
        return None
    said |= dict(zip(columns, cells[len(_HEAD) :], strict=False))
    if not (is_ip(said["source"]) and is_ip(said["destination"])):
        return None
    said |= dict(zip(_TCP, cells[len(_HEAD) + len(columns) :], strict=False))
    return _fields(said, verdict)


def _fields(said: dict[str, str], verdict: Fields) -> Fields:
    protocol = said["protocol"].lower()
    fields: Fields = {
        "event.dataset": "pfsense.filter",
        **verdict,
        "observer.vendor": "Netgate",
        "observer.type": "firewall",
        "observer.ingress.interface.name": said["interface"],
        "network.transport": "ipv6-icmp" if protocol == "icmpv6" else protocol,
        "network.type": f"ipv{said['version']}",
        "rule.id": said["tracker"] or said["rule_number"],
    }
    if direction := _DIRECTIONS.get(said["direction"]):
        fields["network.direction"] = direction
    if (size := whole(said["length"])) is not None:
        fields["network.bytes"] = size
    has_ports = protocol in ("tcp", "udp", "sctp")
    add_end(fields, "source", said["source"], said.get("source_port") if has_ports else None)
    add_end(fields, "destination", said["destination"], said.get("destination_port") if has_ports else None)
    names = _KEPT if protocol == "tcp" else [name for name in _KEPT if name != "tcp_flags"]
    fields |= {f"pfsense.filter.{name}": said[name] for name in names if said.get(name)}
    return fields
