"""What MikroTik RouterOS says: topics, then a message; by syslog, from a file on the router, or exported.

Source: MikroTik RouterOS documentation (Log, Netwatch, Firewall); `system,info,account user admin logged in from …`.
Versions 6 and 7 word some messages differently; both are read. Fields: `mikrotik.topics`, `event.action`
(`admin_login`, `admin_logout`, `vpn_login`, `config_changed`, `link_down`, `link_up`, `uplink_down`, `uplink_up`,
`dhcp_lease`, `dhcp_pool_empty`, `dhcp_rogue_server`, `device_restarted`, `firewall_log`), `user.name`, `source.*`,
`destination.*`, `mikrotik.object` and `mikrotik.change` of a change; dataset `mikrotik.log`.
User names come from whoever tries them: they are matched greedily and the address is taken from the end.
"""

import re
from collections.abc import Callable, Sequence
from typing import Final

from ingest.parsers.addresses import is_ip
from ingest.parsers.ends import Fields, add_end

_TOPIC: Final = (
    "account|async|backup|bfd|bgp|bridge|calc|caps|certificate|container|critical|ddns|debug|dhcp|dns|dot1x|dude|e-mail"
    "|error|event|firewall|gps|gsm|health|hotspot|igmp-proxy|info|interface|iot|ipsec|iscsi|isdn|kvm|l2tp|ldp|lora|lte"
    "|manager|mme|mpls|mqtt|mvrp|netinstall|netwatch|ntp|ospf|ovpn|packet|pim|poe-out|ppp|pppoe|pptp|ptp|queue|radius"
    "|radvd|raw|read|rip|route|rpki|rsvp|script|sertcp|simulator|smb|snmp|socksify|sstp|state|store|"
    "stp|system|telephony"
    "|tftp|timer|tr069|update|upnp|ups|vpls|vrrp|warning|watchdog|web-proxy|wireguard|wireless|write|zerotier"
)
_HEAD: Final = re.compile(rf"(?P<topics>(?:{_TOPIC})(?:,(?:{_TOPIC})){{1,7}}):? (?P<message>.*)", re.DOTALL)
_ONE_TOPIC: Final = re.compile(rf"(?:{_TOPIC})(?:,(?:{_TOPIC})){{1,7}}:?")
_PREFIX: Final = re.compile(r"\S{1,64}: ?(?=\S)")
_LIMIT: Final = 4096

_LOGIN: Final = re.compile(
    r"user (?P<user>.*) logged (?P<what>in|out)(?: from (?P<ip>\S+))?(?: via (?P<via>.+))?$", re.DOTALL
)
_LOGIN_FAILED: Final = re.compile(
    r"login failure for user (?P<user>.*?)(?: from (?P<ip>\S+))?(?: via (?P<via>\S+))?$", re.DOTALL
)
_CHANGE: Final = re.compile(
    r"(?P<object>.{1,200}?) (?P<change>added|changed|removed|moved|scheduled|enabled|disabled|"
    r"unscheduled) by (?P<by>\S+)(?P<rest> .*)?$",
    re.DOTALL,
)
_BY: Final = re.compile(r"[^:@]*:(?P<user>[^@]*)@(?P<from>[^/]*)")
_LINK: Final = re.compile(r"(?P<interface>.{1,64}?):? link (?P<state>up|down)\b")
_PPP_LOGIN: Final = re.compile(
    r"(?:<[^>]*>: )?(?P<user>.*) logged in, (?P<given>\S+)(?: from (?P<ip>\S+))?$", re.DOTALL
)
_PPP_FAILED: Final = re.compile(r"(?:<(?P<peer>[^>]*)>: )?user (?P<user>.*) authentication failed", re.DOTALL)
_PPP_CLIENT: Final = re.compile(
    r"<?(?P<interface>[^\s>:]{1,64})>?: (?P<state>connected|disconnected|terminating\.\.\.|terminated)"
)
_NETWATCH: Final = re.compile(r"event (?P<state>up|down) \[ .*?host: (?P<host>[^\s,\]]+)")
_NETWATCH_6: Final = re.compile(r".*\bhost (?P<host>\S+) (?:is )?(?P<state>up|down)\b", re.IGNORECASE)
_LEASE: Final = re.compile(
    r"(?P<server>\S+) (?P<what>assigned|deassigned) (?P<ip>\S+) (?:to|for|from) "
    r"(?P<mac>[0-9A-Fa-f:]{17})(?: (?P<name>.*))?$"
)
_POOL_EMPTY: Final = re.compile(
    r"(?:(?P<server>\S+): )?failed to give out IP address.*?(?:pool <?(?P<pool>[^>\s]+)>? is empty)?$"
)
_ROGUE: Final = re.compile(
    r"dhcp alert on (?P<interface>\S+): discovered unknown dhcp server, mac (?P<mac>[^,\s]+), ip (?P<ip>\S+)"
)
_FIREWALL: Final = re.compile(
    r"(?:(?P<prefix>.{0,64}?):? ?)?(?P<chain>[A-Za-z0-9_-]{1,40}): in:(?P<in>[^,]{1,64}?) out:"
    r"(?P<out>[^,]{1,64}?),(?P<rest>.*)$",
    re.DOTALL,
)
_PROTO: Final = re.compile(r"proto (\w+)(?: \(([^)]*)\))?")
_FLOW: Final = re.compile(r", \[?([0-9A-Fa-f.:]+?)\]?(?::(\d{1,5}))?->\[?([0-9A-Fa-f.:]+?)\]?(?::(\d{1,5}))?(?:,|$)")
_MAC: Final = re.compile(r"src-mac ([0-9A-Fa-f:]{17})")
_DENIES: Final = re.compile(r"(?i)(?:drop|den[iy]|reject|block|blokir|tolak)")
"""RouterOS does not say what a rule did; people name their log prefixes after it."""
_STATE: Final = re.compile(r"connection-state:([a-z,]+)")


def is_topics(text: str) -> bool:
    """Say whether a word is a list of RouterOS topics."""
    return _ONE_TOPIC.fullmatch(text) is not None


def mikrotik_fields(text: str) -> Fields | None:
    """Return the fields of a message with its topics; None for one that has none."""
    head = _HEAD.match(text)
    if head is None:
        return None
    topics, message = head["topics"].split(","), head["message"]
    fields: Fields = {
        "event.kind": "event",
        "event.dataset": "mikrotik.log",
        "observer.vendor": "MikroTik",
        "observer.product": "RouterOS",
        "mikrotik.topics": topics,
        "message": message,
    }
    if len(message) <= _LIMIT:
        prefix = _PREFIX.match(message)
        # A logging rule may put a word of its own before each message.
        fields.update(_read(topics, message) or (_read(topics, message[prefix.end() :]) if prefix else {}))
    return fields


def _read(topics: Sequence[str], message: str) -> Fields:
    for topic in topics:
        found = _READERS[topic](message) if topic in _READERS else None
        if found:
            return found
    return {}


def _read_system(message: str) -> Fields | None:
    return _read_login_failed(message) or _read_login(message) or _read_change(message) or _read_restart(message)


def _read_login(message: str) -> Fields | None:
    match = _LOGIN.match(message)
    if match is None:
        return None
    came = match["what"] == "in"
    fields: Fields = {
        "event.action": "admin_login" if came else "admin_logout",
        "event.category": ["authentication"] if came else ["session"],
        "event.type": ["start"] if came else ["end"],
        "event.outcome": "success",
        "user.name": match["user"],
    }
    return _with_origin(fields, match["ip"], match["via"])


def _read_login_failed(message: str) -> Fields | None:
    match = _LOGIN_FAILED.match(message)
    if match is None:
        return None
    fields: Fields = {
        "event.action": "admin_login",
        "event.category": ["authentication"],
        "event.type": ["start"],
        "event.outcome": "failure",
        "user.name": match["user"],
    }
    return _with_origin(fields, match["ip"], match["via"])


def _with_origin(fields: Fields, address: str | None, via: str | None) -> Fields:
    # By the layer below (MAC Winbox) the place is a hardware address.
    if address and is_ip(address):
        add_end(fields, "source", address)
    elif address:
        fields["source.mac"] = address
    if via:
        fields["mikrotik.via"] = via
    return fields


def _read_change(message: str) -> Fields | None:
    match = _CHANGE.match(message)
    if match is None:
        return None
    fields: Fields = {
        "event.action": "config_changed",
        "event.category": ["configuration"],
        "event.type": ["change"],
        "mikrotik.object": match["object"].removeprefix("new "),
        "mikrotik.change": match["change"],
    }
    by = _BY.match(match["by"])
    fields["user.name"] = by["user"] if by else match["by"]
    if by and is_ip(by["from"]):
        add_end(fields, "source", by["from"])
    elif by and by["from"]:
        fields["source.mac"] = by["from"]
    if match["rest"]:
        fields["mikrotik.command"] = match["rest"].strip()
    return fields


def _read_restart(message: str) -> Fields | None:
    if not message.startswith(("router rebooted", "router was rebooted")):
        return None
    return {"event.action": "device_restarted", "event.category": ["host"], "event.type": ["start"]}


def _read_link(message: str) -> Fields | None:
    match = _LINK.match(message)
    if match is None:
        return None
    return {
        "event.action": f"link_{match['state']}",
        "event.category": ["network"],
        "observer.ingress.interface.name": match["interface"],
    }


def _read_ppp(message: str) -> Fields | None:
    if match := _PPP_FAILED.match(message):
        fields: Fields = {**_AUTHENTICATION, "event.outcome": "failure", "user.name": match["user"]}
        if match["peer"] and is_ip(match["peer"]):
            add_end(fields, "source", match["peer"])
        return fields
    if match := _PPP_LOGIN.match(message):
        fields = {**_AUTHENTICATION, "event.outcome": "success", "user.name": match["user"]}
        if match["ip"] and is_ip(match["ip"]):
            add_end(fields, "source", match["ip"])
        return fields
    match = _PPP_CLIENT.match(message)
    # `<pppoe-budi>` is a caller of ours, `pppoe-out1` our own way out.
    if match is None or message.startswith("<") or "-in" in match["interface"]:
        return None
    return {
        "event.action": "uplink_up" if match["state"] == "connected" else "uplink_down",
        "event.category": ["network"],
        "observer.ingress.interface.name": match["interface"],
    }


_AUTHENTICATION: Final[Fields] = {
    "event.action": "vpn_login",
    "event.category": ["authentication"],
    "event.type": ["start"],
}


def _read_netwatch(message: str) -> Fields | None:
    match = _NETWATCH.match(message) or _NETWATCH_6.match(message)
    if match is None:
        return None
    fields: Fields = {"event.action": f"device_{match['state'].lower()}", "event.category": ["network"]}
    add_end(fields, "destination", match["host"])
    return fields


def _read_dhcp(message: str) -> Fields | None:
    if match := _ROGUE.match(message):
        fields: Fields = {
            "event.action": "dhcp_rogue_server",
            "event.category": ["network"],
            "observer.ingress.interface.name": match["interface"],
            "source.mac": match["mac"],
        }
        add_end(fields, "source", match["ip"])
        return fields
    if match := _LEASE.match(message):
        assigned = match["what"] == "assigned"
        fields = {
            "event.action": "dhcp_lease" if assigned else "dhcp_release",
            "event.category": ["network"],
            "client.mac": match["mac"],
        }
        if is_ip(match["ip"]):
            fields["client.ip"] = match["ip"]
        if match["name"]:
            fields["client.domain"] = match["name"]
        return fields
    match = _POOL_EMPTY.match(message)
    if match is None:
        return None
    fields = {"event.action": "dhcp_pool_empty", "event.category": ["network"]}
    if match["pool"]:
        fields["mikrotik.pool"] = match["pool"]
    return fields


def _read_firewall(message: str) -> Fields | None:
    match = _FIREWALL.match(message)
    if match is None:
        return None
    rest = "," + match["rest"]
    fields: Fields = {
        "event.action": "firewall_log",
        "event.category": ["network"],
        "event.type": ["connection"],
        "mikrotik.chain": match["chain"],
        "observer.ingress.interface.name": match["in"],
        "observer.egress.interface.name": match["out"],
    }
    if match["prefix"]:
        fields["rule.name"] = match["prefix"]
        if _DENIES.match(match["prefix"]):
            fields["event.action"], fields["event.type"] = "connection_denied", ["connection", "denied"]
    if protocol := _PROTO.search(rest):
        fields["network.transport"] = protocol[1].lower()
    if mac := _MAC.search(rest):
        fields["source.mac"] = mac[1]
    if state := _STATE.search(rest):
        fields["mikrotik.connection_state"] = state[1].rstrip(",")
    if flow := _FLOW.search(rest):
        add_end(fields, "source", flow[1], flow[2])
        add_end(fields, "destination", flow[3], flow[4])
    return fields


_READERS: Final[dict[str, Callable[[str], Fields | None]]] = {
    "system": _read_system,
    "interface": _read_link,
    "bridge": _read_link,
    "dhcp": _read_dhcp,
    "firewall": _read_firewall,
    "netwatch": _read_netwatch,
    **dict.fromkeys(("ppp", "pppoe", "l2tp", "pptp", "sstp", "ovpn"), _read_ppp),
}
