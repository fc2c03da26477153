"""What Cisco switches, routers and firewalls say: `%FACILITY-SEVERITY-MNEMONIC: text`.

Source: Cisco IOS / IOS XE system message guides; ASA and FTD messages are read in `cisco_asa`. By syslog, or as IOS
sends it: sequence number, host (`logging origin-id`), time with `*` or `.` where the clock is not set, and no heading.
Fields: `event.code` (IOS: `LINK-3-UPDOWN`; ASA: the number), `event.severity`, `event.action` (`link_down`, `link_up`,
`line_protocol_down`, `line_protocol_up`, `admin_login`, `config_changed`, `uplink_down`, `uplink_up`,
`connection_denied`, `dhcp_rogue_server`, `mac_flapping`, `port_disabled`, `device_restarted`, `power_fault`),
`user.name`, `source.*`, `destination.*`; dataset `cisco.ios`, `cisco.asa`, `cisco.ftd`.
"""

import re
from collections.abc import Callable
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from ingest.parsers.addresses import is_ip
from ingest.parsers.cisco_asa import asa_fields
from ingest.parsers.ends import Fields, add_end
from ingest.parsers.severities import SEVERITIES

_CODE: Final = re.compile(
    r"%(?P<facility>[A-Z][A-Z0-9_]{1,31}(?:-[A-Za-z0-9_]{1,32}){0,2})-(?P<severity>\d)-"
    r"(?P<mnemonic>[A-Z0-9_]{2,64})(?::|$) ?"
)
_PLACE: Final = 200
"""The code stands behind at most a sequence number, a host and a time."""
_LIMIT: Final = 8192
_SEQUENCE: Final = r"(?:\d{1,12}: )"
_CLOCK: Final = (
    r"[*.]?(?P<month>[A-Z][a-z]{2}) {1,2}(?P<day>\d{1,2}) (?:(?P<year>\d{4}) )?(?P<clock>\d\d:\d\d:\d\d)"
    r"(?:\.(?P<fraction>\d{1,9}))?(?: (?P<zone>[A-Za-z]{2,5}(?:[+-]\d{1,2}(?::?\d\d)?)?))?"
)
_NOT_A_TIME: Final = r"(?![*.]?[A-Z][a-z]{2} {1,2}\d{1,2} )"
_BEFORE: Final = re.compile(
    rf"(?:: )?{_SEQUENCE}{{0,2}}(?:{_NOT_A_TIME}(?P<name>[^\s:\[\]*.][^\s:\[\]]{{0,254}})(?:\["
    rf"(?P<pid>\d{{1,10}})\])?: )?"
    rf"{_SEQUENCE}?(?:(?:{_CLOCK}|[\dwdhy:]{{2,16}}): )?"
)
"""Nothing else may stand before a code: the words of a person who tries names at sshd's door may hold one too."""
_OWN_HEAD: Final = re.compile(
    rf"(?:: )?{_SEQUENCE}{{0,2}}(?:{_NOT_A_TIME}(?P<host>[^\s:*.][^\s:]{{0,254}}): )?{_SEQUENCE}?{_CLOCK}: "
)
ZONES: Final = {
    "UTC": ZoneInfo("UTC"),
    "GMT": ZoneInfo("UTC"),
    "WIB": ZoneInfo("Asia/Jakarta"),
    "WITA": ZoneInfo("Asia/Makassar"),
    "WIT": ZoneInfo("Asia/Jayapura"),
}
"""What offices here write behind a time; `UTC+8` is read too, any other name is the zone the reader was told."""
_HOURS: Final = re.compile(r"(?:UTC|GMT)([+-])(\d{1,2})(?::?00)?$")
_MOST_HOURS: Final = 12


class OwnHead(NamedTuple):
    """A heading as IOS itself writes it."""

    host: str
    time: str
    """`Nov 20 08:00:00` or `Nov 20 2026 08:00:00`."""
    fraction: str
    zone: ZoneInfo | None


def own_head(text: str) -> OwnHead | None:
    """Return the heading of a line that IOS wrote without a syslog heading; None for another line."""
    match = _OWN_HEAD.match(text)
    if match is None or _CODE.match(text, match.end()) is None:
        return None
    return head_of(match)


def head_of(match: re.Match[str]) -> OwnHead:
    """Return what the groups of a heading say; IOS XR's has the same."""
    year = f" {match['year']}" if match["year"] else ""
    return OwnHead(
        host=match["host"] or "",
        time=f"{match['month']} {match['day']:>2}{year} {match['clock']}",
        fraction=match["fraction"] or "",
        zone=zone_named(match["zone"] or ""),
    )


def zone_named(name: str) -> ZoneInfo | None:
    hours = _HOURS.match(name)
    if hours is None or int(hours[2]) > _MOST_HOURS:
        return ZONES.get(name.upper())
    # The names of these zones count the other way round.
    return ZoneInfo(f"Etc/GMT{'-' if hours[1] == '+' else '+'}{int(hours[2])}")


def cisco_fields(text: str) -> Fields | None:
    """Return the fields of a message; None for one without a Cisco code."""
    at = text.find("%", 0, _PLACE)
    code = _CODE.match(text, at) if at >= 0 else None
    before = _BEFORE.fullmatch(text, 0, at) if code else None
    if code is None or before is None:
        return None
    message = text[code.end() :]
    fields: Fields = {"event.kind": "event", "observer.vendor": "Cisco", "message": message}
    add_severity(fields, int(code["severity"]))
    if before["pid"]:
        fields["process.name"], fields["process.pid"] = before["name"], int(before["pid"])
    product, _, _ = code["facility"].partition("-")
    if product in ("ASA", "FTD", "PIX", "FWSM") and code["mnemonic"].isdigit():
        fields["event.code"] = code["mnemonic"]
        fields["event.dataset"] = "cisco.ftd" if product == "FTD" else "cisco.asa"
        fields["observer.product"], fields["observer.type"] = product.lower(), "firewall"
        if len(message) <= _LIMIT:
            fields.update(asa_fields(code["mnemonic"], message))
        return fields
    fields["event.code"] = code[0].rstrip(": ")[1:]
    fields["event.dataset"] = "cisco.ios"
    fields["observer.product"] = "IOS"
    reader = _access_list if "ACCESSLOG" in code["mnemonic"] else _READERS.get(code["mnemonic"])
    if reader is not None and len(message) <= _LIMIT:
        fields.update(reader(message) or {})
    elif code["facility"] in _POWER:
        fields.update(_power(int(code["severity"])))
    return fields


def add_severity(fields: Fields, severity: int) -> None:
    fields["event.severity"] = severity
    if severity < len(SEVERITIES):
        fields["log.level"] = SEVERITIES[severity]


_LINK: Final = re.compile(
    r"Interface (?P<interface>\S{1,64}), changed state to (?P<state>administratively down|up|down)"
)
_PROTOCOL: Final = re.compile(
    r"Line protocol on Interface (?P<interface>\S{1,64}), changed state to (?P<state>up|down)"
)
_CONFIG: Final = re.compile(
    r"Configured from (?P<how>\S+)(?: by (?P<user>\S+))?(?: on (?P<line>\S+))?(?: \((?P<ip>[0-9A-Fa-f.:]+)\))?"
)
_COMMAND: Final = re.compile(r"User:(?P<user>\S*)\s+logged command:(?P<command>.*)$", re.DOTALL)
_LOGIN: Final = re.compile(
    r"Login (?P<result>failed|Success) \[user: (?P<user>.*)\] \[Source: (?P<ip>[0-9A-Fa-f.:]+)\]",
    re.DOTALL,
)
_ACCESS_LIST: Final = re.compile(
    r"(?: {0,2}\S{1,64}: ){0,3} {0,2}list (?P<list>\S+) (?P<what>denied|permitted) (?P<proto>\S+) "
    r"(?P<from>[0-9A-Fa-f.:]+)(?:\((?P<from_port>\d+)\))?"
    r"(?: \([^)]*\))? -> (?P<to>[0-9A-Fa-f.:]+)(?:\((?P<to_port>\d+)\))?"
)
_NEIGHBOUR: Final = re.compile(
    r"(?:neighbor (?P<bgp>\S+)(?: \S+ \S+ \S+)? (?P<bgp_state>Up|Down)\b"
    r"|Process \S+, Nbr (?P<ospf>\S+) on (?P<interface>\S+) from \S+ to (?P<ospf_state>\w+))"
)
_TRACK: Final = re.compile(r"(?P<what>.{1,200}?) (?P<before>Up|Down) ?-> ?(?P<after>Up|Down)")
_SNOOP: Final = re.compile(r"DHCP_SNOOPING drop message.*?(?:MAC sa: (?P<mac>[0-9a-fA-F.]+))?$", re.DOTALL)
_MAC_FLAP: Final = re.compile(
    r"Host (?P<mac>[0-9a-fA-F.]+) in vlan (?P<vlan>\d+) is flapping between port (?P<one>\S+) and port (?P<two>\S+)"
)
_DISABLED: Final = re.compile(r"(?P<why>\S+) error detected on (?P<interface>[^\s,]+)")
_POWER: Final = (
    "PLATFORM_ENV",
    "ENVMON",
    "ENVIRONMENTAL",
    "FAN",
    "PWR",
    "C4K_CHASSIS",
    "ILPOWER",
    "PLATFORM_FEP",
    "HARDWARE",
)


def read_link(message: str) -> Fields | None:
    if match := _PROTOCOL.match(message):
        action = f"line_protocol_{match['state']}"
    elif match := _LINK.match(message):
        # Somebody shut the port: a change, not a fault.
        action = "port_shut" if match["state"].startswith("admin") else f"link_{match['state']}"
    else:
        return None
    return {
        "event.action": action,
        "event.category": ["network"],
        "observer.ingress.interface.name": match["interface"],
    }


def _port_shut(message: str) -> Fields | None:
    match = _LINK.match(message)
    if match is None:
        return None
    interface = {"observer.ingress.interface.name": match["interface"]}
    return {"event.action": "port_shut", "event.category": ["network"], **interface}


def _config(message: str) -> Fields | None:
    match = _CONFIG.match(message)
    if match is None:
        return None
    fields: Fields = dict(_CHANGED)
    if match["user"]:
        fields["user.name"] = match["user"]
    if match["ip"]:
        add_end(fields, "source", match["ip"])
    return fields


def _command(message: str) -> Fields | None:
    match = _COMMAND.match(message)
    if match is None:
        return None
    return {**_CHANGED, "user.name": match["user"], "process.command_line": match["command"].strip()}


_CHANGED: Final[Fields] = {
    "event.action": "config_changed",
    "event.category": ["configuration"],
    "event.type": ["change"],
}


def _login(message: str) -> Fields | None:
    match = _LOGIN.match(message)
    if match is None:
        return None
    fields: Fields = {
        "event.action": "admin_login",
        "event.category": ["authentication"],
        "event.type": ["start"],
        "event.outcome": "failure" if match["result"] == "failed" else "success",
        "user.name": match["user"],
    }
    add_end(fields, "source", match["ip"])
    return fields


def _access_list(message: str) -> Fields | None:
    match = _ACCESS_LIST.match(message)
    if match is None:
        return None
    denied = match["what"] == "denied"
    fields: Fields = {
        "event.action": "connection_denied" if denied else "connection_allowed",
        "event.category": ["network"],
        "event.type": ["connection", "denied" if denied else "allowed"],
        "event.outcome": "failure" if denied else "success",
        "network.transport": match["proto"].lower(),
        "rule.name": match["list"],
    }
    add_end(fields, "source", match["from"], match["from_port"])
    add_end(fields, "destination", match["to"], match["to_port"])
    return fields


def read_neighbour(message: str) -> Fields | None:
    match = _NEIGHBOUR.match(message)
    if match is None:
        return None
    if match["bgp"]:
        down, peer = match["bgp_state"] == "Down", match["bgp"]
    elif match["ospf_state"] in ("DOWN", "FULL"):
        down, peer = match["ospf_state"] == "DOWN", match["ospf"]
    else:
        return None
    fields: Fields = {"event.action": "uplink_down" if down else "uplink_up", "event.category": ["network"]}
    if is_ip(peer):
        add_end(fields, "destination", peer)
    if match["interface"]:
        fields["observer.ingress.interface.name"] = match["interface"]
    return fields


def _track(message: str) -> Fields | None:
    match = _TRACK.match(message)
    if match is None:
        return None
    return {"event.action": f"uplink_{match['after'].lower()}", "event.category": ["network"]}


def _snooping(message: str) -> Fields | None:
    match = _SNOOP.match(message)
    if match is None:
        return None
    fields: Fields = {"event.action": "dhcp_rogue_server", "event.category": ["network"]}
    if match["mac"]:
        fields["source.mac"] = match["mac"]
    return fields


def _mac_flapping(message: str) -> Fields | None:
    match = _MAC_FLAP.match(message)
    if match is None:
        return None
    return {
        "event.action": "mac_flapping",
        "event.category": ["network"],
        "source.mac": match["mac"],
        "network.vlan.id": match["vlan"],
        "observer.ingress.interface.name": match["one"],
        "observer.egress.interface.name": match["two"],
    }


def _port_disabled(message: str) -> Fields | None:
    match = _DISABLED.match(message)
    if match is None:
        return None
    return {
        "event.action": "port_disabled",
        "event.category": ["network"],
        "event.reason": match["why"],
        "observer.ingress.interface.name": match["interface"],
    }


def _restarted(message: str) -> Fields:
    return {"event.action": "device_restarted", "event.category": ["host"], "event.type": ["start"]}


def _power(severity: int) -> Fields:
    # Severities 5 and 6 of these facilities tell of what works again.
    return {"event.action": "power_fault", "event.category": ["host"]} if severity <= 4 else {}


_READERS: Final[dict[str, Callable[[str], Fields | None]]] = {
    "UPDOWN": read_link,
    "CHANGED": _port_shut,
    "CONFIG_I": _config,
    "CFGLOG_LOGGEDCMD": _command,
    "LOGIN_FAILED": _login,
    **dict.fromkeys(("LOGIN_SUCCESS", "WEBLOGIN_SUCCESS"), _login),
    **dict.fromkeys(("ADJCHANGE", "ADJCHG"), read_neighbour),
    "STATE": _track,
    "DHCP_SNOOPING_UNTRUSTED_PORT": _snooping,
    "MACFLAP_NOTIF": _mac_flapping,
    "ERR_DISABLE": _port_disabled,
    "RESTART": _restarted,
}
