"""Audit logs of the web application firewalls ModSecurity and Coraza: what a request was and which rules it met.

Source: ModSecurity 2 and 3 serial audit log, native (parts `--a1b2c3d4-A--` to `-Z--`, joined to one record) and JSON;
Coraza JSON. Fields: `source.*`, `destination.*`, `http.*`, `url.*`, `user_agent.original`; `rule.id` and `rule.name` of
the rules met, `modsecurity.tags`; `event.action` `waf_blocked`, `waf_detected` or `waf_logged`; dataset
`modsecurity.audit`. Bodies are not read: they are whatever the client sent.
"""

import re
from itertools import pairwise
from typing import Any, Final

from ingest.parsers.base import ParseContext, Reading, Refusal
from ingest.parsers.ends import HIGHEST_PORT, Fields, add_end, whole
from ingest.parsers.flat import instant_of
from ingest.parsers.jsonl import read_object
from ingest.parsers.times import clf_ns, yearless_reader
from ingest.parsers.urls import add_url

_PART: Final = re.compile(r"^-{2,3}(?P<id>[0-9A-Za-z]{6,12})-{1,3}(?P<part>[A-Z])--\s*$", re.MULTILINE)
_HEAD: Final = re.compile(
    r"\[(?P<time>\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d)(?:\.(?P<fraction>\d{1,9}))? (?P<zone>[+-]\d{4})\] "
    r"(?P<id>\S{1,128}) (?P<client>\S{1,60}) (?P<port>\d{1,5}) (?P<server>\S{1,60}) (?P<server_port>\d{1,5})"
)
_REQUEST: Final = re.compile(r"(?P<method>[A-Za-z_-]{1,32}) (?P<url>\S{1,8192})(?: HTTP/(?P<version>[\d.]{1,4}))?")
_STATUS: Final = re.compile(r"HTTP/[\d.]{1,4} (\d{3})")
_HEADERS: Final = {"host": "url.domain", "user-agent": "user_agent.original", "referer": "http.request.referrer"}
_HEADER: Final = re.compile(r"^(Host|User-Agent|Referer): (.{1,2048}?)\s*$", re.MULTILINE | re.IGNORECASE)
_PAIR: Final = re.compile(r'\[(id|msg|tag|severity) "((?:[^"\\]|\\.){0,1024})"\]')
_DENIED: Final = re.compile(r"Access denied|Intercepted")
_MAX_RULES: Final = 50
_REFUSAL: Final = Refusal("bukan catatan audit ModSecurity atau Coraza")
_DATE_LENGTH: Final = len("Fri Nov 20 08:00:00 2026")


class ModSecurityParser:
    """Stateless: the parts of a transaction come joined."""

    state = ""

    def __init__(self, context: ParseContext) -> None:
        self._zone = context.timezone
        self._read_old = yearless_reader(zone=context.timezone, year=None, reference_ns=context.reference_ns)

    def parse(self, text: str) -> Reading | Refusal | None:
        if text.startswith("{"):
            document = read_object(text)
            return document if isinstance(document, Refusal) else self._json(document)
        return _native(text)

    def _json(self, document: dict[str, Any]) -> Reading | Refusal:
        transaction = document.get("transaction")
        if not isinstance(transaction, dict):
            return _REFUSAL
        time_ns = self._time_of(transaction)
        if time_ns is None:
            return Refusal("waktu pada catatan audit tidak sah")
        fields = _common()
        _add_json_ends(fields, transaction)
        # ModSecurity 2 has request and response beside the transaction, 3 and Coraza within it.
        _add_json_request(fields, _object(transaction, "request") or _object(document, "request"))
        response = _object(transaction, "response") or _object(document, "response")
        status = next((response[name] for name in ("http_code", "status") if name in response), None)
        _add_status(fields, status if type(status) is int else None)
        _add_rules(fields, _json_rules(document, transaction), denied=transaction.get("is_interrupted") is True)
        return Reading(time_ns, fields)

    def _time_of(self, transaction: dict[str, Any]) -> int | None:
        stamp, text = transaction.get("unix_timestamp"), transaction.get("time_stamp")
        if type(stamp) is int:
            return instant_of(stamp, self._zone)
        if isinstance(text, str) and len(text) == _DATE_LENGTH:
            return self._read_old(f"{text[4:10]} {text[20:]} {text[11:19]}")
        written = transaction.get("time")
        return clf_ns(written) if isinstance(written, str) else None


def _common() -> Fields:
    return {
        "event.kind": "event",
        "event.dataset": "modsecurity.audit",
        "event.category": ["web", "intrusion_detection"],
    }


def _native(text: str) -> Reading | Refusal | None:
    if not text.strip():
        return None
    found = list(_PART.finditer(text))
    if not found or found[0]["part"] != "A" or found[0].start() != 0:
        return _REFUSAL
    transaction = found[0]["id"]
    # A body may hold such lines too: only those with the transaction's own number count, and the last must be there.
    own = [match for match in found if match["id"] == transaction]
    if own[-1]["part"] != "Z":
        return Refusal("catatan audit ModSecurity terpotong")
    parts = {match["part"]: text[match.end() : following.start()].strip("\r\n") for match, following in pairwise(own)}
    head = _HEAD.match(parts.get("A", ""))
    second_ns = clf_ns(f"{head['time']} {head['zone']}") if head else None
    if head is None or second_ns is None:
        return Refusal("waktu pada catatan audit tidak sah")
    return Reading(second_ns + int((head["fraction"] or "").ljust(9, "0")), _native_fields(head, parts))


def _native_fields(head: re.Match[str], parts: dict[str, str]) -> Fields:
    fields = _common()
    add_end(fields, "source", head["client"], head["port"])
    add_end(fields, "destination", head["server"], head["server_port"])
    fields["http.request.id"] = head["id"]
    if request := _REQUEST.match(parts.get("B", "")):
        _add_request(fields, request["method"], request["url"], request["version"])
    for name, value in _HEADER.findall(parts.get("B", "")):
        fields.setdefault(_HEADERS[name.lower()], value)
    status = _STATUS.match(parts.get("F", ""))
    _add_status(fields, int(status[1]) if status else None)
    messages = [line for line in parts.get("H", "").split("\n") if line.startswith(("Message:", "ModSecurity:"))]
    denied = any(_DENIED.search(line) for line in messages) or "Action: Intercepted" in parts.get("H", "")
    _add_rules(fields, [_pairs(line) for line in messages[:_MAX_RULES]], denied=denied)
    return fields


def _pairs(line: str) -> dict[str, Any]:
    said: dict[str, Any] = {"tags": []}
    for name, value in _PAIR.findall(line):
        if name == "tag":
            said["tags"].append(value)
        else:
            said.setdefault(name, value)
    said.setdefault("msg", line.partition(": ")[2][:1024])
    return said


def _add_request(fields: Fields, method: str, url: str, version: str | None) -> None:
    fields["http.request.method"] = method
    add_url(fields, url, method=method)
    if version:
        fields["http.version"] = version


def _add_status(fields: Fields, status: int | None) -> None:
    if status is not None and 100 <= status <= 999:
        fields["http.response.status_code"] = status
        fields["event.outcome"] = "success" if status < 400 else "failure"


def _add_rules(fields: Fields, rules: list[dict[str, Any]], *, denied: bool) -> None:
    names = [rule["msg"] for rule in rules if rule.get("msg")]
    fields["event.action"] = "waf_blocked" if denied else "waf_detected" if rules else "waf_logged"
    fields["event.type"] = ["denied"] if denied else ["info"]
    if ids := [rule["id"] for rule in rules if rule.get("id")]:
        fields["rule.id"] = ids
    if names:
        fields["rule.name"] = names
        fields["message"] = names[0]
    if tags := list(dict.fromkeys(tag for rule in rules for tag in rule.get("tags", ())))[:_MAX_RULES]:
        fields["modsecurity.tags"] = tags


# --- JSON ------------------------------------------------------------------------------------------------------------


def _object(document: dict[str, Any], name: str) -> dict[str, Any]:
    value = document.get(name)
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    if isinstance(value, list) and value:
        value = value[0]
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _add_json_ends(fields: Fields, transaction: dict[str, Any]) -> None:
    for end, addresses, ports in (
        ("source", ("client_ip", "remote_address"), ("client_port", "remote_port")),
        ("destination", ("host_ip", "local_address"), ("host_port", "local_port")),
    ):
        address = next((_text(transaction[name]) for name in addresses if name in transaction), "")
        port = next((_text(transaction[name]) for name in ports if name in transaction), None)
        number = whole(port)
        add_end(
            fields,
            "source" if end == "source" else "destination",
            address,
            port if number and number <= HIGHEST_PORT else None,
        )
    if unique := _text(transaction.get("unique_id") or transaction.get("id") or transaction.get("transaction_id")):
        fields["http.request.id"] = unique


def _add_json_request(fields: Fields, request: dict[str, Any]) -> None:
    line = _REQUEST.match(_text(request.get("request_line")))
    method, url = (line["method"], line["url"]) if line else (_text(request.get("method")), _text(request.get("uri")))
    if method and url:
        _add_request(fields, method, url, line["version"] if line else _text(request.get("http_version")) or None)
    for name, value in _object(request, "headers").items():
        if (field := _HEADERS.get(name.lower())) and (text := _text(value)):
            fields.setdefault(field, text)


def _json_rules(document: dict[str, Any], transaction: dict[str, Any]) -> list[dict[str, Any]]:
    texts = _object(document, "audit_data").get("messages")
    if isinstance(texts, list):
        return [_pairs(f"Message: {text}") for text in texts[:_MAX_RULES] if isinstance(text, str)]
    messages = transaction.get("messages") or document.get("messages")
    found = messages if isinstance(messages, list) else []
    return [_json_rule(message) for message in found[:_MAX_RULES] if isinstance(message, dict)]


def _json_rule(message: dict[str, Any]) -> dict[str, Any]:
    details = _object(message, "details") or _object(message, "data")
    tags = details.get("tags")
    return {
        "id": _text(details.get("ruleId") or details.get("id")),
        "msg": _text(message.get("message")) or _text(details.get("msg")),
        "tags": [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else [],
    }
