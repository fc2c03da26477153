"""The document that the index is given of an event."""

import json
from typing import Any

import pytest

from ir_platform.adapters.events.embedded.documents import SHAPE_FIELDS, document
from ir_platform.adapters.events.query.forms import forms_of
from tests.support.uncompiled import uncompiled

EVENT: dict[str, Any] = {
    "message": "Failed password",
    "host.name": "WEB-1",
    "winlog.event_data.When": "2026-11-20T04:00:00Z",
    "winlog.event_id": 4624,
    "source.ip": "10.0.0.7",
    "related.ip": ["10.0.0.7", "::1"],
    "source.port": "22",
    "event.start": "2026-11-20T04:00:00Z",
    "tags": ["alpha", "beta"],
}


def test_a_document_has_each_form_in_the_column_for_it() -> None:
    made = json.loads(document(forms_of("a", 1_000, EVENT), pos=7, tie=9))

    assert (made["time"], made["pos"], made["tie"]) == (1, 7, 9)
    assert made["text1"] == ["failed password"]
    assert made["address9"] == ["10.0.0.7"]
    assert made["address6"] == ["10.0.0.7", "::1"]
    assert "tags\x1f=beta" in made["whole"]
    assert any(term.startswith("winlog.event_id\x1f#") for term in made["whole"])
    assert made["shape"] == ["\x1f".join(EVENT)]


@pytest.mark.parametrize("fields", [EVENT, {}, {f"f{number}": number for number in range(SHAPE_FIELDS + 1)}])
def test_a_document_is_the_same_compiled_or_not(fields: dict[str, Any]) -> None:
    forms = forms_of("a", 2**80, fields)
    plain = uncompiled("ir_platform.adapters.events.embedded.documents")

    assert json.loads(document(forms, pos=1, tie=2)) == json.loads(plain.document(forms, pos=1, tie=2))
