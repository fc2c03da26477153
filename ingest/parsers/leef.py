"""Log Event Extended Format of IBM QRadar: `LEEF:1.0|vendor|product|version|id|name=value<TAB>…`.

Source: IBM, "Log Event Extended Format (LEEF)" 1.0 and 2.0, whose heading names another delimiter; by syslog, or bare
where `devTime` gives the time. Fields: `observer.*`, `event.code`, `event.severity`; attributes under their ECS names
where there are any, all of them as `leef.NAME`; dataset `leef.log`.
"""

import re
from typing import Final
from zoneinfo import ZoneInfo

from ingest.parsers.ends import Fields, add_end, whole
from ingest.parsers.times import epoch_ns, iso_ns, yearless_reader
from ingest.parsers.urls import add_url

_HEAD: Final = re.compile(
    r"LEEF: ?(?P<format>[12])\.\d\|(?P<vendor>[^|]{0,256})\|(?P<product>[^|]{0,256})\|(?P<version>[^|]{0,128})\|"
    r"(?P<code>[^|]{0,256})\|(?P<rest>.*)$",
    re.DOTALL,
)
_DELIMITER: Final = re.compile(r"(?:0?x(?P<hex>[0-9A-Fa-f]{1,4})|(?P<plain>[^|\s=]))?\|")
_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,64}$")
_MAX_PAIRS: Final = 200
_LIMIT: Final = 64 * 1024
_TEXTS: Final = {
    "cat": "leef.category",
    "usrName": "user.name",
    "identHostName": "host.name",
    "policy": "rule.name",
    "srcMAC": "source.mac",
    "dstMAC": "destination.mac",
    "resource": "file.path",
    "reason": "event.reason",
    "msg": "message",
}
_NUMBERS: Final = {
    "srcBytes": "source.bytes",
    "dstBytes": "destination.bytes",
    "srcPackets": "source.packets",
    "dstPackets": "destination.packets",
    "totalPackets": "network.packets",
    "sev": "event.severity",
}
_TIME: Final = re.compile(r"([A-Z][a-z]{2} \d\d) (?:(\d{4}) )?(\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?")


def is_leef(text: str) -> bool:
    """Say whether a message begins as LEEF does."""
    return text.startswith("LEEF:")


def leef_fields(text: str) -> Fields | None:
    """Return the event's fields; None for a text whose heading is not whole."""
    head = _HEAD.match(text[:_LIMIT])
    if head is None:
        return None
    pairs = _pairs(head)
    fields: Fields = {"event.kind": "event", "event.dataset": "leef.log"}
    named = {"vendor": "observer.vendor", "product": "observer.product", "version": "observer.version"}
    fields |= {field: head[group] for group, field in named.items() if head[group]}
    fields["event.code"] = head["code"]
    fields |= {f"leef.{name}": value for name, value in pairs.items()}
    fields |= {field: pairs[name] for name, field in _TEXTS.items() if pairs.get(name)}
    fields |= {field: number for name, field in _NUMBERS.items() if (number := whole(pairs.get(name))) is not None}
    add_end(fields, "source", pairs.get("src", ""), pairs.get("srcPort"))
    add_end(fields, "destination", pairs.get("dst", ""), pairs.get("dstPort"))
    if pairs.get("proto"):
        fields["network.transport"] = pairs["proto"].lower()
    if pairs.get("url"):
        add_url(fields, pairs["url"])
    return fields


def leef_ns(text: str, *, zone: ZoneInfo, reference_ns: int) -> int | None:
    """Return the instant that the event itself names (`devTime`): an epoch, an ISO time or `Nov 20 2026 08:00:00`."""
    head = _HEAD.match(text[:_LIMIT])
    value = _pairs(head).get("devTime", "") if head else ""
    if number := whole(value):
        return epoch_ns(number)
    match = _TIME.match(value)
    if match is None:
        return iso_ns(value, zone)
    day, year, clock, fraction = match.groups()
    second = yearless_reader(zone=zone, year=None, reference_ns=reference_ns)(
        f"{day} {year} {clock}" if year else f"{day} {clock}"
    )
    return None if second is None else second + int((fraction or "").ljust(9, "0"))


def _pairs(head: re.Match[str]) -> dict[str, str]:
    """Return the attributes; of two with one name the first counts, as the device writes its own first."""
    rest, delimiter = head["rest"], "\t"
    if head["format"] == "2" and (given := _DELIMITER.match(rest)):
        rest = rest[given.end() :]
        delimiter = given["plain"] or (chr(int(given["hex"], 16)) if given["hex"] else "\t")
    pairs: dict[str, str] = {}
    for part in rest.split(delimiter, _MAX_PAIRS)[:_MAX_PAIRS]:
        name, mark, value = part.partition("=")
        if mark and _NAME.match(name.strip()):
            pairs.setdefault(name.strip(), value.strip())
    return pairs
