"""The scaled-out pipeline in the database: accepted batches, their parts, owners and state of key ranges."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, delete, func, or_, select, update

from ir_platform.adapters.sql.statements import insert_into, insert_row, insert_rows, update_rows
from ir_platform.adapters.sql.tables.scaled_out import (
    accepted_batches,
    key_ranges,
    pipeline_heads,
    range_owners,
    range_parts,
    range_states,
)
from ir_platform.domain.key_range import AcceptedBatch, BatchNo, Held, Holding, RangeNo, RangePart

_BATCH: Final = "batch"
_TRIAGE: Final = "triage"


class SqlAcceptedBatches:
    """`ports.AcceptedBatches`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def accept(self, content: bytes, *, at: datetime, due_at: datetime) -> BatchNo:
        # The head row is locked until the commit: numbers have no gap, and a lower one is never seen after a higher.
        number = self._connection.scalar(
            update(pipeline_heads)
            .where(pipeline_heads.c.name == _BATCH)
            .values(value=pipeline_heads.c.value + 1)
            .returning(pipeline_heads.c.value)
        )
        assert number is not None  # the migration makes the row
        row = {"no": number, "accepted_at": at, "due_at": due_at, "attempts": 0, "content": content}
        insert_row(self._connection, accepted_batches, row)
        return BatchNo(number)

    def begin(self, no: BatchNo, *, due_at: datetime) -> AcceptedBatch | None:
        row = self._connection.execute(
            update(accepted_batches)
            .where(accepted_batches.c.no == no)
            .values(attempts=accepted_batches.c.attempts + 1, due_at=due_at)
            .returning(accepted_batches.c.accepted_at, accepted_batches.c.attempts, accepted_batches.c.content)
        ).first()
        if row is None:
            return None
        return AcceptedBatch(no=no, accepted_at=row.accepted_at, attempts=row.attempts, content=bytes(row.content))

    def finish(self, no: BatchNo) -> bool:
        # A second worker's DELETE waits for the first's commit, and then finds no row.
        return self._connection.execute(delete(accepted_batches).where(accepted_batches.c.no == no)).rowcount == 1

    def take_due(self, *, now: datetime, due_at: datetime, limit: int) -> tuple[BatchNo, ...]:
        waiting = (
            select(accepted_batches.c.no)
            .where(accepted_batches.c.due_at <= now)
            .order_by(accepted_batches.c.no)
            .limit(limit)
        )
        found = self._connection.scalars(
            update(accepted_batches)
            .where(accepted_batches.c.no.in_(waiting))
            .values(due_at=due_at)
            .returning(accepted_batches.c.no)
        )
        return tuple(BatchNo(number) for number in sorted(found))

    def newest(self) -> BatchNo:
        newest = self._connection.scalar(select(pipeline_heads.c.value).where(pipeline_heads.c.name == _BATCH))
        return BatchNo(newest or 0)

    def count(self) -> int:
        return self._connection.scalar(select(func.count()).select_from(accepted_batches)) or 0


class SqlKeyRanges:
    """`ports.KeyRanges`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_parts(self, no: BatchNo, *, accepted_at: datetime, contents: Sequence[bytes]) -> None:
        rows: list[dict[str, Any]] = [
            {"range_no": number, "batch_no": no, "accepted_at": accepted_at, "content": content}
            for number, content in enumerate(contents)
        ]
        insert_rows(self._connection, range_parts, rows)

    def parts(self, range_no: RangeNo, *, after: BatchNo, limit: int) -> tuple[RangePart, ...]:
        rows = self._connection.execute(
            select(range_parts)
            .where(range_parts.c.range_no == range_no, range_parts.c.batch_no > after)
            .order_by(range_parts.c.batch_no)
            .limit(limit)
        )
        return tuple(
            RangePart(batch_no=BatchNo(row.batch_no), accepted_at=row.accepted_at, content=bytes(row.content))
            for row in rows
        )

    def oldest_since(self, range_no: RangeNo, *, after: BatchNo) -> datetime | None:
        here = (
            select(range_parts.c.batch_no.label("no"), range_parts.c.accepted_at)
            .where(range_parts.c.range_no == range_no, range_parts.c.batch_no > after)
            .order_by(range_parts.c.batch_no)
            .limit(1)
        )
        unmatched = (
            select(accepted_batches.c.no, accepted_batches.c.accepted_at)
            .where(accepted_batches.c.no > after)
            .order_by(accepted_batches.c.no)
            .limit(1)
        )
        found = [row for one in (here, unmatched) if (row := self._connection.execute(one).first()) is not None]
        return min(found, key=lambda row: row.no).accepted_at if found else None

    def holdings(self) -> tuple[Holding, ...]:
        rows = self._connection.execute(select(key_ranges).order_by(key_ranges.c.no))
        return tuple(Holding(range_no=RangeNo(row.no), owner=row.owner, until=row.until) for row in rows)

    def claim(self, range_no: RangeNo, *, owner: str, now: datetime, until: datetime) -> Held | None:
        is_free = or_(key_ranges.c.owner.is_(None), key_ranges.c.until <= now)
        epoch = self._connection.scalar(
            update(key_ranges)
            .where(key_ranges.c.no == range_no, is_free)
            .values(owner=owner, until=until, epoch=key_ranges.c.epoch + 1)
            .returning(key_ranges.c.epoch)
        )
        if epoch is None:
            return None
        row = self._connection.execute(select(range_states).where(range_states.c.range_no == range_no)).one()
        return Held(range_no=range_no, epoch=epoch, position=BatchNo(row.position), snapshot=row.snapshot)

    def renew(self, range_no: RangeNo, *, epoch: int, until: datetime) -> bool:
        return update_rows(self._connection, key_ranges, {"until": until}, no=range_no, epoch=epoch) == 1

    def release(self, range_no: RangeNo, *, epoch: int) -> None:
        update_rows(self._connection, key_ranges, {"owner": None, "until": None}, no=range_no, epoch=epoch)

    def is_held(self, range_no: RangeNo, *, epoch: int) -> bool:
        # Shared: who takes the range over waits for the end of this transaction.
        mine = select(key_ranges.c.no).where(key_ranges.c.no == range_no, key_ranges.c.epoch == epoch)
        return self._connection.execute(mine.with_for_update(read=True)).first() is not None

    def save(self, range_no: RangeNo, *, position: BatchNo, snapshot: str) -> None:
        update_rows(self._connection, range_states, {"position": position, "snapshot": snapshot}, range_no=range_no)
        covered = (range_parts.c.range_no == range_no, range_parts.c.batch_no <= position)
        self._connection.execute(delete(range_parts).where(*covered))

    def note_judged(self, range_no: RangeNo, *, judged: BatchNo) -> None:
        update_rows(self._connection, range_states, {"judged": judged}, range_no=range_no)

    def least_judged(self) -> BatchNo:
        return BatchNo(self._connection.scalar(select(func.min(range_states.c.judged))) or 0)

    def take_turn(self) -> None:
        turn = select(pipeline_heads.c.name).where(pipeline_heads.c.name == _TRIAGE)
        self._connection.execute(turn.with_for_update())

    def say_alive(self, owner: str, *, now: datetime) -> None:
        statement = insert_into(self._connection, range_owners).values(owner=owner, seen_at=now)
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=[range_owners.c.owner], set_={"seen_at": now})
        )

    def owners(self, *, since: datetime) -> tuple[str, ...]:
        alive = select(range_owners.c.owner).where(range_owners.c.seen_at >= since).order_by(range_owners.c.owner)
        return tuple(self._connection.scalars(alive))

    def forget_owner(self, owner: str, *, silent_before: datetime) -> None:
        is_gone = or_(range_owners.c.owner == owner, range_owners.c.seen_at < silent_before)
        self._connection.execute(delete(range_owners).where(is_gone))
