"""What detectors remember: bounded, counted, and the same after a restart."""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from detections.catalog import new_detectors
from detections.detectors.memory import EVIDENCE, Recent, note, note_newest
from tests.detections.detectors.traffic import a_flow


@dataclass(slots=True)
class _State:
    count: int = 0
    words: list[str] = field(default_factory=list)


@given(st.lists(st.sampled_from("abcdefgh"), max_size=60), st.integers(1, 8))
def test_the_key_silent_longest_is_forgotten_and_counted(keys: list[str], limit: int) -> None:
    kept: Recent[_State] = Recent(_State, limit=limit)
    for key in keys:
        kept.of(key).count += 1

    newest_first = list(dict.fromkeys(reversed(keys)))

    assert [key for (key,), _ in kept.items()] == newest_first[:limit][::-1]
    assert (kept.forgotten == 0) == (len(newest_first) <= limit)


def test_what_was_kept_comes_back_from_json_values() -> None:
    before: Recent[_State] = Recent(_State, limit=9)
    after: Recent[_State] = Recent(_State, limit=9)
    before.of("a", "b").words.append("x")

    after.restore(before.snapshot())

    assert after.find("a", "b") == _State(0, ["x"])
    assert after.find("b") is None


def test_evidence_is_how_it_began_or_how_it_goes_on() -> None:
    first: list[list[Any]] = []
    newest: list[list[Any]] = []
    flows = [a_flow(second, second) for second in range(EVIDENCE + 5)]

    for flow in flows:
        note(first, flow)
        note_newest(newest, flow)

    assert [ref[1] for ref in first] == [flow.id for flow in flows[:EVIDENCE]]
    assert [ref[1] for ref in newest] == [flow.id for flow in flows[5:]]


def test_each_detector_has_a_name_and_findings_of_its_own_with_words_in_two_languages_and_a_sop() -> None:
    detectors = new_detectors()
    infos = [info for detector in detectors for info in detector.infos]

    assert len({detector.name for detector in detectors}) == len(detectors)
    assert len({info.id for info in infos}) == len(infos)
    assert all(info.title and info.title_en and info.look_at and info.false_positives for info in infos)
    assert all(info.playbook_id and any(tag.startswith("attack.t1") for tag in info.tags) for info in infos)
