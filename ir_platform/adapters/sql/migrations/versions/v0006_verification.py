"""Findings left open, fixes verified, incidents linked, merged and re-opened."""

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
