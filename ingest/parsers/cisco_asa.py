"""What Cisco ASA, FTD and PIX firewalls say, by message number.

Source: Cisco Secure Firewall ASA Series Syslog Messages. Field names follow Elastic's `cisco_asa` integration
(`cisco.asa.*`, ends in `source.*` and `destination.*`, addresses after translation in `source.nat.*`); `event.action`
is ours: `connection_started`, `connection_ended`, `connection_denied`, `connection_allowed`, `vpn_login`,
`admin_login`, `config_changed`, `link_down`, `link_up`, `firewall-rule` for the rest, as theirs.
"""

import re
from collections.abc import Callable
from typing import Final

from ingest.parsers.addresses import is_ip
from ingest.parsers.ends import Fields, add_end, whole

_ADDRESS: Final = r"[0-9A-Za-z][0-9A-Za-z.:_-]{0,127}"


def _end(name: str) -> str:
    """Return a pattern of `interface:address/port (translated/port) (DOMAIN\\user)`."""
    return (
        rf"(?P<{name}_if>[^\s:/]{{1,64}}):(?P<{name}>{_ADDRESS})(?:/(?P<{name}_port>\d{{1,5}}))?"
        rf"(?: \((?P<{name}_nat>{_ADDRESS})(?:/(?P<{name}_nat_port>\d{{1,5}}))?\))?"
        rf" ?(?:\((?P<{name}_user>[^()\s/]*\\[^()]*|[^()\s/\d]+)\))?"
    )


_BUILT: Final = re.compile(
    rf"Built (?:(?P<direction>inbound|outbound) )?(?:\S+ +)??(?:stub )?(?P<proto>TCP|UDP|SCTP|GRE) "
    rf"(?:connection|state-bypass connection) (?:(?P<id>\d+) )?(?:for|from) "
    rf"{_end('one')} to {_end('two')}"
)
_TORN_DOWN: Final = re.compile(
    rf"Teardown (?:\S+ +)??(?:stub )?(?P<proto>TCP|UDP|SCTP|GRE) (?:connection|state-bypass "
    rf"connection) (?:(?P<id>\d+) )?(?:for|from) "
    rf"{_end('one')} to {_end('two')} duration (?P<duration>[\dhms:]+)(?: (?:forwarded )?bytes "
    rf"(?P<bytes>\d+))?(?: (?P<why>[^(]+))?"
)
_ICMP: Final = re.compile(
    rf"(?P<what>Built|Teardown) (?:(?P<direction>inbound|outbound) )?ICMP connection for faddr "
    rf"(?P<foreign>{_ADDRESS})/(?P<fport>\d+)\S* ?(?:\([^)]*\))? ?"
    rf"gaddr (?P<global>{_ADDRESS})/\d+ laddr (?P<local>{_ADDRESS})/(?P<lport>\d+)"
)
_ACCESS_GROUP: Final = re.compile(
    rf"Deny (?:protocol )?(?P<proto>\S+) src {_end('one')} dst {_end('two')}.*?(?:by access-group \""
    rf"(?P<rule>[^\"]*)\"|$)"
)
_ACCESS_LIST: Final = re.compile(
    rf"access-list (?P<rule>\S+) (?P<what>permitted|denied|est-allowed) (?P<proto>\S+)(?: for user '?"
    rf"(?P<user>[^\s']+)'?)? "
    rf"(?P<one_if>[^\s/]+)/(?P<one>{_ADDRESS})\((?P<one_port>\d+)\)(?:\((?P<one_user>[^()]*)\))? -> "
    rf"(?P<two_if>[^\s/]+)/(?P<two>{_ADDRESS})\((?P<two_port>\d+)\)"
)
_FROM_TO: Final = re.compile(
    rf"(?P<text>.{{1,120}}?) from (?:(?P<one_if>[^\s:/]+):)?(?P<one>{_ADDRESS})(?:/(?P<one_port>\d+))? to "
    rf"(?:(?P<two_if>[^\s:/]+):)?(?P<two>{_ADDRESS})(?:/(?P<two_port>\d+))?"
)
_ANY_ENDS: Final = re.compile(rf"\b(?:src|from|for) {_end('one')},? (?:dst|to) {_end('two')}")
_ON_INTERFACE: Final = re.compile(r" on (?:interface )?(?P<interface>[^\s,]+)")
_TRANSPORT: Final = re.compile(r"\b(TCP|UDP|ICMP|IPv6-ICMP|GRE|tcp|udp|icmp|sctp)\b")
_LOCAL_LOGIN: Final = re.compile(
    rf"Login (?P<what>denied|permitted) from (?P<one>{_ADDRESS})/(?P<port>\d+) to "
    rf"(?P<interface>[^\s:]+):(?P<two>{_ADDRESS})/(?P<service>\S+) for user \"(?P<user>.*)\"",
    re.DOTALL,
)
_AAA: Final = re.compile(
    r"AAA user (?P<kind>\w+) (?P<result>Rejected|Successful) ?: ?(?:reason = (?P<why>.*?) ?: ?)?"
    r"(?:server = (?P<server>\S+)|local database) ?[:,] ?"
    rf"[Uu]ser = (?P<user>.*?)(?: ?: ?user IP = (?P<ip>{_ADDRESS}))?$",
    re.DOTALL,
)
_GROUP_USER: Final = re.compile(
    rf"Group <?(?P<group>[^>\s]*)>? User <?(?P<user>.*?)>? IP <?(?P<ip>{_ADDRESS})>? (?P<text>.*)$", re.DOTALL
)
_GROUP_EQUALS: Final = re.compile(
    rf"Group = (?P<group>[^,]*), Username = (?P<user>.*?), IP = (?P<ip>{_ADDRESS}), (?P<text>.*)$", re.DOTALL
)
_ADDR: Final = re.compile(rf"DAP: User (?P<user>[^,]*), Addr (?P<ip>{_ADDRESS}),")
_DENIED_FROM: Final = re.compile(
    rf"Denied (?P<proto>\S+?) type=\d+,.* from (?:laddr )?(?P<one>{_ADDRESS}) on interface (?P<interface>[^\s,:]+)"
)
_URL: Final = re.compile(
    rf"(?:(?P<user>[^@\s]+)@)?(?P<one>{_ADDRESS}) Accessed (?:JAVA )?URL (?:[^@\s]+@)?(?P<two>{_ADDRESS}?):(?P<url>\S+)"
)
_ABSOLUTE: Final = re.compile(
    r"(?P<scheme>[a-z]{2,8})://(?P<domain>[^/:?#\s]{1,255})(?::\d{1,5})?(?P<path>/[^?\s]*)?(?:\?(?P<query>\S*))?"
)
_LOCAL_HOST: Final = re.compile(rf"(?P<what>Built|Teardown) local-host {_end('one')}")
_FTP: Final = re.compile(
    rf"FTP connection from {_end('one')} to {_end('two')}, user (?P<user>\S{{1,128}}) (?P<what>Stored|Retrieved) "
    r"file (?P<path>.*)$",
    re.DOTALL,
)
_SENT: Final = re.compile(r"Bytes xmt: (?P<sent>\d{1,18}), Bytes rcv: (?P<received>\d{1,18})")
_CONSOLE: Final = re.compile(r"Attempted console login failed\. User (?P<user>.*) did NOT have appropriate Admin")
_WEB_VPN: Final = re.compile(
    r"Authentication: (?P<result>rejected|successful), group = (?P<group>\S{0,128}) user = (?P<user>.*?) ?,"
    r" Session Type: ",
    re.DOTALL,
)
_IKE: Final = re.compile(
    rf"Local:(?P<one>{_ADDRESS}?):(?P<one_port>\d{{1,5}}) Remote:(?P<two>{_ADDRESS}?):(?P<two_port>\d{{1,5}})"
    r" Username:(?P<user>\S{1,128}) "
)
_IPSEC: Final = re.compile(
    rf"IPSEC: An? .{{1,80}}? between (?P<one>{_ADDRESS}) and (?P<two>{_ADDRESS}) \(user= ?(?P<user>[^()\s]{{1,128}})\)"
)
_NEAR: Final = 500
_REFUSES: Final = re.compile(r"(?i)den|.*\b(?:denied|discarded)\b")
_DIRECTION: Final = re.compile(r"(?i)\b(inbound|outbound)\b")
_EXECUTED: Final = re.compile(
    rf"User '(?P<user>[^']*)'(?:, running '(?P<application>[^']*)' from IP (?P<ip>{_ADDRESS}),)? "
    rf"executed (?:the )?'?(?P<command>.*?)'?(?: command\.?)?$",
    re.DOTALL,
)
_NEW_USER: Final = re.compile(
    r"(?P<what>New user added to|User deleted from) local dbase: Uname: (?P<user>\S+)(?: Priv: (?P<level>\d+))?"
)
_LINE: Final = re.compile(r"Line protocol on Interface (?P<interface>[^,]+), changed state to (?P<state>up|down)")
_PORT_LIMIT: Final = 65_535


def asa_fields(number: str, message: str) -> Fields:
    """Return the fields of the message with this number."""
    fields: Fields = {"event.action": "firewall-rule", "event.category": ["network"]}
    reader = _READERS.get(number, _other)
    fields.update(reader(message) or _other(message) or {})
    return fields


def _built(message: str) -> Fields | None:
    match = _BUILT.match(message)
    if match is None:
        return None
    fields = _connection(match, "connection_started", ["connection", "start"])
    if match["direction"]:
        fields["network.direction"] = match["direction"]
    return fields


def _torn_down(message: str) -> Fields | None:
    match = _TORN_DOWN.match(message)
    if match is None:
        return None
    fields = _connection(match, "connection_ended", ["connection", "end"])
    if (size := whole(match["bytes"])) is not None:
        fields["network.bytes"] = size
    if match["why"] and match["why"].strip():
        fields["event.reason"] = match["why"].strip()
    return fields


def _connection(match: re.Match[str], action: str, kinds: list[str]) -> Fields:
    """The first end is the one on the less trusted interface: who called is told by the direction."""
    given = match.groupdict()
    swap = given.get("direction") == "outbound"
    fields: Fields = {
        "event.action": action,
        "event.category": ["network"],
        "event.type": kinds,
        "network.transport": match["proto"].lower(),
    }
    if match["id"]:
        fields["cisco.asa.connection_id"] = match["id"]
    _add_named_end(fields, "source", given, "two" if swap else "one")
    _add_named_end(fields, "destination", given, "one" if swap else "two")
    return fields


def _add_named_end(fields: Fields, end: str, given: dict[str, str | None], name: str) -> None:
    source = end == "source"
    add_end(fields, "source" if source else "destination", given[name] or "", given[f"{name}_port"])
    interface = given.get(f"{name}_if")
    if interface:
        fields[f"cisco.asa.{end}_interface"] = interface
        fields["observer.ingress.interface.name" if source else "observer.egress.interface.name"] = interface
    mapped = given.get(f"{name}_nat")
    if mapped and is_ip(mapped):
        fields[f"cisco.asa.mapped_{end}_ip"] = mapped
        if mapped != given[name]:
            fields[f"{end}.nat.ip"] = mapped
        port = whole(given.get(f"{name}_nat_port"))
        if port is not None and port <= _PORT_LIMIT:
            fields[f"cisco.asa.mapped_{end}_port"] = port
    user = given.get(f"{name}_user")
    if user:
        fields[f"{end}.user.name"] = user.rpartition("\\")[2].partition(",")[0]


def _icmp(message: str) -> Fields | None:
    match = _ICMP.match(message)
    if match is None:
        return None
    began = match["what"] == "Built"
    fields: Fields = {
        "event.action": "connection_started" if began else "connection_ended",
        "event.category": ["network"],
        "event.type": ["connection", "start" if began else "end"],
        "network.transport": "icmp",
    }
    if match["direction"]:
        fields["network.direction"] = match["direction"]
    outward = match["direction"] == "outbound"
    add_end(fields, "destination" if outward else "source", match["foreign"])
    add_end(fields, "source" if outward else "destination", match["local"])
    return fields


def _access_group(message: str) -> Fields | None:
    match = _ACCESS_GROUP.match(message)
    if match is None:
        return None
    fields = {**_DENIED, "network.transport": match["proto"].lower()}
    if match["rule"]:
        fields["cisco.asa.rule_name"] = fields["rule.name"] = match["rule"]
    given = match.groupdict()
    _add_named_end(fields, "source", given, "one")
    _add_named_end(fields, "destination", given, "two")
    return fields


def _access_list(message: str) -> Fields | None:
    match = _ACCESS_LIST.match(message)
    if match is None:
        return None
    fields = {**(_DENIED if match["what"] == "denied" else _ALLOWED), "network.transport": match["proto"].lower()}
    fields["cisco.asa.rule_name"] = fields["rule.name"] = match["rule"]
    given = match.groupdict()
    _add_named_end(fields, "source", given, "one")
    _add_named_end(fields, "destination", given, "two")
    if match["user"]:
        fields["source.user.name"] = fields["user.name"] = match["user"]
    return fields


_DENIED: Final[Fields] = {
    "event.action": "connection_denied",
    "event.category": ["network"],
    "event.type": ["connection", "denied"],
    "event.outcome": "failure",
}
_ALLOWED: Final[Fields] = {
    "event.action": "connection_allowed",
    "event.category": ["network"],
    "event.type": ["connection", "allowed"],
    "event.outcome": "success",
}


def _local_login(message: str) -> Fields | None:
    match = _LOCAL_LOGIN.match(message)
    if match is None:
        return None
    fields = _authentication("admin_login", failed=match["what"] == "denied", user=match["user"])
    add_end(fields, "source", match["one"], match["port"])
    add_end(fields, "destination", match["two"])
    fields["network.protocol"] = match["service"].lower()
    fields["observer.ingress.interface.name"] = match["interface"]
    return fields


def _aaa(message: str) -> Fields | None:
    match = _AAA.match(message)
    if match is None:
        return None
    fields = _authentication("vpn_login", failed=match["result"] == "Rejected", user=match["user"].strip())
    if match["ip"]:
        add_end(fields, "source", match["ip"])
    if match["why"]:
        fields["event.reason"] = match["why"]
    return fields


def _group_user(message: str) -> Fields | None:
    match = _GROUP_USER.match(message)
    if match is None:
        return None
    text = match["text"]
    fields: Fields = {"source.user.name": match["user"], "user.name": match["user"]}
    fields["source.user.group.name"] = match["group"]
    add_end(fields, "source", match["ip"])
    if text.startswith("Authentication: rejected"):
        return {**fields, **_authentication("vpn_login", failed=True, user=match["user"])}
    if text.startswith(("AnyConnect parent session started", "Authentication: successful")):
        return {**fields, **_authentication("vpn_login", failed=False, user=match["user"])}
    return fields


def _authentication(action: str, *, failed: bool, user: str) -> Fields:
    return {
        "event.action": action,
        "event.category": ["authentication"],
        "event.type": ["start"],
        "event.outcome": "failure" if failed else "success",
        "user.name": user,
        "source.user.name": user,
    }


def _executed(message: str) -> Fields | None:
    match = _EXECUTED.match(message)
    if match is None:
        return None
    fields: Fields = {
        "event.action": "config_changed",
        "event.category": ["configuration"],
        "event.type": ["change"],
        "user.name": match["user"],
        "process.command_line": match["command"],
        "cisco.asa.command_line_arguments": match["command"],
    }
    if match["ip"]:
        add_end(fields, "source", match["ip"])
    return fields


def _local_user(message: str) -> Fields | None:
    match = _NEW_USER.match(message)
    if match is None:
        return None
    added = match["what"].startswith("New")
    return {
        "event.action": "user_added" if added else "user_deleted",
        "event.category": ["iam"],
        "event.type": ["user", "creation" if added else "deletion"],
        "user.target.name": match["user"],
    }


def _line_protocol(message: str) -> Fields | None:
    match = _LINE.match(message)
    if match is None:
        return None
    return {"event.action": f"link_{match['state']}", "observer.ingress.interface.name": match["interface"]}


def _from_to(message: str) -> Fields | None:
    match = _ANY_ENDS.search(message[:_NEAR]) or _FROM_TO.match(message)
    if match is None:
        return None
    before = match.groupdict().get("text") or message[: match.start()]
    fields = dict(_DENIED) if _REFUSES.match(before) else {}
    given = match.groupdict()
    _add_named_end(fields, "source", given, "one")
    _add_named_end(fields, "destination", given, "two")
    if protocol := _TRANSPORT.search(message, 0, match.end()):
        fields["network.transport"] = protocol[1].lower()
    if not match["one_if"] and (interface := _ON_INTERFACE.search(message, match.end())):
        fields["cisco.asa.source_interface"] = interface["interface"]
        fields["observer.ingress.interface.name"] = interface["interface"]
    return fields


def _denied_from(message: str) -> Fields | None:
    match = _DENIED_FROM.match(message)
    if match is None:
        return None
    fields = {**_DENIED, "network.transport": match["proto"].lower()}
    add_end(fields, "source", match["one"])
    fields["cisco.asa.source_interface"] = fields["observer.ingress.interface.name"] = match["interface"]
    return fields


def _url(message: str) -> Fields | None:
    match = _URL.match(message)
    if match is None:
        return None
    fields: Fields = {"url.original": match["url"], "event.category": ["web", "network"], **_parts(match["url"])}
    add_end(fields, "source", match["one"])
    add_end(fields, "destination", match["two"])
    return fields


def _parts(url: str) -> Fields:
    """Return scheme, domain and path of an absolute URL."""
    match = _ABSOLUTE.match(url)
    if match is None:
        return {}
    named = {"url.scheme": match["scheme"], "url.domain": match["domain"], "url.path": match["path"] or "/"}
    return {**named, "url.query": match["query"]} if match["query"] else named


def _local_host(message: str) -> Fields | None:
    match = _LOCAL_HOST.match(message)
    if match is None:
        return None
    fields: Fields = {"event.action": f"local_host_{'started' if match['what'] == 'Built' else 'ended'}"}
    _add_named_end(fields, "source", match.groupdict(), "one")
    return fields


def _ftp(message: str) -> Fields | None:
    match = _FTP.match(message)
    if match is None:
        return None
    given = match.groupdict()
    fields: Fields = {
        "event.action": f"ftp_{match['what'].lower()}",
        "event.category": ["network", "file"],
        "network.protocol": "ftp",
        "network.transport": "tcp",
        "client.user.name": match["user"],
        "user.name": match["user"],
        "file.path": match["path"],
    }
    _add_named_end(fields, "source", given, "one")
    _add_named_end(fields, "destination", given, "two")
    return fields


def _session_ended(message: str) -> Fields | None:
    fields = _group_equals(message)
    match = _SENT.search(message, 0, _NEAR)
    if fields is None or match is None:
        return fields
    for name, group in (("source.bytes", "sent"), ("destination.bytes", "received")):
        if (number := whole(match[group])) is not None:
            fields[name] = number
    return {**fields, "event.action": "vpn_down", "event.category": ["session"], "event.type": ["end"]}


def _console_login(message: str) -> Fields | None:
    match = _CONSOLE.match(message)
    return _authentication("admin_login", failed=True, user=match["user"]) if match else None


def _web_vpn(message: str) -> Fields | None:
    match = _WEB_VPN.match(message)
    if match is None:
        return None
    fields = _authentication("vpn_login", failed=match["result"] == "rejected", user=match["user"])
    return {**fields, "source.user.group.name": match["group"]}


def _key_exchange(message: str) -> Fields | None:
    """IKEv2 (75xxxx) names both ends and who; of IPsec's (602303, 602304) the peers."""
    match = _IKE.match(message) or _IPSEC.match(message)
    if match is None:
        return None
    given = match.groupdict()
    fields: Fields = {"user.name": match["user"]} if match["user"] != "Unknown" else {}
    add_end(fields, "source", match["one"], given.get("one_port"))
    add_end(fields, "destination", match["two"], given.get("two_port"))
    return fields


def _group_equals(message: str) -> Fields | None:
    match = _GROUP_EQUALS.match(message) or _ADDR.match(message)
    if match is None:
        return None
    fields: Fields = {"user.name": match["user"], "source.user.name": match["user"]}
    add_end(fields, "source", match["ip"])
    return fields


def _other(message: str) -> Fields | None:
    fields = _group_user(message) or _group_equals(message) or _denied_from(message) or _from_to(message)
    if fields is not None and (direction := _DIRECTION.search(message[:60])):
        fields["network.direction"] = direction[1].lower()
    return fields


_READERS: Final[dict[str, Callable[[str], Fields | None]]] = {
    **dict.fromkeys(("302003", "302013", "302015", "302017", "302022", "302024", "302303", "302305"), _built),
    **dict.fromkeys(("302014", "302016", "302018", "302023", "302025", "302304", "302306"), _torn_down),
    **dict.fromkeys(("302020", "302021"), _icmp),
    "106023": _access_group,
    "304001": _url,
    **dict.fromkeys(("609001", "609002"), _local_host),
    "303002": _ftp,
    "113019": _session_ended,
    "113021": _console_login,
    **dict.fromkeys(("716038", "716039"), _web_vpn),
    **dict.fromkeys(("602303", "602304", "750002", "750003", "750006", "750007"), _key_exchange),
    **dict.fromkeys(("106100", "106102", "106103"), _access_list),
    **dict.fromkeys(("605004", "605005"), _local_login),
    **dict.fromkeys(("113004", "113005", "113012", "113015"), _aaa),
    **dict.fromkeys(("111008", "111010"), _executed),
    **dict.fromkeys(("502101", "502102"), _local_user),
    **dict.fromkeys(("411001", "411002"), _line_protocol),
}
