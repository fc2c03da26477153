"""Uploads in the database: how far each has come is here, so that any process of the API can take it further."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, or_, select, update

from ir_platform.adapters.sql.statements import delete_oldest, delete_rows, insert_row, row_with
from ir_platform.adapters.sql.tables.uploads import uploads
from ir_platform.domain.account_id import AccountId
from ir_platform.domain.upload import Upload, UploadId, UploadStatus


class SqlUploads:
    """`ports.Uploads`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, upload: Upload) -> None:
        insert_row(self._connection, uploads, _values(upload))

    def get(self, upload_id: UploadId) -> Upload | None:
        row = row_with(self._connection, uploads, id=upload_id)
        return None if row is None else _upload(row)

    def save(self, upload: Upload) -> bool:
        # What is done stays as it is: a writer that was late must not open it again.
        is_open = (uploads.c.id == upload.id, uploads.c.status == UploadStatus.OPEN.value)
        values = {name: value for name, value in _values(upload).items() if name != "id"}
        return self._connection.execute(update(uploads).where(*is_open).values(values)).rowcount == 1

    def remove(self, upload_id: UploadId) -> None:
        delete_rows(self._connection, uploads, id=upload_id)

    def open_of(self, account_id: AccountId) -> tuple[Upload, ...]:
        wanted = select(uploads).where(uploads.c.account_id == account_id, uploads.c.status == UploadStatus.OPEN.value)
        return tuple(map(_upload, self._connection.execute(wanted.order_by(uploads.c.created_at, uploads.c.id))))

    def prune(self, *, before: datetime, limit: int) -> int:
        # The row of a file that went to the intake is all that still names that file.
        is_spent = or_(uploads.c.sha256.is_(None), uploads.c.incident_id.is_not(None))
        return delete_oldest(self._connection, uploads, "expires_at", before=before, limit=limit, only=(is_spent,))


def _values(upload: Upload) -> dict[str, Any]:
    return {
        "id": upload.id,
        "account_id": upload.account_id,
        "incident_id": upload.incident_id,
        "kelengkapan": upload.kelengkapan,
        "name": upload.name,
        "length": upload.length,
        "received": upload.received,
        "status": upload.status.value,
        "metadata_sent": upload.metadata,
        "sha256": upload.sha256,
        "evidence_id": upload.evidence_id,
        "job_id": upload.job_id,
        "created_at": upload.created_at,
        "expires_at": upload.expires_at,
    }


def _upload(row: Row[Any]) -> Upload:
    return Upload(
        id=row.id,
        account_id=row.account_id,
        incident_id=row.incident_id,
        kelengkapan=row.kelengkapan,
        name=row.name,
        length=row.length,
        received=row.received,
        status=UploadStatus(row.status),
        metadata=row.metadata_sent,
        sha256=row.sha256,
        evidence_id=row.evidence_id,
        job_id=row.job_id,
        created_at=row.created_at,
        expires_at=row.expires_at,
    )
