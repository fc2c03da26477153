"""Rules that fire too often: over a limit per hour a rule is muted, which means told once and counted, never lost.

What a muted rule finds about something that has an open alert is counted there as ever. What it finds about anything
else is counted onto one alert of the rule, which stands in the queue with its number and its newest events, until a
person lets the rule speak again.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

import structlog

from ir_platform.domain.alert import Detection
from ir_platform.domain.notice import Notice, NoticeId, NoticeKind
from ir_platform.domain.office import HOME_OFFICE
from ir_platform.domain.rules import MutedRule
from ir_platform.notify.post import post
from ir_platform.ports import Clock, NewId, UnitOfWork
from playbooks.record import add_audit
from playbooks.words import SYSTEM

log = structlog.get_logger(__name__)

MUTED_GROUP: Final = (("tanggap.diredam", "ya"),)
"""What the one alert of a muted rule is about."""
MAX_TITLE: Final = 120

Hour = tuple[str, datetime]
"""A rule and an hour of event time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Muting:
    """What is counted and muted is in the database: a new start of the intake goes on with it."""

    limit: int
    """Findings of one rule in one hour of event time; 0: none is ever muted."""
    clock: Clock
    new_id: NewId
    told: Callable[[UnitOfWork], tuple[tuple[str, ...], str]]
    """Roles that are told, and the SOP they are of."""

    def begin(self, uow: UnitOfWork) -> "Listening":
        """Return what is muted within this transaction."""
        muted = {one.rule_id for one in uow.rules.muted()} if self.limit else set()
        return Listening(muting=self, muted=muted)


@dataclass(slots=True, kw_only=True)
class Listening:
    """One transaction's view of what is muted."""

    muting: Muting
    muted: set[str]
    newly: list[MutedRule] = field(default_factory=list)
    counts: dict[Hour, int] = field(default_factory=dict)
    """What this transaction has counted; `tell` keeps it."""

    def placed(self, uow: UnitOfWork, detection: Detection) -> Detection:
        """Return the finding as it is to be counted: of a muted rule, onto its one alert where it has no other."""
        if detection.rule_id not in self.muted or uow.alerts.open_for(detection.rule_id, detection.group) is not None:
            return detection
        return replace(detection, group=MUTED_GROUP)

    def counted(self, uow: UnitOfWork, detection: Detection) -> None:
        """Take note of a finding that was recorded for the first time."""
        if detection.rule_id in self.muted:
            uow.rules.count_muted(detection.rule_id, at=detection.at)
        elif self.muting.limit and self._is_over(uow, detection):
            rule = MutedRule(
                rule_id=detection.rule_id,
                rule_title=detection.rule_title,
                hour=hour_of(detection.at),
                limit=self.muting.limit,
                at=self.muting.clock(),
            )
            self.muted.add(rule.rule_id)
            if uow.rules.mute(rule):
                self.newly.append(rule)

    def _is_over(self, uow: UnitOfWork, detection: Detection) -> bool:
        """Count a finding; say whether its rule is over the limit with it."""
        key = (detection.rule_id, hour_of(detection.at))
        if key not in self.counts:
            self.counts[key] = uow.rules.findings_in(*key)
        self.counts[key] += 1
        if self.counts[key] <= self.muting.limit:
            return False
        # Whoever is let speak again is counted from nothing.
        self.counts[key] = 0
        return True

    def tell(self, uow: UnitOfWork) -> None:
        """Keep what was counted and say which rules were muted: call it last in the transaction, it locks the head of
        the audit trail.
        """
        for (rule_id, hour), findings in sorted(self.counts.items()):
            uow.rules.note_findings(rule_id, hour, findings, at=self.muting.clock())
        for rule in self.newly:
            log.warning("rule_muted", rule_id=rule.rule_id, limit=rule.limit)
            add_audit(
                uow,
                at=rule.at,
                actor=("system", SYSTEM),
                action="rules.muted",
                subject=f"rules:{rule.rule_id}"[:200],
                details={"aturan": rule.rule_title, "batas_per_jam": rule.limit},
            )
            post(uow, self._notices(uow, rule))

    def _notices(self, uow: UnitOfWork, rule: MutedRule) -> Iterator[Notice]:
        roles, playbook_id = self.muting.told(uow)
        notice = Notice(
            id=NoticeId(self.muting.new_id()),
            key=f"muted:{rule.rule_id}:{rule.at.isoformat()}",
            office_id=HOME_OFFICE,
            kind=NoticeKind.RULE_MUTED,
            at=rule.at,
            roles=roles,
            playbook_id=playbook_id,
            facts=(("aturan", rule.rule_title[:MAX_TITLE]), ("batas", str(rule.limit))),
        )
        yield notice
        # An administrator of the program holds no role.
        for account in uow.accounts.all():
            if account.is_admin and not account.disabled:
                yield replace(
                    notice,
                    id=NoticeId(self.muting.new_id()),
                    key=f"{notice.key}:{account.id}",
                    account_id=account.id,
                    roles=(),
                    playbook_id=None,
                )


def hour_of(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)
