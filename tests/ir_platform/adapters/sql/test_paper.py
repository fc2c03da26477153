"""Revisions, signed copies and stationery in both databases."""

from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import date
from pathlib import Path

from ir_platform.adapters.files.content import ContentFiles
from ir_platform.adapters.sql.database import SqlState
from ir_platform.audit.record import record
from ir_platform.documents.registry import NewCopy, Registry
from ir_platform.documents.seal import LocalSeal
from ir_platform.domain.document import (
    CopyKind,
    Document,
    DocumentId,
    DocumentStatus,
    PastRevision,
    SignedCopy,
    SignedCopyId,
    SigningStatus,
)
from ir_platform.domain.job import JobId, JobKind
from ir_platform.domain.office import HOME_OFFICE, OfficeId
from ir_platform.domain.person import AccountId
from ir_platform.domain.stationery import Letterhead, OfficeTemplate, TemplateId
from ir_platform.ports import StoredFile
from tests.support.builders import NOON, an_account, an_incident

DOCUMENT = Document(
    id=DocumentId("d1"),
    incident_id=an_incident().id,
    kind="laporan_gangguan_keamanan",
    title="Laporan",
    step_no=3,
    putaran=1,
    status=DocumentStatus.READY,
    content="{}",
    docx_sha256="a" * 64,
    pdf_sha256="b" * 64,
    created_at=NOON,
    register_number="LGK/2026/0001",
    revision=2,
    content_sha256="c" * 64,
    code="ABCD-EFGH-2345-WXYZ",
    template_id="t1",
    official_number="000/1",
    official_date=date(2026, 11, 23),
    signing=SigningStatus.PINDAIAN,
)
PAST = PastRevision(
    document_id=DOCUMENT.id,
    revision=1,
    content='{"a": 1}',
    content_sha256="d" * 64,
    code="AAAA-BBBB-CCCC-DDDD",
    docx_sha256="e" * 64,
    pdf_sha256="f" * 64,
    template_id=None,
    official_number=None,
    official_date=None,
    replaced_at=NOON,
    replaced_by="Rina (Kasi)",
    reason="",
)
COPY = SignedCopy(
    id=SignedCopyId("s1"),
    document_id=DOCUMENT.id,
    revision=1,
    kind=CopyKind.BSRE,
    name="tte.pdf",
    sha256="9" * 64,
    size=10,
    media_type="application/pdf",
    is_intact=False,
    findings="[]",
    added_by=AccountId("rina"),
    added_by_name="Rina",
    added_at=NOON,
)


def kept(state: SqlState) -> None:
    with state.write() as uow:
        uow.incidents.add(an_incident())
        uow.documents.add(DOCUMENT)
        uow.documents.add_revision(PAST)
        uow.documents.add_copy(COPY)


def test_a_document_comes_back_with_its_revisions_and_copies(state: SqlState) -> None:
    kept(state)

    with state.read() as uow:
        found = uow.documents.get(DOCUMENT.id), uow.documents.revisions(DOCUMENT.id), uow.documents.copies(DOCUMENT.id)

    assert found == (DOCUMENT, (PAST,), (COPY,))


def test_codes_and_files_lead_to_the_revision_they_are_of(state: SqlState) -> None:
    kept(state)

    with state.read() as uow:
        by_code = [uow.documents.with_code(code) for code in (DOCUMENT.code, PAST.code, "ZZZZ-ZZZZ-ZZZZ-ZZZZ")]
        by_file = [uow.documents.with_file(one * 64) for one in "abef90"]

    assert by_code == [((DOCUMENT, 2),), ((DOCUMENT, 1),), ()]
    assert by_file == [((DOCUMENT, 2),)] * 2 + [((DOCUMENT, 1),)] * 3 + [()]


def test_each_office_has_its_own_kop(state: SqlState) -> None:
    kop = Letterhead(alamat="Jalan Contoh 1", tempat="Samarinda")

    with state.write() as uow:
        uow.stationery.save_letterhead(HOME_OFFICE, Letterhead(alamat="lama"))
        uow.stationery.save_letterhead(HOME_OFFICE, kop)

    with state.read() as uow:
        found = uow.stationery.letterhead(HOME_OFFICE), uow.stationery.letterhead(OfficeId("lain"))
    assert found == (kop, Letterhead())


def test_a_template_goes_out_of_use_but_stays_known(state: SqlState) -> None:
    first = OfficeTemplate(
        id=TemplateId("t1"),
        office_id=HOME_OFFICE,
        kind="laporan_monitoring",
        version=1,
        name="kop.docx",
        sha256="a" * 64,
        size=1,
        uploaded_by="Admin",
        uploaded_at=NOON,
    )
    second = replace(first, id=TemplateId("t2"), version=2)

    with state.write() as uow:
        uow.stationery.add_template(first)
        uow.stationery.retire_template(HOME_OFFICE, first.kind, at=NOON)
        uow.stationery.add_template(second)

    with state.read() as uow:
        assert uow.stationery.template_in_use(HOME_OFFICE, first.kind) == second
        assert uow.stationery.template(first.id) == replace(first, retired_at=NOON)
        assert uow.stationery.last_version(HOME_OFFICE, first.kind) == 2
        assert uow.stationery.templates_in_use(OfficeId("lain")) == ()


class _NoBell:
    def ring(self, job_id: JobId, kind: JobKind) -> None:
        """Nobody works here."""


def test_a_signed_copy_does_not_undo_a_revision_that_is_made_meanwhile(state: SqlState, tmp_path: Path) -> None:
    with state.write() as uow:
        uow.incidents.add(an_incident())
        uow.documents.add(DOCUMENT)
    registry = Registry(
        state=state,
        files=ContentFiles(tmp_path),
        record=record,
        bell=_NoBell(),
        clock=lambda: NOON,
        new_id=lambda: "salinan",
        seal=LocalSeal(pkcs12=tmp_path / "segel.p12", password=None, office_name="Contoh", is_own=True),
    )
    scan = StoredFile(sha256="8" * 64, size=10, path=tmp_path / "8")
    new = NewCopy(kind=CopyKind.PINDAIAN, name="pindaian.pdf", file=scan, media_type="application/pdf")

    with ThreadPoolExecutor(1) as pool, state.write() as uow:
        seen = uow.documents.get(DOCUMENT.id, lock=True)
        assert seen is not None
        attaching = pool.submit(registry.attach, DOCUMENT.id, new, an_account("kasi"))
        wait([attaching], timeout=0.5)
        uow.documents.save(replace(seen, revision=3))

    attaching.result()
    with state.read() as reading:
        document, copies = reading.documents.get(DOCUMENT.id), reading.documents.copies(DOCUMENT.id)
    assert document is not None
    assert (document.revision, [copy.revision for copy in copies]) == (3, [3])
