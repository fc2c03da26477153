r"""Zeek's logs, as TSV with `#fields` headings or as JSON lines.

Source: `/opt/zeek/logs/`, any log; the kind is the `#path` of the heading, `_path`, or the file's name.
Fields: `zeek.session_id`, `source.*`, `destination.*`, `network.*`; for `conn` the flow fields, for `dns`, `http`,
`ssl` their ECS names; a column without an ECS name is `zeek.<kind>.<column>`. Dataset `zeek.<kind>`.
A time that is none (test data mask it) becomes the time the file was written.
A heading may come again in the middle of a file; the parser's state is the last one.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson

from ingest.parsers.base import EARLIEST_NS, LATEST_NS, ParseContext, Reading, Refusal
from ingest.parsers.flat import UnwieldyDocumentError, flatten, instant_of, is_fitting
from ingest.parsers.jsonl import read_object
from ir_platform.domain.event import isoformat_ns

_KIND: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_HEX: Final = re.compile(r"\\x([0-9a-fA-F]{2})")
_MAX_COLUMNS: Final = 500

_COMMON: Final[Mapping[str, str]] = {
    "uid": "zeek.session_id",
    "id.orig_h": "source.ip",
    "id.orig_p": "source.port",
    "id.resp_h": "destination.ip",
    "id.resp_p": "destination.port",
    "proto": "network.transport",
    "service": "network.protocol",
    "community_id": "network.community_id",
}
_BY_KIND: Final[Mapping[str, Mapping[str, str]]] = {
    "conn": {
        "orig_pkts": "source.packets",
        "resp_pkts": "destination.packets",
        "orig_ip_bytes": "source.bytes",
        "resp_ip_bytes": "destination.bytes",
    },
    "dns": {
        "query": "dns.question.name",
        "qtype_name": "dns.question.type",
        "qclass_name": "dns.question.class",
        "rcode_name": "dns.response_code",
        "answers": "dns.answers.data",
        "TTLs": "dns.answers.ttl",
    },
    "http": {
        "method": "http.request.method",
        "host": "url.domain",
        "uri": "url.original",
        "referrer": "http.request.referrer",
        "version": "http.version",
        "user_agent": "user_agent.original",
        "request_body_len": "http.request.body.bytes",
        "response_body_len": "http.response.body.bytes",
        "status_code": "http.response.status_code",
        "username": "user.name",
    },
    "ssl": {
        "server_name": "tls.client.server_name",
        "cipher": "tls.cipher",
        "curve": "tls.curve",
        "established": "tls.established",
        "resumed": "tls.resumed",
        "subject": "tls.server.subject",
        "issuer": "tls.server.issuer",
        "ja3": "tls.client.ja3",
        "ja3s": "tls.server.ja3s",
        "ja4": "tls.client.ja4",
    },
    "ssh": {"client": "zeek.ssh.client", "server": "zeek.ssh.server"},
    "files": {
        "filename": "file.name",
        "mime_type": "file.mime_type",
        "md5": "file.hash.md5",
        "sha1": "file.hash.sha1",
        "sha256": "file.hash.sha256",
        "total_bytes": "file.size",
    },
    "notice": {"note": "rule.name", "msg": "message"},
    "weird": {"name": "rule.name"},
}

_IMPLIED: Final[Mapping[str, Mapping[str, str]]] = {
    "dns": {"network.protocol": "dns"},
    "http": {"network.protocol": "http", "network.transport": "tcp"},
    "ssl": {"network.protocol": "tls", "network.transport": "tcp"},
}


class Heading(NamedTuple):
    """What the `#` lines of a TSV log say."""

    separator: str = "\t"
    set_separator: str = ","
    empty_field: str = "(empty)"
    unset_field: str = "-"
    path: str = ""
    fields: tuple[str, ...] = ()
    types: tuple[str, ...] = ()


class ZeekParser:
    """Its state is the heading."""

    def __init__(self, context: ParseContext) -> None:
        self._zone = context.timezone
        self._reference_ns = context.reference_ns
        self._file_kind = _kind_of_file(context.path)
        self._heading = Heading()
        if context.state:
            separator, set_separator, empty, unset, path, fields, types = orjson.loads(context.state)
            self._heading = Heading(separator, set_separator, empty, unset, path, tuple(fields), tuple(types))
        self._state = context.state

    @property
    def state(self) -> str:
        return self._state

    def parse(self, text: str) -> Reading | Refusal | None:
        if text.startswith("{"):
            return self._parse_json(text)
        if text.startswith("#"):
            return self._parse_heading(text)
        heading = self._heading
        if not heading.fields:
            return Refusal("baris Zeek tanpa kepala #fields")
        cells = text.split(heading.separator)
        if len(cells) != len(heading.fields):
            return Refusal(f"jumlah kolom Zeek {len(cells)}, seharusnya {len(heading.fields)}")
        columns: dict[str, Any] = {}
        types = heading.types or ("string",) * len(cells)
        for name, kind, cell in zip(heading.fields, types, cells, strict=False):
            if cell != heading.unset_field:
                columns[name] = _value(cell, kind, heading)
        return self._reading(heading.path or self._file_kind, columns)

    def _parse_heading(self, text: str) -> Refusal | None:
        key, _, rest = text[1:].partition(" " if text.startswith("#separator ") else self._heading.separator)
        if key == "separator":
            self._heading = Heading(separator=_unescape(rest.strip()) or "\t")
        elif key in ("set_separator", "empty_field", "unset_field", "path"):
            said: dict[str, Any] = {key: rest}
            self._heading = self._heading._replace(**said)
        elif key in ("fields", "types"):
            names = tuple(rest.split(self._heading.separator))
            if len(names) > _MAX_COLUMNS:
                return Refusal("terlalu banyak kolom pada kepala Zeek")
            columns: dict[str, Any] = {key: names}
            self._heading = self._heading._replace(**columns)
        else:
            return None
        self._state = orjson.dumps(tuple(self._heading)).decode()
        return None

    def _parse_json(self, text: str) -> Reading | Refusal:
        document = read_object(text)
        if isinstance(document, Refusal):
            return document
        try:
            columns = flatten(document)
        except UnwieldyDocumentError:
            return Refusal("objek JSON terlalu besar atau terlalu dalam")
        if "ts" not in columns:
            return Refusal("bukan catatan Zeek: ts tidak ada")
        kind = columns.pop("_path", None)
        return self._reading(kind if isinstance(kind, str) else self._file_kind, columns)

    def _reading(self, path: str, columns: dict[str, Any]) -> Reading:
        kind = path if _KIND.fullmatch(path) else "log"
        fields: dict[str, Any] = {
            "event.kind": "alert" if kind in ("notice", "intel") else "event",
            "event.category": ["network"],
            "event.dataset": f"zeek.{kind}",
        }
        time_ns = instant_of(columns.pop("ts", None), self._zone)
        if time_ns is None:
            fields["tanggap.time_source"] = "received"
            time_ns = self._reference_ns
        names = _BY_KIND.get(kind, {})
        for column, value in columns.items():
            name = names.get(column) or _COMMON.get(column)
            fields[name if name and is_fitting(name, value) else f"zeek.{kind}.{column}"] = value
        if kind == "conn":
            _add_flow(fields, time_ns, columns.get("duration"))
        for name, value in _IMPLIED.get(kind, {}).items():
            fields.setdefault(name, value)
        _add_url(fields)
        return Reading(time_ns, fields)


def _kind_of_file(path: str) -> str:
    match = _KIND.match(Path(path).name)
    return match[0] if match else ""


def _unescape(text: str) -> str:
    return _HEX.sub(lambda match: chr(int(match[1], 16)), text)


def _value(cell: str, kind: str, heading: Heading) -> Any:  # noqa: ANN401  typed by the column
    if kind.startswith(("set[", "vector[", "table[")):
        if cell == heading.empty_field:
            return []
        inner = kind.partition("[")[2].rstrip("]")
        parts = cell.split(heading.set_separator)
        return [_scalar(part, inner) for part in parts if part != heading.unset_field]
    if cell == heading.empty_field:
        return ""
    return _scalar(cell, kind)


def _scalar(cell: str, kind: str) -> Any:  # noqa: ANN401
    """A value that does not fit its type stays text: better a strange value than a lost line."""
    try:
        if kind in ("count", "int", "port"):
            number = int(cell)
            return number if abs(number) < 2**63 else cell
        if kind in ("double", "interval"):
            return float(cell)
    except ValueError:
        return cell
    if kind == "bool":
        return {"T": True, "F": False}.get(cell, cell)
    return _unescape(cell) if "\\x" in cell else cell


def _add_flow(fields: dict[str, Any], time_ns: int, duration: object) -> None:
    fields["event.start"] = isoformat_ns(time_ns)
    if isinstance(duration, int | float) and 0 <= duration < 1e9:
        length_ns = round(duration * 1e9)
        fields["event.duration"] = length_ns
        if EARLIEST_NS <= time_ns + length_ns <= LATEST_NS:
            fields["event.end"] = isoformat_ns(time_ns + length_ns)
    for total in ("packets", "bytes"):
        there, back = fields.get(f"source.{total}"), fields.get(f"destination.{total}")
        if isinstance(there, int) and isinstance(back, int):
            fields[f"network.{total}"] = there + back


def _add_url(fields: dict[str, Any]) -> None:
    url = fields.get("url.original")
    if isinstance(url, str) and url.startswith("/"):
        path, mark, query = url.partition("?")
        fields["url.path"] = path
        if mark:
            fields["url.query"] = query
