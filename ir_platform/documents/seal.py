"""A seal on PDFs by this installation's own key.

The local seal (PAdES B-B) shows that a file was not changed since; it is no person's electronic signature (TTE).
"""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
from cryptography.x509.oid import NameOID

SEAL_WORDS: Final = "Segel lokal, bukan TTE BSrE"
FIELD: Final = "SegelLokal"
_YEARS: Final = 10


class SealKeyError(Exception):
    """The key of the seal cannot be read; `path` is its file."""

    def __init__(self, *, path: Path) -> None:
        super().__init__(f"kunci segel tidak dapat dibaca: {path}")
        self.path = path


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalSeal:
    """Seals PDFs with the key in `pkcs12`, made there at first use where `is_own`."""

    pkcs12: Path
    password: str | None
    office_name: str
    is_own: bool

    def seal(self, pdf: bytes, *, code: str | None, now: datetime) -> bytes:
        """Return the PDF with a seal that says what it is, on its last page and in its signature.

        Raises: SealKeyError, NotAPdfError.
        """
        from ir_platform.documents import pades  # noqa: PLC0415  slow to load, and most processes seal nothing

        bundle = self._bundle(now)
        try:
            return pades.sign(
                pdf,
                bundle=bundle,
                password=self.password.encode() if self.password else None,
                field_name=FIELD,
                stamp=f"{SEAL_WORDS} - {self._shown_office()} - %(ts)s" + (f" - {code}" if code else ""),
                reason=SEAL_WORDS,
                by=self.office_name[:100],
            )
        except pades.KeyRefusedError as error:
            raise SealKeyError(path=self.pkcs12) from error

    def _shown_office(self) -> str:
        """In letters that the stamp's built-in font has, and without a sign that the stamp would fill in."""
        return self.office_name[:60].encode("ascii", "replace").decode("ascii").replace("%", "%%")

    def _bundle(self, now: datetime) -> bytes:
        if self.is_own and not self.pkcs12.exists():
            _make_key(self.pkcs12, office_name=self.office_name, now=now)
        try:
            return self.pkcs12.read_bytes()
        except OSError as error:
            raise SealKeyError(path=self.pkcs12) from error


def _make_key(path: Path, *, office_name: str, now: datetime) -> None:
    """Write a key with a certificate that only speaks for itself; of two makers at once, the first one's stays."""
    key = ec.generate_private_key(ec.SECP256R1())
    office = x509.NameAttribute(NameOID.ORGANIZATION_NAME, office_name[:64])
    name = x509.Name([office, x509.NameAttribute(NameOID.COMMON_NAME, SEAL_WORDS)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365 * _YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_KEY_USAGE, critical=True)
        .sign(key, hashes.SHA256())
    )
    bundle = pkcs12.serialize_key_and_certificates(b"segel", key, certificate, None, NoEncryption())
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    own = path.with_suffix(f".{os.getpid()}.new")
    own.touch(mode=0o600)
    own.write_bytes(bundle)
    try:
        os.link(own, path)
    except FileExistsError:
        return
    finally:
        own.unlink()


_KEY_USAGE: Final = x509.KeyUsage(
    digital_signature=True,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=False,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)
