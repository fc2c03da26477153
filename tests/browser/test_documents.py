"""Documents, kop and templates, and checking a paper, in the page: by keyboard and label, clean for axe."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.browser import DESKTOP, PHONE, axe_violations, person, picture
from tests.support.paper import a_png, a_template, signed_by
from tests.support.server import Server, items, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.slow]

KIND = "dokumen_informasi_gangguan"
TITLE = "Dokumen Informasi Gangguan"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def file_of(name: str, content: bytes, media_type: str) -> Any:
    return {"name": name, "mimeType": media_type, "buffer": content}


def drawn(server: Server, incident_id: object) -> dict[str, Any]:
    """The incident's first document, once its papers are there."""
    kabid, at = server.client("kabid"), f"/api/v1/incidents/{incident_id}/documents"
    wait_for(lambda: all(one["status"] == "ready" for one in items(kabid, at)) and items(kabid, at))
    document: dict[str, Any] = items(kabid, at)[0]
    return document


def open_details(page: Page, server: Server, incident_id: object) -> Locator:
    page.goto(f"{server.url}/insiden/{incident_id}?tab=dokumen")
    page.get_by_role("button", name=f"Rincian {TITLE}").click()
    details = page.get_by_role("dialog", name=TITLE)
    expect(details).to_have_css("opacity", "1")
    return details


@contextmanager
def passer_by(chromium: Browser, *, viewport: dict[str, int]) -> Iterator[Page]:
    """Somebody without an account."""
    context = chromium.new_context(viewport=viewport, locale="id-ID")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_number_of_the_office_makes_a_revision_and_the_old_paper_stays(
    chromium: Browser, server: Server, reported: dict[str, Any], viewport: dict[str, int]
) -> None:
    code = drawn(server, reported["id"])["kode_verifikasi"]
    with person(chromium, server, "kabid", viewport=viewport) as page:
        details = open_details(page, server, reported["id"])
        expect(details.get_by_text(code)).to_be_visible()
        assert axe_violations(page) == []
        picture(page, f"dokumen-1-rincian-{viewport['width']}", full_page=False)

        form = details.get_by_role("form", name="Nomor naskah dari TU atau SRIKANDI")
        form.get_by_role("textbox", name="Nomor naskah", exact=True).fill("000.5.3/123/<b>DISKOMINFO</b>/2026")
        form.get_by_label("Tanggal naskah").fill("2026-01-05")
        form.get_by_role("button", name="Simpan nomor").press("Enter")

        expect(details.get_by_text("Revisi sebelumnya")).to_be_visible()
        expect(details.get_by_text(code)).to_have_count(0)
        expect(details.get_by_role("link", name="Unduh revisi 1 sebagai PDF")).to_be_visible()
        assert drawn(server, reported["id"])["nomor_naskah"] == "000.5.3/123/<b>DISKOMINFO</b>/2026"
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        assert axe_violations(page) == []
        details.get_by_text("Revisi sebelumnya").scroll_into_view_if_needed()
        picture(page, f"dokumen-2-revisi-{viewport['width']}", full_page=False)
        page.keyboard.press("Escape")
        expect(page.get_by_text("revisi 2").first).to_be_visible()
        assert axe_violations(page) == []
        picture(page, f"dokumen-3-daftar-{viewport['width']}")


def test_signed_copies_say_what_their_signatures_state_and_the_seal_that_it_is_no_tte(
    chromium: Browser, server: Server, reported: dict[str, Any]
) -> None:
    document = drawn(server, reported["id"])
    at = f"/api/v1/incidents/{reported['id']}/documents/{document['id']}.pdf"
    # Signing runs an event loop, of which playwright has one in this thread already.
    with ThreadPoolExecutor(1) as aside:
        signed = aside.submit(signed_by, "Andi <Pejabat> Pratama", server.client("kabid").get(at).content).result()
    with person(chromium, server, "kabid") as page:
        details = open_details(page, server, reported["id"])
        scan = file_of("pindaian.png", a_png(40, 40), "image/png")
        details.locator("input[type=file][aria-label='Lampirkan pindaian']").set_input_files(scan)
        expect(details.get_by_role("link", name="pindaian.png")).to_be_visible()
        details.get_by_role("button", name="Bubuhkan segel lokal").click()
        expect(details.get_by_role("button", name="Bubuhkan segel lokal")).to_have_count(0)
        expect(details.get_by_text("Segel lokal (bukan TTE)").first).to_be_visible()
        with_bsre = file_of("tte.pdf", signed, "application/pdf")
        details.locator("input[type=file][aria-label*='BSrE']").set_input_files(with_bsre)

        expect(details.get_by_text("Menyatakan diri ditandatangani Andi <Pejabat> Pratama")).to_be_visible()
        altered = file_of("diubah.pdf", signed + b"\n% tambahan", "application/pdf")
        details.locator("input[type=file][aria-label*='BSrE']").set_input_files(altered)
        expect(details.get_by_text("Berubah sesudah ditandatangani", exact=True)).to_be_visible()
        assert axe_violations(page) == []
        details.get_by_text("Penandatanganan", exact=True).scroll_into_view_if_needed()
        picture(page, "dokumen-4-salinan", full_page=False)
        details.locator("input[type=file][aria-label*='BSrE']").set_input_files(
            file_of("biasa.pdf", b"%PDF-1.4 tanpa tanda tangan", "application/pdf")
        )
        expect(page.get_by_role("alert").filter(has_text="PDF")).to_be_visible()


def test_a_report_to_the_ttis_is_asked_for_and_other_parts_are_filled_in(
    chromium: Browser, server: Server, reported: dict[str, Any]
) -> None:
    drawn(server, reported["id"])
    with person(chromium, server, "kasi") as page:
        page.goto(f"{server.url}/insiden/{reported['id']}?tab=dokumen")
        page.get_by_role("button", name="Susun dokumen").press("Enter")
        dialog = page.get_by_role("dialog", name="Susun dokumen")
        dialog.get_by_label("Kontak").fill("Pos piket, 0541 731963")
        dialog.get_by_label("Dampak").fill("Portal layanan tidak dapat dibuka.")
        expect(dialog).to_have_css("opacity", "1")
        assert axe_violations(page) == []
        picture(page, "dokumen-5-susun", full_page=False)
        dialog.get_by_role("button", name="Susun", exact=True).click()

        expect(page.get_by_role("button", name="Rincian Laporan Insiden Siber")).to_be_visible()
        drawn(server, reported["id"])
        page.get_by_role("button", name="Rincian Laporan Insiden Siber").click()
        form = page.get_by_role("form", name="Bagian naskah")
        form.get_by_role("combobox", name="Klasifikasi keamanan").click()
        page.get_by_role("option", name="Rahasia", exact=True).click()
        form.get_by_label("Kepada (Yth.)").fill("Ketua TTIS Provinsi\n\nKepala Dinas")
        form.get_by_role("button", name="Simpan bagian").click()
        expect(page.get_by_text("Revisi sebelumnya")).to_be_visible()
        expect(form.get_by_label("Kepada (Yth.)")).to_have_value("Ketua TTIS Provinsi\nKepala Dinas")
        assert axe_violations(page) == []
        form.scroll_into_view_if_needed()
        picture(page, "dokumen-6-bagian", full_page=False)


def test_who_only_reports_reads_documents_and_changes_nothing(
    chromium: Browser, server: Server, reported: dict[str, Any]
) -> None:
    drawn(server, reported["id"])
    with person(chromium, server, "opd") as page:
        details = open_details(page, server, reported["id"])

        expect(details.get_by_text("Kode verifikasi isi")).to_be_visible()
        expect(details.get_by_role("form")).to_have_count(0)
        expect(details.locator("input[type=file]")).to_have_count(0)
        expect(page.get_by_role("button", name="Susun dokumen")).to_have_count(0)
        page.keyboard.press("Escape")
        page.get_by_text("EN", exact=True).first.click()
        expect(page.get_by_role("columnheader", name="Official number")).to_be_visible()
        assert axe_violations(page) == []


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_an_office_gives_its_kop_and_templates_and_a_mistake_is_refused_with_its_place(
    chromium: Browser, server: Server, viewport: dict[str, int]
) -> None:
    with person(chromium, server, "admin", viewport=viewport) as page:
        page.goto(f"{server.url}/kelola/naskah")
        page.get_by_role("form", name="Kop naskah").get_by_label("Alamat").fill("Jalan Basuki Rahmat <41>, Samarinda")
        page.get_by_role("button", name="Simpan kop").press("Enter")
        expect(page.get_by_text("Kop disimpan.").first).to_be_visible()
        upload = page.locator("input[type=file][aria-label='Unggah lambang']")
        upload.set_input_files(file_of("lambang.png", b"<svg onload=alert(1)>", "image/png"))
        expect(page.get_by_role("alert").filter(has_text="PNG atau JPEG yang utuh")).to_be_visible()
        upload.set_input_files(file_of("lambang.png", a_png(60, 80), "image/png"))
        expect(page.get_by_role("img", name="Lambang pada kop kantor ini")).to_be_visible()

        template = page.locator(f"input[type=file][aria-label='Unggah templat {TITLE}']")
        template.set_input_files(file_of("salah.docx", a_template(KIND, cell="{{ s.nomr }}"), WORD))
        refusal = page.get_by_role("alert").filter(has_text=f"Templat {TITLE} ditolak")
        expect(refusal).to_contain_text("sel tabel “{{ s.nomr }}”", timeout=30_000)
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        assert axe_violations(page) == []
        picture(page, f"naskah-1-ditolak-{viewport['width']}")
        template.set_input_files(file_of("benar.docx", a_template(KIND, text="Kop <i>kami</i>"), WORD))
        expect(page.get_by_text("Templat kantor, versi").first).to_be_visible(timeout=30_000)
        expect(refusal).to_have_count(0)
        page.get_by_role("button", name=f"Kembalikan {TITLE} ke templat bawaan").click()
        expect(page.get_by_text("Templat kantor, versi")).to_have_count(0)
        page.get_by_role("button", name="Hapus lambang").click()
        expect(page.get_by_text("Belum ada lambang.")).to_be_visible()
        page.get_by_text("Isian yang dapat dicetak").click()
        assert axe_violations(page) == []
        picture(page, f"naskah-2-bawaan-{viewport['width']}")


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_anybody_checks_a_paper_by_its_qr_by_typing_and_by_the_file(
    chromium: Browser, server: Server, reported: dict[str, Any], viewport: dict[str, int]
) -> None:
    document = drawn(server, reported["id"])
    at = f"/api/v1/incidents/{reported['id']}/documents/{document['id']}.pdf"
    paper = server.client("kabid").get(at).content
    with passer_by(chromium, viewport=viewport) as page:
        page.goto(f"{server.url}/verifikasi?kode={document['kode_verifikasi']}")
        expect(page.get_by_text("Naskah dari kantor ini, isi cocok")).to_be_visible()
        expect(page.get_by_text(document["nomor"])).to_be_visible()
        expect(page.get_by_text(reported["judul"])).to_have_count(0)
        assert axe_violations(page) == []
        picture(page, f"verifikasi-1-cocok-{viewport['width']}")

        page.get_by_label("Kode verifikasi isi").fill("AAAA BBBB CCCC DDDD")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert").filter(has_text="Tidak ditemukan")).to_be_visible()
        expect(page.get_by_text("Naskah dari kantor ini, isi cocok")).to_have_count(0)
        assert axe_violations(page) == []
        picture(page, f"verifikasi-2-tidak-{viewport['width']}")

        page.locator("input[type=file]").set_input_files(file_of("naskah.pdf", paper, "application/pdf"))
        expect(page.get_by_text("Naskah dari kantor ini, isi cocok")).to_be_visible()
        page.locator("input[type=file]").set_input_files(file_of("naskah.pdf", paper + b" ", "application/pdf"))
        expect(page.get_by_text("sudah berubah walau hanya satu huruf")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        assert axe_violations(page) == []
