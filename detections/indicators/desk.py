"""Taking indicators in and out as an office's decision: with an audit entry, and in use without a restart."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from detections.indicators.feeds import load_feeds, read_feed, remove_feed, save_feed
from detections.indicators.model import Feed
from ir_platform.domain.audit import AuditFact
from ir_platform.domain.person import Account
from ir_platform.identity.accounts import Record, actor_of
from ir_platform.ports import Clock, State


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorDesk:
    """`by` None: the operator of the server."""

    state: State
    folder: Path
    record: Record
    clock: Clock

    def feeds(self) -> tuple[Feed, ...]:
        return load_feeds(self.folder)

    def take_in(
        self, path: Path, *, name: str | None, source: str | None, valid_for: timedelta, by: Account | None
    ) -> Feed:
        """Use the indicators of a STIX or MISP file, in place of those of that name. Raises: FeedError, OSError."""
        now = self.clock()
        feed = read_feed(path, name=name, source=source, at=now, expires_at=now + valid_for)
        save_feed(self.folder, feed)
        details: dict[str, object] = {
            "sumber": feed.source,
            "bentuk": feed.format,
            "sha256": feed.sha256,
            "indikator": len(feed.indicators),
            "berlaku_sampai": feed.expires_at.isoformat(),
        }
        self._decided("rules.indicators_imported", feed.name, details, now, by)
        return feed

    def remove(self, name: str, *, by: Account | None) -> None:
        """Raises: FeedError."""
        remove_feed(self.folder, name)
        self._decided("rules.indicators_removed", name, {"sumber": name}, self.clock(), by)

    def _decided(self, action: str, name: str, details: dict[str, object], now: datetime, by: Account | None) -> None:
        actor, actor_name = actor_of(by)
        with self.state.write() as uow:
            # A new version of the decisions is what running detection looks for; it then loads the feeds anew.
            uow.rules.save(uow.rules.settings())
            self.record(
                uow,
                AuditFact(
                    at=now,
                    actor=actor,
                    actor_name=actor_name,
                    action=action,
                    subject=f"rules:{name}"[:200],
                    details=json.dumps(details, ensure_ascii=False, sort_keys=True),
                ),
            )
