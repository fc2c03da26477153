"""Evidence, documents, named values, remembered answers and changes on both databases."""

from dataclasses import fields, replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from ir_platform.adapters.sql.statements import MissingRowError
from ir_platform.domain.alert import IncidentId
from ir_platform.domain.document import Document, DocumentId, DocumentOutline, DocumentStatus
from ir_platform.domain.evidence import Evidence, EvidenceId
from ir_platform.domain.person import AccountId
from ir_platform.ports import ConflictError, RememberedAnswer, State
from tests.support.builders import NOON, an_incident

INCIDENT = an_incident()


def some_evidence(number: int = 1, **changes: object) -> Evidence:
    record = Evidence(
        id=EvidenceId(f"evidence-{number}"),
        incident_id=INCIDENT.id,
        name="../tangkapan.pcap",
        sha256="a" * 64,
        size=3 * 1024**3,
        media_type="application/vnd.tcpdump.pcap",
        kelengkapan="NOC",
        step_no=7,
        putaran=1,
        added_by=AccountId("account-1"),
        added_at=NOON + timedelta(minutes=number),
    )
    return replace(record, **changes)  # type: ignore[arg-type]


def a_document(number: int = 1, **changes: object) -> Document:
    document = Document(
        id=DocumentId(f"document-{number}"),
        incident_id=INCIDENT.id,
        kind="laporan_penyelesaian_gangguan",
        title="Laporan Penyelesaian Gangguan",
        step_no=11,
        putaran=1,
        status=DocumentStatus.PENDING,
        content='{"judul": "é"}',
        created_at=NOON + timedelta(minutes=number),
    )
    return replace(document, **changes)  # type: ignore[arg-type]


@pytest.fixture
def state(state: State) -> State:
    with state.write() as uow:
        uow.incidents.add(INCIDENT)
    return state


def test_evidence_of_an_incident_comes_oldest_first_and_equal(state: State) -> None:
    first, second = some_evidence(1), some_evidence(2, kelengkapan=None, step_no=None, putaran=None)

    with state.write() as uow:
        uow.evidence.add(second)
        uow.evidence.add(first)

    with state.read() as uow:
        assert uow.evidence.of_incident(INCIDENT.id) == (first, second)
        assert uow.evidence.get(first.id) == first
        assert uow.evidence.get(EvidenceId("other")) is None


def test_evidence_of_no_incident_is_refused(state: State) -> None:
    with pytest.raises(IntegrityError), state.write() as uow:
        uow.evidence.add(some_evidence(incident_id="missing"))


def test_a_document_is_saved_over_itself_once_it_is_rendered(state: State) -> None:
    with state.write() as uow:
        uow.documents.add(a_document(2))
        uow.documents.add(a_document(1))
    ready = a_document(1, status=DocumentStatus.READY, docx_sha256="d" * 64, pdf_sha256="f" * 64)

    with state.write() as uow:
        uow.documents.save(ready)

    with state.read() as uow:
        assert uow.documents.of_incident(INCIDENT.id) == (ready, a_document(2))
        assert uow.documents.get(ready.id) == ready
        assert uow.documents.get(DocumentId("other")) is None


def test_evidence_of_many_incidents_is_read_at_once_each_with_its_own_oldest_first(state: State) -> None:
    other, bare = (an_incident(id=IncidentId(f"incident-{no}"), nomor=f"INS/2026/000{no}") for no in (2, 3))
    first, second, of_other = some_evidence(1), some_evidence(2), some_evidence(3, incident_id=other.id)

    with state.write() as uow:
        uow.incidents.add(other)
        uow.incidents.add(bare)
        for one in (second, of_other, first):
            uow.evidence.add(one)

    with state.read() as uow:
        found = uow.evidence.many([INCIDENT.id, other.id, bare.id])
    assert found == {INCIDENT.id: (first, second), other.id: (of_other,)}


def test_outlines_of_many_incidents_are_read_at_once_each_with_its_own_oldest_first(state: State) -> None:
    other, bare = (an_incident(id=IncidentId(f"incident-{no}"), nomor=f"INS/2026/000{no}") for no in (2, 3))
    of_other = a_document(3, incident_id=other.id)

    with state.write() as uow:
        uow.incidents.add(other)
        uow.incidents.add(bare)
        for one in (a_document(2), of_other, a_document(1)):
            uow.documents.add(one)

    with state.read() as uow:
        found = uow.documents.outlines([INCIDENT.id, other.id, bare.id])
    assert found == {
        INCIDENT.id: (outline_of(a_document(1)), outline_of(a_document(2))),
        other.id: (outline_of(of_other),),
    }


def outline_of(document: Document) -> DocumentOutline:
    return DocumentOutline(**{one.name: getattr(document, one.name) for one in fields(DocumentOutline)})


def test_a_document_that_was_never_added_cannot_be_saved(state: State) -> None:
    with pytest.raises(MissingRowError), state.write() as uow:
        uow.documents.save(a_document())


def test_a_named_value_is_the_one_put_last(state: State) -> None:
    with state.write() as uow:
        before = uow.checkpoints.get("detection")
        uow.checkpoints.put("detection", "1")
        uow.checkpoints.put("detection", "2")

    with state.read() as uow:
        assert (before, uow.checkpoints.get("detection")) == (None, "2")


def test_an_answer_is_remembered_for_one_account_and_key(state: State) -> None:
    answer = RememberedAnswer(request_sha256="a" * 64, status=200, body='{"id": "1"}')

    with state.write() as uow:
        uow.idempotency.put(AccountId("one"), "key", answer, NOON)

    with state.read() as uow:
        assert uow.idempotency.get(AccountId("one"), "key") == answer
        assert uow.idempotency.get(AccountId("two"), "key") is None
        assert uow.idempotency.get(AccountId("one"), "other") is None


def test_a_second_answer_to_the_same_key_is_refused(state: State) -> None:
    answer = RememberedAnswer(request_sha256="a" * 64, status=200, body="")
    with state.write() as uow:
        uow.idempotency.put(AccountId("one"), "key", answer, NOON)

    with pytest.raises(ConflictError), state.write() as uow:
        uow.idempotency.put(AccountId("one"), "key", answer, NOON)


def test_changes_are_numbered_from_one_and_read_from_where_one_stopped(state: State) -> None:
    with state.read() as uow:
        before = uow.changes.last_id()

    with state.write() as uow:
        for subject in ("a", "b", "c"):
            uow.changes.add("incident", subject, NOON)

    with state.read() as uow:
        found = uow.changes.after(1, limit=1)
        assert (before, uow.changes.last_id()) == (0, 3)
        assert [(change.id, change.topic, change.subject, change.at) for change in found] == [
            (2, "incident", "b", NOON)
        ]
        assert uow.changes.after(3, limit=10) == ()
