"""What sudo, su, cron and systemd-logind say."""

import re
from typing import Final

from ingest.parsers.auth_fields import AUTHENTICATION, PROCESS, SESSION, Fields

_SUDO: Final = re.compile(
    r"\s*(?P<user>\S+) : (?:(?P<error>[^;=]*?) ; )?(?P<pairs>(?:TTY|PWD|USER|GROUP|ENV|TSID|CHROOT|HOST)=.*)$",
    re.DOTALL,
)
_SUDO_COMMAND: Final = re.compile(r"(?:^| ; )COMMAND=(.*)$", re.DOTALL)
_SUDO_PAIR: Final = re.compile(r"(?:^| ; )(TTY|PWD|USER|GROUP)=((?:(?! ; [A-Z]+=).)*)", re.DOTALL)


def read_sudo(message: str) -> Fields:
    """Return what the message says of who ran what as whom, or was refused."""
    match = _SUDO.match(message)
    if match is None:
        return {}
    command = _SUDO_COMMAND.search(match["pairs"])
    heading = match["pairs"][: command.start()] if command else match["pairs"]
    pairs = dict(_SUDO_PAIR.findall(heading))
    fields: Fields = {
        "event.action": "sudo_command",
        "event.category": PROCESS,
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


def read_su(message: str) -> Fields:
    """Return what the message says of who became whom."""
    match = _SU.match(message) or _SU_TO.match(message) or _SU_SIGN.match(message)
    if match is None:
        return {}
    given = match.groupdict()
    failed = given.get("result") == "FAILED" or bool(given.get("failed")) or given.get("sign") == "-"
    return {
        "event.action": "su",
        "event.category": AUTHENTICATION,
        "event.type": ["info"],
        "event.outcome": "failure" if failed else "success",
        "user.name": given["user"],
        "user.effective.name": given["to"],
    }


_CRON: Final = re.compile(
    r"\((?P<user>[^)]*)\) (?P<what>CMD|CMDEND|RELOAD|LIST|REPLACE|BEGIN EDIT|END EDIT|DELETE) \((?P<command>.*)\)$",
    re.DOTALL,
)


def read_cron(message: str) -> Fields:
    """Return what the message says of whose command was run."""
    match = _CRON.match(message)
    if match is None:
        return {}
    fields: Fields = {"user.name": match["user"]}
    if match["what"] != "CMD":
        fields["event.action"] = "crontab_" + match["what"].lower().replace(" ", "_")
        return fields
    fields["event.action"] = "cron_command"
    fields["event.category"] = PROCESS
    fields["event.type"] = ["start"]
    fields["process.command_line"] = match["command"].strip()
    return fields


_LOGIND_NEW: Final = re.compile(r"New session '?(?P<session>[^\s']+)'? of user '?(?P<user>[^\s']+?)'?\.?(?: with .*)?$")
_LOGIND_GONE: Final = re.compile(r"(?:Removed session (?P<removed>\S+?)\.|Session (?P<out>\S+) logged out)")


def read_logind(message: str) -> Fields:
    """Return what the message says of sessions that began and ended."""
    if match := _LOGIND_NEW.match(message):
        return {
            "event.action": "logind_session_opened",
            "event.category": SESSION,
            "event.type": ["start"],
            "user.name": match["user"],
            "system.auth.session.id": match["session"],
        }
    if match := _LOGIND_GONE.match(message):
        return {
            "event.action": "logind_session_closed",
            "event.category": SESSION,
            "event.type": ["end"],
            "system.auth.session.id": match["removed"] or match["out"],
        }
    return {}
