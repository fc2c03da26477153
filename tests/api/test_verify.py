"""Anybody can ask whether a paper is one of ours, and learns nothing of what it says."""

from contextlib import closing
from sqlite3 import connect
from typing import Any

import pytest

from ir_platform.domain.document import Document
from tests.ir_platform.documents.reading import pdf_text
from tests.support.api import DATABASE, Api, problem_of
from tests.support.paper import draw_all, signed_by


@pytest.fixture
def incident(api: Api) -> dict[str, Any]:
    return api.report(judul="Rahasia besar")


@pytest.fixture
def document(api: Api, incident: dict[str, Any]) -> Document:
    return draw_all(api, incident["id"])[0]


def at(incident: dict[str, Any], document: Document, rest: str) -> str:
    return f"/api/v1/incidents/{incident['id']}/documents/{document.id}{rest}"


def test_a_code_tells_kind_number_date_and_office_and_no_more(api: Api, document: Document) -> None:
    answer = api.stranger().get(f"/api/v1/verify/{document.code}")

    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "cocok": True,
        "items": [
            {
                "jenis": "Dokumen Informasi Gangguan",
                "nomor": "DIG/2026/0001",
                "tanggal": "2026-11-20",
                "kantor": "Diskominfo Contoh",
                "revisi": 1,
                "revisi_terbaru": 1,
                "isi_cocok": True,
            }
        ],
    }


def test_a_code_is_read_however_it_is_typed(api: Api, document: Document) -> None:
    assert document.code is not None
    typed = document.code.lower().replace("-", " ")

    assert api.stranger().get(f"/api/v1/verify/{typed}").json()["cocok"]


@pytest.mark.parametrize("code", ["AAAA-AAAA-AAAA-AAAA", "x", "%F0%9F%98%80", "A" * 500])
def test_a_code_of_no_paper_is_not_found(api: Api, document: Document, code: str) -> None:
    problem_of(api.stranger().get(f"/api/v1/verify/{code}"), 404)


@pytest.mark.usefixtures("incident")
def test_content_that_was_changed_in_the_database_does_not_match(api: Api, document: Document) -> None:
    with closing(connect(api.services.settings.data_dir / DATABASE)) as database:
        database.execute("UPDATE documents SET content = replace(content, 'Rahasia', 'Rahasis')")
        database.commit()

    answer = api.stranger().get(f"/api/v1/verify/{document.code}").json()

    assert not answer["cocok"]
    assert not answer["items"][0]["isi_cocok"]


def test_the_paper_of_an_earlier_revision_is_known_as_such(
    api: Api, incident: dict[str, Any], document: Document
) -> None:
    kabid = api.client("kabid")
    old = kabid.get(at(incident, document, ".pdf")).content
    kabid.put(at(incident, document, "/nomor-naskah"), json={"nomor": "1/2026", "tanggal": "2026-11-23"})

    by_code = api.stranger().get(f"/api/v1/verify/{document.code}").json()["items"]
    by_file = api.stranger().post("/api/v1/verify/file", content=old).json()["items"]

    assert [(one["revisi"], one["revisi_terbaru"]) for one in (*by_code, *by_file)] == [(1, 2), (1, 2)]


@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_a_file_is_known_by_its_hash_and_one_letter_more_is_not(
    api: Api, incident: dict[str, Any], document: Document, form: str
) -> None:
    paper = api.client("kabid").get(at(incident, document, f".{form}")).content

    right = api.stranger().post("/api/v1/verify/file", content=paper).json()
    wrong = api.stranger().post("/api/v1/verify/file", content=paper + b" ").json()

    assert right["cocok"]
    assert [one["nomor"] for one in right["items"]] == ["DIG/2026/0001"]
    assert wrong == {"cocok": False, "items": []}


def test_a_signed_copy_is_known_too(api: Api, incident: dict[str, Any], document: Document) -> None:
    kabid = api.client("kabid")
    signed = signed_by("Rina Wulandari", kabid.get(at(incident, document, ".pdf")).content)
    kabid.post(at(incident, document, "/signed"), data={"kind": "bsre"}, files={"file": ("a.pdf", signed)})

    assert api.stranger().post("/api/v1/verify/file", content=signed).json()["cocok"]


def test_a_file_that_is_too_large_is_refused(api: Api) -> None:
    answer = api.stranger().post("/api/v1/verify/file", content=bytes(66 * 1024**2))

    problem_of(answer, 413)


def test_the_code_on_the_paper_is_its_own(api: Api, incident: dict[str, Any]) -> None:
    document = draw_all(api, incident["id"], public_url="https://tanggap.example.go.id/")[0]
    text = pdf_text(api.client("kabid").get(at(incident, document, ".pdf")).content)

    assert document.code is not None
    assert document.code in text
    assert "https://tanggap.example.go.id/verifikasi" in text
    assert "bukan tanda tangan" in text
