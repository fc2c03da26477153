"""Who holds which jabatan, held against the trail: given, ended, or slipped in."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ir_platform.domain.audit import AuditEntry
from ir_platform.domain.person import Account
from ir_platform.domain.position import Position
from ir_platform.identity.accounts import position_facts
from ir_platform.ports import UnitOfWork
from playbooks.tampered import Contradiction, Tampered, differs

_ACCOUNT = "account:"
_TELLING = frozenset({"account.created", "position.given", "position.ended"})


@dataclass(slots=True)
class _Told:
    """What the trail tells of one account's positions."""

    created: int | None = None
    lists_first: bool = False
    """An older version of the program did not tell what an account was made with."""
    by_id: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    without_id: list[dict[str, Any]] = field(default_factory=list)
    """As an older version told of them."""

    def take(self, entry: AuditEntry, said: dict[str, Any]) -> None:
        if entry.fact.action == "account.created":
            self.created, self.lists_first = entry.seq, "penempatan" in said
            self.by_id |= {one["id"]: (entry.seq, one) for one in said.get("penempatan", ())}
        elif "id" in said:
            self.by_id[said["id"]] = (entry.seq, said)
        else:
            self.without_id.append(said)

    def tells_without_id(self, position: Position) -> bool:
        if not self.lists_first and position.id == f"awal-{position.account_id}":
            return True
        return any(not differs(said, position_facts(position)) for said in self.without_id)


def is_about_people(entry: AuditEntry) -> bool:
    return entry.fact.action in _TELLING


def people_contradictions(uow: UnitOfWork, entries: Iterable[AuditEntry]) -> Iterator[Contradiction]:
    """Compare every account's positions; `entries` are those that `is_about_people`, oldest first."""
    told: dict[str, _Told] = {}
    for entry in entries:
        of_account = told.setdefault(entry.fact.subject.removeprefix(_ACCOUNT), _Told())
        of_account.take(entry, json.loads(entry.fact.details))
    head = uow.audit.lock_head().seq
    for account in uow.accounts.all():
        yield from _of_account(account, told.pop(account.id, _Told()), last_seq=head)
    for gone in told.values():
        for seq, said in gone.by_id.values():
            yield Contradiction(seq=seq, what=Tampered.POSITION_CHANGED, name=str(said["jabatan"]))


def _of_account(account: Account, told: _Told, *, last_seq: int) -> Iterator[Contradiction]:
    if told.created is None:
        yield Contradiction(seq=last_seq, what=Tampered.ACCOUNT_UNTOLD, name=account.username)
        return
    for position in account.positions:
        seq, said = told.by_id.pop(position.id, (last_seq, None))
        if said is not None and differs(said, position_facts(position)):
            yield Contradiction(seq=seq, what=Tampered.POSITION_CHANGED, name=account.username)
        if said is None and not told.tells_without_id(position):
            yield Contradiction(seq=seq, what=Tampered.POSITION_UNTOLD, name=account.username)
    for seq, _ in told.by_id.values():
        yield Contradiction(seq=seq, what=Tampered.POSITION_CHANGED, name=account.username)
