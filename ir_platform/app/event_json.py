"""An event's fields as JSON, whatever a sender put into them."""

import json

import orjson


def json_of(value: object) -> bytes:
    """Return one line; what orjson refuses (half a surrogate pair, a number of more than 64 bits) is escaped ASCII."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return json.dumps(value, separators=(",", ":")).encode()
