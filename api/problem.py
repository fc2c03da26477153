"""An error as HTTP tells it: a problem document (RFC 9457) with a sentence in Bahasa Indonesia."""

from collections.abc import Mapping
from http import HTTPStatus

from fastapi.responses import JSONResponse


def problem(
    status: int, detail: str, *, headers: Mapping[str, str] | None = None, errors: list[dict[str, str]] | None = None
) -> JSONResponse:
    body: dict[str, object] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": detail,
    }
    if errors is not None:
        body["errors"] = errors
    if status == HTTPStatus.UNAUTHORIZED:
        headers = {"WWW-Authenticate": "Bearer", **(headers or {})}
    return JSONResponse(body, status_code=status, media_type="application/problem+json", headers=headers)
