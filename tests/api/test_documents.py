"""Official numbers, signed copies, seals and documents that people ask for, by HTTP; and what of it is refused."""

from typing import Any

import httpx
import pytest

from ir_platform.domain.document import Document
from tests.ir_platform.documents.reading import pdf_text
from tests.support.api import Api, problem_of
from tests.support.paper import draw_all, signed_by

pytestmark = pytest.mark.usefixtures("untouched")

NUMBER = {"nomor": "000.5.3/123/DISKOMINFO/2026", "tanggal": "2026-11-23"}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest.fixture
def incident(api: Api) -> dict[str, Any]:
    return api.report()


@pytest.fixture
def document(api: Api, incident: dict[str, Any]) -> Document:
    """The document that was prepared when the incident opened, with its papers."""
    return draw_all(api, incident["id"])[0]


def address(incident: dict[str, Any], document: Document, rest: str = "") -> str:
    return f"/api/v1/incidents/{incident['id']}/documents/{document.id}{rest}"


def paper_of(client: httpx.Client, at: str) -> bytes:
    answer = client.get(at)
    assert answer.status_code == 200, answer.text
    return answer.content


def attach(client: httpx.Client, at: str, kind: str, content: bytes, name: str = "salinan.pdf") -> httpx.Response:
    return client.post(f"{at}/signed", data={"kind": kind}, files={"file": (name, content)})


# --- numbers ---------------------------------------------------------------------------------------------------------


def test_each_document_has_a_register_number_and_a_code(api: Api, incident: dict[str, Any], document: Document) -> None:
    shown = api.client("kabid").get(f"/api/v1/incidents/{incident['id']}/documents").json()["items"][0]

    assert shown["nomor"] == "DIG/2026/0001"
    assert shown["revisi"] == 1
    assert shown["kode_verifikasi"] == document.code
    assert shown["status_tanda_tangan"] == "belum_ditandatangani"


def test_an_official_number_makes_a_new_revision_and_the_old_hash_stays_known(
    api: Api, incident: dict[str, Any], document: Document
) -> None:
    kabid = api.client("kabid")

    answer = kabid.put(address(incident, document, "/nomor-naskah"), json=NUMBER)

    assert answer.status_code == 200, answer.text
    shown = answer.json()
    assert (shown["revisi"], shown["nomor_naskah"], shown["tanggal_naskah"]) == (2, NUMBER["nomor"], "2026-11-23")
    assert shown["status"] == "pending"
    assert shown["nomor"] == document.register_number
    assert shown["kode_verifikasi"] != document.code
    assert [one["pdf_sha256"] for one in shown["revisi_lama"]] == [document.pdf_sha256]
    draw_all(api, incident["id"])
    text = pdf_text(paper_of(kabid, address(incident, document, ".pdf")))
    assert NUMBER["nomor"] in text
    assert "23 November 2026" in text
    assert "DIG/2026/0001 (revisi 2)" in text
    assert NUMBER["nomor"] not in pdf_text(paper_of(kabid, address(incident, document, "/revisions/1.pdf")))


def test_a_wrong_number_is_corrected_with_a_reason_and_the_history_is_kept(
    api: Api, incident: dict[str, Any], document: Document
) -> None:
    kabid, at = api.client("kabid"), address(incident, document, "/nomor-naskah")
    kabid.put(at, json=NUMBER)
    draw_all(api, incident["id"])
    before = api.everything()
    right = {**NUMBER, "nomor": "000.5.3/132/DISKOMINFO/2026"}

    problem_of(kabid.put(at, json=right), 422)
    unchanged = api.everything()
    answer = kabid.put(at, json={**right, "alasan": "Angka tertukar saat mengetik."})

    assert unchanged == before
    assert [one["nomor_naskah"] for one in answer.json()["revisi_lama"]] == [None, NUMBER["nomor"]]
    assert answer.json()["revisi_lama"][1]["alasan"] == "Angka tertukar saat mengetik."
    with api.state.read() as uow:
        actions = [entry.fact.action for entry in uow.audit.of_subject(f"incident:{incident['id']}")]
    assert actions.count("document.revised") == 2


def test_other_parts_of_the_naskah_are_filled_in(api: Api, incident: dict[str, Any], document: Document) -> None:
    kabid = api.client("kabid")
    parts = {
        "klasifikasi_keamanan": "Terbatas",
        "derajat_kecepatan": "Segera",
        "lampiran": "1 (satu) berkas",
        "tembusan": ["Inspektorat"],
        "paraf": ["Sekretaris Dinas"],
        "atas_nama": "Kepala Dinas",
    }

    answer = kabid.put(address(incident, document, "/naskah"), json=parts)

    assert answer.status_code == 200, answer.text
    assert answer.json()["bagian"]["tembusan"] == ["Inspektorat"]
    draw_all(api, incident["id"])
    text = pdf_text(paper_of(kabid, address(incident, document, ".pdf")))
    assert all(part in text for part in ("Terbatas", "Segera", "Inspektorat", "Sekretaris Dinas", "a.n. Kepala Dinas"))


@pytest.mark.parametrize("path", ["/nomor-naskah", "/naskah"])
def test_a_document_that_is_being_drawn_is_not_changed(api: Api, incident: dict[str, Any], path: str) -> None:
    with api.state.read() as uow:
        waiting = uow.documents.of_incident(incident["id"])[0]
    before = api.everything()

    body = NUMBER if path == "/nomor-naskah" else {"lampiran": "2 berkas"}
    problem_of(api.client("kabid").put(address(incident, waiting, path), json=body), 409)

    assert api.everything() == before


@pytest.mark.parametrize(
    ("who", "status"),
    [(None, 401), ("opd_lain", 404), ("opd", 403), ("admin", 403)],
    ids=["nobody", "who may not see it", "who reported it", "the program's administrator"],
)
def test_only_officials_change_a_document(
    api: Api, incident: dict[str, Any], document: Document, who: str | None, status: int
) -> None:
    client = api.client(who) if who else api.stranger()
    before = api.everything()

    # A wrong body, so that a check in the wrong order would answer 422.
    problem_of(client.put(address(incident, document, "/nomor-naskah"), json={"nomor": ""}), status)
    problem_of(client.put(address(incident, document, "/naskah"), json={"paraf": "x"}), status)
    problem_of(client.post(address(incident, document, "/seal")), status)
    problem_of(client.post(address(incident, document, "/signed")), status)
    problem_of(client.post(f"/api/v1/incidents/{incident['id']}/documents", json={}), status)

    assert api.everything() == before


def test_a_document_of_another_incident_is_not_found(api: Api, incident: dict[str, Any], document: Document) -> None:
    other = api.report()

    problem_of(api.client("kabid").put(address(other, document, "/nomor-naskah"), json=NUMBER), 404)


# --- signed copies ---------------------------------------------------------------------------------------------------


def test_a_scan_of_the_signed_paper_is_attached(api: Api, incident: dict[str, Any], document: Document) -> None:
    kabid, at = api.client("kabid"), address(incident, document)

    answer = attach(kabid, at, "pindaian", PNG, "pindaian.png")

    assert answer.status_code == 201, answer.text
    assert (answer.json()["media_type"], answer.json()["tanda_tangan"]) == ("image/png", [])
    assert kabid.get(at).json()["status_tanda_tangan"] == "pindaian"
    assert paper_of(kabid, f"{at}/signed/{answer.json()['id']}") == PNG


def test_a_signed_pdf_is_shown_as_its_signature_states_itself(
    api: Api, incident: dict[str, Any], document: Document
) -> None:
    kabid, at = api.client("kabid"), address(incident, document)
    signed = signed_by("Rina Wulandari", paper_of(kabid, f"{at}.pdf"))

    answer = attach(kabid, at, "bsre", signed)

    assert answer.status_code == 201, answer.text
    (signature,) = answer.json()["tanda_tangan"]
    assert signature["penanda"] == "Rina Wulandari"
    assert signature["penerbit"] == "Balai Contoh"
    assert signature["utuh"]
    assert signature["seluruh_berkas"]
    assert kabid.get(at).json()["status_tanda_tangan"] == "bsre"


@pytest.mark.parametrize("change", ["a letter within", "bytes behind"])
def test_a_signed_pdf_that_was_altered_is_shown_as_altered_and_signs_nothing(
    api: Api, incident: dict[str, Any], document: Document, change: str
) -> None:
    kabid, at = api.client("kabid"), address(incident, document)
    signed = bytearray(signed_by("Rina Wulandari", paper_of(kabid, f"{at}.pdf")))
    if change == "a letter within":
        signed[2_000] ^= 1
    else:
        signed += b"\n% ditambahkan\n"

    answer = attach(kabid, at, "bsre", bytes(signed))

    assert answer.status_code == 201, answer.text
    assert not answer.json()["utuh"]
    assert kabid.get(at).json()["status_tanda_tangan"] == "belum_ditandatangani"


def test_what_is_no_signed_pdf_is_refused_as_one(api: Api, incident: dict[str, Any], document: Document) -> None:
    kabid, at = api.client("kabid"), address(incident, document)
    plain = paper_of(kabid, f"{at}.pdf")
    files, before = api.stored_files(), api.everything()

    problem_of(attach(kabid, at, "bsre", plain), 422)
    problem_of(attach(kabid, at, "bsre", b"%PDF-1.7 rusak"), 422)
    problem_of(attach(kabid, at, "bsre", PNG), 422)
    problem_of(attach(kabid, at, "pindaian", b"<html>"), 422)
    problem_of(attach(kabid, at, "tte", plain), 422)

    assert api.everything() == before
    assert api.stored_files() == files


def test_the_local_seal_says_what_it_is_and_is_not_taken_for_a_tte(
    api: Api, incident: dict[str, Any], document: Document
) -> None:
    kabid, at = api.client("kabid"), address(incident, document)

    answer = kabid.post(f"{at}/seal")

    assert answer.status_code == 201, answer.text
    sealed = paper_of(kabid, f"{at}/signed/{answer.json()['id']}")
    assert "bukan TTE BSrE" in answer.json()["tanda_tangan"][0]["penanda"]
    assert answer.json()["utuh"]
    assert kabid.get(at).json()["status_tanda_tangan"] == "segel_lokal"
    problem_of(kabid.post(f"{at}/seal"), 409)
    problem_of(attach(kabid, at, "bsre", sealed), 422)


def test_a_new_revision_is_not_signed_yet(api: Api, incident: dict[str, Any], document: Document) -> None:
    kabid, at = api.client("kabid"), address(incident, document)
    attach(kabid, at, "pindaian", PNG, "pindaian.png")

    shown = kabid.put(f"{at}/nomor-naskah", json=NUMBER).json()

    assert shown["status_tanda_tangan"] == "belum_ditandatangani"
    assert [one["revisi"] for one in shown["salinan"]] == [1]


# --- asked for -------------------------------------------------------------------------------------------------------


def test_a_report_to_the_ttis_is_drafted_with_its_least_content(api: Api, incident: dict[str, Any]) -> None:
    kabid, at = api.client("kabid"), f"/api/v1/incidents/{incident['id']}/documents"
    wish = {"kind": "laporan_insiden_ttis", "kontak": "Pos piket, telepon 112", "dampak": "Layanan berhenti dua jam."}

    answer = kabid.post(at, json=wish)

    assert answer.status_code == 201, answer.text
    assert answer.json()["nomor"] == "LIS/2026/0001"
    draw_all(api, incident["id"])
    text = " ".join(pdf_text(paper_of(kabid, f"{at}/{answer.json()['id']}.pdf")).split())
    assert "Pos piket, telepon 112" in text
    assert "Layanan berhenti dua jam." in text
    assert "Halaman depan berubah sejak pagi." in text
    assert f"Dicatat sebagai insiden {incident['nomor']}" in text
    assert "Tembusan: 1. Tim Tanggap Insiden Siber (TTIS) Nasional" in text


def test_what_only_a_step_makes_cannot_be_asked_for(api: Api, incident: dict[str, Any]) -> None:
    kabid, at = api.client("kabid"), f"/api/v1/incidents/{incident['id']}/documents"
    before = api.everything()

    problem_of(kabid.post(at, json={"kind": "laporan_penyelesaian_gangguan"}), 422)
    problem_of(kabid.post(at, json={"kind": "surat_cinta"}), 422)

    assert api.everything() == before
