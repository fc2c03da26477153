"""The verifier inside every package: it stands alone, and names whatever was tampered with."""

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from ir_platform.app import verifikasi
from ir_platform.app.archive import MANIFEST, SIGNATURE, VERIFIER
from ir_platform.audit.signing import pem_of
from tests.ir_platform.app.test_incident_archive import Office

PROGRAM = b"MZ\x90\x00" + b"malware" * 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A package as it left the office, and the office's public key as somebody kept it."""

    content: bytes
    members: dict[str, bytes]
    public_pem: str


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Package]:
    folder = tmp_path_factory.mktemp("office")
    (folder / "var").mkdir()
    office = Office(folder / "var")
    incident_id = office.report("Situs berubah")
    office.report("Insiden lain yang tidak diekspor")
    office.add_evidence(incident_id, "a.pcap")
    office.add_file(incident_id, "tagihan.pdf", PROGRAM)
    office.do_first_step(incident_id)
    office.finish_documents(incident_id)
    done = office.run("export", incident_id, folder / "paket.zip")
    assert done.exit_code == 0, done.stderr
    content = (folder / "paket.zip").read_bytes()
    public = (folder / "var" / "audit" / "kunci-publik.pem").read_text()
    yield Package(content=content, members=unzipped(content), public_pem=public)
    office.state.close()


def unzipped(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def zipped(members: dict[str, bytes]) -> zipfile.ZipFile:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        for name, content in members.items():
            made.writestr(name, content)
    return zipfile.ZipFile(target)


def faults_of(members: dict[str, bytes], public_pem: str | None = None) -> list[str]:
    package = verifikasi.Zipped.__new__(verifikasi.Zipped)
    package._zip = zipped(members)
    trusted = verifikasi.keys_of(public_pem) if public_pem else None
    return verifikasi.check(package, trusted)[0]


def test_it_runs_by_itself_from_the_unpacked_folder_and_on_the_zip(package: Package, tmp_path: Path) -> None:
    (tmp_path / "paket.zip").write_bytes(package.content)
    (tmp_path / "kunci.pem").write_text(package.public_pem)
    with zipfile.ZipFile(tmp_path / "paket.zip") as opened:
        opened.extractall(tmp_path / "isi")
    # -I: nothing of the environment and nothing beside the file can be imported.
    program = [sys.executable, "-I", tmp_path / "isi" / "verifikasi.py"]

    unpacked = subprocess.run(program, capture_output=True, text=True, check=False, cwd="/")
    trusted = subprocess.run(
        [*program, "--kunci", tmp_path / "kunci.pem", tmp_path / "paket.zip"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (unpacked.returncode, unpacked.stderr) == (0, ""), unpacked.stdout
    assert unpacked.stdout.splitlines()[-1].startswith("PUTUSAN: UTUH.")
    assert "Bandingkan kunci itu" in unpacked.stdout
    assert (trusted.returncode, trusted.stderr) == (0, "")
    assert "Bandingkan kunci itu" not in trusted.stdout


def test_it_imports_nothing_but_the_standard_library() -> None:
    lines = VERIFIER.read_text().splitlines()

    imported = {line.split()[1].split(".")[0] for line in lines if line.startswith(("import ", "from "))}

    assert imported <= sys.stdlib_module_names


@given(data=st.data())
def test_any_changed_byte_of_any_member_is_named(package: Package, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(set(package.members) - {SIGNATURE})))
    content = bytearray(package.members[name])
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))

    faults = faults_of({**package.members, name: bytes(content)})

    assert any(fault.startswith(f"{name}:") for fault in faults)


@given(data=st.data())
def test_a_removed_or_an_added_member_is_named(package: Package, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(set(package.members) - {MANIFEST, SIGNATURE})))
    left = {one: content for one, content in package.members.items() if one != name}

    assert f"{name}: hilang" in faults_of(left)
    assert any("tambahan.txt: ditambahkan" in fault for fault in faults_of({**package.members, "tambahan.txt": b"x"}))


def resealed(members: dict[str, bytes]) -> dict[str, bytes]:
    """The package as a forger makes it who writes a new manifest, but has not the key."""
    listed = [name for name in members if name not in (MANIFEST, SIGNATURE)]
    manifest = "".join(f"{hashlib.sha256(members[name]).hexdigest()}  {name}\n" for name in listed)
    return {**members, MANIFEST: manifest.encode()}


NUMBERS = st.integers(0, 10_000)
JSON_LINES = ("audit.jsonl", "audit/rantai.jsonl")


@given(name=st.sampled_from(JSON_LINES), row=NUMBERS, column=NUMBERS)
def test_a_changed_row_is_named_even_under_a_new_manifest(package: Package, name: str, row: int, column: int) -> None:
    lines = [json.loads(line) for line in package.members[name].splitlines()]
    changed = lines[row % len(lines)]
    field = sorted(changed)[column % len(changed)]
    # Whether the content travels along is a boolean; turned round, it claims content that is not there, or hides it.
    changed[field] = f"{changed[field]}x" if isinstance(changed[field], str) else not changed[field]
    forged = resealed({**package.members, name: b"".join(json.dumps(line).encode() + b"\n" for line in lines)})

    faults = faults_of(forged)

    assert f"{MANIFEST}: tanda tangan tidak cocok" in faults
    assert any(fault.startswith(JSON_LINES) for fault in faults)


@given(name=st.sampled_from(JSON_LINES), row=NUMBERS)
def test_a_removed_row_is_named_even_under_a_new_manifest(package: Package, name: str, row: int) -> None:
    lines = package.members[name].splitlines(keepends=True)
    lines.pop(row % len(lines))

    faults = faults_of(resealed({**package.members, name: b"".join(lines)}))

    assert any(fault.startswith(JSON_LINES) for fault in faults)
    assert f"{MANIFEST}: tanda tangan tidak cocok" in faults


@given(row=NUMBERS, distance=NUMBERS)
def test_two_places_of_the_chain_that_changed_seats_are_named(package: Package, row: int, distance: int) -> None:
    lines = package.members["audit/rantai.jsonl"].splitlines(keepends=True)
    first = row % len(lines)
    second = (first + 1 + distance % (len(lines) - 1)) % len(lines)
    lines[first], lines[second] = lines[second], lines[first]

    faults = faults_of(resealed({**package.members, "audit/rantai.jsonl": b"".join(lines)}))

    assert any(fault.startswith("audit/rantai.jsonl:") for fault in faults)


@given(data=st.data())
def test_a_changed_or_removed_custody_line_is_named_even_under_a_new_manifest(
    package: Package, data: st.DataObject
) -> None:
    lines = json.loads(package.members["custody.json"])
    place = data.draw(st.integers(0, len(lines) - 1))
    if data.draw(st.booleans()):
        lines.pop(place)
    else:
        field = data.draw(st.sampled_from(sorted(set(lines[place]) - {"audit_seq"})))
        lines[place][field] = "lain"

    faults = faults_of(resealed({**package.members, "custody.json": json.dumps(lines).encode()}))

    assert any(fault.startswith("custody.json:") for fault in faults)


@given(row=NUMBERS, how=st.sampled_from(["removed", "doubled", "at", "kind", "actor", "facts"]))
def test_a_changed_added_or_removed_line_of_the_kronologi_is_named_even_under_a_new_manifest(
    package: Package, row: int, how: str
) -> None:
    lines = json.loads(package.members["timeline.json"])
    place = row % len(lines)
    if how == "removed":
        lines.pop(place)
    elif how == "doubled":
        lines.append(lines[place])
    else:
        lines[place][how] = {"catatan": "lain"} if how == "facts" else "lain"

    faults = faults_of(resealed({**package.members, "timeline.json": json.dumps(lines).encode()}))

    assert any(fault.startswith("timeline.json:") for fault in faults)


def test_a_kronologi_of_an_older_version_that_no_entry_tells_of_is_left_alone(package: Package) -> None:
    lines = json.loads(package.members["timeline.json"])
    entries = {1: {"details": "{}", "action": "incident.opened", "at": lines[0]["at"]}}
    faults: list[str] = []
    kept = verifikasi.Zipped.__new__(verifikasi.Zipped)
    kept._zip = zipped({"timeline.json": json.dumps(lines).encode()})

    verifikasi.check_kronologi(kept, entries, faults)

    assert faults == []


def test_another_key_signs_for_nobody_who_kept_the_right_one(package: Package) -> None:
    stranger = Ed25519PrivateKey.generate()

    faults = faults_of(package.members, pem_of(stranger.public_key()))

    assert any("tidak dikenal" in fault for fault in faults)
    assert faults_of(package.members, package.public_pem) == []


def test_a_package_names_no_content_of_other_incidents(package: Package) -> None:
    everything = b"".join(package.members.values())

    assert b"Insiden lain yang tidak diekspor" not in everything
    assert b"Situs berubah" in everything


def test_what_can_run_lies_in_the_package_only_under_a_password(package: Package) -> None:
    (locked,) = [one for one in json.loads(package.members["evidence.json"]) if one["terkunci"]]

    assert locked["member"] == "evidence/002-tagihan.pdf.zip"
    assert PROGRAM not in b"".join(package.members.values())


@given(message=st.binary(max_size=100), change=st.integers(0, 63))
def test_its_signatures_are_those_of_rfc_8032(message: bytes, change: int) -> None:
    private = Ed25519PrivateKey.generate()
    public, signature = private.public_key().public_bytes_raw(), private.sign(message)
    forged = bytearray(signature)
    forged[change] ^= 1

    assert verifikasi.is_signed(public, signature, message)
    assert not verifikasi.is_signed(public, bytes(forged), message)
    assert not verifikasi.is_signed(public, signature, message + b"x")


@pytest.mark.parametrize("content", [b"", b"bukan zip", b"PK\x03\x04"])
def test_what_is_no_package_is_said_to_be_none(
    tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.zip").write_bytes(content)

    assert verifikasi.main([str(tmp_path / "a.zip")]) == 2
    assert capsys.readouterr().out.startswith("TIDAK DAPAT DIPERIKSA")


@pytest.mark.parametrize(("name", "status"), [("incident.json", 1), (SIGNATURE, 1), (MANIFEST, 2)])
def test_a_member_that_cannot_be_unpacked_any_more_gets_a_verdict(
    package: Package, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, status: int
) -> None:
    content = bytearray(package.content)
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        info = opened.getinfo(name)
    begins = (
        info.header_offset + 30 + len(info.filename) + int.from_bytes(content[info.header_offset + 28 :][:2], "little")
    )
    content[begins] = 0xFF  # a kind of block that Deflate does not know
    (tmp_path / "rusak.zip").write_bytes(content)

    found = verifikasi.main([str(tmp_path / "rusak.zip")])

    last = capsys.readouterr().out.splitlines()[-1]
    assert (found, last.split(":")[0]) == (status, "PUTUSAN" if status == 1 else "TIDAK DAPAT DIPERIKSA")
