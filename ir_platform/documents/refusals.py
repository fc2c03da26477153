"""What registry and stationery refuse, in Bahasa Indonesia; nothing has changed then."""

from ir_platform.documents.template_archive import TemplateFault


class DocumentRefusalError(Exception):
    """What was asked for is not right in itself."""


class DocumentConflictError(Exception):
    """The document is not in a state in which it could be done."""


class StillDrawingError(DocumentConflictError):
    def __init__(self) -> None:
        super().__init__("Dokumen masih disusun. Coba lagi sebentar.")


class NotDrawnError(DocumentConflictError):
    def __init__(self) -> None:
        super().__init__("Dokumen ini gagal disusun, sehingga tidak ada berkas yang dapat ditandatangani.")


class AlreadySealedError(DocumentConflictError):
    def __init__(self, *, revision: int) -> None:
        super().__init__(f"Revisi {revision} dokumen ini sudah disegel.")
        self.revision = revision


class NoReasonError(DocumentRefusalError):
    def __init__(self) -> None:
        super().__init__("Alasan wajib diisi untuk mengubah nomor naskah yang sudah dicatat.")


class NothingChangedError(DocumentRefusalError):
    def __init__(self) -> None:
        super().__init__("Tidak ada yang berubah dari dokumen ini.")


class NotAskedForError(DocumentRefusalError):
    def __init__(self, *, kind: str) -> None:
        super().__init__("Dokumen jenis ini dibuat dengan melaksanakan langkah SOP, tidak dapat diminta tersendiri.")
        self.kind = kind


class WrongScanTypeError(DocumentRefusalError):
    def __init__(self, *, media_type: str) -> None:
        super().__init__("Pindaian harus berupa PDF, JPEG, atau PNG.")
        self.media_type = media_type


class NotASignedPdfError(DocumentRefusalError):
    """It is no PDF, or one without a signature."""


class EmblemRefusedError(DocumentRefusalError):
    """It is no picture that papers can carry."""


class TemplateRefusedError(DocumentRefusalError):
    def __init__(self, faults: tuple[TemplateFault, ...]) -> None:
        shown = "; ".join(f"{fault.tempat}: {fault.alasan}" for fault in faults[:5])
        super().__init__(f"Templat ditolak. {shown}.")
        self.faults = faults
