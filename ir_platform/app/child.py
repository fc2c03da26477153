"""`python -m ir_platform.app.child NAME`: what one child of `irp serve` runs; settings come in the environment."""

import argparse
import asyncio
import socket
import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from ir_platform.app import lifeline
from ir_platform.app.garbage import collect_rarely, collector_at_rest, set_aside_what_is_loaded
from ir_platform.app.ids import utc_now
from ir_platform.app.logging import configure_logging
from ir_platform.config import Settings, load_settings

if TYPE_CHECKING:
    from ir_platform.app.pipeline import HotPath
    from ir_platform.ports import State

SWITCH_SECONDS = 0.0005
"""How long a thread of the API may keep the interpreter from another one that wants it. Python's own 5 ms is an age to
a thread that holds the database's write lock: each of its statements gives the interpreter up and asks for it again."""


def inherited(descriptor: int) -> socket.socket:
    """Return the socket that the parent bound."""
    return socket.socket(fileno=descriptor)


def run_api(settings: Settings, arguments: argparse.Namespace) -> None:
    with collector_at_rest():
        import uvicorn  # noqa: PLC0415  each child loads only what it runs

        from api.main import create_app  # noqa: PLC0415
        from ir_platform.app.sharing_server import SharingServer  # noqa: PLC0415
        from ir_platform.app.turns import Board  # noqa: PLC0415
        from ir_platform.app.wiring import api_services  # noqa: PLC0415

    sys.setswitchinterval(SWITCH_SECONDS)
    config = uvicorn.Config(
        create_app(api_services(settings)),
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=3,  # an open event stream would hold the exit back for ever
    )
    set_aside_what_is_loaded()
    board = Board(arguments.turns, number=arguments.turn)
    SharingServer(config, listener=inherited(arguments.http), board=board).run()


def run_intake(settings: Settings, arguments: argparse.Namespace) -> None:
    with collector_at_rest():
        from ir_platform.app.intake_process import serve_intake  # noqa: PLC0415
        from ir_platform.app.tailing import Carry, Tailing  # noqa: PLC0415
        from ir_platform.app.wiring import (  # noqa: PLC0415
            make_capture_queue,
            make_source_watch,
            note_audit,
            open_state,
        )

    collect_rarely()
    state = open_state(settings)
    pipeline, poll_rules = hot_path(settings, state, index_board=arguments.index)

    def note() -> None:
        note_audit(settings, state)

    sources = make_source_watch(settings, state)

    queue = make_capture_queue(settings, state)

    def tails(carry: Carry) -> Tailing:
        return Tailing(
            state=state, sources=sources, carry=carry, queue_capture=queue, clock=utc_now, timezone=settings.timezone
        )

    asyncio.run(serve_intake(settings, pipeline, note, poll_rules, sources=sources, tails=tails))


def hot_path(
    settings: Settings, state: "State", *, index_board: int | None
) -> "tuple[HotPath, Callable[[], Callable[[], object] | None] | None]":
    """Return what carries batches, and what looks whether rules have changed where they are matched here.

    `index_board`: shared with the process that keeps the index; None: this one does.
    """
    from ir_platform.app.wiring import make_rule_watch, open_pipeline  # noqa: PLC0415

    if settings.pipeline == "scaled_out":
        from ir_platform.app.wiring_scaled_out import open_acceptance  # noqa: PLC0415

        return open_acceptance(settings, state, index_board=index_board), None
    watch = make_rule_watch(settings, state)
    pipeline = open_pipeline(settings, state, scanner=watch.first(), index_board=index_board)

    def poll() -> Callable[[], object] | None:
        renewed = watch.poll()
        return None if renewed is None else partial(pipeline.renew, renewed)

    return pipeline, poll


def run_index(settings: Settings, arguments: argparse.Namespace) -> None:
    with collector_at_rest():
        from ir_platform.app.index_child import keep_index_until_told  # noqa: PLC0415

    keep_index_until_told(settings, arguments.index)


def run_worker(settings: Settings, arguments: argparse.Namespace) -> None:
    with collector_at_rest():
        import ir_platform.app.wiring  # noqa: PLC0415, F401  once, before the processes that do the jobs are forked
        from ir_platform.app.worker import run_celery  # noqa: PLC0415

    set_aside_what_is_loaded()  # before the fork, so that the children's memory stays shared too
    run_celery(settings)


def run_shippers(settings: Settings, arguments: argparse.Namespace) -> None:
    with collector_at_rest():
        import uvicorn  # noqa: PLC0415

        from api.shippers.app import ShipperServices, create_shipper_app  # noqa: PLC0415
        from ingest.sources.tls import Handshakes, server_context  # noqa: PLC0415
        from ir_platform.app.receiving import make_shippers  # noqa: PLC0415
        from ir_platform.app.tls_settings import tls_of_shippers  # noqa: PLC0415

    tls = tls_of_shippers(settings)
    config = uvicorn.Config(
        create_shipper_app(ShipperServices(shippers=make_shippers(settings))),
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
        ssl_context_factory=None if tls is None else lambda config, default: server_context(tls, Handshakes()),
    )
    uvicorn.Server(config).run(sockets=[inherited(arguments.bulk)])


def run_syslog(settings: Settings, arguments: argparse.Namespace) -> None:
    with collector_at_rest():
        from ir_platform.app.gelf_receiving import GelfSockets  # noqa: PLC0415
        from ir_platform.app.listening import serve_listeners  # noqa: PLC0415
        from ir_platform.app.receiving import open_spool  # noqa: PLC0415
        from ir_platform.app.syslog_receiving import SyslogSockets  # noqa: PLC0415

    sockets = SyslogSockets(
        tcp=None if arguments.syslog_tcp is None else inherited(arguments.syslog_tcp),
        udp=None if arguments.syslog_udp is None else inherited(arguments.syslog_udp),
        tls=None if arguments.syslog_tls is None else inherited(arguments.syslog_tls),
    )
    gelf = None
    if arguments.gelf_tcp is not None:
        gelf = GelfSockets(tcp=inherited(arguments.gelf_tcp), udp=inherited(arguments.gelf_udp))
    asyncio.run(serve_listeners(settings, sockets, gelf, open_spool(settings)))


def run_ingest_worker(settings: Settings, arguments: argparse.Namespace) -> None:
    with collector_at_rest():
        import ir_platform.app.wiring_scaled_out  # noqa: PLC0415, F401  once, before the pool is forked
        from ir_platform.app.ingest_worker import run_ingest_workers  # noqa: PLC0415

    run_ingest_workers(settings)


def run_range_owner(settings: Settings, arguments: argparse.Namespace) -> None:
    with collector_at_rest():
        from ir_platform.app.range_owner import run_owner  # noqa: PLC0415
        from ir_platform.app.wiring_scaled_out import make_range_owner  # noqa: PLC0415

    run_owner(make_range_owner(settings))


LISTENED_ON = ("syslog-tcp", "syslog-udp", "syslog-tls", "gelf-tcp", "gelf-udp")

CHILDREN = {
    "api": run_api,
    "index": run_index,
    "ingest": run_ingest_worker,
    "intake": run_intake,
    "ranges": run_range_owner,
    "shippers": run_shippers,
    "syslog": run_syslog,
    "worker": run_worker,
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("name", choices=sorted(CHILDREN))
    for number in ("lifeline", "http", "bulk", "index", "turns", "turn", *LISTENED_ON):
        parser.add_argument(f"--{number}", type=int)
    arguments = parser.parse_args()
    settings = load_settings()
    configure_logging(settings.log_level)
    if arguments.lifeline is not None:
        lifeline.follow(arguments.lifeline)
    CHILDREN[arguments.name](settings, arguments)


if __name__ == "__main__":
    main()
