"""Suricata's EVE JSON: alerts and what it saw of flows, DNS, HTTP, TLS and files.

Source: `/var/log/suricata/eve.json`.
Fields: `source.*`, `destination.*`, `network.*`, `rule.*`, `dns.*`, `url.*`, `http.*`, `tls.*`, `file.*`; what has no
ECS name stays under `suricata.eve.*`; dataset `suricata.<event_type>`.
"""

import re
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import Any, Final

from ingest.parsers.base import ParseContext, Reading, Refusal
from ingest.parsers.flat import UnwieldyDocumentError, flatten, is_fitting
from ingest.parsers.jsonl import read_object
from ingest.parsers.times import iso_ns
from ir_platform.domain.event import isoformat_ns

_TYPE: Final = re.compile(r"[a-z0-9_]{1,40}$")


def _lower(value: Any) -> Any:  # noqa: ANN401  values come from JSON
    return value.lower() if isinstance(value, str) else value


def _text(value: Any) -> Any:  # noqa: ANN401
    return str(value) if isinstance(value, int) else value


def _compressed(value: Any) -> Any:  # noqa: ANN401
    """Suricata writes IPv6 addresses in full; the rest of the world does not."""
    if isinstance(value, str) and ":" in value:
        try:
            return str(ip_address(value))
        except ValueError:
            return value
    return value


def _http_version(value: Any) -> Any:  # noqa: ANN401
    return value.removeprefix("HTTP/") if isinstance(value, str) else value


def _as_is(value: Any) -> Any:  # noqa: ANN401
    return value


_NAMES: Final[Mapping[str, tuple[str, Callable[[Any], Any]]]] = {
    "src_ip": ("source.ip", _compressed),
    "src_port": ("source.port", _as_is),
    "dest_ip": ("destination.ip", _compressed),
    "dest_port": ("destination.port", _as_is),
    "proto": ("network.transport", _lower),
    "app_proto": ("network.protocol", _lower),
    "community_id": ("network.community_id", _as_is),
    "in_iface": ("observer.ingress.interface.name", _as_is),
    "host": ("observer.hostname", _as_is),
    "flow_id": ("suricata.eve.flow_id", _as_is),
    "flow.pkts_toserver": ("source.packets", _as_is),
    "flow.pkts_toclient": ("destination.packets", _as_is),
    "flow.bytes_toserver": ("source.bytes", _as_is),
    "flow.bytes_toclient": ("destination.bytes", _as_is),
    "alert.signature": ("rule.name", _as_is),
    "alert.signature_id": ("rule.id", _text),
    "alert.category": ("rule.category", _as_is),
    "alert.rev": ("rule.version", _text),
    "alert.severity": ("event.severity", _as_is),
    "alert.action": ("event.action", _as_is),
    "dns.rrname": ("dns.question.name", _as_is),
    "dns.rrtype": ("dns.question.type", _as_is),
    "dns.queries.rrname": ("dns.question.name", _as_is),
    "dns.queries.rrtype": ("dns.question.type", _as_is),
    "dns.query.rrname": ("dns.question.name", _as_is),
    "dns.query.rrtype": ("dns.question.type", _as_is),
    "dns.rcode": ("dns.response_code", _as_is),
    "dns.id": ("dns.id", _text),
    "dns.type": ("dns.type", _as_is),
    "dns.rdata": ("dns.answers.data", _as_is),
    "dns.answers.rdata": ("dns.answers.data", _as_is),
    "dns.answers.rrname": ("dns.answers.name", _as_is),
    "dns.answers.rrtype": ("dns.answers.type", _as_is),
    "dns.answers.ttl": ("dns.answers.ttl", _as_is),
    "http.hostname": ("url.domain", _as_is),
    "http.url": ("url.original", _as_is),
    "http.http_method": ("http.request.method", _as_is),
    "http.http_user_agent": ("user_agent.original", _as_is),
    "http.http_refer": ("http.request.referrer", _as_is),
    "http.status": ("http.response.status_code", _as_is),
    "http.length": ("http.response.body.bytes", _as_is),
    "http.http_content_type": ("http.response.mime_type", _as_is),
    "http.protocol": ("http.version", _http_version),
    "tls.sni": ("tls.client.server_name", _as_is),
    "tls.version": ("tls.version", _as_is),
    "tls.subject": ("tls.server.subject", _as_is),
    "tls.issuerdn": ("tls.server.issuer", _as_is),
    "tls.ja3.hash": ("tls.client.ja3", _as_is),
    "tls.ja3s.hash": ("tls.server.ja3s", _as_is),
    "tls.ja4": ("tls.client.ja4", _as_is),
    "fileinfo.filename": ("file.path", _as_is),
    "fileinfo.size": ("file.size", _as_is),
    "fileinfo.md5": ("file.hash.md5", _as_is),
    "fileinfo.sha1": ("file.hash.sha1", _as_is),
    "fileinfo.sha256": ("file.hash.sha256", _as_is),
}
_DROPPED: Final = frozenset(("timestamp", "flow.start", "flow.end"))
"""Said again as `@timestamp`, `event.start` and `event.end`."""


class EveParser:
    """Stateless."""

    state = ""

    def __init__(self, context: ParseContext) -> None:
        self._zone = context.timezone

    def parse(self, text: str) -> Reading | Refusal:
        document = read_object(text)
        if isinstance(document, Refusal):
            return document
        kind, at = document.get("event_type"), document.get("timestamp")
        if not isinstance(kind, str) or _TYPE.match(kind) is None or not isinstance(at, str):
            return Refusal("bukan catatan EVE Suricata: event_type atau timestamp tidak ada")
        time_ns = iso_ns(at, self._zone)
        if time_ns is None:
            return Refusal("waktu catatan EVE tidak sah")
        try:
            flat = flatten(document)
        except UnwieldyDocumentError:
            return Refusal("objek JSON terlalu besar atau terlalu dalam")
        return Reading(time_ns, self._fields(kind, flat))

    def _fields(self, kind: str, flat: dict[str, Any]) -> dict[str, Any]:
        fields: dict[str, Any] = {
            "event.kind": {"alert": "alert", "stats": "metric"}.get(kind, "event"),
            "event.category": ["network", "intrusion_detection"] if kind == "alert" else ["network"],
            "event.dataset": f"suricata.{kind}",
        }
        for key, value in flat.items():
            known = _NAMES.get(key)
            if known is not None and is_fitting(known[0], shaped := known[1](value)):
                fields[known[0]] = shaped
            elif key not in _DROPPED:
                fields[f"suricata.eve.{key}"] = value
        self._add_flow(fields, flat)
        _add_url(fields)
        for name in ("dns.question.name", "dns.question.type"):
            asked = fields.get(name)
            if isinstance(asked, list) and len(asked) == 1:
                fields[name] = asked[0]
        return fields

    def _add_flow(self, fields: dict[str, Any], flat: dict[str, Any]) -> None:
        for key, name in (("flow.start", "event.start"), ("flow.end", "event.end")):
            value = flat.get(key)
            time_ns = iso_ns(value, self._zone) if isinstance(value, str) else None
            if time_ns is not None:
                fields[name] = isoformat_ns(time_ns)
        for total in ("packets", "bytes"):
            there, back = fields.get(f"source.{total}"), fields.get(f"destination.{total}")
            if isinstance(there, int) and isinstance(back, int):
                fields[f"network.{total}"] = there + back


def _add_url(fields: dict[str, Any]) -> None:
    url = fields.get("url.original")
    if not isinstance(url, str):
        return
    path, mark, query = url.partition("?")
    if path.startswith("/"):
        fields["url.path"] = path
    if mark:
        fields["url.query"] = query
