"""Answers already given to requests with an Idempotency-Key, in the database."""

from datetime import datetime

from sqlalchemy import Connection

from ir_platform.adapters.sql.statements import delete_oldest, insert_if_new, row_with
from ir_platform.adapters.sql.tables.work import remembered_answers
from ir_platform.domain.person import AccountId
from ir_platform.ports import ConflictError, RememberedAnswer


class SqlIdempotency:
    """`ports.Idempotency`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, account_id: AccountId, key: str) -> RememberedAnswer | None:
        row = row_with(self._connection, remembered_answers, account_id=account_id, key=key)
        if row is None:
            return None
        return RememberedAnswer(request_sha256=row.request_sha256, status=row.status, body=row.body)

    def put(self, account_id: AccountId, key: str, answer: RememberedAnswer, at: datetime) -> None:
        """Raises: ConflictError where this account's key has an answer already."""
        values = {
            "account_id": account_id,
            "key": key,
            "request_sha256": answer.request_sha256,
            "status": answer.status,
            "body": answer.body,
            "at": at,
        }
        if not insert_if_new(self._connection, remembered_answers, values):
            raise ConflictError(subject=f"idempotency:{account_id}:{key}", expected=0, found=1)

    def prune(self, *, before: datetime, limit: int) -> int:
        return delete_oldest(self._connection, remembered_answers, "at", before=before, limit=limit)
