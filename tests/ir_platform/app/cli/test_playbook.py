"""`irp playbook` as scripts use it: what it prints and how it exits."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from ir_platform.adapters.sql.database import SqlState
from ir_platform.adapters.sql.engine import sqlite_url
from ir_platform.app.cli.playbook import playbook
from playbooks.form import check_text
from playbooks.library import FOLDER, shipped
from playbooks.versions import Enforcement, Versions
from tests.playbooks.checks.test_checks import ERRORS, SMALL, WARNINGS
from tests.support.builders import NOON, an_account

ID = "kaltim-gangguan-keamanan-jaringan"
SHIPPED = FOLDER / f"{ID}.yaml"

CONTRADICTIONS = (
    (
        "times over the total",
        "waktu_total:",
        "galat",
        "jalur terpendek memakan 3,1 hari kerja, lebih lama daripada waktu total 1–2 hari",
    ),
    (
        "longest way over the total",
        "waktu_total:",
        "peringatan",
        "jalur terpanjang tanpa putaran memakan sampai 3,1 hari kerja, sedangkan waktu total 1–2 hari",
    ),
    (
        "total longer than any way",
        "waktu_total:",
        "peringatan",
        "jalur terpanjang hanya memakan 1,1 hari kerja, lebih singkat daripada waktu total 2–4 hari",
    ),
    ("unreachable step", "no: 3", "galat", "langkah 3 tidak pernah tercapai"),
    (
        "decision without exit",
        "no: 2",
        "galat",
        "langkah 2: keputusan tanpa jalan keluar, akhir SOP tidak dapat dicapai",
    ),
    ("loop without exit", "no: 3", "galat", "langkah 3: putaran tanpa jalan keluar, akhir SOP tidak dapat dicapai"),
    ("output nobody needs", "nama: Foto", "peringatan", "langkah 1: output Foto tidak dipakai langkah lain"),
    (
        "kelengkapan nobody makes",
        "nama: Foto",
        "peringatan",
        "langkah 2: kelengkapan Foto tidak dihasilkan langkah mana pun sebelum langkah ini",
    ),
    (
        "kelengkapan made only later",
        "[{nama: Laporan}]",
        "peringatan",
        "langkah 1: kelengkapan Laporan tidak selalu sudah dihasilkan sebelum langkah ini",
    ),
    ("executor that is no role", "[kepala]", "galat", "langkah 1: kepala bukan pelaksana SOP ini"),
)
"""Kind, the line that is named, how badly, and in which words."""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of every command here, with nothing in it."""
    monkeypatch.setenv("IRP_DATA_DIR", str(tmp_path / "var"))
    return tmp_path / "var"


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


@pytest.mark.parametrize(("kind", "place", "word", "reason"), CONTRADICTIONS, ids=[one[0] for one in CONTRADICTIONS])
def test_each_kind_of_contradiction_is_told_of_any_file_with_its_line_in_words(
    tmp_path: Path, kind: str, place: str, word: str, reason: str
) -> None:
    changes, _ = {**ERRORS, **WARNINGS}[kind]
    text = SMALL
    for old, new in changes:
        text = text.replace(old, new, 1)
    path = tmp_path / "kecil.yaml"
    path.write_text(text)

    code, out, err = run("check", str(path))

    line = next(number for number, one in enumerate(text.splitlines(), start=1) if place in one)
    assert f"{path}:{line}: {word}: {reason}" in out.splitlines()
    assert (code, err) == (int(word == "galat"), "")


def test_a_file_without_contradictions_is_told_so(tmp_path: Path) -> None:
    path = tmp_path / "kecil.yaml"
    path.write_text(SMALL)

    assert run("check", str(path)) == (0, f"{path}: tidak ada pertentangan\n", "")


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


def an_office(folder: Path) -> SqlState:
    folder.mkdir()
    state = SqlState(sqlite_url(folder / "state.sqlite3"))
    state.migrate()
    return state


def test_without_a_database_none_is_made_and_the_shipped_version_is_the_one_in_force(folder: Path) -> None:
    listed, shown = run("list")[1], json.loads(run("versions", ID, "--json")[1])

    assert f"{ID}\tGangguan Keamanan Jaringan\tPemerintah Provinsi Kalimantan Timur\t0\n" in listed
    assert [(one["nomor"], one["status"]) for one in shown] == [(0, "berlaku")]
    assert not folder.exists()


def test_a_file_becomes_a_draft_that_nothing_follows_yet(folder: Path, tmp_path: Path) -> None:
    an_office(folder).close()
    path = tmp_path / "sop.yaml"
    path.write_text(SHIPPED.read_text().replace("judul: Gangguan", "judul: Penanganan Gangguan", 1))

    code, out, err = run("import", str(path), "--catatan", "uji")

    assert (code, out) == (0, f"{ID}: konsep versi 1\n")
    assert f"{path}:" in err
    shown = json.loads(run("versions", ID, "--json")[1])
    assert [(one["nomor"], one["status"], one["catatan"], one["dibuat_oleh"]) for one in shown] == [
        (1, "konsep", "uji", "Sistem"),
        (0, "berlaku", "", None),
    ]
    assert json.loads(run("show", ID, "--json")[1])["versi"] == 0


def test_the_version_in_force_is_what_is_listed_and_shown(folder: Path, tmp_path: Path) -> None:
    state = an_office(folder)
    text = SHIPPED.read_text().replace("judul: Gangguan", "judul: Penanganan Gangguan", 1)
    admin = an_account("admin", roles=frozenset(), is_admin=True)
    service = Versions(library=shipped(), clock=lambda: NOON, new_id=lambda: "versi-1")
    with state.write() as uow:
        draft = service.take_in(uow, check_text(text), note="", by=admin)
        decided = Enforcement(sha256=draft.sha256, replaces_sha256=shipped().get(ID).sha256, reason="Disahkan")
        service.put_in_force(uow, ID, 1, checked=check_text(text), decided=decided, by=admin)
    state.close()

    listed, shown = run("list")[1], json.loads(run("show", ID, "--json")[1])

    assert f"{ID}\tPenanganan Gangguan Keamanan Jaringan\tPemerintah Provinsi Kalimantan Timur\t1\n" in listed
    assert (shown["judul"], shown["versi"]) == ("Penanganan Gangguan Keamanan Jaringan", 1)
    assert "berlaku" in run("versions", ID)[1]


@pytest.mark.parametrize("text", ["judul: saja", "a: [1", "\x00"])
def test_what_is_no_sop_does_not_become_a_draft(folder: Path, tmp_path: Path, text: str) -> None:
    an_office(folder).close()
    path = tmp_path / "sop.yaml"
    path.write_text(text)

    code, out, err = run("import", str(path))

    assert (code, out) == (2, "")
    assert err.startswith(f"{path}:")
    assert ": galat: " in err
    assert [one["nomor"] for one in json.loads(run("versions", ID, "--json")[1])] == [0]


def test_importing_where_there_is_no_data_is_one_line_and_exit_2() -> None:
    code, out, err = run("import", str(SHIPPED))

    assert (code, out) == (2, "")
    assert "belum ada data di" in err
