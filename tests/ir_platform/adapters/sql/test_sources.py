"""Senders of logs and what was heard of them, in each database."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ir_platform.adapters.sql.database import SqlState
from ir_platform.domain.source import Heard, Source, SourceActivity, SourceId, SourceRate
from ir_platform.ports import ConflictError, NameTakenError, TailedFile
from tests.support.builders import NOON

FIREWALL = Source(
    id=SourceId("s1"),
    name="fw-utama",
    key_hash="a" * 64,
    created_at=NOON,
    address="10.0.0.1",
    path="/srv/log/*.log",
    timezone="Asia/Jayapura",
    format="fortigate",
    silent_minutes=30,
    is_hmac_required=True,
)
PLAIN = Source(id=SourceId("s2"), name="app", key_hash="b" * 64, created_at=NOON)


def added(state: SqlState, *sources: Source) -> None:
    with state.write() as uow:
        for one in sources:
            uow.sources.add(one)


def test_a_source_comes_back_as_it_was_added(state: SqlState) -> None:
    added(state, FIREWALL, PLAIN)

    with state.read() as uow:
        assert uow.sources.all() == (PLAIN, FIREWALL)
        assert uow.sources.by_name("fw-utama") == uow.sources.get(SourceId("s1")) == FIREWALL
        assert uow.sources.by_name("\x00") is None


@pytest.mark.parametrize("other", [{"name": "fw-utama"}, {"address": "10.0.0.1"}])
def test_a_name_and_an_address_have_one_owner(state: SqlState, other: dict[str, str]) -> None:
    added(state, FIREWALL)

    with pytest.raises(NameTakenError):
        added(state, replace(PLAIN, **other))


def test_of_two_who_change_a_source_the_second_is_refused(state: SqlState) -> None:
    added(state, PLAIN)
    with state.write() as uow:
        uow.sources.save(replace(PLAIN, disabled=True))

    with pytest.raises(ConflictError), state.write() as uow:
        uow.sources.save(replace(PLAIN, silent_minutes=5))

    with state.read() as uow:
        assert uow.sources.all() == (replace(PLAIN, disabled=True, version=2),)


def test_an_address_is_not_taken_from_another_by_a_change(state: SqlState) -> None:
    added(state, FIREWALL, PLAIN)

    with pytest.raises(NameTakenError), state.write() as uow:
        uow.sources.save(replace(PLAIN, address="10.0.0.1"))


def test_what_is_heard_adds_up_and_silence_moves_no_last_time(state: SqlState) -> None:
    later = NOON + timedelta(minutes=6)
    with state.write() as uow:
        uow.sources.note([Heard(key="s1", events=3, rejected=1)], at=NOON)
        uow.sources.note([Heard(key="s1", events=2)], at=later)
        uow.sources.note([Heard(key="s1", quiet_seconds=9.5)], at=later + timedelta(hours=1))
        uow.sources.note([Heard(key="s2", quiet_seconds=5.0)], at=later)

    with state.read() as uow:
        assert uow.sources.activity() == (
            SourceActivity(key="s1", last_seen=later, events=5, rejected=1, quiet_seconds=9.5),
            SourceActivity(key="s2", last_seen=None, events=0, rejected=0, quiet_seconds=5.0),
        )
        assert uow.sources.rates(since=NOON) == (
            SourceRate(key="s1", start=NOON, events=3, rejected=1),
            SourceRate(key="s1", start=NOON + timedelta(minutes=5), events=2, rejected=0),
        )


def test_old_counts_and_old_addresses_without_a_name_are_forgotten(state: SqlState) -> None:
    with state.write() as uow:
        uow.sources.note([Heard(key="s1", events=1), Heard(key="address:192.0.2.1", events=1)], at=NOON)
        uow.sources.note([Heard(key="address:192.0.2.2", events=1)], at=NOON + timedelta(days=2))

        end = NOON + timedelta(days=1)
        removed = (uow.sources.prune_rates(before=end, limit=100), uow.sources.prune_unnamed(before=end, limit=100))

    with state.read() as uow:
        assert removed == (2, 1)
        assert [one.key for one in uow.sources.activity()] == ["address:192.0.2.2", "s1"]
        assert [one.key for one in uow.sources.rates(since=NOON)] == ["address:192.0.2.2"]


def test_how_far_a_file_was_read_is_kept_for_each_source_and_the_newest_counts(state: SqlState) -> None:
    tailed = TailedFile(
        file="f1", path="/srv/log/\udc80.log", offset=10, record=1, format="syslog", state="", read_at=NOON
    )
    with state.write() as uow:
        uow.sources.note_tailed(SourceId("s1"), tailed)
        uow.sources.note_tailed(SourceId("s2"), tailed)
        uow.sources.note_tailed(SourceId("s1"), replace(tailed, offset=20, record=2))

    with state.read() as uow:
        [newest] = uow.sources.tailed(SourceId("s1"))
        assert (newest.offset, newest.record) == (20, 2)
    with state.write() as uow:
        assert uow.sources.prune_tailed(before=NOON + timedelta(days=1), limit=10) == 2
