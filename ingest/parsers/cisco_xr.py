"""What routers with Cisco IOS XR say: `RP/0/RSP0/CPU0:Nov 20 08:00:00.123 WITA: config[65710]: %MGBL-CONFIG-6-…`.

Source: Cisco IOS XR System Error Message Reference, by syslog with or without its heading, message id and host
(`logging hostnameprefix`). Fields: as IOS (`cisco`), with `cisco.xr.node` and the process that spoke; `event.action`
`config_changed`, `admin_login`, `link_down`, `link_up`, `line_protocol_down`, `line_protocol_up`, `uplink_down`,
`uplink_up`; dataset `cisco.ios`, which rules for network devices ask for.
"""

import re
from collections.abc import Callable
from typing import Final

from ingest.parsers.cisco import OwnHead, add_severity, head_of, read_link, read_neighbour
from ingest.parsers.ends import Fields, add_end
from ingest.parsers.verdicts import CONFIG_CHANGED, login

_HEAD: Final = re.compile(
    r"(?:\d{1,12}: )?(?:(?P<host>[^\s:]{1,255}) )?"
    r"(?P<node>(?:[A-Z]{1,4}/)?\d{1,3}/[A-Z]{0,4}\d{1,3}/[A-Z]{2,6}\d{1,2}):"
    r"(?:(?P<year>\d{4}) )?(?P<month>[A-Z][a-z]{2}) {1,2}(?P<day>\d{1,2}) (?P<clock>\d\d:\d\d:\d\d)"
    r"(?:\.(?P<fraction>\d{1,9}))?(?: (?P<zone>[A-Za-z]{2,5}(?:[+-]\d{1,2}(?::?\d\d)?)?))? ?: "
    r"(?P<process>[\w.-]{1,64})(?:\[(?P<pid>\d{1,10})\])?: "
    r"%(?P<facility>[A-Z][A-Z0-9_]{1,31}(?:-[A-Z0-9_]{1,32}){0,2})-(?P<severity>\d)-(?P<mnemonic>[A-Z0-9_]{2,64}) ?: ?"
)
_LIMIT: Final = 8192
_COMMIT: Final = re.compile(r"Configuration committed by user '(?P<user>[^']{1,128})'")
_LOGIN: Final = re.compile(
    r"(?P<result>Successfully authenticated|Failed authentication attempt by) user '(?P<user>.{0,255})' "
    r"from '(?P<ip>[^']{1,60})' on '",
    re.DOTALL,
)


def xr_head(text: str) -> OwnHead | None:
    """Return the heading that IOS XR itself wrote; None for another line."""
    match = _HEAD.match(text)
    return None if match is None else head_of(match)


def xr_fields(text: str) -> Fields | None:
    """Return the fields of a message; None for one that IOS XR did not write."""
    head = _HEAD.match(text)
    if head is None:
        return None
    message = text[head.end() :]
    fields: Fields = {
        "event.kind": "event",
        "event.dataset": "cisco.ios",
        "event.code": f"{head['facility']}-{head['severity']}-{head['mnemonic']}",
        "observer.vendor": "Cisco",
        "observer.product": "IOS XR",
        "cisco.xr.node": head["node"],
        "process.name": head["process"],
        "message": message,
    }
    add_severity(fields, int(head["severity"]))
    if head["pid"]:
        fields["process.pid"] = int(head["pid"])
    reader = _READERS.get(head["mnemonic"])
    if reader is not None and len(message) <= _LIMIT:
        fields.update(reader(message) or {})
    return fields


def _commit(message: str) -> Fields | None:
    match = _COMMIT.match(message)
    return {**CONFIG_CHANGED, "user.name": match["user"]} if match else None


def _login(message: str) -> Fields | None:
    match = _LOGIN.match(message)
    if match is None:
        return None
    fields = login("admin_login", failed=match["result"].startswith("Failed"), user=match["user"])
    add_end(fields, "source", match["ip"])
    return fields


def _link(message: str) -> Fields | None:
    # IOS writes `down`, IOS XR `Down`.
    return read_link(message.replace("state to Down", "state to down").replace("state to Up", "state to up"))


_READERS: Final[dict[str, Callable[[str], Fields | None]]] = {
    "DB_COMMIT": _commit,
    **dict.fromkeys(("INFO_SUCCESS", "INFO_FAILURE", "AUTHEN_SUCCESS", "AUTHEN_FAILED"), _login),
    "UPDOWN": _link,
    **dict.fromkeys(("ADJCHANGE", "ADJCHG"), read_neighbour),
}
