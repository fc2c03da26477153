"""What a request handler may use, and who is calling."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import date
from typing import IO, Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute

from api.access import find_readable, require_more_than_reading
from api.errors import CsrfError, NotAllowedError, NotFoundError, PasswordChangeDueError, SignInNeededError
from api.shippers.desk import Shippers
from api.text import CONTROLS
from detections.desk import RuleDesk
from ingest.pcap.tshark import Tshark
from ir_platform.audit.custody import Handler
from ir_platform.audit.handling import Handling
from ir_platform.audit.trail import AuditTrail
from ir_platform.calendar.desk import CalendarDesk
from ir_platform.calendar.zones import zone_of
from ir_platform.config import Settings
from ir_platform.documents.registry import Registry
from ir_platform.documents.stationery import Stationer
from ir_platform.domain.custody import CustodyWay
from ir_platform.domain.event_export import ExportAsked, Exported
from ir_platform.domain.evidence import Evidence
from ir_platform.domain.incident import Incident
from ir_platform.domain.job import JobId
from ir_platform.domain.office import HOME_OFFICE, OfficeId
from ir_platform.domain.person import Account
from ir_platform.identity.power import as_of, offices_of
from ir_platform.identity.throttle import SignInThrottle
from ir_platform.identity.tokens import TokenClaims, TokenError, Tokens, TokenUse, require_current
from ir_platform.ports import Calendars, Clock, EventReader, Files, JobBell, NewId, SpoolLag, State, UnitOfWork
from playbooks.aftermath import Aftermath
from playbooks.desk import Desk
from playbooks.figures import Period
from playbooks.legal import LegalDesk
from playbooks.library import Library
from playbooks.opening import Opener
from playbooks.runner import Runner
from playbooks.uploads import UploadDesk

SESSION_COOKIE = "irp_session"
CSRF_COOKIE = "irp_csrf"
CSRF_HEADER = "x-csrf-token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything the API needs, joined by `ir_platform.app.wiring`."""

    settings: Settings
    state: State
    events: EventReader
    files: Files
    library: Library
    runner: Runner
    registry: Registry
    rules: RuleDesk
    stationer: Stationer
    opener: Opener
    calendars: Calendars
    calendar_desk: CalendarDesk
    legal: LegalDesk
    desk: Desk
    aftermath: Aftermath
    handling: Handling
    audit: AuditTrail
    export: Callable[[Incident, IO[bytes], Handler], None]
    """Write the incident's package and note who took it. Raises: UnknownIncidentError, OSError."""
    audit_pack: Callable[[Period, IO[bytes], Handler, frozenset[OfficeId] | None], None]
    """Write the auditor's pack of a period and note who took it. Raises: OSError."""
    event_export: Callable[[ExportAsked, IO[bytes], Handler], Exported]
    """Write the events asked for and note who took them. Raises: BadQueryError, OSError."""
    tokens: Tokens
    throttle: SignInThrottle
    bell: JobBell
    clock: Clock
    new_id: NewId
    version: str
    captures_available: Callable[[], bool]
    find_tshark: Callable[[], Tshark]
    """Raises: CaptureUnavailableError."""
    intake_answers: Callable[[], bool]
    database_answers: Callable[[], bool]
    analyse: Callable[[Evidence], JobId | None]
    """Queue the analysis of evidence that is a capture or log; None where it is neither."""
    uploads: UploadDesk
    shippers: Shippers
    spool_lag: Callable[[], SpoolLag]
    """How much was received and waits to be read. Raises: OSError."""

    def today(self) -> date:
        """Return the day in the office's zone: positions begin and end with one."""
        return self.clock().astimezone(zone_of(self.settings.timezone)).date()


def services_of(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


# Dependencies that wait for nothing are `async`: FastAPI sends every other function to a thread, and each such journey
# waits twice for the interpreter while others use it.
async def services_for(request: Request) -> Services:
    return services_of(request)


Use = Annotated[Services, Depends(services_for)]


async def storable_path(request: Request) -> None:
    """Nothing of ours is called by what no database can hold. Raises: NotFoundError."""
    require_storable(request)


def require_storable(request: Request) -> None:
    """Raises: NotFoundError."""
    if any(CONTROLS.search(str(part)) for part in request.path_params.values()):
        raise NotFoundError


def bearer_of(request: Request) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


async def way_of(request: Request) -> CustodyWay:
    """Return from where the caller acts: a script brings a bearer token, the page its cookie."""
    return CustodyWay.HALAMAN if bearer_of(request) is None else CustodyWay.API


Way = Annotated[CustodyWay, Depends(way_of)]


def claims_of(request: Request, services: Services) -> TokenClaims:
    """Return what the caller's token says: a script's bearer token or the page's cookie. Raises: SignInNeededError."""
    bearer = bearer_of(request)
    token = request.cookies.get(SESSION_COOKIE) if bearer is None else bearer
    if token is None:
        raise SignInNeededError
    use: TokenUse = "session" if bearer is None else "api"
    try:
        return services.tokens.verify(token, use=use, now=services.clock())
    except TokenError as error:
        raise SignInNeededError from error


def account_of(uow: UnitOfWork, services: Services, claims: TokenClaims) -> Account:
    """Return the account of a valid token, as it stands today. Raises: SignInNeededError."""
    account = uow.accounts.by_id(claims.account_id)
    if account is None:
        raise SignInNeededError
    try:
        require_current(claims, account)
    except TokenError as error:
        raise SignInNeededError from error
    return as_of(account, on=services.today())


def authenticated(request: Request, services: Services) -> Account:
    """Return the caller, by bearer token or by the page's cookie; a cookie needs the CSRF header to change anything.

    Raises: SignInNeededError, CsrfError.
    """
    claims = claims_of(request, services)
    with services.state.read() as uow:
        return authenticated_in(uow, request, services, claims)


def authenticated_in(uow: UnitOfWork, request: Request, services: Services, claims: TokenClaims) -> Account:
    """Return the caller of a request with that token. Raises: SignInNeededError, CsrfError."""
    account = account_of(uow, services, claims)
    if claims.use == "session" and request.method not in SAFE_METHODS and not is_csrf_proven(request):
        raise CsrfError
    return account


def is_csrf_proven(request: Request) -> bool:
    """A script of another site can send the cookie, but cannot read it into the header."""
    expected = request.cookies.get(CSRF_COOKIE)
    return bool(expected) and request.headers.get(CSRF_HEADER) == expected


def authenticated_once(request: Request, services: Services) -> Account:
    """Return the caller of this request, looked up the first time it is asked for. Raises: see `authenticated`."""
    known: Account | None = getattr(request.state, "caller", None)
    if known is not None:
        return known
    caller = authenticated(request, services)
    request.state.caller = caller
    return caller


async def caller_of(request: Request, services: Use) -> Account:
    """Return the caller as `authenticated_once` does, by way of a thread only where nobody has looked yet."""
    known: Account | None = getattr(request.state, "caller", None)
    if known is not None:
        return known
    return await run_in_threadpool(authenticated_once, request, services)


Authenticated = Annotated[Account, Depends(caller_of)]


def signed_in(account: Account) -> Account:
    """Return the caller once a one-time password has been changed. Raises: PasswordChangeDueError."""
    if account.must_change_password:
        raise PasswordChangeDueError
    return account


async def signed_in_caller(account: Authenticated) -> Account:
    return signed_in(account)


Caller = Annotated[Account, Depends(signed_in_caller)]


def is_office_member(account: Account) -> bool:
    """Whether the caller belongs to an office that handles incidents; one without a role only reports."""
    return bool(offices_of(account))


async def office_member(account: Caller) -> Account:
    """Return a caller who may see what the office sees. Raises: NotAllowedError."""
    if not is_office_member(account):
        raise NotAllowedError(detail="Bagian ini hanya untuk petugas penanganan gangguan.")
    return account


OfficeMember = Annotated[Account, Depends(office_member)]


async def home_member(account: OfficeMember) -> Account:
    """Return a caller of the home office, whose the logs and findings are. Raises: NotAllowedError."""
    if HOME_OFFICE not in offices_of(account):
        raise NotAllowedError(detail="Bagian ini hanya untuk petugas kantor utama.")
    return account


HomeMember = Annotated[Account, Depends(home_member)]


def admit(request: Request) -> None:
    """Refuse a caller who is nobody, and whoever the incident of the path is not for: to see, or to change.

    Raises: SignInNeededError, CsrfError, PasswordChangeDueError, NotFoundError, NotAllowedError.
    """
    require_storable(request)
    services = services_of(request)
    claims = claims_of(request, services)
    with services.state.read() as uow:
        caller = authenticated_in(uow, request, services, claims)
        request.state.caller = caller
        signed_in(caller)
        incident_id = request.path_params.get("incident_id")
        if incident_id is None:
            return
        incident = find_readable(uow, caller, incident_id)
    if request.method not in SAFE_METHODS:
        require_more_than_reading(caller, incident)
    request.state.incident = incident


async def admitted_incident(incident_id: str, request: Request) -> Incident:
    """Return the incident of the path, which `admit` has found to be for the caller."""
    incident: Incident = request.state.incident
    return incident


Admitted = Annotated[Incident, Depends(admitted_incident)]
"""Of a route of `CallerFirstRoute` alone."""


def administrator(account: Caller) -> Account:
    """Return a caller who manages accounts, positions and settings. Raises: NotAllowedError."""
    if not account.is_admin:
        raise NotAllowedError(detail="Bagian ini hanya untuk administrator program.")
    return account


Administrator = Annotated[Account, Depends(administrator)]


class CallerFirstRoute(APIRoute):
    """Looks at who is calling, and whether the incident is for them, before the body is read.

    A stranger's file never reaches the disk, and what is wrong with a body is not told to who may not send one.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_caller(request: Request) -> Response:
            await run_in_threadpool(admit, request)
            return await handle(request)

        return handle_caller
