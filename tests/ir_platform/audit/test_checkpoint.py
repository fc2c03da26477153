"""The checkpoint file outside the database."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ir_platform.audit.checkpoint import AuditCheckpointFile, CheckpointConflictError, CheckpointFileError
from ir_platform.domain.audit import AuditHead
from tests.support.builders import NOON


def head(seq: int, digit: str = "a") -> AuditHead:
    return AuditHead(seq=seq, hash=digit * 64)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "audit" / "checkpoint.jsonl"


def test_a_file_that_is_not_there_yet_has_no_checkpoint(path: Path) -> None:
    assert AuditCheckpointFile(path).last() is None
    assert AuditCheckpointFile(path).all() == ()


def test_what_was_noted_is_read_back_oldest_first(path: Path) -> None:
    file = AuditCheckpointFile(path)

    written = [file.append(head(seq), NOON) for seq in (1, 4, 9)]

    assert written == [True, True, True]
    assert [(one.seq, one.hash, one.at) for one in file.all()] == [(seq, "a" * 64, NOON) for seq in (1, 4, 9)]
    last = AuditCheckpointFile(path).last()
    assert last is not None
    assert last.seq == 9


def test_only_the_owner_may_read_it(path: Path) -> None:
    AuditCheckpointFile(path).append(head(1), NOON)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("late", [head(0), head(3), head(5)])
def test_it_never_moves_backwards_and_repeats_nothing(path: Path, late: AuditHead) -> None:
    file = AuditCheckpointFile(path)
    file.append(head(5), NOON)
    before = path.read_bytes()

    assert not file.append(late, NOON)
    assert path.read_bytes() == before


def test_another_hash_for_a_noted_entry_is_refused(path: Path) -> None:
    file = AuditCheckpointFile(path)
    file.append(head(5, "a"), NOON)

    with pytest.raises(CheckpointConflictError) as refused:
        file.append(head(5, "b"), NOON)

    assert (refused.value.seq, refused.value.noted[0], refused.value.found[0]) == (5, "a", "b")


def test_a_line_cut_short_by_a_power_loss_is_written_over(path: Path) -> None:
    file = AuditCheckpointFile(path)
    file.append(head(1), NOON)
    with path.open("ab") as torn:
        torn.write(b'{"seq":2,"ha')

    seen = file.last()
    file.append(head(2), NOON)

    assert seen is not None
    assert seen.seq == 1
    assert [one.seq for one in file.all()] == [1, 2]


def test_a_file_of_nothing_but_a_torn_line_is_begun_anew(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b'{"se')

    AuditCheckpointFile(path).append(head(1), NOON)

    assert [one.seq for one in AuditCheckpointFile(path).all()] == [1]


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{}",
        b"[]",
        b"7",
        b'{"seq":0,"hash":"a","at":"2026-11-20"}',
        b'{"seq":true,"hash":"a","at":"2026"}',
        b"\xff",
    ],
)
def test_a_line_of_another_making_is_named(path: Path, line: bytes) -> None:
    file = AuditCheckpointFile(path)
    file.append(head(1), NOON)
    path.write_bytes(path.read_bytes() + line + b"\n")

    with pytest.raises(CheckpointFileError) as refused:
        file.all()
    with pytest.raises(CheckpointFileError):
        file.append(head(9), NOON)

    assert refused.value.line == 2


def test_lines_out_of_order_are_named(path: Path) -> None:
    file = AuditCheckpointFile(path)
    file.append(head(1), NOON)
    file.append(head(2), NOON)
    path.write_bytes(b"".join(reversed(path.read_bytes().splitlines(keepends=True))))

    with pytest.raises(CheckpointFileError) as refused:
        file.all()

    assert refused.value.line == 2


def test_writers_at_once_leave_a_file_that_only_rises(path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda seq: AuditCheckpointFile(path).append(head(seq), NOON), range(1, 60)))

    seen = [one.seq for one in AuditCheckpointFile(path).all()]
    assert seen == sorted(set(seen))
    assert seen[-1] == 59


def test_the_last_line_of_a_long_file_is_found(path: Path) -> None:
    file = AuditCheckpointFile(path)
    for seq in range(1, 200):
        file.append(head(seq), NOON)

    last = file.last()

    assert last is not None
    assert last.seq == 199
