"""Sysmon for Linux, which writes each event as XML to syslog under the name `sysmon`.

Source: Microsoft Sysmon for Linux 1.x, channel `Linux-Sysmon/Operational`. Fields: `winlog.*` and
`winlog.event_data.*` as for Windows, so that rules for either read them; `process.*`, `source.*`, `destination.*`,
`file.path`; `event.action` (`process_started`, `connection_started`, `process_ended`, `file_created`, `file_deleted`,
`raw_access`); dataset `sysmon_linux.log`.
"""

from typing import Final

from ingest.parsers.addresses import is_ip
from ingest.parsers.base import Reading
from ingest.parsers.ends import Fields, add_end, whole
from ingest.parsers.winxml import read_windows_xml

_ACTIONS: Final[dict[str, tuple[str, str, str]]] = {
    "1": ("process_started", "process", "start"),
    "3": ("connection_started", "network", "start"),
    "5": ("process_ended", "process", "end"),
    "9": ("raw_access", "process", "access"),
    "11": ("file_created", "file", "creation"),
    "23": ("file_deleted", "file", "deletion"),
}
_TEXTS: Final = {
    "Image": "process.executable",
    "CommandLine": "process.command_line",
    "CurrentDirectory": "process.working_directory",
    "ParentImage": "process.parent.executable",
    "ParentCommandLine": "process.parent.command_line",
    "ProcessGuid": "process.entity_id",
    "User": "user.name",
    "TargetFilename": "file.path",
    "Protocol": "network.transport",
}
_NUMBERS: Final = {"ProcessId": "process.pid", "ParentProcessId": "process.parent.pid"}
_DATA: Final = "winlog.event_data."


def read_sysmon(message: str) -> Fields | None:
    """Return the fields of an event in XML; None for what Sysmon says of itself."""
    if not message.startswith("<Event"):
        return None
    reading = read_windows_xml(message)
    if not isinstance(reading, Reading):
        return None
    fields = reading.fields
    # The heading's host and process are the sender; the event's own host is the same machine.
    fields.pop("host.name", None)
    fields["event.dataset"] = "sysmon_linux.log"
    said = {name.removeprefix(_DATA): value for name, value in fields.items() if name.startswith(_DATA)}
    texts = {name: value for name, value in said.items() if isinstance(value, str) and value not in ("", "-")}
    fields |= {field: texts[name] for name, field in _TEXTS.items() if name in texts}
    fields |= {field: number for name, field in _NUMBERS.items() if (number := whole(texts.get(name))) is not None}
    fields["message"] = texts.get("CommandLine") or texts.get("TargetFilename") or texts.get("Image", "")
    if "Image" in texts:
        fields["process.name"] = texts["Image"].rpartition("/")[2]
    if is_ip(texts.get("SourceIp", "")):
        add_end(fields, "source", texts["SourceIp"], texts.get("SourcePort"))
    if is_ip(texts.get("DestinationIp", "")):
        add_end(fields, "destination", texts["DestinationIp"], texts.get("DestinationPort"))
    if known := _ACTIONS.get(str(fields.get("event.code", ""))):
        fields["event.action"], fields["event.category"], fields["event.type"] = known[0], [known[1]], [known[2]]
    return fields
