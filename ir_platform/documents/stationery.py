"""An office's own stationery: its kop, and its Word templates, kept only once tried; every change is audited."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

from ir_platform.documents.catalog import kind_named
from ir_platform.documents.confined import ConfinedError, run_confined
from ir_platform.documents.confined_child import Task
from ir_platform.documents.emblem import MAX_BYTES as MAX_EMBLEM_BYTES
from ir_platform.documents.emblem import require_emblem
from ir_platform.documents.refusals import NothingChangedError, TemplateRefusedError
from ir_platform.documents.template_archive import MAX_BYTES, TemplateFault
from ir_platform.domain.audit import AuditFact
from ir_platform.domain.office import OfficeId
from ir_platform.domain.person import Account
from ir_platform.domain.stationery import Emblem, Letterhead, OfficeTemplate, TemplateId
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
        """Keep the words of the kop; its emblem stays as it is."""
        with self.state.write() as uow:
            # The lock under which the kop is read and written: an emblem that comes at once must not be lost.
            uow.audit.lock_head()
            lambang = uow.stationery.letterhead(office_id).lambang
            self._change_letterhead(uow, office_id, replace(letterhead, lambang=lambang), account)

    def put_emblem(self, office_id: OfficeId, data: bytes, account: Account) -> Emblem:
        """Put a picture into the kop of papers made from now on. Raises: EmblemRefusedError."""
        media_type = require_emblem(data)
        stored = self.files.put([data], limit_bytes=MAX_EMBLEM_BYTES)
        emblem = Emblem(
            office_id=office_id,
            sha256=stored.sha256,
            media_type=media_type,
            size=stored.size,
            added_by=account.named(),
            added_at=self.clock(),
        )
        with self.state.write() as uow:
            uow.audit.lock_head()
            uow.stationery.add_emblem(emblem)
            kop = uow.stationery.letterhead(office_id)
            self._change_letterhead(uow, office_id, replace(kop, lambang=emblem.sha256), account)
        return emblem

    def drop_emblem(self, office_id: OfficeId, account: Account) -> None:
        """Leave the emblem out of papers made from now on. Raises: NothingChangedError."""
        with self.state.write() as uow:
            uow.audit.lock_head()
            kop = uow.stationery.letterhead(office_id)
            if not kop.lambang:
                raise NothingChangedError
            self._change_letterhead(uow, office_id, replace(kop, lambang=""), account)

    def _change_letterhead(self, uow: UnitOfWork, office_id: OfficeId, after: Letterhead, account: Account) -> None:
        before = uow.stationery.letterhead(office_id)
        if before == after:
            return
        uow.stationery.save_letterhead(office_id, after)
        details: dict[str, object] = {"sebelum": asdict(before), "sesudah": asdict(after)}
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
                uploaded_by=account.named(),
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
            actor_name=account.named(),
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
