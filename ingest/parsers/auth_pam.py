"""What PAM modules say of sessions, failures and passwords."""

import re
from typing import Final

from ingest.parsers.auth_fields import AUTHENTICATION, IAM, SESSION, Fields, add_address

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


def read_pam(message: str) -> Fields | None:
    """Return what a PAM module says, whichever program it was called by; None for what is not known."""
    if match := _PAM_SESSION.match(message):
        return _pam_session(match)
    if match := _PAM_FAILURE.match(message) or _PAM_MORE.match(message):
        return _pam_failure(match)
    if match := _PAM_PASSWORD.match(message):
        fields: Fields = {
            "event.action": "password_changed",
            "event.category": IAM,
            "event.type": ["user", "change"],
            "event.outcome": "success",
        }
        return {**fields, "user.target.name": match["user"], "user.name": match["user"]}
    if _PAM_UNKNOWN.match(message):
        return {"event.action": "pam_unknown_user", "event.category": AUTHENTICATION, "event.type": ["info"]}
    return None


def _pam_session(match: re.Match[str]) -> Fields:
    opened = match["what"] == "opened"
    fields: Fields = {
        "event.action": "session_opened" if opened else "session_closed",
        "event.category": SESSION,
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
        "event.category": AUTHENTICATION,
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
        add_address(fields, pairs["rhost"])
    return fields
