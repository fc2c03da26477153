"""What the monitors of a network room say: LibreNMS and Zabbix alerts by syslog, UPS daemons apcupsd and NUT.

Source: apcupsd event messages (`apcupsd.events`, syslog); NUT `upsmon`, `upsd` and driver messages; LibreNMS syslog
transport and event log; Zabbix media type or action script that writes `PROBLEM: …` / `RESOLVED: …` with `logger`.
Fields: `event.action` (`ups_on_battery`, `ups_on_line`, `ups_low_battery`, `ups_comm_lost`, `ups_comm_restored`,
`ups_shutdown`, `ups_replace_battery`, `device_down`, `device_up`, `latency_high`, `web_check_failed`,
`monitor_problem`, `monitor_resolved`), `monitor.host`, `monitor.problem`; datasets `apcupsd.ups`, `nut.ups`,
`zabbix.monitoring`, `librenms.monitoring`.
"""

import re
from typing import Final

from ingest.parsers.addresses import is_ip
from ingest.parsers.ends import Fields

_APC: Final = (
    ("ups_on_battery", re.compile(r"Power failure\.|Running on UPS batteries\.|UPS \S+ on battery", re.IGNORECASE)),
    (
        "ups_low_battery",
        re.compile(
            r"Battery (?:power )?exhausted|Battery charge below low limit|Remaining run time below limit|"
            r"Reached (?:run time|remaining time percentage|battery charge) limit",
            re.IGNORECASE,
        ),
    ),
    ("ups_shutdown", re.compile(r"Initiating system shutdown|Doomsday|Battery voltage too low", re.IGNORECASE)),
    (
        "ups_replace_battery",
        re.compile(
            r"UPS batter(?:y|ies) (?:must|needs?|should) (?:be )?replace|Battery failure|Emergency.*batter",
            re.IGNORECASE,
        ),
    ),
    (
        "ups_comm_lost",
        re.compile(r"Communications with UPS lost|Cannot communicate|Serial communications problem", re.IGNORECASE),
    ),
    ("ups_comm_restored", re.compile(r"Communications with UPS restored", re.IGNORECASE)),
    ("ups_on_line", re.compile(r"Power is back|Mains returned|Allowing logins", re.IGNORECASE)),
)
_NUT: Final = (
    ("ups_on_battery", re.compile(r"UPS (?P<ups>\S+) on battery", re.IGNORECASE)),
    ("ups_on_line", re.compile(r"UPS (?P<ups>\S+) on line power", re.IGNORECASE)),
    ("ups_low_battery", re.compile(r"UPS (?P<ups>\S+) battery is low", re.IGNORECASE)),
    (
        "ups_shutdown",
        re.compile(
            r"UPS (?P<ups>\S+): forced shutdown|Executing automatic power-fail shutdown|Auto logout and "
            r"shutdown proceeding",
            re.IGNORECASE,
        ),
    ),
    ("ups_replace_battery", re.compile(r"UPS (?P<ups>\S+) battery needs to be replaced", re.IGNORECASE)),
    (
        "ups_comm_lost",
        re.compile(
            r"Communications with UPS (?P<ups>\S+) lost|UPS (?P<other>\S+) is unavailable|Data for UPS \["
            r"(?P<data>[^\]]+)\] is stale|Poll UPS \[(?P<poll>[^\]]+)\] failed",
            re.IGNORECASE,
        ),
    ),
    (
        "ups_comm_restored",
        re.compile(
            r"Communications with UPS (?P<ups>\S+) established|UPS \[(?P<data>[^\]]+)\] data is no longer stale",
            re.IGNORECASE,
        ),
    ),
)
_PROBLEM: Final = re.compile(
    r"(?P<state>PROBLEM|RESOLVED|OK|Problem|Resolved|UPDATE)(?: ?\((?P<severity>[^)]{1,30})\))?[:,] (?P<text>.*)$",
    re.DOTALL,
)
_ON_HOST: Final = re.compile(
    r"(?P<problem>.*)(?: (?:on|pada) |[;,|] ?(?:host|Host): ?)(?P<host>[^\s;,|()]{1,128})(?: \("
    r"(?P<ip>[0-9A-Fa-f.:]+)\))?",
    re.DOTALL,
)
_LIBRE_STATUS: Final = re.compile(
    r"Device status changed to (?P<state>Up|Down)(?: from (?P<why>\S+) check)?", re.IGNORECASE
)
_LIBRE_ALERT: Final = re.compile(
    r"(?P<state>Alert|Recovered|Recovery|Alert recovered)(?: for device)? "
    r"(?P<host>[A-Za-z0-9][\w.:-]{1,127})(?: \((?P<ip>[0-9A-Fa-f.:]+)\))?[ :-]+(?P<text>.*)$",
    re.DOTALL,
)
_DUDE: Final = re.compile(
    r"Service (?P<service>[^\n]{1,64}?) on (?P<device>[^\n]{1,128}?) is now (?P<state>up|down|unstable)\b",
    re.IGNORECASE,
)
_LIMIT: Final = 4096
_MEANINGS: Final = (
    (
        "device_down",
        re.compile(
            r"(?i)unavailable by icmp ping|unreachable|(?:host|device|devices?|perangkat) (?:is )?(?:down|"
            r"mati)|devices? up/down|zabbix agent is not available|tidak terjangkau|no snmp data collection|"
            r"device status changed to down"
        ),
    ),
    (
        "latency_high",
        re.compile(
            r"(?i)high icmp ping (?:loss|response time)|high (?:latency|packet loss|ping)|latensi tinggi|packet loss"
        ),
    ),
    (
        "web_check_failed",
        re.compile(
            r"(?i)failed step of scenario|required pattern|web scenario|web (?:page )?content (?:has )?changed|"
            r"isi halaman berubah|checksum of .* (?:has )?changed"
        ),
    ),
    (
        "link_down",
        re.compile(r"(?i)interface \S+.{0,200}?: link down|link down|port status (?:changed to )?down|port(?:s)? down"),
    ),
    ("device_restarted", re.compile(r"(?i)has been restarted|device rebooted|uptime < 10m")),
)


def read_apcupsd(message: str) -> Fields:
    """Return what apcupsd says of the UPS."""
    # apcupsd watches one UPS and seldom names it.
    fields: Fields = {"event.dataset": "apcupsd.ups", "event.category": ["host"], "monitor.host": "ups"}
    return fields | _first(_APC, message[:_LIMIT])


def read_nut(message: str) -> Fields:
    """Return what `upsmon` and `upsd` of NUT say."""
    return {"event.dataset": "nut.ups", "event.category": ["host"], **_first(_NUT, message[:_LIMIT])}


def _first(meanings: tuple[tuple[str, re.Pattern[str]], ...], message: str) -> Fields:
    for action, pattern in meanings:
        if match := pattern.search(message):
            named = next((name for name in match.groupdict().values() if name), None)
            return {"event.action": action, **({"monitor.host": named} if named else {})}
    return {}


def read_zabbix(message: str) -> Fields:
    """Return what a Zabbix action wrote: state, problem and host."""
    fields: Fields = {"event.dataset": "zabbix.monitoring", "event.category": ["host"]}
    match = _PROBLEM.match(message[:_LIMIT])
    if match is None:
        return fields
    fields |= state_of(match["text"], resolved=match["state"].upper() in ("RESOLVED", "OK"))
    if match["severity"]:
        fields["monitor.severity"] = match["severity"]
    if where := _ON_HOST.match(match["text"]):
        fields["monitor.problem"], fields["monitor.host"] = where["problem"], where["host"]
        if where["ip"] and is_ip(where["ip"]):
            fields["host.ip"] = [where["ip"]]
    else:
        fields["monitor.problem"] = match["text"]
    return fields


def read_librenms(message: str) -> Fields:
    """Return what LibreNMS says of a device: an alert it sent, or an entry of its event log."""
    fields: Fields = {"event.dataset": "librenms.monitoring", "event.category": ["host"]}
    message = message[:_LIMIT]
    if match := _LIBRE_ALERT.match(message):
        fields |= state_of(match["text"], resolved=match["state"] != "Alert")
        fields["monitor.problem"], fields["monitor.host"] = match["text"], match["host"]
        if match["ip"] and is_ip(match["ip"]):
            fields["host.ip"] = [match["ip"]]
        return fields
    if status := _LIBRE_STATUS.search(message):
        fields["event.action"] = f"device_{status['state'].lower()}"
        host = message[: status.start()].strip(" :-")
        if host and " " not in host:
            fields["monitor.host"] = host
    return fields


def read_dude(message: str) -> Fields | None:
    """Return what The Dude says of a service on a device; None for another text.

    Its notifications: `Service [Probe.Name] on [Device.Name] is now [Service.Status] ([Service.ProblemDescription])`.
    """
    match = _DUDE.match(message[:_LIMIT])
    if match is None:
        return None
    state = match["state"].lower()
    return {
        "event.dataset": "dude.monitoring",
        "event.category": ["host"],
        "monitor.host": match["device"],
        "monitor.service": match["service"],
        "monitor.problem": message[:_LIMIT],
        **_dude_state(state, service=match["service"].lower()),
    }


def _dude_state(state: str, *, service: str) -> Fields:
    if state == "up":
        return {"event.action": "monitor_resolved", "event.outcome": "success"}
    if state == "unstable":
        return {"event.action": "monitor_problem", "event.outcome": "failure"}
    return {"event.action": "device_down" if service == "ping" else "monitor_problem", "event.outcome": "failure"}


def state_of(problem: str, *, resolved: bool) -> Fields:
    """Return what a monitor's problem means, by its name as the shipped templates word it."""
    if resolved:
        return {"event.action": "monitor_resolved", "event.outcome": "success"}
    for action, pattern in _MEANINGS:
        if pattern.search(problem):
            return {"event.action": action, "event.outcome": "failure"}
    return {"event.action": "monitor_problem", "event.outcome": "failure"}
