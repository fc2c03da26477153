"""Cursors of paged lists: the sort key of the last item shown, opaque to whoever carries it."""

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime


def make_cursor(listing: str, at: datetime, row_id: str) -> str:
    """Return the cursor after the item that stands at this time with this id in the named list."""
    key = json.dumps([listing, at.isoformat(), row_id], separators=(",", ":"))
    return urlsafe_b64encode(key.encode()).decode().rstrip("=")


def read_cursor(listing: str, cursor: str) -> tuple[datetime, str]:
    """Return what `make_cursor` put in. Raises: ValueError for anything it did not make for this list."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        found, at, row_id = json.loads(urlsafe_b64decode(padded))
        key = datetime.fromisoformat(at), str(row_id)
    except (binascii.Error, ValueError, TypeError, RecursionError) as error:
        raise ValueError(f"not a cursor of {listing}") from error
    # Base64 has several spellings of the same bytes; only the one that was given out counts.
    if found != listing or key[0].tzinfo is None or make_cursor(listing, *key) != cursor:
        raise ValueError(f"not a cursor of {listing}")
    return key
