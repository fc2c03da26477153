"""What the message after the syslog heading says about log-ins, privileges and accounts.

User names in these messages are the attacker's words: a name may hold ` from 10.0.0.1 port 22 ssh2`. So names are
matched greedily and the address is taken from the end of the message, where sshd itself wrote it.
"""

import re
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import Any, Final

Fields = dict[str, Any]

_SSHD_LIMIT: Final = 2048
"""sshd writes at most 1,024 bytes (MSGBUFSIZ in OpenSSH's log.c); greedy names cost the square of the length."""
_MESSAGE_LIMIT: Final = 16 * 1024

_AUTHENTICATION: Final = ["authentication"]
_SESSION: Final = ["session"]
_IAM: Final = ["iam"]
_PROCESS: Final = ["process"]


def auth_fields(program: str, message: str) -> Fields | None:
    """Return ECS fields of an authentication message; None where `program` is not one that writes such."""
    read = _PROGRAMS.get(program)
    if read is None:
        return None
    if len(message) > (_SSHD_LIMIT if read is _sshd else _MESSAGE_LIMIT):
        return {}
    if message.startswith("pam_") or message.startswith("PAM "):
        return _pam(message) or {}
    return read(message)


def _address(fields: Fields, address: str, port: str | None = None) -> Fields:
    fields["source.address"] = address
    if is_ip(address):
        fields["source.ip"] = address
    elif address:
        fields["source.domain"] = address
    if port and int(port) <= 65_535:
        fields["source.port"] = int(port)
    return fields


def is_ip(text: str) -> bool:
    """Say whether this is an IPv4 or IPv6 address without a zone."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return "%" not in text


# --- sshd ------------------------------------------------------------------------------------------------------------

_FROM: Final = r"from (?P<ip>\S+)(?: port (?P<port>\d{1,5}))?"
_LOGIN: Final = re.compile(
    r"(?P<event>Accepted|Failed|Postponed|Partial) (?P<method>\S+) for (?P<invalid>(?:invalid|illegal) user )?(?P<user>.*) "
    + _FROM
    + r"(?: ssh\d?)?(?: \[preauth\])?(?:: (?P<signature>.*))?$",
    re.DOTALL,
)
_INVALID: Final = re.compile(
    r"(?P<event>Invalid|Illegal) user (?P<user>.*) " + _FROM + r"(?: \[preauth\])?$", re.DOTALL
)
_CLOSED: Final = re.compile(
    r"(?:Connection (?P<how>closed|reset) by|Disconnected from|Disconnecting) "
    r"(?:(?P<state>authenticating |invalid )?user (?P<user>.*) )?(?P<ip>\S+)(?: port (?P<port>\d{1,5}))?"
    r"(?:: (?P<why>.*?))?(?: \[preauth\])?$",
    re.DOTALL,
)
_RECEIVED: Final = re.compile(
    r"Received disconnect from (?P<ip>\S+?)(?: port (?P<port>\d{1,5}))?:\s?(?P<code>\d+): ?(?P<why>.*?)(?: \[preauth\])?$",
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
    r"(?:reverse mapping checking|Address ).*?\[?(?P<ip>[0-9a-fA-F.:]{3,45})\]?.* - POSSIBLE BREAK-IN ATTEMPT!"
)
_ANY_FROM: Final = re.compile(r".*\b(?:from|with) (?P<ip>\S+) port (?P<port>\d{1,5})", re.DOTALL)
_REPEATED: Final = re.compile(r"message repeated (?P<times>\d{1,9}) times: \[ ?(?P<message>.*)\]$", re.DOTALL)
_SUBSYSTEM: Final = re.compile(r"subsystem request for (?P<what>\S+)(?: by user (?P<user>.*))?$", re.DOTALL)

_OUTCOME: Final = {"Accepted": "success", "Failed": "failure", "Invalid": "failure", "Illegal": "failure"}


def _sshd(message: str) -> Fields:
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
        "event.category": ["authentication", "session"] if event == "Accepted" else _AUTHENTICATION,
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
    return _address(fields, ip, port)


def _ssh_invalid(message: str) -> Fields | None:
    match = _INVALID.match(message)
    if match is None:
        return None
    event, user, ip, port = match.groups()
    fields: Fields = {
        "event.action": "ssh_login",
        "event.category": _AUTHENTICATION,
        "event.type": ["info"],
        "event.outcome": "failure",
        "event.reason": "invalid user",
        "system.auth.ssh.event": event,
        "user.name": user,
    }
    return _address(fields, ip, port)


def _ssh_closed(message: str) -> Fields | None:
    match = _CLOSED.match(message)
    if match is None or not is_ip(match["ip"]):
        return None
    fields: Fields = {
        "event.action": "ssh_connection_reset" if match["how"] == "reset" else "ssh_disconnect",
        "event.category": _SESSION,
        "event.type": ["end"],
    }
    if match["user"]:
        fields["user.name"] = match["user"]
    if match["state"] == "invalid ":
        fields["event.reason"] = "invalid user"
    elif match["why"]:
        fields["event.reason"] = match["why"]
    return _address(fields, match["ip"], match["port"])


def _ssh_received(message: str) -> Fields | None:
    match = _RECEIVED.match(message)
    if match is None:
        return None
    fields: Fields = {"event.action": "ssh_disconnect", "event.category": _SESSION, "event.type": ["end"]}
    if match["why"]:
        fields["event.reason"] = match["why"]
    return _address(fields, match["ip"], match["port"])


def _ssh_no_identification(message: str) -> Fields | None:
    match = _NO_IDENTIFICATION.match(message)
    if match is None:
        return None
    fields = _address({"event.action": "ssh_no_identification"}, match["ip"], match["port"])
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
    return _address(fields, match["ip"], match["port"])


def _ssh_error(message: str) -> Fields | None:
    match = _PAM_ERROR.match(message) or _MAXIMUM.match(message)
    if match is None:
        return None
    given = match.groupdict()
    fields: Fields = {
        "event.action": "ssh_login",
        "event.category": _AUTHENTICATION,
        "event.type": ["info"],
        "event.outcome": "failure",
        "event.reason": given.get("why") or "maximum authentication attempts exceeded",
        "user.name": given["user"],
    }
    return _address(fields, given["ip"], given.get("port"))


def _ssh_not_allowed(message: str) -> Fields | None:
    match = _NOT_ALLOWED.match(message)
    if match is None:
        return None
    fields: Fields = {
        "event.action": "ssh_login",
        "event.category": _AUTHENTICATION,
        "event.type": ["info"],
        "event.outcome": "failure",
        "event.reason": match["why"],
        "user.name": match["user"],
    }
    return _address(fields, match["ip"])


def _ssh_break_in(message: str) -> Fields | None:
    match = _BREAK_IN.match(message)
    if match is None or not is_ip(match["ip"]):
        return None
    return _address({"event.action": "ssh_reverse_mapping_failed"}, match["ip"])


def _ssh_repeated(message: str) -> Fields | None:
    match = _REPEATED.match(message)
    if match is None:
        return None
    # One line, one event: how many log-ins it stands for is a field, so that a record keeps one id.
    return {**_sshd(match["message"]), "tanggap.repeat_count": int(match["times"])}


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
    return _address({}, match["ip"], match["port"])


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


# --- PAM -------------------------------------------------------------------------------------------------------------

_PAM_SESSION: Final = re.compile(
    r"pam_\w+\((?P<service>[^:()]*):session\): session (?P<what>opened|closed) for user (?P<user>[^\s(]+)"
    r"(?:\(uid=(?P<uid>\d+)\))?(?: by (?P<by>[^\s(]*)\(uid=(?P<by_uid>\d+)\))?"
)
_PAM_FAILURE: Final = re.compile(
    r"pam_\w+\((?P<service>[^:()]*):auth\): authentication failure; (?P<pairs>.*)$", re.DOTALL
)
_PAM_MORE: Final = re.compile(r"PAM (?P<times>\d{1,9}) more authentication failures?; (?P<pairs>.*)$", re.DOTALL)
_PAM_PASSWORD: Final = re.compile(r"pam_\w+\((?P<service>[^:()]*):chauthtok\): password changed for (?P<user>\S+)")
_PAM_UNKNOWN: Final = re.compile(r"pam_\w+\((?P<service>[^:()]*):auth\): check pass; user unknown")
_PAIR: Final = re.compile(r"(\w+)=(\S*)")


def _pam(message: str) -> Fields | None:
    if match := _PAM_SESSION.match(message):
        return _pam_session(match)
    if match := _PAM_FAILURE.match(message) or _PAM_MORE.match(message):
        return _pam_failure(match)
    if match := _PAM_PASSWORD.match(message):
        fields: Fields = {
            "event.action": "password_changed",
            "event.category": _IAM,
            "event.type": ["user", "change"],
            "event.outcome": "success",
        }
        return {**fields, "user.target.name": match["user"], "user.name": match["user"]}
    if _PAM_UNKNOWN.match(message):
        return {"event.action": "pam_unknown_user", "event.category": _AUTHENTICATION, "event.type": ["info"]}
    return None


def _pam_session(match: re.Match[str]) -> Fields:
    opened = match["what"] == "opened"
    fields: Fields = {
        "event.action": "session_opened" if opened else "session_closed",
        "event.category": _SESSION,
        "event.type": ["start"] if opened else ["end"],
        "service.name": match["service"],
        "user.name": match["by"] or match["user"],
        "user.effective.name": match["user"],
    }
    if match["uid"]:
        fields["user.effective.id"] = match["uid"]
    return fields


def _pam_failure(match: re.Match[str]) -> Fields:
    pairs = dict(_PAIR.findall(match["pairs"]))
    fields: Fields = {
        "event.action": "pam_authentication",
        "event.category": _AUTHENTICATION,
        "event.type": ["info"],
        "event.outcome": "failure",
    }
    given = match.groupdict()
    if given.get("service"):
        fields["service.name"] = given["service"]
    if given.get("times"):
        fields["tanggap.repeat_count"] = int(given["times"])
    if pairs.get("user"):
        fields["user.name"] = pairs["user"]
    elif pairs.get("ruser"):
        fields["user.name"] = pairs["ruser"]
    if pairs.get("rhost"):
        _address(fields, pairs["rhost"])
    return fields


# --- sudo, su, cron, logind ------------------------------------------------------------------------------------------

_SUDO: Final = re.compile(
    r"\s*(?P<user>\S+) : (?:(?P<error>[^;=]*?) ; )?(?P<pairs>(?:TTY|PWD|USER|GROUP|ENV|TSID|CHROOT|HOST)=.*)$",
    re.DOTALL,
)
_SUDO_COMMAND: Final = re.compile(r"(?:^| ; )COMMAND=(.*)$", re.DOTALL)
_SUDO_PAIR: Final = re.compile(r"(?:^| ; )(TTY|PWD|USER|GROUP)=((?:(?! ; [A-Z]+=).)*)", re.DOTALL)


def _sudo(message: str) -> Fields:
    match = _SUDO.match(message)
    if match is None:
        return {}
    command = _SUDO_COMMAND.search(match["pairs"])
    heading = match["pairs"][: command.start()] if command else match["pairs"]
    pairs = dict(_SUDO_PAIR.findall(heading))
    fields: Fields = {
        "event.action": "sudo_command",
        "event.category": _PROCESS,
        "event.type": ["start"],
        "event.outcome": "failure" if match["error"] else "success",
        "user.name": match["user"],
    }
    for name in ("TTY", "PWD", "USER"):
        if name in pairs:
            fields[f"system.auth.sudo.{name.lower()}"] = pairs[name]
    if "USER" in pairs:
        fields["user.effective.name"] = pairs["USER"]
    if "PWD" in pairs:
        fields["process.working_directory"] = pairs["PWD"]
    if command:
        fields["system.auth.sudo.command"] = fields["process.command_line"] = command[1]
    if match["error"]:
        fields["system.auth.sudo.error"] = fields["event.reason"] = match["error"]
    return fields


_SU: Final = re.compile(r"(?P<result>Successful|FAILED) su for (?P<to>\S+) by (?P<user>\S+)")
_SU_TO: Final = re.compile(r"(?P<failed>FAILED SU )?\(to (?P<to>[^\s)]+)\) (?P<user>\S+) on (?P<tty>\S+)")
_SU_SIGN: Final = re.compile(r"(?P<sign>[+-]) \S+ (?P<user>[^\s:]+):(?P<to>\S+)$")


def _su(message: str) -> Fields:
    match = _SU.match(message) or _SU_TO.match(message) or _SU_SIGN.match(message)
    if match is None:
        return {}
    given = match.groupdict()
    failed = given.get("result") == "FAILED" or bool(given.get("failed")) or given.get("sign") == "-"
    return {
        "event.action": "su",
        "event.category": _AUTHENTICATION,
        "event.type": ["info"],
        "event.outcome": "failure" if failed else "success",
        "user.name": given["user"],
        "user.effective.name": given["to"],
    }


_CRON: Final = re.compile(
    r"\((?P<user>[^)]*)\) (?P<what>CMD|CMDEND|RELOAD|LIST|REPLACE|BEGIN EDIT|END EDIT|DELETE) \((?P<command>.*)\)$",
    re.DOTALL,
)


def _cron(message: str) -> Fields:
    match = _CRON.match(message)
    if match is None:
        return {}
    fields: Fields = {"user.name": match["user"]}
    if match["what"] != "CMD":
        fields["event.action"] = "crontab_" + match["what"].lower().replace(" ", "_")
        return fields
    fields["event.action"] = "cron_command"
    fields["event.category"] = _PROCESS
    fields["event.type"] = ["start"]
    fields["process.command_line"] = match["command"].strip()
    return fields


_LOGIND_NEW: Final = re.compile(r"New session '?(?P<session>[^\s']+)'? of user '?(?P<user>[^\s']+?)'?\.?(?: with .*)?$")
_LOGIND_GONE: Final = re.compile(r"(?:Removed session (?P<removed>\S+?)\.|Session (?P<out>\S+) logged out)")


def _logind(message: str) -> Fields:
    if match := _LOGIND_NEW.match(message):
        return {
            "event.action": "logind_session_opened",
            "event.category": _SESSION,
            "event.type": ["start"],
            "user.name": match["user"],
            "system.auth.session.id": match["session"],
        }
    if match := _LOGIND_GONE.match(message):
        return {
            "event.action": "logind_session_closed",
            "event.category": _SESSION,
            "event.type": ["end"],
            "system.auth.session.id": match["removed"] or match["out"],
        }
    return {}


# --- accounts --------------------------------------------------------------------------------------------------------

_NEW: Final = re.compile(r"new (?P<kind>user|group): (?P<pairs>.*)$", re.DOTALL)
_ADD_TO_GROUP: Final = re.compile(r"add '(?P<user>[^']*)' to (?:shadow )?group '(?P<group>[^']*)'")
_DELETE: Final = re.compile(r"(?:delete|removed?) (?P<kind>user|group|shadow group)?\s*'(?P<name>[^']*)'")
_CHANGE: Final = re.compile(r"(?:change user|lock user|unlock user|changed) '(?P<user>[^']*)'(?P<rest>.*)$", re.DOTALL)
_GPASSWD: Final = re.compile(
    r"user (?P<user>\S+) (?P<what>added|removed) by (?P<by>\S+) (?:to|from) group (?P<group>\S+)"
)
_ACCOUNT_PAIR: Final = re.compile(r"(\w+)=([^,]*)")


def _iam(action: str, kind: str, change: str, **fields: Any) -> Fields:
    return {
        "event.action": action,
        "event.category": _IAM,
        "event.type": [kind, change],
        "event.outcome": "success",
        **{name.replace("__", "."): value for name, value in fields.items()},
    }


def _account(message: str) -> Fields:
    if match := _NEW.match(message):
        return _new_account(match["kind"], dict(_ACCOUNT_PAIR.findall(match["pairs"])))
    if match := _ADD_TO_GROUP.match(message):
        return _iam("group_member_added", "group", "change", user__name=match["user"], group__name=match["group"])
    if match := _GPASSWD.match(message):
        action = f"group_member_{match['what']}"
        return _iam(
            action,
            "group",
            "change",
            user__name=match["by"],
            user__target__name=match["user"],
            group__name=match["group"],
        )
    if match := _DELETE.match(message):
        if match["kind"] in (None, "user"):
            return _iam("user_deleted", "user", "deletion", user__name=match["name"])
        return _iam("group_deleted", "group", "deletion", group__name=match["name"])
    if match := _CHANGE.match(message):
        return _iam("user_changed", "user", "change", user__name=match["user"])
    return {}


def _new_account(kind: str, pairs: dict[str, str]) -> Fields:
    if kind == "group":
        fields = _iam("group_added", "group", "creation", group__name=pairs.get("name", ""))
    else:
        fields = _iam("user_added", "user", "creation", user__name=pairs.get("name", ""))
    for pair, field in (
        ("UID", "user.id"),
        ("GID", "group.id"),
        ("home", "system.auth.useradd.home"),
        ("shell", "system.auth.useradd.shell"),
    ):
        if pair in pairs:
            fields[field] = pairs[pair].strip()
    return fields


_PROGRAMS: Final[Mapping[str, Callable[[str], Fields]]] = {
    **dict.fromkeys(("sshd", "sshd-session", "sshd-auth"), _sshd),
    "sudo": _sudo,
    **dict.fromkeys(("su", "su-l"), _su),
    **dict.fromkeys(("CRON", "cron", "crond", "CROND", "crontab", "atd", "anacron"), _cron),
    **dict.fromkeys(("systemd-logind", "elogind"), _logind),
    **dict.fromkeys(
        (
            "useradd",
            "usermod",
            "userdel",
            "groupadd",
            "groupmod",
            "groupdel",
            "gpasswd",
            "passwd",
            "chpasswd",
            "adduser",
            "chage",
        ),
        _account,
    ),
    **dict.fromkeys(
        ("login", "gdm-password", "polkitd", "pkexec", "systemd-user", "(systemd)", "vsftpd", "dovecot-auth"),
        lambda message: {},
    ),
}
