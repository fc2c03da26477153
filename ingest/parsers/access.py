r"""Access logs of web servers: NCSA common and combined, with or without a virtual host in front.

Source: Apache `access.log`, `other_vhosts_access.log`, `ssl_request_log`; nginx `access.log`; Traefik; either server's
lines as JSON by nginx's names (`remote_addr`, `request`, `status`) or the usual others, and format strings of the
office's own (`access_layout`).
Fields: `source.*`, `user.name`, `http.*`, `url.*`, `user_agent.original`, `event.outcome`; dataset `apache.access` or
`nginx.access` where the path names the server, else `web.access`. Addresses and queries stay as logged (escaped).
Attackers write requests: anything between the quotes is taken, also TLS bytes (`\x16\x03`) and escaped quotes.
"""

import re
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any, Final

from ingest.parsers.access_layout import JSON_KEYS, Layout, compile_layout
from ingest.parsers.access_values import fields_of_values, time_of_values
from ingest.parsers.base import ParseContext, Reading, Refusal
from ingest.parsers.jsonl import read_object
from ingest.parsers.times import clf_ns
from ingest.parsers.urls import add_host, add_url

_QUOTED: Final = r'"([^"\\]*(?:\\.[^"\\]*)*)"'
_TIME: Final = r"\[(\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4})\]"
# The first time that a quote follows: both servers escape a quote in a user name, so a forged request cannot follow.
_LINE: Final = re.compile(
    rf"(.{{3,2048}}?) {_TIME} {_QUOTED} (\d{{3}}|-) (\d+|-)"
    rf"(?: (?:{_QUOTED}|-) (?:{_QUOTED}|-))?",
    re.DOTALL,
)
_SSL_REQUEST: Final = re.compile(rf"{_TIME} (\S+) (\S+) (\S+) {_QUOTED} (\d+|-)\s*$", re.DOTALL)
_TLS_VERSION: Final = re.compile(r"(TLS|SSL)v(\d(?:\.\d)?)$")
_LAYOUT_LIMIT: Final = 64 * 1024
_METHOD: Final = re.compile(r"[A-Za-z_-]{1,32}$")


class AccessParser:
    """Stateless."""

    state = ""

    def __init__(self, context: ParseContext) -> None:
        path = context.path.lower()
        self._dataset = "web.access"
        if "nginx" in path:
            self._dataset = "nginx.access"
        elif "apache" in path or "httpd" in path:
            self._dataset = "apache.access"
        self._zone = context.timezone
        self._layouts = tuple(compile_layout(layout) for layout in context.layouts)

    def parse(self, text: str) -> Reading | Refusal:
        for layout in self._layouts:
            if (reading := self._parse_layout(layout, text)) is not None:
                return reading
        if text.startswith("{"):
            return self._parse_json(text)
        match = _LINE.match(text)
        if match is None:
            return self._parse_ssl_request(text)
        heading, time, request, status, size, referrer, agent = match.groups()
        time_ns = clf_ns(time)
        if time_ns is None:
            return Refusal("waktu pada baris akses tidak sah")
        fields = self._common(request, size)
        _add_heading(fields, heading)
        if status != "-":
            code = int(status)
            fields["http.response.status_code"] = code
            fields["event.outcome"] = "success" if code < 400 else "failure"
        if referrer and referrer != "-":
            fields["http.request.referrer"] = referrer
        if agent and agent != "-":
            fields["user_agent.original"] = agent
        return Reading(time_ns, fields)

    def _parse_layout(self, layout: Layout, text: str) -> Reading | None:
        """Read a line as the office said that it is written; None where it is not."""
        if layout.pattern is None:
            document = read_object(text) if text.startswith("{") else None
            return self._of_document(document, layout.keys) if isinstance(document, dict) else None
        match = layout.pattern.match(text) if len(text) <= _LAYOUT_LIMIT else None
        if match is None:
            return None
        return self._of_values(dict(zip(layout.names, match.groups(), strict=True)))

    def _parse_json(self, text: str) -> Reading | Refusal:
        document = read_object(text)
        if isinstance(document, Refusal):
            return document
        return self._of_document(document, JSON_KEYS) or Refusal("bukan baris log akses web dalam JSON")

    def _of_document(self, document: dict[str, Any], keys: Mapping[str, str]) -> Reading | None:
        """Return the event of a request; None for an object that does not say who asked for what, and what came."""
        values: dict[str, str] = {}
        for key, value in document.items():
            what = keys.get(key)
            if what is not None and isinstance(value, str | int | float) and not isinstance(value, bool):
                values.setdefault(what, str(value))
        has_target = not {"request", "url", "path"}.isdisjoint(values)
        return self._of_values(values) if has_target and {"client", "status"} <= values.keys() else None

    def _of_values(self, values: dict[str, str]) -> Reading | None:
        time_ns = time_of_values(values, self._zone)
        return None if time_ns is None else Reading(time_ns, fields_of_values(values, dataset=self._dataset))

    def _common(self, request: str, size: str) -> dict[str, Any]:
        fields: dict[str, Any] = {
            "event.kind": "event",
            "event.category": ["web"],
            "event.type": ["access"],
            "event.dataset": self._dataset,
        }
        _add_request(fields, request)
        if size != "-" and len(size) < 19:
            fields["http.response.body.bytes"] = int(size)
        return fields

    def _parse_ssl_request(self, text: str) -> Reading | Refusal:
        match = _SSL_REQUEST.match(text)
        time_ns = clf_ns(match[1]) if match else None
        if match is None or time_ns is None:
            return Refusal("bukan baris log akses web")
        _, address, protocol, cipher, request, size = match.groups()
        fields = self._common(request, size)
        _add_source(fields, address)
        if version := _TLS_VERSION.match(protocol):
            fields["tls.version_protocol"] = version[1].lower()
            fields["tls.version"] = version[2]
        if cipher != "-":
            fields["tls.cipher"] = cipher
        return Reading(time_ns, fields)


def _add_request(fields: dict[str, Any], request: str) -> None:
    method, _, rest = request.partition(" ")
    if not rest or _METHOD.match(method) is None:
        if request not in ("", "-"):
            fields["event.reason"] = "permintaan bukan HTTP"
            fields["message"] = request
        return
    url, _, protocol = rest.rpartition(" ")
    if url and protocol.startswith("HTTP/"):
        fields["http.version"] = protocol[5:]
    else:
        url = rest
    fields["http.request.method"] = method
    add_url(fields, url, method=method)


def _add_heading(fields: dict[str, Any], heading: str) -> None:
    """Read what stands before the time: `[HOST[:PORT]] CLIENT[, CLIENT…] IDENT USER`."""
    parts = heading.split(" ")
    if len(parts) == 3:
        address, _, user = parts
        _add_source(fields, address)
    else:
        user = _add_long_heading(fields, parts)
    if user not in ("-", '""', ""):
        fields["user.name"] = user


def _add_long_heading(fields: dict[str, Any], parts: list[str]) -> str:
    """Add host and clients, return the user."""
    if len(parts) > 3 and not parts[0].endswith(",") and parts[1] == "-":
        _add_source(fields, parts[0])
        return " ".join(parts[2:])
    addresses = [part.strip('",') for part in parts[:-2]]
    if len(addresses) > 1 and not parts[0].endswith(",") and not parts[0].startswith('"'):
        add_host(fields, addresses.pop(0))
    if addresses:
        _add_source(fields, _client_of(addresses))
        if len(addresses) > 1:
            fields["related.ip"] = [address for address in addresses if _ip(address)][:32]
    return parts[-1]


def _client_of(addresses: list[str]) -> str:
    """The first public address of a list that proxies wrote, else the first."""
    for address in addresses:
        found = _ip(address)
        if found is not None and found.is_global:
            return address
    return addresses[0]


def _ip(text: str) -> Any:  # noqa: ANN401  IPv4Address or IPv6Address or None
    try:
        return ip_address(text)
    except ValueError:
        return None


def _add_source(fields: dict[str, Any], address: str) -> None:
    fields["source.address"] = address
    if _ip(address) is not None and "%" not in address:
        fields["source.ip"] = address
    elif not address.startswith("unix:"):
        fields["source.domain"] = address
