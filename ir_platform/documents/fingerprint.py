"""The hash of what a document says, and the short code by which people check it (kode verifikasi isi).

It stands for the content, not for the bytes of a file: the file shows the code. It is no signature: it says that this
installation made a document with this content, not who stands by it.
"""

import base64
import hashlib
import re
from typing import Final

_CODE_BYTES: Final = 10
"""80 bits: who has not seen the paper cannot guess a code, however many he tries."""
_GROUP: Final = 4
_ALPHABET: Final = re.compile("[A-Z2-7]{16}")
_LOOKALIKES: Final = str.maketrans("018", "OIB")
"""Base32 has no 0, 1 and 8; people type them for what they look like."""


def content_sha256(content_json: str) -> str:
    """Return the hash of `DocumentContent.to_json`, whose keys are sorted, so that equal contents are equal text."""
    return hashlib.sha256(content_json.encode("utf-8", "surrogatepass")).hexdigest()


def code_of(sha256: str) -> str:
    """Return `ABCD-EFGH-2345-WXYZ` of a content's hash."""
    letters = base64.b32encode(bytes.fromhex(sha256)[:_CODE_BYTES]).decode("ascii")
    return "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))


def read_code(typed: str) -> str | None:
    """Return the code as it is stored, however a person wrote case, spaces and dashes; None: it is none."""
    letters = re.sub(r"[\s\-–]", "", typed).upper().translate(_LOOKALIKES)
    if not _ALPHABET.fullmatch(letters):
        return None
    return "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))
