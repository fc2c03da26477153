"""TLS for what is received: certificate, key, and who may connect (RFC 5425; TLS 1.2 or newer)."""

import ssl
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any


class ClientCertificates(StrEnum):
    NONE = "none"
    """Nobody is asked for one."""
    OPTIONAL = "optional"
    """One that is shown must be of the CA."""
    REQUIRED = "required"


class TlsSettingsError(Exception):
    """Certificate, key or CA cannot be used; `reason` is in Bahasa Indonesia."""

    def __init__(self, *, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsFiles:
    certificate: Path
    """PEM; the server's own first, then those between it and the root."""
    key: Path | None
    """None: it lies in the certificate's file."""
    ca: Path | None
    """Whose client certificates are trusted."""
    clients: ClientCertificates
    setting: str = "IRP_SYSLOG_TLS"
    """What the settings that name these files begin with."""


@dataclass(slots=True)
class Handshakes:
    """How many were begun; those that were completed are connections."""

    begun: int = 0


def server_context(files: TlsFiles, handshakes: Handshakes) -> ssl.SSLContext:
    """Raises: TlsSettingsError."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    _load(context, files)
    if files.clients is not ClientCertificates.NONE:
        _trust(context, files)

    def note(connection: ssl.SSLObject | ssl.SSLSocket, name: str | None, of: ssl.SSLContext) -> None:
        handshakes.begun += 1

    # Called at every ClientHello, with a name or without: asyncio itself tells nobody of a handshake that failed.
    context.sni_callback = note
    return context


def _load(context: ssl.SSLContext, files: TlsFiles) -> None:
    try:
        # A key that asks for a password would wait for somebody at a terminal.
        context.load_cert_chain(files.certificate, files.key, password=lambda: "")
    except (OSError, ValueError) as error:
        place = files.certificate if files.key is None else f"{files.certificate}, {files.key}"
        reason = f"sertifikat atau kunci TLS tidak dapat dipakai: {place} ({_word(error)})"
        raise TlsSettingsError(reason=reason) from error


def _trust(context: ssl.SSLContext, files: TlsFiles) -> None:
    if files.ca is None:
        reason = f"sertifikat klien diperiksa terhadap sebuah CA; setel {files.setting}_CA"
        raise TlsSettingsError(reason=reason)
    try:
        context.load_verify_locations(files.ca)
    except (OSError, ValueError) as error:
        raise TlsSettingsError(reason=f"CA tidak dapat dipakai: {files.ca} ({_word(error)})") from error
    is_required = files.clients is ClientCertificates.REQUIRED
    context.verify_mode = ssl.CERT_REQUIRED if is_required else ssl.CERT_OPTIONAL


def _word(error: Exception) -> str:
    if isinstance(error, ssl.SSLError) and error.reason:
        return error.reason
    return getattr(error, "strerror", None) or type(error).__name__


def subject_of(connection: ssl.SSLObject | ssl.SSLSocket | None) -> str:
    """Return the common name of the client's certificate, which the handshake has verified; empty without one."""
    certificate: dict[str, Any] = (connection.getpeercert() if connection is not None else None) or {}
    names = [value for part in certificate.get("subject", ()) for name, value in part if name == "commonName"]
    return str(names[0]) if names else ""
