"""The SOPs as commands see them: the office's own versions where there is a database, else what the program ships."""

from collections.abc import Iterator
from contextlib import contextmanager

from ir_platform.adapters.sql.database import SqlState
from ir_platform.app.wiring import has_state, open_state
from ir_platform.config import Settings
from playbooks.library import Playbook, shipped


@contextmanager
def state_where_there_is_one(settings: Settings) -> Iterator[SqlState | None]:
    """Yield the state with its tables up to date: one of an earlier program knows no versions. Makes no database."""
    if not has_state(settings):
        yield None
        return
    state = open_state(settings)
    try:
        state.migrate()
        yield state
    finally:
        state.close()


def playbooks_in_force(settings: Settings) -> tuple[Playbook, ...]:
    """Return every SOP in its version in force, in order of id."""
    with state_where_there_is_one(settings) as state:
        if state is None:
            return shipped().all()
        with state.read() as uow:
            return shipped().all_in_force(uow)


def role_names(settings: Settings) -> dict[str, str]:
    """Return the name of every pelaksana id that an SOP, shipped or in force, knows."""
    in_force = {role.id: role.nama for one in playbooks_in_force(settings) for role in one.sop.pelaksana}
    return shipped().role_names() | in_force
