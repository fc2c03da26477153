"""The office's own versions of playbooks in the database."""

from dataclasses import fields
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, update

from ir_platform.adapters.sql.tables.playbooks import playbook_versions
from ir_platform.domain.playbook_version import PlaybookVersion, VersionHead, VersionStatus
from ir_platform.ports import ConflictError

_COLUMNS = playbook_versions.c


class SqlPlaybookVersions:
    """`ports.PlaybookVersions`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, version: PlaybookVersion) -> None:
        self._connection.execute(insert(playbook_versions).values(_values(version)))

    def save(self, version: PlaybookVersion, *, expected_version: int) -> None:
        statement = (
            update(playbook_versions)
            .where(_COLUMNS.id == version.id, _COLUMNS.version == expected_version)
            .values({**_values(version), "version": expected_version + 1})
        )
        if self._connection.execute(statement).rowcount != 1:
            found = self._connection.scalar(select(_COLUMNS.version).where(_COLUMNS.id == version.id))
            raise ConflictError(subject=f"playbook_version:{version.id}", expected=expected_version, found=found)

    def get(self, playbook_id: str, number: int) -> PlaybookVersion | None:
        wanted = select(playbook_versions).where(_COLUMNS.playbook_id == playbook_id, _COLUMNS.number == number)
        row = self._connection.execute(wanted).first()
        return None if row is None else _version(row)

    def of_playbook(self, playbook_id: str) -> tuple[PlaybookVersion, ...]:
        wanted = select(playbook_versions).where(_COLUMNS.playbook_id == playbook_id)
        return tuple(_version(row) for row in self._connection.execute(wanted.order_by(_COLUMNS.number.desc())))

    def in_force(self, playbook_id: str) -> VersionHead | None:
        found = self._heads(_COLUMNS.playbook_id == playbook_id)
        return found[0] if found else None

    def all_in_force(self) -> tuple[VersionHead, ...]:
        return self._heads()

    def last_number(self, playbook_id: str) -> int:
        wanted = select(func.max(_COLUMNS.number)).where(_COLUMNS.playbook_id == playbook_id)
        return self._connection.scalar(wanted) or 0

    def number_of(self, playbook_id: str, sha256: str) -> int | None:
        was_in_force = _COLUMNS.put_in_force_at.is_not(None)
        wanted = select(func.max(_COLUMNS.number)).where(
            _COLUMNS.playbook_id == playbook_id, _COLUMNS.sha256 == sha256, was_in_force
        )
        number: int | None = self._connection.scalar(wanted)
        return number

    def _heads(self, *wanted: ColumnElement[bool]) -> tuple[VersionHead, ...]:
        rows = self._connection.execute(
            select(_COLUMNS.playbook_id, _COLUMNS.number, _COLUMNS.sha256)
            .where(_COLUMNS.status == VersionStatus.BERLAKU.value, *wanted)
            .order_by(_COLUMNS.playbook_id)
        )
        return tuple(VersionHead(playbook_id=row.playbook_id, number=row.number, sha256=row.sha256) for row in rows)


def _values(version: PlaybookVersion) -> dict[str, Any]:
    given = {field.name: getattr(version, field.name) for field in fields(version)}
    return {**given, "status": version.status.value}


def _version(row: Row[Any]) -> PlaybookVersion:
    return PlaybookVersion(**{**row._mapping, "status": VersionStatus(row.status)})
