"""The folder that carries messages: whole messages only, and one that is torn stops nobody."""

from pathlib import Path

import pytest
from celery import Celery
from kombu.exceptions import OperationalError

from ir_platform.adapters.queue.celery_app import RUN_JOB, make_celery


@pytest.fixture
def app(tmp_path: Path) -> Celery:
    return make_celery(broker_url=None, data_dir=tmp_path)


def received(app: Celery) -> list[object]:
    """What a worker would be given: the first argument of each waiting message."""
    with app.connection_for_read() as connection, connection.SimpleQueue("tanggap") as queue:
        found = []
        while True:
            try:
                message = queue.get(timeout=0.3)
            except queue.Empty:
                return found
            found.append(message.payload[0][0])
            message.ack()


def test_a_torn_message_is_dropped_and_those_after_it_arrive(app: Celery, tmp_path: Path) -> None:
    messages = tmp_path / "queue" / "messages"
    (messages / "0000_torn.tanggap.msg").write_bytes(b"")
    app.send_task(RUN_JOB, args=["job-1"])
    app.send_task(RUN_JOB, args=["job-2"])

    found = received(app)

    assert sorted(map(str, found)) == ["job-1", "job-2"]
    assert list(messages.iterdir()) == []


def test_a_message_that_cannot_be_written_leaves_nothing_behind(
    app: Celery, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, data: bytes) -> int:
        self.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)

    with pytest.raises(OperationalError):
        app.send_task(RUN_JOB, args=["job-1"], retry=False)

    assert list((tmp_path / "queue" / "messages").iterdir()) == []
