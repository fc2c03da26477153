"""How values become columns: UTC datetimes, hostile text, JSON lists."""

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator

# PostgreSQL refuses NUL in text and neither database takes a lone surrogate; both occur in lines an attacker wrote.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, stored as UTC to the microsecond and returned aware in UTC.

    Raises: ValueError for a naive datetime.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime: {value.isoformat()}")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class StorableText(TypeDecorator[str]):
    """Text of any origin: what no database stores (NUL, lone surrogates) becomes U+FFFD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(value)


def storable(text: str) -> str:
    """Return the text with every character that no database stores replaced by U+FFFD."""
    return _UNSTORABLE.sub("\ufffd", text)


def dump_list(values: Iterable[Any]) -> str:
    """Return a JSON array in ASCII, so that even a NUL inside a string can be stored and comes back unchanged."""
    return json.dumps(list(values), separators=(",", ":"))


def load_strings(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


def load_pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in json.loads(text))
