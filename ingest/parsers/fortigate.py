"""What a FortiGate says: pairs of names and values, sent as syslog without the heading of RFC 3164.

Source: Fortinet, FortiOS Log Message Reference 6.0 to 7.4; `date=… time=… devname="…" logid="…" type="…" …`.
Fields: every pair as `fortinet.firewall.NAME` (values as text), and what ECS has a name for; `event.action` is
`admin_login`, `vpn_login`, `vpn_up`, `vpn_down`, `config_changed`, `link_down`, `link_up`, `uplink_down`, `uplink_up`
where the message is one of these; dataset `fortigate.event`, `fortigate.traffic`, `fortigate.utm`, ….
"""

import re
from typing import Final
from zoneinfo import ZoneInfo

from ingest.parsers.ends import Fields, add_end, whole
from ingest.parsers.times import epoch_ns, iso_ns

BEGINS: Final = ("date=", "logver=", "eventtime=", "timestamp=", "devname=", "itime=", "logid=")
MAX_PAIRS: Final = 300
"""FortiOS itself writes some 60 at most."""
_LIMIT: Final = 64 * 1024
_PAIR: Final = re.compile(r"([A-Za-z_][A-Za-z0-9_.-]{0,63})=(?:\"((?:[^\"\\]|\\.)*)\"|([^\s\"]*))(?:\s+|$)", re.DOTALL)
_PAIRS: Final = re.compile(
    r"(?:[A-Za-z_][A-Za-z0-9_.-]{0,63}+=(?:\"(?:[^\"\\]|\\.)*+\"|[^\s\"]*+)(?:\s++|$))++", re.DOTALL
)
_ESCAPE: Final = re.compile(r"\\([\"\\])")
_PROTOCOLS: Final = {"1": "icmp", "6": "tcp", "17": "udp", "47": "gre", "50": "esp", "58": "ipv6-icmp"}
_TEXTS: Final = {
    "devname": "observer.name",
    "devid": "observer.serial_number",
    "logid": "event.code",
    "level": "log.level",
    "user": "user.name",
    "msg": "message",
    "reason": "event.reason",
    "srcintf": "observer.ingress.interface.name",
    "dstintf": "observer.egress.interface.name",
    "policyid": "rule.id",
    "policyname": "rule.name",
    "attack": "rule.name",
    "virus": "rule.name",
    "hostname": "url.domain",
    "url": "url.original",
    "qname": "dns.question.name",
    "qtype": "dns.question.type",
    "agent": "user_agent.original",
    "app": "network.application",
    "srcmac": "source.mac",
    "dstmac": "destination.mac",
}
_NUMBERS: Final = {
    "sentbyte": "source.bytes",
    "rcvdbyte": "destination.bytes",
    "sentpkt": "source.packets",
    "rcvdpkt": "destination.packets",
}
_UI_ADDRESS: Final = re.compile(r"\(([0-9A-Fa-f.:]+)\)$")


def is_fortigate(text: str) -> bool:
    """Say whether a message begins as a FortiGate's does."""
    return text.startswith(BEGINS) and (" logid=" in text[:400] or text.startswith("logid="))


def read_pairs(text: str) -> dict[str, str] | None:
    """Return the pairs; None for a text that is not made of them to its end."""
    text = text[:_LIMIT].strip()
    if _PAIRS.fullmatch(text) is None:
        return None
    found = _PAIR.findall(text)
    if len(found) > MAX_PAIRS:
        return None
    pairs: dict[str, str] = {}
    for name, quoted, plain in found:
        # The first counts: what a person wrote into a later value cannot change who it came from.
        if name not in pairs:
            pairs[name] = _ESCAPE.sub(r"\1", quoted) if "\\" in quoted else quoted or plain
    return pairs


def fortigate_ns(pairs: dict[str, str], zone: ZoneInfo) -> int | None:
    """Return the instant of a log message: `eventtime` (s, ms, µs or ns), else `date`, `time` and `tz`."""
    moment = whole(pairs.get("eventtime"))
    if moment is None and len(pairs.get("eventtime", "")) == 19:  # nanoseconds of our days have 19 digits
        text = pairs["eventtime"]
        moment = int(text) if text.isascii() and text.isdigit() else None
    if moment:
        return epoch_ns(moment)
    offset = pairs.get("tz", "")
    return iso_ns(f"{pairs.get('date', '')} {pairs.get('time', '')}{offset}", zone)


def fortigate_fields(pairs: dict[str, str]) -> Fields:
    """Return the event's fields."""
    kind = pairs.get("type", "log")
    fields: Fields = {
        "event.kind": "event",
        "event.dataset": f"fortigate.{kind}" if kind.isascii() and kind.isalnum() else "fortigate.log",
        "observer.vendor": "Fortinet",
        "observer.product": "FortiGate",
        "observer.type": "firewall",
    }
    fields.update({f"fortinet.firewall.{name}": value for name, value in pairs.items()})
    fields.update({field: pairs[name] for name, field in _TEXTS.items() if pairs.get(name, "N/A") != "N/A"})
    for name, field in _NUMBERS.items():
        number = whole(pairs.get(name))
        if number is not None:
            fields[field] = number
    if pairs.get("devname"):
        fields["host.name"] = pairs["devname"]
    _add_ends(fields, pairs)
    fields.update(_meaning(pairs))
    return fields


def _add_ends(fields: Fields, pairs: dict[str, str]) -> None:
    ui = _UI_ADDRESS.search(pairs.get("ui", ""))
    source = pairs.get("srcip") or pairs.get("remip") or (ui[1] if ui else "")
    add_end(fields, "source", source, pairs.get("srcport"))
    add_end(fields, "destination", pairs.get("dstip", ""), pairs.get("dstport"))
    if protocol := _PROTOCOLS.get(pairs.get("proto", "")):
        fields["network.transport"] = protocol


def _meaning(pairs: dict[str, str]) -> Fields:
    """Return `event.action`, category and outcome of a message whose meaning is known."""
    kind, action, description = pairs.get("type"), pairs.get("action", ""), pairs.get("logdesc", "").lower()
    if kind == "traffic":
        return _traffic(action)
    if kind == "utm":
        return {"event.category": ["intrusion_detection"], "event.type": ["info"]}
    if "cfgpath" in pairs:
        return {"event.action": "config_changed", "event.category": ["configuration"], "event.type": ["change"]}
    if action == "login" and pairs.get("subtype") == "system":
        return _login("admin_login", failed=pairs.get("status") == "failed" or "failed" in description)
    if pairs.get("subtype") == "vpn":
        return _vpn(action)
    return _health(pairs, description)


def _traffic(action: str) -> Fields:
    denied = action in ("deny", "blocked", "drop", "dropped", "ip-conn")
    return {
        "event.action": "connection_denied" if denied else "connection_allowed",
        "event.category": ["network"],
        "event.type": ["connection", "denied" if denied else "allowed"],
        "event.outcome": "failure" if denied else "success",
    }


def _login(action: str, *, failed: bool) -> Fields:
    return {
        "event.action": action,
        "event.category": ["authentication"],
        "event.type": ["start"],
        "event.outcome": "failure" if failed else "success",
    }


def _vpn(action: str) -> Fields:
    if action in ("ssl-login-fail", "ssl-exit-fail"):
        return _login("vpn_login", failed=True)
    if action == "tunnel-up":
        return {"event.action": "vpn_up", "event.category": ["session"], "event.type": ["start"]}
    if action == "tunnel-down":
        return {"event.action": "vpn_down", "event.category": ["session"], "event.type": ["end"]}
    return {}


def _health(pairs: dict[str, str], description: str) -> Fields:
    message = pairs.get("msg", "").lower()
    if description in ("interface link status changed", "interface status changed"):
        down = "down" in pairs.get("status", "").lower()
        interface = pairs.get("intf") or _named_interface(pairs.get("msg", ""))
        given = {"observer.ingress.interface.name": interface} if interface else {}
        return {"event.action": "link_down" if down else "link_up", "event.category": ["network"], **given}
    if "link monitor" in description or pairs.get("subtype") == "sdwan":
        state = pairs.get("newvalue", "").lower()
        down = state in ("dead", "error") or any(f"to {word}" in message for word in ("die", "dead", "down"))
        up = state == "alive" or any(f"to {word}" in message for word in ("alive", "up"))
        interface = pairs.get("interface", "")
        given = {"observer.ingress.interface.name": interface} if interface else {}
        if down or up:
            return {"event.action": "uplink_down" if down else "uplink_up", "event.category": ["network"], **given}
    return {}


_INTERFACE: Final = re.compile(r"[Ii]nterface (\S{1,64})")


def _named_interface(message: str) -> str:
    match = _INTERFACE.search(message)
    return match[1] if match else ""
