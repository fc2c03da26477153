"""Signing in: a bearer token for scripts, a cookie session for the page."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from secrets import token_urlsafe
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from api.dependencies import CSRF_COOKIE, SESSION_COOKIE, Authenticated, Services, Use, is_office_member
from api.resources.auth.schemas import Me, PasswordChange, Peran, Posisi, SignIn, Token
from api.text import Line, Text
from ir_platform.audit.record import record
from ir_platform.domain.office import HOME_OFFICE
from ir_platform.domain.person import Account
from ir_platform.identity.accounts import authenticate, change_password
from ir_platform.identity.offices import named_offices
from ir_platform.identity.power import as_of, offices_of, roles_of

router = APIRouter(tags=["auth"])


def sign_in(request: Request, services: Services, *, username: str, password: str) -> Account:
    """Return the account. Raises: SignInRefusedError, SignInThrottledError."""
    return authenticate(
        services.state,
        username=username,
        password=password,
        address=request.client.host if request.client else "",
        throttle=services.throttle,
        now=services.clock(),
    )


def shown_roles(roles: Iterable[str], names: Mapping[str, str]) -> list[Peran]:
    """Return roles with their names; of one bound to a playbook, that of the role."""
    return [Peran(id=role, nama=names.get(role.rpartition(":")[2], role)) for role in sorted(roles)]


def me_of(account: Account, services: Services) -> Me:
    home = services.settings.office_name
    with services.state.read() as uow:
        names = services.library.role_names_in_force(uow)
        offices = {one.id: one.nama for one in named_offices(uow, home=home)}
        replaced = {one.replaces: uow.accounts.by_id(one.replaces) for one in account.positions if one.replaces}
    people = {one: found.display_name for one, found in replaced.items() if found}
    return Me(
        id=account.id,
        username=account.username,
        nama=account.display_name,
        jabatan=account.jabatan,
        peran=shown_roles(roles_of(account), names),
        posisi=[
            Posisi(
                id=one.id,
                jabatan=one.jabatan,
                kedudukan=one.kedudukan,
                kantor=one.office_id,
                kantor_nama=offices.get(one.office_id, one.office_id),
                peran=shown_roles(one.roles, names),
                mulai=one.begins,
                sampai=one.ends,
                nomor_surat=one.letter_number,
                tanggal_surat=one.letter_date,
                menggantikan=people.get(one.replaces) if one.replaces else None,
            )
            for one in account.positions
        ],
        is_admin=account.is_admin,
        petugas=is_office_member(account),
        harus_ganti_sandi=account.must_change_password,
        kantor_id=account.office_id,
        kantor=offices.get(account.office_id, home),
        kantor_utama=HOME_OFFICE in offices_of(account),
        zona=services.settings.timezone,
    )


@router.post("/auth/token")
def create_token(
    request: Request,
    services: Use,
    username: Annotated[Line, Form(max_length=64)],
    password: Annotated[Text, Form(max_length=1024)],
) -> Token:
    account = sign_in(request, services, username=username, password=password)
    lifetime = timedelta(minutes=services.settings.access_token_minutes)
    token = services.tokens.issue(account, use="api", now=services.clock(), lifetime=lifetime, jti=services.new_id())
    return Token(access_token=token, expires_in=int(lifetime.total_seconds()))


@router.post("/auth/session")
def create_session(request: Request, response: Response, services: Use, body: SignIn) -> Me:
    account = sign_in(request, services, username=body.username, password=body.password)
    set_session(request, response, services, account)
    return me_of(as_of(account, on=services.today()), services)


def set_session(request: Request, response: Response, services: Services, account: Account) -> None:
    lifetime = timedelta(hours=services.settings.session_hours)
    token = services.tokens.issue(
        account, use="session", now=services.clock(), lifetime=lifetime, jti=services.new_id()
    )
    for name, value, hidden in ((SESSION_COOKIE, token, True), (CSRF_COOKIE, token_urlsafe(24), False)):
        response.set_cookie(
            name,
            value,
            max_age=int(lifetime.total_seconds()),
            httponly=hidden,
            samesite="strict",
            secure=request.url.scheme == "https",
        )


@router.delete("/auth/session", status_code=204)
def delete_session(response: Response, caller: Authenticated) -> None:
    for name in (SESSION_COOKIE, CSRF_COOKIE):
        response.delete_cookie(name, samesite="strict")


@router.post("/auth/password")
def set_password(
    request: Request, response: Response, services: Use, caller: Authenticated, body: PasswordChange
) -> Me:
    """Change the caller's own password; every other session and token of the account ends."""
    account = change_password(
        services.state, account_id=caller.id, old=body.lama, new=body.baru, now=services.clock(), record=record
    )
    set_session(request, response, services, account)
    return me_of(as_of(account, on=services.today()), services)


@router.get("/me")
def show_me(services: Use, caller: Authenticated) -> Me:
    return me_of(caller, services)
