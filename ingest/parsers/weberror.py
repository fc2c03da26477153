"""Error logs of web servers: Apache 2.2 and 2.4 `error.log`, nginx `error.log`, and what PHP says through them.

Source: Apache `ErrorLogFormat` default; nginx core module `error_log`. Fields: `log.level`, `message`, `process.*`,
`source.*`, `apache.error.module`, `nginx.error.connection_id`, `http.request.*`, `url.*`, `file.path`,
`event.code` (`AH00128`; ModSecurity rule id), `rule.*` for ModSecurity; `php.message` for PHP through either; datasets
`apache.error`, `nginx.error`. Field names follow Elastic's integrations. PHP's stack
traces belong to the line before them.
"""

import re
from typing import Final

from ingest.parsers.base import ParseContext, Reading, Refusal
from ingest.parsers.ends import Fields, add_end
from ingest.parsers.times import iso_ns, yearless_reader

_APACHE: Final = re.compile(
    r"\[[A-Z][a-z]{2} (?P<day>[A-Z][a-z]{2} [ \d]\d) (?P<clock>\d\d:\d\d:\d\d)(?:\."
    r"(?P<fraction>\d{1,9}))? (?P<year>\d{4})\] "
    r"(?:\[(?:(?P<module>[a-z0-9_-]{0,40}):)?(?P<level>[a-z]{2,7}\d?)\] )?"
    r"(?:\[pid (?P<pid>\d{1,10})(?::tid (?P<tid>\d{1,20}))?\] )?(?P<message>.*)$",
    re.DOTALL,
)
_CLIENT: Final = re.compile(r"(?:\[(?:remote|client) (?P<ip>[^\s\]]{2,60}?)(?::(?P<port>\d{1,5}))?\] )")
_NGINX: Final = re.compile(
    r"(?P<date>\d{4}/\d\d/\d\d) (?P<clock>\d\d:\d\d:\d\d) \[(?P<level>[a-z]{3,6})\] (?P<pid>\d{1,10})#"
    r"(?P<tid>\d{1,10}): "
    r"(?:\*(?P<connection>\d{1,18}) )?(?P<message>.*)$",
    re.DOTALL,
)
_FILE: Final = re.compile(
    r"(?:File does not exist|script .{0,4}|client denied by server configuration): '?(?P<path>/[^\s,']*)"
)
_REFERER: Final = re.compile(r", referer: (?P<url>\S+)$")
_AH: Final = re.compile(r"(AH\d{5}): ")
_MODSEC: Final = re.compile(r"ModSecurity: (?P<what>Access denied|Warning)")
_MODSEC_PAIR: Final = re.compile(r"\[(id|msg|uri|hostname|severity) \"([^\"]{0,2000})\"\]")
_NGINX_CLIENT: Final = re.compile(r", client: ([0-9A-Fa-f.:]{2,45})(?=[,\s]|$)")
_NGINX_NAMES: Final = {"host": "url.domain", "referrer": "http.request.referrer"}
_NGINX_PAIR: Final = re.compile(r", (host|referrer): \"?([^\s\",]{1,2000})\"?")
_NGINX_REQUEST: Final = re.compile(r", request: \"([A-Z]{1,20}) (\S{1,4000})(?: HTTP/([\d.]{1,4}))?\"")
_PHP: Final = re.compile(
    r"PHP (?:message: )?(?:PHP )?(?P<kind>Warning|Notice|Fatal error|Parse error|Deprecated|Strict "
    r"Standards):? +(?P<text>[^\n]*)"
)
_QUIET: Final = ("info", "notice", "debug", "warn", "trace")
_LIMIT: Final = 32 * 1024


class WebErrorParser:
    """Stateless."""

    state = ""

    def __init__(self, context: ParseContext) -> None:
        self._zone = context.timezone
        self._read_old = yearless_reader(zone=context.timezone, year=None, reference_ns=context.reference_ns)

    def parse(self, text: str) -> Reading | Refusal:
        if match := _APACHE.match(text):
            second = self._read_old(f"{match['day']} {match['year']} {match['clock']}")
            fraction = int((match["fraction"] or "").ljust(9, "0"))
            return _reading(None if second is None else second + fraction, _apache_fields(match))
        if match := _NGINX.match(text):
            time = f"{match['date'].replace('/', '-')} {match['clock']}"
            return _reading(iso_ns(time, self._zone), _nginx_fields(match))
        return Refusal("bukan baris log galat Apache atau nginx")


def error_fields(text: str) -> Fields | None:
    """Return the fields of an error line that came by syslog, whose heading has the time; None for another line."""
    if match := _APACHE.match(text):
        return _apache_fields(match)
    match = _NGINX.match(text)
    return _nginx_fields(match) if match else None


def _reading(time_ns: int | None, fields: Fields) -> Reading | Refusal:
    return Refusal("waktu pada awal baris tidak sah") if time_ns is None else Reading(time_ns, fields)


def _common(dataset: str, match: re.Match[str]) -> Fields:
    level, message = match["level"] or "", match["message"]
    fields: Fields = {
        "event.kind": "event",
        "event.category": ["web"],
        "event.type": ["info" if level.startswith(_QUIET) else "error"],
        "event.dataset": dataset,
        "message": message,
    }
    if level:
        fields["log.level"] = level
    if match["pid"]:
        fields["process.pid"] = int(match["pid"])
    if match["tid"]:
        fields["process.thread.id"] = int(match["tid"]) if len(match["tid"]) < 19 else match["tid"]
    if php := _PHP.search(message[:_LIMIT]):
        fields["php.severity"], fields["php.message"] = php["kind"], php["text"]
    return fields


def _apache_fields(match: re.Match[str]) -> Fields:
    fields = _common("apache.error", match)
    message = match["message"][:_LIMIT]
    if match["module"]:
        fields["apache.error.module"] = match["module"]
    client = _CLIENT.match(message)
    if client:
        add_end(fields, "source", client["ip"].strip("[]"), client["port"])
        fields["message"] = message = match["message"][client.end() :]
    if code := _AH.match(message):
        fields["event.code"] = code[1]
    if referer := _REFERER.search(message):
        fields["http.request.referrer"] = referer["url"]
    if path := _FILE.search(message):
        fields["file.path"] = path["path"]
    _add_modsecurity(fields, message)
    return fields


def _add_modsecurity(fields: Fields, message: str) -> None:
    match = _MODSEC.search(message)
    if match is None:
        return
    denied = match["what"] == "Access denied"
    fields["event.action"] = "waf_denied" if denied else "waf_warned"
    fields["event.category"] = ["web", "intrusion_detection"]
    fields["event.type"] = ["denied"] if denied else ["info"]
    names = {
        "id": "event.code",
        "msg": "rule.name",
        "uri": "url.path",
        "hostname": "url.domain",
        "severity": "rule.severity",
    }
    for name, value in _MODSEC_PAIR.findall(message):
        fields[names[name]] = value


def _nginx_fields(match: re.Match[str]) -> Fields:
    fields = _common("nginx.error", match)
    message = match["message"][:_LIMIT]
    if match["connection"]:
        fields["nginx.error.connection_id"] = int(match["connection"])
    # The request and the file's path around it are the client's words: who is named two ways is named by neither.
    clients = set(_NGINX_CLIENT.findall(message))
    if len(clients) == 1:
        add_end(fields, "source", clients.pop())
    tail = message[message.find(", client: ") :] if ", client: " in message else ""
    for name, value in _NGINX_PAIR.findall(tail):
        fields[_NGINX_NAMES[name]] = value.partition(":")[0] if name == "host" else value
    if request := _NGINX_REQUEST.search(tail):
        fields["http.request.method"], fields["url.original"] = request[1], request[2]
        fields["url.path"] = request[2].partition("?")[0]
        if request[3]:
            fields["http.version"] = request[3]
    _add_modsecurity(fields, message)
    return fields
