"""Disposisi, intake, consultation and notes in the page: by keyboard and label, clean for axe, in both languages."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import PHONE, axe_violations, person, picture
from tests.support.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def complete(server: Server, who: str, incident_id: object, no: int, **body: Any) -> None:
    answer = server.client(who).post(f"/api/v1/incidents/{incident_id}/steps/{no}/complete", json=body)
    assert answer.status_code == 200, answer.text


def open_tab(page: Page, server: Server, incident_id: object, tab: str) -> None:
    page.goto(f"{server.url}/insiden/{incident_id}?tab={tab}")
    page.get_by_role("tab", selected=True).wait_for()


def test_a_lembar_is_written_read_and_passed_on(chromium: Browser, server: Server, reported: dict[str, Any]) -> None:
    complete(server, "pemeriksa", reported["id"], 1, catatan="Dicatat.")
    with person(chromium, server, "kabid") as kabid, person(chromium, server, "kasi") as kasi:
        kabid.goto(f"{server.url}/insiden/{reported['id']}")
        form = kabid.get_by_role("region", name="Langkah 2:")
        form.get_by_label("Proses lebih lanjut").check()
        form.get_by_role("combobox", name="Klasifikasi keamanan").click()
        kabid.get_by_role("option", name="Terbatas").click()
        form.get_by_label("Nomor surat").fill("800/12/2026")
        form.get_by_label("Catatan", exact=True).fill("Periksa hari ini.")
        assert axe_violations(kabid) == []
        picture(kabid, "disposisi-1-formulir")
        form.locator("button[type=submit]").click()
        expect(kabid.get_by_text("Langkah 2 dicatat.").first).to_be_visible()

        open_tab(kasi, server, reported["id"], "disposisi")
        expect(kasi.get_by_text("800/12/2026")).to_be_visible()
        expect(kasi.get_by_text("Dibaca").first).to_be_visible()
        kasi.get_by_role("button", name="Teruskan").click()
        dialog = kasi.get_by_role("dialog", name="Teruskan")
        dialog.get_by_label("Pengelola TI", exact=True).check()
        dialog.get_by_label("Catatan").fill("Cek log firewall.")
        expect(dialog).to_have_css("opacity", "1")
        assert axe_violations(kasi) == []
        picture(kasi, "disposisi-2-teruskan", full_page=False)
        dialog.get_by_role("button", name="Teruskan").click()
        expect(kasi.get_by_role("article")).to_have_count(2)
        assert axe_violations(kasi) == []
        picture(kasi, "disposisi-3-rantai")

        open_tab(kabid, server, reported["id"], "disposisi")
        kabid.get_by_text("EN", exact=True).first.click()
        expect(kabid.get_by_role("heading", name="Chain of dispositions")).to_be_visible()
        expect(kabid.get_by_text("Forwarded to: Pengelola TI")).to_be_visible()
        assert axe_violations(kabid) == []


def test_the_chain_fits_a_phone(chromium: Browser, server: Server, reported: dict[str, Any]) -> None:
    complete(server, "pemeriksa", reported["id"], 1, catatan="Dicatat.")
    complete(server, "kabid", reported["id"], 2, catatan="Tindak lanjuti.")
    with person(chromium, server, "kasi", viewport=PHONE) as page:
        open_tab(page, server, reported["id"], "disposisi")

        expect(page.get_by_role("article")).to_have_count(1)
        expect(page.get_by_text("Dibaca").first).to_be_visible()

        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert axe_violations(page) == []
        picture(page, "disposisi-4-ponsel")


def test_a_report_asks_only_what_its_channel_has(chromium: Browser, server: Server) -> None:
    with person(chromium, server, "opd", viewport=PHONE) as page:
        page.goto(f"{server.url}/lapor")
        expect(page.get_by_label("Nomor surat")).to_have_count(0)
        page.get_by_role("combobox", name="Kanal").click()
        page.get_by_role("option", name="Surat").click()
        page.get_by_label("Nomor surat").fill("005/77")
        page.get_by_label("Tanggal surat").fill("2026-01-05")
        page.get_by_label("Nama", exact=True).fill("Sari Utami")
        page.get_by_label("Judul").fill("Jaringan kantor putus")
        page.get_by_label("Uraian gangguan").fill("Sejak pagi.")
        page.get_by_role("combobox", name="SOP").click()
        page.get_by_role("option", name="Gangguan Keamanan Jaringan").first.click()
        page.get_by_role("combobox", name="Tingkat yang diusulkan").click()
        page.get_by_role("option", name="Tinggi").click()
        assert axe_violations(page) == []
        picture(page, "penerimaan-1-lapor")
        page.get_by_role("button", name="Kirim laporan").click()
        page.wait_for_url("**/insiden/*")

        panel = page.get_by_role("region", name="Penerimaan laporan")
        expect(panel.get_by_text("005/77")).to_be_visible()
        expect(panel.get_by_text("diusulkan pelapor")).to_be_visible()
        expect(panel.get_by_role("button")).to_have_count(0)
        assert axe_violations(page) == []
        picture(page, "penerimaan-2-pelapor")


def test_the_office_corrects_the_intake_and_sets_the_level(
    chromium: Browser, server: Server, reported: dict[str, Any]
) -> None:
    with person(chromium, server, "kasi") as page:
        page.goto(f"{server.url}/insiden/{reported['id']}")
        panel = page.get_by_role("region", name="Penerimaan laporan")
        panel.get_by_role("button", name="Ubah penerimaan").click()
        dialog = page.get_by_role("dialog", name="Ubah penerimaan")
        dialog.get_by_role("combobox", name="Kanal").click()
        page.get_by_role("option", name="WA").click()
        dialog.get_by_label("Kontak").fill("0812 0000 1111")
        assert axe_violations(page) == []
        picture(page, "penerimaan-3-ubah", full_page=False)
        dialog.get_by_role("button", name="Simpan").click()
        expect(panel.get_by_text("0812 0000 1111")).to_be_visible()

        panel.get_by_role("button", name="Tetapkan tingkat").click()
        dialog = page.get_by_role("dialog", name="Tetapkan tingkat")
        dialog.get_by_role("radio", name="Sedang").check()
        dialog.get_by_label("Alasan").fill("Hanya satu unit.")
        assert axe_violations(page) == []
        dialog.get_by_role("button", name="Tetapkan", exact=True).click()
        expect(page.get_by_text("diusulkan pelapor")).to_have_count(0)
        expect(page.get_by_role("banner").or_(page.locator("header")).get_by_text("Sedang").first).to_be_visible()
        picture(page, "penerimaan-4-ditetapkan")


def test_the_consultation_stands_before_whoever_carries_on_and_a_note_keeps_the_step(
    chromium: Browser, server: Server, reported: dict[str, Any]
) -> None:
    for who, no, body in (
        ("pemeriksa", 1, {}),
        ("kabid", 2, {}),
        ("kasi", 3, {}),
        ("pengelola", 4, {"keputusan": "sulit"}),
        ("kasi", 5, {"isian": {"pertanyaan": "Boleh alamat sumber diblokir?"}}),
        ("kabid", 6, {"isian": {"arahan": "Blokir di firewall, laporkan hasilnya."}}),
    ):
        complete(server, who, reported["id"], no, catatan=f"Langkah {no}.", **body)
    with person(chromium, server, "pengelola") as page:
        page.goto(f"{server.url}/insiden/{reported['id']}")
        form = page.get_by_role("region", name="Langkah 7:")
        expect(form.get_by_text("Boleh alamat sumber diblokir?")).to_be_visible()
        expect(form.get_by_text("Blokir di firewall, laporkan hasilnya.")).to_be_visible()
        form.get_by_role("button", name="Tambah pihak terkait").click()
        expect(form.get_by_role("group", name="Pihak terkait ke-1").get_by_label("Siapa")).to_be_visible()

        page.get_by_role("button", name="Tambah catatan tanpa menyelesaikan langkah 7").click()
        page.get_by_label("Catatan tambahan langkah 7").fill("Firewall menunggu jendela pemeliharaan.")
        assert axe_violations(page) == []
        picture(page, "konsultasi-1-langkah-7")
        page.get_by_role("button", name="Simpan catatan").click()
        expect(page.get_by_text("Catatan pada langkah 7 disimpan.").first).to_be_visible()
        expect(form).to_be_visible()
        page.get_by_role("button", name="Riwayat langkah").click()
        expect(page.get_by_text("Firewall menunggu jendela pemeliharaan.")).to_be_visible()
        assert axe_violations(page) == []
        picture(page, "konsultasi-2-riwayat")


def test_the_head_of_an_sop_is_shown_as_printed(chromium: Browser, server: Server) -> None:
    with person(chromium, server, "kasi") as page:
        page.goto(f"{server.url}/sop?id=kota-batam-maintenance-gangguan-jaringan")

        head = page.get_by_role("region", name="Kepala SOP")
        expect(head.get_by_text("Rudi Panjaitan")).to_be_visible()
        expect(head.get_by_text("15 Oktober 2018")).to_be_visible()
        assert axe_violations(page) == []
        picture(page, "sop-kepala", full_page=False)
