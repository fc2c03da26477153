"""The SOPs, as `irp playbook show --json` prints them."""

from typing import Any

from fastapi import APIRouter

from api.dependencies import Caller, Use
from api.errors import NotFoundError
from api.pagination import Items, all_items
from playbooks.errors import UnknownPlaybookError
from playbooks.export import plain_sop

router = APIRouter(prefix="/playbooks", tags=["playbooks"])


@router.get("")
def list_playbooks(services: Use, caller: Caller) -> Items[dict[str, Any]]:
    """The office's usual SOP first, the others by id."""
    usual = services.settings.default_playbook
    ordered = sorted(services.library.all(), key=lambda one: one.sop.id != usual)
    return all_items(ordered, lambda one: plain_sop(one.sop))


@router.get("/{playbook_id}")
def show_playbook(playbook_id: str, services: Use, caller: Caller) -> dict[str, Any]:
    try:
        return plain_sop(services.library.get(playbook_id).sop)
    except UnknownPlaybookError as error:
        raise NotFoundError(detail=str(error)) from error
