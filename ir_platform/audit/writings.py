"""What people read beside the acts, Kronologi lines and notices, as the audit entry of their transaction stands for it.

Each is a record of its own that nobody signs. The entry about the same incident holds the hash of every line and every
notice that its transaction wrote, so that one that was changed, removed or slipped in is found.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

from ir_platform.audit.chain import storable
from ir_platform.domain.alert import IncidentId
from ir_platform.domain.audit import AuditFact
from ir_platform.domain.incident import TimelineEntry
from ir_platform.domain.notice import Notice
from ir_platform.ports import UnitOfWork

KRONOLOGI, NOTICES = "kronologi", "pemberitahuan"
"""Keys of an entry's details: lists of hashes."""
_SUBJECT = "incident:"
_LINE_FORMAT, _NOTICE_FORMAT = "tanggap-kronologi-1", "tanggap-pemberitahuan-1"


def line_hash(line: TimelineEntry) -> str:
    """Return what stands for a line: when, what kind, who, and every fact it tells."""
    return _hash(_LINE_FORMAT, _moment(line.at), line.kind, storable(line.actor), [list(pair) for pair in line.facts])


def notice_hash(notice: Notice) -> str:
    """Return what stands for a notice: who was told what, and when; who has read it is not part of it."""
    return _hash(
        _NOTICE_FORMAT,
        notice.id,
        storable(notice.key),
        notice.office_id,
        notice.kind,
        _moment(notice.at),
        notice.account_id,
        list(notice.roles),
        notice.playbook_id,
        [list(pair) for pair in notice.facts],
    )


def with_writings(uow: UnitOfWork, fact: AuditFact) -> AuditFact:
    """Return the fact with the hashes of what this transaction wrote about its incident and no entry told of yet."""
    if not fact.subject.startswith(_SUBJECT):
        return fact
    incident_id = IncidentId(fact.subject.removeprefix(_SUBJECT))
    written = {
        KRONOLOGI: sorted(map(line_hash, uow.incidents.untold(incident_id))),
        NOTICES: sorted(map(notice_hash, uow.notices.untold(incident_id))),
    }
    new = {name: hashes for name, hashes in written.items() if hashes}
    if not new:
        return fact
    details = {**json.loads(fact.details), **new}
    return replace(fact, details=json.dumps(details, ensure_ascii=False, sort_keys=True))


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _hash(*parts: object) -> str:
    return sha256(json.dumps(parts, ensure_ascii=True, separators=(",", ":")).encode("ascii")).hexdigest()
