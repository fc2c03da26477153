"""Time stamps of an outside authority (RFC 3161): asked for over HTTP, kept whole, checked against its certificate."""

import http.client
import urllib.error
import urllib.request
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    PKIStatus,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    Verifier,
    VerifierBuilder,
    decode_timestamp_response,
)

from ir_platform.domain.audit import AuditHead, AuditStamp

MAX_TOKEN_BYTES = 64 * 1024
MAX_CERTIFICATE_BYTES = 1024 * 1024
TIMEOUT_SECONDS = 10.0


class StampError(Exception):
    """There is no time stamp to be had, or one does not hold; `reason` in Bahasa Indonesia."""

    def __init__(self, *, reason: str) -> None:
        super().__init__(f"cap waktu: {reason}")
        self.reason = reason


class Ask(Protocol):
    def __call__(self, request: bytes) -> bytes:
        """Send a request (DER) and return the response (DER). Raises: StampError."""


def ask_over_http(url: str) -> Ask:
    """Return what asks the authority at this address (RFC 3161, section 3.4)."""

    def ask(request: bytes) -> bytes:
        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        posted = urllib.request.Request(url, data=request, headers=headers)  # noqa: S310  settings allow http(s) only
        try:
            with urllib.request.urlopen(posted, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
                token: bytes = answer.read(MAX_TOKEN_BYTES + 1)
        except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
            raise StampError(reason=f"otoritas tidak menjawab ({type(error).__name__})") from error
        if len(token) > MAX_TOKEN_BYTES:
            raise StampError(reason="jawaban otoritas terlalu besar")
        return token

    return ask


def stamped_bytes(seq: int, digest: str) -> bytes:
    """Return what is stamped of an entry: `SEQ HASH`, so that `openssl ts -verify -data` can check it by itself."""
    return f"{seq} {digest}".encode("ascii")


def stamp_head(head: AuditHead, ask: Ask, *, now: datetime) -> AuditStamp:
    """Return a stamp of the chain's end, once it is seen to speak of it. Raises: StampError."""
    message = stamped_bytes(head.seq, head.hash)
    request = TimestampRequestBuilder().data(message).hash_algorithm(HashAlgorithm.SHA256).build()
    token = ask(request.as_bytes())
    response = _decoded(token)
    if PKIStatus(response.status) is not PKIStatus.GRANTED:
        raise StampError(reason="permintaan ditolak otoritas")
    info = response.tst_info
    if info.nonce != request.nonce or info.message_imprint.message != sha256(message).digest():
        raise StampError(reason="jawaban otoritas tidak sesuai dengan permintaan")
    return AuditStamp(seq=head.seq, hash=head.hash, at=now, token=token)


def stamp_verifier(certificates: Path) -> Verifier:
    """Return what checks stamps against the authority's certificates (PEM; the self-signed ones are trusted).

    Raises: StampError.
    """
    builder = VerifierBuilder()
    roots = 0
    for certificate in _read_certificates(certificates):
        if certificate.issuer == certificate.subject:
            builder, roots = builder.add_root_certificate(certificate), roots + 1
        else:
            builder = builder.add_intermediate_certificate(certificate)
    if not roots:
        raise StampError(reason=f"{certificates} tidak berisi sertifikat akar otoritas")
    return builder.build()


def stamped_at(stamp: AuditStamp, verifier: Verifier) -> datetime:
    """Return the authority's own time of the stamp. Raises: StampError where it does not hold."""
    response = _decoded(stamp.token)
    try:
        verifier.verify_message(response, stamped_bytes(stamp.seq, stamp.hash))
    except (VerificationError, ValueError) as error:
        raise StampError(reason=f"tanda tangan otoritas pada entri {stamp.seq} tidak cocok") from error
    return response.tst_info.gen_time


def _decoded(token: bytes) -> TimeStampResponse:
    try:
        return decode_timestamp_response(token)
    except ValueError as error:
        raise StampError(reason="jawaban otoritas tidak terbaca") from error


def _read_certificates(path: Path) -> list[x509.Certificate]:
    try:
        with path.open("rb") as file:
            return x509.load_pem_x509_certificates(file.read(MAX_CERTIFICATE_BYTES))
    except OSError as error:
        raise StampError(reason=f"{path}: {error.strerror or type(error).__name__}") from error
    except ValueError as error:
        raise StampError(reason=f"{path} bukan sertifikat PEM") from error
