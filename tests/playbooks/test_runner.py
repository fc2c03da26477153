"""The runner on a real database: each step one transaction with everything that belongs to it, or nothing at all."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from ir_platform.documents.catalog import KINDS
from ir_platform.documents.content import content_from_json
from ir_platform.domain.alert import IncidentId
from ir_platform.domain.document import DocumentStatus
from ir_platform.domain.incident import IncidentStatus, Outcome
from ir_platform.domain.job import JobKind
from ir_platform.ports import ConflictError
from playbooks.errors import (
    ClosedIncidentError,
    MissingKelengkapanError,
    MissingReasonError,
    NotActiveError,
    PlaybookRefusalError,
    UnknownIncidentError,
    UnknownKelengkapanError,
    WrongRoleError,
)
from playbooks.library import shipped
from playbooks.runner import NewEvidence
from tests.playbooks.kaltim import APLIKASI, NOC
from tests.playbooks.office import PEOPLE, Office
from tests.support.builders import an_account

PCAP = NewEvidence(name="tangkapan.pcap", sha256="a" * 64, size=4_096, media_type="application/vnd.tcpdump.pcap")


def everything(office: Office, incident_id: IncidentId) -> tuple[object, ...]:
    """All that a step could have touched."""
    with office.state.read() as uow:
        return (
            uow.incidents.get(incident_id),
            uow.runs.get(incident_id),
            uow.incidents.timeline(incident_id),
            uow.documents.of_incident(incident_id),
            uow.evidence.of_incident(incident_id),
            uow.audit.of_subject(f"incident:{incident_id}"),
            uow.changes.last_id(),
        )


def test_a_whole_walk_with_rework_closes_the_incident_as_tuntas(office: Office) -> None:
    opened = office.report()

    office.walk(opened.id, until=8)
    office.do(opened.id, 9, keputusan="belum", alasan="Masih ada percobaan.")
    for no, answer in ((7, None), (8, None), (9, "tuntas"), (10, None), (11, None)):
        office.do(opened.id, no, keputusan=answer)
    closed = office.do(opened.id, 12)

    assert (closed.status, closed.hasil, closed.closed_at) == (IncidentStatus.CLOSED, Outcome.TUNTAS, office.clock[0])
    with office.state.read() as uow:
        assert uow.incidents.get(opened.id) == closed
        assert uow.runs.get(opened.id).active == ()


def test_the_next_step_waits_for_its_roles_until_its_limit_by_the_working_calendar(office: Office) -> None:
    opened = office.report()
    office.clock[0] = datetime(2026, 11, 20, 16, 20, tzinfo=ZoneInfo("Asia/Makassar"))

    office.do(opened.id, 1)

    with office.state.read() as uow:
        waiting = uow.runs.get(opened.id).active
    assert [(one.no, one.roles) for one in waiting] == [(2, ("pejabat_administrator",))]
    # Step 2 has 20 minutes; done on Friday at 16.21, nine are left of the day.
    assert waiting[0].due == datetime(2026, 11, 23, 7, 41, tzinfo=ZoneInfo("Asia/Makassar"))


def test_a_step_is_in_the_audit_trail_with_all_that_was_said(office: Office) -> None:
    opened = office.report()
    office.walk(opened.id, until=8)

    office.do(opened.id, 9, keputusan="belum", alasan="Masih ada percobaan.")

    with office.state.read() as uow:
        entry = uow.audit.of_subject(f"incident:{opened.id}")[-1]
    details = json.loads(entry.fact.details)
    assert (entry.fact.action, entry.fact.actor) == ("step.completed", PEOPLE["kasi_keamanan_jaringan"].id)
    assert (details["langkah"], details["keputusan"], details["alasan"]) == (9, "belum", "Masih ada percobaan.")
    assert details["berikut"] == [7]


def test_the_kronologi_tells_of_the_step_and_of_what_follows(office: Office) -> None:
    opened = office.report()

    office.do(opened.id, 1)

    with office.state.read() as uow:
        kinds = [(entry.kind, dict(entry.facts).get("langkah")) for entry in uow.incidents.timeline(opened.id)]
    assert kinds == [("opened", None), ("step_activated", "1"), ("step_completed", "1"), ("step_activated", "2")]


def test_a_finished_output_becomes_a_pending_document_whose_job_rings_after_the_commit(office: Office) -> None:
    opened = office.report()
    office.walk(opened.id, until=10)
    rung = len(office.bell.rings)

    office.do(opened.id, 11)

    with office.state.read() as uow:
        document = uow.documents.of_incident(opened.id)[-1]
        job = uow.jobs.get(office.bell.rings[-1][0])
    assert (document.kind, document.step_no, document.status) == (
        "laporan_penyelesaian_gangguan",
        11,
        DocumentStatus.PENDING,
    )
    assert (json.loads(job.payload), job.kind) == ({"document_id": document.id}, JobKind.RENDER_DOCUMENT)
    assert len(office.bell.rings) == rung + 1


def test_the_last_report_tells_every_step_every_putaran_and_every_evidence_hash(office: Office) -> None:
    opened = office.report()
    office.walk(opened.id, until=6)
    office.runner.add_evidence(opened.id, replace(PCAP, kelengkapan=NOC), PEOPLE["tim_teknis"])
    office.do(opened.id, 7, nihil=((APLIKASI, "tidak terpasang"),))
    office.do(opened.id, 8)
    office.do(opened.id, 9, keputusan="belum", alasan="Masih ada percobaan.")
    for no, answer in ((7, None), (8, None), (9, "tuntas"), (10, None), (11, None), (12, None)):
        office.do(opened.id, no, keputusan=answer)

    with office.state.read() as uow:
        document = uow.documents.of_incident(opened.id)[-1]
    content = content_from_json(document.content)

    assert [(line.no, line.putaran) for line in content.langkah] == [
        *((no, 1) for no in range(1, 10)),
        *((no, 2) for no in (7, 8, 9)),
        *((no, 1) for no in (10, 11, 12)),
    ]
    assert content.langkah[6].kelengkapan == (
        "Laporan Gangguan keamanan: langkah 6 oleh Pejabat.Administrator",
        "NOC: tangkapan.pcap",
        "aplikasi security system: nihil (tidak terpasang)",
    )
    assert (content.langkah[8].keputusan, content.langkah[8].alasan) == (
        "Belum tuntas – ulangi langkah 7",
        "Masih ada percobaan.",
    )
    assert [(line.sha256, line.oleh, line.putaran) for line in content.bukti] == [("a" * 64, "Tim.Teknis", "1")]
    assert (content.hasil, content.langkah_no) == ("Tuntas", 12)


def test_every_document_the_sop_makes_is_a_kind_that_can_be_rendered(office: Office) -> None:
    opened = office.report()

    office.walk(opened.id, until=12)

    with office.state.read() as uow:
        made = {document.kind for document in uow.documents.of_incident(opened.id)}
    wired = {item.dokumen for step in shipped().get(opened.playbook_id).sop.langkah for item in step.makes()} - {None}
    assert made == wired
    assert made <= {kind.id for kind in KINDS}


# --- refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("no", "role", "said", "refusal"),
    [
        (9, "tim_teknis", {"keputusan": "tuntas"}, WrongRoleError),
        (8, "tim_teknis", {}, NotActiveError),
        (9, "kasi_keamanan_jaringan", {"keputusan": "tuntas", "expected_version": 3}, ConflictError),
        (9, "kasi_keamanan_jaringan", {"keputusan": "belum", "alasan": ""}, MissingReasonError),
        (9, "kasi_keamanan_jaringan", {"keputusan": "tuntas", "lampiran": ("asing",)}, PlaybookRefusalError),
    ],
)
def test_after_a_refusal_everything_is_as_before(office: Office, no: int, role: str, said, refusal) -> None:
    opened = office.report()
    office.walk(opened.id, until=8)
    before = everything(office, opened.id)

    with pytest.raises(refusal):
        office.do(opened.id, no, account=PEOPLE[role], **said)

    assert everything(office, opened.id) == before


def test_the_programs_administrator_may_not_act_as_an_official_whatever_roles_are_held(office: Office) -> None:
    opened = office.report()

    with pytest.raises(WrongRoleError):
        office.do(opened.id, 1, account=an_account("admin", "pemeriksa_ti", is_admin=True))


def test_an_unknown_incident_is_refused(office: Office) -> None:
    with pytest.raises(UnknownIncidentError):
        office.do(IncidentId("tidak-ada"), 1)


def test_of_eight_at_once_exactly_one_does_the_step_and_the_rest_are_told_it_is_done(any_office: Office) -> None:
    opened = any_office.report()

    def attempt(_: int) -> str:
        try:
            any_office.do(opened.id, 1)
        except (NotActiveError, ConflictError):
            return "refused"
        return "done"

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(attempt, range(8)))

    assert answers == ["done"] + ["refused"] * 7
    with any_office.state.read() as uow:
        assert uow.incidents.get(opened.id).version == opened.version + 1
        assert len(uow.audit.of_subject(f"incident:{opened.id}")) == 2


def test_eight_openings_at_once_number_without_gaps(any_office: Office) -> None:
    with ThreadPoolExecutor(8) as pool:
        numbers = sorted(pool.map(lambda _: any_office.report().nomor, range(8)))

    assert numbers == [f"INS/2026/{number:04d}" for number in range(1, 9)]


# --- evidence --------------------------------------------------------------------------------------------------------


def test_evidence_for_an_item_belongs_to_the_active_step_and_its_putaran(office: Office) -> None:
    opened = office.report()
    office.walk(opened.id, until=8)
    office.do(opened.id, 9, keputusan="belum", alasan="Masih ada percobaan.")

    given = office.runner.add_evidence(opened.id, replace(PCAP, kelengkapan=" noc "), PEOPLE["tim_teknis"])

    assert (given.kelengkapan, given.step_no, given.putaran) == (NOC, 7, 2)
    with office.state.read() as uow:
        assert uow.evidence.of_incident(opened.id) == (given,)
        assert uow.incidents.timeline(opened.id)[-1].kind == "evidence_added"
        assert uow.audit.of_subject(f"incident:{opened.id}")[-1].fact.action == "evidence.added"


def test_evidence_without_an_item_belongs_to_no_step(office: Office) -> None:
    opened = office.report()

    given = office.runner.add_evidence(opened.id, PCAP, PEOPLE["tim_teknis"])

    assert (given.kelengkapan, given.step_no, given.putaran) == (None, None, None)


def test_evidence_of_the_first_putaran_does_not_open_the_second(office: Office) -> None:
    opened = office.report()
    office.walk(opened.id, until=6)
    for item in (NOC, APLIKASI):
        office.runner.add_evidence(opened.id, replace(PCAP, kelengkapan=item), PEOPLE["tim_teknis"])
    office.do(opened.id, 7, nihil=())
    office.do(opened.id, 8)
    office.do(opened.id, 9, keputusan="belum", alasan="Masih ada percobaan.")

    with pytest.raises(MissingKelengkapanError, match="NOC, aplikasi security system"):
        office.do(opened.id, 7, nihil=())


def test_evidence_for_an_item_the_sop_does_not_know_is_refused(office: Office) -> None:
    opened = office.report()
    before = everything(office, opened.id)

    with pytest.raises(UnknownKelengkapanError):
        office.runner.add_evidence(opened.id, replace(PCAP, kelengkapan="Foto"), PEOPLE["tim_teknis"])

    assert everything(office, opened.id) == before


def test_a_closed_incident_takes_no_evidence(office: Office) -> None:
    opened = office.report()
    office.walk(opened.id, until=12)

    with pytest.raises(ClosedIncidentError):
        office.runner.add_evidence(opened.id, PCAP, PEOPLE["tim_teknis"])
