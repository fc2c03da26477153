"""Synthetic lines of sshd as events, about 400 B each: the same number always gives the same event."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from ir_platform.domain.event import Event, EventBatch, EventId, batch_of, make_event, to_ns

BATCH: Final = 5_000
START: Final = datetime(2026, 11, 1, tzinfo=UTC)
EVENTS_A_DAY: Final = 2_000_000
RARE: Final = "zaphodbeeblebrox"
RARE_EVERY: Final = 100_003
_GAP: Final = timedelta(days=1) / EVENTS_A_DAY
_WORDS: Final = (
    "failed", "accepted", "password", "publickey", "session", "closed", "timeout", "invalid", "denied", "error",
)  # fmt: skip


def moment_of(number: int) -> datetime:
    return START + number * _GAP


def batches(first: int, end: int) -> Iterator[EventBatch]:
    """Yield the events of [first, end), both multiples of BATCH."""
    for start in range(first, end, BATCH):
        chance = random.Random(start)
        yield batch_of([_an_event(number, chance) for number in range(start, start + BATCH)])


def _an_event(number: int, chance: random.Random) -> Event:
    address = f"10.{chance.randrange(256)}.{chance.randrange(256)}.{chance.randrange(256)}"
    port, host, user = chance.randrange(65_536), f"web-{chance.randrange(50)}", f"user{chance.randrange(300)}"
    words = " ".join(chance.choices(_WORDS, k=4)) + (f" {RARE}" if number % RARE_EVERY == 7 else "")
    at = moment_of(number)
    fields = {
        "event.original": f"{at:%b %d %H:%M:%S} {host} sshd[{number % 9999}]: {words} for {user} from {address}:{port}",
        "event.dataset": "system.auth",
        "event.outcome": "failure",
        "host.name": host,
        "process.name": "sshd",
        "process.pid": number % 9999,
        "source.ip": address,
        "source.port": port,
        "user.name": user,
    }
    return make_event(EventId(f"{chance.getrandbits(128):032x}"), to_ns(at), fields)
