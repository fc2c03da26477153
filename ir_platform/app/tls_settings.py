"""Which certificates the ports of the intake show and ask for, as the settings say."""

from ingest.sources.tls import ClientCertificates, Handshakes, TlsFiles, server_context
from ir_platform.config import Settings


def tls_of_syslog(settings: Settings) -> TlsFiles | None:
    """Return its files; None: syslog is not received over TLS."""
    if settings.syslog_tls_cert is None:
        return None
    return TlsFiles(
        certificate=settings.syslog_tls_cert,
        key=settings.syslog_tls_key,
        ca=settings.syslog_tls_ca,
        clients=ClientCertificates(settings.syslog_tls_client),
    )


def tls_of_shippers(settings: Settings) -> TlsFiles | None:
    """Return the files of the shippers' port; None: it speaks plain HTTP."""
    if settings.bulk_tls_cert is None:
        return None
    return TlsFiles(
        certificate=settings.bulk_tls_cert,
        key=settings.bulk_tls_key,
        ca=settings.bulk_tls_ca,
        clients=ClientCertificates(settings.bulk_tls_client),
        setting="IRP_BULK_TLS",
    )


def require_usable_tls(settings: Settings) -> None:
    """Look whether what is set can be used. Raises: TlsSettingsError."""
    for files in (tls_of_syslog(settings), tls_of_shippers(settings)):
        if files is not None:
            server_context(files, Handshakes())
