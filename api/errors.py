"""The one table from an error to an HTTP status and a Bahasa Indonesia sentence (RFC 9457 problem documents)."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from ir_platform.identity.accounts import PasswordPolicyError, SignInRefusedError, SignInThrottledError
from ir_platform.incidents.transitions import AlertTransitionError, MissingReasonError
from ir_platform.ports import BadQueryError, ConflictError, FileTooLargeError
from playbooks.errors import (
    ClosedIncidentError,
    NotActiveError,
    PlaybookRefusalError,
    StalePutaranError,
    UnknownIncidentError,
    UnknownStepError,
    WrongRoleError,
)

log = structlog.get_logger()


class ApiError(Exception):
    """A refusal that belongs to HTTP alone."""

    status = HTTPStatus.BAD_REQUEST
    detail = "Permintaan tidak dapat dipenuhi."

    def __init__(self, *, detail: str | None = None) -> None:
        super().__init__(detail or self.detail)
        self.detail = detail or self.detail


class SignInNeededError(ApiError):
    status = HTTPStatus.UNAUTHORIZED
    detail = "Silakan masuk terlebih dahulu."


class CsrfError(ApiError):
    status = HTTPStatus.FORBIDDEN
    detail = "Permintaan ditolak karena tidak berasal dari halaman ini. Muat ulang halaman lalu coba lagi."


class PasswordChangeDueError(ApiError):
    status = HTTPStatus.FORBIDDEN
    detail = "Kata sandi sekali pakai harus diganti sebelum melanjutkan."


class NotAllowedError(ApiError):
    status = HTTPStatus.FORBIDDEN
    detail = "Anda tidak berwenang melakukan ini."


class NotFoundError(ApiError):
    status = HTTPStatus.NOT_FOUND
    detail = "Data tidak ditemukan."


class StaleError(ApiError):
    status = HTTPStatus.CONFLICT
    detail = "Data sudah berubah sejak Anda membukanya. Muat ulang lalu coba lagi."


class BadInputError(ApiError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    detail = "Isian belum benar."


Sentence = Callable[[Any], str]


def own_words(error: Exception) -> str:
    return str(error)


TABLE: tuple[tuple[type[Exception], HTTPStatus, Sentence], ...] = (
    (WrongRoleError, HTTPStatus.FORBIDDEN, own_words),
    (NotActiveError, HTTPStatus.CONFLICT, own_words),
    (StalePutaranError, HTTPStatus.CONFLICT, own_words),
    (UnknownIncidentError, HTTPStatus.NOT_FOUND, own_words),
    (UnknownStepError, HTTPStatus.NOT_FOUND, own_words),
    (ClosedIncidentError, HTTPStatus.CONFLICT, own_words),
    (PlaybookRefusalError, HTTPStatus.UNPROCESSABLE_ENTITY, own_words),
    (AlertTransitionError, HTTPStatus.CONFLICT, own_words),
    (MissingReasonError, HTTPStatus.UNPROCESSABLE_ENTITY, own_words),
    (PasswordPolicyError, HTTPStatus.UNPROCESSABLE_ENTITY, own_words),
    (SignInThrottledError, HTTPStatus.TOO_MANY_REQUESTS, own_words),
    (SignInRefusedError, HTTPStatus.UNAUTHORIZED, own_words),
    (BadQueryError, HTTPStatus.UNPROCESSABLE_ENTITY, own_words),
    (ConflictError, HTTPStatus.CONFLICT, lambda error: StaleError.detail),
    (FileTooLargeError, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, lambda error: too_large(error.limit_bytes)),
)
"""Narrower types first: the first that fits answers."""


def too_large(limit_bytes: int) -> str:
    return f"Berkas melebihi batas {limit_bytes // 1024**2} MiB."


def problem(status: int, detail: str, **more: object) -> JSONResponse:
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": int(status), "detail": detail, **more}
    headers = {"WWW-Authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else None
    return JSONResponse(body, status_code=status, media_type="application/problem+json", headers=headers)


def answer(status: HTTPStatus, sentence: Sentence) -> Callable[[Request, Exception], JSONResponse]:
    return lambda request, error: problem(status, sentence(error))


def on_api_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ApiError)
    return problem(error.status, error.detail)


def on_invalid_body(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    faults = [{"tempat": ".".join(str(part) for part in one["loc"]), "alasan": one["msg"]} for one in error.errors()]
    places = ", ".join(fault["tempat"] for fault in faults[:5])
    return problem(422, f"Isian belum benar: {places}.", errors=faults)


HTTP_SENTENCES = {404: NotFoundError.detail, 405: "Metode ini tidak tersedia di alamat ini."}


def on_http_exception(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return problem(error.status_code, HTTP_SENTENCES.get(error.status_code, ApiError.detail))


def on_unexpected(request: Request, error: Exception) -> JSONResponse:
    log.error("request_failed", path=request.url.path, error=type(error).__name__, exc_info=error)
    return problem(500, "Terjadi kesalahan di server. Kejadian ini sudah dicatat.")


def install(app: FastAPI) -> None:
    for kind, status, sentence in TABLE:
        app.add_exception_handler(kind, answer(status, sentence))
    app.add_exception_handler(ApiError, on_api_error)
    app.add_exception_handler(RequestValidationError, on_invalid_body)
    app.add_exception_handler(HTTPException, on_http_exception)
    app.add_exception_handler(Exception, on_unexpected)
