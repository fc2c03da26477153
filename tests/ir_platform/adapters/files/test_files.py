"""Content-addressed files and the data folder, on a real disk."""

import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from ir_platform.adapters.files.content import ContentFiles
from ir_platform.adapters.files.data_dir import DataDirError, prepare_data_dir
from ir_platform.ports import Files, FileTooLargeError

CONTENT = b"tangkapan"
DIGEST = sha256(CONTENT).hexdigest()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "files"


def everything_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_file_is_stored_under_its_digest_for_the_owner_alone(folder: Path) -> None:
    files: Files = ContentFiles(folder)

    stored = files.put([CONTENT[:3], CONTENT[3:]], limit_bytes=len(CONTENT))

    assert (stored.sha256, stored.size, stored.path) == (DIGEST, 9, folder / DIGEST[:2] / DIGEST[2:])
    assert stat.S_IMODE(stored.path.stat().st_mode) == 0o600
    assert {stat.S_IMODE(path.stat().st_mode) for path in (folder, stored.path.parent)} == {0o700}
    with files.open(DIGEST) as opened:
        assert opened.read() == CONTENT


def test_the_same_content_is_stored_once(folder: Path) -> None:
    files = ContentFiles(folder)

    first = files.put([CONTENT], limit_bytes=100)
    again = files.put([CONTENT], limit_bytes=100)

    assert again == first
    assert everything_in(folder) == [first.path]


def test_a_file_over_the_limit_is_refused_and_nothing_is_kept(folder: Path) -> None:
    with pytest.raises(FileTooLargeError) as refused:
        ContentFiles(folder).put([CONTENT, CONTENT], limit_bytes=17)

    assert refused.value.limit_bytes == 17
    assert everything_in(folder) == []


def test_a_sender_that_breaks_off_leaves_nothing(folder: Path) -> None:
    def chunks() -> Iterator[bytes]:
        yield CONTENT
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        ContentFiles(folder).put(chunks(), limit_bytes=100)

    assert everything_in(folder) == []


def test_an_empty_file_is_a_file(folder: Path) -> None:
    stored = ContentFiles(folder).put([], limit_bytes=0)

    assert (stored.size, stored.path.read_bytes()) == (0, b"")


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", "a" * 63, "A" * 64, "a" * 64 + "\n", "a" * 62 + "/x"])
def test_what_is_no_digest_never_becomes_a_path(folder: Path, digest: str) -> None:
    files = ContentFiles(folder)

    with pytest.raises(FileNotFoundError):
        files.path(digest)
    with pytest.raises(FileNotFoundError):
        files.open(digest)


def test_content_that_was_never_stored_is_not_found(folder: Path) -> None:
    with pytest.raises(FileNotFoundError):
        ContentFiles(folder).open(DIGEST)


def test_writers_of_the_same_content_at_once_all_succeed(folder: Path) -> None:
    files = ContentFiles(folder)

    with ThreadPoolExecutor(8) as pool:
        stored = list(pool.map(lambda _: files.put([CONTENT], limit_bytes=100), range(40)))

    assert len(set(stored)) == 1
    assert everything_in(folder) == [stored[0].path]


def test_what_a_killed_process_left_is_removed_once_it_is_old(folder: Path) -> None:
    files = ContentFiles(folder)
    kept = files.put([CONTENT], limit_bytes=100)
    (folder / ".unfinished-x").write_bytes(b"half")
    written = datetime.now(UTC)

    too_early = files.remove_unfinished(before=written - timedelta(hours=1))
    removed = files.remove_unfinished(before=written + timedelta(hours=1))

    assert (too_early, removed) == (0, 1)
    assert everything_in(folder) == [kept.path]


def test_the_data_folder_is_made_for_the_owner_alone(tmp_path: Path) -> None:
    made = prepare_data_dir(tmp_path / "a" / "var")

    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    assert prepare_data_dir(made) == made
    assert list(made.iterdir()) == []


@pytest.mark.parametrize("name", ["file", "file/below"])
def test_a_data_folder_that_cannot_be_one_is_refused_in_one_clear_line(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("x")

    with pytest.raises(DataDirError) as refused:
        prepare_data_dir(tmp_path / name)

    assert refused.value.path == tmp_path / name
    assert "\n" not in str(refused.value)
    assert "folder data tidak dapat ditulis" in str(refused.value)


def test_a_folder_the_system_does_not_let_be_written_is_refused() -> None:
    with pytest.raises(DataDirError):
        prepare_data_dir(Path("/proc/self"))
