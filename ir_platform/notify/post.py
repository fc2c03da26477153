"""Telling people: notices put down in the transaction of what they speak of, with the change the page waits for."""

from collections.abc import Iterable

from ir_platform.domain.notice import Notice
from ir_platform.ports import UnitOfWork


def post(uow: UnitOfWork, notices: Iterable[Notice]) -> int:
    """Add what was not told before and return how much that was."""
    new = add_new(uow, notices)
    announce(uow, new)
    return len(new)


def add_new(uow: UnitOfWork, notices: Iterable[Notice]) -> tuple[Notice, ...]:
    """Add what was not told before and return it; `announce` it in the same transaction."""
    return tuple(notice for notice in notices if uow.notices.add(notice))


def announce(uow: UnitOfWork, added: Iterable[Notice]) -> None:
    for notice in added:
        uow.changes.add("notice", notice.id, notice.at)
