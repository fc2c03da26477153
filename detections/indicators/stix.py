"""STIX 2.1 bundles (OASIS, 2021): the indicators whose pattern is one comparison, or several joined with OR.

What needs several observations together (AND, FOLLOWEDBY, WITHIN, LIKE, MATCHES, NOT) means something else than any
one of its values, and is left out and counted.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from detections.indicators.model import Indicator, Kind, checked
from ir_platform.domain.event import to_ns

_PATHS: Mapping[str, Kind] = {
    "ipv4-addr:value": Kind.IP,
    "ipv6-addr:value": Kind.IP,
    "domain-name:value": Kind.DOMAIN,
    "url:value": Kind.URL,
    "network-traffic:dst_ref.value": Kind.IP,
    "network-traffic:src_ref.value": Kind.IP,
}
_HASHES: Mapping[str, Kind] = {
    "md5": Kind.MD5,
    "sha-1": Kind.SHA1,
    "sha1": Kind.SHA1,
    "sha-256": Kind.SHA256,
    "sha256": Kind.SHA256,
}
_QUOTED = r"'(?:[^'\\]|\\.)*'"
_TEXT = re.compile(_QUOTED)
_SEVERAL = rf"\(\s*{_QUOTED}(?:\s*,\s*{_QUOTED})*\s*\)"
_COMPARISON = re.compile(rf"([a-z0-9-]+:[^\s=()\[\]]+)\s*(=|ISSUBSET|IN)\s*({_QUOTED}|{_SEVERAL})")
_REST = re.compile(r"[\s\[\]()]*(?:OR[\s\[\]()]*)*")
MAX_PATTERN = 100_000
_COMBINED = "pola gabungan"
_UNKNOWN = "jenis yang tidak dipakai"
_WITHDRAWN = "ditarik atau dinyatakan tidak berbahaya"
_BROKEN = "tidak terbaca"


def is_stix(document: object) -> bool:
    """Say whether a JSON document is a bundle."""
    return isinstance(document, dict) and document.get("type") == "bundle"


def read_stix(document: Mapping[str, Any], left_out: Counter[str]) -> Iterator[Indicator]:
    """Yield the indicators of a bundle; what cannot be used is counted by reason."""
    objects = document.get("objects")
    for one in objects if isinstance(objects, list) else ():
        if isinstance(one, dict) and one.get("type") == "indicator":
            yield from _read(one, left_out)


def _read(one: Mapping[str, Any], left_out: Counter[str]) -> Iterator[Indicator]:
    pattern = one.get("pattern")
    types = one.get("indicator_types") or one.get("labels") or []
    if one.get("revoked") is True or (isinstance(types, list) and "benign" in types):
        left_out[_WITHDRAWN] += 1
        return
    if one.get("pattern_type", "stix") != "stix" or not isinstance(pattern, str) or len(pattern) > MAX_PATTERN:
        left_out[_UNKNOWN] += 1
        return
    comparisons = _comparisons(pattern)
    if comparisons is None:
        left_out[_COMBINED] += 1
        return
    until_ns, title = _until(one.get("valid_until")), str(one.get("name") or one.get("description") or "")
    for path, value in comparisons:
        kind = _kind_of(path)
        indicator = checked(kind, value, until_ns=until_ns, title=title) if kind is not None else None
        if indicator is None:
            left_out[_UNKNOWN if kind is None else _BROKEN] += 1
        else:
            yield indicator


def _comparisons(pattern: str) -> list[tuple[str, str]] | None:
    """Return path and value of each comparison; None where they are joined by more than OR."""
    found: list[tuple[str, str]] = []
    position = 0
    for match in _COMPARISON.finditer(pattern):
        if _REST.fullmatch(pattern, position, match.start()) is None:
            return None
        path, _, values = match.groups()
        found += [(path, _unquoted(value)) for value in _TEXT.findall(values)]
        position = match.end()
    return found if found and _REST.fullmatch(pattern, position) is not None else None


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1])


def _kind_of(path: str) -> Kind | None:
    known = _PATHS.get(path)
    if known is not None:
        return known
    last = path.rpartition(".")[2].strip("'\"").lower()
    if ":hashes" in path:
        return _HASHES.get(last)
    # No object of the standard has these; feeds put them into extensions of their own.
    return {"ja3": Kind.JA3, "ja3_hash": Kind.JA3, "ja4": Kind.JA4}.get(last.rpartition(":")[2])


def _until(value: object) -> int | None:
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value)
        return to_ns(at) if at.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
