"""The code of a content: the same for the same content, read however it is typed."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ir_platform.documents.content import content_from_json
from ir_platform.documents.fingerprint import code_of, content_sha256, read_code
from ir_platform.documents.qr import qr_png, qr_svg, verification_of
from tests.ir_platform.documents.samples import a_naskah, a_whole_content


def test_a_content_that_was_saved_and_read_has_the_same_code() -> None:
    written = a_whole_content().to_json()

    assert content_sha256(content_from_json(written).to_json()) == content_sha256(written)


def test_one_word_more_gives_another_code() -> None:
    content = a_whole_content()
    changed = replace(content, naskah=a_naskah(nomor_naskah="000.5.3/124/DISKOMINFO/2026"))

    assert code_of(content_sha256(content.to_json())) != code_of(content_sha256(changed.to_json()))


@given(st.binary(min_size=32, max_size=32), st.sampled_from(["", " ", "-", " - "]))
def test_any_code_is_read_as_it_was_given(digest: bytes, between: str) -> None:
    code = code_of(digest.hex())

    assert read_code(code.lower().replace("-", between)) == code


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_code_or_none(typed: str) -> None:
    found = read_code(typed)

    assert found is None or read_code(found) == found


def test_zero_one_and_eight_are_read_as_the_letters_they_look_like() -> None:
    assert read_code("0000-1111-8888-2222") == "OOOO-IIII-BBBB-2222"


def test_the_qr_holds_the_address_where_the_office_has_one_else_the_code_alone() -> None:
    code = "ABCD-EFGH-2345-WXYZ"

    assert verification_of(code, None).text == code
    assert verification_of(code, "https://a.example/").text == f"https://a.example/verifikasi?kode={code}"


def test_the_same_text_gives_the_same_square() -> None:
    assert qr_svg("ABCD") == qr_svg("ABCD")
    assert qr_png("ABCD").startswith(b"\x89PNG")
    assert qr_png("ABCD") != qr_png("ABCE")
