"""What the caller is told: the list behind the bell, and marks for what has been read."""

from datetime import timedelta
from typing import Final

from fastapi import APIRouter

from api.dependencies import Caller, Use
from api.errors import BadInputError, NotFoundError
from api.pagination import Cursor, Limit
from api.resources.notices.schemas import NoticesShown, show_notice
from ir_platform.domain.notice import NoticeId, NoticeReader
from ir_platform.domain.person import Account
from ir_platform.identity.power import addressed_roles

router = APIRouter(prefix="/notices", tags=["notices"])

UNREAD_FOR: Final = timedelta(days=60)
"""An older notice is still listed, but nobody is waiting for it to be read."""
MOST_UNREAD: Final = 100


def reader_of(account: Account) -> NoticeReader:
    """What is addressed to a role reaches whoever holds it now, a substitute too."""
    return NoticeReader(account_id=account.id, roles=addressed_roles(account))


@router.get("")
def list_notices(services: Use, caller: Caller, cursor: Cursor = None, limit: Limit = 30) -> NoticesShown:
    """Newest first, with the number of those not read."""
    reader = reader_of(caller)
    with services.state.read() as uow:
        try:
            page = uow.notices.page(reader, cursor=cursor, limit=limit)
        except ValueError as error:
            raise BadInputError(detail="Penanda halaman (cursor) tidak dikenal.") from error
        unread = uow.notices.unread(reader, since=services.clock() - UNREAD_FOR, at_most=MOST_UNREAD)
    return NoticesShown(items=[show_notice(one) for one in page.items], cursor=page.cursor, belum_dibaca=unread)


@router.post("/read-all", status_code=204)
def read_all_notices(services: Use, caller: Caller) -> None:
    with services.state.write() as uow:
        uow.notices.mark_all_read(reader_of(caller), services.clock())


@router.post("/{notice_id}/read", status_code=204)
def read_notice(notice_id: str, services: Use, caller: Caller) -> None:
    """A notice of somebody else is as good as none."""
    with services.state.write() as uow:
        if not uow.notices.mark_read(reader_of(caller), NoticeId(notice_id), services.clock()):
            raise NotFoundError
