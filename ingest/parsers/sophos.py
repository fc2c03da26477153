"""What a Sophos Firewall says: pairs of names and values, by syslog with or without its heading.

Source: Sophos Firewall (SFOS 17 to 21), Syslog guide; `device="SFW" date=… time=… timezone="…" … log_id=…`, and since
20 `device_name="SFW" timestamp="2026-11-20T08:00:00+0800" … log_id=…`. Fields: every pair as `sophos.xg.NAME`, what ECS
has a name for; `event.action` `connection_denied`, `connection_allowed`, `admin_login`, `vpn_login`, `config_changed`,
`intrusion_detected`, `malware_found`, `web_blocked`, `uplink_down`, `uplink_up`; dataset `sophos.xg`.
"""

import re
from typing import Final
from zoneinfo import ZoneInfo

from ingest.parsers.addresses import is_ip
from ingest.parsers.cisco import ZONES
from ingest.parsers.ends import Fields, add_end, whole
from ingest.parsers.times import iso_ns
from ingest.parsers.urls import add_url
from ingest.parsers.verdicts import ALLOWED, CONFIG_CHANGED, DENIED, login

BEGINS: Final = ('device="SFW"', 'device_name="')
_TEXTS: Final = {
    "device_name": "observer.name",
    "device_serial_id": "observer.serial_number",
    "device_id": "observer.serial_number",
    "log_id": "event.code",
    "priority": "log.level",
    "severity": "log.level",
    "user_name": "user.name",
    "message": "message",
    "reason": "event.reason",
    "fw_rule_id": "rule.id",
    "fw_rule_name": "rule.name",
    "signature_msg": "rule.name",
    "virus": "rule.name",
    "in_interface": "observer.ingress.interface.name",
    "out_interface": "observer.egress.interface.name",
    "src_mac": "source.mac",
    "user_agent": "user_agent.original",
    "application": "network.application",
    "app_name": "network.application",
    "httpmethod": "http.request.method",
}
_NUMBERS: Final = {
    "sent_bytes": "source.bytes",
    "bytes_sent": "source.bytes",
    "recv_bytes": "destination.bytes",
    "bytes_received": "destination.bytes",
    "sent_pkts": "source.packets",
    "packets_sent": "source.packets",
    "recv_pkts": "destination.packets",
    "packets_received": "destination.packets",
    "http_status": "http.response.status_code",
}
_FAILED: Final = re.compile(r"(?i)fail|denied|wrong|invalid")
_DOWN: Final = re.compile(r"(?i)\b(?:down|dead|unreachable)\b")
_UP: Final = re.compile(r"(?i)\b(?:up|live|reachable)\b")


def is_sophos(text: str) -> bool:
    """Say whether a message begins as a Sophos Firewall's does."""
    return text.startswith(BEGINS) and "log_id=" in text[:400]


def sophos_ns(pairs: dict[str, str], zone: ZoneInfo) -> int | None:
    """Return the instant of a message; zones by the names that offices here use, else `zone`."""
    if "timestamp" in pairs:
        return iso_ns(pairs["timestamp"], zone)
    named = pairs.get("timezone", "").upper()
    return iso_ns(f"{pairs.get('date', '')} {pairs.get('time', '')}", ZONES.get(named, zone))


def sophos_fields(pairs: dict[str, str]) -> Fields:
    """Return the event's fields."""
    fields: Fields = {
        "event.kind": "event",
        "event.dataset": "sophos.xg",
        "observer.vendor": "Sophos",
        "observer.product": "XG",
        "observer.type": "firewall",
    }
    fields |= {f"sophos.xg.{name}": value for name, value in pairs.items() if value}
    fields |= {field: pairs[name] for name, field in _TEXTS.items() if pairs.get(name)}
    for name, field in _NUMBERS.items():
        if (number := whole(pairs.get(name))) is not None:
            fields[field] = number
    if pairs.get("device_name", "SFW") != "SFW":  # since 20 that is what every device is called
        fields["host.name"] = pairs["device_name"]
    if protocol := pairs.get("protocol", "").lower():
        fields["network.transport"] = protocol
    _add_ends(fields, pairs)
    if pairs.get("url"):
        add_url(fields, pairs["url"])
    fields.update(_meaning(pairs))
    return fields


def _add_ends(fields: Fields, pairs: dict[str, str]) -> None:
    add_end(fields, "source", pairs.get("src_ip", ""), pairs.get("src_port"))
    add_end(fields, "destination", pairs.get("dst_ip", ""), pairs.get("dst_port"))
    translated = pairs.get("tran_src_ip") or pairs.get("src_trans_ip", "")
    if is_ip(translated):
        fields["source.nat.ip"] = translated


def _meaning(pairs: dict[str, str]) -> Fields:
    kind = pairs.get("log_type", "")
    subtype, component = pairs.get("log_subtype", ""), pairs.get("log_component", "")
    if kind == "Firewall":
        return ALLOWED if subtype == "Allowed" else DENIED
    if kind == "IDP":
        return {"event.action": "intrusion_detected", "event.category": ["intrusion_detection"], "event.type": ["info"]}
    if kind in ("Anti-Virus", "ATP", "Sandbox") and subtype not in ("Allowed", "Clean"):
        return {"event.action": "malware_found", "event.category": ["malware"], "event.type": ["info"]}
    if kind == "Content Filtering" and subtype in ("Denied", "Blocked"):
        return {**DENIED, "event.action": "web_blocked", "event.category": ["web", "network"]}
    return _event(pairs, subtype, component) if kind == "Event" else {}


def _event(pairs: dict[str, str], subtype: str, component: str) -> Fields:
    message, status = pairs.get("message", ""), pairs.get("status", "")
    user = pairs.get("user_name", "")
    if subtype == "Admin":
        if "logged" in message.lower() or "login" in message.lower():
            return login("admin_login", failed=status == "Failed" or bool(_FAILED.search(message)), user=user)
        return {**CONFIG_CHANGED, "user.name": user} if user else CONFIG_CHANGED
    if subtype == "Authentication" and "vpn" in f"{component} {pairs.get('auth_client', '')}".lower():
        return login("vpn_login", failed=status == "Failed" or bool(_FAILED.search(message)), user=user)
    if component in ("Gateway", "Interface", "WAN"):
        name = "link" if component == "Interface" else "uplink"
        if _DOWN.search(message) or status in ("Down", "Dead"):
            return {"event.action": f"{name}_down", "event.category": ["network"]}
        if _UP.search(message) or status in ("Up", "Live"):
            return {"event.action": f"{name}_up", "event.category": ["network"]}
    return {}
