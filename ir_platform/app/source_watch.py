"""What the intake process knows of its senders: who is who, how much came from each, and who has fallen silent."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from threading import Lock
from typing import Final
from zoneinfo import ZoneInfo

from ir_platform.domain.alert import Detection, Level
from ir_platform.domain.source import AUTO_FORMAT, Heard, Source, SourceActivity, SourceId, key_of_address
from ir_platform.ports import Clock, State

NOTE_SECONDS: Final = 5.0
"""How often what was heard is written down; a process that is killed forgets so much of the counting, no event."""
MAX_UNNAMED: Final = 1_000
"""Senders without a name that are counted apart; a UDP address is easily made up."""
OTHERS: Final = key_of_address("lainnya")
SILENT_RULE: Final = "tanggap-sumber-diam"
SILENT_TITLE: Final = "Sumber log berhenti mengirim"
SILENT_PLAYBOOK: Final = "kaltim-gangguan-jaringan"
LOOK_AT: Final = (
    "Apakah perangkat sumber menyala dan dapat dijangkau dari server ini?",
    "Apakah pengiriman log pada perangkat masih aktif dan alamat serta portanya benar?",
    "Apakah jaringan atau firewall di antaranya berubah?",
)
FALSE_POSITIVES: Final = ("Perangkat memang dimatikan atau dipelihara; matikan pengawasannya selama itu.",)


@dataclass(frozen=True, slots=True)
class Roll:
    """The senders as they stand in the database."""

    by_id: dict[SourceId, Source] = field(default_factory=dict)
    by_address: dict[str, Source] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class SourceWatch:
    """Counts in memory and writes now and then; its methods may be called from two threads.

    Silence is measured by the monotonic clock while this process listens, so that neither a clock that jumps nor a
    server that was switched off makes a sender silent.
    """

    state: State
    clock: Clock
    monotonic: Callable[[], float]
    timezone: str
    _roll: Roll = field(default_factory=Roll)
    _events: Counter[str] = field(default_factory=Counter)
    _rejected: Counter[str] = field(default_factory=Counter)
    _quiet: dict[str, float] = field(default_factory=dict)
    _unnamed: set[str] = field(default_factory=set)
    _zones: dict[str, ZoneInfo] = field(default_factory=dict)
    _noted_at: float | None = None
    _guard: Lock = field(default_factory=Lock)

    def open(self) -> None:
        """Read who there is and how long each has been silent."""
        with self.state.read() as uow:
            self._roll = roll_of(uow.sources.all())
            activity = uow.sources.activity()
        self._quiet = {one.key: one.quiet_seconds for one in activity}
        self._noted_at = self.monotonic()

    def zone_of(self, address: str) -> ZoneInfo:
        """Return the zone for times without one of what comes from this address."""
        source = self._roll.by_address.get(address)
        name = (source.timezone if source else None) or self.timezone
        if name not in self._zones:
            self._zones[name] = ZoneInfo(name)
        return self._zones[name]

    def name_of(self, address: str) -> str | None:
        source = self._roll.by_address.get(address)
        return source.name if source else None

    def format_of(self, address: str) -> str:
        """Return how what comes from this address is written, as far as the office has said so."""
        source = self._roll.by_address.get(address)
        return source.format if source else AUTO_FORMAT

    def layouts_of(self, address: str) -> tuple[str, ...]:
        """Return the format strings that the office has given to what comes from this address."""
        source = self._roll.by_address.get(address)
        return source.layouts if source else ()

    def heard(self, sender: str, *, events: int, rejected: int) -> None:
        """Count what came by a sender's key."""
        self._count(sender, events, rejected)

    def heard_from(self, address: str, *, events: int, rejected: int) -> None:
        """Count what came from an address."""
        source = self._roll.by_address.get(address)
        self._count(source.id if source else self._unnamed_key(address), events, rejected)

    def _unnamed_key(self, address: str) -> str:
        key = key_of_address(address)
        if key not in self._unnamed:
            if len(self._unnamed) >= MAX_UNNAMED:
                return OTHERS
            self._unnamed.add(key)
        return key

    def _count(self, key: str, events: int, rejected: int) -> None:
        with self._guard:
            self._events[key] += events
            self._rejected[key] += rejected

    def note(self) -> tuple[Detection, ...]:
        """Write down what was heard, if it is time to, and return who has fallen silent; call it about every second."""
        moment = self.monotonic()
        passed = moment - (moment if self._noted_at is None else self._noted_at)
        if passed < NOTE_SECONDS and self._noted_at is not None:
            return ()
        heard = self._take(passed)
        now = self.clock()
        with self.state.write() as uow:
            uow.sources.note(heard, at=now)
            self._roll = roll_of(uow.sources.all())
            silent = {one.key: one for one in uow.sources.activity()}
        self._noted_at = moment
        return tuple(silences(self._roll.by_id.values(), silent, at=now))

    def _take(self, passed: float) -> list[Heard]:
        with self._guard:
            events, self._events = self._events, Counter()
            rejected, self._rejected = self._rejected, Counter()
        watched = {str(one.id) for one in self._roll.by_id.values() if one.silent_minutes and not one.disabled}
        for key in watched | events.keys():
            self._quiet[key] = 0.0 if key in events else self._quiet.get(key, 0.0) + passed
        return [
            Heard(key=key, events=events[key], rejected=rejected[key], quiet_seconds=self._quiet[key])
            for key in sorted(watched | events.keys())
        ]


def roll_of(sources: Iterable[Source]) -> Roll:
    known = tuple(sources)
    return Roll(
        by_id={one.id: one for one in known},
        by_address={one.address: one for one in known if one.address and not one.disabled},
    )


def silences(sources: Iterable[Source], activity: dict[str, SourceActivity], *, at: datetime) -> Iterable[Detection]:
    """Yield a detection for each source that has sent nothing for longer than it may; once for one silence."""
    for source in sources:
        heard = activity.get(source.id)
        if source.disabled or not source.silent_minutes or heard is None:
            continue
        if heard.quiet_seconds >= source.silent_minutes * 60:
            yield silence_of(source, heard, at=at)


def silence_of(source: Source, heard: SourceActivity, *, at: datetime) -> Detection:
    last = heard.last_seen.isoformat() if heard.last_seen else "belum pernah"
    digest = blake2b(f"{SILENT_RULE}:{source.id}:{last}:{source.silent_minutes}".encode(), digest_size=16)
    minutes = int(heard.quiet_seconds // 60)
    return Detection(
        id=digest.hexdigest(),
        rule_id=SILENT_RULE,
        rule_title=SILENT_TITLE,
        level=Level.HIGH,
        tags=(),
        at=at,
        group=(("tanggap.source", source.name),),
        events=(),
        event_count=0,
        look_at=LOOK_AT,
        false_positives=FALSE_POSITIVES,
        playbook_id=SILENT_PLAYBOOK,
        source="detector",
        figures=(
            ("Sumber", source.name),
            ("Diam (menit)", str(minutes)),
            ("Batas (menit)", str(source.silent_minutes)),
            ("Terakhir terdengar", last),
        ),
    )
