"""Draws what waits to be drawn, signs PDFs as somebody else would, and makes Word templates with mistakes in them."""

import io
import struct
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
from cryptography.x509.oid import NameOID
from docx import Document as WordDocument

from ir_platform.app.press import Press
from ir_platform.documents.seal import LocalSeal
from ir_platform.documents.word import shipped_template
from ir_platform.domain.alert import IncidentId
from ir_platform.domain.document import Document, DocumentStatus
from tests.support.api import Api

SIGNED_AT = datetime(2026, 11, 21, tzinfo=UTC)


def draw_all(api: Api, incident_id: str, *, public_url: str | None = None) -> list[Document]:
    """Do the jobs of the incident's documents, as the worker does, and return the documents."""
    press = Press(state=api.state, files=api.services.files, clock=lambda: api.clock[0], public_url=public_url)
    with api.state.read() as uow:
        waiting = uow.documents.of_incident(IncidentId(incident_id))
    for document in waiting:
        if document.status is DocumentStatus.PENDING:
            drawn = press.draw(document)
            with api.state.write() as uow:
                press.save(uow, drawn)
    with api.state.read() as uow:
        return list(uow.documents.of_incident(IncidentId(incident_id)))


def signed_by(name: str, pdf: bytes) -> bytes:
    """The PDF as somebody with a certificate of that name would sign it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Balai Contoh")]))
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(SIGNED_AT - timedelta(days=1))
        .not_valid_after(SIGNED_AT + timedelta(days=365))
        .sign(key, hashes.SHA256())
    )
    with TemporaryDirectory() as folder:
        bundle = Path(folder) / "orang.p12"
        bundle.write_bytes(pkcs12.serialize_key_and_certificates(b"orang", key, certificate, None, NoEncryption()))
        seal = LocalSeal(pkcs12=bundle, password=None, office_name="Contoh", is_own=False)
        return seal.seal(pdf, code=None, now=SIGNED_AT)


def a_png(width: int, height: int) -> bytes:
    """A grey picture of that many pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\x80" * width) * height)
    chunks = ((b"IHDR", head), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    )


def a_template(kind: str = "laporan_gangguan_keamanan", *, text: str = "", cell: str = "") -> bytes:
    """The shipped Word template with a paragraph, and a table cell, more."""
    document = WordDocument(io.BytesIO(shipped_template(f"{kind}.docx")))
    if text:
        document.add_paragraph(text)
    if cell:
        document.add_table(rows=1, cols=2).rows[0].cells[1].text = cell
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()
