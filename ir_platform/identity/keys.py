"""The keys that sign tokens: one in use and the one before it, as PEM files in the data folder."""

import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import mkstemp

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

_CURRENT = "current.pem"
_PREVIOUS = "previous.pem"


class SigningKeyError(Exception):
    """A key file holds no ES256 (P-256) private key."""

    def __init__(self, *, path: Path) -> None:
        super().__init__(f"berkas kunci rusak: {path}")
        self.path = path


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    kid: str
    """First 16 hexadecimal digits of SHA-256 over the public key (DER)."""
    private_pem: str
    public_pem: str

    def __repr__(self) -> str:
        return f"SigningKey(kid={self.kid!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKeys:
    current: SigningKey
    previous: SigningKey | None
    """Still accepted, never signed with."""

    def by_kid(self, kid: str) -> SigningKey | None:
        return next((key for key in (self.current, self.previous) if key is not None and key.kid == kid), None)


def load_keys(folder: Path) -> SigningKeys:
    """Return the keys of the folder; the first call makes one (folder 0700, file 0600), also when two processes start.

    Raises: SigningKeyError.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    current = folder / _CURRENT
    if not current.exists():
        _write_new_key(current)
    return _read(folder)


def rotate_keys(folder: Path) -> SigningKeys:
    """Make a new key and keep the one in use as the previous; running processes sign with theirs until they restart.

    Call it again only after the longest lifetime of a token: the key before the previous one is forgotten.
    """
    load_keys(folder)
    (folder / _CURRENT).replace(folder / _PREVIOUS)
    return load_keys(folder)


def _read(folder: Path) -> SigningKeys:
    previous = folder / _PREVIOUS
    return SigningKeys(current=_key_of(folder / _CURRENT), previous=_key_of(previous) if previous.exists() else None)


def _write_new_key(path: Path) -> None:
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    descriptor, name = mkstemp(dir=path.parent)  # 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(descriptor)
        # A link fails where the name is taken: of two processes that start at once, one key wins and both read it.
        os.link(name, path)
    except FileExistsError:
        return
    finally:
        Path(name).unlink()


def _key_of(path: Path) -> SigningKey:
    try:
        private = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError) as error:
        raise SigningKeyError(path=path) from error
    if not isinstance(private, ec.EllipticCurvePrivateKey) or not isinstance(private.curve, ec.SECP256R1):
        raise SigningKeyError(path=path)
    return _signing_key(private)


def _signing_key(private: ec.EllipticCurvePrivateKey) -> SigningKey:
    public = private.public_key()
    info = serialization.PublicFormat.SubjectPublicKeyInfo
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return SigningKey(
        kid=sha256(public.public_bytes(serialization.Encoding.DER, info)).hexdigest()[:16],
        private_pem=pem.decode(),
        public_pem=public.public_bytes(serialization.Encoding.PEM, info).decode(),
    )
