"""Carrying out a step of an incident's run."""

import hashlib
import json
from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError

from api.dependencies import Admitted, Caller, CallerFirstRoute, Services, Use, Way, services_of
from api.errors import BadInputError
from api.resources.incidents.answer import MAX_DIGITS, answer_incident, answer_standing, version_of
from api.resources.incidents.isian import isian_of
from api.resources.incidents.schemas import IncidentShown, StepCompletion, on_behalf
from api.text import Line
from ir_platform.domain.evidence import EvidenceId
from ir_platform.domain.person import Account
from ir_platform.ports import ConflictError, RememberedAnswer, UnitOfWork
from playbooks.errors import PlaybookRefusalError
from playbooks.runner import CompleteStepRequest


class StepRoute(CallerFirstRoute):
    """Says that a step is not the caller's before it says what is wrong with the body.

    A body that is right needs no such look: the command itself asks for the role before anything else.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_step(request: Request) -> Response:
            try:
                return await handle(request)
            except RequestValidationError:
                await run_in_threadpool(refuse_stranger, request)
                raise

        return handle_step


def refuse_stranger(request: Request) -> None:
    """Raises: what `Runner.check_role` raises, for a request that `admit` has let in."""
    services, named = services_of(request), request.path_params["no"]
    if not named.isdecimal() or len(named) > MAX_DIGITS:
        return
    with services.state.read() as uow:
        services.runner.check_role(uow, request.state.incident, int(named), request.state.caller)


router = APIRouter(prefix="/incidents", tags=["incidents"], route_class=StepRoute)


@router.post("/{incident_id}/steps/{no}/complete")
def complete_step(  # noqa: PLR0913, PLR0917  what a request may carry
    no: int,
    body: StepCompletion,
    response: Response,
    services: Use,
    caller: Caller,
    way: Way,
    incident: Admitted,
    if_match: Annotated[str | None, Header()] = None,
    idempotency_key: Annotated[Line | None, Header(max_length=200)] = None,
) -> IncidentShown:
    """Carry out a step. Refusals change nothing: 401, 404, 403, 409 and 422, looked for in this order."""
    digest = request_digest(incident.id, no, body) if idempotency_key else ""
    if idempotency_key or if_match is not None:
        # What is wrong with these headers is said after what the command says first.
        with services.state.read() as uow:
            services.runner.check_role(uow, incident, no, caller)
            if idempotency_key and was_done_before(uow, caller, idempotency_key, digest):
                return answer_incident(services, incident.id, caller, response)

    def remember(uow: UnitOfWork) -> None:
        if idempotency_key:
            answer = RememberedAnswer(request_sha256=digest, status=200, body="")
            uow.idempotency.put(caller.id, idempotency_key, answer, services.clock())

    request = CompleteStepRequest(
        no=no,
        catatan=body.catatan,
        keputusan=body.keputusan,
        alasan=body.alasan,
        sebab=body.sebab,
        lampiran=tuple(EvidenceId(one) for one in body.lampiran),
        nihil=tuple(sorted(body.nihil.items())),
        atas_nama=on_behalf(body.atas_nama),
        isian=isian_of(body.isian),
        sebagai=body.sebagai,
        putaran=body.putaran,
        expected_version=version_of(if_match),
        way=way,
    )
    try:
        after = services.runner.complete(incident.id, request, caller, also=remember)
    except (PlaybookRefusalError, ConflictError):
        if not was_done_meanwhile(services, caller, idempotency_key, digest):
            raise
        return answer_incident(services, incident.id, caller, response)
    return answer_standing(services, after, response)


def request_digest(incident_id: str, no: int, body: StepCompletion) -> str:
    text = json.dumps([incident_id, no, body.model_dump(mode="json")], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def was_done_before(uow: UnitOfWork, caller: Account, key: str, digest: str) -> bool:
    """Whether this very request was carried out already. Raises: BadInputError for another request with its key."""
    remembered = uow.idempotency.get(caller.id, key)
    if remembered is not None and remembered.request_sha256 != digest:
        raise BadInputError(detail="Idempotency-Key ini sudah dipakai untuk permintaan lain.")
    return remembered is not None


def was_done_meanwhile(services: Services, caller: Account, key: str | None, digest: str) -> bool:
    """Whether the first try of a retry, for which it waited, has carried it out. Raises: BadInputError."""
    if not key:
        return False
    with services.state.read() as uow:
        return was_done_before(uow, caller, key, digest)
