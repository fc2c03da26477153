"""What a Palo Alto firewall says: comma-separated values in an order that its type gives, by syslog.

Source: PAN-OS 9.1 to 11, "Syslog Field Descriptions" (TRAFFIC, THREAT, SYSTEM, CONFIG, GLOBALPROTECT, and the head of
every other type). Fields: `source.*`, `destination.*`, `network.*`, `rule.name`, `user.name`, `url.*`, the columns by
their names as `panw.panos.NAME`; `event.action` `connection_allowed`, `connection_denied`, `intrusion_detected`,
`vpn_login`, `vpn_up`, `vpn_down`, `admin_login`, `config_changed`, `link_down`, `link_up`; dataset `panw.panos`.
"""

import csv
import re
from typing import Final
from zoneinfo import ZoneInfo

from ingest.parsers.addresses import is_ip
from ingest.parsers.ends import Fields, add_end, whole
from ingest.parsers.times import iso_ns
from ingest.parsers.urls import add_url
from ingest.parsers.verdicts import ALLOWED, CONFIG_CHANGED, DENIED, login

_BEGINS: Final = re.compile(
    r"\d{0,2},\d{4}/\d\d/\d\d \d\d:\d\d:\d\d,[0-9A-Za-z]{0,32},"
    r"(?:TRAFFIC|THREAT|SYSTEM|CONFIG|GLOBALPROTECT|USERID|HIPMATCH|HIP-MATCH|AUTHENTICATION|DECRYPTION|CORRELATION),"
)
_LIMIT: Final = 16 * 1024
_HEAD: Final = ("", "received", "serial", "type", "subtype", "", "generated")
_CONNECTION: Final = (
    "source", "destination", "nat_source", "nat_destination", "rule", "source_user", "destination_user",
    "application", "vsys", "source_zone", "destination_zone", "ingress_interface", "egress_interface", "log_profile",
    "", "session_id", "repeat_count", "source_port", "destination_port", "nat_source_port", "nat_destination_port",
    "flags", "protocol", "action",
)  # fmt: skip
_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "TRAFFIC": (
        *_CONNECTION, "bytes", "bytes_sent", "bytes_received", "packets", "started", "elapsed", "category", "",
        "sequence", "action_flags", "source_country", "destination_country", "", "packets_sent", "packets_received",
        "end_reason",
    ),
    "THREAT": (*_CONNECTION, "url", "threat", "category", "severity", "direction", "sequence"),
    "SYSTEM": ("vsys", "event_id", "object", "", "", "module", "severity", "description", "sequence"),
    "CONFIG": ("host", "vsys", "command", "admin", "client", "result", "path"),
    "GLOBALPROTECT": (
        "vsys", "event_id", "stage", "auth_method", "tunnel_type", "source_user", "source_region", "machine", "public",
        "public_v6", "private", "private_v6", "host_id", "machine_serial", "client_version", "client_os",
        "client_os_version", "repeat_count", "reason", "error", "description", "status", "location",
    ),
}  # fmt: skip
_TEXTS: Final = {
    "serial": "observer.serial_number",
    "rule": "rule.name",
    "application": "network.application",
    "ingress_interface": "observer.ingress.interface.name",
    "egress_interface": "observer.egress.interface.name",
    "description": "message",
    "severity": "log.level",
    "reason": "event.reason",
    "end_reason": "event.reason",
}
_NUMBERS: Final = {
    "bytes": "network.bytes",
    "packets": "network.packets",
    "bytes_sent": "source.bytes",
    "bytes_received": "destination.bytes",
    "packets_sent": "source.packets",
    "packets_received": "destination.packets",
}
_ADMIN: Final = re.compile(
    r"(?i)(?:(?:user|admin) '?(?P<user>[^'\s]{1,128})'? (?P<what>logged in)"
    r"|(?P<result>failed authentication|authenticated) for user '(?P<named>[^']{1,128})')"
)
_FROM: Final = re.compile(r"(?i)from:? (?P<ip>[0-9][0-9A-Fa-f.:]{2,44})")
_PORT: Final = re.compile(r"(?i)port (?P<interface>\S{1,64}):? (?P<state>up|down)\b")


def is_panos(text: str) -> bool:
    """Say whether a message begins as a Palo Alto firewall's does."""
    return _BEGINS.match(text) is not None


def panos_fields(text: str) -> Fields | None:
    """Return the event's fields; None for a text that is no CSV."""
    said = _columns(text)
    if said is None:
        return None
    kind = said["type"]
    fields: Fields = {
        "event.kind": "event",
        "event.dataset": "panw.panos",
        "event.code": f"{kind}/{said.get('subtype', '')}",
        "observer.vendor": "Palo Alto Networks",
        "observer.product": "PAN-OS",
        "observer.type": "firewall",
    }
    fields |= {f"panw.panos.{name}": value for name, value in said.items()}
    fields |= {field: said[name] for name, field in _TEXTS.items() if name in said}
    fields |= {field: number for name, field in _NUMBERS.items() if (number := whole(said.get(name))) is not None}
    _add_ends(fields, said)
    if user := said.get("source_user", said.get("admin", "")).rpartition("\\")[2]:
        fields["user.name"] = user
    fields |= _meaning(kind, said)
    return fields


def panos_ns(text: str, zone: ZoneInfo) -> int | None:
    """Return when the firewall made the message, in the zone that it is set to."""
    said = _columns(text) or {}
    return iso_ns((said.get("generated") or said.get("received", "")).replace("/", "-"), zone)


def _columns(text: str) -> dict[str, str] | None:
    """Return the columns that say something, by our names."""
    try:
        cells = next(csv.reader([text[:_LIMIT]], strict=True), [])
    except csv.Error:
        return None
    if len(cells) < len(_HEAD):
        return None
    names = (*_HEAD, *_COLUMNS.get(cells[3], ()))
    said = {name: cell for name, cell in zip(names, cells, strict=False) if name and cell}
    return said if "type" in said else None


def _add_ends(fields: Fields, said: dict[str, str]) -> None:
    source = said.get("source") or said.get("public") or said.get("public_v6") or said.get("host", "")
    if source in ("0.0.0.0", "0.0.0.0/0"):  # noqa: S104  an address that was written, not bound
        source = said.get("public_v6", "")
    add_end(fields, "source", source, said.get("source_port"))
    add_end(fields, "destination", said.get("destination", ""), said.get("destination_port"))
    for end, name in (("source", "nat_source"), ("destination", "nat_destination")):
        address = said.get(name, "0.0.0.0")  # noqa: S104  as above: none
        if is_ip(address) and address != "0.0.0.0":  # noqa: S104
            fields[f"{end}.nat.ip"] = address
    if protocol := said.get("protocol"):
        fields["network.transport"] = "ipv6-icmp" if protocol == "icmp6" else protocol.lower()


def _meaning(kind: str, said: dict[str, str]) -> Fields:
    if kind == "TRAFFIC":
        return ALLOWED if said.get("action") == "allow" else DENIED
    if kind == "THREAT":
        return _threat(said)
    if kind == "CONFIG":
        return {**CONFIG_CHANGED, "event.outcome": "success" if said.get("result") == "Succeeded" else "failure"}
    if kind == "GLOBALPROTECT":
        return _vpn(said)
    return _system(said) if kind == "SYSTEM" else {}


def _threat(said: dict[str, str]) -> Fields:
    if said.get("subtype") == "url":
        fields: Fields = {"event.category": ["web", "network"], "event.type": ["access"], "event.action": "web_request"}
        if said.get("action", "").startswith("block"):
            fields = {**DENIED, "event.category": ["web", "network"], "event.action": "web_blocked"}
    else:
        fields = {"event.action": "intrusion_detected", "event.category": ["intrusion_detection"]}
        fields["event.type"] = ["info"]
        if threat := said.get("threat"):
            fields["rule.name"] = threat
    if url := said.get("url"):
        # PAN-OS leaves the scheme out: `host/path`.
        add_url(fields, url if "://" in url or said.get("subtype") != "url" else f"http://{url}")
        fields["url.original"] = url
    return fields


def _vpn(said: dict[str, str]) -> Fields:
    stage = said.get("stage", "")
    if stage in ("login", "before-login"):
        return login("vpn_login", failed=said.get("status") != "success")
    if stage == "tunnel" or said.get("event_id") == "gateway-connected":
        return {"event.action": "vpn_up", "event.category": ["session"], "event.type": ["start"]}
    if stage == "logout":
        return {"event.action": "vpn_down", "event.category": ["session"], "event.type": ["end"]}
    return {}


def _system(said: dict[str, str]) -> Fields:
    text = said.get("description", "")
    if match := _ADMIN.search(text):
        failed = (match["result"] or "").lower().startswith("failed")
        fields = login("admin_login", failed=failed, user=match["user"] or match["named"])
        if address := _FROM.search(text):
            add_end(fields, "source", address["ip"].rstrip(".:"))
        return fields
    if match := _PORT.search(text):
        state = match["state"].lower()
        named = match["interface"].rstrip(":")
        return {
            "event.action": f"link_{state}",
            "event.category": ["network"],
            "observer.ingress.interface.name": named,
        }
    return {}
