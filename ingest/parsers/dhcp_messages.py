"""What the DHCP servers ISC dhcpd, Kea and dnsmasq say.

Source: ISC DHCP 4.4 dhcpd syslog messages; Kea DHCPv4 messages (`ALLOC_ENGINE_V4_ALLOC_FAIL…`, `DHCP4_LEASE_ALLOC`);
dnsmasq-dhcp. Fields: `event.action` `dhcp_discover`, `dhcp_lease`, `dhcp_release`, `dhcp_refused`, `dhcp_pool_empty`;
`client.ip`, `client.mac`, `client.domain`, `dhcp.*`; datasets `dhcpd.dhcp`, `kea.dhcp`, `dnsmasq.dhcp`.
"""

import re
from typing import Final

from ingest.parsers.addresses import is_ip
from ingest.parsers.ends import Fields

_MAC: Final = r"[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5,7}"
_DHCPD: Final = re.compile(
    rf"DHCP(?P<kind>DISCOVER|REQUEST|OFFER|ACK|NAK|RELEASE|DECLINE|INFORM)(?: (?:for|on|to|of|from) "
    rf"(?P<one>{_MAC}|[0-9A-Fa-f.:]{{3,45}}))?"
    rf"(?: \([0-9.]+\))?(?: (?:to|from) (?P<two>{_MAC}|[0-9A-Fa-f.:]{{3,45}}))?(?: \("
    rf"(?P<name>[^)]{{0,255}})\))?(?: via (?P<via>[^\s:]+))?"
    r"(?:: (?P<why>.*))?",
    re.DOTALL,
)
_NO_LEASES: Final = re.compile(r"no free leases|peer holds all free leases")
_NETWORK: Final = re.compile(r"network (\S+): no free leases")
_DNSMASQ: Final = re.compile(
    rf"(?:\d{{1,10}} )?DHCP(?P<kind>DISCOVER|REQUEST|OFFER|ACK|NAK|RELEASE|DECLINE|INFORM)\((?P<via>[^)]{{1,64}})\)"
    rf"(?: (?P<ip>[0-9A-Fa-f.:]+(?<!:)))??(?: (?P<mac>{_MAC}))(?: (?P<rest>.*))?$",
    re.DOTALL,
)
_KEA_POOL: Final = (
    "ALLOC_ENGINE_V4_ALLOC_FAIL",
    "ALLOC_ENGINE_V4_ALLOC_FAIL_NO_POOLS",
    "ALLOC_ENGINE_V4_ALLOC_FAIL_SUBNET",
)
_KEA: Final = re.compile(
    r"(?:(?P<level>INFO|WARN|ERROR|DEBUG) +)?(?:\[[^\]]*\] )?(?P<code>[A-Z][A-Z0-9_]{5,80})\b(?P<rest>.*)$", re.DOTALL
)
_KEA_MAC: Final = re.compile(rf"hwtype=1 ({_MAC})")
_KEA_LEASE: Final = re.compile(r"lease (\d{1,3}(?:\.\d{1,3}){3}) has been allocated")

_ACTIONS: Final = {
    "DISCOVER": "dhcp_discover",
    "REQUEST": "dhcp_request",
    "OFFER": "dhcp_offer",
    "ACK": "dhcp_lease",
    "NAK": "dhcp_refused",
    "RELEASE": "dhcp_release",
    "DECLINE": "dhcp_declined",
    "INFORM": "dhcp_inform",
}


def read_dhcpd(message: str) -> Fields:
    """Return what ISC `dhcpd` says."""
    fields: Fields = {"event.dataset": "dhcpd.dhcp", "event.category": ["network"]}
    if match := _DHCPD.match(message):
        fields["event.action"] = _ACTIONS[match["kind"]]
        for part in (match["one"], match["two"]):
            _add_client(fields, part)
        if match["name"]:
            fields["client.domain"] = match["name"]
        if match["via"]:
            fields["dhcp.interface"] = match["via"]
        if match["why"]:
            fields["event.reason"] = match["why"]
    if _NO_LEASES.search(message[:1000]):
        fields["event.action"], fields["event.outcome"] = "dhcp_pool_empty", "failure"
        if network := _NETWORK.search(message[:1000]):
            fields["dhcp.pool"] = network[1]
    return fields


def read_dnsmasq_dhcp(message: str) -> Fields:
    """Return what `dnsmasq-dhcp` says."""
    fields: Fields = {"event.dataset": "dnsmasq.dhcp", "event.category": ["network"]}
    match = _DNSMASQ.match(message)
    if match is None:
        return fields
    fields["event.action"], fields["dhcp.interface"] = _ACTIONS[match["kind"]], match["via"]
    _add_client(fields, match["ip"])
    _add_client(fields, match["mac"])
    rest = match["rest"] or ""
    if rest == "no address available":
        fields |= {"event.action": "dhcp_pool_empty", "event.outcome": "failure", "event.reason": rest}
    elif rest and match["kind"] == "ACK":
        fields["client.domain"] = rest
    elif rest:
        fields["event.reason"] = rest
    return fields


def read_kea(message: str) -> Fields:
    """Return what `kea-dhcp4` says."""
    fields: Fields = {"event.dataset": "kea.dhcp", "event.category": ["network"]}
    match = _KEA.match(message)
    if match is None:
        return fields
    fields["event.code"] = match["code"]
    if mac := _KEA_MAC.search(match["rest"][:2000]):
        fields["client.mac"] = mac[1]
    if match["code"] in _KEA_POOL:
        fields |= {"event.action": "dhcp_pool_empty", "event.outcome": "failure"}
    elif match["code"] == "DHCP4_LEASE_ALLOC":
        fields["event.action"] = "dhcp_lease"
        if lease := _KEA_LEASE.search(match["rest"][:2000]):
            _add_client(fields, lease[1])
    return fields


def _add_client(fields: Fields, text: str | None) -> None:
    if not text:
        return
    if is_ip(text):
        fields["client.ip"] = text
    elif re.fullmatch(_MAC, text):
        fields["client.mac"] = text
