"""Recording a fact as the next link, in the transaction of what it speaks of."""

from ir_platform.audit.chain import link
from ir_platform.audit.writings import with_writings
from ir_platform.domain.audit import AuditEntry, AuditFact
from ir_platform.ports import UnitOfWork


def record(uow: UnitOfWork, fact: AuditFact) -> AuditEntry:
    """Append the fact and return its entry; call it late, because the chain's head stays locked until the commit.

    Of an incident it also stands for the Kronologi lines and notices that the transaction has written before.
    """
    entry = link(uow.audit.lock_head(), with_writings(uow, fact))
    uow.audit.append(entry)
    return entry
