"""Riwayat penguasaan bukti, and time stamps of the audit trail."""

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
