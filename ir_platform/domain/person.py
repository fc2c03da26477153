"""Who acts: an Account with the roles it holds in the SOPs."""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

AccountId = NewType("AccountId", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    id: AccountId
    username: str
    """Lower case, `[a-z0-9._-]{2,64}`."""
    display_name: str
    jabatan: str
    roles: frozenset[str]
    """Pelaksana ids of the SOPs (`kasi_keamanan_jaringan`); `pimpinan` reads figures."""
    is_admin: bool
    """Administers the program; may not act as an official."""
    password_hash: str
    must_change_password: bool
    disabled: bool
    token_epoch: int
    """Raised at a password change, a sign-out everywhere or disabling: tokens of an older epoch are refused."""
    created_at: datetime
