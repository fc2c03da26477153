"""What detectors are told of events is the same whether the modules that read them are compiled or not."""

import importlib
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ir_platform.domain.alert import Detection
from tests.detections.detectors.test_laws import documents
from tests.support.builders import NOON, an_event
from tests.support.uncompiled_rooms import Uncompiled

COMPILED = ("detections.detectors.facts", "detections.detectors.base", "detections.entities", "detections.sigma.view")


class Twin:
    """Every detector, and what reads events for them, imported within a context."""

    def __init__(self, room: AbstractContextManager[None]) -> None:
        self._room = room
        with room:
            self._bank, self._base, self._view, self._catalog = (
                importlib.import_module(name)
                for name in ("detections.detectors.bank", COMPILED[1], COMPILED[3], "detections.catalog")
            )
            self.suffixes = {Path(str(importlib.import_module(name).__file__)).suffix for name in COMPILED}

    def told(self, found: list[dict[str, Any]]) -> tuple[list[tuple[Any, ...]], list[Detection]]:
        with self._room:
            events = [self._seen(number, fields) for number, fields in enumerate(found)]
            bank = self._bank.Bank(self._catalog.new_detectors())
            facts = [(str(one.sort), self._facts(one.connection), tuple(one.ref)) for one in events]
            return facts, [*bank.observe(events)]

    def _seen(self, number: int, fields: dict[str, Any]) -> Any:
        event = an_event(NOON, number, **{name.replace(".", "__"): value for name, value in fields.items()})
        return self._bank.read_facts(self._base.Observed(event.id, event.time_ns, self._view.EventView(event.fields())))

    def _facts(self, connection: Any) -> tuple[Any, ...]:
        if connection is None:
            return ()
        names = ("source", "source_port", "destination", "destination_port", "transport", "protocol",
                 "start_ns", "end_ns",
                 "packets_out", "packets_in", "bytes_out", "bytes_in", "payload_out", "payload_in", "flags",
                 "is_failed", "is_denied", "is_counted", "weight", "is_part", "is_half_open", "is_answered",
                 "service")  # fmt: skip
        facts = importlib.import_module(COMPILED[0])
        return (*(getattr(connection, name) for name in names), facts.is_vain(connection))


@pytest.fixture(scope="module")
def twins() -> tuple[Twin, Twin]:
    return Twin(nullcontext()), Twin(Uncompiled("detections"))


@settings(max_examples=60)
@given(st.lists(documents, max_size=20))
def test_compiled_and_uncompiled_say_the_same_of_any_event(
    twins: tuple[Twin, Twin], found: list[dict[str, Any]]
) -> None:
    compiled, plain = (one.told(found) for one in twins)

    assert compiled == plain


def test_the_twin_is_made_of_sources(twins: tuple[Twin, Twin]) -> None:
    assert twins[1].suffixes == {".py"}
