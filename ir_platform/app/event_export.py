"""Taking events out of the store as one file; who took what is in the audit trail."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Final

from ir_platform.app.event_files import event_file
from ir_platform.audit.custody import Handler
from ir_platform.audit.record import record
from ir_platform.domain.audit import AuditFact
from ir_platform.domain.event_export import ExportAsked, Exported, ExportForm
from ir_platform.ports import Clock, EventReader, FoundEvent, State

_PAGE_EVENTS: Final = 10_000
MAX_COLUMNS: Final = 500
_FIRST: Final = "@timestamp"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventExport:
    reader: EventReader
    state: State
    clock: Clock

    def write(self, asked: ExportAsked, target: IO[bytes], by: Handler) -> Exported:
        """Write the events found, newest first, and note who took them; `target` stays open.

        Raises: BadQueryError before anything is written; OSError.
        """
        columns = () if asked.form is ExportForm.JSONL else asked.columns or self._columns(asked)
        done = Exported(events=0, is_complete=True)
        file = event_file(asked.form, target, columns=columns)
        for events, is_last in self._pages(asked):
            file.add(events)
            done = Exported(events=done.events + len(events), is_complete=is_last)
        file.close()
        with self.state.write() as uow:
            record(uow, self._taken(asked, done, by))
        return done

    def _pages(self, asked: ExportAsked) -> Iterator[tuple[tuple[FoundEvent, ...], bool]]:
        """Yield pages of events, each with whether the store holds no more."""
        cursor, left = None, asked.most
        while left > 0:
            page = self.reader.search(
                asked.query,
                time_from=asked.time_from,
                time_to=asked.time_to,
                cursor=cursor,
                limit=min(left, _PAGE_EVENTS),
            )
            yield page.items, page.cursor is None
            cursor, left = page.cursor, left - len(page.items)
            if cursor is None:
                return

    def _columns(self, asked: ExportAsked) -> tuple[str, ...]:
        """The time, then the fields that the events have: the most frequent, by name."""
        found = self.reader.field_counts(asked.query, time_from=asked.time_from, time_to=asked.time_to)
        frequent = sorted(one.name for one in found[:MAX_COLUMNS] if one.name != _FIRST)
        return (_FIRST, *frequent)

    def _taken(self, asked: ExportAsked, done: Exported, by: Handler) -> AuditFact:
        ends = {"dari": asked.time_from, "sampai": asked.time_to}
        said = {
            "kueri": asked.query,
            "bentuk": asked.form,
            "kejadian": done.events,
            "cara": by.way,
            **{name: None if at is None else at.isoformat() for name, at in ends.items()},
        }
        return AuditFact(
            at=self.clock(),
            actor=by.actor,
            actor_name=by.name,
            action="store.exported",
            subject="events",
            details=json.dumps(said, ensure_ascii=False, sort_keys=True),
        )
