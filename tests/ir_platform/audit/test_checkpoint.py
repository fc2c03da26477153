"""The checkpoint file outside the database."""

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from ir_platform.audit.chain import Checkpoint
from ir_platform.audit.checkpoint import AuditCheckpointFile, CheckpointConflictError, CheckpointFileError
from ir_platform.audit.signing import AuditKey, kid_of, pem_of
from ir_platform.domain.audit import AuditHead
from tests.support.builders import NOON

KEY = AuditKey(
    kid=kid_of((PRIVATE := Ed25519PrivateKey.generate()).public_key()),
    private=PRIVATE,
    public_pem=pem_of(PRIVATE.public_key()),
)
KEYS = {KEY.kid: PRIVATE.public_key()}


def checkpoints(path: Path) -> list[Checkpoint]:
    return list(AuditCheckpointFile(path).verified(KEYS))


def head(seq: int, digit: str = "a") -> AuditHead:
    return AuditHead(seq=seq, hash=digit * 64)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "audit" / "checkpoint.jsonl"


def test_a_file_that_is_not_there_yet_has_no_checkpoint(path: Path) -> None:
    assert AuditCheckpointFile(path).last() is None
    assert checkpoints(path) == []


def test_what_was_noted_is_read_back_oldest_first(path: Path) -> None:
    file = AuditCheckpointFile(path)

    written = [file.append(head(seq), NOON, key=KEY) for seq in (1, 4, 9)]

    assert written == [True, True, True]
    assert [(one.seq, one.hash, one.at) for one in checkpoints(path)] == [(seq, "a" * 64, NOON) for seq in (1, 4, 9)]
    last = AuditCheckpointFile(path).last()
    assert last is not None
    assert last.checkpoint.seq == 9


def test_only_the_owner_may_read_it(path: Path) -> None:
    AuditCheckpointFile(path).append(head(1), NOON, key=KEY)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("late", [head(0), head(3), head(5)])
def test_it_never_moves_backwards_and_repeats_nothing(path: Path, late: AuditHead) -> None:
    file = AuditCheckpointFile(path)
    file.append(head(5), NOON, key=KEY)
    before = path.read_bytes()

    assert not file.append(late, NOON, key=KEY)
    assert path.read_bytes() == before


def test_another_hash_for_a_noted_entry_is_refused(path: Path) -> None:
    file = AuditCheckpointFile(path)
    file.append(head(5, "a"), NOON, key=KEY)

    with pytest.raises(CheckpointConflictError) as refused:
        file.append(head(5, "b"), NOON, key=KEY)

    assert (refused.value.seq, refused.value.noted[0], refused.value.found[0]) == (5, "a", "b")


def test_a_line_cut_short_by_a_power_loss_is_written_over(path: Path) -> None:
    file = AuditCheckpointFile(path)
    file.append(head(1), NOON, key=KEY)
    with path.open("ab") as torn:
        torn.write(b'{"seq":2,"ha')

    seen = file.last()
    file.append(head(2), NOON, key=KEY)

    assert seen is not None
    assert seen.checkpoint.seq == 1
    assert [one.seq for one in checkpoints(path)] == [1, 2]


def test_a_file_of_nothing_but_a_torn_line_is_begun_anew(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b'{"se')

    AuditCheckpointFile(path).append(head(1), NOON, key=KEY)

    assert [one.seq for one in checkpoints(path)] == [1]


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
    file.append(head(1), NOON, key=KEY)
    path.write_bytes(path.read_bytes() + line + b"\n")

    with pytest.raises(CheckpointFileError) as refused:
        checkpoints(path)
    with pytest.raises(CheckpointFileError):
        file.append(head(9), NOON, key=KEY)

    assert refused.value.line == 2


def test_lines_out_of_order_are_named(path: Path) -> None:
    file = AuditCheckpointFile(path)
    file.append(head(1), NOON, key=KEY)
    file.append(head(2), NOON, key=KEY)
    path.write_bytes(b"".join(reversed(path.read_bytes().splitlines(keepends=True))))

    with pytest.raises(CheckpointFileError) as refused:
        checkpoints(path)

    assert refused.value.line == 1


def test_writers_at_once_leave_a_file_that_only_rises(path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda seq: AuditCheckpointFile(path).append(head(seq), NOON, key=KEY), range(1, 60)))

    seen = [one.seq for one in checkpoints(path)]
    assert seen == sorted(set(seen))
    assert seen[-1] == 59


def test_the_last_line_of_a_long_file_is_found(path: Path) -> None:
    file = AuditCheckpointFile(path)
    for seq in range(1, 200):
        file.append(head(seq), NOON, key=KEY)

    last = file.last()

    assert last is not None
    assert last.checkpoint.seq == 199


def of_first_release(*seqs: int) -> bytes:
    lines = ({"seq": seq, "hash": "a" * 64, "at": NOON.isoformat()} for seq in seqs)
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def test_lines_of_the_first_release_are_bound_by_the_first_signed_one(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(of_first_release(1, 3))

    AuditCheckpointFile(path).append(head(3), NOON, key=KEY)

    assert [one.seq for one in checkpoints(path)] == [1, 3, 3]
    path.write_bytes(path.read_bytes().replace(b'"seq": 3', b'"seq": 2', 1))
    with pytest.raises(CheckpointFileError) as refused:
        checkpoints(path)
    assert refused.value.line == 3


@pytest.mark.parametrize("signed_before", [0, 2])
def test_lines_without_a_signature_prove_nothing_once_there_is_a_key(path: Path, signed_before: int) -> None:
    path.parent.mkdir()
    for seq in range(1, signed_before + 1):
        AuditCheckpointFile(path).append(head(seq), NOON, key=KEY)
    with path.open("ab") as file:
        file.write(of_first_release(7))

    with pytest.raises(CheckpointFileError) as refused:
        checkpoints(path)

    assert "tidak bertanda tangan" in refused.value.reason


def test_a_key_that_is_not_trusted_signs_for_nobody(path: Path) -> None:
    AuditCheckpointFile(path).append(head(1), NOON, key=KEY)

    with pytest.raises(CheckpointFileError) as refused:
        list(AuditCheckpointFile(path).verified({"0" * 16: PRIVATE.public_key()}))

    assert "tidak dikenal" in refused.value.reason


@given(data=st.data())
def test_any_changed_byte_of_a_line_is_found(data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "checkpoint.jsonl"
        for seq in (1, 4, 9):
            AuditCheckpointFile(path).append(head(seq), NOON, key=KEY)
        written = bytearray(path.read_bytes())
        place = data.draw(st.integers(0, len(written) - 2))  # the last line end missing is a torn line, not a forgery
        byte = data.draw(st.integers(0, 255).filter(lambda value: value != written[place]))
        written[place] = byte
        path.write_bytes(bytes(written))

        with pytest.raises(CheckpointFileError):
            checkpoints(path)


@given(data=st.data())
def test_a_line_that_is_removed_or_moved_before_the_last_is_found(data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "checkpoint.jsonl"
        for seq in (1, 4, 9, 12):
            AuditCheckpointFile(path).append(head(seq), NOON, key=KEY)
        lines = path.read_bytes().splitlines(keepends=True)
        place = data.draw(st.integers(0, 2))
        taken = lines.pop(place)
        if data.draw(st.booleans()):
            lines.append(taken)
        path.write_bytes(b"".join(lines))

        with pytest.raises(CheckpointFileError):
            checkpoints(path)
