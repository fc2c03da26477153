"""What a server certificate says, read from its DER bytes."""

import warnings
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from ir_platform.domain.event import isoformat_ns, to_ns

_MAX_NAMES = 100


def certificate_fields(der: bytes) -> dict[str, Any]:
    """Return the flat ECS fields of a server's certificate; none where it cannot be read."""
    with warnings.catch_warnings():
        # The library warns of serial numbers and encodings that the standard forbids; attackers' ones have them.
        warnings.simplefilter("ignore")
        try:
            certificate = x509.load_der_x509_certificate(der)
            return {
                "tls.server.subject": certificate.subject.rfc4514_string(),
                "tls.server.issuer": certificate.issuer.rfc4514_string(),
                "tls.server.x509.serial_number": f"{certificate.serial_number:x}",
                "tls.server.not_before": isoformat_ns(to_ns(certificate.not_valid_before_utc)),
                "tls.server.not_after": isoformat_ns(to_ns(certificate.not_valid_after_utc)),
                "tls.server.hash.sha256": certificate.fingerprint(hashes.SHA256()).hex(),
                "tls.server.x509.alternative_names": _names(certificate),
            }
        except (ValueError, x509.UnsupportedGeneralNameType, x509.DuplicateExtension):
            return {}


def _names(certificate: x509.Certificate) -> list[str]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return names.get_values_for_type(x509.DNSName)[:_MAX_NAMES]
