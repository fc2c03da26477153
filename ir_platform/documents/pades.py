"""Signatures in a PDF, read and made; the only module that knows pyHanko, which takes long to load.

Nothing here vouches for anybody: a signature is shown as it states itself, offline, without a list of whom to trust.
"""

import io
from collections.abc import Iterator, Mapping
from typing import Final

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

from ir_platform.documents.signatures import NotAPdfError, SignatureFound

MAX_SIGNATURES: Final = 20
_STAMP_BOX: Final = (71, 4, 538, 32)
"""In the foot margin of the last page, below everything that is printed; points from the lower left."""


class KeyRefusedError(Exception):
    """The bytes are no PKCS#12 bundle with a key, or the password is another one."""


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


def sign(
    pdf: bytes, *, bundle: bytes, password: bytes | None, field_name: str, stamp: str, reason: str, by: str
) -> bytes:
    """Return the PDF signed (PAdES B-B) with the key in the PKCS#12 `bundle`, with `stamp` on its last page.

    In `stamp`, `%(ts)s` stands for the time of signing. Raises: KeyRefusedError, NotAPdfError.
    """
    signer = _signer(bundle, password)
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        last_page = int(writer.root["/Pages"]["/Count"]) - 1
        field = fields.SigFieldSpec(field_name, on_page=last_page, box=_STAMP_BOX)
        style = TextStampStyle(
            stamp_text=stamp,
            border_width=0,
            text_box_style=TextBoxStyle(font_size=9),
            timestamp_format="%d-%m-%Y %H:%M %Z",
        )
        meta = signers.PdfSignatureMetadata(
            field_name=field_name,
            md_algorithm="sha256",
            subfilter=fields.SigSeedSubFilter.PADES,
            reason=reason,
            name=by,
        )
        output = signers.PdfSigner(meta, signer, stamp_style=style, new_field_spec=field).sign_pdf(writer)
    except (PdfError, SigningError) as error:
        raise NotAPdfError from error
    return bytes(output.getvalue())


def _signer(bundle: bytes, password: bytes | None) -> signers.SimpleSigner:
    try:
        signer: signers.SimpleSigner | None = signers.SimpleSigner.load_pkcs12_data(
            bundle, other_certs=[], passphrase=password
        )
    except ValueError as error:
        raise KeyRefusedError from error
    if signer is None:
        raise KeyRefusedError
    return signer
