"""What Suricata's own tests say of DNS, HTTP, TLS and files in captures, asked of our events."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from ingest.pcap.analyse import Analysis
from ingest.pcap.objects import ExtractedFile
from ingest.pcap.tshark import Tshark

Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """One filter of one of its tests whose every key means the same of our events."""

    test: str
    capture: str
    kind: str
    match: tuple[tuple[str, Any], ...]
    count: int

    @property
    def name(self) -> str:
        return f"{self.test}: {self.kind} {' '.join(f'{key}={value}' for key, value in self.match)}".rstrip()


def _ends(fields: Fields) -> set[Any]:
    """Suricata tells an answer from the client's side, we from the server's: an end is an end."""
    return {fields.get("source.ip"), fields.get("destination.ip"), fields.get("source.port")} | {
        fields.get("destination.port")
    }


def _is_end(fields: Fields, wanted: Any) -> bool:
    return wanted in _ends(fields)


def _equal(name: str, *, prefix: str = "") -> Callable[[Fields, Any], bool]:
    def matches(fields: Fields, wanted: Any) -> bool:
        return name in fields and f"{prefix}{fields[name]}".lower() == str(wanted).lower()

    return matches


_COMMON: dict[str, Callable[[Fields, Any], bool]] = {
    "src_ip": _is_end,
    "dest_ip": _is_end,
    "src_port": _is_end,
    "dest_port": _is_end,
    "proto": _equal("network.transport"),
}
_DNS_TYPES = {"query": "query", "request": "query", "answer": "answer", "response": "answer"}
KEYS: dict[str, dict[str, Callable[[Fields, Any], bool]]] = {
    "dns": {
        **_COMMON,
        "dns.type": lambda fields, wanted: fields.get("dns.type") == _DNS_TYPES.get(wanted),
        "dns.id": _equal("dns.id"),
        "dns.rrname": _equal("dns.question.name"),
        "dns.rrtype": _equal("dns.question.type"),
        "dns.queries[0].rrname": _equal("dns.question.name"),
        "dns.queries[0].rrtype": _equal("dns.question.type"),
        "dns.rcode": lambda fields, wanted: fields.get("dns.response_code", "NOERROR") == wanted,
    },
    "http": {
        **_COMMON,
        "http.hostname": lambda fields, wanted: fields.get("url.domain") == wanted.strip("[]"),
        "http.url": _equal("url.original"),
        "http.status": _equal("http.response.status_code"),
        "http.http_method": _equal("http.request.method"),
        "http.protocol": _equal("http.version", prefix="HTTP/"),
        "http.http_user_agent": _equal("user_agent.original"),
    },
    "tls": {
        **_COMMON,
        "tls.sni": _equal("tls.client.server_name"),
        # A draft's number tells nobody anything.
        "tls.version": lambda fields, wanted: f"TLS {fields.get('tls.version')}" == wanted.partition(" draft")[0],
        "tls.ja3.hash": _equal("tls.client.ja3"),
        "tls.ja3s.hash": _equal("tls.server.ja3s"),
    },
    "fileinfo": {
        "fileinfo.filename": lambda fields, wanted: str(wanted).rpartition("/")[2] in str(fields["name"]),
        "fileinfo.size": _equal("size"),
        "fileinfo.sha256": _equal("sha256"),
    },
}
"""Of what kind which key is asked how. Files are told once each, however often they passed."""


def asked_of(cases: Sequence[Mapping[str, Any]]) -> Iterator[Asked]:
    for case in cases:
        if case["kind"] != "suricata-verify" or "QA_SIMULATION" in str(case.get("requires")):
            continue  # the latter make Suricata itself fail on purpose
        for one in case["expect"]["filters"]:
            known = KEYS.get(one["event_type"], {})
            wanted = {key: value for key, value in one["match"].items() if key != "event_type"}
            is_old = "lt-version" in str(one.get("requires")) + str(case.get("requires"))
            if known and wanted.keys() <= known.keys() and not is_old:
                match = tuple(sorted(wanted.items()))
                yield Asked(case["name"], case["capture"], one["event_type"], match, one["count"])


def counted(asked: Asked, events: Sequence[Fields], files: Sequence[ExtractedFile]) -> int:
    """Return how many of our events, or files, are what the filter asks for."""
    of_kind: list[Fields]
    if asked.kind == "fileinfo":
        # Asked for one file, attachments of mails count; asked how many there were, the mail is one.
        told = [one for one in files if asked.match or one.inside is None]
        of_kind = [{"name": one.name, "size": one.size, "sha256": one.sha256} for one in told]
    else:
        of_kind = [fields for fields in events if fields["event.dataset"] == asked.kind]
    known = KEYS[asked.kind]
    return sum(all(known[key](fields, wanted) for key, wanted in asked.match) for fields in of_kind)


def differences(some: Sequence[Asked], path: Path, tshark: Tshark) -> dict[str, list[int]]:
    """Return what the two do not agree on in this capture: the filter, and how many each finds (theirs, ours)."""
    with TemporaryDirectory() as folder:
        analysis = Analysis(path, tshark=tshark, objects=Path(folder))
        events = [event.fields() for batch in analysis.batches() for event in batch]
    found = {one.name: [one.count, counted(one, events, analysis.extracted.files)] for one in some}
    return {name: counts for name, counts in found.items() if counts[0] != counts[1]}


def explained() -> dict[str, list[int]]:
    """Return the differences that are known, each under a reason in the data file."""
    text = (Path(__file__).parents[1] / "ingest/pcap/suricata_differences.yaml").read_text(encoding="utf-8")
    return {name: counts for group in yaml.safe_load(text) for name, counts in group["filters"].items()}


def captures_in(asked: Sequence[Asked], folder: Path) -> dict[Path, list[Asked]]:
    found: dict[Path, list[Asked]] = {}
    for one in asked:
        found.setdefault(folder / one.capture, []).append(one)
    return found
