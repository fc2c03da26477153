"""ArcSight's Common Event Format, which many devices can write: `CEF:0|vendor|product|version|id|name|severity|k=v …`.

Source: ArcSight Common Event Format, implementation standard 25; by syslog, or bare where `rt` or `end` gives the time.
Fields: `observer.*`, `event.code`, `event.severity`, `message`; extensions under their ECS names where there are any
(as Elastic's `decode_cef`), all of them as `cef.NAME`, custom ones (`cs1Label=…`) under their label too; dataset
`cef.log`.
"""

import re
from typing import Final
from zoneinfo import ZoneInfo

from ingest.parsers.ends import Fields, add_end, whole
from ingest.parsers.times import epoch_ns, iso_ns, yearless_reader

_HEAD: Final = re.compile(r"CEF: ?\d{1,3}\|" + r"((?:[^|\\]|\\.){0,1023})\|" * 6 + r"(.*)", re.DOTALL)
_KEY: Final = re.compile(r"(?:^|(?<=\s))([A-Za-z0-9_.]{1,64})=")
_HEAD_ESCAPE: Final = re.compile(r"\\([|\\])")
_VALUE_ESCAPE: Final = re.compile(r"\\([=|\\nr])")
_LABEL: Final = re.compile(r"(c[snf]\d{1,2}|c6a\d|flexString\d|flexNumber\d|deviceCustomDate\d)Label$")
MAX_PAIRS: Final = 200
_LIMIT: Final = 64 * 1024
_SEVERITIES: Final = {"unknown": 0, "low": 3, "medium": 6, "high": 8, "very-high": 10}
_TEXTS: Final = {
    "app": "network.protocol",
    "dmac": "destination.mac",
    "dproc": "process.name",
    "duser": "user.target.name",
    "dvchost": "host.name",
    "fileHash": "file.hash.sha256",
    "fname": "file.name",
    "filePath": "file.path",
    "msg": "message",
    "reason": "event.reason",
    "request": "url.original",
    "requestClientApplication": "user_agent.original",
    "requestContext": "http.request.referrer",
    "requestMethod": "http.request.method",
    "smac": "source.mac",
    "suser": "user.name",
}
_NUMBERS: Final = {"in": "source.bytes", "out": "destination.bytes", "fsize": "file.size"}
_TIME: Final = re.compile(r"([A-Z][a-z]{2} \d\d) (\d{4} )?(\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?: (?:UTC|GMT))?$")


def is_cef(text: str) -> bool:
    """Say whether a message begins as CEF does."""
    return text.startswith("CEF:")


def cef_fields(text: str) -> Fields | None:
    """Return the event's fields; None for a text whose heading is not whole."""
    head = _HEAD.match(text[:_LIMIT])
    if head is None:
        return None
    vendor, product, version, code, name, severity, extension = head.groups()
    pairs = _pairs(extension)
    fields: Fields = {"event.kind": "event", "event.dataset": "cef.log"}
    for field, value in (
        ("observer.vendor", vendor),
        ("observer.product", product),
        ("observer.version", version),
        ("event.code", code),
        ("cef.name", name),
        ("message", name),
    ):
        if value:
            fields[field] = _HEAD_ESCAPE.sub(r"\1", value)
    number = _SEVERITIES.get(severity.lower(), whole(severity))
    if number is not None:
        fields["event.severity"] = number
    fields.update({f"cef.{key}": value for key, value in pairs.items()})
    fields.update(_known(pairs))
    return fields


def cef_ns(text: str, *, zone: ZoneInfo, reference_ns: int) -> int | None:
    """Return the instant that the event itself names: `rt`, else `end`, else `start`."""
    head = _HEAD.match(text[:_LIMIT])
    pairs = _pairs(head[7]) if head else {}
    for key in ("rt", "end", "start"):
        value = pairs.get(key, "")
        number = whole(value)
        found = epoch_ns(number) if number else _written_ns(value, zone, reference_ns)
        if found is not None:
            return found
    return None


def _written_ns(text: str, zone: ZoneInfo, reference_ns: int) -> int | None:
    match = _TIME.match(text)
    if match is None:
        return iso_ns(text, zone)
    day, year, clock, fraction = match.groups()
    stated = ZoneInfo("UTC") if text.endswith(("UTC", "GMT")) else zone
    read = yearless_reader(zone=stated, year=None, reference_ns=reference_ns)
    second = read(f"{day} {year or ''}{clock}")
    return None if second is None else second + int((fraction or "").ljust(9, "0"))


def _pairs(extension: str) -> dict[str, str]:
    """Return the extension's pairs; of two with one name the first counts, as the device writes its own first."""
    keys = []
    for match in _KEY.finditer(extension):
        keys.append(match)
        if len(keys) > MAX_PAIRS:
            break
    pairs: dict[str, str] = {}
    for number, match in enumerate(keys[:MAX_PAIRS]):
        end = keys[number + 1].start() if number + 1 < len(keys) else len(extension)
        pairs.setdefault(match[1], _VALUE_ESCAPE.sub(_unescaped, extension[match.end() : end].rstrip()))
    return pairs


def _unescaped(match: re.Match[str]) -> str:
    return {"n": "\n", "r": "\r"}.get(match[1], match[1])


def _known(pairs: dict[str, str]) -> Fields:
    fields: Fields = {field: pairs[key] for key, field in _TEXTS.items() if pairs.get(key)}
    for key, field in _NUMBERS.items():
        if (number := whole(pairs.get(key))) is not None:
            fields[field] = number
    add_end(fields, "source", pairs.get("src", ""), pairs.get("spt"))
    add_end(fields, "destination", pairs.get("dst", ""), pairs.get("dpt"))
    if pairs.get("proto"):
        fields["network.transport"] = pairs["proto"].lower()
    if pairs.get("outcome", "").lower() in ("success", "failure"):
        fields["event.outcome"] = pairs["outcome"].lower()
    for key, label in pairs.items():
        custom = _LABEL.match(key)
        if custom and label and custom[1] in pairs and re.fullmatch(r"[\w .-]{1,64}", label):
            fields[f"cef.{label.replace(' ', '_').replace('.', '_')}"] = pairs[custom[1]]
    return fields
