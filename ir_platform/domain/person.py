"""Who acts: an Account with the positions it holds in its office, or in somebody's place."""

from dataclasses import dataclass
from datetime import datetime

from ir_platform.domain.account_id import AccountId
from ir_platform.domain.office import HOME_OFFICE, OfficeId
from ir_platform.domain.position import Position

__all__ = ["Account", "AccountId"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    id: AccountId
    username: str
    """Lower case, `[a-z0-9._-]{2,64}`."""
    display_name: str
    jabatan: str
    """How the account is called where it acts through no position."""
    office_id: OfficeId = HOME_OFFICE
    """Where the person works; power comes from positions alone."""
    positions: tuple[Position, ...] = ()
    """Every one that was ever given, oldest first; what counts on a day is asked of `identity.power`."""
    is_admin: bool
    """Administers the program; may not act as an official."""
    password_hash: str
    must_change_password: bool
    disabled: bool
    token_epoch: int
    """Raised at a password change, a sign-out everywhere or disabling: tokens of an older epoch are refused."""
    created_at: datetime

    def named(self, title: str | None = None) -> str:
        """Return the name with the title under which the person acts; without one, with the account's own jabatan."""
        return f"{self.display_name} ({self.jabatan if title is None else title})"
