"""`irp playbook` as scripts use it: what it prints and how it exits."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from ir_platform.app.cli.playbook import playbook
from playbooks.library import FOLDER

ID = "kaltim-gangguan-keamanan-jaringan"
SHIPPED = FOLDER / f"{ID}.yaml"


def run(*words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(playbook, words)
    return result.exit_code, result.stdout, result.stderr


def test_list_names_every_shipped_sop() -> None:
    code, out, _ = run("list")

    assert code == 0
    assert f"{ID}\tGangguan Keamanan Jaringan\t" in out


def test_show_json_is_one_document() -> None:
    code, out, err = run("show", ID, "--json")

    assert (code, err) == (0, "")
    assert len(json.loads(out)["langkah"]) == 12


def test_show_in_words_names_steps_executors_and_answers() -> None:
    _, out, _ = run("show", ID)

    assert "belum -> langkah 7" in out
    assert "Tim Teknis / Pengelola TI; waktu 1–2 hari" in out


def test_an_unknown_id_is_one_line_and_exit_2() -> None:
    assert run("show", "tidak-ada") == (2, "", "SOP 'tidak-ada' tidak dikenal.\n")


def test_warnings_are_printed_with_file_and_line_and_exit_0() -> None:
    code, out, _ = run("check", str(SHIPPED))

    assert code == 0
    assert out.startswith(f"{SHIPPED}:")
    assert "peringatan: jalur terpanjang" in out


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [("        ke: 10\n", "        ke: 99\n", 1), ("  - no: 1\n", "  - no: satu\n", 1), ("id: ", "id: *", 2)],
)
def test_errors_exit_1_and_unreadable_files_2(tmp_path: Path, old: str, new: str, code: int) -> None:
    path = tmp_path / "sop.yaml"
    path.write_text(SHIPPED.read_text().replace(old, new, 1))

    found, out, err = run("check", str(path), str(SHIPPED))

    assert found == code
    assert f"{path}:" in out + err
    assert "galat:" in out + err


def test_a_file_that_is_not_there_exits_2(tmp_path: Path) -> None:
    code, _, err = run("check", str(tmp_path / "tidak-ada.yaml"))

    assert code == 2
    assert "berkas tidak dapat dibuka" in err


def test_every_shipped_sop_passes_the_check_and_two_of_one_title_are_named() -> None:
    paths = sorted(FOLDER.glob("*.yaml"))

    code, out, err = run("check", *map(str, paths))

    assert (code, err, len(paths)) == (0, "", 7)
    assert "penanggung-jawab.yaml: peringatan: judul dan instansinya sama dengan" in out
