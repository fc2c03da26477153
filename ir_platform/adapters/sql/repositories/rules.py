"""What the office has decided about detection rules, in the database."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, case, or_, select, update

from ir_platform.adapters.sql.columns import storable
from ir_platform.adapters.sql.statements import (
    delete_oldest,
    delete_rows,
    insert_if_new,
    insert_into,
    row_with,
    rows_with,
)
from ir_platform.adapters.sql.tables.rules import muted_rules, rule_hours, rule_settings
from ir_platform.domain.rules import Exclusion, MutedRule, PackInUse, RuleSettings, Switch, SwitchBy
from ir_platform.ports import ConflictError

_NAME = "rules"


class SqlRules:
    """`ports.Rules`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def settings(self) -> RuleSettings:
        row = row_with(self._connection, rule_settings, name=_NAME)
        return RuleSettings() if row is None else _settings(row.content, row.version)

    def version(self) -> int:
        asked = select(rule_settings.c.version).where(rule_settings.c.name == _NAME)
        return self._connection.scalar(asked) or 0

    def save(self, settings: RuleSettings) -> RuleSettings:
        """Raises: ConflictError where somebody changed them since this version was read."""
        row = {"version": settings.version + 1, "content": _dump(settings)}
        if settings.version == 0:
            saved = insert_if_new(self._connection, rule_settings, {"name": _NAME, **row})
        else:
            unchanged = (rule_settings.c.name == _NAME, rule_settings.c.version == settings.version)
            saved = self._connection.execute(update(rule_settings).where(*unchanged).values(row)).rowcount == 1
        if not saved:
            raise ConflictError(subject="rule_settings", expected=settings.version, found=self.version())
        return _settings(str(row["content"]), settings.version + 1)

    def muted(self) -> tuple[MutedRule, ...]:
        return tuple(map(_muted, rows_with(self._connection, muted_rules, order=("at", "rule_id"))))

    def mute(self, rule: MutedRule) -> bool:
        return insert_if_new(self._connection, muted_rules, _values(rule))

    def count_muted(self, rule_id: str, *, at: datetime) -> None:
        last_at = muted_rules.c.last_at
        newest = case((or_(last_at.is_(None), last_at < at), at), else_=last_at)
        self._connection.execute(
            update(muted_rules)
            .where(muted_rules.c.rule_id == storable(rule_id))
            .values(matches=muted_rules.c.matches + 1, last_at=newest)
        )

    def unmute(self, rule_id: str) -> MutedRule | None:
        row = row_with(self._connection, muted_rules, rule_id=storable(rule_id))
        if row is None:
            return None
        delete_rows(self._connection, muted_rules, rule_id=storable(rule_id))
        return _muted(row)

    def findings_in(self, rule_id: str, hour: datetime) -> int:
        row = row_with(self._connection, rule_hours, rule_id=storable(rule_id), hour=hour)
        return 0 if row is None else int(row.findings)

    def note_findings(self, rule_id: str, hour: datetime, findings: int, *, at: datetime) -> None:
        values = {"rule_id": storable(rule_id), "hour": hour, "findings": findings, "counted_at": at}
        statement = insert_into(self._connection, rule_hours).values(values)
        changed = {"findings": findings, "counted_at": at}
        self._connection.execute(statement.on_conflict_do_update(index_elements=("rule_id", "hour"), set_=changed))

    def prune_findings(self, *, before: datetime, limit: int) -> int:
        return delete_oldest(self._connection, rule_hours, "counted_at", before=before, limit=limit)


def _dump(settings: RuleSettings) -> str:
    content = {
        "packs": [asdict(one) for one in settings.packs],
        "switches": [asdict(one) for one in settings.switches],
        "exclusions": [{**asdict(one), "at": one.at.isoformat()} for one in settings.exclusions],
    }
    return json.dumps(content, ensure_ascii=True)


def _settings(content: str, version: int) -> RuleSettings:
    said = json.loads(content)
    return RuleSettings(
        packs=tuple(PackInUse(**{**one, "former": tuple(one["former"])}) for one in said["packs"]),
        switches=tuple(Switch(**{**one, "by": SwitchBy(one["by"])}) for one in said["switches"]),
        exclusions=tuple(Exclusion(**{**one, "at": datetime.fromisoformat(one["at"])}) for one in said["exclusions"]),
        version=version,
    )


def _values(rule: MutedRule) -> dict[str, Any]:
    return {
        "rule_id": rule.rule_id,
        "rule_title": rule.rule_title,
        "hour": rule.hour,
        "hourly_limit": rule.limit,
        "at": rule.at,
        "matches": rule.matches,
        "last_at": rule.last_at,
    }


def _muted(row: Row[Any]) -> MutedRule:
    return MutedRule(
        rule_id=row.rule_id,
        rule_title=row.rule_title,
        hour=row.hour,
        limit=row.hourly_limit,
        at=row.at,
        matches=row.matches,
        last_at=row.last_at,
    )
