"""What signatures in a PDF say, and a seal by this installation's own key; the only module that knows pyHanko.

Nothing here vouches for anybody: a signature is shown as it states itself, offline, without a list of whom to trust.
The local seal (PAdES B-B) shows that a file was not changed since; it is no person's electronic signature (TTE).
"""

import io
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.text import TextBoxStyle
from pyhanko.sign import fields, signers
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko.stamp import TextStampStyle
from pyhanko_certvalidator import ValidationContext

SEAL_WORDS: Final = "Segel lokal, bukan TTE BSrE"
FIELD: Final = "SegelLokal"
MAX_SIGNATURES: Final = 20
_YEARS: Final = 10
_STAMP_BOX: Final = (71, 4, 538, 32)
"""In the foot margin of the last page, below everything that is printed; points from the lower left."""


class NotAPdfError(Exception):
    """The bytes are no PDF that can be read."""


class SealKeyError(Exception):
    """The key of the seal cannot be read; `path` is its file."""

    def __init__(self, *, path: Path) -> None:
        super().__init__(f"kunci segel tidak dapat dibaca: {path}")
        self.path = path


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureFound:
    """One signature in a PDF, in its own words."""

    penanda: str
    """Subject of its certificate, as stated there."""
    penerbit: str
    waktu: str | None
    """ISO 8601, as the signer's own clock said."""
    utuh: bool
    """What it covers is unchanged, and its arithmetic is right."""
    seluruh_berkas: bool
    """Nothing but the signature's own proofs was added after it, or further signatures."""

    def to_plain(self) -> dict[str, Any]:
        return asdict(self)


def is_intact(found: tuple[SignatureFound, ...]) -> bool:
    return bool(found) and all(one.utuh and one.seluruh_berkas for one in found)


def read_signatures(pdf: bytes) -> tuple[SignatureFound, ...]:
    """Return the signatures in the order in which they were made; empty where there is none. Raises: NotAPdfError."""
    try:
        return tuple(_found(PdfFileReader(io.BytesIO(pdf), strict=False), pdf))
    except (PdfError, ValueError, RecursionError) as error:
        raise NotAPdfError from error


def _found(reader: PdfFileReader, pdf: bytes) -> Iterator[SignatureFound]:
    signatures = reader.embedded_regular_signatures[:MAX_SIGNATURES]
    for at, signature in enumerate(signatures, start=1):
        has_later = signature.signed_revision < reader.xrefs.total_revisions - 1
        # Bytes after the end that belong to no revision are nobody's; readers skip them, we do not.
        is_whole = has_later or not pdf[signature.byte_range[2] + signature.byte_range[3] :].strip()
        yield _one(signature, is_last=at == len(signatures), is_whole=is_whole)


def _one(signature: EmbeddedPdfSignature, *, is_last: bool, is_whole: bool) -> SignatureFound:
    certificate = signature.signer_cert
    stated = signature.self_reported_timestamp
    try:
        status = validate_pdf_signature(signature, ValidationContext(trust_roots=[], allow_fetching=False))
        unchanged, covers = status.intact and status.valid, is_whole and _covers_all(status, is_last=is_last)
    except SignatureValidationError:
        unchanged = covers = False
    return SignatureFound(
        penanda=_stated_name(certificate.subject.native, certificate.subject.human_friendly),
        penerbit=_stated_name(certificate.issuer.native, certificate.issuer.human_friendly),
        waktu=stated.isoformat() if stated else None,
        utuh=bool(unchanged),
        seluruh_berkas=covers,
    )


def _stated_name(parts: Mapping[str, object], in_full: str) -> str:
    """Return common name and organisation, in the standard's own words where a certificate has neither."""
    found = (parts.get(part) for part in ("common_name", "organization_name"))
    return (", ".join(one for one in found if isinstance(one, str) and one) or in_full)[:300]


def _covers_all(status: PdfSignatureStatus, *, is_last: bool) -> bool:
    """A further signature counts as filling in a form; what came after the last one may only be its proofs."""
    if status.coverage is SignatureCoverageLevel.ENTIRE_FILE:
        return True
    allowed = ModificationLevel.LTA_UPDATES if is_last else ModificationLevel.FORM_FILLING
    level = status.modification_level
    return status.coverage is SignatureCoverageLevel.ENTIRE_REVISION and level is not None and level <= allowed


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
        signer = self._signer(now)
        try:
            writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
            last_page = int(writer.root["/Pages"]["/Count"]) - 1
            field = fields.SigFieldSpec(FIELD, on_page=last_page, box=_STAMP_BOX)
            words = f"{SEAL_WORDS} - {self._shown_office()} - %(ts)s" + (f" - {code}" if code else "")
            style = TextStampStyle(
                stamp_text=words,
                border_width=0,
                text_box_style=TextBoxStyle(font_size=9),
                timestamp_format="%d-%m-%Y %H:%M %Z",
            )
            meta = signers.PdfSignatureMetadata(
                field_name=FIELD,
                md_algorithm="sha256",
                subfilter=fields.SigSeedSubFilter.PADES,
                reason=SEAL_WORDS,
                name=self.office_name[:100],
            )
            sealing = signers.PdfSigner(meta, signer, stamp_style=style, new_field_spec=field)
            output = sealing.sign_pdf(writer)
        except (PdfError, SigningError) as error:
            raise NotAPdfError from error
        return bytes(output.getvalue())

    def _shown_office(self) -> str:
        """In letters that the stamp's built-in font has, and without a sign that the stamp would fill in."""
        return self.office_name[:60].encode("ascii", "replace").decode("ascii").replace("%", "%%")

    def _signer(self, now: datetime) -> signers.SimpleSigner:
        if self.is_own and not self.pkcs12.exists():
            _make_key(self.pkcs12, office_name=self.office_name, now=now)
        password = self.password.encode() if self.password else None
        try:
            signer: signers.SimpleSigner | None = signers.SimpleSigner.load_pkcs12_data(
                self.pkcs12.read_bytes(), other_certs=[], passphrase=password
            )
        except (OSError, ValueError) as error:
            raise SealKeyError(path=self.pkcs12) from error
        if signer is None:
            raise SealKeyError(path=self.pkcs12)
        return signer


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
