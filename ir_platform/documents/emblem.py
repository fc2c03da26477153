"""The emblem (lambang) of a kop: a small PNG or JPEG, kept only once a paper of each kind of file was drawn with it."""

from typing import Final

from docx.image.exceptions import InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError
from docx.image.image import Image

from ir_platform.documents.catalog import KINDS, render
from ir_platform.documents.confined import ConfinedError, run_confined
from ir_platform.documents.confined_child import Task
from ir_platform.documents.refusals import EmblemRefusedError
from ir_platform.documents.sample import BARE

MAX_BYTES: Final = 512 * 1024
MAX_SIDE_PIXELS: Final = 2_000
"""Of 1.9 cm of paper, more than any printer shows."""
MEDIA_TYPES: Final = frozenset({"image/png", "image/jpeg"})


def require_emblem(data: bytes) -> str:
    """Return the media type of a picture that papers can be drawn with. Raises: EmblemRefusedError."""
    if len(data) > MAX_BYTES:
        raise EmblemRefusedError(f"Lambang lebih besar dari {MAX_BYTES // 1024} KiB.")
    try:
        found: dict[str, str] = run_confined(Task.TRY_EMBLEM, {}, data).facts
    except ConfinedError as error:
        raise EmblemRefusedError("Gambar ini tidak dapat dicetak pada naskah.") from error
    if "fault" in found:
        raise EmblemRefusedError(found["fault"])
    return found["media_type"]


def tried(data: bytes) -> dict[str, str]:
    """Return the picture's media type, or what speaks against it; in a confined child, for nobody knows who drew it.

    Raises: whatever a broken picture makes of the libraries that draw it, which ends the child.
    """
    try:
        image = Image.from_blob(data)
    except (UnrecognizedImageError, InvalidImageStreamError, UnexpectedEndOfFileError):
        return {"fault": "Lambang harus berupa gambar PNG atau JPEG yang utuh."}
    if image.content_type not in MEDIA_TYPES:
        return {"fault": "Lambang harus berupa gambar PNG atau JPEG yang utuh."}
    sides = (image.px_width, image.px_height)
    if not 0 < min(sides) <= max(sides) <= MAX_SIDE_PIXELS:
        return {"fault": f"Sisi lambang paling besar {MAX_SIDE_PIXELS} piksel; gambar ini {sides[0]} x {sides[1]}."}
    render(KINDS[0].id, BARE, emblem=data)
    return {"media_type": image.content_type}
