"""Versions of an SOP: history, drafts, their differences, and putting one in force.

Refusals change nothing and are looked for in this order: 401, 404, 403, 409, 422.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from api.dependencies import CallerFirstRoute, OfficeMember, Services, Use
from api.errors import NotAllowedError, NotFoundError
from api.pagination import Items, all_items
from api.resources.playbooks.schemas import (
    DifferenceShown,
    Discard,
    DraftBody,
    FormBody,
    Judged,
    NewVersion,
    PutInForce,
    VersionDetail,
    VersionShown,
    judge,
    show_change,
    show_detail,
    show_history,
    show_shipped,
    show_version,
)
from ir_platform.domain.person import Account
from ir_platform.domain.playbook_version import SHIPPED_NUMBER
from ir_platform.ports import UnitOfWork
from playbooks.errors import UnknownPlaybookError
from playbooks.form import check_text, form_of_text
from playbooks.versions import Enforcement, History, Versions, may_edit, read_form

router = APIRouter(prefix="/playbooks/{playbook_id}", tags=["playbooks"], route_class=CallerFirstRoute)
MAX_NUMBER = 1_000_000
"""Of a version; no database takes a number of any size."""
Number = Annotated[int, Path(ge=0, le=MAX_NUMBER)]


def versions_of(services: Services) -> Versions:
    return Versions(library=services.library, clock=services.clock, new_id=services.new_id)


def history_of(uow: UnitOfWork, services: Services, playbook_id: str) -> History:
    try:
        return versions_of(services).history(uow, playbook_id)
    except UnknownPlaybookError as error:
        raise NotFoundError(detail=str(error)) from error


def reader(playbook_id: str, services: Use, caller: OfficeMember) -> Account:
    """Return the caller, once the SOP is known to exist. Raises: NotFoundError."""
    with services.state.read() as uow:
        history_of(uow, services, playbook_id)
    return caller


Reader = Annotated[Account, Depends(reader)]


def editor(caller: Reader) -> Account:
    """Raises: NotAllowedError."""
    if not may_edit(caller):
        raise NotAllowedError(detail="SOP hanya disunting oleh pimpinan dan administrator program.")
    return caller


Editor = Annotated[Account, Depends(editor)]


def known_version(playbook_id: str, nomor: Number, services: Use, caller: Reader) -> int:
    """Return the number of a version that exists. Raises: UnknownVersionError."""
    with services.state.read() as uow:
        versions_of(services).text(uow, playbook_id, nomor)
    return nomor


KnownVersion = Annotated[int, Depends(known_version)]


def version_editor(number: KnownVersion, caller: Reader) -> Account:
    """Raises: NotAllowedError, once the version is known to exist."""
    return editor(caller)


VersionEditor = Annotated[Account, Depends(version_editor)]


def enforcer(number: KnownVersion, caller: Reader) -> Account:
    """Raises: NotAllowedError."""
    if not caller.is_admin:
        raise NotAllowedError(detail="SOP hanya diberlakukan oleh administrator program.")
    return caller


Enforcer = Annotated[Account, Depends(enforcer)]


@router.get("/versions")
def list_versions(playbook_id: str, services: Use, caller: Reader) -> Items[VersionShown]:
    """Newest first; the one that comes with the program, number 0, last."""
    with services.state.read() as uow:
        history = history_of(uow, services, playbook_id)
    return all_items(show_history(history, caller), lambda one: one)


@router.post("/versions", status_code=201)
def create_version(
    playbook_id: str, body: NewVersion, services: Use, caller: Editor, response: Response
) -> VersionDetail:
    """Make a draft: a copy to edit, or a file that was written elsewhere."""
    versions, checked = versions_of(services), check_text(body.teks) if body.teks is not None else None
    with services.state.write() as uow:
        if checked is not None:
            made = versions.take_in(uow, checked, note=body.catatan, by=caller, playbook_id=playbook_id)
        else:
            made = versions.copy(uow, playbook_id, number=body.dari, note=body.catatan, by=caller)
    response.headers["Location"] = f"/api/v1/playbooks/{playbook_id}/versions/{made.number}"
    return show_one_version(playbook_id, made.number, services, caller)


@router.get("/versions/{nomor}")
def show_one_version(playbook_id: str, nomor: Number, services: Use, caller: Reader) -> VersionDetail:
    """One version as a form, with everything it says wrongly or against itself."""
    with services.state.read() as uow:
        text = versions_of(services).text(uow, playbook_id, nomor)
        version = uow.playbook_versions.get(playbook_id, nomor)
        history = history_of(uow, services, playbook_id)
    shown = show_version(version, caller) if version else show_shipped(history)
    return show_detail(shown, check_text(text), form_of_text(text))


@router.put("/versions/{nomor}")
def save_version(
    playbook_id: str, nomor: Number, body: DraftBody, services: Use, caller: VersionEditor
) -> VersionDetail:
    """Save a draft, also one with errors; 409 where somebody else saved it in the meantime."""
    versions = versions_of(services)
    with services.state.read() as uow:
        versions.draft(uow, playbook_id, nomor, seen=body.versi)
    form = read_form(body.isi)
    with services.state.write() as uow:
        versions.save(uow, playbook_id, nomor, form=form, note=body.catatan, seen=body.versi, by=caller)
    return show_one_version(playbook_id, nomor, services, caller)


@router.post("/check")
def check_version(playbook_id: str, body: FormBody, caller: Editor) -> Judged:
    """Say what is wrong with a form, and how it would look, without keeping it."""
    return judge(read_form(body.isi).checked)


@router.get("/versions/{nomor}/diff")
def compare_versions(
    playbook_id: str,
    nomor: Number,
    services: Use,
    caller: Reader,
    dengan: Annotated[int | None, Query(ge=0, le=MAX_NUMBER)] = None,
) -> DifferenceShown:
    """What changed from version `dengan` (absent: the one in force) to version `nomor`."""
    versions = versions_of(services)
    with services.state.read() as uow:
        history = history_of(uow, services, playbook_id)
        old = history.number_in_force if dengan is None else dengan
        if old is None:
            raise NotFoundError(detail="SOP ini belum mempunyai versi yang berlaku.")
        return DifferenceShown(
            lama=old,
            baru=nomor,
            sha256_lama=sha256_of(uow, history, old),
            sha256_baru=sha256_of(uow, history, nomor),
            perubahan=[show_change(one) for one in versions.difference(uow, playbook_id, old=old, new=nomor)],
        )


def sha256_of(uow: UnitOfWork, history: History, number: int) -> str:
    """Return the version's hash, empty where there is no such version: what compares the texts says so."""
    if number == SHIPPED_NUMBER and history.shipped:
        return history.shipped.sha256
    return next((one.sha256 for one in history.own if one.number == number), "")


@router.post("/versions/{nomor}/put-in-force")
def put_version_in_force(
    playbook_id: str, nomor: Number, body: PutInForce, services: Use, caller: Enforcer
) -> VersionDetail:
    """Let every incident opened from now on follow this version; running ones keep theirs."""
    versions = versions_of(services)
    with services.state.read() as uow:
        checked = versions.checked(uow, playbook_id, nomor)
    decided = Enforcement(sha256=body.sha256, replaces_sha256=body.menggantikan, reason=body.alasan)
    with services.state.write() as uow:
        versions.put_in_force(uow, playbook_id, nomor, checked=checked, decided=decided, by=caller)
    return show_one_version(playbook_id, nomor, services, caller)


@router.post("/versions/{nomor}/discard")
def discard_version(
    playbook_id: str, nomor: Number, body: Discard, services: Use, caller: VersionEditor
) -> VersionDetail:
    with services.state.write() as uow:
        versions_of(services).discard(uow, playbook_id, nomor, seen=body.versi, by=caller)
    return show_one_version(playbook_id, nomor, services, caller)
