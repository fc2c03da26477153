"""Syslog lines and messages: RFC 3164, RFC 5424, and the ISO times of rsyslog and journald.

Source: `/var/log/syslog`, `/var/log/messages`, `journalctl -o short-iso`, messages from the network.
Fields: `host.name`, `process.name`, `process.pid`, `message`, `log.syslog.*`; dataset `system.syslog`.
What sshd, sudo, su, cron, logind and the account tools say is read as in `auth` (dataset `system.auth`); what other
programs and network devices say, as `messages` lists them. FortiGate, Cisco IOS, RouterOS and CEF also come without a
syslog heading: lines that carry a time of their own are read.
A line that begins with a blank continues the one before it (macOS writes such).
"""

import re
from typing import Any, Final
from zoneinfo import ZoneInfo

from ingest.parsers.base import ParseContext, Reading, Refusal
from ingest.parsers.cisco import OwnHead, own_head
from ingest.parsers.cisco_xr import xr_head
from ingest.parsers.headless import read_headless
from ingest.parsers.messages import device_fields, program_fields
from ingest.parsers.mikrotik import is_topics, mikrotik_fields
from ingest.parsers.severities import SEVERITIES
from ingest.parsers.times import YearlessReader, iso_ns, yearless_reader

_LINE: Final = re.compile(
    r"(?:<(?P<pri>\d{1,3})>)?"
    r"(?:(?P<old>[A-Z][a-z]{2} [ \d]\d (?:\d{4} )?\d\d:\d\d:\d\d)(?:\.(?P<fraction>\d{1,9}))?"
    r"|(?P<iso>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*)):?"
    r" (?P<host>\S*)(?: (?P<rest>.*))?",
    re.DOTALL,
)
_TAG: Final = re.compile(r"([^\s\[\]:]{1,128})(?:\[(\d{1,10})\])?(?: \([^()]*\))?: ?")
_SPACED_TAG: Final = re.compile(r"([^\s\[\]:][^\[\]:]{0,63})\[(\d{1,10})\](?: \([^()]*\))?: ?")
"""`Google Chrome[85294]: …`: a name with a blank is only a name where a process id follows."""
_RFC5424: Final = re.compile(
    r"<(?P<pri>\d{1,3})>(?P<version>\d{1,2}) (?P<time>\S{1,64}) (?P<host>\S{1,255}) (?P<app>\S{1,128})"
    r" (?P<proc>\S{1,128}) (?P<id>\S{1,128}) (?P<rest>[-\[].*)",
    re.DOTALL,
)
_PRIORITY: Final = re.compile(r"<(\d{1,3})>")
_ROUTEROS_6: Final = re.compile(r"([a-z]{3})/(\d\d)(?:/(\d{4}))? (\d\d:\d\d:\d\d) (\S+ .*)", re.DOTALL)
_SD_NAME: Final = re.compile(r"[^\s=\]\"]{1,64}")
_SD_PARAM: Final = re.compile(r" +([^\s=\]\"]{1,64})=\"((?:[^\"\\]|\\.)*)\"", re.DOTALL)
_SD_ESCAPE: Final = re.compile(r"\\([\"\\\]])")

FACILITIES: Final = [
    "kern",
    "user",
    "mail",
    "daemon",
    "auth",
    "syslog",
    "lpr",
    "news",
    "uucp",
    "cron",
    "authpriv",
    "ftp",
    "ntp",
    "security",
    "console",
    "solaris-cron",
    "local0",
    "local1",
    "local2",
    "local3",
    "local4",
    "local5",
    "local6",
    "local7",
]


class SyslogParser:
    """Stateless; `is_auth` puts every line under `system.auth`, whoever wrote it."""

    state = ""

    def __init__(self, context: ParseContext, *, is_auth: bool = False) -> None:
        self._zone: ZoneInfo = context.timezone
        self._reference_ns = context.reference_ns
        self._year = context.year
        self._zoned: dict[ZoneInfo, YearlessReader] = {}
        self._read_yearless: YearlessReader = yearless_reader(
            zone=context.timezone, year=context.year, reference_ns=context.reference_ns
        )
        self._default_dataset = "system.auth" if is_auth else "system.syslog"

    def parse(self, text: str) -> Reading | Refusal:
        match = _LINE.match(text)
        if match is None:
            return self._parse_unheaded(text) or self._parse_rfc5424(text)
        pri, old, fraction, iso, host, rest = match.groups()
        time_ns = self._read_yearless(old) if old else iso_ns(iso.rstrip(":"), self._zone)
        if time_ns is None:
            return Refusal("waktu pada awal baris tidak sah")
        if fraction:
            time_ns += int(fraction.ljust(9, "0"))
        fields: dict[str, Any] = {}
        host, rest = _split_host(host, rest or "")
        if host:
            fields["host.name"] = host
        if pri:
            fields.update(priority_fields(int(pri)))
        return Reading(time_ns, self._with_message(fields, rest))

    def _with_message(self, fields: dict[str, Any], rest: str) -> dict[str, Any]:
        device = device_fields(rest)
        if device is not None:
            fields.update(device)
            return fields
        tag = _TAG.match(rest) or _SPACED_TAG.match(rest)
        if tag is None:
            fields["message"] = rest
            return self._finish(fields, "", rest)
        program, pid = tag.groups()
        fields["message"] = message = rest[tag.end() :]
        fields["process.name"] = program
        if pid:
            fields["process.pid"] = int(pid)
        return self._finish(fields, program, message)

    def _finish(self, fields: dict[str, Any], program: str, message: str) -> dict[str, Any]:
        fields["event.kind"] = "event"
        fields["event.dataset"] = self._default_dataset
        fields.update(program_fields(program, message))
        return fields

    def _parse_unheaded(self, text: str) -> Reading | None:
        """Read what devices write without a syslog heading, by the time that stands in it."""
        priority = _PRIORITY.match(text)
        body = text[priority.end() :] if priority else text
        fields = priority_fields(int(priority[1])) if priority else {}
        if said := read_headless(body, zone=self._zone, reference_ns=self._reference_ns):
            return Reading(said.time_ns, fields | said.fields)
        if head := own_head(body) or xr_head(body):
            return self._parse_ios(body, fields, head)
        return self._parse_routeros(body, fields)

    def _parse_ios(self, body: str, fields: dict[str, Any], head: OwnHead) -> Reading | None:
        read = self._read_yearless if head.zone is None else self._reader_of(head.zone)
        time_ns = read(head.time)
        said = device_fields(body)
        if time_ns is None or said is None:
            return None
        if head.host:
            fields["host.name"] = head.host
        return Reading(time_ns + int(head.fraction.ljust(9, "0") or 0), fields | said)

    def _parse_routeros(self, body: str, fields: dict[str, Any]) -> Reading | None:
        match = _ROUTEROS_6.match(body)
        said = mikrotik_fields(match[5]) if match else None
        if match is None or said is None:
            return None
        month, day, year, clock = match[1].title(), match[2], match[3], match[4]
        time_ns = self._read_yearless(f"{month} {day} {year} {clock}" if year else f"{month} {day} {clock}")
        return None if time_ns is None else Reading(time_ns, fields | said)

    def _reader_of(self, zone: ZoneInfo) -> YearlessReader:
        reader = self._zoned.get(zone)
        if reader is None:
            reader = yearless_reader(zone=zone, year=self._year, reference_ns=self._reference_ns)
            self._zoned[zone] = reader
        return reader

    def _parse_rfc5424(self, text: str) -> Reading | Refusal:
        match = _RFC5424.match(text)
        if match is None:
            return Refusal("bukan baris syslog: tidak ada waktu dan nama host di awal")
        time_ns = self._reference_ns if match["time"] == "-" else iso_ns(match["time"], self._zone)
        if time_ns is None:
            return Refusal("waktu pada awal baris tidak sah")
        fields: dict[str, Any] = priority_fields(int(match["pri"]))
        if match["time"] == "-":
            fields["tanggap.time_source"] = "received"
        fields["log.syslog.version"] = match["version"]
        fields.update(_given(match, {"host": "host.name", "app": "process.name", "id": "log.syslog.msgid"}))
        _add_process_id(fields, match["proc"])
        end = _read_structured_data(match["rest"], fields)
        if end is None:
            return Refusal("data terstruktur RFC 5424 tidak tertutup")
        fields["message"] = message = match["rest"][end:].removeprefix(" ").removeprefix("\ufeff")
        device = device_fields(message)
        if device is not None:
            return Reading(time_ns, fields | device)
        program = "" if match["app"] == "-" else match["app"]
        return Reading(time_ns, self._finish(fields, program, message))


def _split_host(host: str, rest: str) -> tuple[str, str]:
    """Tell a host from a program: `kernel: …` without a host, `fw1: %ASA-6-…` and `fw1 : %ASA-6-…` with one.

    RouterOS writes its topics right behind the time.
    """
    rest = rest.removeprefix(": ")
    if is_topics(host):
        return "", f"{host} {rest}"
    if not host.endswith(":"):
        return host, rest
    if rest.startswith("%"):
        return host[:-1], rest
    return "", f"{host} {rest}"


def priority_fields(priority: int) -> dict[str, Any]:
    """Return `log.syslog.*` of a PRI value; nothing for one over 191, which means nothing."""
    if priority > 191:
        return {}
    facility, severity = divmod(priority, 8)
    return {
        "log.syslog.priority": priority,
        "log.syslog.facility.code": facility,
        "log.syslog.facility.name": FACILITIES[facility],
        "log.syslog.severity.code": severity,
        "log.syslog.severity.name": SEVERITIES[severity],
    }


def _given(match: re.Match[str], names: dict[str, str]) -> dict[str, str]:
    return {field: match[group] for group, field in names.items() if match[group] != "-"}


def _add_process_id(fields: dict[str, Any], proc: str) -> None:
    if proc == "-":
        return
    if proc.isascii() and proc.isdigit() and len(proc) <= 10:
        fields["process.pid"] = int(proc)
    fields["log.syslog.procid"] = proc


def _read_structured_data(text: str, fields: dict[str, Any]) -> int | None:
    """Add `log.syslog.structured_data.ID.NAME` and return where it ends; None where it does not."""
    if text.startswith("-"):
        return 1
    at = 0
    while text.startswith("[", at):
        name = _SD_NAME.match(text, at + 1)
        if name is None:
            return None
        at = name.end()
        while param := _SD_PARAM.match(text, at):
            fields[f"log.syslog.structured_data.{name[0]}.{param[1]}"] = _SD_ESCAPE.sub(r"\1", param[2])
            at = param.end()
        if not text.startswith("]", at):
            return None
        at += 1
    return at
