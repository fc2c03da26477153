"""What a disk that loses bytes costs: the record they are in, and nothing else."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from ir_platform.adapters.events.embedded import layout
from ir_platform.adapters.events.embedded.layout import SegmentFile
from ir_platform.adapters.events.embedded.reader import EmbeddedEventReader
from ir_platform.adapters.events.embedded.rebuild import rebuild_index
from ir_platform.adapters.events.embedded.segments import SegmentLog, read_records, read_whole_records
from ir_platform.domain.event import batch_of
from tests.ir_platform.adapters.events.embedded.stores import RECEIVED, a_writer, found_ids
from tests.support.builders import an_event

DAY = timedelta(days=1)


def five_records(folder: Path) -> SegmentFile:
    """A segment of five records with an event each."""
    log = SegmentLog(folder)
    for number in range(5):
        log.append(batch_of([an_event(record=number, message=f"line {number}")]), day=RECEIVED.date())
    log.close()
    return layout.segments(folder)[0]


def spoil(path: Path, place: int) -> None:
    raw = bytearray(path.read_bytes())
    raw[place] ^= 0xFF
    path.write_bytes(raw)


@settings(max_examples=30, deadline=None)
@given(st.integers(min_value=0))
def test_a_byte_lost_anywhere_costs_one_record(place: int) -> None:
    with TemporaryDirectory() as name:
        segment = five_records(Path(name))
        whole = list(read_records(segment))

        spoil(segment.path, place % segment.path.stat().st_size)

        left = list(read_whole_records(segment))
        assert len(left) == 4
        assert [record for record in whole if record in left] == left


def test_a_store_with_a_damaged_record_opens_and_goes_on_after_it(tmp_path: Path) -> None:
    segment = five_records(tmp_path)
    second = list(read_records(segment))[1]
    spoil(segment.path, second.start.offset + 20)
    later = an_event(record=9, message="line")

    with a_writer(tmp_path, now=RECEIVED + DAY) as writer:
        writer.append(batch_of([later]))
        writer.flush()

    ids = {an_event(record=number, message=f"line {number}").id for number in (0, 2, 3, 4)}
    assert found_ids(EmbeddedEventReader(tmp_path), "line") == ids | {later.id}


def test_a_sealed_segment_with_a_damaged_record_and_no_sidecar_harms_no_start(tmp_path: Path) -> None:
    segment = five_records(tmp_path)
    with a_writer(tmp_path, now=RECEIVED + DAY) as writer:
        writer.append(batch_of([an_event(record=9, message="line")]))
    segment.ids_path.unlink()
    spoil(segment.path, segment.path.stat().st_size - 1)

    rebuild_index(tmp_path, on_progress=lambda done, of: None)

    assert len(found_ids(EmbeddedEventReader(tmp_path), "line")) == 5
