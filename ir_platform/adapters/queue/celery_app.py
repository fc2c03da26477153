"""The Celery application: a broker that needs no server by default, Redis or RabbitMQ by `IRP_BROKER_URL`.

The database row is the queue; a message carries only a job's id and wakes a worker. A message that is lost with a
killed worker is sent again by the sweep. Messages expire, so that a stopped worker does not leave a growing folder
(the filesystem transport slows from 7,850 to 96 gets/s as its folder grows to 20,000 files).
"""

from pathlib import Path
from typing import Any

from celery import Celery

from ir_platform.adapters.queue import folder_transport

RUN_JOB = "tanggap.run_job"
SWEEP = "tanggap.sweep"
STAMP = "tanggap.stamp_audit"
QUEUE = "tanggap"
MATCH_BATCH = "tanggap.match_batch"
INGEST_QUEUE = "tanggap-ingest"
"""Of the scaled-out pipeline's ingest workers alone: a batch waits behind no job."""
SWEEP_SECONDS = 5.0
UPKEEP = "tanggap.upkeep"
UPKEEP_SECONDS = 3600.0
REMIND = "tanggap.remind"
REMIND_SECONDS = 30.0
STAMP_SECONDS = 60.0
"""How often the worker looks whether a time stamp is due."""
MESSAGE_LIFETIME_SECONDS = 60


def prefork_worker(app: Celery, *, concurrency: int, **options: Any) -> Any:  # noqa: ANN401  Celery has no types
    """Return a worker that forks so many processes and talks to no other worker."""
    return app.Worker(
        concurrency=concurrency,
        pool="prefork",
        loglevel="WARNING",
        quiet=True,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        **options,
    )


def make_celery(*, broker_url: str | None, data_dir: Path) -> Celery:
    """Return a configured application; no connection is made yet."""
    folder_transport.register()
    # Beat keeps its schedule here whatever the broker is, and ends where it cannot.
    folder = data_dir / "queue"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    app = Celery("tanggap")
    app.conf.update(
        broker_url=broker_url or f"{folder_transport.SCHEME}://localhost/",
        broker_connection_retry_on_startup=True,
        broker_connection_timeout=5,
        task_default_queue=QUEUE,
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        task_acks_late=False,
        worker_prefetch_multiplier=1,
        worker_max_tasks_per_child=200,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        worker_send_task_events=False,
        enable_utc=True,
        beat_schedule={
            "remind": {
                "task": REMIND,
                "schedule": REMIND_SECONDS,
                "options": {"expires": REMIND_SECONDS},
            },
            "sweep": {
                "task": SWEEP,
                "schedule": SWEEP_SECONDS,
                "options": {"expires": SWEEP_SECONDS},
            },
            "stamp_audit": {
                "task": STAMP,
                "schedule": STAMP_SECONDS,
                "options": {"expires": STAMP_SECONDS},
            },
            "upkeep": {
                "task": UPKEEP,
                "schedule": UPKEEP_SECONDS,
                "options": {"expires": UPKEEP_SECONDS},
            },
        },
        beat_schedule_filename=str(folder / "beat-schedule"),
    )
    if broker_url is None:
        app.conf.broker_transport_options = filesystem_transport(folder)
    return app


def filesystem_transport(folder: Path) -> dict[str, object]:
    """Return kombu's options for one folder that both ends use; the default polling interval allows 19 tasks/s."""
    places = {name: folder / name for name in ("messages", "processed", "control")}
    for place in places.values():
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return {
        "data_folder_in": str(places["messages"]),
        "data_folder_out": str(places["messages"]),
        "processed_folder": str(places["processed"]),
        "control_folder": str(places["control"]),
        "polling_interval": 0.05,
    }
