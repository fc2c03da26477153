"""The SOPs in their versions in force, as `irp playbook show --json` prints them."""

from typing import Any

from fastapi import APIRouter

from api.dependencies import Caller, Use
from api.errors import NotFoundError
from api.pagination import Items, all_items
from playbooks.errors import UnknownPlaybookError
from playbooks.export import plain_playbook

router = APIRouter(prefix="/playbooks", tags=["playbooks"])


@router.get("")
def list_playbooks(services: Use, caller: Caller) -> Items[dict[str, Any]]:
    """The office's usual SOP first, the others by id."""
    usual = services.settings.default_playbook
    with services.state.read() as uow:
        in_force = services.library.all_in_force(uow)
    return all_items(sorted(in_force, key=lambda one: one.sop.id != usual), plain_playbook)


@router.get("/{playbook_id}")
def show_playbook(playbook_id: str, services: Use, caller: Caller) -> dict[str, Any]:
    with services.state.read() as uow:
        try:
            return plain_playbook(services.library.in_force(uow, playbook_id))
        except UnknownPlaybookError as error:
            raise NotFoundError(detail=str(error)) from error
