"""Versions of an SOP in the page: edited with forms, compared, put in force; what runs keeps its version."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.browser import PHONE, axe_violations, person, picture
from tests.support.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OTHER_SOP = "kota-bogor-penanganan-gangguan-jaringan"
"""Nothing is put in force of it here, so that its drafts can be compared in any order of the tests."""
SOP = "kaltim-gangguan-keamanan-jaringan"
TWO = "kaltim-gangguan-jaringan"
"""Its first step is somebody's from outside, its second is two people's."""


@pytest.fixture(scope="module")
def server(own_server: Server) -> Server:
    """Versions are put in force here."""
    return own_server


def drafted(server: Server, who: str, sop: str = OTHER_SOP, **body: Any) -> int:
    answer = server.client(who).post(f"/api/v1/playbooks/{sop}/versions", json=body)
    assert answer.status_code == 201, answer.text
    number: int = answer.json()["nomor"]
    return number


def saved(server: Server, who: str, number: int, sop: str = OTHER_SOP, **head: str) -> None:
    address = f"/api/v1/playbooks/{sop}/versions/{number}"
    draft = server.client(who).get(address).json()
    body = {"versi": draft["versi"], "isi": {**draft["isi"], **head}, "catatan": "Setelah evaluasi"}
    assert server.client(who).put(address, json=body).status_code == 200


def open_version(page: Page, server: Server, number: int, sop: str = OTHER_SOP) -> None:
    page.goto(f"{server.url}/sop/{sop}/sunting?versi={number}")
    page.get_by_role("region", name=f"Versi {number}").wait_for()


def description(page: Page) -> Locator:
    """The `uraian` of the step that is open in the form."""
    return page.get_by_role("tabpanel", name="Langkah").get_by_label("Uraian", exact=True)


def test_a_copy_is_edited_with_forms_its_mistakes_stand_at_their_fields_and_its_changes_are_told(
    chromium: Browser, server: Server
) -> None:
    with person(chromium, server, "pimpinan") as page:
        page.goto(f"{server.url}/sop?id={OTHER_SOP}")
        expect(page.get_by_text("Yang berlaku: Versi bawaan.")).to_be_visible()
        page.get_by_role("link", name="Versi dan penyuntingan").click()
        page.get_by_role("button", name="Salin untuk disunting").click()
        preview = page.get_by_role("region", name="Pratinjau diagram")
        findings = page.get_by_role("region", name="Hasil pemeriksaan")
        expect(preview).to_be_visible()
        before = description(page).input_value()
        assert axe_violations(page) == []
        picture(page, "sop-editor-1-konsep")

        description(page).fill("")
        expect(findings.get_by_text("tidak boleh kosong")).to_be_visible()
        expect(description(page)).to_have_attribute("aria-invalid", "true")
        expect(page.get_by_text("Masih ada kesalahan.")).to_be_visible()
        expect(preview.get_by_text(before).first).to_be_visible()
        assert axe_violations(page) == []
        picture(page, "sop-editor-2-kesalahan", full_page=False)
        page.get_by_role("list", name="Daftar langkah").get_by_role("button", name="3. ").first.click()
        findings.get_by_role("button", name="Langkah 1 › Uraian").click()
        expect(description(page)).to_have_value("")

        description(page).fill("Mencatat laporan dalam buku besar")
        expect(preview.get_by_text("Mencatat laporan dalam buku besar")).to_be_visible()
        expect(page.get_by_text("Masih ada kesalahan.")).to_have_count(0)
        page.get_by_label("Alasan perubahan").fill("Buku besar dipakai lagi")
        page.get_by_role("button", name="Simpan konsep").click()
        expect(page.get_by_text("Konsep disimpan.").first).to_be_visible()
        page.get_by_role("button", name="Lihat perubahan").click()
        dialog = page.get_by_role("dialog", name="Perubahan dalam versi")
        expect(dialog.get_by_role("row", name="Uraian")).to_contain_text("Mencatat laporan dalam buku besar")
        expect(dialog.get_by_role("row", name="Uraian").locator("del")).to_have_text(before)
        expect(dialog.get_by_role("button", name="Berlakukan")).to_have_count(0)


def test_an_administrator_puts_a_draft_in_force_with_a_reason_and_a_running_incident_keeps_its_version(
    chromium: Browser, server: Server, reported: dict[str, Any]
) -> None:
    number = drafted(server, "pimpinan", SOP)
    saved(server, "pimpinan", number, SOP, judul="Gangguan Keamanan Siber")
    with person(chromium, server, "admin") as page:
        open_version(page, server, number, SOP)
        page.get_by_role("button", name="Lihat perubahan dan berlakukan").click()
        dialog = page.get_by_role("dialog", name="Berlakukan versi 1")
        expect(dialog.get_by_text("Perubahan dari Versi bawaan ke Versi 1")).to_be_visible()
        expect(dialog.get_by_role("button", name="Berlakukan")).to_be_disabled()
        dialog.get_by_label("Alasan memberlakukan").fill("Keputusan Kepala Dinas 188/2026")
        expect(dialog).to_have_css("opacity", "1")
        assert axe_violations(page) == []
        picture(page, "sop-editor-3-berlakukan", full_page=False)
        dialog.get_by_role("button", name="Berlakukan").click()
        row = page.get_by_role("row", name="Versi 1 Berlaku")
        expect(row).to_contain_text("Ratna Dewi")
        expect(row).to_contain_text("Administrator program")
        expect(row).to_contain_text("Diberlakukan: Keputusan Kepala Dinas 188/2026")
        assert axe_violations(page) == []
        picture(page, "sop-editor-4-berlaku")

    report = {"judul": "Situs lambat", "uraian": "Sejak pagi.", "tingkat": "low", "pelapor": "Dedi"}
    opened_after = server.client("opd").post("/api/v1/reports", json=report).json()
    with person(chromium, server, "kasi") as page:
        page.goto(f"{server.url}/insiden/{reported['id']}")
        expect(page.get_by_text("SOP yang diikuti insiden ini: Versi bawaan")).to_be_visible()
        expect(page.get_by_text("Yang berlaku sekarang: Versi 1;")).to_be_visible()
        expect(page.get_by_text("Gangguan Keamanan Siber")).to_have_count(0)
        assert axe_violations(page) == []
        picture(page, "sop-editor-5-insiden-lama", full_page=False)
        page.goto(f"{server.url}/insiden/{opened_after['id']}")
        expect(page.get_by_text("SOP yang diikuti insiden ini: Versi 1")).to_be_visible()
        expect(page.get_by_text("Yang berlaku sekarang")).to_have_count(0)
        expect(page.get_by_text("Gangguan Keamanan Siber").first).to_be_visible()


def test_steps_are_put_in_and_moved_by_keyboard_and_every_part_of_the_form_is_clean(
    chromium: Browser, server: Server
) -> None:
    number = drafted(server, "admin")
    with person(chromium, server, "admin") as page:
        open_version(page, server, number)
        steps = page.get_by_role("list", name="Daftar langkah").get_by_role("listitem")
        before = steps.count()
        page.get_by_role("button", name="Sisipkan langkah setelah langkah 1", exact=True).focus()
        page.keyboard.press("Enter")
        expect(steps).to_have_count(before + 1)
        description(page).fill("Menghubungi pelapor")
        page.get_by_label("Ringkasan", exact=True).fill("Menghubungi pelapor")
        page.get_by_role("button", name="Tambah Kelengkapan").click()
        page.get_by_role("group", name="Kelengkapan ke-1").get_by_label("Nama").fill("Telepon")
        page.get_by_role("button", name="Turunkan langkah 2").click()
        expect(steps.nth(2)).to_contain_text("3. Menghubungi pelapor")
        preview = page.get_by_role("region", name="Pratinjau diagram")
        expect(preview.get_by_text("Menghubungi pelapor").first).to_be_visible()
        assert axe_violations(page) == []
        picture(page, "sop-editor-6-langkah")
        for tab, name in (("Kepala SOP", "7-kepala"), ("Pelaksana dan lajur", "8-orang")):
            page.get_by_role("tab", name=tab).click()
            page.get_by_role("tabpanel", name=tab).wait_for()
            assert axe_violations(page) == []
            picture(page, f"sop-editor-{name}")
        page.get_by_role("button", name="Tambah pelaksana").click()
        page.get_by_role("textbox", name="Nama pelaksana").last.fill("Operator Siaga 24 jam")
        page.get_by_role("textbox", name="Nama pelaksana").last.blur()
        expect(page.get_by_role("textbox", name="Kode").last).to_have_value("operator_siaga_24_jam")

        page.get_by_role("button", name="Simpan konsep").click()
        expect(page.get_by_text("Konsep disimpan.").first).to_be_visible()
    kept = server.client("admin").get(f"/api/v1/playbooks/{OTHER_SOP}/versions/{number}").json()["isi"]
    assert (kept["langkah"][2]["uraian"], kept["langkah"][2]["kelengkapan"][0]["nama"]) == (
        "Menghubungi pelapor",
        "Telepon",
    )
    assert kept["pelaksana"][-1] == {"id": "operator_siaga_24_jam", "nama": "Operator Siaga 24 jam", "luar": False}


def test_what_is_not_saved_is_not_left_behind_unasked(chromium: Browser, server: Server) -> None:
    number = drafted(server, "admin")
    with person(chromium, server, "admin") as page:
        open_version(page, server, number)
        description(page).fill("Belum disimpan")
        asked: list[str] = []
        page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
        page.get_by_role("link", name="Tugas saya").click()
        expect(description(page)).to_have_value("Belum disimpan")
        page.once("dialog", lambda dialog: dialog.accept())
        page.get_by_role("link", name="Tugas saya").click()
        page.wait_for_url("**/tugas*")

    assert asked == ["Perubahan yang belum disimpan akan hilang. Tinggalkan konsep ini?"]


def test_of_two_who_write_one_draft_the_later_one_is_told_and_keeps_both(chromium: Browser, server: Server) -> None:
    number = drafted(server, "admin")
    with person(chromium, server, "admin") as page:
        open_version(page, server, number)
        description(page).fill("Isian administrator")
        saved(server, "pimpinan", number, judul="Judul dari pimpinan")

        alert = page.get_by_role("alert").filter(has_text="Konsep ini sudah diubah orang lain")
        expect(alert).to_be_visible()
        expect(page.get_by_role("button", name="Simpan konsep")).to_be_disabled()
        assert axe_violations(page) == []
        picture(page, "sop-editor-9-dua-penulis", full_page=False)
        alert.get_by_role("button", name="Simpan isian saya sebagai konsep baru").click()
        page.wait_for_url(f"**versi={number + 1}")
        expect(description(page)).to_have_value("Isian administrator")

    office = server.client("admin")
    theirs, mine = (
        office.get(f"/api/v1/playbooks/{OTHER_SOP}/versions/{one}").json()["isi"] for one in (number, number + 1)
    )
    assert theirs["judul"] == "Judul dari pimpinan"
    assert mine["langkah"][0]["uraian"] == "Isian administrator"


def test_the_later_of_two_writers_may_take_what_the_other_saved(chromium: Browser, server: Server) -> None:
    number = drafted(server, "admin")
    with person(chromium, server, "admin") as page:
        open_version(page, server, number)
        description(page).fill("Isian administrator")
        saved(server, "pimpinan", number, judul="Judul dari pimpinan")
        page.get_by_role("button", name="Buang isian saya, ambil yang tersimpan").click()
        expect(page.get_by_role("alert")).to_have_count(0)
        expect(page.get_by_text("Semua perubahan tersimpan")).to_be_visible()
        expect(description(page)).not_to_have_value("Isian administrator")
        page.get_by_role("tab", name="Kepala SOP").click()
        expect(page.get_by_label("Judul", exact=True)).to_have_value("Judul dari pimpinan")


def test_an_executor_reads_the_versions_and_changes_none(chromium: Browser, server: Server) -> None:
    number = drafted(server, "admin")
    saved(server, "admin", number, judul="Judul lain")
    with person(chromium, server, "kasi") as page:
        open_version(page, server, number)

        expect(page.get_by_role("row", name="Judul")).to_contain_text("Judul lain")
        expect(page.get_by_role("button", name="Salin untuk disunting")).to_have_count(0)
        expect(page.get_by_label("Uraian", exact=True)).to_have_count(0)
        assert axe_violations(page) == []
        picture(page, "sop-editor-10-pembaca")


def test_the_editor_fits_a_phone_and_speaks_english(chromium: Browser, server: Server) -> None:
    number = drafted(server, "pimpinan")
    with person(chromium, server, "pimpinan", viewport=PHONE) as page:
        open_version(page, server, number)
        expect(page.get_by_role("region", name="Pratinjau diagram")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert axe_violations(page) == []
        picture(page, "sop-editor-11-ponsel", full_page=False)
        page.get_by_text("EN", exact=True).first.click()
        expect(page.get_by_role("button", name="Save draft")).to_be_visible()
        expect(page.get_by_role("heading", name="What the check found")).to_be_visible()
        assert axe_violations(page) == []


def test_what_somebody_outside_did_is_shown_with_its_proof_and_a_half_done_step_says_who_is_awaited(
    chromium: Browser, server: Server
) -> None:
    report = {"judul": "Jaringan kantor putus", "uraian": "-", "tingkat": "low", "pelapor": "Sari", "playbook": TWO}
    incident_id = server.client("opd").post("/api/v1/reports", json=report).json()["id"]
    office = server.client("kasubag_tu")
    letter = ("surat.pdf", b"%PDF-1.4 surat", "application/pdf")
    handed_in = {"kelengkapan": "Surat Permohonan Penggunaan Jaringan"}
    office.post(f"/api/v1/incidents/{incident_id}/evidence", files={"file": letter}, data=handed_in)
    sender = {"nama": "Sari Utami", "jabatan": "Kepala UPTD", "cara": "surat", "waktu": "2026-01-05T09:00:00+08:00"}
    for no, body in ((1, {"atas_nama": sender}), (2, {"catatan": "Diteruskan."})):
        answer = office.post(f"/api/v1/incidents/{incident_id}/steps/{no}/complete", json=body)
        assert answer.status_code == 200, answer.text

    with person(chromium, server, "kasi") as page:
        page.goto(f"{server.url}/insiden/{incident_id}")

        expect(page.get_by_text("menunggu Kepala Dinas").first).to_be_visible()
        expect(page.get_by_role("region", name="Langkah 2:")).to_have_count(0)
        page.get_by_role("button", name="Riwayat langkah").click()
        expect(page.get_by_text("a.n. Sari Utami, Kepala UPTD").last).to_be_visible()
        expect(page.get_by_role("link", name="surat.pdf")).to_be_visible()
        assert axe_violations(page) == []
        picture(page, "sop-editor-12-atas-nama")


def test_the_kasi_of_another_field_is_offered_no_form_and_refused_by_the_server(
    chromium: Browser, server: Server, reported: dict[str, Any]
) -> None:
    for who, no in (("pemeriksa", 1), ("kabid", 2)):
        server.client(who).post(f"/api/v1/incidents/{reported['id']}/steps/{no}/complete", json={"catatan": "Dicatat."})
    address = f"/api/v1/incidents/{reported['id']}/steps/3/complete"
    with person(chromium, server, "kasi_infra") as page:
        page.goto(f"{server.url}/insiden/{reported['id']}")

        expect(page.get_by_text("SOP yang diikuti insiden ini")).to_be_visible()
        expect(page.get_by_role("region", name="Langkah 3:")).to_have_count(0)

    assert server.client("kasi_infra").post(address, json={"catatan": "Saya saja."}).status_code == 403
