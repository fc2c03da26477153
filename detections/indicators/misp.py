"""MISP events as JSON (misp-standard.org, core format): the attributes that are marked for detection (`to_ids`)."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from detections.indicators.model import Indicator, Kind, checked

_TYPES: Mapping[str, tuple[Kind | None, ...]] = {
    "ip-src": (Kind.IP,),
    "ip-dst": (Kind.IP,),
    "ip-src|port": (Kind.IP, None),
    "ip-dst|port": (Kind.IP, None),
    "domain": (Kind.DOMAIN,),
    "hostname": (Kind.DOMAIN,),
    "hostname|port": (Kind.DOMAIN, None),
    "domain|ip": (Kind.DOMAIN, Kind.IP),
    "url": (Kind.URL,),
    "md5": (Kind.MD5,),
    "sha1": (Kind.SHA1,),
    "sha256": (Kind.SHA256,),
    "filename|md5": (None, Kind.MD5),
    "filename|sha1": (None, Kind.SHA1),
    "filename|sha256": (None, Kind.SHA256),
    "ja3-fingerprint-md5": (Kind.JA3,),
    "ja4": (Kind.JA4,),
    "ja4-fingerprint": (Kind.JA4,),
}
_NOT_FOR_DETECTION = "tidak ditandai untuk deteksi (to_ids)"
_UNKNOWN = "jenis yang tidak dipakai"
_BROKEN = "tidak terbaca"


def events_of(document: object) -> list[Mapping[str, Any]]:
    """Return the events of a MISP export: one, a list, or an answer of the REST interface; empty for anything else."""
    if isinstance(document, dict) and "response" in document:
        return events_of(document["response"])
    if isinstance(document, dict):
        event = document.get("Event")
        return [event] if isinstance(event, dict) else []
    if isinstance(document, list):
        return [event for one in document for event in events_of(one)]
    return []


def read_misp(events: list[Mapping[str, Any]], left_out: Counter[str]) -> Iterator[Indicator]:
    """Yield the indicators of the events; what cannot be used is counted by reason."""
    for event in events:
        title = str(event.get("info") or "")
        for attribute in _attributes(event):
            yield from _read(attribute, title, left_out)


def _attributes(holder: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from _dicts(holder.get("Attribute"))
    for group in _dicts(holder.get("Object")):
        yield from _dicts(group.get("Attribute"))


def _dicts(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _read(attribute: Mapping[str, Any], title: str, left_out: Counter[str]) -> Iterator[Indicator]:
    kinds, value = _TYPES.get(str(attribute.get("type"))), attribute.get("value")
    if kinds is None or not isinstance(value, str):
        left_out[_UNKNOWN] += 1
        return
    if attribute.get("to_ids") not in (True, "1", 1) or attribute.get("deleted") in (True, "1", 1):
        left_out[_NOT_FOR_DETECTION] += 1
        return
    words = str(attribute.get("comment") or "") or title
    for kind, part in zip(kinds, value.split("|", len(kinds) - 1), strict=False):
        indicator = checked(kind, part, title=words) if kind is not None else None
        if indicator is not None:
            yield indicator
        elif kind is not None:
            left_out[_BROKEN] += 1
