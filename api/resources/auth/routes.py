"""Signing in: a bearer token for scripts, a cookie session for the page."""

from datetime import timedelta
from secrets import token_urlsafe
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from api.dependencies import CSRF_COOKIE, SESSION_COOKIE, Authenticated, Services, Use, is_office_member
from api.resources.auth.schemas import Me, PasswordChange, Peran, SignIn, Token
from api.text import Line, Text
from ir_platform.audit.record import record
from ir_platform.domain.person import Account
from ir_platform.identity.accounts import authenticate, change_password
from ir_platform.identity.power import as_of, roles_of

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


def me_of(account: Account, services: Services) -> Me:
    with services.state.read() as uow:
        names = services.library.role_names_in_force(uow)
    return Me(
        id=account.id,
        username=account.username,
        nama=account.display_name,
        jabatan=account.jabatan,
        peran=[Peran(id=role, nama=names.get(role, role)) for role in sorted(roles_of(account))],
        is_admin=account.is_admin,
        petugas=is_office_member(account),
        harus_ganti_sandi=account.must_change_password,
        kantor=services.settings.office_name,
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
