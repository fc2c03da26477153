"""Windows events, from EVTX or JSON, under the names Winlogbeat gives them."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from ingest.parsers.base import Reading, Refusal
from ingest.parsers.flat import UnwieldyDocumentError, flatten, instant_of, is_fitting

_UTC: Final = ZoneInfo("UTC")

_CHANNEL_DATASETS: Final = {
    "security": "system.security",
    "system": "system.system",
    "application": "system.application",
    "windows powershell": "windows.powershell",
}
_NOT_WORD: Final = re.compile(r"[^a-z0-9]+")


def dataset_of_channel(channel: str) -> str:
    """Return `windows.sysmon_operational` for `Microsoft-Windows-Sysmon/Operational`."""
    lowered = channel.lower()
    known = _CHANNEL_DATASETS.get(lowered)
    if known:
        return known
    return "windows." + (_NOT_WORD.sub("_", lowered.removeprefix("microsoft-windows-")).strip("_")[:80] or "event")


# --- the record as EVTX holds it -------------------------------------------------------------------------------------


def fields_of_event(event: Mapping[str, Any]) -> Reading | Refusal:
    """Return the reading of an `Event` object (`System`, `EventData` or `UserData`) as the evtx library gives it."""
    system = event.get("System")
    if not isinstance(system, dict):
        return Refusal("catatan Windows tanpa bagian System")
    time_ns = instant_of(_attribute(system.get("TimeCreated"), "SystemTime"), _UTC)
    if time_ns is None:
        return Refusal("catatan Windows tanpa TimeCreated yang sah")
    fields = _system_fields(system)
    try:
        _add_data(fields, "winlog.event_data.", event.get("EventData"))
        _add_data(fields, "winlog.user_data.", event.get("UserData"))
    except UnwieldyDocumentError:
        return Refusal("catatan Windows terlalu besar atau terlalu dalam")
    add_meaning(fields)
    return Reading(time_ns, fields)


def _system_fields(system: Mapping[str, Any]) -> dict[str, Any]:
    channel = _text(system.get("Channel"))
    code = _text(system.get("EventID"))
    fields: dict[str, Any] = {
        "event.kind": "event",
        "event.dataset": dataset_of_channel(channel),
        "event.code": code,
        "winlog.channel": channel,
        "winlog.event_id": int(code) if code.isascii() and code.isdigit() and len(code) < 10 else code,
        "winlog.provider_name": _attribute(system.get("Provider"), "Name"),
        "event.provider": _attribute(system.get("Provider"), "Name"),
        "winlog.provider_guid": _attribute(system.get("Provider"), "Guid"),
        "winlog.record_id": _plain(system.get("EventRecordID")),
        "winlog.computer_name": _text(system.get("Computer")),
        "host.name": _text(system.get("Computer")),
        "winlog.level": _plain(system.get("Level")),
        "winlog.task": _plain(system.get("Task")),
        "winlog.opcode": _plain(system.get("Opcode")),
        "winlog.keywords": _plain(system.get("Keywords")),
        "winlog.version": _plain(system.get("Version")),
        "winlog.process.pid": _attribute(system.get("Execution"), "ProcessID"),
        "winlog.process.thread.id": _attribute(system.get("Execution"), "ThreadID"),
        "winlog.user.identifier": _attribute(system.get("Security"), "UserID"),
        "winlog.activity_id": _attribute(system.get("Correlation"), "ActivityID"),
    }
    return {name: value for name, value in fields.items() if value not in (None, "")}


def _attribute(value: object, name: str) -> str | int | None:
    if not isinstance(value, dict):
        return None
    attributes = value.get("#attributes")
    found = attributes.get(name) if isinstance(attributes, dict) else None
    return found if isinstance(found, str | int) else None


def _plain(value: object) -> str | int | float | None:
    """The value of an element, which is an object where the element has attributes too."""
    if isinstance(value, dict):
        value = value.get("#text")
    return value if isinstance(value, str | int | float) else None


def _text(value: object) -> str:
    plain = _plain(value)
    return "" if plain is None else str(plain)


def _add_data(fields: dict[str, Any], prefix: str, data: object) -> None:
    """Add the data under `prefix`. Raises: UnwieldyDocumentError."""
    if data is None or data == "":
        return
    if not isinstance(data, dict):
        fields[f"{prefix}Data"] = data
        return
    for key, value in flatten(data).items():
        if "#attributes" in key:
            if not key.endswith("xmlns") and not key.endswith("#attributes.Name"):
                fields[prefix + key.replace("#attributes.", "")] = value
            continue
        # An unnamed <Data> has its text under `Data.#text`; rules call it `Data`.
        fields[prefix + key.removesuffix(".#text")] = value


# --- flat JSON of other tools ----------------------------------------------------------------------------------------

_SYSTEM_KEYS: Final = {
    "Channel": "winlog.channel",
    "EventID": "winlog.event_id",
    "EventId": "winlog.event_id",
    "event_id": "winlog.event_id",
    "Provider_Name": "winlog.provider_name",
    "SourceName": "winlog.provider_name",
    "ProviderName": "winlog.provider_name",
    "Computer": "winlog.computer_name",
    "Hostname": "winlog.computer_name",
    "ComputerName": "winlog.computer_name",
    "EventRecordID": "winlog.record_id",
    "RecordNumber": "winlog.record_id",
    "Level": "winlog.level",
    "Task": "winlog.task",
    "Opcode": "winlog.opcode",
    "OpcodeValue": "winlog.opcode",
    "Keywords": "winlog.keywords",
    "Version": "winlog.version",
    "ProviderGuid": "winlog.provider_guid",
}


@lru_cache(maxsize=4096)
def winlog_name(key: str) -> str | None:
    """Return what a key of a flat document is called in Winlogbeat; None for one that is not the record's."""
    if key.startswith("@") or "." in key:
        return None
    return _SYSTEM_KEYS.get(key) or f"winlog.event_data.{key}"


def add_windows_fields(fields: dict[str, Any]) -> None:
    """Add `winlog.*`, `event.code` and `host.name` to a flat document that is a Windows event; change nothing else.

    Such a document has `Channel` and `EventID` (NXLog, Mordor data sets, `Get-WinEvent` exports); every key that
    belongs to no system part is event data. One that has `winlog.*` already (Winlogbeat) gets only what is missing.
    """
    if "winlog.channel" not in fields:
        if "Channel" not in fields or not ("EventID" in fields or "EventId" in fields):
            return
        for key, value in list(fields.items()):
            name = winlog_name(key)
            if name is not None and name not in fields:
                fields[name] = value
    code = fields.get("winlog.event_id", fields.get("event.code"))
    if isinstance(code, str | int):
        fields.setdefault("event.code", str(code))
        fields["event.code"] = str(fields["event.code"])
        fields.setdefault("winlog.event_id", code)
    if "winlog.computer_name" in fields:
        fields.setdefault("host.name", fields["winlog.computer_name"])
    if "winlog.provider_name" in fields:
        fields.setdefault("event.provider", fields["winlog.provider_name"])
    fields.setdefault("event.dataset", dataset_of_channel(str(fields["winlog.channel"])))
    add_meaning(fields)


# --- what the commonest events mean ----------------------------------------------------------------------------------

SECURITY: Final[Mapping[str, Mapping[str, Any]]] = {
    "4624": {
        "event.action": "logged-in",
        "event.category": ["authentication"],
        "event.type": ["start"],
        "event.outcome": "success",
    },
    "4625": {
        "event.action": "logon-failed",
        "event.category": ["authentication"],
        "event.type": ["start"],
        "event.outcome": "failure",
    },
    "4634": {"event.action": "logged-out", "event.category": ["authentication"], "event.type": ["end"]},
    "4688": {"event.action": "created-process", "event.category": ["process"], "event.type": ["start"]},
    "4689": {"event.action": "exited-process", "event.category": ["process"], "event.type": ["end"]},
    "4720": {"event.action": "added-user-account", "event.category": ["iam"], "event.type": ["user", "creation"]},
    "4722": {"event.action": "enabled-user-account", "event.category": ["iam"], "event.type": ["user", "change"]},
    "4725": {"event.action": "disabled-user-account", "event.category": ["iam"], "event.type": ["user", "deletion"]},
    "4726": {"event.action": "deleted-user-account", "event.category": ["iam"], "event.type": ["user", "deletion"]},
    "4740": {"event.action": "locked-out-user-account", "event.category": ["iam"], "event.type": ["user", "change"]},
    "4767": {"event.action": "unlocked-user-account", "event.category": ["iam"], "event.type": ["user", "change"]},
    "1102": {"event.action": "audit-log-cleared", "event.category": ["iam"], "event.type": ["admin", "change"]},
}
TARGET_IS_USER: Final = frozenset(("4624", "4625", "4634"))
EMPTY: Final = frozenset(("", "-", None))
MAX_PORT_DIGITS: Final = 10
DATA: Final = "winlog.event_data."
ADDRESSES: Final[Mapping[str, str]] = {
    f"{DATA}IpAddress": "source.ip",
    f"{DATA}SourceIp": "source.ip",
    f"{DATA}DestinationIp": "destination.ip",
}
TEXTS: Final[Mapping[str, str]] = {
    f"{DATA}Image": "process.executable",
    f"{DATA}CommandLine": "process.command_line",
    f"{DATA}ParentImage": "process.parent.executable",
}
PORTS: Final[Mapping[str, str]] = {
    f"{DATA}IpPort": "source.port",
    f"{DATA}SourcePort": "source.port",
    f"{DATA}DestinationPort": "destination.port",
}
"""What the event data calls it, and ECS; the first that is there counts."""
_SUBJECT: Final = (("SubjectUserSid", "user.id"), ("SubjectDomainName", "user.domain"))
_TARGET_AS_USER: Final = (("TargetUserSid", "user.id"), ("TargetDomainName", "user.domain"))
_TARGET: Final = (
    ("TargetUserName", "user.target.name"),
    ("TargetSid", "user.target.id"),
    ("TargetDomainName", "user.target.domain"),
)
PEOPLE: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    **dict.fromkeys(("4624", "4625", "4634"), _TARGET_AS_USER),
    **dict.fromkeys(("4688", "4689", "1102"), _SUBJECT),
    **dict.fromkeys(("4720", "4722", "4725", "4726", "4740", "4767"), (*_SUBJECT, *_TARGET)),
}
_ENDED: Final = "4689"
"""The one event whose process stands in `ProcessName`, with its number in hexadecimal."""
_HEX: Final = re.compile(r"0x[0-9A-Fa-f]{1,8}")


def add_meaning(fields: dict[str, Any]) -> None:
    """Add ECS fields for what the event data says of user, address and process; never over ones that are there."""
    code = fields.get("event.code")
    is_security = fields.get("winlog.channel") == "Security"
    if is_security and isinstance(code, str) and code in SECURITY:
        for name, value in SECURITY[code].items():
            fields.setdefault(name, value)
    user = f"{DATA}TargetUserName" if is_security and code in TARGET_IS_USER else f"{DATA}SubjectUserName"
    for source, name in ((user, "user.name"), *ADDRESSES.items(), *TEXTS.items()):
        value = fields.get(source)
        if isinstance(value, str) and value not in EMPTY and is_fitting(name, value):
            fields.setdefault(name, value)
    for source, name in PORTS.items():
        port = port_of(fields.get(source))
        if port:
            fields.setdefault(name, port)
    if is_security and isinstance(code, str) and code in SECURITY:
        add_people(fields, code)


def add_people(fields: dict[str, Any], code: str) -> None:
    """Add who acted on whom, as Winlogbeat does, to an event of the Security channel; never over what is there."""
    for source, name in PEOPLE.get(code, ()):
        value = fields.get(DATA + source)
        if isinstance(value, str) and value not in EMPTY:
            fields.setdefault(name, value)
    executable = fields.get(f"{DATA}ProcessName")
    if code != _ENDED or not isinstance(executable, str) or executable in EMPTY:
        return
    fields.setdefault("process.executable", executable)
    fields.setdefault("process.name", executable.rpartition("\\")[2])
    number = fields.get(f"{DATA}ProcessId")
    if isinstance(number, str) and _HEX.fullmatch(number):
        fields.setdefault("process.pid", int(number, 16))


def port_of(value: object) -> int:
    """Return the port that a value says, 0 where it says none."""
    text = str(value)
    # Other digits than ASCII's, and thousands of them, are digits too.
    if len(text) > MAX_PORT_DIGITS or not text.isascii() or not text.isdigit():
        return 0
    port = int(text)
    return port if port < 65_536 else 0
