"""Versions of SOPs in a real office: what runs keeps its version, what begins follows the one in force."""

from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from threading import Barrier
from typing import Any

import pytest

from ir_platform.domain.incident import IncidentStatus
from ir_platform.domain.person import Account
from ir_platform.domain.playbook_version import PlaybookVersion, VersionStatus
from ir_platform.ports import ConflictError
from playbooks.errors import (
    BadPlaybookError,
    FaultyDraftError,
    NotADraftError,
    OtherPlaybookError,
    OutdatedViewError,
    UnknownPlaybookError,
    UnknownVersionError,
    WrongRoleError,
)
from playbooks.form import check_text, form_of
from playbooks.library import FOLDER, Library, read_playbook, shipped
from playbooks.versions import Enforcement, Versions, may_edit, read_form
from tests.playbooks.kaltim import ID
from tests.playbooks.office import PEOPLE, Office
from tests.support.builders import an_account, an_alert

ADMIN = an_account("admin", roles=frozenset(), is_admin=True, jabatan="Administrator program")
OTHER_ADMIN = an_account("admin2", roles=frozenset(), is_admin=True)
SHIPPED = shipped().get(ID)


def versions_of(office: Office, *, prefix: str = "v") -> Versions:
    numbers = iter(range(1, 1_000))
    return Versions(library=shipped(), clock=lambda: office.clock[0], new_id=lambda: f"{prefix}{next(numbers):025d}")


def a_form(**head: Any) -> dict[str, Any]:
    return deepcopy(form_of(SHIPPED.sop)) | head


def copied(office: Office, versions: Versions, *, by: Account = ADMIN) -> PlaybookVersion:
    with office.state.write() as uow:
        return versions.copy(uow, ID, number=None, note="", by=by)


def saved(office: Office, versions: Versions, draft: PlaybookVersion, form: dict[str, Any]) -> PlaybookVersion:
    with office.state.write() as uow:
        return versions.save(uow, ID, draft.number, form=read_form(form), note="uji", seen=draft.version, by=ADMIN)


def enforced(
    office: Office,
    versions: Versions,
    draft: PlaybookVersion,
    *,
    replaces: str,
    by: Account = ADMIN,
    reason: str = "Disahkan kepala dinas",
) -> PlaybookVersion:
    with office.state.write() as uow:
        return versions.put_in_force(
            uow,
            draft.playbook_id,
            draft.number,
            checked=check_text(draft.text),
            decided=Enforcement(sha256=draft.sha256, replaces_sha256=replaces, reason=reason),
            by=by,
        )


def two_step_form() -> dict[str, Any]:
    """The SOP cut to its first step and a second one that the Kasi does."""
    form = a_form()
    first, second = form["langkah"][0], form["langkah"][2]
    first |= {"keputusan": [], "berikut": 2}
    second |= {
        "no": 2,
        "no_asli": "2",
        "keputusan": [],
        "berikut": None,
        "hasil": "tuntas",
        "kelengkapan": [],
        "output": [],
        "isian": [],
    }
    form["langkah"] = [first, second]
    form["waktu_total"] = None
    return form


def test_a_running_incident_carries_on_with_its_version_while_a_new_one_follows_the_new(any_office: Office) -> None:
    office, versions = any_office, versions_of(any_office)
    before = office.report()
    office.do(before.id, 1)

    enforced(
        office, versions, saved(office, versions, copied(office, versions), two_step_form()), replaces=SHIPPED.sha256
    )
    after = office.report()
    by_alert = office.open_alert(an_alert()).incident
    office.do(after.id, 1)
    with pytest.raises(WrongRoleError):
        office.do(after.id, 2, account=PEOPLE["pejabat_administrator"])
    closed = office.do(after.id, 2, account=PEOPLE["kasi_keamanan_jaringan"])
    still_open = office.do(before.id, 2)

    assert closed.status is IncidentStatus.CLOSED
    assert still_open.status is IncidentStatus.OPEN
    with office.state.read() as uow:
        runs = uow.runs.many([before.id, after.id, by_alert.id])
        lengths = {run: len(shipped().sop_of(uow, runs[run]).langkah) for run in runs}
    assert lengths == {before.id: 12, after.id: 2, by_alert.id: 2}


def test_another_process_follows_the_new_version_without_a_restart(any_office: Office) -> None:
    office, versions = any_office, versions_of(any_office)
    elsewhere = Library(read_playbook(path) for path in sorted(FOLDER.glob("*.yaml")))
    with office.state.read() as uow:
        assert elsewhere.in_force(uow, ID).number == 0

    draft = saved(office, versions, copied(office, versions), a_form(judul="Judul baru"))
    enforced(office, versions, draft, replaces=SHIPPED.sha256)

    with office.state.read() as uow:
        found = elsewhere.in_force(uow, ID)
        assert (found.number, found.sop.judul, found.sha256) == (1, "Judul baru", draft.sha256)
        assert [one.number for one in elsewhere.all_in_force(uow) if one.sop.id == ID] == [1]


def test_the_version_before_is_replaced_and_the_audit_trail_says_by_whom(any_office: Office) -> None:
    office, versions = any_office, versions_of(any_office)
    first = enforced(office, versions, copied(office, versions), replaces=SHIPPED.sha256)

    second = saved(office, versions, copied(office, versions), a_form(judul="Kedua"))
    enforced(office, versions, second, replaces=first.sha256, by=OTHER_ADMIN)

    with office.state.read() as uow:
        assert [(one.number, one.status) for one in uow.playbook_versions.of_playbook(ID)] == [
            (2, VersionStatus.BERLAKU),
            (1, VersionStatus.DIGANTIKAN),
        ]
        trail = [(one.fact.action, one.fact.actor) for one in uow.audit.of_subject(f"playbook:{ID}")]
        changes = [one.topic for one in uow.changes.after(0, limit=100)]
    assert trail == [
        ("playbook.draft_made", ADMIN.id),
        ("playbook.put_in_force", ADMIN.id),
        ("playbook.draft_made", ADMIN.id),
        ("playbook.draft_saved", ADMIN.id),
        ("playbook.put_in_force", OTHER_ADMIN.id),
    ]
    assert changes == ["playbook"] * 5


def test_of_two_administrators_who_put_drafts_in_force_at_once_one_wins(any_office: Office) -> None:
    office = any_office
    services = [versions_of(office, prefix=letter) for letter in "ab"]
    drafts = [
        saved(office, service, copied(office, service), a_form(judul=f"Judul {service_no}"))
        for service_no, service in enumerate(services)
    ]
    start = Barrier(2)

    def put(number: int) -> bool:
        start.wait()
        try:
            enforced(office, services[number], drafts[number], replaces=SHIPPED.sha256)
        except OutdatedViewError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        won = list(pool.map(put, range(2)))

    assert sorted(won) == [False, True]
    with office.state.read() as uow:
        statuses = {one.number: one.status for one in uow.playbook_versions.of_playbook(ID)}
    assert sorted(statuses.values()) == [VersionStatus.BERLAKU, VersionStatus.KONSEP]
    assert statuses[drafts[won.index(True)].number] is VersionStatus.BERLAKU


def test_of_two_writers_of_one_draft_the_second_is_told(any_office: Office) -> None:
    office, versions = any_office, versions_of(any_office)
    draft = copied(office, versions)
    saved(office, versions, draft, a_form(judul="Pertama"))

    with pytest.raises(ConflictError):
        saved(office, versions, draft, a_form(judul="Kedua"))

    with office.state.read() as uow:
        kept = uow.playbook_versions.get(ID, draft.number)
    assert kept is not None
    assert check_text(kept.text).sop.judul == "Pertama"  # type: ignore[union-attr]


def test_versions_made_at_once_are_numbered_without_gaps(any_office: Office) -> None:
    office = any_office
    services = [versions_of(office, prefix=letter) for letter in "abcd"]

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda service: copied(office, service).number, services))

    assert sorted(made) == [1, 2, 3, 4]


def test_a_draft_with_errors_is_kept_but_not_put_in_force(office: Office) -> None:
    versions = versions_of(office)
    form = a_form()
    form["langkah"][8]["keputusan"][0]["ke"] = 99
    draft = saved(office, versions, copied(office, versions), form)

    with pytest.raises(FaultyDraftError) as refusal:
        enforced(office, versions, draft, replaces=SHIPPED.sha256)

    assert [fault.place for fault in refusal.value.faults] == [("langkah", 8, "keputusan", 0, "ke")]
    with office.state.read() as uow:
        assert uow.playbook_versions.in_force(ID) is None


def test_what_was_not_looked_at_is_not_put_in_force(office: Office) -> None:
    versions = versions_of(office)
    seen = copied(office, versions)
    saved(office, versions, seen, a_form(judul="Diubah orang lain"))

    with pytest.raises(OutdatedViewError):
        enforced(office, versions, seen, replaces=SHIPPED.sha256)


def test_a_version_that_is_no_draft_never_changes(office: Office) -> None:
    versions = versions_of(office)
    in_force = enforced(office, versions, copied(office, versions), replaces=SHIPPED.sha256)
    with office.state.write() as uow:
        given_up = versions.copy(uow, ID, number=0, note="", by=ADMIN)
        versions.discard(uow, ID, given_up.number, seen=given_up.version, by=ADMIN)

    for number in (in_force.number, given_up.number):
        with pytest.raises(NotADraftError), office.state.write() as uow:
            versions.discard(uow, ID, number, seen=2, by=ADMIN)
        with pytest.raises(NotADraftError), office.state.write() as uow:
            versions.save(uow, ID, number, form=read_form(a_form()), note="", seen=2, by=ADMIN)


def test_the_shipped_text_can_be_put_in_force_again(office: Office) -> None:
    versions = versions_of(office)
    changed = saved(office, versions, copied(office, versions), a_form(judul="Percobaan"))
    enforced(office, versions, changed, replaces=SHIPPED.sha256)
    with office.state.write() as uow:
        back = versions.copy(uow, ID, number=0, note="kembali", by=ADMIN)

    enforced(office, versions, back, replaces=changed.sha256)

    with office.state.read() as uow:
        assert shipped().in_force(uow, ID).sop == SHIPPED.sop
        assert shipped().in_force(uow, ID).number == 2


def test_an_sop_of_the_offices_own_is_taken_in_and_followed(office: Office) -> None:
    versions = versions_of(office)
    text = SHIPPED.text.replace(f"id: {ID}\n", "id: sop-kantor\n", 1)
    with office.state.write() as uow:
        draft = versions.take_in(uow, check_text(text), note="", by=None)
    with office.state.read() as uow, pytest.raises(UnknownPlaybookError):
        shipped().in_force(uow, "sop-kantor")

    enforced(office, versions, draft, replaces="")
    incident = office.report(playbook="sop-kantor")

    assert incident.playbook_id == "sop-kantor"
    assert office.do(incident.id, 1).version == 2


def test_a_text_that_is_no_sop_or_another_one_is_not_taken_in(office: Office) -> None:
    versions = versions_of(office)

    with pytest.raises(BadPlaybookError), office.state.write() as uow:
        versions.take_in(uow, check_text("judul: saja"), note="", by=ADMIN)
    with pytest.raises(OtherPlaybookError), office.state.write() as uow:
        versions.take_in(uow, check_text(SHIPPED.text), note="", by=ADMIN, playbook_id="kaltim-gangguan-jaringan")

    with office.state.read() as uow:
        assert uow.playbook_versions.of_playbook(ID) == ()


def test_a_version_that_is_not_there_is_refused(office: Office) -> None:
    with pytest.raises(UnknownVersionError), office.state.write() as uow:
        versions_of(office).copy(uow, ID, number=7, note="", by=ADMIN)
    with pytest.raises(UnknownPlaybookError), office.state.read() as uow:
        versions_of(office).history(uow, "tidak-ada")


def test_drafts_are_written_by_leadership_and_administrator_not_by_executors() -> None:
    leader = an_account("pimpinan", roles=frozenset({"pimpinan"}))

    assert may_edit(ADMIN)
    assert may_edit(leader)
    assert not any(may_edit(person) for person in PEOPLE.values())
