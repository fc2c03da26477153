"""Who may carry out an active step today, by what position; whom its own work keeps from verifying it. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from ir_platform.domain.incident import Incident
from ir_platform.domain.person import Account, AccountId
from ir_platform.domain.position import Mandate
from ir_platform.identity.power import as_of
from playbooks.authority import Capacity, acting_capacities, capacities_of
from playbooks.four_eyes import executors_of
from playbooks.run_state import RunState
from playbooks.sop import Sop


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """An account with the capacity in which it may act: its own before those of others."""

    account_id: AccountId
    nama: str
    jabatan: str
    mandat: Mandate | None
    is_barred: bool
    """It did itself what the step verifies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepHolders:
    no: int
    holders: tuple[Holder, ...]

    @property
    def free(self) -> tuple[Holder, ...]:
        """Those whom nothing keeps from it; none: the step waits for somebody to be given the position."""
        return tuple(one for one in self.holders if not one.is_barred)


def holders_of(
    accounts: Iterable[Account], incident: Incident, sop: Sop, state: RunState, *, on: date
) -> tuple[StepHolders, ...]:
    """Return for each active step who may carry it out on that day, by name."""
    known = tuple(accounts)
    names: Mapping[AccountId, str] = {one.id: one.display_name for one in known}
    held = tuple((one, capacities_of(one, incident, names=names)) for one in (as_of(each, on=on) for each in known))
    return tuple(
        StepHolders(no=active.no, holders=tuple(_holders(held, sop, state, active.no))) for active in state.active
    )


def _holders(
    held: Iterable[tuple[Account, tuple[Capacity, ...]]], sop: Sop, state: RunState, no: int
) -> Iterable[Holder]:
    step = sop.step(no)
    assert step is not None
    barred = executors_of(step, state)
    for account, capacities in sorted(held, key=lambda one: (one[0].display_name, one[0].id)):
        chosen = next(iter(acting_capacities(capacities, sop, state, no)), None)
        if chosen is not None:
            yield Holder(
                account_id=account.id,
                nama=account.display_name,
                jabatan=chosen.jabatan,
                mandat=chosen.mandat,
                is_barred=account.id in barred,
            )
