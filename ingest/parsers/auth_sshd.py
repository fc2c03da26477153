"""What sshd says of log-ins and connections.

User names in these messages are the attacker's words: a name may hold ` from 10.0.0.1 port 22 ssh2`. So names are
matched greedily and the address is taken from the end of the message, where sshd itself wrote it.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from ingest.parsers.addresses import is_ip
from ingest.parsers.auth_fields import AUTHENTICATION, SESSION, Fields, add_address

_FROM: Final = r"from (?P<ip>\S+)(?: port (?P<port>\d{1,5}))?"
_LOGIN: Final = re.compile(
    r"(?P<event>Accepted|Failed|Postponed|Partial) (?P<method>\S+) for "
    r"(?P<invalid>(?:invalid|illegal) user )?(?P<user>.*) "
    + _FROM
    + r"(?: ssh\d?)?(?: \[preauth\])?(?:: (?P<signature>.*))?$",
    re.DOTALL,
)
_INVALID: Final = re.compile(
    r"(?P<event>Invalid|Illegal) user (?P<user>.*) " + _FROM + r"(?: \[preauth\])?$", re.DOTALL
)
_CLOSED: Final = re.compile(
    r"(?:Connection (?P<how>closed|reset) by|Disconnected from|Disconnecting) "
    r"(?:(?P<state>authenticating |invalid )?user (?P<user>.*) (?P<user_ip>\S+) port (?P<user_port>\d{1,5})"
    r"|(?P<ip>\S+?)(?: port (?P<port>\d{1,5}))?)(?:: (?P<why>.*?))?(?: \[preauth\])?$",
    re.DOTALL,
)
_RECEIVED: Final = re.compile(
    r"Received disconnect from (?P<ip>\S+?)(?: port (?P<port>\d{1,5}))?:\s?(?P<code>\d+): ?"
    r"(?P<why>.*?)(?: \[preauth\])?$",
    re.DOTALL,
)
_NO_IDENTIFICATION: Final = re.compile(
    r"Did not receive identification string from (?P<ip>\S+)(?: port (?P<port>\d{1,5}))?"
)
_CONNECTION: Final = re.compile(
    r"Connection from (?P<ip>\S+) port (?P<port>\d{1,5})(?: on (?P<to>\S+) port (?P<to_port>\d{1,5}))?"
)
_MAXIMUM: Final = re.compile(
    r"error: maximum authentication attempts exceeded for (?P<invalid>invalid user )?(?P<user>.*) " + _FROM, re.DOTALL
)
_PAM_ERROR: Final = re.compile(
    r"error: PAM: (?P<why>.*?) for (?P<invalid>(?:illegal|invalid) user )?(?P<user>.*) from (?P<ip>\S+)$", re.DOTALL
)
_NOT_ALLOWED: Final = re.compile(r"User (?P<user>.*) from (?P<ip>\S+) not allowed because (?P<why>.*)$", re.DOTALL)
_BREAK_IN: Final = re.compile(
    r"(?:reverse mapping checking .*\[(?P<ip>\S+)\] failed|Address (?P<mapped>\S+) maps to .*)"
    r" ?- POSSIBLE BREAK-IN ATTEMPT"
)
_ANY_FROM: Final = re.compile(r".*\b(?:from|with) (?P<ip>\S+) port (?P<port>\d{1,5})", re.DOTALL)
_REPEATED: Final = re.compile(r"message repeated (?P<times>\d{1,9}) times: \[ ?(?P<message>.*)\]$", re.DOTALL)
_SUBSYSTEM: Final = re.compile(r"subsystem request for (?P<what>\S+)(?: by user (?P<user>.*))?$", re.DOTALL)

_OUTCOME: Final = {"Accepted": "success", "Failed": "failure", "Invalid": "failure", "Illegal": "failure"}


def read_sshd(message: str) -> Fields:
    """Return what sshd says of log-ins and connections."""
    reader = _SSHD.get(message.split(" ", 1)[0].rstrip(":"))
    fields = reader(message) if reader else None
    if fields is None:
        fields = _sshd_other(message)
    return fields


def _ssh_login(message: str) -> Fields | None:
    match = _LOGIN.match(message)
    if match is None:
        return None
    event, method, invalid, user, ip, port, signature = match.groups()
    fields: Fields = {
        "event.action": "ssh_login",
        "event.type": ["info"],
        "event.category": ["authentication", "session"] if event == "Accepted" else AUTHENTICATION,
        "system.auth.ssh.event": event,
        "system.auth.ssh.method": method,
        "user.name": user,
    }
    if event in _OUTCOME:
        fields["event.outcome"] = _OUTCOME[event]
    if signature:
        fields["system.auth.ssh.signature"] = signature
    if invalid:
        fields["event.reason"] = "invalid user"
    return add_address(fields, ip, port)


def _ssh_invalid(message: str) -> Fields | None:
    match = _INVALID.match(message)
    if match is None:
        return None
    event, user, ip, port = match.groups()
    fields: Fields = {
        "event.action": "ssh_login",
        "event.category": AUTHENTICATION,
        "event.type": ["info"],
        "event.outcome": "failure",
        "event.reason": "invalid user",
        "system.auth.ssh.event": event,
        "user.name": user,
    }
    return add_address(fields, ip, port)


def _ssh_closed(message: str) -> Fields | None:
    match = _CLOSED.match(message)
    if match is None:
        return None
    address = match["user_ip"] or match["ip"]
    if not is_ip(address):
        return None
    fields: Fields = {
        "event.action": "ssh_connection_reset" if match["how"] == "reset" else "ssh_disconnect",
        "event.category": SESSION,
        "event.type": ["end"],
    }
    if match["user"]:
        fields["user.name"] = match["user"]
    if match["state"] == "invalid ":
        fields["event.reason"] = "invalid user"
    elif match["why"]:
        fields["event.reason"] = match["why"]
    return add_address(fields, address, match["user_port"] or match["port"])


def _ssh_received(message: str) -> Fields | None:
    match = _RECEIVED.match(message)
    if match is None:
        return None
    fields: Fields = {"event.action": "ssh_disconnect", "event.category": SESSION, "event.type": ["end"]}
    if match["why"]:
        fields["event.reason"] = match["why"]
    return add_address(fields, match["ip"], match["port"])


def _ssh_no_identification(message: str) -> Fields | None:
    match = _NO_IDENTIFICATION.match(message)
    if match is None:
        return None
    fields = add_address({"event.action": "ssh_no_identification"}, match["ip"], match["port"])
    fields["system.auth.ssh.dropped_ip"] = match["ip"]
    return fields


def _ssh_connection(message: str) -> Fields | None:
    match = _CONNECTION.match(message)
    if match is None:
        return _ssh_closed(message)
    fields: Fields = {"event.action": "ssh_connection", "event.category": ["network"], "event.type": ["start"]}
    if match["to"] and is_ip(match["to"]):
        fields["destination.ip"] = match["to"]
        fields["destination.port"] = int(match["to_port"])
    return add_address(fields, match["ip"], match["port"])


def _ssh_error(message: str) -> Fields | None:
    match = _PAM_ERROR.match(message) or _MAXIMUM.match(message)
    if match is None:
        return None
    given = match.groupdict()
    fields: Fields = {
        "event.action": "ssh_login",
        "event.category": AUTHENTICATION,
        "event.type": ["info"],
        "event.outcome": "failure",
        "event.reason": given.get("why") or "maximum authentication attempts exceeded",
        "user.name": given["user"],
    }
    return add_address(fields, given["ip"], given.get("port"))


def _ssh_not_allowed(message: str) -> Fields | None:
    match = _NOT_ALLOWED.match(message)
    if match is None:
        return None
    fields: Fields = {
        "event.action": "ssh_login",
        "event.category": AUTHENTICATION,
        "event.type": ["info"],
        "event.outcome": "failure",
        "event.reason": match["why"],
        "user.name": match["user"],
    }
    return add_address(fields, match["ip"])


def _ssh_break_in(message: str) -> Fields | None:
    match = _BREAK_IN.match(message)
    if match is None:
        return None
    return add_address({"event.action": "ssh_reverse_mapping_failed"}, match["ip"] or match["mapped"])


def _ssh_repeated(message: str) -> Fields | None:
    match = _REPEATED.match(message)
    if match is None:
        return None
    # One line, one event: how many log-ins it stands for is a field, so that a record keeps one id.
    return {**read_sshd(match["message"]), "tanggap.repeat_count": int(match["times"])}


def _ssh_subsystem(message: str) -> Fields | None:
    match = _SUBSYSTEM.match(message)
    if match is None:
        return None
    fields: Fields = {"event.action": "ssh_subsystem_request", "system.auth.ssh.subsystem": match["what"]}
    if match["user"]:
        fields["user.name"] = match["user"]
    return fields


def _sshd_other(message: str) -> Fields:
    match = _ANY_FROM.match(message)
    if match is None or not is_ip(match["ip"]):
        return {}
    return add_address({}, match["ip"], match["port"])


_SSHD: Final[Mapping[str, Callable[[str], Fields | None]]] = {
    "Accepted": _ssh_login,
    "Failed": _ssh_login,
    "Postponed": _ssh_login,
    "Partial": _ssh_login,
    "Invalid": _ssh_invalid,
    "Illegal": _ssh_invalid,
    "Connection": _ssh_connection,
    "Disconnected": _ssh_closed,
    "Disconnecting": _ssh_closed,
    "Received": _ssh_received,
    "Did": _ssh_no_identification,
    "error": _ssh_error,
    "User": _ssh_not_allowed,
    "reverse": _ssh_break_in,
    "Address": _ssh_break_in,
    "message": _ssh_repeated,
    "subsystem": _ssh_subsystem,
}
