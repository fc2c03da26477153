"""What the Linux kernel says of packets that iptables, nftables or ufw log, and of its network links.

Source: netfilter LOG target (`IN=eth0 OUT= MAC=… SRC=… DST=… PROTO=TCP SPT=… DPT=…`); drivers' link messages.
Fields: `source.*`, `destination.*`, `network.transport`, `iptables.*`, `rule.name` (the log prefix), `event.action`
(`connection_denied`, `connection_allowed` where the prefix says so, else `firewall_log`; `link_down`, `link_up`);
dataset `iptables.log` for packets, `linux.kernel` for links. Field names follow Filebeat's iptables module.
"""

import re
from typing import Final

from ingest.parsers.ends import Fields, add_end, whole

_PACKET: Final = re.compile(
    r"(?:\[ *\d+\.\d+\] ?)?(?P<prefix>.{0,128}?)\bIN=(?P<in>\S{0,64}) OUT=(?P<out>\S{0,64}) (?P<rest>.*)$", re.DOTALL
)
_PAIR: Final = re.compile(r"([A-Z]{2,9})=(\S*)")
_FLAG: Final = re.compile(r"(?<=\s)(SYN|ACK|FIN|RST|PSH|URG|ECE|CWR)(?=\s|$)")
_DENIES: Final = re.compile(r"(?i)block|drop|den[iy]|reject|blokir|tolak|-D\]")
_ALLOWS: Final = re.compile(r"(?i)accept|allow|permit|izin|-A\]")
_UBIQUITI: Final = re.compile(r"\[(?P<set>[^\]\s]{1,60})-(?P<rule>[^-\]\s]{1,20})-(?P<what>[ADR])\]")
_LINK: Final = re.compile(
    r"(?:\[ *\d+\.\d+\] ?)?(?:\S+ [0-9a-f:.]{4,16}:? )?(?:[\w.-]{1,20}: ){0,2}"
    r"(?P<interface>[A-Za-z][\w.@-]{1,15}):? (?:NIC "
    r")?[Ll]ink (?:is )?(?P<state>[Uu]p|UP|[Dd]own|DOWN)\b"
)
_LIMIT: Final = 4096


def read_kernel(message: str) -> Fields | None:
    """Return what the message says of a packet or a link; None where it speaks of neither."""
    if "IN=" in message[:160] and " OUT=" in message[:240]:
        return _packet(message[:_LIMIT])
    if "ink " in message[:80] and (match := _LINK.match(message)):
        return {
            "event.dataset": "linux.kernel",
            "event.action": f"link_{match['state'].lower()}",
            "event.category": ["network"],
            "observer.ingress.interface.name": match["interface"],
        }
    return None


def _packet(message: str) -> Fields | None:
    match = _PACKET.match(message)
    if match is None:
        return None
    pairs = dict(_PAIR.findall(match["rest"]))
    if "SRC" not in pairs or "DST" not in pairs:
        return None
    prefix = match["prefix"].strip()
    fields: Fields = {
        "event.dataset": "iptables.log",
        "event.category": ["network"],
        **_verdict(prefix),
        "iptables.input_device": match["in"],
        "iptables.output_device": match["out"],
    }
    for name, device in (("ingress", match["in"]), ("egress", match["out"])):
        if device:
            fields[f"observer.{name}.interface.name"] = device
    add_end(fields, "source", pairs["SRC"], pairs.get("SPT"))
    add_end(fields, "destination", pairs["DST"], pairs.get("DPT"))
    _add_layers(fields, pairs, match["rest"])
    return fields


def _verdict(prefix: str) -> Fields:
    fields: Fields = {"rule.name": prefix} if prefix else {}
    kinds = ["connection"]
    fields["event.action"] = "firewall_log"
    if _DENIES.search(prefix):
        fields |= {"event.action": "connection_denied", "event.outcome": "failure"}
        kinds = ["connection", "denied"]
    elif _ALLOWS.search(prefix):
        fields |= {"event.action": "connection_allowed", "event.outcome": "success"}
        kinds = ["connection", "allowed"]
    fields["event.type"] = kinds
    if router := _UBIQUITI.match(prefix):
        fields["iptables.ubiquiti.rule_set"], fields["iptables.ubiquiti.rule_number"] = router["set"], router["rule"]
    return fields


def _add_layers(fields: Fields, pairs: dict[str, str], rest: str) -> None:
    protocol = pairs.get("PROTO", "").lower()
    if protocol:
        fields["network.transport"] = "ipv6-icmp" if protocol == "icmpv6" else protocol
        fields["network.type"] = "ipv6" if ":" in pairs["SRC"] else "ipv4"
    hardware = pairs.get("MAC", "").split(":")
    if len(hardware) == 14:  # destination, source, ether type
        fields["destination.mac"], fields["source.mac"] = ":".join(hardware[:6]), ":".join(hardware[6:12])
        fields["iptables.ether_type"] = int("".join(hardware[12:]), 16) if _is_hex(hardware[12:]) else 0
    for pair, name in (("LEN", "length"), ("TTL", "ttl"), ("ID", "id"), ("WINDOW", "tcp.window")):
        if (number := whole(pairs.get(pair))) is not None:
            fields[f"iptables.{name}"] = number
    if flags := _FLAG.findall(rest):
        fields["iptables.tcp.flags"] = flags


def _is_hex(parts: list[str]) -> bool:
    return all(re.fullmatch(r"[0-9A-Fa-f]{2}", part) for part in parts)
