"""The shipped SOPs, and the versions that running incidents still follow."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from ir_platform.documents.catalog import KINDS
from playbooks.errors import BadPlaybookError, UnknownPlaybookError
from playbooks.export import plain_sop
from playbooks.library import FOLDER, Library, read_playbook, shipped
from tests.playbooks.kaltim import ANSWERS, ANSWERS_WHEN_BACK, EXECUTORS, ID, NEXT
from tests.playbooks.office import Office

PATHS = sorted(FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("path", PATHS, ids=[path.stem for path in PATHS])
def test_a_shipped_file_is_named_after_its_sop_and_its_documents_can_be_rendered(path: Path) -> None:
    sop = read_playbook(path).sop

    named = {item.dokumen for step in sop.langkah for item in (*step.kelengkapan, *step.output) if item.dokumen}
    assert sop.id == path.stem
    assert named <= {kind.id for kind in KINDS}


def test_the_json_has_the_contracts_keys_and_the_papers_table() -> None:
    plain = json.loads(json.dumps(plain_sop(shipped().get(ID).sop)))

    assert {"id", "judul", "instansi", "dasar_hukum", "waktu_total", "pelaksana", "langkah", "catatan"} <= plain.keys()
    assert plain["waktu_total"] == {"min": 2, "max": 5, "satuan": "hari_kerja"}
    steps = {step["no"]: step for step in plain["langkah"]}
    assert {no: set(step["pelaksana"]) for no, step in steps.items()} == EXECUTORS
    assert {no: step["berikut"] for no, step in steps.items() if no not in ANSWERS} == NEXT
    answers = {no: {one["jawaban"]: one["ke"] for one in step["keputusan"]} for no, step in steps.items()}
    assert {no: one for no, one in answers.items() if one} == {**ANSWERS, **ANSWERS_WHEN_BACK}


def test_the_times_are_those_of_the_paper() -> None:
    plain = plain_sop(shipped().get(ID).sop)

    times = [(step["waktu"]["min"], step["waktu"]["max"], step["waktu"]["satuan"]) for step in plain["langkah"]]
    assert times == [
        (1, 1, "hari"),
        (20, 20, "menit"),
        (1, 2, "jam"),
        (1, 1, "hari"),
        (1, 1, "jam"),
        (1, 2, "jam"),
        (1, 2, "hari"),
        (20, 20, "menit"),
        (1, 1, "jam"),
        (20, 20, "menit"),
        (1, 2, "jam"),
        (1, 3, "jam"),
    ]


def test_an_unknown_sop_is_refused() -> None:
    with pytest.raises(UnknownPlaybookError):
        shipped().get("tidak-ada")


def test_a_file_that_contradicts_itself_is_not_taken_in(tmp_path: Path) -> None:
    path = tmp_path / "sop.yaml"
    path.write_text((FOLDER / f"{ID}.yaml").read_text().replace("        ke: 10\n", "        ke: 99\n"))

    with pytest.raises(BadPlaybookError, match="ke langkah 99 yang tidak ada"):
        read_playbook(path)


def test_a_running_incident_keeps_its_version_when_the_shipped_one_changes(office: Office) -> None:
    incident = office.report()
    newer = replace(shipped().get(ID), sha256="f" * 64, sop=replace(shipped().get(ID).sop, judul="Versi baru"))

    with office.state.read() as uow:
        kept = Library([newer]).sop_of(uow, uow.runs.get(incident.id))

    assert kept == shipped().get(ID).sop
