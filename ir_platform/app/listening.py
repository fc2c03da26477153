"""The process that receives what nobody acknowledges, syslog and GELF, and keeps it.

It is one of its own (`irp serve`), so that neither reading nor matching keeps a sender waiting.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Final, Protocol

from ir_platform.app.gelf_receiving import GelfSockets, listening_for_gelf
from ir_platform.app.stopping import stop_event
from ir_platform.app.syslog_receiving import SyslogSockets, listening_for_syslog
from ir_platform.config import Settings
from ir_platform.ports import Spool

NOTE_EVERY_SECONDS: Final = 1.0


class Listener(Protocol):
    @property
    def has_failed(self) -> bool:
        """Whether it can hand nothing on any more; `stop` raises why."""

    def note(self) -> None:
        """Bring its ledger up to date with what only time and the system tell."""

    async def stop(self) -> None:
        """Stop listening, and keep what was received."""


async def serve_listeners(settings: Settings, syslog: SyslogSockets, gelf: GelfSockets | None, spool: Spool) -> None:
    """Receive until SIGTERM; what was received by then is kept. Raises what keeping raised, if it did."""
    stopped = stop_event()
    listeners = await _opened(settings, syslog, gelf, spool)
    while listeners and not stopped.is_set() and not any(one.has_failed for one in listeners):
        for one in listeners:
            one.note()
        with suppress(TimeoutError):
            await asyncio.wait_for(stopped.wait(), timeout=NOTE_EVERY_SECONDS)
    await asyncio.gather(*(one.stop() for one in listeners))


async def _opened(
    settings: Settings, syslog: SyslogSockets, gelf: GelfSockets | None, spool: Spool
) -> Sequence[Listener]:
    opened: list[Listener] = []
    if (of_syslog := await listening_for_syslog(settings, syslog, spool)) is not None:
        opened.append(of_syslog)
    if gelf is not None:
        opened.append(await listening_for_gelf(settings, gelf, spool))
    return opened
