"""Runs of playbooks with their active steps, and the texts of the versions they follow."""

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Index, Integer, String, Table, Text

from ir_platform.adapters.sql.columns import UtcDateTime
from ir_platform.adapters.sql.tables.base import metadata

playbook_texts = Table(
    "playbook_texts",
    metadata,
    Column("sha256", String, primary_key=True),
    Column("text", Text, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("incident_id", String, ForeignKey("incidents.id"), primary_key=True),
    Column("playbook_id", String, nullable=False),
    Column("playbook_sha256", String, ForeignKey("playbook_texts.sha256"), nullable=False),
    Column("state", Text, nullable=False),
)

active_steps = Table(
    "active_steps",
    metadata,
    Column("incident_id", String, ForeignKey("runs.incident_id"), primary_key=True),
    Column("no", Integer, primary_key=True, autoincrement=False),
    Column("putaran", Integer, primary_key=True, autoincrement=False),
    Column("position", Integer, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("due", UtcDateTime),
)
Index("ix_active_steps_due", active_steps.c.due)

active_step_roles = Table(
    "active_step_roles",
    metadata,
    Column("incident_id", String, primary_key=True),
    Column("no", Integer, primary_key=True, autoincrement=False),
    Column("putaran", Integer, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("role", String, nullable=False),
    ForeignKeyConstraint(
        ["incident_id", "no", "putaran"],
        ["active_steps.incident_id", "active_steps.no", "active_steps.putaran"],
        ondelete="CASCADE",
    ),
)
Index("ix_active_step_roles_role", active_step_roles.c.role, active_step_roles.c.incident_id)
