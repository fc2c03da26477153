"""Events written as files, whatever is in them."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from ir_platform.app.event_files import event_file
from ir_platform.domain.event import EventId
from ir_platform.domain.event_export import ExportForm
from ir_platform.ports import FoundEvent

COLUMNS = ("@timestamp", "source.port", "user.name", "x")
SCALARS = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | st.text()
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3), max_leaves=5)
FIELDS = st.dictionaries(st.sampled_from(COLUMNS) | st.text(max_size=8), VALUES, max_size=5)


def written(form: ExportForm, pages: list[list[FoundEvent]]) -> bytes:
    target = io.BytesIO()
    file = event_file(form, target, columns=COLUMNS)
    for events in pages:
        file.add(events)
    file.close()
    return target.getvalue()


def found(number: int, fields: dict[str, object]) -> FoundEvent:
    return FoundEvent(id=EventId(f"event-{number}"), fields=fields)


@given(st.lists(FIELDS, max_size=4))
def test_any_fields_can_be_written_and_no_cell_begins_like_a_formula(each: list[dict[str, object]]) -> None:
    events = [found(number, fields) for number, fields in enumerate(each)]
    pages = [events[:2], events[2:]]

    lines = [json.loads(line) for line in written(ExportForm.JSONL, pages).split(b"\n") if line]
    rows = list(csv.reader(io.StringIO(written(ExportForm.CSV, pages).decode("utf-8-sig"), newline="")))
    table = parquet.read_table(io.BytesIO(written(ExportForm.PARQUET, pages)))

    assert [line.pop("_id") for line in lines] == [event.id for event in events]
    assert len(rows) == 1 + len(events)
    assert not [cell for row in rows[1:] for cell in row if cell[:1] in ("=", "@", "\t", "\r", "\n")]
    assert [json.loads(whole) for whole in table["_event"].to_pylist()] == lines


@pytest.mark.parametrize("form", list(ExportForm))
def test_half_a_surrogate_pair_breaks_no_file(form: ExportForm) -> None:
    content = written(form, [[found(1, {"user.name": "\ud800", "x": ["\udfff"]})]])

    assert content
