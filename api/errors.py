"""The one table from an error to an HTTP status and a Bahasa Indonesia sentence (RFC 9457 problem documents)."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.headers import add_headers
from api.problem import problem
from api.shippers.refusals import ShipmentRefusedError, on_refused
from detections.desk import RuleDecisionError, UnknownRuleThingError
from detections.packs import PackError
from detections.taking_in import PackBusyError
from ir_platform.audit.handling import ContentMismatchError
from ir_platform.documents.catalog import UnknownDocumentKindError
from ir_platform.documents.refusals import DocumentConflictError, DocumentRefusalError, TemplateRefusedError
from ir_platform.documents.seal import SealKeyError
from ir_platform.identity.accounts import (
    InvalidRoleError,
    InvalidUsernameError,
    NotDisabledError,
    PasswordPolicyError,
    SignInRefusedError,
    SignInThrottledError,
    UnknownAccountError,
)
from ir_platform.identity.offices import InvalidOfficeError, UnknownOfficeError
from ir_platform.identity.positions import InvalidPositionError, SubstitutedAlreadyError, UnknownPositionError
from ir_platform.identity.sources import InvalidSourceError, UnknownSourceError
from ir_platform.incidents.transitions import AlertTransitionError, MissingReasonError
from ir_platform.ports import (
    BadQueryError,
    ConflictError,
    FileTooLargeError,
    NameTakenError,
    StateUnavailableError,
    StoreUnreachableError,
    UncountableFieldError,
)
from playbooks.errors import (
    AlreadyForwardedError,
    AlreadySharedError,
    BadPlaybookError,
    ClosedIncidentError,
    Fault,
    FaultyDraftError,
    MayNotDecideError,
    NotActiveError,
    NotADraftError,
    NotDirectingError,
    NotHeldError,
    NotOfficialError,
    NotRecipientError,
    NotSharedError,
    OtherPlaybookError,
    OutdatedViewError,
    OwnWorkError,
    PlaybookRefusalError,
    RunConflictError,
    SameLevelError,
    StalePutaranError,
    TooManyVersionsError,
    UnknownDisposisiError,
    UnknownIncidentError,
    UnknownProposalError,
    UnknownStepError,
    UnknownVersionError,
    UnusableFormError,
    WrongRoleError,
)
from playbooks.legal_errors import AlreadyRatedError, AlreadySentError, MayNotRateError, UnknownLegalClockError
from playbooks.upload_errors import (
    NoRoomError,
    TooManyUploadsError,
    UnknownUploadError,
    UploadBusyError,
    UploadExpiredError,
    UploadOverrunError,
    UploadTooLargeError,
    WrongOffsetError,
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


class UnderWayError(ApiError):
    status = HTTPStatus.CONFLICT
    detail = "Pekerjaan yang sama masih berjalan."


class BadInputError(ApiError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    detail = "Isian belum benar."


Sentence = Callable[[Any], str]


def own_words(error: Exception) -> str:
    return str(error)


UNAVAILABLE = "Basis data sedang tidak dapat dipakai; tidak ada yang berubah. Coba lagi sebentar lagi."
EVENTS_UNAVAILABLE = "Penyimpanan kejadian tidak menjawab. Coba lagi sebentar."

TABLE: tuple[tuple[type[Exception], HTTPStatus, Sentence], ...] = (
    (WrongRoleError, HTTPStatus.FORBIDDEN, own_words),
    (OwnWorkError, HTTPStatus.FORBIDDEN, own_words),
    (NotHeldError, HTTPStatus.FORBIDDEN, own_words),
    (NotDirectingError, HTTPStatus.FORBIDDEN, own_words),
    (AlreadySharedError, HTTPStatus.CONFLICT, own_words),
    (NotSharedError, HTTPStatus.NOT_FOUND, own_words),
    (NotActiveError, HTTPStatus.CONFLICT, own_words),
    (StalePutaranError, HTTPStatus.CONFLICT, own_words),
    (UnknownIncidentError, HTTPStatus.NOT_FOUND, own_words),
    (UnknownDisposisiError, HTTPStatus.NOT_FOUND, own_words),
    (NotRecipientError, HTTPStatus.FORBIDDEN, own_words),
    (NotOfficialError, HTTPStatus.FORBIDDEN, own_words),
    (AlreadyForwardedError, HTTPStatus.CONFLICT, own_words),
    (SameLevelError, HTTPStatus.CONFLICT, own_words),
    (UnknownStepError, HTTPStatus.NOT_FOUND, own_words),
    (ClosedIncidentError, HTTPStatus.CONFLICT, own_words),
    (MayNotDecideError, HTTPStatus.FORBIDDEN, own_words),
    (RunConflictError, HTTPStatus.CONFLICT, own_words),
    (UnknownProposalError, HTTPStatus.NOT_FOUND, own_words),
    (MayNotRateError, HTTPStatus.FORBIDDEN, own_words),
    (UnknownLegalClockError, HTTPStatus.NOT_FOUND, own_words),
    (AlreadyRatedError, HTTPStatus.CONFLICT, own_words),
    (AlreadySentError, HTTPStatus.CONFLICT, own_words),
    (PlaybookRefusalError, HTTPStatus.UNPROCESSABLE_ENTITY, own_words),
    (DocumentConflictError, HTTPStatus.CONFLICT, own_words),
    (DocumentRefusalError, HTTPStatus.UNPROCESSABLE_ENTITY, own_words),
    (UnknownDocumentKindError, HTTPStatus.UNPROCESSABLE_ENTITY, lambda error: "Jenis dokumen ini tidak ada."),
    (SealKeyError, HTTPStatus.CONFLICT, lambda error: "Kunci segel lokal tidak dapat dibaca. Hubungi administrator."),
    (UnknownVersionError, HTTPStatus.NOT_FOUND, own_words),
    (NotADraftError, HTTPStatus.CONFLICT, own_words),
    (OutdatedViewError, HTTPStatus.CONFLICT, own_words),
    (TooManyVersionsError, HTTPStatus.CONFLICT, own_words),
    (OtherPlaybookError, HTTPStatus.UNPROCESSABLE_ENTITY, own_words),
    (AlertTransitionError, HTTPStatus.CONFLICT, own_words),
    (MissingReasonError, HTTPStatus.UNPROCESSABLE_ENTITY, own_words),
    (PasswordPolicyError, HTTPStatus.UNPROCESSABLE_ENTITY, own_words),
    (UnknownOfficeError, HTTPStatus.UNPROCESSABLE_ENTITY, own_words),
    (InvalidOfficeError, HTTPStatus.UNPROCESSABLE_ENTITY, own_words),
    (InvalidPositionError, HTTPStatus.UNPROCESSABLE_ENTITY, own_words),
    (SubstitutedAlreadyError, HTTPStatus.CONFLICT, own_words),
    (InvalidRoleError, HTTPStatus.UNPROCESSABLE_ENTITY, own_words),
    (InvalidUsernameError, HTTPStatus.UNPROCESSABLE_ENTITY, own_words),
    (UnknownAccountError, HTTPStatus.NOT_FOUND, own_words),
    (NotDisabledError, HTTPStatus.CONFLICT, own_words),
    (UnknownPositionError, HTTPStatus.NOT_FOUND, own_words),
    (NameTakenError, HTTPStatus.CONFLICT, lambda error: f"Nama ini sudah dipakai: {error.name}"),
    (RuleDecisionError, HTTPStatus.UNPROCESSABLE_ENTITY, own_words),
    (UnknownRuleThingError, HTTPStatus.NOT_FOUND, own_words),
    (PackError, HTTPStatus.UNPROCESSABLE_ENTITY, lambda error: f"Paket tidak diterima: {error.reason}."),
    (PackBusyError, HTTPStatus.CONFLICT, own_words),
    (UnknownUploadError, HTTPStatus.NOT_FOUND, own_words),
    (UploadExpiredError, HTTPStatus.GONE, own_words),
    (UploadBusyError, HTTPStatus.LOCKED, own_words),
    (WrongOffsetError, HTTPStatus.CONFLICT, own_words),
    (UploadTooLargeError, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, own_words),
    (UploadOverrunError, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, own_words),
    (TooManyUploadsError, HTTPStatus.TOO_MANY_REQUESTS, own_words),
    (NoRoomError, HTTPStatus.INSUFFICIENT_STORAGE, own_words),
    (SignInRefusedError, HTTPStatus.UNAUTHORIZED, own_words),
    (UncountableFieldError, HTTPStatus.UNPROCESSABLE_ENTITY, own_words),
    (StoreUnreachableError, HTTPStatus.SERVICE_UNAVAILABLE, lambda error: EVENTS_UNAVAILABLE),
    (ContentMismatchError, HTTPStatus.CONFLICT, own_words),
    (InvalidSourceError, HTTPStatus.UNPROCESSABLE_ENTITY, own_words),
    (UnknownSourceError, HTTPStatus.NOT_FOUND, own_words),
    (StateUnavailableError, HTTPStatus.SERVICE_UNAVAILABLE, lambda error: UNAVAILABLE),
    (ConflictError, HTTPStatus.CONFLICT, lambda error: StaleError.detail),
    (FileTooLargeError, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, lambda error: too_large(error.limit_bytes)),
)
"""Narrower types first: the first that fits answers."""


def too_large(limit_bytes: int) -> str:
    return f"Berkas melebihi batas {limit_bytes // 1024**2} MiB."


def answer(status: HTTPStatus, sentence: Sentence) -> Callable[[Request, Exception], JSONResponse]:
    return lambda request, error: problem(status, sentence(error))


def on_api_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ApiError)
    return problem(error.status, error.detail)


def on_faulty_sop(request: Request, error: Exception) -> JSONResponse:
    """An SOP's text or form that cannot be used, with the place of each fault."""
    assert isinstance(error, BadPlaybookError | FaultyDraftError | UnusableFormError)
    if isinstance(error, UnusableFormError):
        faults: tuple[Fault, ...] = (Fault(line=1, reason=error.reason, place=error.place),)
    else:
        faults = error.faults
    shown = [{"tempat": place_of(fault.place), "alasan": fault.reason, "baris": str(fault.line)} for fault in faults]
    sentence = "Teks SOP tidak dapat dibaca." if isinstance(error, BadPlaybookError) else str(error)
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, sentence, errors=shown[:100])


def on_throttled(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, SignInThrottledError)
    headers = {"Retry-After": str(error.retry_after_seconds)}
    return problem(HTTPStatus.TOO_MANY_REQUESTS, str(error), headers=headers)


def on_bad_query(request: Request, error: Exception) -> JSONResponse:
    """A search query, with the place in it that cannot be read: characters are counted from 0."""
    assert isinstance(error, BadQueryError)
    fault = {"tempat": "q", "posisi": str(error.at), "alasan": error.reason}
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error), errors=[fault])


def on_template_refused(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, TemplateRefusedError)
    faults = [{"tempat": fault.tempat, "alasan": fault.alasan} for fault in error.faults]
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error), errors=faults)


REASONS = {
    "missing": "wajib diisi",
    "string_too_short": "terlalu pendek",
    "string_too_long": "terlalu panjang",
    "too_short": "terlalu sedikit",
    "too_long": "terlalu banyak",
    "enum": "bukan salah satu pilihan",
    "literal_error": "bukan salah satu pilihan",
    "greater_than_equal": "terlalu kecil",
    "less_than_equal": "terlalu besar",
    "json_invalid": "bukan JSON",
    "control_character": "memuat karakter kendali",
    "not_one_line": "harus satu baris tanpa karakter kendali",
}
OTHER_REASON = "bentuknya tidak sesuai"


def on_invalid_body(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    faults = [
        {"tempat": place_of(one["loc"]), "alasan": REASONS.get(one["type"], OTHER_REASON)} for one in error.errors()
    ]
    places = ", ".join(fault["tempat"] for fault in faults[:5])
    return problem(422, f"Isian belum benar: {places}.", errors=faults[:100])


def place_of(location: tuple[int | str, ...]) -> str:
    """Return where in the request, such as `body.judul`; the caller may have named a part with any characters."""
    return ".".join(str(part) for part in location).encode(errors="replace").decode()[:200]


HTTP_SENTENCES = {404: NotFoundError.detail, 405: "Metode ini tidak tersedia di alamat ini."}


def on_http_exception(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    ours = error.detail if error.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE else ApiError.detail
    return problem(error.status_code, HTTP_SENTENCES.get(error.status_code, ours), headers=error.headers)


def on_unexpected(request: Request, error: Exception) -> JSONResponse:
    log.error("request_failed", path=request.url.path, error=type(error).__name__, exc_info=error)
    response = problem(500, "Terjadi kesalahan di server. Kejadian ini sudah dicatat.")
    add_headers(response.headers, path=request.url.path)  # this answer is given outside of every middleware
    return response


def install(app: FastAPI) -> None:
    for kind, status, sentence in TABLE:
        app.add_exception_handler(kind, answer(status, sentence))
    app.add_exception_handler(BadQueryError, on_bad_query)
    app.add_exception_handler(TemplateRefusedError, on_template_refused)
    app.add_exception_handler(ApiError, on_api_error)
    app.add_exception_handler(ShipmentRefusedError, on_refused)
    app.add_exception_handler(SignInThrottledError, on_throttled)
    for faulty in (BadPlaybookError, FaultyDraftError, UnusableFormError):
        app.add_exception_handler(faulty, on_faulty_sop)
    app.add_exception_handler(RequestValidationError, on_invalid_body)
    app.add_exception_handler(HTTPException, on_http_exception)
    app.add_exception_handler(Exception, on_unexpected)
