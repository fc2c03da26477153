"""A plain file in blocks and in parts gives the lines it has, with their places, however it is cut."""

from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.sources import blocks
from ingest.sources.blocks import Part, parts_of, read_line_blocks
from ingest.sources.files import read_lines

CONTENTS = st.lists(st.sampled_from([b"", b"a", b"bb", b"c" * 30, b"\r", b"{}"]), max_size=30).map(b"\n".join)


@given(content=CONTENTS, size=st.integers(1, 9))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_blocks_hold_the_lines_that_reading_one_by_one_gives(
    monkeypatch: pytest.MonkeyPatch, content: bytes, size: int
) -> None:
    monkeypatch.setattr(blocks, "BLOCK_BYTES", size)
    expected = [
        (line.offset, line.record, line.content)
        for line in read_lines(BytesIO(content), start=0, record=0, limit_bytes=20)
    ]

    found = []
    for block in read_line_blocks(BytesIO(content), Part(), limit_bytes=20):
        offset = block.offset
        for index, line in enumerate(block.lines):
            found.append((offset, block.record + index, line[:20].removesuffix(b"\r")))
            offset += len(line) + 1

    assert found == expected


@given(content=CONTENTS, count=st.integers(1, 6))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_parts_of_a_file_together_are_the_file(tmp_path: Path, content: bytes, count: int) -> None:
    path = tmp_path / "lines"
    path.write_bytes(content)

    parts = tuple(parts_of(path, part_bytes=max(1, -(-len(content) // count))))

    with path.open("rb") as file:
        whole = list(read_line_blocks(file, Part(), limit_bytes=99))
        cut = [block for part in parts for block in read_line_blocks(file, part, limit_bytes=99)]
    assert [(block.record, block.lines) for block in single(cut)] == [(b.record, b.lines) for b in single(whole)]
    assert len(parts) <= count


def single(found: list[blocks.Block]) -> list[blocks.Block]:
    return [
        blocks.Block(block.offset, block.record + index, [line])
        for block in found
        for index, line in enumerate(block.lines)
    ]
