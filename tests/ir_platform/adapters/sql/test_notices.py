"""Notices in both databases: who finds them, in what order, and that nothing is told twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from ir_platform.adapters.sql.database import SqlState
from ir_platform.domain.notice import Notice, NoticeId, NoticeKind, NoticeReader
from ir_platform.domain.office import HOME_OFFICE, OfficeId
from ir_platform.domain.person import AccountId
from tests.support.builders import NOON

KASI = NoticeReader(account_id=AccountId("a-kasi"), roles=((HOME_OFFICE, "kasi_keamanan_jaringan"),))
BOTH = NoticeReader(
    account_id=AccountId("a-both"), roles=((HOME_OFFICE, "kasi_keamanan_jaringan"), (HOME_OFFICE, "tim_teknis"))
)


def a_notice(number: int, **changes: Any) -> Notice:
    given: dict[str, Any] = {
        "id": NoticeId(f"notice-{number:03d}"),
        "key": f"key-{number}",
        "office_id": HOME_OFFICE,
        "kind": NoticeKind.DUE,
        "at": NOON + timedelta(minutes=number),
        "roles": ("kasi_keamanan_jaringan",),
        "facts": (("nomor", "INS/2026/0001"), ("langkah", "3")),
    }
    return Notice(**{**given, **changes})


def put(state: SqlState, *notices: Notice) -> list[bool]:
    with state.write() as uow:
        return [uow.notices.add(one) for one in notices]


def found(state: SqlState, reader: NoticeReader) -> list[str]:
    with state.read() as uow:
        return [one.notice.id for one in uow.notices.page(reader, cursor=None, limit=50).items]


def unread(state: SqlState, reader: NoticeReader, *, at_most: int = 100) -> int:
    with state.read() as uow:
        return uow.notices.unread(reader, since=NOON, at_most=at_most)


def test_a_notice_comes_back_as_it_was_added(state: SqlState) -> None:
    notice = a_notice(1, account_id=KASI.account_id, playbook_id="kaltim-gangguan-keamanan-jaringan")

    put(state, notice)

    with state.read() as uow:
        (only,) = uow.notices.page(KASI, cursor=None, limit=50).items
    assert only.notice == notice
    assert only.read_at is None


def test_of_two_notices_with_one_key_only_the_first_is_kept(state: SqlState) -> None:
    first, second = a_notice(1, key="same"), a_notice(2, key="same")

    added = put(state, first, second)

    assert added == [True, False]
    assert found(state, KASI) == [first.id]


def test_whoever_holds_a_role_or_is_named_finds_a_notice_and_nobody_else(state: SqlState) -> None:
    put(state, a_notice(1), a_notice(2, roles=(), account_id=AccountId("a-other")), a_notice(3, roles=("tim_teknis",)))

    assert found(state, KASI) == ["notice-001"]
    assert found(state, NoticeReader(account_id=AccountId("a-other"))) == ["notice-002"]
    assert found(state, BOTH) == ["notice-003", "notice-001"]
    assert found(state, NoticeReader(account_id=AccountId("a-stranger"))) == []


def test_the_same_role_in_another_office_finds_nothing(state: SqlState) -> None:
    put(state, a_notice(1))

    stranger = NoticeReader(account_id=KASI.account_id, roles=((OfficeId("dishub"), "kasi_keamanan_jaringan"),))

    assert found(state, stranger) == []


def test_a_jabatan_bound_to_one_sop_hears_of_that_sop_only(state: SqlState) -> None:
    bound = NoticeReader(account_id=KASI.account_id, roles=((HOME_OFFICE, "sop-a:kasi_keamanan_jaringan"),))

    put(state, a_notice(1, playbook_id="sop-a"), a_notice(2, playbook_id="sop-b"))

    assert found(state, bound) == ["notice-001"]


def test_someone_with_two_of_the_roles_finds_a_notice_once(state: SqlState) -> None:
    put(state, a_notice(1, roles=("kasi_keamanan_jaringan", "tim_teknis")))

    assert found(state, BOTH) == ["notice-001"]
    assert unread(state, BOTH) == 1


def test_pages_go_from_the_newest_to_the_oldest_without_a_gap(state: SqlState) -> None:
    put(
        state, *(a_notice(number, roles=(("kasi_keamanan_jaringan", "tim_teknis")[number % 2],)) for number in range(7))
    )

    pages, cursor = [], None
    with state.read() as uow:
        while True:
            page = uow.notices.page(BOTH, cursor=cursor, limit=3)
            pages.append([one.notice.id for one in page.items])
            cursor = page.cursor
            if cursor is None:
                break

    assert [len(page) for page in pages] == [3, 3, 1]
    assert [one for page in pages for one in page] == [f"notice-{number:03d}" for number in reversed(range(7))]


def test_a_read_mark_is_the_readers_own(state: SqlState) -> None:
    put(state, a_notice(1), a_notice(2))

    with state.write() as uow:
        marked = uow.notices.mark_read(KASI, NoticeId("notice-001"), NOON)

    assert marked
    assert unread(state, KASI) == 1
    assert unread(state, BOTH) == 2


def test_a_notice_of_somebody_else_cannot_be_marked(state: SqlState) -> None:
    put(state, a_notice(1, roles=("tim_teknis",)))

    with state.write() as uow:
        marked = uow.notices.mark_read(KASI, NoticeId("notice-001"), NOON)

    assert not marked
    assert unread(state, BOTH) == 1


def test_marking_all_read_leaves_nothing_unread_and_may_be_done_twice(state: SqlState) -> None:
    put(state, a_notice(1), a_notice(2, roles=("tim_teknis",)), a_notice(3))

    with state.write() as uow:
        uow.notices.mark_read(BOTH, NoticeId("notice-001"), NOON)
        uow.notices.mark_all_read(BOTH, NOON)
        uow.notices.mark_all_read(BOTH, NOON)

    assert unread(state, BOTH) == 0
    assert unread(state, KASI) == 2


def test_unread_is_counted_no_further_than_asked_and_not_before_its_time(state: SqlState) -> None:
    put(state, *(a_notice(number) for number in range(-3, 9)))

    assert unread(state, KASI) == 9
    assert unread(state, KASI, at_most=5) == 5


@pytest.mark.parametrize("cursor", ["", "x", "eyJhIjoxfQ"])
def test_a_cursor_of_somewhere_else_is_refused(state: SqlState, cursor: str) -> None:
    with state.read() as uow, pytest.raises(ValueError, match="not a cursor"):
        uow.notices.page(KASI, cursor=cursor, limit=5)


def test_of_many_who_tell_the_same_at_once_one_does(state: SqlState) -> None:
    with ThreadPoolExecutor(max_workers=8) as pool:
        added = list(pool.map(lambda number: put(state, a_notice(number, key="same"))[0], range(8)))

    assert sum(added) == 1
    assert len(found(state, KASI)) == 1
