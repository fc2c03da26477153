"""What an SNMP trap says, as net-snmp's `snmptrapd` writes its variables: `OID = TYPE: value`, set apart by tabs.

Source: net-snmp snmptrapd(8), default output of v1 and v2c/v3 traps; IF-MIB, SNMPv2-MIB, UPS-MIB (RFC 1628), APC's
PowerNet-MIB. Fields: `event.action` (`link_down`, `link_up`, `device_restarted`, `snmp_authentication_failed`,
`ups_on_battery`, `ups_on_line`, `ups_low_battery`, `snmp_trap` for the rest), `event.code` (the trap's name or number),
`monitor.host`, `source.ip`, `snmp.trap.NAME` for each variable; dataset `snmp.monitoring`.
"""

import re
from typing import Final

from ingest.parsers.addresses import is_ip
from ingest.parsers.ends import Fields, add_end

_VARIABLE: Final = re.compile(r"(?<![\w.:-])(?P<oid>[\w.:-]{1,256}+) = (?:(?P<type>[A-Za-z0-9 -]{2,20}): )?")
_INDEX: Final = re.compile(r"(?:\.\d{1,10}){1,32}$")
_V1: Final = re.compile(
    r"(?P<name>Cold Start|Warm Start|Link Down|Link Up|Authentication Failure|EGP Neighbor Loss|Enterprise Specific)"
    r" Trap \((?P<number>\d{1,10})\)"
)
_V1_NAMES: Final = {
    "Cold Start": "coldStart",
    "Warm Start": "warmStart",
    "Link Down": "linkDown",
    "Link Up": "linkUp",
    "Authentication Failure": "authenticationFailure",
    "EGP Neighbor Loss": "egpNeighborLoss",
}
_NUMBERED: Final = (
    ("1.3.6.1.6.3.1.1.4.1", "snmpTrapOID"),
    ("1.3.6.1.2.1.1.3", "sysUpTimeInstance"),
    ("1.3.6.1.2.1.2.2.1.1", "ifIndex"),
    ("1.3.6.1.2.1.2.2.1.2", "ifDescr"),
    ("1.3.6.1.2.1.31.1.1.1.1", "ifName"),
)
"""What variables are called that snmptrapd writes by number."""
_SENDER: Final = re.compile(r"(?:UDP6?|TCP6?|DTLSUDP): \[(?P<ip>[0-9A-Fa-f.:]{3,45})\](?::(?P<port>\d{1,5}))?")
_TRAP: Final = "snmpTrapOID"
_NAME: Final = re.compile(r"[A-Za-z][\w-]{0,63}$")
_MAX_VARIABLES: Final = 64
_LIMIT: Final = 16 * 1024
_MEANINGS: Final = {
    "linkDown": "link_down",
    "linkUp": "link_up",
    "coldStart": "device_restarted",
    "warmStart": "device_restarted",
    "authenticationFailure": "snmp_authentication_failed",
    "egpNeighborLoss": "uplink_down",
    "upsTrapOnBattery": "ups_on_battery",
    "upsOnBattery": "ups_on_battery",
    "powerRestored": "ups_on_line",
    "lowBattery": "ups_low_battery",
    "communicationLost": "ups_comm_lost",
    "communicationEstablished": "ups_comm_restored",
    # The same by number, where snmptrapd has not loaded the module that names them.
    "1.3.6.1.6.3.1.1.5.1": "device_restarted",
    "1.3.6.1.6.3.1.1.5.2": "device_restarted",
    "1.3.6.1.6.3.1.1.5.3": "link_down",
    "1.3.6.1.6.3.1.1.5.4": "link_up",
    "1.3.6.1.6.3.1.1.5.5": "snmp_authentication_failed",
    "1.3.6.1.2.1.33.2.1": "ups_on_battery",
    "1.3.6.1.4.1.318.0.5": "ups_on_battery",
    "1.3.6.1.4.1.318.0.9": "ups_on_line",
    "1.3.6.1.4.1.318.0.7": "ups_low_battery",
}
_FAILURES: Final = frozenset(("link_down", "uplink_down", "ups_on_battery", "ups_low_battery", "ups_comm_lost"))


def read_snmptrapd(message: str) -> Fields | None:
    """Return what a message of snmptrapd says of a trap; None for what it says of itself."""
    # rsyslog writes what is no letter as its octal number.
    message = message[:_LIMIT].replace("#012", "\n").replace("#011", "\t")
    said = _variables(message)
    trap = _trap_of(message, said)
    if not trap:
        return None
    name = _numbers(trap.rpartition("::")[2])
    action = _MEANINGS.get(name, "snmp_trap")
    fields: Fields = {
        "event.dataset": "snmp.monitoring",
        "event.category": ["network"],
        "event.action": action,
        "event.code": trap,
    }
    if action in _FAILURES:
        fields["event.outcome"] = "failure"
    fields |= {f"snmp.trap.{name}": value for name, value in said.items() if name != _TRAP}
    if interface := said.get("ifName") or said.get("ifDescr"):
        fields["observer.ingress.interface.name"] = interface
    if sender := _SENDER.search(message):
        add_sender(fields, sender["ip"], sender["port"])
    return fields


def add_sender(fields: Fields, address: str, port: str | None = None) -> None:
    """Add who sent the trap, which is also what it speaks of."""
    if is_ip(address):
        add_end(fields, "source", address, port)
        fields.setdefault("monitor.host", address)


def _trap_of(message: str, said: dict[str, str]) -> str:
    if _TRAP in said:
        return said[_TRAP]
    match = _V1.search(message)
    return _V1_NAMES.get(match["name"], f"enterprise-specific {match['number']}") if match else ""


def _numbers(oid: str) -> str:
    return f"1.{oid[4:]}" if oid.startswith("iso.") else oid.removeprefix(".")


def _variables(text: str) -> dict[str, str]:
    """Return the last part of each variable's name and what it holds, first come first kept."""
    found = [match for _, match in zip(range(_MAX_VARIABLES), _VARIABLE.finditer(text), strict=False)]
    said: dict[str, str] = {}
    for number, match in enumerate(found):
        end = found[number + 1].start() if number + 1 < len(found) else len(text)
        name = _name_of(match["oid"])
        if _NAME.match(name):
            said.setdefault(name, text[match.end() : end].strip(" \t\r\n,").strip('"'))
    return said


def _name_of(oid: str) -> str:
    numbered = _numbers(oid)
    if numbered[:1].isdigit():
        return next((name for prefix, name in _NUMBERED if numbered.startswith(f"{prefix}.")), "")
    return _INDEX.sub("", oid).rpartition("::")[2]
