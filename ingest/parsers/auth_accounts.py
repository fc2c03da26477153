"""What useradd, usermod, groupadd, passwd and their kin say."""

import re
from typing import Final

from ingest.parsers.auth_fields import IAM, Fields

_NEW: Final = re.compile(r"new (?P<kind>user|group): (?P<pairs>.*)$", re.DOTALL)
_ADD_TO_GROUP: Final = re.compile(r"add '(?P<user>[^']*)' to (?:shadow )?group '(?P<group>[^']*)'")
_DELETE: Final = re.compile(r"(?:delete|removed?) (?P<kind>user|group|shadow group)?\s*'(?P<name>[^']*)'")
_CHANGE: Final = re.compile(r"(?:change user|lock user|unlock user|changed) '(?P<user>[^']*)'(?P<rest>.*)$", re.DOTALL)
_GPASSWD: Final = re.compile(
    r"user (?P<user>\S+) (?P<what>added|removed) by (?P<by>\S+) (?:to|from) group (?P<group>\S+)"
)
_ACCOUNT_PAIR: Final = re.compile(r"(\w+)=([^,]*)")


def _iam(action: str, kind: str, change: str, **fields: str) -> Fields:
    return {
        "event.action": action,
        "event.category": IAM,
        "event.type": [kind, change],
        "event.outcome": "success",
        **{name.replace("__", "."): value for name, value in fields.items()},
    }


def read_account(message: str) -> Fields:
    """Return what the message says of accounts and groups made, changed or removed."""
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
    match = _CHANGE.match(message)
    return _iam("user_changed", "user", "change", user__name=match["user"]) if match else {}


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
