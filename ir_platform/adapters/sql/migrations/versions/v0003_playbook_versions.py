"""Versions of playbooks: drafts, the one in force, those it replaced."""

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
