"""Files that arrive in pieces, on a real disk: any cuts, any alternation of processes, one hash."""

import stat
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ir_platform.adapters.files.partial import PartialFiles
from ir_platform.ports import PartialBusyError, PartialLostError

PIECES = st.lists(st.tuples(st.binary(min_size=1, max_size=50), st.integers(0, 1), st.booleans()), max_size=8)
"""Content, which process writes it, and whether that fails before what it wrote is counted."""


@settings(max_examples=40, deadline=None)
@given(pieces=PIECES)
def test_whoever_writes_which_piece_the_hash_is_that_of_what_was_counted(
    pieces: list[tuple[bytes, int, bool]],
) -> None:
    with TemporaryDirectory() as folder:
        processes, counted = [PartialFiles(Path(folder)), PartialFiles(Path(folder))], b""
        processes[0].begin("a")
        digest = sha256().hexdigest()
        for content, process, is_killed in pieces:
            with suppress(KeyboardInterrupt), processes[process].writing("a", offset=partial(len, counted)) as writer:
                writer.write(content)
                if is_killed:
                    raise KeyboardInterrupt
                digest = writer.sha256
            counted += b"" if is_killed else content

        assert digest == sha256(counted).hexdigest()


def test_the_file_is_for_the_owner_alone_and_begun_once(tmp_path: Path) -> None:
    files = PartialFiles(tmp_path / "partial")
    files.begin("a")

    with pytest.raises(FileExistsError):
        files.begin("a")

    assert stat.S_IMODE(files.path("a").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "partial").stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["", "../a", "a/b", ".", "A", "a\x00", "x" * 65])
def test_what_is_no_name_of_ours_never_becomes_a_path(tmp_path: Path, name: str) -> None:
    with pytest.raises(PartialLostError):
        PartialFiles(tmp_path).path(name)


def test_a_file_has_one_writer_and_fewer_bytes_than_were_counted_are_a_loss(tmp_path: Path) -> None:
    one, other = PartialFiles(tmp_path), PartialFiles(tmp_path)
    one.begin("a")

    with one.writing("a", offset=lambda: 0), pytest.raises(PartialBusyError), other.writing("a", offset=lambda: 0):
        pass
    with pytest.raises(PartialLostError), one.writing("a", offset=lambda: 5):
        pass
    with pytest.raises(PartialLostError), one.writing("gone", offset=lambda: 0):
        pass


def test_sweeping_takes_what_nobody_wants_once_it_is_old(tmp_path: Path) -> None:
    files, later = PartialFiles(tmp_path), datetime.now(UTC) + timedelta(hours=1)
    for name in ("kept", "left"):
        files.begin(name)

    young = files.sweep(is_wanted=lambda name: False, before=later - timedelta(hours=2))
    old = files.sweep(is_wanted=lambda name: name == "kept", before=later)

    assert (young, old) == (0, 1)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
