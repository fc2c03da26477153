"""The headers of tus 1.0.0 (https://tus.io/protocols/resumable-upload), read strictly: anybody sends them."""

import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus
from typing import Final

from fastapi import Request

from api.errors import ApiError

VERSION: Final = "1.0.0"
EXTENSIONS: Final = "creation,expiration,termination"
OFFSET_STREAM: Final = "application/offset+octet-stream"
MAX_METADATA_CHARACTERS: Final = 8_000
_NUMBER: Final = re.compile("[0-9]{1,18}", re.ASCII)
_KEY: Final = re.compile("[!-+\\--~]{1,100}", re.ASCII)
"""Printable ASCII without space and comma."""


class BadHeaderError(ApiError):
    status = HTTPStatus.BAD_REQUEST


class WrongVersionError(ApiError):
    status = HTTPStatus.PRECONDITION_FAILED
    detail = f"Unggahan memakai protokol tus {VERSION} (kepala Tus-Resumable)."


class WrongTypeError(ApiError):
    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    detail = f"Isi unggahan dikirim sebagai {OFFSET_STREAM}."


def require_version(request: Request) -> None:
    """Raises: WrongVersionError, and then nothing else of the request may count."""
    if request.headers.get("tus-resumable") != VERSION:
        raise WrongVersionError


def number_in(request: Request, name: str) -> int:
    """Return a length or offset. Raises: BadHeaderError where it is missing, negative, or no number a disk has."""
    given = request.headers.getlist(name)
    if len(given) != 1 or not _NUMBER.fullmatch(given[0].strip()):
        raise BadHeaderError(detail=f"Kepala {name} harus satu bilangan bulat, 0 atau lebih.")
    return int(given[0])


def require_offset_stream(request: Request) -> None:
    """Raises: WrongTypeError."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != OFFSET_STREAM:
        raise WrongTypeError


def metadata_of(text: str) -> Mapping[str, str]:
    """Return the pairs of `Upload-Metadata`; a key without a value has an empty one. Raises: BadHeaderError."""
    if len(text) > MAX_METADATA_CHARACTERS:
        raise BadHeaderError(detail="Kepala Upload-Metadata terlalu panjang.")
    found: dict[str, str] = {}
    for pair in text.split(",") if text.strip() else ():
        key, _, value = pair.strip().partition(" ")
        if not _KEY.fullmatch(key) or key in found:
            raise BadHeaderError(detail="Kepala Upload-Metadata memuat kunci yang tidak benar atau berulang.")
        found[key] = _decoded(value.strip())
    return found


def _decoded(value: str) -> str:
    """Raises: BadHeaderError."""
    try:
        return b64decode(value, validate=True).decode()
    except (Base64Error, ValueError) as error:
        raise BadHeaderError(detail="Nilai di kepala Upload-Metadata harus teks UTF-8 dalam Base64.") from error


def http_date(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True)
