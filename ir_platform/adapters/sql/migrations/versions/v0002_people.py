"""Offices, positions with their dates and letters, and incidents shared between offices."""

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
