"""Log sources on their page: named, tried, given a key once, changed and ended by keyboard, by administrators only."""

import socket

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.browser import PHONE, axe_violations, person, picture
from tests.support.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HOSTILE = "<img src=x onerror=alert(1)>"
LINE = f'[20/Nov/2026:08:00:00 +0700] 404 "GET /{HOSTILE} HTTP/1.1" 203.0.113.9'
HEARD_MS = 60_000
"""Until the intake has written down what it heard, on a busy machine."""


def heard_from_here(server: Server) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(f"<13>Nov 20 08:00:00 {HOSTILE} app: hai".encode(), ("127.0.0.1", server.ports["syslog"]))


def row_of(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name="Pengirim").get_by_role("row").filter(has_text=name)


def test_a_sender_that_was_heard_is_named_tried_changed_and_ended_by_its_administrator(
    chromium: Browser, server: Server
) -> None:
    heard_from_here(server)

    with person(chromium, server, "admin") as page:
        page.goto(f"{server.url}/sumber")
        page.get_by_role("button", name="Beri nama pengirim 127.0.0.1").press("Enter", timeout=HEARD_MS)
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_label("Alamat IP")).to_have_value("127.0.0.1")
        dialog.get_by_label("Nama", exact=False).first.fill("portal-uji")
        choose_access(page)
        dialog.get_by_label("Format string log akses").fill("%t %>s %Z")
        dialog.get_by_role("button", name="Buat sumber").press("Enter")
        expect(dialog.get_by_role("alert")).to_contain_text("%Z (huruf ke-8)")
        dialog.get_by_label("Format string log akses").fill('%t %>s "%r" %h')
        dialog.get_by_text("Coba format ini pada beberapa baris").click()
        dialog.get_by_label("Baris log").fill(f"{LINE}\nrusak {HOSTILE}")
        dialog.get_by_role("button", name="Coba baca").press("Enter")
        expect(dialog.get_by_role("status").filter(has_text="Dibaca sebagai access: 1 dari 2")).to_be_visible()
        expect(dialog.locator("img")).to_have_count(0)
        assert axe_violations(page) == []
        picture(page, "sumber-1", full_page=False)
        dialog.get_by_role("button", name="Buat sumber").press("Enter")
        expect(page.get_by_role("dialog").get_by_text("Hanya ditampilkan sekali ini")).to_be_visible()
        assert axe_violations(page) == []
        picture(page, "sumber-2", full_page=False)
        page.keyboard.press("Escape")

        waiting = page.get_by_role("region", name="Menunggu dibaca")
        expect(waiting.get_by_text("0 berkas, 0 B")).to_be_visible()
        row = row_of(page, "portal-uji")
        expect(row.get_by_text("127.0.0.1")).to_be_visible()
        expect(page.get_by_role("button", name="Beri nama pengirim 127.0.0.1")).to_have_count(0)
        expect(row.get_by_text('%t %>s "%r" %h')).to_be_visible()
        row.get_by_role("button", name="Ubah sumber portal-uji").press("Enter")
        page.get_by_role("dialog").get_by_label("Batas diam").fill("90")
        page.get_by_role("dialog").get_by_role("button", name="Simpan").press("Enter")
        expect(row.get_by_text("diperingatkan setelah 90 menit")).to_be_visible()
        expect(page.get_by_role("dialog")).to_have_count(0)
        assert axe_violations(page) == []
        picture(page, "sumber-3")

        row.get_by_role("button", name="Matikan sumber portal-uji").press("Enter")
        page.get_by_role("dialog").get_by_role("button", name="Matikan", exact=True).press("Enter")
        expect(row.get_by_text("Dimatikan")).to_be_visible()

        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        page.get_by_text("EN", exact=True).first.click()
        expect(page.get_by_role("heading", name="Log sources")).to_be_visible()
        assert axe_violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        picture(page, "sumber-4")


def choose_access(page: Page) -> None:
    chosen = page.get_by_role("dialog").get_by_role("combobox", name="Format")
    chosen.click()
    chosen.fill("access")
    page.get_by_role("option", name="access: ").click()


def test_a_member_of_the_office_reads_who_sends_and_is_offered_no_change(chromium: Browser, server: Server) -> None:
    with person(chromium, server, "kasi") as page:
        page.get_by_role("link", name="Sumber log").press("Enter")

        losses = page.get_by_role("region", name="Kiriman tanpa tanda terima")
        expect(losses.get_by_text("Potongan ditolak")).to_be_visible()
        expect(page.get_by_role("button", name="Sumber baru")).to_have_count(0)
        expect(page.get_by_role("button", name="Beri nama")).to_have_count(0)
        expect(page.get_by_role("button", name="Ubah")).to_have_count(0)
        assert axe_violations(page) == []
