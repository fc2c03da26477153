"""The local seal, and what signatures in a PDF say for themselves."""

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ir_platform.documents import catalog
from ir_platform.documents.pades import read_signatures
from ir_platform.documents.seal import LocalSeal, SealKeyError
from ir_platform.documents.signatures import NotAPdfError, SignatureFound
from tests.ir_platform.documents.samples import a_content
from tests.support.paper import signed_by

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


@cache
def is_intact(found: tuple[SignatureFound, ...]) -> bool:
    return bool(found) and all(one.utuh and one.seluruh_berkas for one in found)


def a_pdf() -> bytes:
    return catalog.render_paper("dokumen_informasi_gangguan", a_content(langkah=(), bukti=(), temuan=()))


@cache
def a_signed_pdf() -> bytes:
    return signed_by("Rina Wulandari", a_pdf())


def a_seal(folder: Path, **changes: object) -> LocalSeal:
    given = {
        "pkcs12": folder / "keys" / "segel.p12",
        "password": None,
        "office_name": "Dinas 100% Çontoh",
        "is_own": True,
    }
    return LocalSeal(**{**given, **changes})


def test_the_seal_is_intact_and_names_itself_a_local_one(tmp_path: Path) -> None:
    sealed = a_seal(tmp_path).seal(a_pdf(), code="ABCD-EFGH-2345-WXYZ", now=NOW)

    found = read_signatures(sealed)
    assert is_intact(found)
    assert "Segel lokal, bukan TTE BSrE" in found[0].penanda
    assert sealed.startswith(a_pdf())


def test_the_key_is_made_once_and_is_nobody_elses_to_read(tmp_path: Path) -> None:
    seal = a_seal(tmp_path)

    with ThreadPoolExecutor(4) as pool:
        sealed = list(pool.map(lambda _: seal.seal(a_pdf(), code=None, now=NOW), range(4)))

    assert len({read_signatures(one)[0].penanda for one in sealed}) == 1
    assert stat.S_IMODE(seal.pkcs12.stat().st_mode) == 0o600
    assert [path.name for path in seal.pkcs12.parent.iterdir()] == ["segel.p12"]


def test_a_given_key_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(SealKeyError):
        a_seal(tmp_path, is_own=False).seal(a_pdf(), code=None, now=NOW)

    assert list(tmp_path.iterdir()) == []


def test_a_given_key_with_the_wrong_password_is_refused(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "segel.p12").write_bytes(b"bukan kunci")

    with pytest.raises(SealKeyError):
        a_seal(tmp_path, is_own=False, password="salah").seal(a_pdf(), code=None, now=NOW)


def test_a_pdf_without_a_signature_has_none() -> None:
    assert read_signatures(a_pdf()) == ()
    assert not is_intact(())


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_no_changed_byte_of_what_was_signed_goes_unseen(data: st.DataObject) -> None:
    signed = bytearray(a_signed_pdf())
    at = data.draw(st.integers(0, len(a_pdf()) - 1))
    signed[at] ^= data.draw(st.integers(1, 255))

    try:
        found = read_signatures(bytes(signed))
    except NotAPdfError:
        return

    assert not is_intact(found)


@pytest.mark.parametrize("junk", [b"", b"halo", b"%PDF-1.7\n" + b"x" * 100])
def test_what_is_no_pdf_is_said_to_be_none(junk: bytes) -> None:
    with pytest.raises(NotAPdfError):
        read_signatures(junk)
