"""Time on the page: the bell rung by the real sweep, limits and laws' clocks of an incident, the working calendar."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.support.browser import PHONE, axe_violations, person, picture
from tests.support.server import Server, items, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TABLE = b"tanggal,uraian,jenis\n2030-12-02,Hari jadi <b>kota</b>,libur\n2030-13-01,Salah\n"


@pytest.fixture(scope="module")
def server(own_server: Server) -> Server:
    """Notices are counted here."""
    return own_server


def test_a_law_that_is_late_rings_the_bell_by_itself(
    chromium: Browser, server: Server, reported: dict[str, Any]
) -> None:
    known = (datetime.now(UTC) - timedelta(hours=25)).isoformat()
    rating = {"kind": "bssn_1x24", "since": known, "reason": "Layanan vital."}
    kabid = server.client("kabid")
    answer = kabid.post(f"/api/v1/incidents/{reported['id']}/legal-clocks", json=rating)
    assert answer.status_code == 201, answer.text

    # Nobody does anything more: Celery's beat finds the due row.
    wait_for(lambda: items(kabid, "/api/v1/notices"))

    with person(chromium, server, "kabid") as page:
        page.get_by_role("button", name="Pemberitahuan, 1 belum dibaca").click()
        line = page.get_by_role("button", name=f"{reported['nomor']}: batas pemberitahuan")
        expect(line).to_be_visible()
        assert axe_violations(page) == []
        picture(page, "waktu-1-lonceng", full_page=False)
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Pemberitahuan, 1 belum dibaca").press("Enter")
        line.press("Enter")
        expect(page).to_have_url(f"{server.url}/insiden/{reported['id']}")
        expect(page.get_by_role("button", name="Pemberitahuan, 0 belum dibaca")).to_be_visible()


def test_an_official_rates_copies_the_draft_and_records_what_was_sent(
    chromium: Browser, server: Server, reported: dict[str, Any]
) -> None:
    with person(chromium, server, "kabid") as page:
        page.goto(f"{server.url}/insiden/{reported['id']}")
        time = page.get_by_role("region", name="Waktu", exact=True)
        expect(time.get_by_text("Waktu total SOP (2–5 hari kerja)")).to_be_visible()
        expect(time.get_by_text("terpakai 0,0 hari kerja")).to_be_visible()
        panel = page.get_by_role("region", name="Pemberitahuan menurut hukum")
        panel.get_by_role("button", name="Nyatakan wajib diberitahukan").click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_role("button", name="Nyatakan wajib diberitahukan")).to_be_disabled()
        dialog.get_by_label("Kegagalan pelindungan data pribadi").check()
        dialog.get_by_label("Alasan").fill("<img src=x onerror=alert(1)> data warga")
        expect(dialog).to_have_css("opacity", "1")
        assert axe_violations(page) == []
        picture(page, "waktu-2-menyatakan", full_page=False)
        dialog.get_by_role("button", name="Nyatakan wajib diberitahukan").click()
        expect(panel.get_by_text("UU PDP (3x24 jam)")).to_be_visible()

        panel.get_by_role("button", name="Rancangan").click()
        expect(page.get_by_role("dialog").get_by_role("textbox")).to_have_value(re.compile("PEMBERITAHUAN INSIDEN"))
        page.keyboard.press("Escape")
        panel.get_by_role("button", name="Catat sudah dikirim").click()
        dialog = page.get_by_role("dialog")
        # The field knows whole minutes only, and nothing is sent before it is known: the next minute has to come.
        page.wait_for_function("start => Date.now() >= Math.ceil(start / 6e4) * 6e4", arg=page.evaluate("Date.now()"))
        now = page.evaluate("new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 16)")
        dialog.get_by_label("Dikirim pada").fill(now)
        dialog.get_by_label("Cara pengiriman").fill("Surat 800/1/2026 lewat e-mail")
        expect(dialog).to_have_css("opacity", "1")
        assert axe_violations(page) == []
        dialog.get_by_role("button", name="Catat sudah dikirim").click()
        expect(page.get_by_text("Terkirim tepat waktu")).to_be_visible()
        picture(page, "waktu-3-panel")
        page.get_by_text("EN", exact=True).first.click()
        expect(page.get_by_role("region", name="Notifications by law")).to_be_visible()
        assert axe_violations(page) == []


def test_the_calendar_takes_days_from_a_form_and_a_file_and_says_when_a_limit_ends(
    chromium: Browser, server: Server
) -> None:
    with person(chromium, server, "admin") as page:
        page.get_by_role("link", name="Kalender kerja").click()
        days = page.get_by_role("region", name="Hari kantor sendiri")
        days.get_by_label("Tanggal").fill("2030-12-03")
        days.get_by_label("Uraian").fill("Banjir")
        days.get_by_role("button", name="Tambah").press("Enter")
        expect(days.get_by_role("cell", name="Banjir")).to_be_visible()

        page.locator("input[type=file]").set_input_files({"name": "hari.csv", "mimeType": "text/csv", "buffer": TABLE})
        expect(page.get_by_text("1 baris terbaca, 1 baris ditolak")).to_be_visible()
        expect(page.get_by_text("Baris 3: tanggal 2030-13-01 tidak ada di kalender")).to_be_visible()
        assert axe_violations(page) == []
        picture(page, "waktu-4-kalender")
        page.get_by_role("button", name="Simpan 1 hari").click()
        expect(days.get_by_role("cell", name="Hari jadi <b>kota</b>")).to_be_visible()

        when = page.get_by_role("region", name="Kapan batas waktu berakhir?")
        when.get_by_label("Mulai").fill("2030-11-29T10:00")
        when.get_by_label("Lama").fill("1")
        when.get_by_role("button", name="Hitung").press("Enter")
        # Friday, a weekend, then two days the office is closed.
        expect(when.get_by_role("status")).to_contain_text("4 Des 2030")
        days.get_by_role("button", name="Hapus 3 Des 2030").click()
        expect(days.get_by_role("cell", name="Banjir")).to_have_count(0)


def test_the_calendar_is_for_the_administrator_and_fits_a_phone_in_english(chromium: Browser, server: Server) -> None:
    with person(chromium, server, "kasi") as page:
        expect(page.get_by_role("link", name="Kalender kerja")).to_have_count(0)
    with person(chromium, server, "admin", viewport=PHONE) as page:
        page.goto(f"{server.url}/kelola/kalender")
        page.get_by_text("EN", exact=True).first.click()
        expect(page.get_by_role("heading", name="Working calendar")).to_be_visible()
        expect(page.get_by_text("Ramadan", exact=True)).to_be_visible()
        assert axe_violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        picture(page, "waktu-5-kalender-telepon")
