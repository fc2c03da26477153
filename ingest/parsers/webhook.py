"""What a network room's monitors post over HTTP: one JSON object a post, or a form's fields.

Source: Uptime Kuma (webhook, JSON), Zabbix (webhook media type with macros as parameters, connectors), LibreNMS (API
transport), PRTG (HTTP action, JSON or form), The Dude (RouterOS `fetch` with its variables). Keys are taken in any case
and with any mark between words (`EVENT.NAME`, `event_name`). Fields: `event.action` as in `noc_messages`,
`monitor.host`, `monitor.problem`, `monitor.service`, `monitor.severity`, `monitor.url`; datasets
`uptimekuma.monitoring`, `zabbix.monitoring`, `librenms.monitoring`, `prtg.monitoring`, `dude.monitoring`. Time: as the
post says, else that of its receipt.
"""

import re
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from ingest.parsers.addresses import is_ip
from ingest.parsers.base import ParseContext, Reading, Refusal
from ingest.parsers.ends import Fields
from ingest.parsers.flat import UnwieldyDocumentError, flatten, instant_of
from ingest.parsers.jsonl import read_object
from ingest.parsers.noc_messages import read_dude, state_of

_UTC: Final = ZoneInfo("UTC")
_NOT_WORD: Final = re.compile(r"[^a-z0-9]+")
_FORM: Final = re.compile(r"[A-Za-z_]\w{0,40}=[^&\s]*(?:&[A-Za-z_]\w{0,40}=[^&\s]*){1,64}$")
_TEXT_LIMIT: Final = 4096
_TIMES: Final = ("timestamp", "clock", "datetime", "event_time", "time")
_RESOLVED: Final = frozenset(("0", "ok", "resolved", "up", "recovered", "recovery", "false"))
_SEVERITIES: Final = ("not classified", "information", "warning", "average", "high", "disaster")
"""Of Zabbix, which its connectors write as a number."""
Said = dict[str, Any]


class WebhookParser:
    """Stateless."""

    state = ""

    def __init__(self, context: ParseContext) -> None:
        self._zone = context.timezone
        self._reference_ns = context.reference_ns

    def parse(self, text: str) -> Reading | Refusal:
        document = _form(text) if _FORM.match(text) else read_object(text)
        if isinstance(document, Refusal):
            return document
        found = webhook_fields(document)
        if found is None:
            return Refusal("bukan kiriman pemantau yang dikenal (Zabbix, LibreNMS, PRTG, The Dude, Uptime Kuma)")
        fields, moment, zone = found
        time_ns = None if moment is None else instant_of(moment, zone or self._zone)
        fields = {"event.kind": "event", "event.category": ["host"], **fields}
        if time_ns is None:
            fields["tanggap.time_source"] = "received"
            time_ns = self._reference_ns
        return Reading(time_ns, fields)


def webhook_fields(document: Said) -> tuple[Fields, object, ZoneInfo | None] | None:
    """Return the event's fields, its time as the post says it and the zone of that; None for an unknown post."""
    try:
        flat = flatten(document)
    except UnwieldyDocumentError:
        return None
    said = {_NOT_WORD.sub("_", name.lower()).strip("_"): value for name, value in flat.items() if len(name) <= 128}
    for is_of, read, zone in _MONITORS:
        if is_of(said):
            moment = next((said[name] for name in _TIMES if name in said), None)
            return read(said), said.get("heartbeat_time") if zone else moment, zone
    return None


def _form(text: str) -> Said:
    return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=65))


def _text(said: Said, *names: str) -> str:
    """Return the first of these that says something, as text."""
    for name in names:
        value = said.get(name)
        if isinstance(value, list) and value:
            value = value[0]
        if isinstance(value, str | int | float) and not isinstance(value, bool) and value != "":
            return str(value)[:_TEXT_LIMIT]
    return ""


def _given(**values: str) -> Fields:
    """Return `monitor.*` of what was said, and the host's address where it is one."""
    fields: Fields = {f"monitor.{name}": value for name, value in values.items() if value and name != "ip"}
    if is_ip(values.get("ip", "")):
        fields["host.ip"] = [values["ip"]]
    return fields


def _uptime_kuma(said: Said) -> Fields:
    status, text = said.get("heartbeat_status"), _text(said, "heartbeat_msg", "msg")
    url = _text(said, "monitor_url")
    fields = _given(
        host=_text(said, "monitor_name"),
        problem=text,
        url="" if url == "https://" else url,
        ip=_text(said, "monitor_hostname"),
    )
    fields["event.dataset"], fields["message"] = "uptimekuma.monitoring", _text(said, "msg") or text
    if status == 1:
        return {**fields, "event.action": "monitor_resolved", "event.outcome": "success"}
    if status != 0:
        return {**fields, "event.action": "monitor_notice"}
    is_host = _text(said, "monitor_type") in ("ping", "port", "snmp")
    return {**fields, "event.action": "device_down" if is_host else "web_check_failed", "event.outcome": "failure"}


def _zabbix(said: Said) -> Fields:
    name = _text(said, "event_name", "trigger_name", "name", "subject")
    severity = _text(said, "event_severity", "trigger_severity", "severity", "event_nseverity")
    if severity.isdigit() and int(severity) < len(_SEVERITIES):
        severity = _SEVERITIES[int(severity)]
    state = _text(said, "event_value", "event_status", "trigger_status", "value", "status").lower()
    fields = _given(
        host=_text(said, "host_name", "hosts_name", "host_host", "hosts_host", "host"),
        problem=name,
        severity=severity,
        ip=_text(said, "host_ip", "ip"),
    )
    return {
        **fields,
        "event.dataset": "zabbix.monitoring",
        "message": name,
        **state_of(name, resolved=state in _RESOLVED),
    }


def _librenms(said: Said) -> Fields:
    name = _text(said, "name", "rule", "title", "msg")
    fields = _given(
        host=_text(said, "hostname", "sysname"), problem=name, severity=_text(said, "severity"), ip=_text(said, "ip")
    )
    resolved = _text(said, "state", "alert_state").lower() in _RESOLVED
    message = _text(said, "title", "msg") or name
    return {**fields, "event.dataset": "librenms.monitoring", "message": message, **state_of(name, resolved=resolved)}


def _prtg(said: Said) -> Fields:
    status = _text(said, "status", "laststatus").lower()
    sensor = _text(said, "sensor", "name", "shortname")
    message = _text(said, "message", "lastmessage")
    host = _text(said, "host")
    fields = _given(
        host=_text(said, "device") or host, service=sensor, problem=message or sensor, severity=status, ip=host
    )
    fields |= {"event.dataset": "prtg.monitoring", "message": f"{sensor}: {message}".strip(": ")}
    if status.startswith("up"):
        return {**fields, "event.action": "monitor_resolved", "event.outcome": "success"}
    is_down = status.startswith("down") and "ping" in sensor.lower()
    return {**fields, "event.action": "device_down" if is_down else "monitor_problem", "event.outcome": "failure"}


def _dude(said: Said) -> Fields:
    text = _text(said, "text", "message")
    if not text:
        service, device = _text(said, "service", "probe"), _text(said, "device")
        text = f"Service {service} on {device} is now {_text(said, 'status')} ({_text(said, 'problem')})"
    return {"event.dataset": "dude.monitoring", "message": text, **(read_dude(text) or {})}


def _is_dude(said: Said) -> bool:
    if said.keys() >= {"device", "status"} and ("service" in said or "probe" in said):
        return True
    return any(read_dude(_text(said, name)) is not None for name in ("text", "message"))


_MONITORS: Final[tuple[tuple[Callable[[Said], bool], Callable[[Said], Fields], ZoneInfo | None], ...]] = (
    # Uptime Kuma's own time is UTC, whatever the office's zone.
    (lambda said: "heartbeat_status" in said or {"msg", "monitor_name"} <= said.keys(), _uptime_kuma, _UTC),
    (lambda said: bool({"sensorid", "sensor_id"} & said.keys()), _prtg, None),
    (_is_dude, _dude, None),
    (
        lambda said: bool({"event_name", "trigger_name"} & said.keys()) or {"eventid", "clock", "value"} <= said.keys(),
        _zabbix,
        None,
    ),
    (lambda said: "hostname" in said and {"severity", "state"} <= said.keys(), _librenms, None),
)
