"""Passwords: how they are kept (argon2id), which are refused, how a one-time password is made."""

from collections.abc import Callable
from enum import StrEnum
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH: Final = 8
MAX_LENGTH: Final = 1_024
"""Characters. Longer ones would only make the hashing slow."""
_MIN_DISTINCT: Final = 5

# OWASP Password Storage Cheat Sheet: argon2id, 19 MiB, 2 passes, 1 lane; about 30 ms and 19 MiB a sign-in, which forty
# at once on a small server can bear.
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, hash_len=32, salt_len=16)

_READABLE: Final = "23456789abcdefghjkmnpqrstuvwxyz"
"""Without 0 o 1 l i, which a person misreads on paper."""


class PasswordFault(StrEnum):
    """Why a new password is refused, in the words the person reads."""

    TOO_SHORT = "Kata sandi paling sedikit 8 karakter; nama pengguna di dalamnya tidak dihitung."
    TOO_LONG = "Kata sandi paling banyak 1.024 karakter."
    TOO_UNIFORM = "Kata sandi harus memuat paling sedikit 5 karakter yang berbeda."
    WRONG_OLD = "Kata sandi lama salah."
    UNCHANGED = "Kata sandi baru harus berbeda dari yang lama."


def fault_of(password: str, *, username: str) -> PasswordFault | None:
    """Return why this account may not have this password, None where it may."""
    folded = password.casefold()
    if len(password) > MAX_LENGTH:
        return PasswordFault.TOO_LONG
    if len(folded.replace(username.casefold(), "")) < MIN_LENGTH:
        return PasswordFault.TOO_SHORT
    if len(set(folded)) < _MIN_DISTINCT:
        return PasswordFault.TOO_UNIFORM
    return None


def hash_password(password: str) -> str:
    """Return the argon2id hash with its salt and parameters, as one string."""
    return _HASHER.hash(_encoded(password))


def is_password(password: str, *, stored_hash: str | None) -> bool:
    """Whether the hash was made of this password; None (no such account) costs the same and is never right."""
    if len(password) > MAX_LENGTH:
        return False
    try:
        _HASHER.verify(stored_hash or _hash_of_nobody(), _encoded(password))
    except InvalidHashError:
        # An account that has no password yet must not answer faster than one that has.
        is_password(password, stored_hash=None)
        return False
    except VerificationError:
        return False
    return stored_hash is not None


def is_outdated(stored_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(stored_hash)


def make_one_time_password(choose: Callable[[str], str]) -> str:
    """Return four groups of four readable characters (79 bits where `choose` is `secrets.choice`)."""
    return "-".join("".join(choose(_READABLE) for _ in range(4)) for _ in range(4))


def _encoded(password: str) -> bytes:
    # A JSON body may carry a lone surrogate, which UTF-8 proper refuses.
    return password.encode("utf-8", "surrogatepass")


@cache
def _hash_of_nobody() -> str:
    return _HASHER.hash(b"nobody")
