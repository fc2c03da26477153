"""An event as an Elasticsearch document, and back."""

import json
import re
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any, Final, TypeAlias

import orjson

from ir_platform.adapters.events.elastic.template import BODY, SEQUENCE, TIE, TIME_NS
from ir_platform.adapters.events.query.forms import Forms, fields_of, forms_of, number_term
from ir_platform.adapters.events.query.text import MAX_TIME_US, words
from ir_platform.adapters.events.query.to_elasticsearch import (
    MIXED,
    NAMES,
    OTHERS,
    TEXTS,
    TIME,
    WHOLE,
    mixed_word,
)
from ir_platform.domain.event import Event, EventId, isoformat_ns

Document: TypeAlias = dict[str, Any]

_DEFAULT_DATASET: Final = "generic"
_DATASET: Final = re.compile(r"[a-z0-9_.]{1,100}")
_OURS: Final = "tanggap."
_LAST_NS: Final = 2**63 - 1
"""What `date_nanos` holds begins with 1970 and ends in 2262; the exact time is beside it (TIME_NS)."""


def data_stream_of(fields: Mapping[str, Any], *, namespace: str) -> str:
    """Return `logs-{event.dataset}-{namespace}`; a dataset that cannot be part of a name becomes `generic`."""
    dataset = fields.get("event.dataset")
    known = isinstance(dataset, str) and _DATASET.fullmatch(dataset) and not dataset.startswith((".", "_"))
    return f"logs-{dataset if known else _DEFAULT_DATASET}-{namespace}"


def to_document(event: Event, fields: dict[str, Any], *, sequence: int) -> Document:
    """Return the event's own fields with what our search needs beside them."""
    return {**fields, **_search_part(event, forms_of(event.id, event.time_ns, fields), sequence)}


def to_bare_document(event: Event, *, sequence: int) -> Document:
    """Return the document of an event whose fields the server will not map: found all the same, its body as text."""
    fields = fields_of(event.body)
    forms = forms_of(event.id, event.time_ns, fields)
    addresses: Document = {}
    for name, address in forms.addresses:
        addresses.setdefault(name, []).append(address)
    body = event.body.decode(errors="replace")
    return {**addresses, **_search_part(event, forms, sequence), BODY: body}


def document_bytes(document: Document) -> bytes:
    """Return the document as JSON; a number of more than 64 bits is more than orjson takes."""
    try:
        return orjson.dumps(document)
    except TypeError:
        return json.dumps(document).encode()


def to_event(event_id: str, source: Mapping[str, Any]) -> Event:
    """Return the event of a document: the same JSON, not always the same bytes."""
    body = source.get(BODY)
    if isinstance(body, str):
        return Event(EventId(event_id), int(source[TIME_NS]), body.encode())
    fields = {name: value for name, value in source.items() if not name.startswith(_OURS)}
    return Event(EventId(event_id), int(source[TIME_NS]), orjson.dumps(fields))


def tie_of(event_id: str) -> int:
    """Return a hash of the id that orders events of the same microsecond; 63 bits, because `long` is signed."""
    return int.from_bytes(blake2b(event_id.encode(), digest_size=8).digest(), "big") >> 1


def _search_part(event: Event, forms: Forms, sequence: int) -> Document:
    return {
        "@timestamp": isoformat_ns(min(max(event.time_ns, 0), _LAST_NS)),
        TIME: max(-MAX_TIME_US, min(MAX_TIME_US, forms.time_us)),
        TIME_NS: str(event.time_ns),
        TIE: tie_of(event.id),
        SEQUENCE: sequence,
        NAMES: list(dict.fromkeys(forms.names)),
        WHOLE: [
            *forms.whole,
            *(number_term(name, value) for name, value in (*forms.numbers, *forms.loose_numbers)),
        ],
        OTHERS: _cut(forms.others),
        MIXED: [" ".join(mixed_word(name, word) for word in words(text)) for name, text in forms.mixed],
        **{TEXTS[name]: _cut(values) for name, values in forms.texts.items()},
    }


def _cut(values: list[str]) -> list[str]:
    return [" ".join(words(value)) for value in values]
