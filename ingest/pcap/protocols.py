"""Turns tshark's rows into protocol events: one a DNS message, HTTP exchange, TLS handshake, command or banner."""

from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from ingest.pcap.certificates import certificate_fields
from ingest.pcap.field_run import NumberedRow
from ingest.pcap.ja4 import ClientHello, ja4
from ingest.pcap.rows import COLUMN, Ends, Row, UnreadableRowError, decimal, ecs, numbers, read_row, whole, word
from ingest.pcap.services import service_events
from ingest.pcap.tls_outcomes import TlsOutcomes

DNS_TYPES = {
    1: "A", 2: "NS", 5: "CNAME", 6: "SOA", 10: "NULL", 12: "PTR", 13: "HINFO", 15: "MX", 16: "TXT", 28: "AAAA", 33:
    "SRV",
    35: "NAPTR", 41: "OPT", 43: "DS", 46: "RRSIG", 47: "NSEC", 48: "DNSKEY", 64: "SVCB", 65: "HTTPS", 99: "SPF", 251:
    "IXFR",
    252: "AXFR", 255: "ANY", 257: "CAA",
}  # fmt: skip
DNS_CODES = {
    0: "NOERROR", 1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 4: "NOTIMP", 5: "REFUSED", 6: "YXDOMAIN", 7: "YXRRSET",
    8: "NXRRSET", 9: "NOTAUTH", 10: "NOTZONE",
}  # fmt: skip
_DNS_ANSWERS = (
    "dns.cname", "dns.ns", "dns.ptr.domain_name", "dns.mx.mail_exchange", "dns.srv.target", "dns.txt"
)  # fmt: skip
TLS_VERSIONS = {
    0x0300: "3.0", 0x0301: "1.0", 0x0302: "1.1", 0x0303: "1.2", 0x0304: "1.3", 0xFEFF: "1.0", 0xFEFD: "1.2",
    0xFEFC: "1.3",
}  # fmt: skip
_CLIENT_HELLO, _SERVER_HELLO = "1", "2"
_EARLY_DATA = 42
"""The extension's number, RFC 8446 4.2."""
_SIGNATURE_EXTENSIONS = {0x000D: "signature_algorithms", 0x0022: "delegated_credential", 0x0032: "certificates"}

_DNS_ID, _DNS_NAME = COLUMN["dns.id"], COLUMN["dns.qry.name"]
_HTTP_METHOD, _HTTP_CODE = COLUMN["http.request.method"], COLUMN["http.response.code"]
_HTTP2_METHOD, _HTTP2_STATUS = COLUMN["http2.headers.method"], COLUMN["http2.headers.status"]
_TLS_KIND, _DTLS_KIND = COLUMN["tls.handshake.type"], COLUMN["dtls.handshake.type"]

Stream = tuple[int, str, str]
"""See `Row.stream`."""
Found = tuple[int, dict[str, Any]]
"""Nanoseconds since 1970 and the flat ECS fields of one event."""


@dataclass(slots=True)
class _Request:
    time_ns: int
    ends: Ends
    values: dict[str, Any]
    offers_early_data: bool = False


@dataclass(slots=True)
class ProtocolReader:
    """Reads rows in order; requests and hellos wait, up to a limit, for what answers them."""

    max_waiting: int = 20_000
    unreadable: int = 0
    """Rows that were not what they must be, left out."""
    outcomes: TlsOutcomes = field(default_factory=TlsOutcomes)
    """How TLS connections went, as the flows told it."""
    _requests: OrderedDict[Stream, deque[_Request]] = field(default_factory=OrderedDict)
    _hellos: OrderedDict[Stream, _Request] = field(default_factory=OrderedDict)

    def events(self, rows: Iterable[NumberedRow]) -> Iterator[Found]:
        """Yield the events of all rows; an exchange stands where it was completed, the unanswered come last."""
        for _number, run, columns in rows:
            found: list[Found] = []
            try:
                self._of_row(read_row(columns, run=run), found)
            except UnreadableRowError:
                self.unreadable += 1
                continue
            yield from found
        for waiting in self._requests.values():
            yield from (_finished(request, "http") for request in waiting)
        yield from (self._shaken(hello) for hello in self._hellos.values())
        self._requests.clear()
        self._hellos.clear()

    def _of_row(self, row: Row, found: list[Found]) -> None:
        columns = row.columns
        if columns[_DNS_ID] or columns[_DNS_NAME]:
            for values in _dns(row):
                found.append((row.time_ns, ecs(row.ends, "dns", values)))  # noqa: PERF401  slower
        if columns[_HTTP_METHOD]:
            found += self._http_requests(row)
        if columns[_HTTP_CODE]:
            found += self._http_responses(row)
        if columns[_HTTP2_METHOD] or columns[_HTTP2_STATUS]:
            found.append((row.time_ns, ecs(row.ends, "http", _http2(row))))
        if columns[_TLS_KIND]:
            found += self._tls(row, "tls")
        if columns[_DTLS_KIND]:
            found += self._tls(row, "dtls")
        for dataset, values in service_events(row):
            found.append((row.time_ns, ecs(row.ends, dataset, values)))

    def _http_requests(self, row: Row) -> Iterator[Found]:
        waiting = self._requests.setdefault(row.stream, deque())
        for values in _http_requests(row):
            waiting.append(_Request(row.time_ns, row.ends, values))
        if len(waiting) > 1_000:
            yield _finished(waiting.popleft(), "http")
        if len(self._requests) > self.max_waiting:
            _stream, oldest = self._requests.popitem(last=False)
            yield from (_finished(request, "http") for request in oldest)

    def _http_responses(self, row: Row) -> Iterator[Found]:
        waiting = self._requests.get(row.stream)
        for code, values in _http_responses(row):
            if not waiting:
                yield row.time_ns, ecs(row.ends.turned(), "http", values)
                continue
            request = waiting.popleft()
            request.values.update(values)
            if code == "100":  # the real answer follows
                waiting.appendleft(request)
                continue
            yield _finished(request, "http")
        if waiting is not None and not waiting:
            del self._requests[row.stream]

    def _tls(self, row: Row, layer: str) -> Iterator[Found]:
        """Read a row of `tls` or `dtls`: both say the same, tshark names the fields apart."""
        kinds = row.all(f"{layer}.handshake.type")
        if _CLIENT_HELLO in kinds:
            before = self._hellos.get(row.stream)
            if before is None or before.ends != row.ends:
                if before is not None:
                    yield self._shaken(before)
                early = _EARLY_DATA in numbers(row, f"{layer}.handshake.extension.type")
                self._hellos[row.stream] = _Request(row.time_ns, row.ends, _client_hello(row, layer), early)
            # Else the server asked for another key share or for its cookie: one handshake (RFC 8446 4.1.4, 9147 5.1).
        if _SERVER_HELLO in kinds or row.has(f"{layer}.handshake.certificate"):
            hello = self._hellos.setdefault(row.stream, _Request(row.time_ns, row.ends.turned(), {}))
            for name, value in _server_side(row, layer).items():
                hello.values.setdefault(name, value)
        if len(self._hellos) > self.max_waiting:
            yield self._shaken(self._hellos.popitem(last=False)[1])

    def _shaken(self, hello: _Request) -> Found:
        hello.values["tls.established"] = self.outcomes.established(
            hello.ends, version=hello.values.get("tls.version"), offers_early_data=hello.offers_early_data
        )
        return _finished(hello, "tls")


def _finished(request: _Request, dataset: str) -> Found:
    return request.time_ns, ecs(request.ends, dataset, request.values)


def _dns(row: Row) -> Iterator[dict[str, Any]]:
    answered = _is_true(row.first("dns.flags.response"))
    names, types = row.all("dns.qry.name"), row.all("dns.qry.type")
    common: dict[str, Any] = {
        "network.protocol": "mdns" if "mdns" in row.protocols else "llmnr" if "llmnr" in row.protocols else "dns",
        "dns.id": decimal(row.first("dns.id")),
        "dns.type": "answer" if answered else "query",
    }
    if answered:
        resolved = row.all("dns.a") + row.all("dns.aaaa")
        common["dns.response_code"] = word(DNS_CODES, row.first("dns.flags.rcode"))
        common["dns.answers.name"] = row.all("dns.resp.name")
        common["dns.answers.type"] = [word(DNS_TYPES, value) for value in row.all("dns.resp.type")]
        common["dns.answers.data"] = resolved + [value for name in _DNS_ANSWERS for value in row.all(name)]
        common["dns.resolved_ip"] = resolved
    for number, name in enumerate(names or [""]):
        question = {
            "dns.question.name": name,
            "dns.question.type": word(DNS_TYPES, types[number]) if number < len(types) else None,
        }
        yield {**common, **question}


def _http_requests(row: Row) -> Iterator[dict[str, Any]]:
    methods = row.all("http.request.method")
    for number, method in enumerate(methods):
        one = _OneOf(row, number=number, of=len(methods))
        target, host = one.value("http.request.uri"), one.value("http.host")
        domain = _domain(host)
        path, _, query = (target or "").partition("?")
        length = whole(one.value("http.content_length_header"))
        yield {
            "http.request.method": method,
            "http.version": _http_version(one.value("http.request.version")),
            "http.request.referrer": one.value("http.referer"),
            "http.request.mime_type": one.value("http.content_type"),
            "http.request.body.bytes": length,
            "url.original": target,
            "url.path": path if target and target.startswith("/") else None,
            "url.query": query,
            "url.domain": domain,
            "url.full": f"http://{host}{target}" if host and target and target.startswith("/") else None,
            "user_agent.original": one.value("http.user_agent"),
            **_authorization(one),
        }


def _authorization(one: "_OneOf") -> dict[str, Any]:
    """Return how the client proved who it is, and as whom; never with what."""
    scheme = (one.value("http.authorization") or "").partition(" ")[0].lower()
    user, colon, _password = (one.value("http.authbasic") or "").partition(":")
    return {
        "http.request.authorization.scheme": scheme,
        "user.name": user if colon and scheme == "basic" else None,
    }


def _http_responses(row: Row) -> Iterator[tuple[str, dict[str, Any]]]:
    codes = row.all("http.response.code")
    for number, code in enumerate(codes):
        one = _OneOf(row, number=number, of=len(codes))
        length = whole(one.value("http.content_length_header"))
        yield (
            code,
            {
                "http.response.status_code": whole(code),
                "http.version": _http_version(one.value("http.response.version")),
                "http.response.mime_type": one.value("http.content_type"),
                "http.response.body.bytes": length,
                "http.response.headers.server": one.value("http.server"),
                "http.response.headers.location": one.value("http.location"),
            },
        )


def _http2(row: Row) -> dict[str, Any]:
    status = whole(row.first("http2.headers.status"))
    return {
        "http.version": "2",
        "http.request.method": row.first("http2.headers.method"),
        "url.original": row.first("http2.headers.path"),
        "url.domain": _domain(row.first("http2.headers.authority")),
        "user_agent.original": row.first("http2.headers.user_agent"),
        "http.response.status_code": status,
    }


def _tls_version(value: int) -> str | None:
    """Return the version; the drafts of 1.3 had numbers of their own. Source: RFC 8446's drafts, 4.2.1."""
    return "1.3" if value >> 8 == 0x7F else TLS_VERSIONS.get(value)


def _client_hello(row: Row, layer: str) -> dict[str, Any]:
    values: dict[str, Any] = {
        "network.protocol": "quic" if "quic" in row.protocols else layer,
        "tls.client.server_name": row.first(f"{layer}.handshake.extensions_server_name"),
        "tls.client.ja3": row.first(f"{layer}.handshake.ja3"),
        "tls.client.supported_protocols": row.all(f"{layer}.handshake.extensions_alpn_str"),
    }
    if len(row.all(f"{layer}.handshake.type")) == 1 and row.has(f"{layer}.handshake.ciphersuite"):
        values["tls.client.ja4"] = ja4(_offered(row, layer))
    return values


def _offered(row: Row, layer: str) -> ClientHello:
    extensions = numbers(row, f"{layer}.handshake.extension.type")
    return ClientHello(
        transport="q" if "quic" in row.protocols else "d" if layer == "dtls" else "t",
        version=next(iter(numbers(row, f"{layer}.handshake.version")), 0),
        supported_versions=numbers(row, f"{layer}.handshake.extensions.supported_version"),
        ciphers=numbers(row, f"{layer}.handshake.ciphersuite"),
        extensions=extensions,
        alpn=row.all(f"{layer}.handshake.extensions_alpn_str"),
        signature_algorithms=_signature_algorithms(row, layer, extensions),
    )


def _signature_algorithms(row: Row, layer: str, extensions: Sequence[int]) -> Sequence[int]:
    """Return those of extension 13 alone: tshark lists three extensions' algorithms under one name, in order."""
    algorithms, position = numbers(row, f"{layer}.handshake.sig_hash_alg"), 0
    bearers = [value for value in extensions if value in _SIGNATURE_EXTENSIONS]
    for bearer, length in zip(bearers, numbers(row, f"{layer}.handshake.sig_hash_alg_len"), strict=False):
        if bearer == 0x000D:
            return algorithms[position : position + length // 2]
        position += length // 2
    return ()


@lru_cache(maxsize=1_024)
def _certificate(text: str) -> dict[str, Any]:
    """The same servers answer again and again. The caller must not change what it gets."""
    return certificate_fields(_bytes(text))


def _server_side(row: Row, layer: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if _SERVER_HELLO in row.all(f"{layer}.handshake.type"):
        offered = numbers(row, f"{layer}.handshake.extensions.supported_version")
        versions = offered or numbers(row, f"{layer}.handshake.version")
        ciphers = numbers(row, f"{layer}.handshake.ciphersuite")
        values = {
            "tls.version": _tls_version(versions[-1]) if versions else None,
            "tls.version_protocol": layer,
            "tls.cipher": f"0x{ciphers[-1]:04x}" if ciphers else None,
            "tls.server.ja3s": row.first(f"{layer}.handshake.ja3s"),
        }
    leaf = row.first(f"{layer}.handshake.certificate")
    if leaf is not None:
        values |= _certificate(leaf)
    return {name: value for name, value in values.items() if value is not None}


@dataclass(frozen=True, slots=True)
class _OneOf:
    """One of several messages in a packet: a field counts only where it is there once for each of them."""

    row: Row
    number: int
    of: int

    def value(self, name: str) -> str | None:
        values = self.row.all(name)
        if len(values) == self.of:
            return values[self.number]
        return values[0] if self.of == 1 and values else None


def _domain(host: str | None) -> str | None:
    """Return the host without its port. Source: RFC 9110 7.2."""
    if not host:
        return None
    if host.startswith("["):
        return host[1:].partition("]")[0]
    name, _, port = host.rpartition(":")
    return name if name and port.isdecimal() else host


def _http_version(text: str | None) -> str | None:
    return text.removeprefix("HTTP/") if text else None


def _is_true(text: str | None) -> bool:
    """Return a flag's value: `1` up to Wireshark 4.0, `True` after it."""
    return text in ("1", "True")


def _bytes(text: str) -> bytes:
    try:
        return bytes.fromhex(text.replace(":", ""))
    except ValueError:
        return b""
