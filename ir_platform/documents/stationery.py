"""An office's own stationery: its kop, and its Word templates, kept only once tried; every change is audited."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass

from ir_platform.documents.catalog import kind_named
from ir_platform.documents.confined import ConfinedError, run_confined
from ir_platform.documents.confined_child import Task
from ir_platform.documents.refusals import NothingChangedError, TemplateRefusedError
from ir_platform.documents.template_archive import MAX_BYTES, TemplateFault
from ir_platform.domain.audit import AuditFact
from ir_platform.domain.office import OfficeId
from ir_platform.domain.person import Account
from ir_platform.domain.stationery import Letterhead, OfficeTemplate, TemplateId
from ir_platform.ports import Clock, Files, NewId, State, UnitOfWork

Record = Callable[[UnitOfWork, AuditFact], object]
"""Appends a fact to the audit trail: `ir_platform.audit.record.record`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stationer:
    state: State
    files: Files
    record: Record
    clock: Clock
    new_id: NewId

    def save_letterhead(self, office_id: OfficeId, letterhead: Letterhead, account: Account) -> None:
        with self.state.write() as uow:
            before = uow.stationery.letterhead(office_id)
            if before == letterhead:
                return
            uow.stationery.save_letterhead(office_id, letterhead)
            details: dict[str, object] = {"sebelum": asdict(before), "sesudah": asdict(letterhead)}
            self._audit(uow, account, "letterhead.changed", office_id, details)

    def put_template(
        self, office_id: OfficeId, kind: str, data: bytes, account: Account, *, name: str
    ) -> OfficeTemplate:
        """Take a Word template into use for the kind from now on; documents that are there keep theirs.

        Raises: UnknownDocumentKindError, TemplateRefusedError with the places of what is wrong.
        """
        kind_named(kind)
        faults = check_template(kind, data)
        if faults:
            raise TemplateRefusedError(faults)
        stored = self.files.put([data], limit_bytes=MAX_BYTES)
        with self.state.write() as uow:
            # The lock under which versions are counted: two uploads at once must not draw the same one.
            uow.audit.lock_head()
            now = self.clock()
            template = OfficeTemplate(
                id=TemplateId(self.new_id()),
                office_id=office_id,
                kind=kind,
                version=uow.stationery.last_version(office_id, kind) + 1,
                name=name,
                sha256=stored.sha256,
                size=stored.size,
                uploaded_by=f"{account.display_name} ({account.jabatan})",
                uploaded_at=now,
            )
            uow.stationery.retire_template(office_id, kind, at=now)
            uow.stationery.add_template(template)
            details = {"jenis": kind, "versi": template.version, "sha256": template.sha256, "berkas": name}
            self._audit(uow, account, "template.put", office_id, details)
        return template

    def drop_template(self, office_id: OfficeId, kind: str, account: Account) -> None:
        """Return to the shipped template. Raises: UnknownDocumentKindError, NothingChangedError."""
        kind_named(kind)
        with self.state.write() as uow:
            uow.audit.lock_head()
            template = uow.stationery.template_in_use(office_id, kind)
            if template is None:
                raise NothingChangedError
            uow.stationery.retire_template(office_id, kind, at=self.clock())
            details = {"jenis": kind, "versi": template.version, "sha256": template.sha256}
            self._audit(uow, account, "template.dropped", office_id, details)

    def _audit(
        self, uow: UnitOfWork, account: Account, action: str, office_id: OfficeId, details: dict[str, object]
    ) -> None:
        now = self.clock()
        fact = AuditFact(
            at=now,
            actor=account.id,
            actor_name=f"{account.display_name} ({account.jabatan})",
            action=action,
            subject=f"office:{office_id}",
            details=json.dumps(details, ensure_ascii=False, sort_keys=True),
        )
        self.record(uow, fact)
        uow.changes.add("stationery", office_id, now)


def check_template(kind: str, data: bytes) -> tuple[TemplateFault, ...]:
    """Return what is wrong with a template, found in a confined child; empty: nothing."""
    try:
        found = run_confined(Task.CHECK_TEMPLATE, {"kind": kind}, data).facts["faults"]
    except ConfinedError as error:
        return (TemplateFault(tempat="berkas", alasan=f"tidak dapat diperiksa: {error.reason}"),)
    return tuple(TemplateFault(tempat=place, alasan=reason) for place, reason in found)
