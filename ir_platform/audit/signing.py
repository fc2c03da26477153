"""The key that signs checkpoints and manifests (Ed25519, RFC 8032): outside the database, best on another medium."""

import binascii
import os
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import mkstemp

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PublicKeys = Mapping[str, Ed25519PublicKey]
"""By key id: the first 16 hexadecimal digits of SHA-256 over the raw public key."""
MAX_KEY_FILE_BYTES = 64 * 1024
_PEM = re.compile(b"-----BEGIN PUBLIC KEY-----.*?-----END PUBLIC KEY-----", re.DOTALL)


class AuditKeyError(Exception):
    """The signing key, or a public key, cannot be used; `reason` in Bahasa Indonesia."""

    def __init__(self, *, path: Path, reason: str) -> None:
        super().__init__(f"kunci jejak audit {path}: {reason}")
        self.path, self.reason = path, reason


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditKey:
    kid: str
    private: Ed25519PrivateKey
    public_pem: str

    def __repr__(self) -> str:
        return f"AuditKey(kid={self.kid!r})"

    def sign(self, message: bytes) -> str:
        """Return the signature in Base64."""
        return b64encode(self.private.sign(message)).decode()


def open_key(path: Path, *, published: Path) -> AuditKey:
    """Return the key; the first call makes it (0600) and notes its public half in `published`.

    A key that was there once is never made anew by itself: its medium may only be away. Raises: AuditKeyError.
    """
    if not path.exists():
        if published.exists():
            raise AuditKeyError(path=path, reason="tidak ada; pasang medianya, atau irp audit key --new")
        make_key(path)
    key = read_key(path)
    _publish(key, published)
    return key


def make_key(path: Path) -> None:
    """Make a key where there is none; of two processes at once, one wins. Raises: AuditKeyError."""
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = mkstemp(dir=path.parent)  # 0600
    except OSError as error:
        raise AuditKeyError(path=path, reason=error.strerror or type(error).__name__) from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(descriptor)
        os.link(name, path)
    except FileExistsError:
        return
    except OSError:
        # A medium with a file system that knows no links (FAT): nobody else writes there.
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def read_key(path: Path) -> AuditKey:
    """Raises: AuditKeyError."""
    try:
        private = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise AuditKeyError(path=path, reason=error.strerror or type(error).__name__) from error
    except (ValueError, TypeError) as error:
        raise AuditKeyError(path=path, reason="bukan kunci privat PEM tanpa sandi") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise AuditKeyError(path=path, reason="bukan kunci Ed25519")
    public = private.public_key()
    return AuditKey(kid=kid_of(public), private=private, public_pem=pem_of(public))


def read_public_keys(path: Path) -> PublicKeys:
    """Return every public key of a PEM file, `irp audit key`'s or several of them joined. Raises: AuditKeyError."""
    try:
        with path.open("rb") as file:
            text = file.read(MAX_KEY_FILE_BYTES)
        keys = [serialization.load_pem_public_key(found) for found in _PEM.findall(text)]
    except OSError as error:
        raise AuditKeyError(path=path, reason=error.strerror or type(error).__name__) from error
    except ValueError as error:
        raise AuditKeyError(path=path, reason="bukan kunci publik PEM") from error
    public = [key for key in keys if isinstance(key, Ed25519PublicKey)]
    if not public:
        raise AuditKeyError(path=path, reason="tidak berisi kunci publik Ed25519")
    return {kid_of(key): key for key in public}


def published_keys(path: Path) -> PublicKeys:
    """Return the keys that this installation has signed with; none before the first. Raises: AuditKeyError."""
    return read_public_keys(path) if path.exists() else {}


def is_signed_by(public: Ed25519PublicKey, signature: str, message: bytes) -> bool:
    """Whether this Base64 text is the key's signature of the message."""
    try:
        public.verify(b64decode(signature, validate=True), message)
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def kid_of(public: Ed25519PublicKey) -> str:
    return sha256(public.public_bytes_raw()).hexdigest()[:16]


def pem_of(public: Ed25519PublicKey) -> str:
    info = serialization.PublicFormat.SubjectPublicKeyInfo
    return public.public_bytes(serialization.Encoding.PEM, info).decode()


def bundle_of(keys: Iterable[Ed25519PublicKey]) -> str:
    return "".join(map(pem_of, keys))


def _publish(key: AuditKey, path: Path) -> None:
    """Note the public half beside the checkpoints: old checkpoints are still read after the key was changed."""
    known = published_keys(path)
    if key.kid in known:
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(bundle_of(known.values()) + key.public_pem)
    temporary.replace(path)
