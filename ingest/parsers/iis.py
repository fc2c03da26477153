"""Access logs of Microsoft IIS (and of what writes like it): W3C extended, its columns named by `#Fields:` lines.

Source: IIS 6 to 10, `%SystemDrive%\\inetpub\\logs\\LogFiles\\W3SVC*\\u_ex*.log`, and what http.sys refuses before it
(`httperr*.log`, the reason in `event.reason`). Fields: as `access`, `iis.access.*`; dataset `iis.access`, `iis.error`.
Times are UTC. IIS writes blanks as `+` and what is not there as `-`; addresses and queries stay as logged. The parser's
state is the last `#Fields:` and, for logs without a date column, the last `#Date:`.
"""

import re
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from ingest.parsers.addresses import is_ip
from ingest.parsers.base import ParseContext, Reading, Refusal
from ingest.parsers.ends import Fields, add_end, whole
from ir_platform.domain.event import to_ns

_COLUMN: Final = re.compile(r"[A-Za-z][\w()-]{0,60}")
_MAX_COLUMNS: Final = 100
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_NS_PER_MS: Final = 1_000_000
_PLAIN: Final = {
    "cs-method": "http.request.method",
    "cs-host": "url.domain",
    "cs(Referer)": "http.request.referrer",
    "cs-username": "user.name",
    "s-computername": "observer.name",
    "s-sitename": "iis.access.site_name",
    "cs(Cookie)": "http.request.cookies",
}
_NUMBERS: Final = {
    "sc-status": "http.response.status_code",
    "sc-substatus": "iis.access.sub_status",
    "sc-win32-status": "iis.access.win32_status",
    "sc-bytes": "http.response.bytes",
    "cs-bytes": "http.request.bytes",
}


class IisParser:
    """Its state is the heading: names of the columns, and the day."""

    def __init__(self, context: ParseContext) -> None:
        self._names: tuple[str, ...] = ()
        self._day = ""
        self._state = context.state
        if context.state:
            names, self._day = orjson.loads(context.state)
            self._names = tuple(names)

    @property
    def state(self) -> str:
        return self._state

    def parse(self, text: str) -> Reading | Refusal | None:
        if text.startswith("#"):
            return self._parse_directive(text)
        if not self._names:
            return Refusal("baris IIS tanpa kepala #Fields")
        cells = text.split(" ")
        if len(cells) != len(self._names):
            return Refusal(f"jumlah kolom IIS {len(cells)}, seharusnya {len(self._names)}")
        said = {name: cell for name, cell in zip(self._names, cells, strict=True) if cell not in ("-", "")}
        time_ns = _time_ns(said.get("date", self._day), said.get("time", ""))
        return Refusal("waktu pada baris IIS tidak sah") if time_ns is None else Reading(time_ns, _fields(said))

    def _parse_directive(self, text: str) -> Refusal | None:
        name, _, rest = text[1:].partition(":")
        if name == "Fields":
            names = tuple(rest.split())
            is_sound = len(set(names)) == len(names) <= _MAX_COLUMNS and all(map(_COLUMN.fullmatch, names))
            self._names = names if is_sound else ()
        elif name == "Date" and (day := _DAY.match(rest.strip())) is not None:
            self._day = day[0]
        self._state = orjson.dumps([self._names, self._day]).decode()
        return Refusal("nama kolom pada #Fields tidak sah") if name == "Fields" and not self._names else None


def _time_ns(day: str, clock: str) -> int | None:
    try:
        return to_ns(datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=UTC))
    except ValueError:
        return None


def _fields(said: dict[str, str]) -> Fields:
    fields: Fields = {
        "event.kind": "event",
        "event.category": ["web"],
        "event.type": ["access"],
        "event.dataset": "iis.access",
    }
    if "s-reason" in said:
        fields |= {"event.dataset": "iis.error", "event.type": ["error"], "event.reason": said["s-reason"]}
    fields |= {name: said[column] for column, name in _PLAIN.items() if column in said}
    fields |= {name: number for column, name in _NUMBERS.items() if (number := whole(said.get(column))) is not None}
    _add_ends(fields, said)
    _add_request(fields, said)
    if agent := said.get("cs(User-Agent)"):
        fields["user_agent.original"] = agent.replace("+", " ")
    if version := said.get("cs-version"):
        fields["http.version"] = version.removeprefix("HTTP/")
    if (took_ms := whole(said.get("time-taken"))) is not None and took_ms < 2**40:
        fields["event.duration"] = took_ms * _NS_PER_MS
    if (code := fields.get("http.response.status_code")) is not None:
        fields["event.outcome"] = "success" if code < 400 else "failure"
    return fields


def _add_ends(fields: Fields, said: dict[str, str]) -> None:
    """Add who asked and who answered; behind a proxy that IIS is told of, the address it forwards for."""
    forwarded = said.get("X-Forwarded-For", "").split(",")[0].strip("+ ")
    client = said.get("c-ip", "")
    if is_ip(forwarded):
        fields["related.ip"] = [forwarded, client] if is_ip(client) else [forwarded]
        client = forwarded
    # http.sys writes `::1%0`: the interface is no part of an address.
    add_end(fields, "source", client.partition("%")[0], said.get("c-port"))
    add_end(fields, "destination", said.get("s-ip", "").partition("%")[0], said.get("s-port"))


def _add_request(fields: Fields, said: dict[str, Any]) -> None:
    path, query = said.get("cs-uri-stem"), said.get("cs-uri-query")
    if path is None:
        path, mark, rest = said.get("cs-uri", "").partition("?")
        query = rest if mark else None
    if not path:
        return
    fields["url.path"] = path
    fields["url.original"] = path
    if query is not None:
        fields["url.query"] = query
        fields["url.original"] = f"{path}?{query}"
