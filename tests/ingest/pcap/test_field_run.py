"""A tshark that ends before it has read everything: what is said of it, and that nothing waits for it."""

import threading
import time
from pathlib import Path

from ingest.pcap.confine import Confinement
from ingest.pcap.field_run import FieldRun, Question
from ingest.pcap.spool import Room
from ingest.pcap.tshark import Tshark

MIB = 1024**2
FRAME = bytes(60_000)


def a_program(folder: Path, *, ending: str) -> Tshark:
    """Return what lists its protocols like tshark, and instead of reading packets does what it is told."""
    path = folder / "tshark"
    path.write_text(f'#!/bin/sh\nif [ "$1" = -G ]; then printf "Frame\\tFrame\\tframe\\n"; exit; fi\n{ending}\n')
    path.chmod(0o755)
    return Tshark(path)


def a_run(tshark: Tshark, *, seconds: float = 60.0) -> FieldRun:
    return FieldRun(
        tshark,
        number=1,
        question=Question(fields=("frame.number",), display_filter="dns"),
        confinement=Confinement(memory_bytes=1024 * MIB, file_bytes=MIB, user=None),
        deadline=time.monotonic() + seconds,
        room=Room(),
    )


def fed(run: FieldRun) -> FieldRun:
    for number in range(1, 11):
        run.feed(number, 0, 1, len(FRAME), FRAME, 0, len(FRAME))
    run.end()
    return run


def test_how_a_tshark_ended_that_read_nothing_is_said(tmp_path: Path) -> None:
    run = fed(a_run(a_program(tmp_path, ending="exit 3")))

    run.carry()
    rows = list(run.rows())
    run.close()

    assert rows == []
    assert run.stopped == "tshark berhenti, status 3"


def test_a_tshark_that_was_killed_is_told_by_its_signal(tmp_path: Path) -> None:
    run = fed(a_run(a_program(tmp_path, ending="kill -9 $$")))

    run.carry()
    list(run.rows())
    run.close()

    assert run.stopped == "tshark berhenti, sinyal 9"


def test_packets_for_a_tshark_that_has_ended_are_refused_with_how_it_ended(tmp_path: Path) -> None:
    run = a_run(a_program(tmp_path, ending="exit 4"))
    carrier = threading.Thread(target=run.carry)

    carrier.start()
    for number in range(1, 10_000):
        run.feed(number, 0, 1, len(FRAME), FRAME, 0, len(FRAME))
        if run.stopped is not None:
            break
    run.end()
    carrier.join()
    run.close()

    assert run.stopped == "tshark berhenti sebelum selesai, status 4"


def test_a_tshark_that_never_ends_is_ended_at_its_time(tmp_path: Path) -> None:
    run = fed(a_run(a_program(tmp_path, ending="exec sleep 60"), seconds=-1.0))

    run.carry()
    list(run.rows())
    run.close()

    assert run.stopped == "tshark melampaui batas waktu"
