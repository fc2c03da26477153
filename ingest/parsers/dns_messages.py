"""What the name servers BIND and Unbound say of queries and of their own trouble.

Source: BIND 9 logging categories (queries, query-errors, resolver, lame-servers); unbound.conf `log-queries`,
`log-replies`, `log-servfail`. Fields: `event.action` `dns_query`, `dns_answer`, `dns_failure`, `dns_overload`,
`dns_denied`; `dns.question.*`, `dns.response_code`, `source.*`; datasets `bind.dns`, `unbound.dns`.
"""

import re
from typing import Final

from ingest.parsers.addresses import is_ip
from ingest.parsers.ends import Fields, add_end

NAME: Final = r"[^\s']{1,255}"
_CATEGORY: Final = re.compile(
    r"(?:(?P<category>[a-z-]{3,20}): )?(?:(?P<level>info|notice|warning|error|critical|debug \d+): )?"
)
_CLIENT: Final = re.compile(
    rf"client (?:@0x[0-9a-f]+ )?(?P<ip>[0-9A-Fa-f.:]+)#(?P<port>\d{{1,5}})(?:/key \S+)? ?(?:\("
    rf"(?P<name>{NAME})\))?: (?:view \S+: )?(?P<text>.*)$",
    re.DOTALL,
)
_QUERY: Final = re.compile(
    rf"query: (?P<name>{NAME}) (?P<class>[A-Z]{{2,8}}) (?P<type>[A-Z0-9]{{1,10}}) (?P<flags>\S+)"
)
_FAILED: Final = re.compile(
    rf"query failed \((?P<why>[^)]*)\) for (?P<name>{NAME})/(?P<class>[A-Z]+)/(?P<type>[A-Z0-9]+)"
)
_DENIED: Final = re.compile(
    rf"(?:query \(cache\) |zone transfer |update )?'(?P<name>{NAME}?)(?:/(?P<class>[A-Z]+)|/"
    rf"(?P<type>[A-Z0-9]+)/[A-Z]+)+' denied"
)
_RESOLVING: Final = re.compile(
    rf"(?P<why>[A-Za-z][A-Za-z ()_-]{{2,60}}?) resolving '(?P<name>{NAME}?)/(?P<type>[A-Z0-9]+)/"
    rf"(?P<class>[A-Z]+)':? (?P<server>[0-9A-Fa-f.:]+)#\d+"
)
_QUOTA: Final = re.compile(
    r"no more recursive clients|(?:recursive-clients|TCP|tcp) (?:soft limit|quota) (?:exceeded|reached)", re.IGNORECASE
)

_UNBOUND: Final = re.compile(
    r"(?:\[\d+:\d+\] )?(?P<level>info|notice|warning|error|fatal error|reply|query|debug): (?P<text>.*)$", re.DOTALL
)
_UNBOUND_QUERY: Final = re.compile(
    rf"(?P<ip>[0-9A-Fa-f.:]+)(?:@\d+)? (?P<name>{NAME}) (?P<type>[A-Z0-9]{{1,10}}) "
    rf"(?P<class>[A-Z]{{2,4}})(?: (?P<code>[A-Z]{{5,10}}) (?P<seconds>[\d.]+) \d+ (?P<size>\d+))?\s*$"
)
_UNBOUND_SERVFAIL: Final = re.compile(
    rf"SERVFAIL <(?P<name>{NAME}) (?P<type>[A-Z0-9]+) (?P<class>[A-Z]+)>: (?P<why>.*)$", re.DOTALL
)


def read_bind(message: str) -> Fields:
    """Return what `named` says."""
    fields: Fields = {"event.dataset": "bind.dns", "event.category": ["network"]}
    head = _CATEGORY.match(message)
    text = message[head.end() :] if head else message
    if head and head["category"]:
        fields["bind.category"] = head["category"]
    if match := _CLIENT.match(text):
        add_end(fields, "source", match["ip"], match["port"])
        if match["name"]:
            fields["dns.question.name"] = bare_name(match["name"])
        return {**fields, **_bind_client(match["text"])}
    if match := _RESOLVING.match(text):
        return {**fields, **failure(match["why"]), **_question(match)}
    if _QUOTA.search(text[:300]):
        return {**fields, "event.action": "dns_overload"}
    return fields


def _bind_client(text: str) -> Fields:
    if match := _QUERY.match(text):
        return {"event.action": "dns_query", "event.type": ["protocol"], **_question(match)}
    if match := _FAILED.match(text):
        return {**failure(match["why"]), **_question(match)}
    if match := _DENIED.match(text):
        return {"event.action": "dns_denied", "event.type": ["denied"], "dns.question.name": bare_name(match["name"])}
    return {"event.action": "dns_overload"} if _QUOTA.search(text[:300]) else {}


def read_unbound(message: str) -> Fields:
    """Return what `unbound` says."""
    fields: Fields = {"event.dataset": "unbound.dns", "event.category": ["network"]}
    match = _UNBOUND.match(message)
    if match is None:
        return fields
    fields["log.level"], text = match["level"], match["text"]
    if failed := _UNBOUND_SERVFAIL.match(text):
        return {**fields, **failure(failed["why"]), **_question(failed), "dns.response_code": "SERVFAIL"}
    asked = _UNBOUND_QUERY.match(text)
    if asked is not None and is_ip(asked["ip"]):
        add_end(fields, "source", asked["ip"])
        fields |= {"event.action": "dns_query", "event.type": ["protocol"], **_question(asked)}
        if asked["code"]:
            fields |= {"event.action": "dns_answer", "dns.response_code": asked["code"]}
        if asked["code"] == "SERVFAIL":
            fields |= failure("SERVFAIL")
    return fields


def failure(why: str) -> Fields:
    """Return the fields of a name that could not be found out."""
    return {"event.action": "dns_failure", "event.type": ["error"], "event.outcome": "failure", "event.reason": why}


def _question(match: re.Match[str]) -> Fields:
    return {
        "dns.question.name": bare_name(match["name"]),
        "dns.question.class": match["class"],
        "dns.question.type": match["type"],
    }


def bare_name(name: str) -> str:
    return name[:-1] if len(name) > 1 and name.endswith(".") else name
