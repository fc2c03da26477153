"""What `irp serve` does before its children start: tables, the first administrator, and the demo where asked for."""

import secrets
from collections.abc import Iterator
from datetime import datetime

from ir_platform.adapters.sql.database import SqlState
from ir_platform.app.demo import Demo
from ir_platform.app.ids import new_id, utc_now
from ir_platform.app.unjudged import require_none_unjudged
from ir_platform.app.wiring import make_bell, note_audit, open_files, open_state
from ir_platform.audit.record import record
from ir_platform.config import Settings
from ir_platform.domain.person import AccountId
from ir_platform.identity.accounts import NewAccount, create_account
from ir_platform.identity.passwords import make_one_time_password

FIRST_ADMINISTRATOR = "admin"


def prepare(settings: Settings, *, demo: bool) -> Iterator[str]:
    """Yield the lines that a person has to see; a later start yields none. Raises: UnjudgedBatchesError."""
    state = open_state(settings)
    state.migrate()
    if settings.pipeline == "embedded":
        require_none_unjudged(state)
    if demo:
        yield from load_demo(settings, state)
    password = add_first_administrator(state, utc_now())
    if password is not None:
        yield f"administrator pertama: {FIRST_ADMINISTRATOR}, kata sandi sekali pakai: {password}"
    note_audit(settings, state)
    state.close()


def load_demo(settings: Settings, state: SqlState) -> Iterator[str]:
    demo = Demo(
        settings=settings,
        state=state,
        files=open_files(settings),
        bell=make_bell(settings),
        clock=utc_now,
        new_id=new_id,
    )
    loaded = demo.load()
    if loaded is not None:
        yield f"demo: kata sandi {loaded.password} untuk {', '.join(loaded.usernames)}"


def add_first_administrator(state: SqlState, now: datetime) -> str | None:
    """Return the one-time password of an administrator made just now; None where there are accounts already."""
    with state.read() as uow:
        if uow.accounts.all():
            return None
    password = make_one_time_password(secrets.choice)
    new = NewAccount(
        username=FIRST_ADMINISTRATOR,
        display_name="Administrator program",
        jabatan="Administrator program",
        roles=frozenset(),
        password=password,
        is_admin=True,
    )
    create_account(state, new, account_id=AccountId(new_id()), by=None, now=now, record=record)
    return password
