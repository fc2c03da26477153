"""What an account may do on a day follows from the positions it holds then, and from nothing else."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ir_platform.domain.office import HOME_OFFICE, OfficeId
from ir_platform.domain.position import Kedudukan, Position, PositionId
from ir_platform.identity.power import acting_roles, addressed_roles, as_of, offices_of, roles_of
from tests.support.builders import a_position, an_account

TODAY = date(2026, 11, 20)
KALTIM = "kaltim-gangguan-keamanan-jaringan"
DISHUB = OfficeId("dishub")
DAYS = st.integers(-400, 400).map(lambda days: TODAY + timedelta(days=days))


def holding(*positions: Position, **changes: object):  # type: ignore[no-untyped-def]
    return as_of(an_account("dewi", positions=positions, **changes), on=TODAY)


@given(begins=DAYS, length=st.none() | st.integers(0, 400), on=DAYS)
def test_a_position_counts_from_its_first_to_its_last_day_and_on_no_other(
    begins: date, length: int | None, on: date
) -> None:
    ends = None if length is None else begins + timedelta(days=length)
    account = an_account("dewi", positions=(a_position("kasi", begins=begins, ends=ends),))

    held = as_of(account, on=on)

    assert bool(roles_of(held)) == (begins <= on <= (ends or date.max))


def test_a_role_bound_to_a_playbook_counts_in_that_playbook_alone() -> None:
    account = holding(a_position(f"{KALTIM}:kasi_keamanan_jaringan", "tim_teknis"))

    assert acting_roles(account, office_id=HOME_OFFICE, playbook_id=KALTIM) == {"kasi_keamanan_jaringan", "tim_teknis"}
    assert acting_roles(account, office_id=HOME_OFFICE, playbook_id="kaltim-gangguan-jaringan") == {"tim_teknis"}


def test_a_position_counts_in_its_own_office_alone() -> None:
    account = holding(a_position("kasi", office_id=DISHUB))

    assert acting_roles(account, office_id=DISHUB, playbook_id=KALTIM) == {"kasi"}
    assert acting_roles(account, office_id=HOME_OFFICE, playbook_id=KALTIM) == frozenset()
    assert offices_of(account) == {DISHUB}


def test_the_own_position_comes_before_a_substitution_and_gives_the_title() -> None:
    plh = a_position("kasi", id=PositionId("a"), kedudukan=Kedudukan.PLH, jabatan="Kasi", begins=date(2020, 1, 1))
    own = a_position("staf", id=PositionId("b"), jabatan="Staf Ahli", begins=date(2026, 1, 1))

    account = holding(plh, own, jabatan="Pelaksana lama")

    assert account.positions == (own, plh)
    assert account.jabatan == "Staf Ahli"


def test_a_substitution_alone_leaves_the_account_its_own_title() -> None:
    assert holding(a_position("kasi", kedudukan=Kedudukan.PLT), jabatan="Staf").jabatan == "Staf"


def test_an_administrator_of_the_program_acts_as_nobody_and_sees_the_office_it_works_in() -> None:
    account = holding(a_position("pemeriksa_ti"), is_admin=True)

    assert acting_roles(account, office_id=HOME_OFFICE, playbook_id=KALTIM) == frozenset()
    assert addressed_roles(account) == ()
    assert offices_of(account) == {HOME_OFFICE}


@pytest.mark.parametrize(
    "changes", [{"disabled": True}, {"positions": ()}, {"positions": (a_position(roles=frozenset()),)}]
)
def test_who_is_disabled_or_holds_no_role_belongs_to_no_office(changes: dict[str, object]) -> None:
    account = as_of(an_account("dewi", **{"positions": (a_position(),), **changes}), on=TODAY)

    assert offices_of(account) == frozenset()
    assert addressed_roles(account) == ()
