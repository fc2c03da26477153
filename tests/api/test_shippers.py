"""What shippers are told when not everything can be taken: each item by itself, and when to come again."""

import threading
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from api.shippers.app import ShipperServices, create_shipper_app
from api.shippers.bodies import InFlight
from api.shippers.desk import Shippers
from ingest.intake import MAX_EVENTS
from ingest.shipment import documents_of, unpack
from ir_platform.audit.record import record
from ir_platform.domain.event import EventBatch
from ir_platform.identity.sources import SourceKey, SourceTraits, add_source
from ir_platform.ports import Accepted, IntakeAwayError, SpoolFullError, StoreFullError
from tests.support.api import HttpServer
from tests.support.builders import NOON
from tests.support.sqlite import fresh_state

GELF = b'{"version":"1.1","host":"a","short_message":"x"}'
DOCUMENT = b'{"create":{"_index":"a"}}\n{"message":"x"}\n'


@dataclass
class ScriptedIntake:
    """An intake that takes so many batches and then raises."""

    batches: int
    failure: Callable[[], Exception]
    waits_for: threading.Event | None = None
    reached: threading.Event = field(default_factory=threading.Event)
    taken: list[EventBatch] = field(default_factory=list)

    def carry(self, batch: EventBatch, *, sender: str, rejected: int) -> Accepted:
        self.reached.set()
        if self.waits_for is not None:
            assert self.waits_for.wait(60)
        if len(self.taken) >= self.batches:
            raise self.failure()
        self.taken.append(batch)
        return Accepted(stored=len(batch), duplicates=0)


@dataclass
class ScriptedSpool:
    """A spool that keeps so many shipments and then raises."""

    shipments: int = 1_000
    failure: Callable[[], Exception] = StoreFullError
    waits_for: threading.Event | None = None
    reached: threading.Event = field(default_factory=threading.Event)
    kept: list[bytes] = field(default_factory=list)

    def append(self, content: bytes, *, events: int) -> None:
        self.reached.set()
        if self.waits_for is not None:
            assert self.waits_for.wait(60)
        if len(self.kept) >= self.shipments:
            raise self.failure()
        self.kept.append(content)


@dataclass
class Port:
    url: str
    key: SourceKey
    intake: ScriptedIntake
    spool: ScriptedSpool

    def post(self, path: str, content: bytes, **headers: str) -> httpx.Response:
        with httpx.Client(headers={"Authorization": f"ApiKey {self.key.api_key}", **headers}, timeout=60) as client:
            return client.post(f"{self.url}{path}", content=content)


@pytest.fixture
def intake() -> ScriptedIntake:
    return ScriptedIntake(batches=1_000, failure=StoreFullError)


@pytest.fixture
def port(tmp_path: Path, http_server: HttpServer, intake: ScriptedIntake) -> Iterator[Port]:
    state = fresh_state(tmp_path / "state.sqlite3")
    key = add_source(state, "web-1", SourceTraits(), by=None, now=NOON, new_id=lambda: "id-1", record=record)
    shippers = Shippers(
        state=state,
        intake=intake,
        spool=(spool := ScriptedSpool()),
        clock=lambda: NOON,
        timezone="UTC",
        max_bytes=1024 * 1024,
        in_flight=InFlight(limit_bytes=1024 * 1024),
        webhook_key=b"k",
    )
    http_server.switchboard.app = create_shipper_app(ShipperServices(shippers=shippers))
    yield Port(http_server.url, key, intake, spool)
    state.close()


@pytest.mark.parametrize(("failure", "status"), [(StoreFullError, 429), (IntakeAwayError, 503)])
def test_where_no_line_can_be_taken_the_whole_shipment_is_refused_with_when_to_come_again(
    port: Port, failure: Callable[[], Exception], status: int
) -> None:
    port.intake.batches, port.intake.failure = 0, failure

    answers = [
        port.post("/api/v1/ingest", b'{"message":"x"}\n'),
        port.post("/api/v1/ingest/webhook/web-1", b'{"message":"x"}'),
    ]

    assert [one.status_code for one in answers] == [status] * len(answers)
    assert all(int(one.headers["retry-after"]) > 0 for one in answers)
    assert port.intake.taken == []


@pytest.mark.parametrize("failure", [StoreFullError, SpoolFullError])
def test_a_shipment_that_cannot_be_kept_is_refused_whole_with_when_to_come_again(
    port: Port, failure: Callable[[], Exception]
) -> None:
    port.spool.shipments, port.spool.failure = 1, failure
    assert port.post("/_bulk", DOCUMENT).json()["items"][0]["create"]["status"] == 201

    answers = [port.post("/_bulk", DOCUMENT), port.post("/a/_doc", b'{"message":"x"}'), port.post("/gelf", GELF)]

    assert [one.status_code for one in answers] == [429] * 3
    assert all(int(one.headers["retry-after"]) > 0 for one in answers)
    assert len(port.spool.kept) == 1


def test_a_message_of_gelf_is_kept_though_nobody_reads_it_now_as_its_libraries_compress_it(port: Port) -> None:
    port.intake.batches, port.intake.failure = 0, IntakeAwayError

    answers = [
        port.post("/gelf", zlib.compress(GELF), **{"content-encoding": "gzip,deflate"}),
        port.post("/api/v1/ingest/gelf", b"bukan"),
        port.post("/gelf", b""),
    ]

    assert [one.status_code for one in answers] == [202, 400, 400]
    read = [one for kept in port.spool.kept for one in documents_of(unpack(kept))]
    assert [one.is_rejected for one in read] == [False, True]
    assert read[0].event.fields()["host.name"] == "a"
    assert [one.event.id for kept in port.spool.kept for one in documents_of(unpack(kept))] == [
        one.event.id for one in read
    ]


@pytest.mark.parametrize(("failure", "status"), [(StoreFullError, 429), (IntakeAwayError, 503)])
def test_where_room_ends_in_the_middle_of_lines_the_rest_is_to_be_sent_again(
    port: Port, failure: Callable[[], Exception], status: int
) -> None:
    port.intake.batches, port.intake.failure = 1, failure

    lines = port.post("/api/v1/ingest", b'{"message":"x"}\n' * (MAX_EVENTS + 5))

    assert lines.status_code == status


def test_more_at_a_time_than_there_is_memory_for_is_put_off(port: Port) -> None:
    port.spool.waits_for = threading.Event()
    large = DOCUMENT * 15_000
    answers: list[httpx.Response] = []
    first = threading.Thread(target=lambda: answers.append(port.post("/_bulk", large)))
    first.start()
    assert port.spool.reached.wait(60)

    refused = port.post("/_bulk", large)
    port.spool.waits_for.set()
    first.join()

    assert refused.headers["retry-after"]
    assert answers[0].status_code == 200
    assert port.post("/_bulk", large).status_code == 200
