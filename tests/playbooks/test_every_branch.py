"""Every branch of the seven SOPs walked in a real office, to the papers the SOP names; and nothing of one left out."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import pytest

from ir_platform.domain.incident import IncidentStatus
from playbooks.library import shipped
from playbooks.sop import Langkah, Sop
from tests.playbooks.office import Office, an_office
from tests.playbooks.office_walking import CONTENT, begin_walk, let_everybody_in
from tests.playbooks.papers import ALL_PAPERS
from tests.playbooks.printed import MORE_OUTPUT, PAPERS_MADE, TABLES, TOTALS
from tests.playbooks.walking import sop_of
from tests.playbooks.whole import assert_untouched, assert_whole
from tests.support.sqlite import migrated_url

EVERY = sorted(ALL_PAPERS)
WALKS = [(playbook, name) for playbook in EVERY for name in ALL_PAPERS[playbook].walks]


@pytest.fixture(scope="module")
def walked_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One office for all walks, as an office has one."""
    folder = tmp_path_factory.mktemp("walks")
    with an_office(migrated_url(folder / "state.sqlite3")) as opened:
        let_everybody_in(opened)
        yield opened
        assert_whole(opened.state)
        assert_untouched(opened.state, folder / "files", CONTENT)


def test_every_shipped_sop_has_its_paper_and_its_table() -> None:
    shipped_ids = [one.sop.id for one in shipped().all()]

    assert shipped_ids == EVERY == sorted(TABLES) == sorted(PAPERS_MADE)


@pytest.mark.parametrize("playbook", EVERY)
def test_the_file_says_row_by_row_what_is_printed(playbook: str) -> None:
    sop = sop_of(playbook)

    for step, row in zip(sop.langkah, TABLES[playbook], strict=True):
        assert step.no_asli == row.no
        assert tuple(item.nama for item in step.kelengkapan) == row.kelengkapan
        assert tuple(item.nama for item in step.output) == (*row.output, *MORE_OUTPUT.get((playbook, step.no), ()))
        assert printed_time(step) == row.waktu


def printed_time(step: Langkah) -> str:
    if step.waktu_asli is not None or step.waktu is None:
        return step.waktu_asli or ""
    least, most = step.waktu.min, step.waktu.max
    return f"{least if least == most else f'{least}-{most}'} {step.waktu.satuan.value}"


@pytest.mark.parametrize("playbook", EVERY)
def test_the_total_time_is_what_the_prose_gives_and_none_where_it_gives_none(playbook: str) -> None:
    total = sop_of(playbook).waktu_total

    assert (f"{total.min}-{total.max} {total.satuan.value}" if total else None) == TOTALS.get(playbook)


@pytest.mark.parametrize(("playbook", "name"), WALKS)
def test_a_walk_ends_as_the_paper_says_with_each_paper_the_sop_names(
    walked_office: Office, playbook: str, name: str
) -> None:
    walk, expected = begin_walk(walked_office, playbook), ALL_PAPERS[playbook].walks[name]

    for no, answer in expected.steps:
        assert walk.active() == [no]
        walk.do(no, answer)

    with walked_office.state.read() as uow:
        incident = uow.incidents.get(walk.incident_id)
        made = uow.documents.of_incident(walk.incident_id)
    assert incident is not None
    assert (incident.status, incident.hasil) == (IncidentStatus.CLOSED, expected.hasil)
    due = Counter((no, title) for no, _ in expected.steps for title in PAPERS_MADE[playbook].get(no, ()))
    prepared = Counter(
        (1, item.nama) for item in sop_of(playbook).langkah[0].kelengkapan if item.disiapkan and item.dokumen
    )
    assert Counter((one.step_no, one.title) for one in made) == due + prepared


# --- nothing left out -------------------------------------------------------------------------------------------------


def ways_of(sop: Sop) -> set[tuple[int, str | None, int | None]]:
    """Every way out of every step: the answer (None: nothing is asked) and the step it leads to (None: the end)."""
    asked = {(step.no, one.jawaban, one.ke) for step in sop.langkah for one in step.keputusan}
    return asked | {(step.no, None, step.berikut) for step in sop.langkah if not step.choices(putaran=1)}


def ways_walked(playbook: str) -> set[tuple[int, str | None, int | None]]:
    """What the walks take, read off their own steps; a last step leads to the end, or on to an end mark."""
    found = set()
    for walk in ALL_PAPERS[playbook].walks.values():
        marks = [(step.no, None) for step in sop_of(playbook).langkah if step.otomatis]
        for (no, answer), following in pairwise((*walk.steps, *marks, (None, None))):
            assert no is not None
            found.add((no, (answer or "").partition(":")[0] or None, following[0]))
    return found


@pytest.mark.parametrize("playbook", EVERY)
def test_the_walks_take_every_step_every_answer_and_every_way_back(playbook: str) -> None:
    sop = sop_of(playbook)

    walked = ways_walked(playbook)

    assert walked == ways_of(sop)
    assert {no for no, _, _ in walked} == {step.no for step in sop.langkah}


@pytest.mark.parametrize("playbook", EVERY)
def test_the_walks_give_every_cause(playbook: str) -> None:
    asked = {
        (step.no, f"{answer.jawaban}:{cause.kode}")
        for step in sop_of(playbook).langkah
        for answer in step.keputusan
        for cause in answer.sebab
    }

    given = {(no, answer) for walk in ALL_PAPERS[playbook].walks.values() for no, answer in walk.steps}

    assert {one for one in given if ":" in (one[1] or "")} == asked
    assert {
        (no, f"{answer}:{cause}") for (no, answer), all_of in ALL_PAPERS[playbook].causes.items() for cause in all_of
    } == asked


@pytest.mark.parametrize("playbook", EVERY)
def test_every_outcome_that_the_sop_can_end_in_is_walked_to(playbook: str) -> None:
    sop = sop_of(playbook)
    possible = {step.hasil for step in sop.langkah} | {one.hasil for step in sop.langkah for one in step.keputusan}
    possible |= {cause.hasil for step in sop.langkah for one in step.keputusan for cause in one.sebab}

    walked = {walk.hasil for walk in ALL_PAPERS[playbook].walks.values()}

    assert walked == possible - {None}
