"""Why a rating by law, or the record of what was sent, is refused."""

from ir_platform.domain.legal_clock import LegalBasis
from playbooks.errors import PlaybookRefusalError


class MayNotRateError(PlaybookRefusalError):
    """An official whom the incident's SOP names rates it; the program's administrator does not."""

    def __init__(self) -> None:
        super().__init__("Penilaian menurut hukum dilakukan oleh pejabat yang disebut dalam SOP insiden ini.")


class UnknownLegalClockError(PlaybookRefusalError):
    def __init__(self) -> None:
        super().__init__("Batas pemberitahuan tidak ditemukan.")


class AlreadyRatedError(PlaybookRefusalError):
    def __init__(self, *, basis: LegalBasis) -> None:
        super().__init__(f"Batas pemberitahuan {basis.label} sudah berjalan atau sudah dicatat untuk insiden ini.")
        self.basis = basis


class AlreadySentError(PlaybookRefusalError):
    def __init__(self) -> None:
        super().__init__("Pemberitahuan ini sudah dicatat terkirim.")


class EmptyTextError(PlaybookRefusalError):
    def __init__(self, *, what: str) -> None:
        super().__init__(f"{what} wajib diisi.")
        self.what = what


class NotInOrderError(PlaybookRefusalError):
    """A time to come, or a sending before the office knew."""

    def __init__(self, *, what: str) -> None:
        super().__init__(f"{what} tidak mungkin: lebih awal dari yang mendahuluinya, atau belum terjadi.")
        self.what = what


class UnknownProofError(PlaybookRefusalError):
    def __init__(self, *, evidence_id: str) -> None:
        super().__init__("Bukti yang disebut bukan bukti dukung insiden ini.")
        self.evidence_id = evidence_id
