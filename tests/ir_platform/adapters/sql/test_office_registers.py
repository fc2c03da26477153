"""Each office counts for itself, without gaps or doubles under twenty writers; rollback leaves no gap."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from ir_platform.adapters.sql.database import SqlState
from ir_platform.domain.office import HOME_OFFICE, OfficeId
from ir_platform.ports import ConflictError

WRITERS = 20
EACH = 4
DISHUB = OfficeId("dishub")


def test_twenty_writers_at_once_draw_every_number_once(state: SqlState) -> None:
    def draw(writer: int) -> list[tuple[OfficeId, int]]:
        office = DISHUB if writer % 2 else HOME_OFFICE
        drawn = []
        for _ in range(EACH):
            with state.write() as uow:
                drawn.append((office, uow.registers.next("LGK", 2026, office_id=office)))
        return drawn

    with ThreadPoolExecutor(WRITERS) as pool:
        drawn = [one for many in pool.map(draw, range(WRITERS)) for one in many]

    count = WRITERS * EACH // 2
    expected = [(office, number) for office in (DISHUB, HOME_OFFICE) for number in range(1, count + 1)]
    assert sorted(drawn) == expected


def test_of_twenty_writers_those_that_fail_leave_no_gap(state: SqlState) -> None:
    def draw(writer: int) -> int | None:
        try:
            with state.write() as uow:
                number = uow.registers.next("LGK", 2026)
                if writer % 3 == 0:
                    raise ConflictError(subject="x", expected=0, found=None)
        except ConflictError:
            return None
        return number

    with ThreadPoolExecutor(WRITERS) as pool:
        drawn = sorted(one for one in pool.map(draw, range(WRITERS)) if one is not None)

    assert drawn == list(range(1, len(drawn) + 1))
    assert len(drawn) == sum(writer % 3 != 0 for writer in range(WRITERS))


@pytest.mark.parametrize(
    ("kind", "year", "office"), [("LMJ", 2026, HOME_OFFICE), ("LGK", 2027, HOME_OFFICE), ("LGK", 2026, DISHUB)]
)
def test_another_kind_year_or_office_begins_at_one(state: SqlState, kind: str, year: int, office: OfficeId) -> None:
    with state.write() as uow:
        uow.registers.next("LGK", 2026)

        assert uow.registers.next(kind, year, office_id=office) == 1
