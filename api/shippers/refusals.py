"""Why a shipment is refused, whatever the shipper speaks."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from fastapi import Request
from fastapi.responses import JSONResponse

from api.problem import problem

RETRY_SECONDS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalKind:
    status: HTTPStatus
    elastic_type: str
    """The word by which Elasticsearch's clients know it."""
    detail: str
    """Bahasa Indonesia."""
    is_for_later: bool = False
    """The same shipment may be taken later."""


NOBODY: Final = RefusalKind(
    status=HTTPStatus.UNAUTHORIZED,
    elastic_type="security_exception",
    detail="Kunci sumber log salah, tidak ada, atau sudah dimatikan.",
)
TOO_LARGE: Final = RefusalKind(
    status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    elastic_type="content_too_long_exception",
    detail="Kiriman lebih besar daripada batas (IRP_BULK_MAX_BYTES).",
)
UNREADABLE: Final = RefusalKind(
    status=HTTPStatus.BAD_REQUEST,
    elastic_type="illegal_argument_exception",
    detail="Isi kiriman tidak dapat dibaca.",
)
OTHER_ENCODING: Final = RefusalKind(
    status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    elastic_type="media_type_header_exception",
    detail="Pemampatan kiriman tidak dikenal; pakai gzip atau tanpa pemampatan.",
)
BUSY: Final = RefusalKind(
    status=HTTPStatus.TOO_MANY_REQUESTS,
    elastic_type="es_rejected_execution_exception",
    detail="Terlalu banyak kiriman sekaligus; kirim lagi sebentar lagi.",
    is_for_later=True,
)
FULL: Final = RefusalKind(
    status=HTTPStatus.TOO_MANY_REQUESTS,
    elastic_type="es_rejected_execution_exception",
    detail="Ruang penyimpanan penuh; tidak ada yang disimpan.",
    is_for_later=True,
)
BEHIND: Final = RefusalKind(
    status=HTTPStatus.TOO_MANY_REQUESTS,
    elastic_type="es_rejected_execution_exception",
    detail="Terlalu banyak kiriman yang belum dibaca (IRP_SPOOL_MAX_BYTES); kirim lagi sebentar lagi.",
    is_for_later=True,
)
AWAY: Final = RefusalKind(
    status=HTTPStatus.SERVICE_UNAVAILABLE,
    elastic_type="unavailable_shards_exception",
    detail="Proses penerima log tidak menjawab; kirim lagi sebentar lagi.",
    is_for_later=True,
)


class ShipmentRefusedError(Exception):
    """Nothing of it was taken; `said` tells more than the kind does, where there is more."""

    def __init__(self, *, kind: RefusalKind, said: str | None = None) -> None:
        super().__init__(said or kind.detail)
        self.kind, self.said = kind, said

    @property
    def headers(self) -> dict[str, str]:
        if self.kind is NOBODY:
            return {"WWW-Authenticate": 'Basic realm="Tanggap", ApiKey'}
        return {"Retry-After": str(RETRY_SECONDS)} if self.kind.is_for_later else {}


def on_refused(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ShipmentRefusedError)
    return problem(error.kind.status, error.said or error.kind.detail, headers=error.headers)
