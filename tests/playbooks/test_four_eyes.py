"""Who verifies a putaran has done none of its work, whoever people stand in for; and every signature says for whom."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ir_platform.domain.person import Account, AccountId
from ir_platform.domain.position import Kedudukan, Mandate, Position, PositionId
from ir_platform.identity.power import as_of
from playbooks.authority import Capacity, acting_capacities, all_roles, capacities_of, official_for
from playbooks.engine import decide
from playbooks.errors import NotHeldError, OwnWorkError, PlaybookRefusalError, WrongRoleError
from playbooks.four_eyes import executors_of
from playbooks.run_state import RunState
from tests.playbooks.kaltim import NIHIL, WALK_TO_NINE, a_command, after, sop, started
from tests.support.builders import NOON, a_position, an_account, an_incident

TODAY = date(2026, 11, 20)
INCIDENT = an_incident()
HENDRA, BAYU = AccountId("account-hendra"), AccountId("account-bayu")
NAMES = {HENDRA: "Hendra Kusuma", BAYU: "Bayu Saputra"}
ROLES = ("pemeriksa_ti", "tim_teknis", "pengelola_ti", "kasi_keamanan_jaringan", "pejabat_administrator")


def own(role: str, **changes: object) -> Position:
    return a_position(role, **{"id": PositionId(f"own-{role}"), "jabatan": f"Jabatan {role}", **changes})


def plh(role: str, **changes: object) -> Position:
    given = {
        "id": PositionId(f"plh-{role}"),
        "jabatan": "Kasi Keamanan Jaringan",
        "kedudukan": Kedudukan.PLH,
        "ends": TODAY + timedelta(days=5),
        "letter_number": "SP 800/12/2026",
        "letter_date": TODAY,
        "replaces": HENDRA,
    }
    return a_position(role, **{**given, **changes})


def a_person(*positions: Position, name: str = "bayu") -> Account:
    return as_of(an_account(name, positions=positions, jabatan="Staf"), on=TODAY)


def capacities(account: Account) -> tuple[Capacity, ...]:
    return capacities_of(account, INCIDENT, names=NAMES)


def at_nine() -> RunState:
    return after(*WALK_TO_NINE)


def worked_by(account: Account, state: RunState) -> RunState:
    """The run with step 7 of the last putaran done by that account instead."""
    seven = state.last_pass(7)
    assert seven is not None
    acts = tuple(replace(act, account_id=account.id) for act in seven.acts)
    return state.with_pass(replace(seven, acts=acts))


def test_who_did_the_work_may_not_verify_it_as_a_substitute() -> None:
    bayu = a_person(own("tim_teknis"), plh("kasi_keamanan_jaringan"))
    state = worked_by(bayu, at_nine())
    official = official_for(bayu, capacities(bayu), sop(), state, 9)

    with pytest.raises(OwnWorkError) as refused:
        decide(sop(), state, a_command(9, by=official, keputusan="tuntas"))

    assert official.mandat is not None
    assert (refused.value.no, refused.value.done, refused.value.putaran) == (9, (7,), 1)
    assert str(refused.value).startswith("Langkah 9 memeriksa pekerjaan putaran 1 yang Anda laksanakan sendiri")


def test_work_of_a_putaran_that_was_verified_already_bars_nobody() -> None:
    bayu = a_person(own("tim_teknis"), plh("kasi_keamanan_jaringan"))
    first = worked_by(bayu, at_nine())
    second = after(
        a_command(9, keputusan="belum", alasan="masih ada percobaan"),
        a_command(7, putaran=2),
        a_command(8, putaran=2),
        state=first,
    )
    official = official_for(bayu, capacities(bayu), sop(), second, 9)

    state, _ = decide(sop(), second, a_command(9, by=official, keputusan="tuntas"))

    assert state.active_pass(10)


def test_somebody_without_the_role_hears_of_the_role_even_if_he_did_the_work() -> None:
    bayu = a_person(own("tim_teknis"))
    state = worked_by(bayu, at_nine())

    with pytest.raises(WrongRoleError):
        decide(sop(), state, a_command(9, by=official_for(bayu, capacities(bayu), sop(), state, 9), keputusan="tuntas"))


def test_an_act_in_somebodys_place_carries_the_letter() -> None:
    bayu = a_person(own("tim_teknis"), plh("kasi_keamanan_jaringan"))
    state = after(a_command(1), a_command(2))

    state, _ = decide(sop(), state, a_command(3, by=official_for(bayu, capacities(bayu), sop(), state, 3)))

    past = state.last_done(3)
    assert past is not None
    assert past.acts[0].mandat == Mandate(
        kedudukan=Kedudukan.PLH,
        jabatan="Kasi Keamanan Jaringan",
        letter_number="SP 800/12/2026",
        letter_date=TODAY,
        replaces="Hendra Kusuma",
    )
    assert past.acts[0].jabatan == "Jabatan tim_teknis"


def test_the_own_jabatan_signs_before_a_substitution_unless_the_person_chooses() -> None:
    both = a_person(plh("kasi_keamanan_jaringan", begins=date(2020, 1, 1)), own("kasi_keamanan_jaringan"))
    state = after(a_command(1), a_command(2))

    usual = official_for(both, capacities(both), sop(), state, 3)
    chosen = official_for(both, capacities(both), sop(), state, 3, sebagai="plh-kasi_keamanan_jaringan")

    assert usual.mandat is None
    assert usual.jabatan == "Jabatan kasi_keamanan_jaringan"
    assert chosen.mandat is not None
    assert [one.mandat is None for one in acting_capacities(capacities(both), sop(), state, 3)] == [True, False]


def test_only_a_position_that_is_held_can_be_chosen() -> None:
    bayu = a_person(own("tim_teknis"))

    with pytest.raises(NotHeldError):
        official_for(bayu, capacities(bayu), sop(), at_nine(), 9, sebagai="plh-kasi_keamanan_jaringan")


def test_a_chosen_position_lends_only_its_own_roles() -> None:
    bayu = a_person(own("tim_teknis"), plh("kasi_keamanan_jaringan"))

    official = official_for(bayu, capacities(bayu), sop(), at_nine(), 9, sebagai="own-tim_teknis")

    assert official.roles == {"tim_teknis"}


def test_a_role_bound_to_another_playbook_gives_nothing_here() -> None:
    bayu = a_person(own("kaltim-gangguan-jaringan:tim_teknis"))

    assert all_roles(capacities(bayu)) == frozenset()


PEOPLE = st.dictionaries(
    st.sampled_from(["account-1", "account-2", "account-3"]),
    st.lists(st.tuples(st.sampled_from(ROLES), st.booleans()), min_size=1, max_size=4, unique_by=lambda one: one[0]),
    min_size=3,
)
"""A small office in which everybody stands in for everybody: account to (role, by its own right)."""


def office_of(people: dict[str, list[tuple[str, bool]]]) -> list[Account]:
    held = {name: tuple(own(role) if is_own else plh(role) for role, is_own in roles) for name, roles in people.items()}
    return [a_person(*positions, name=name) for name, positions in held.items()]


@settings(deadline=None)
@given(people=PEOPLE, data=st.data())
def test_no_putaran_is_ever_verified_by_one_of_its_executors(
    people: dict[str, list[tuple[str, bool]]], data: st.DataObject
) -> None:
    accounts, state = office_of(people), started()
    step_nine = sop().step(9)
    assert step_nine is not None

    for minute in range(30):
        if not state.active:
            break
        no = state.active[0].no
        # The office has somebody for every step beside those who stand in for one another, so that runs go on.
        actor = data.draw(st.sampled_from([*accounts, None]))
        answer = data.draw(st.sampled_from({4: ["sulit"], 9: ["tuntas", "belum"]}.get(no, [None])))
        said = {
            "keputusan": answer,
            "alasan": "belum bersih" if answer == "belum" else None,
            "nihil": NIHIL if no == 7 else (),
            "at": NOON + timedelta(minutes=minute),
        }
        by = {} if actor is None else {"by": official_for(actor, capacities(actor), sop(), state, no)}
        workers, may = executors_of(step_nine, state), actor is None or bool(all_roles(capacities(actor)))
        try:
            after_it, _ = decide(sop(), state, a_command(no, **by, **said))
        except OwnWorkError:
            assert (no, actor is not None and actor.id in workers) == (9, True)
            continue
        except PlaybookRefusalError:
            continue
        assert may
        assert not (no == 9 and actor is not None and actor.id in workers)
        acted = after_it.passes[state.passes.index(state.active[0])].acts[-1]
        assert actor is None or acted.account_id == actor.id
        state = after_it
