"""Why an upload is not begun or not taken further; what a person reads is Bahasa Indonesia."""


class UploadRefusalError(Exception):
    """Nothing has changed."""


class UnknownUploadError(UploadRefusalError):
    def __init__(self) -> None:
        super().__init__("Unggahan tidak ditemukan.")


class UploadExpiredError(UploadRefusalError):
    def __init__(self) -> None:
        super().__init__("Unggahan ini terlalu lama tidak dilanjutkan dan sudah kedaluwarsa. Mulai lagi dari awal.")


class UploadBusyError(UploadRefusalError):
    def __init__(self) -> None:
        super().__init__("Bagian lain dari unggahan ini masih diterima. Coba lagi sebentar lagi.")


class WrongOffsetError(UploadRefusalError):
    """The sender does not go on where the last one stopped."""

    def __init__(self, *, expected: int, found: int) -> None:
        super().__init__(f"Unggahan ini harus dilanjutkan dari bita {expected}, bukan {found}.")
        self.expected, self.found = expected, found


class UploadTooLargeError(UploadRefusalError):
    def __init__(self, *, limit_bytes: int) -> None:
        super().__init__(f"Berkas melebihi batas unggahan {limit_bytes // 1024**2} MiB.")
        self.limit_bytes = limit_bytes


class UploadOverrunError(UploadRefusalError):
    """More came than was declared."""

    def __init__(self, *, length: int) -> None:
        super().__init__(f"Kiriman melebihi panjang yang dinyatakan, {length} bita.")
        self.length = length


class TooManyUploadsError(UploadRefusalError):
    def __init__(self) -> None:
        super().__init__(
            "Terlalu banyak unggahan Anda yang belum selesai, atau jumlah ukurannya melebihi batas. "
            "Selesaikan atau batalkan dahulu."
        )


class NoRoomError(UploadRefusalError):
    def __init__(self, *, free_bytes: int) -> None:
        super().__init__("Ruang penyimpanan server tidak cukup untuk berkas ini. Hubungi administrator.")
        self.free_bytes = free_bytes
