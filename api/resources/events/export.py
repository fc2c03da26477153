"""Taking what a search finds out of the store as one file."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from threading import Lock
from typing import IO, Annotated, Final

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse
from pydantic import Field

from api.dependencies import HomeMember, Use, Way
from api.errors import ApiError
from api.resources.events.routes import From, QueryText, To, instant
from api.resources.evidence.routes import written_download
from api.text import Line
from ir_platform.audit.custody import handler_of
from ir_platform.domain.event_export import ExportAsked, Exported, ExportForm

router = APIRouter(prefix="/events", tags=["events"])

MAX_EVENTS: Final = 1_000_000
"""In one answer; the command line takes any number."""
MAX_COLUMNS: Final = 500
ColumnName = Annotated[Line, Field(max_length=128)]
_writing = Lock()


class ExportBusyError(ApiError):
    status = HTTPStatus.CONFLICT
    detail = "Ekspor kejadian lain sedang berjalan. Tunggu sampai selesai."


def asked_for(
    q: QueryText = "*",
    time_from: From = None,
    time_to: To = None,
    form: Annotated[ExportForm, Query(alias="format")] = ExportForm.JSONL,
    column: Annotated[list[ColumnName] | None, Query(max_length=MAX_COLUMNS)] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_EVENTS)] = 100_000,
) -> ExportAsked:
    return ExportAsked(
        query=q,
        time_from=instant(time_from),
        time_to=instant(time_to),
        form=form,
        columns=tuple(dict.fromkeys(column or ())),
        most=limit,
    )


@router.get("/export", response_class=StreamingResponse)
def export_events(
    services: Use, caller: HomeMember, way: Way, asked: Annotated[ExportAsked, Depends(asked_for)]
) -> StreamingResponse:
    """Return the newest events found, as a file; who took it is in the audit trail. One export at a time.

    The headers `X-Tanggap-Events` and `X-Tanggap-Complete` say how many there are and whether these are all.
    """
    done: list[Exported] = []

    def write(target: IO[bytes]) -> None:
        done.append(services.event_export(asked, target, handler_of(caller, way)))

    with one_at_a_time():
        answer = written_download(services, write, name=f"kejadian.{asked.form}")
    answer.headers["X-Tanggap-Events"] = str(done[0].events)
    answer.headers["X-Tanggap-Complete"] = str(done[0].is_complete).lower()
    return answer


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """A large file takes the store's and the disk's time. Raises: ExportBusyError."""
    if not _writing.acquire(blocking=False):
        raise ExportBusyError
    try:
        yield
    finally:
        _writing.release()
