"""How documents are signed and numbered, held against the trail: signed copies with their files, status, number."""

from collections.abc import Iterator

from ir_platform.documents.dates import date_words
from ir_platform.documents.registry import copy_details
from ir_platform.domain.document import Document, SignedCopy, SigningStatus
from playbooks.tampered import Case, Contradiction, Tampered, differs


def copy_contradictions(case: Case) -> Iterator[Contradiction]:
    yield from _copies(case)
    for document in case.documents:
        yield from _signing(case, document)


def _copies(case: Case) -> Iterator[Contradiction]:
    rows = {str(one.id): one for document in case.documents for one in case.uow.documents.copies(document.id)}
    for seq, entry, said in case.told("document.copy_added"):
        row = rows.pop(str(said["salinan"]), None)
        name = str(said["berkas"])
        if (
            row is None
            or differs(said, _facts(row))
            or (row.added_by, row.added_at)
            != (
                entry.fact.actor,
                entry.fact.at,
            )
        ):
            yield case.found(seq, Tampered.COPY_CHANGED, name)
        elif not case.is_stored(row.sha256):
            yield case.found(seq, Tampered.COPY_FILE, name)
    for row in rows.values():
        yield case.found(case.last_seq, Tampered.COPY_UNTOLD, row.name)


def _facts(row: SignedCopy) -> dict[str, object]:
    return {**copy_details(row), "dokumen": row.document_id}


def _signing(case: Case, document: Document) -> Iterator[Contradiction]:
    """Compare how the newest revision is signed, and the letter's number that was typed in."""
    seq, status = case.trail[0].seq, SigningStatus.BELUM_DITANDATANGANI
    name = document.register_number or document.title
    for at, entry, said in case.told("document.revised", "document.copy_added"):
        if said["dokumen"] != document.id:
            continue
        if entry.fact.action == "document.revised":
            seq, status = at, SigningStatus.BELUM_DITANDATANGANI
            number = {"nomor_naskah": document.official_number or "", "tanggal_naskah": _words(document)}
            if said["revisi"] == document.revision and differs(said, number):
                yield case.found(at, Tampered.DOCUMENT_CHANGED, name)
        elif said["utuh"] == "ya":
            seq, status = at, SigningStatus(said["jenis"])
    if document.signing is not status:
        yield case.found(seq, Tampered.SIGNING_CHANGED, name)


def _words(document: Document) -> str:
    return date_words(document.official_date) if document.official_date else ""
