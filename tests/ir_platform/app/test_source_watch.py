"""Who has fallen silent, told from what was heard, and that clocks and restarts mislead nobody."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

from ir_platform.app.source_watch import MAX_UNNAMED, OTHERS, SILENT_RULE, SourceWatch
from ir_platform.domain.alert import Detection
from ir_platform.domain.source import Source, SourceId
from tests.ir_platform.app.house import House
from tests.support.builders import NOON

FIREWALL = Source(
    id=SourceId("s1"),
    name="fw-utama",
    key_hash="a" * 64,
    created_at=NOON,
    address="10.0.0.1",
    timezone="Asia/Jayapura",
    silent_minutes=10,
)


@dataclass
class Watched:
    house: House
    seconds: list[float] = field(default_factory=lambda: [0.0])

    def __post_init__(self) -> None:
        with self.house.state.write() as uow:
            uow.sources.add(FIREWALL)
        self.watch = self.begun()

    def begun(self) -> SourceWatch:
        watch = SourceWatch(
            state=self.house.state,
            clock=lambda: self.house.clock[0],
            monotonic=lambda: self.seconds[0],
            timezone="Asia/Makassar",
        )
        watch.open()
        return watch

    def after(self, minutes: float) -> tuple[Detection, ...]:
        self.seconds[0] += minutes * 60
        self.house.clock[0] += timedelta(minutes=minutes)
        return self.watch.note()


def test_a_source_that_is_silent_for_too_long_opens_an_incident_on_the_fault_sop_once(house: House) -> None:
    watched = Watched(house)
    watched.watch.heard_from("10.0.0.1", events=3, rejected=0)
    assert watched.after(1) == ()
    assert watched.after(9) == ()

    for _ in range(3):
        house.triage().record(watched.after(2))

    [incident] = house.incidents()
    assert incident.playbook_id == "kaltim-gangguan-jaringan"
    [alert] = house.alerts()
    assert (alert.rule_id, alert.count, alert.group) == (SILENT_RULE, 1, (("tanggap.source", "fw-utama"),))


def test_a_source_that_is_heard_again_and_falls_silent_again_is_told_again(house: House) -> None:
    watched = Watched(house)
    [first] = watched.after(11)
    watched.watch.heard("s1", events=0, rejected=1)
    assert watched.after(1) == ()

    [second] = watched.after(11)

    assert first.id != second.id


def test_a_clock_that_jumps_and_a_server_that_was_off_make_nobody_silent(house: House) -> None:
    watched = Watched(house)
    watched.watch.heard("s1", events=1, rejected=0)
    watched.after(1)

    house.clock[0] += timedelta(days=400)
    assert watched.after(1) == ()
    watched.seconds[0] += 10**6
    watched.watch = watched.begun()

    assert watched.after(5) == ()
    [found] = watched.after(5)
    assert ("Diam (menit)", "11") in found.figures


def test_the_zone_and_name_of_a_source_are_those_of_its_address_and_follow_a_change(house: House) -> None:
    watched = Watched(house)
    assert watched.watch.zone_of("10.0.0.1").key == "Asia/Jayapura"
    assert watched.watch.zone_of("10.0.0.2").key == "Asia/Makassar"

    with house.state.write() as uow:
        uow.sources.save(replace(FIREWALL, timezone="Asia/Jakarta"))
    watched.after(1)

    assert watched.watch.zone_of("10.0.0.1").key == "Asia/Jakarta"
    assert watched.watch.name_of("10.0.0.1") == "fw-utama"
    assert watched.watch.name_of("10.0.0.2") is None


def test_made_up_addresses_are_counted_together_once_there_are_too_many(house: House) -> None:
    watched = Watched(house)
    for number in range(MAX_UNNAMED + 50):
        watched.watch.heard_from(f"2001:db8::{number:x}", events=1, rejected=0)
    watched.after(1)

    with house.state.read() as uow:
        counted = {one.key: one.events for one in uow.sources.activity()}
    assert counted[OTHERS] == 50
    assert len(counted) == MAX_UNNAMED + 2
