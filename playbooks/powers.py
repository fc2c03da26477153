"""What an account may do today and by which position: the steps of every SOP in force that its roles open. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from ir_platform.domain.person import Account
from ir_platform.domain.position import Position
from ir_platform.identity.power import roles_in_playbook
from playbooks.sop import Langkah, Sop


@dataclass(frozen=True, slots=True, kw_only=True)
class SopPower:
    """What one position opens in one SOP."""

    sop: Sop
    peran: tuple[str, ...]
    """Names of the pelaksana that it makes of its holder."""
    langkah: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    position: Position
    sops: tuple[SopPower, ...]


def powers_of(account: Account, sops: Iterable[Sop]) -> tuple[Power, ...]:
    """Return what each position of the account (as of a day) opens, its own positions first."""
    known = tuple(sops)
    return tuple(
        Power(
            position=position,
            sops=tuple(power for sop in known if (power := _in_sop(position, sop)).langkah),
        )
        for position in account.positions
    )


def _in_sop(position: Position, sop: Sop) -> SopPower:
    roles = roles_in_playbook(position, sop.id)
    steps = tuple(step.no for step in sop.langkah if roles & set(_acting(step)))
    return SopPower(sop=sop, peran=tuple(one.nama for one in sop.pelaksana if one.id in roles), langkah=steps)


def _acting(step: Langkah) -> tuple[str, ...]:
    """Return who may act in the step, whoever confirms one of its answers among them."""
    confirming = (role for answer in step.keputusan for role in answer.dikonfirmasi_oleh)
    return (*step.pelaksana, *step.dicatat_oleh, *confirming)
