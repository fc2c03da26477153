"""Nested objects become flat dotted keys; the time of a document is found whatever it is called."""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

import orjson

from ingest.parsers.addresses import is_ip
from ingest.parsers.times import epoch_ns, iso_ns

MAX_DEPTH: Final = 32
"""Deeper parts are kept as JSON text: a hostile document may be nested a thousand levels."""
MAX_FIELDS: Final = 5_000
"""More fields than this would burst the index of any store."""

_UTC: Final = ZoneInfo("UTC")

TIME_FIELDS: Final = (
    "@timestamp",
    "UtcTime",
    "timestamp",
    "time",
    "ts",
    "EventTime",
    "TimeCreated",
    "SystemTime",
    "eventTime",
    "event.created",
    "winlog.time_created",
    "TimeGenerated",
    "datetime",
    "date",
    "Timestamp",
    "Time",
    "_time",
)
_LOWER_TIME_FIELDS: Final = tuple(dict.fromkeys(name.lower() for name in TIME_FIELDS))
_UTC_FIELDS: Final = frozenset(
    (
        "@timestamp",
        "UtcTime",
        "utctime",
        "SystemTime",
        "systemtime",
        "TimeCreated",
        "timecreated",
        "winlog.time_created",
    )
)
"""These are in UTC by definition when they carry no zone."""


_NUMBERS: Final = (".port", ".bytes", ".packets", ".status_code", ".size")


def is_fitting(name: str, value: object) -> bool:
    """Say whether an ECS field may hold this value: an index refuses a whole event for one address that is none."""
    if name.endswith(_NUMBERS):
        return type(value) is int and value >= 0
    return not name.endswith(".ip") or (isinstance(value, str) and is_ip(value))


_PLAIN: Final = frozenset((str, int, float, bool))


class UnwieldyDocumentError(Exception):
    """A document has more than MAX_FIELDS fields, or is nested so deep that it cannot be written again."""


def flatten(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return dotted keys with scalars or lists; nulls and empty objects are left out.

    A list of objects becomes one list a key, as search engines read it. Raises: UnwieldyDocumentError.
    """
    if _PLAIN.issuperset(map(type, document.values())) and len(document) <= MAX_FIELDS:
        return dict(document)
    flat: dict[str, Any] = {}
    for key, value in _walk("", document, 0):
        if key in flat:
            flat[key] = _as_list(flat[key]) + _as_list(value)
        else:
            flat[key] = value
            if len(flat) > MAX_FIELDS:
                raise UnwieldyDocumentError
    return flat


def _walk(prefix: str, value: Mapping[str, Any], depth: int) -> Iterator[tuple[str, Any]]:
    for name, inner in value.items():
        key = f"{prefix}{name}"
        kind = type(inner)
        if kind is str or kind is int:
            yield key, inner
        elif inner is None:
            continue
        elif kind is dict:
            if depth >= MAX_DEPTH:
                yield key, _json(inner)
            else:
                yield from _walk(f"{key}.", inner, depth + 1)
        elif kind is list:
            yield from _walk_list(key, inner, depth)
        else:
            yield key, inner


def _walk_list(key: str, values: list[Any], depth: int) -> Iterator[tuple[str, Any]]:
    plain: list[Any] = []
    for value in values:
        if type(value) is dict and depth < MAX_DEPTH:
            for inner_key, inner in _walk(f"{key}.", value, depth + 1):
                yield inner_key, _as_list(inner)
        elif type(value) in (dict, list):
            plain.append(_json(value))
        elif value is not None:
            plain.append(value)
    if plain or not values:
        yield key, plain


def _json(value: object) -> str:
    try:
        return orjson.dumps(value).decode()
    except TypeError as error:
        # orjson reads 1,024 levels and writes 254.
        raise UnwieldyDocumentError from error


def _as_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def time_of(fields: Mapping[str, Any], zone: ZoneInfo) -> int | None:
    """Return the instant the document names, by the first of TIME_FIELDS that holds a time; else in other letters."""
    found = _first_time(fields, TIME_FIELDS, zone)
    if found is not None:
        return found
    lowered = {name.lower(): value for name, value in fields.items() if len(name) < 32}
    return _first_time(lowered, _LOWER_TIME_FIELDS, zone)


def _first_time(fields: Mapping[str, Any], names: tuple[str, ...], zone: ZoneInfo) -> int | None:
    for name in names:
        value = fields.get(name)
        if value is None:
            continue
        found = instant_of(value, _UTC if name in _UTC_FIELDS else zone)
        if found is not None:
            return found
    return None


def instant_of(value: object, zone: ZoneInfo) -> int | None:
    """Return the instant of an ISO time or an epoch (number, or number as text) in s, ms, µs or ns."""
    if isinstance(value, str):
        return iso_ns(value, zone) or _epoch_text(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return epoch_ns(value)
    return None


def _epoch_text(text: str) -> int | None:
    if len(text) < 9 or len(text) > 30 or not text.isascii():
        return None
    whole, _, fraction = text.partition(".")
    if not whole.isdigit() or (fraction and not fraction.isdigit()):
        return None
    seconds = epoch_ns(int(whole))
    if seconds is None or not fraction:
        return seconds
    if len(whole) > 11:
        return seconds
    return seconds + int(fraction[:9].ljust(9, "0"))
