"""Access log of the proxy Squid in its own format, from its file or by syslog.

Source: Squid 3 to 6, `logformat squid` (`1795132800.123 345 10.0.0.5 TCP_MISS/200 4512 GET http://… user
HIER_DIRECT/203.0.113.9 text/html`); with `logformat combined` it is read as `access`. Fields: `source.ip`,
`http.*`, `url.*`, `user.name`, `destination.ip`, `squid.result_code`, `event.duration`; `event.action`
`connection_denied` for what an ACL refused; dataset `squid.access`.
"""

import re
from typing import Final

from ingest.parsers.addresses import is_ip
from ingest.parsers.base import ParseContext, Reading, ReadOwn, Refusal
from ingest.parsers.ends import Fields, add_end, whole
from ingest.parsers.urls import add_url

_LINE: Final = re.compile(
    r"(?P<seconds>\d{9,11})\.(?P<millis>\d{3}) +(?P<took>-?\d{1,12}) (?P<client>[^\s/]{1,255}) "
    r"(?P<result>[A-Z_]{3,60})/(?P<status>\d{1,3}) (?P<size>\d{1,18}) "
    r"(?P<method>[A-Za-z:_-]{1,32}) (?P<url>\S{1,8192}) "
    r"(?P<user>\S{1,255}) (?P<hierarchy>[A-Z_]{3,40})/(?P<peer>\S{1,255}) (?P<type>\S{1,255})"
)
_NS_PER_MS: Final = 1_000_000
_REFUSED: Final = ("TCP_DENIED", "UDP_DENIED")


def squid_lines(context: ParseContext) -> ReadOwn:
    """Return the reader of `access.log`, whose times need no context."""
    return _read_own


def _read_own(text: str) -> Reading | Refusal | None:
    match = _LINE.match(text)
    if match is None:
        return None
    time_ns = int(match["seconds"]) * 1_000_000_000 + int(match["millis"]) * _NS_PER_MS
    return Reading(time_ns, {"process.name": "squid", **_fields(match)})


def read_squid(message: str) -> Fields:
    """Return what the message says of a request; empty for what Squid says of itself."""
    match = _LINE.match(message)
    return {} if match is None else _fields(match)


def _fields(match: re.Match[str]) -> Fields:
    status = int(match["status"])
    is_refused = match["result"].startswith(_REFUSED)
    fields: Fields = {
        "event.kind": "event",
        "event.dataset": "squid.access",
        "event.category": ["web", "network"],
        "event.type": ["access", "denied"] if is_refused else ["access"],
        "event.action": "connection_denied" if is_refused else "proxy_request",
        "event.outcome": "failure" if is_refused or status >= 400 else "success",
        "http.request.method": match["method"],
        "http.response.bytes": int(match["size"]),
        "squid.result_code": match["result"],
        "squid.hierarchy": match["hierarchy"],
    }
    if status:  # 000: the client went away first
        fields["http.response.status_code"] = status
    if (took_ms := whole(match["took"])) is not None:
        fields["event.duration"] = took_ms * _NS_PER_MS
    add_end(fields, "source", match["client"])
    if is_ip(match["peer"]):
        add_end(fields, "destination", match["peer"])
    add_url(fields, match["url"], method=match["method"])
    if match["user"] != "-":
        fields["user.name"] = match["user"]
    if match["type"] != "-":
        fields["http.response.mime_type"] = match["type"]
    return fields
