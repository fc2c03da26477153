"""Uploads on both databases: how far they are, what is done stays done, and which are forgotten when."""

from dataclasses import replace
from datetime import timedelta

from ir_platform.domain.account_id import AccountId
from ir_platform.domain.evidence import EvidenceId
from ir_platform.domain.job import JobId, JobKind, queued_job
from ir_platform.domain.upload import Upload, UploadId, UploadStatus
from ir_platform.ports import State
from tests.support.builders import NOON, an_account


def an_upload(state: State, number: int = 1, *, received: int = 0) -> Upload:
    upload = Upload(
        id=UploadId(f"upload{number}"),
        account_id=AccountId("account-kasi"),
        incident_id=None,
        kelengkapan=None,
        name="besar.pcap",
        length=10 * 1024**3,
        received=received,
        status=UploadStatus.OPEN,
        metadata="filename YQ==",
        sha256=None,
        evidence_id=None,
        job_id=None,
        created_at=NOON + timedelta(seconds=number),
        expires_at=NOON + timedelta(hours=1),
    )
    with state.write() as uow:
        if uow.accounts.by_id(upload.account_id) is None:
            uow.accounts.add(an_account("kasi"))
        uow.uploads.add(upload)
    return upload


def test_an_upload_read_back_is_equal_also_when_it_is_larger_than_four_gigabytes(state: State) -> None:
    upload = an_upload(state, received=9 * 1024**3)

    with state.read() as uow:
        assert uow.uploads.get(upload.id) == upload
        assert uow.uploads.open_of(upload.account_id) == (upload,)
        assert uow.uploads.open_of(AccountId("other")) == ()


def test_what_is_done_is_not_opened_again_by_a_late_writer(state: State) -> None:
    upload = an_upload(state)
    done = replace(upload, received=upload.length, status=UploadStatus.DONE, sha256="a" * 64)

    with state.write() as uow:
        assert uow.uploads.save(done)
        assert not uow.uploads.save(replace(upload, received=5))

    with state.read() as uow:
        assert uow.uploads.get(upload.id) == done
        assert uow.holdings.is_file_in_use("a" * 64)


def test_spent_uploads_are_forgotten_but_none_that_alone_names_a_file(state: State) -> None:
    left, whole = an_upload(state, 1), an_upload(state, 2)
    with state.write() as uow:
        uow.uploads.save(replace(whole, status=UploadStatus.DONE, sha256="b" * 64))

    with state.write() as uow:
        removed = uow.uploads.prune(before=NOON + timedelta(days=9), limit=10)

    with state.read() as uow:
        assert (removed, uow.uploads.get(left.id)) == (1, None)
        assert uow.uploads.get(whole.id) is not None


def test_the_newest_job_about_a_piece_of_evidence_is_found(state: State) -> None:
    with state.write() as uow:
        for number in (1, 2):
            payload = {"evidence_id": "e1", "sha256": "x"}
            at = NOON + timedelta(seconds=number)
            uow.jobs.add(queued_job(JobKind.INGEST_FILE, payload, job_id=f"job{number}", now=at))

    with state.read() as uow:
        found = uow.jobs.of_evidence([EvidenceId("e1"), EvidenceId("e2")])

    assert {evidence_id: job.id for evidence_id, job in found.items()} == {EvidenceId("e1"): JobId("job2")}
