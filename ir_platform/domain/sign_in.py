"""Failed sign-ins of one account or from one address."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Failures:
    key: str
    """`account:NAME` as it was typed, or `address:NETWORK`."""
    count: int
    last: datetime
    waits_until: datetime
