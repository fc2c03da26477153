"""Asking for the check whether a repair holds: by the program when the verifying step begins, by people at any time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ir_platform.domain.alert import IncidentId
from ir_platform.domain.job import JobKind, queued_job
from ir_platform.domain.person import AccountId
from ir_platform.domain.verification import Verification, VerificationId
from ir_platform.ports import NewId, UnitOfWork
from playbooks.commands import Fact, StepActivated
from playbooks.findings import repair_no, repaired_at, verifying_step
from playbooks.run_state import RunState
from playbooks.sop import Sop


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a verification is about."""

    incident_id: IncidentId
    no: int
    """The verifying step; 0 where the SOP has none."""
    putaran: int
    """Of the repair; 0 where the SOP has none."""
    sejak: datetime
    by: AccountId | None


def wanted_of(sop: Sop, state: RunState, *, incident_id: IncidentId, sejak: datetime, by: AccountId | None) -> Wanted:
    step, repair = verifying_step(sop), repair_no(sop)
    return Wanted(
        incident_id=incident_id,
        no=step.no if step else 0,
        putaran=state.putaran(repair) if repair is not None else 0,
        sejak=sejak,
        by=by,
    )


def due_by(sop: Sop, state: RunState, facts: Iterable[Fact], *, incident_id: IncidentId) -> Wanted | None:
    """Return the verification that these facts call for: the verifying step has become active after a repair."""
    step, since = verifying_step(sop), repaired_at(sop, state)
    begins = any(isinstance(fact, StepActivated) and step is not None and fact.no == step.no for fact in facts)
    if not begins or since is None:
        return None
    return wanted_of(sop, state, incident_id=incident_id, sejak=since, by=None)


def add_verification(uow: UnitOfWork, wanted: Wanted, *, new_id: NewId, at: datetime) -> Verification:
    """Add it with its job, whose bell is rung after the commit."""
    verification_id = VerificationId(new_id())
    job = queued_job(JobKind.VERIFY_INCIDENT, {"verification_id": verification_id}, job_id=new_id(), now=at)
    verification = Verification(
        id=verification_id,
        incident_id=wanted.incident_id,
        no=wanted.no,
        putaran=wanted.putaran,
        sejak=wanted.sejak,
        requested_by=wanted.by,
        requested_at=at,
        job_id=job.id,
    )
    uow.jobs.add(job)
    uow.verifications.add(verification)
    return verification
