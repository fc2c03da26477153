"""Joins ports to adapters for the scaled-out pipeline: acceptance, ingest workers, owners of key ranges."""

import os
import socket
from collections.abc import Callable
from datetime import timedelta

from detections.catalog import rules_in_use
from ir_platform.adapters.queue.bell import CeleryBatchBell
from ir_platform.app.accepting import Acceptance
from ir_platform.app.detectors_in_use import detectors_in_use
from ir_platform.app.fencing import held_by, one_at_a_time
from ir_platform.app.ids import new_id, utc_now
from ir_platform.app.ingest_worker import IngestWorker
from ir_platform.app.range_owner import RangeOwner
from ir_platform.app.range_rules import CurrentMatcher, RangeRules
from ir_platform.app.range_work import RangeWork
from ir_platform.app.wiring import event_writer, make_queue, make_triage, open_state
from ir_platform.config import Settings
from ir_platform.domain.key_range import Held
from ir_platform.ports import State


def open_acceptance(settings: Settings, state: State, *, index_board: int | None = None) -> Acceptance:
    """Return the scaled-out hot path over the data folder's one event writer. Raises: StoreBusyError."""
    return Acceptance(
        writer=event_writer(settings, index_board=index_board),
        state=state,
        triage=make_triage(settings, one_at_a_time(state)),
        bell=CeleryBatchBell(make_queue(settings), lifetime_seconds=settings.takeover_seconds),
        clock=utc_now,
        takeover=takeover(settings),
    )


def make_ingest_worker(settings: Settings) -> IngestWorker:
    state = open_state(settings)
    matcher = CurrentMatcher(
        state=state,
        load=lambda decided: rules_in_use(settings.data_dir, decided),
        detectors=lambda: detectors_in_use(settings.data_dir),
    )
    return IngestWorker(state=state, matcher=matcher, clock=utc_now, takeover=takeover(settings))


def make_range_owner(settings: Settings) -> RangeOwner:
    state = open_state(settings)
    rules = RangeRules(
        state=state,
        load=lambda decided: rules_in_use(settings.data_dir, decided),
        detectors=lambda: detectors_in_use(settings.data_dir),
        allowance=timedelta(seconds=settings.late_seconds),
    )
    return RangeOwner(
        name=f"{socket.gethostname()}:{os.getpid()}:{new_id()}",
        state=state,
        rules=rules,
        work_on=range_work(settings, state),
        clock=utc_now,
        takeover=takeover(settings),
    )


def range_work(settings: Settings, state: State) -> Callable[[Held, RangeRules], RangeWork]:
    """Return what takes up the work on a range that was just claimed."""

    def work_on(held: Held, rules: RangeRules) -> RangeWork:
        """Raises: SnapshotError."""
        mine = held_by(state, held.range_no, epoch=held.epoch)
        scanner = rules.scanner(held.range_no)
        if held.snapshot is not None:
            scanner.restore(held.snapshot)
        return RangeWork(
            range_no=held.range_no,
            position=held.position,
            scanner=scanner,
            rules_version=rules.version,
            state=mine,
            triage=make_triage(settings, one_at_a_time(mine)),
            clock=utc_now,
        )

    return work_on


def takeover(settings: Settings) -> timedelta:
    return timedelta(seconds=settings.takeover_seconds)
