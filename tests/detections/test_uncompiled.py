"""The modules that are compiled say the same as their sources do."""

import importlib
import json
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.reading import LineReader
from ir_platform.domain.event import Event
from tests.detections import test_flat_lines
from tests.detections.making import a_rule
from tests.detections.test_flat_lines import DETECTIONS, NAMES, ROUTES, VALUES
from tests.support.uncompiled_rooms import Uncompiled

COMPILED = (
    *("detections.sigma.view", "detections.sigma.line_view", "detections.sigma.span_view"),
    *(
        "detections.sigma.predicates",
        "detections.sigma.literal_search",
        "detections.sigma.partition",
        "detections.flat_lines",
    ),
    "detections.alert_lines",
)


@dataclass(frozen=True)
class Twin:
    """A matcher, and the context in which it is to be used."""

    matcher: Any
    place: Any
    suffixes: frozenset[str]
    room: AbstractContextManager[None]

    def told(self, line: bytes, event: Event | None) -> tuple[bool, list[bytes]]:
        with self.room:
            is_clean = self.matcher.is_clean(line)
            if is_clean or event is None:
                return is_clean, []
            return is_clean, self.matcher.match_line(self.place(file="f", record=0), event)[0]


def twin(folder: Path, room: AbstractContextManager[None]) -> Twin:
    with room:
        ruleset = importlib.import_module("detections.sigma.ruleset")
        standalone = importlib.import_module("detections.standalone")
        files = [Path(str(importlib.import_module(name).__file__)) for name in COMPILED]
        return Twin(
            matcher=standalone.FileMatcher(ruleset.load_rule_set([folder])),
            place=standalone.Place,
            suffixes=frozenset(file.suffix for file in files),
            room=room,
        )


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> tuple[Twin, Twin]:
    folder = tmp_path_factory.mktemp("rules")
    for number, (logsource, detection) in enumerate(DETECTIONS):
        text = a_rule(detection, logsource=logsource).replace("555555555501", f"5555555558{number:02d}")
        (folder / f"{number}.yml").write_text(text, encoding="utf-8")
    return twin(folder, nullcontext()), twin(folder, Uncompiled("detections"))


reader = test_flat_lines.reader


@given(lines=st.lists(st.tuples(st.dictionaries(NAMES, VALUES, max_size=6), ROUTES), min_size=1, max_size=6))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_compiled_and_uncompiled_give_the_same_alerts(
    twins: tuple[Twin, Twin], reader: LineReader, lines: list[tuple[dict[str, Any], dict[str, Any]]]
) -> None:
    for fields, route in lines:
        line = json.dumps({**route, **fields}, ensure_ascii=False).encode()
        parsed = reader.read(line, offset=0, record=0)
        event = parsed.event if parsed is not None else None

        compiled, plain = (one.told(line, event) for one in twins)

        assert compiled == plain


@pytest.mark.parametrize("line", [b"\xff{}", b'{"A": "' + b"a" * 1_000_000 + b'"}', b'{"a":' * 200 + b"1" + b"}" * 200])
def test_hostile_lines_are_clean_for_both_or_for_none(twins: tuple[Twin, Twin], line: bytes) -> None:
    compiled, plain = (one.told(line, None) for one in twins)

    assert compiled == plain


def test_the_twin_is_made_of_sources(twins: tuple[Twin, Twin]) -> None:
    assert twins[1].suffixes == {".py"}


def test_a_block_of_lines_is_looked_at_up_to_the_first_that_is_not_clean(twins: tuple[Twin, Twin]) -> None:
    lines = [b'{"Channel": "Nothing of ours", "EventID": 7}'] * 3
    for one in twins:
        first = one.matcher.skip_clean(lines, 0)
        one.matcher._lines.learn(None)

        assert (first, one.matcher.skip_clean([*lines, b"broken"], 1)) == (0, 3)
