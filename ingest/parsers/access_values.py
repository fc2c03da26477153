"""What the values of an access line say, whatever format gave them, in ECS."""

from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from ingest.parsers.ends import HIGHEST_PORT, Fields, add_end, whole
from ingest.parsers.flat import instant_of
from ingest.parsers.times import clf_ns, iso_ns
from ingest.parsers.urls import add_host, add_url

Values = dict[str, str]
_NOTHING: Final = ("", "-", '""')
_NS: Final = {"took_us": 1_000, "took_s": 1_000_000_000}
_NUMBERS: Final = {
    "body_bytes": "http.response.body.bytes",
    "response_bytes": "http.response.bytes",
    "request_bytes": "http.request.bytes",
    "pid": "process.pid",
}
_TEXTS: Final = {
    "user": "user.name",
    "referrer": "http.request.referrer",
    "agent": "user_agent.original",
    "request_id": "http.request.id",
    "file": "file.path",
    "cipher": "tls.cipher",
    "scheme": "url.scheme",
}
_LONGEST_SECONDS: Final = 1_000_000_000


class Request(NamedTuple):
    """A request line in its parts."""

    method: str
    url: str
    protocol: str


def time_of_values(values: Values, zone: ZoneInfo) -> int | None:
    """Return the instant that the values name, by the first that holds one."""
    if text := values.get("clf_time"):
        return clf_ns(text.strip("[]"))
    if text := values.get("iso_time"):
        return iso_ns(text, zone) or instant_of(text, zone)
    return instant_of(values.get("epoch", ""), zone)


def fields_of_values(values: Values, *, dataset: str) -> Fields:
    """Return the event's fields."""
    said = {name: value for name, value in values.items() if value not in _NOTHING}
    fields: Fields = {
        "event.kind": "event",
        "event.category": ["web"],
        "event.type": ["access"],
        "event.dataset": dataset,
    }
    _add_request(fields, said)
    fields |= {field: said[name] for name, field in _TEXTS.items() if name in said}
    fields |= {field: number for name, field in _NUMBERS.items() if (number := whole(said.get(name))) is not None}
    if "host" in said:
        add_host(fields, said["host"])
    if (port := whole(said.get("server_port"))) is not None and port <= HIGHEST_PORT:
        fields.setdefault("url.port", port)
    # Of what proxies wrote the first is the client; it may be anything, so only an address counts.
    add_end(fields, "source", said.get("client", ""), said.get("client_port"))
    if "forwarded" in said:
        fields["http.request.headers.x_forwarded_for"] = said["forwarded"]
    add_end(fields, "destination", said.get("server", ""))
    status = whole(said.get("status"))
    if status is not None and 100 <= status <= 999:
        fields["http.response.status_code"] = status
        fields["event.outcome"] = "success" if status < 400 else "failure"
    _add_duration(fields, said)
    return fields


def _add_request(fields: Fields, said: Values) -> None:
    method, url, protocol = _request_of(said)
    if method:
        fields["http.request.method"] = method
    if url:
        add_url(fields, url, method=method)
    elif "request" in said:
        fields["event.reason"], fields["message"] = "permintaan bukan HTTP", said["request"]
    if protocol.startswith("HTTP/"):
        fields["http.version"] = protocol[5:]


def _request_of(said: Values) -> Request:
    method, _, rest = said.get("request", "").partition(" ")
    url, _, protocol = rest.rpartition(" ")
    if url and protocol.startswith("HTTP/"):
        return Request(method, url, protocol)
    if rest:
        return Request(method, rest, said.get("protocol", ""))
    query = said.get("query", "").removeprefix("?")
    path = said.get("url") or said.get("path", "")
    joined = f"{path}?{query}" if path and query and "?" not in path else path
    return Request(said.get("method", ""), joined, said.get("protocol", ""))


def _add_duration(fields: Fields, said: Values) -> None:
    for name, factor in _NS.items():
        text = said.get(name, "")
        seconds, _, fraction = text.partition(".")
        if whole(seconds) is None or (fraction and whole(fraction) is None) or int(seconds) >= _LONGEST_SECONDS:
            continue
        fields["event.duration"] = int(seconds) * factor + int(fraction[:9].ljust(9, "0")) * factor // 1_000_000_000
        return
