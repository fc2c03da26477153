"""A saved run: equal when loaded, and refused when a newer program wrote it."""

import json

import pytest

from playbooks.errors import UnknownStateVersionError
from playbooks.run_state import SCHEMA_VERSION, state_from_json
from tests.playbooks.kaltim import WALK_TO_NINE, a_command, after, started


def test_a_run_with_rework_saved_and_loaded_is_equal() -> None:
    state = after(*WALK_TO_NINE, a_command(9, keputusan="belum", alasan="Masih ada percobaan."))

    assert state_from_json(state.to_json()) == state


@pytest.mark.parametrize("version", [0, SCHEMA_VERSION + 1, "1", None])
def test_a_run_of_an_unknown_version_is_refused(version: object) -> None:
    saved = {**json.loads(started().to_json()), "schema_version": version}

    with pytest.raises(UnknownStateVersionError):
        state_from_json(json.dumps(saved))


def test_a_run_of_version_one_is_read_as_one_in_which_everybody_acted_for_himself() -> None:
    state = after(*WALK_TO_NINE)
    saved = json.loads(state.to_json())
    for one in saved["passes"]:
        for act in one["acts"]:
            del act["atas_nama"], act["isian"], act["mandat"]

    assert state_from_json(json.dumps({**saved, "schema_version": 1})) == state


def test_a_run_of_version_two_is_read_as_one_without_forms_in_which_nobody_stood_in_for_another() -> None:
    state = after(*WALK_TO_NINE)
    saved = json.loads(state.to_json())
    for one in saved["passes"]:
        for act in one["acts"]:
            del act["isian"], act["mandat"]

    assert state_from_json(json.dumps({**saved, "schema_version": 2})) == state
