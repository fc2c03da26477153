"""Kop and Word templates of the offices in the database."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from ir_platform.adapters.sql.statements import insert_into, row_with, rows_of
from ir_platform.adapters.sql.tables.paper import document_templates, emblems, letterheads
from ir_platform.domain.office import OfficeId
from ir_platform.domain.stationery import Emblem, Letterhead, OfficeTemplate, TemplateId

_IN_USE = (
    select(document_templates)
    .where(document_templates.c.office_id == bindparam("office_id"), document_templates.c.retired_at.is_(None))
    .order_by(document_templates.c.kind)
)


class SqlStationery:
    """`ports.Stationery`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def letterhead(self, office_id: OfficeId) -> Letterhead:
        row = row_with(self._connection, letterheads, office_id=office_id)
        return Letterhead(**json.loads(row.fields)) if row else Letterhead()

    def save_letterhead(self, office_id: OfficeId, letterhead: Letterhead) -> None:
        fields = json.dumps(asdict(letterhead), ensure_ascii=False, sort_keys=True)
        statement = insert_into(self._connection, letterheads).values(office_id=office_id, fields=fields)
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=[letterheads.c.office_id], set_={"fields": fields})
        )

    def add_emblem(self, emblem: Emblem) -> None:
        statement = insert_into(self._connection, emblems).values(
            office_id=emblem.office_id,
            sha256=emblem.sha256,
            media_type=emblem.media_type,
            size=emblem.size,
            added_by=emblem.added_by,
            added_at=emblem.added_at,
        )
        self._connection.execute(statement.on_conflict_do_nothing())

    def emblem(self, office_id: OfficeId, sha256: str) -> Emblem | None:
        row = row_with(self._connection, emblems, office_id=office_id, sha256=sha256)
        return None if row is None else _emblem(row)

    def add_template(self, template: OfficeTemplate) -> None:
        self._connection.execute(
            insert(document_templates).values(
                id=template.id,
                office_id=template.office_id,
                kind=template.kind,
                version=template.version,
                name=template.name,
                sha256=template.sha256,
                size=template.size,
                uploaded_by=template.uploaded_by,
                uploaded_at=template.uploaded_at,
                retired_at=template.retired_at,
            )
        )

    def retire_template(self, office_id: OfficeId, kind: str, *, at: datetime) -> None:
        in_use = (
            document_templates.c.office_id == office_id,
            document_templates.c.kind == kind,
            document_templates.c.retired_at.is_(None),
        )
        self._connection.execute(update(document_templates).where(*in_use).values(retired_at=at))

    def last_version(self, office_id: OfficeId, kind: str) -> int:
        newest = select(func.max(document_templates.c.version)).where(
            document_templates.c.office_id == office_id, document_templates.c.kind == kind
        )
        return self._connection.scalar(newest) or 0

    def template(self, template_id: TemplateId) -> OfficeTemplate | None:
        row = self._connection.execute(select(document_templates).where(document_templates.c.id == template_id)).first()
        return None if row is None else _template(row)

    def template_in_use(self, office_id: OfficeId, kind: str) -> OfficeTemplate | None:
        return next((one for one in self.templates_in_use(office_id) if one.kind == kind), None)

    def templates_in_use(self, office_id: OfficeId) -> tuple[OfficeTemplate, ...]:
        rows = rows_of(self._connection, _IN_USE, {"office_id": office_id})
        return tuple(map(_template, rows))


def _emblem(row: Row[Any]) -> Emblem:
    return Emblem(
        office_id=OfficeId(row.office_id),
        sha256=row.sha256,
        media_type=row.media_type,
        size=row.size,
        added_by=row.added_by,
        added_at=row.added_at,
    )


def _template(row: Row[Any]) -> OfficeTemplate:
    return OfficeTemplate(
        id=TemplateId(row.id),
        office_id=OfficeId(row.office_id),
        kind=row.kind,
        version=row.version,
        name=row.name,
        sha256=row.sha256,
        size=row.size,
        uploaded_by=row.uploaded_by,
        uploaded_at=row.uploaded_at,
        retired_at=row.retired_at,
    )
