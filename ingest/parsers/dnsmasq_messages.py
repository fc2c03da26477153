"""What dnsmasq says of names, of its own trouble, and of the files it gives out.

Source: dnsmasq(8) `log-queries`, `log-queries=extra`, `log-dhcp`, and src/{cache,rfc1035,tftp}.c, by syslog or as it
writes to a file of its own (`log-facility=/var/log/dnsmasq.log`: `Nov 20 08:00:00 dnsmasq[88]: …`, no host); Pi-hole
adds answers of its lists. Fields: `event.action` `dns_query`, `dns_forwarded`, `dns_answer`, `dns_failure`,
`dns_overload`, `dns_denied` (rebinding, a list), `tftp_download`, `tftp_failure`; `dns.question.*`,
`dns.resolved_ip`, `dns.response_code`, `source.*`; datasets `dnsmasq.dns`, `dnsmasq.tftp`. What its DHCP server says
is in `dhcp_messages`. Answers name no client unless `log-queries=extra` numbers them.
"""

import re
from typing import Final

from ingest.parsers.addresses import is_ip
from ingest.parsers.dhcp_messages import read_dnsmasq_dhcp
from ingest.parsers.dns_messages import NAME, bare_name, failure
from ingest.parsers.ends import Fields, add_end

_ADDRESS: Final = r"[0-9A-Fa-f.:]{2,45}"
_EXTRA: Final = re.compile(rf"(?P<serial>\d{{1,10}}) (?P<ip>{_ADDRESS})/(?P<port>\d{{1,5}}) (?P<text>.*)$", re.DOTALL)
_QUERY: Final = re.compile(rf"query\[(?P<type>[A-Za-z0-9=]{{1,20}})\] (?P<name>{NAME}) from (?P<ip>{_ADDRESS})$")
_FORWARDED: Final = re.compile(rf"forwarded (?P<name>{NAME}) to (?P<server>{_ADDRESS})(?:#\d{{1,5}})?$")
_LISTS: Final = r"gravity blocked|(?:exactly|regex) (?:blacklisted|denied)"
_ANSWER: Final = re.compile(
    rf"(?P<by>reply|cached|cached-stale|config|DHCP|special domain|/\S{{1,255}}|{_LISTS}) (?P<name>{NAME}) is "
    r"(?P<answer>\S+)"
)
_REBIND: Final = re.compile(rf"possible DNS-rebind attack detected: (?P<name>{NAME})")
_CODES: Final = ("NXDOMAIN", "SERVFAIL", "REFUSED")
_SENT: Final = re.compile(rf"sent (?P<path>.{{1,4096}}) to (?P<ip>{_ADDRESS})$", re.DOTALL)
_NOT_SENT: Final = re.compile(
    rf"(?:file (?P<path>.{{1,4096}}) not found for|failed sending (?P<other>.{{1,4096}}) to) (?P<ip>{_ADDRESS})$",
    re.DOTALL,
)


def read_dnsmasq(message: str) -> Fields:
    """Return what `dnsmasq` says of names; its DHCP server logs under another name, or here on some routers."""
    fields: Fields = {"event.dataset": "dnsmasq.dns", "event.category": ["network"]}
    if extra := _EXTRA.match(message):
        add_end(fields, "source", extra["ip"], extra["port"])
        message = extra["text"]
    if match := _ANSWER.match(message):
        return fields | _answer(match)
    if message.startswith("DHCP") or "DHCP packet" in message[:40]:
        return read_dnsmasq_dhcp(message)
    if match := _QUERY.match(message):
        add_end(fields, "source", match["ip"])
        return {
            **fields,
            "event.action": "dns_query",
            "event.type": ["protocol"],
            "dns.question.name": bare_name(match["name"]),
            "dns.question.type": match["type"],
        }
    if match := _FORWARDED.match(message):
        fields |= {"event.action": "dns_forwarded", "dns.question.name": bare_name(match["name"])}
        add_end(fields, "destination", match["server"])
        return fields
    return fields | _trouble(message)


def _answer(match: re.Match[str]) -> Fields:
    fields: Fields = {"event.action": "dns_answer", "dns.question.name": bare_name(match["name"])}
    answer = match["answer"]
    if is_ip(answer):
        fields["dns.resolved_ip"] = [answer]
    elif answer.startswith(_CODES):
        fields["dns.response_code"] = answer
        fields |= failure(answer) if answer == "SERVFAIL" else {}
    if re.fullmatch(_LISTS, match["by"]):
        fields |= {"event.action": "dns_denied", "event.type": ["denied"], "event.reason": match["by"]}
    return fields


def _trouble(message: str) -> Fields:
    if match := _REBIND.match(message):
        return {"event.action": "dns_denied", "event.type": ["denied"], "event.reason": "DNS rebinding"} | {
            "dns.question.name": bare_name(match["name"])
        }
    if message.startswith("Maximum number of concurrent DNS queries reached"):
        return {"event.action": "dns_overload"}
    return failure(message) if message.startswith("nameserver ") else {}


def read_dnsmasq_tftp(message: str) -> Fields:
    """Return what `dnsmasq-tftp` says of files that machines boot from."""
    fields: Fields = {
        "event.dataset": "dnsmasq.tftp",
        "event.category": ["network", "file"],
        "network.protocol": "tftp",
    }
    if match := _SENT.match(message):
        fields |= {"event.action": "tftp_download", "event.outcome": "success", "file.path": match["path"]}
        add_end(fields, "source", match["ip"])
    elif match := _NOT_SENT.match(message):
        path = match["path"] or match["other"]
        fields |= {"event.action": "tftp_failure", "event.outcome": "failure", "file.path": path}
        add_end(fields, "source", match["ip"])
    return fields
