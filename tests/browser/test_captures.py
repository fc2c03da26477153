"""Evidence in pieces and the result page of a capture: paused, gone on with after a reload, one flow taken."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from ir_platform.app.demo_capture import pcap_bytes
from tests.support.browser import PHONE, axe_violations, person, picture
from tests.support.captures import CLIENT, browsing
from tests.support.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ANALYSED_MS = 120_000
"""On a busy machine."""
HOSTILE = "<img src=x onerror=alert(1)>.pcap"


def test_a_capture_is_sent_in_pieces_looked_into_and_a_flow_of_it_taken(
    chromium: Browser, server: Server, reported: dict[str, Any], tmp_path: Path
) -> None:
    capture = tmp_path / HOSTILE
    capture.write_bytes(pcap_bytes(browsing()))
    evidence = f"{server.url}/insiden/{reported['id']}?tab=bukti"

    with person(chromium, server, "kasi") as page:
        page.goto(evidence)
        stop_pieces(page)
        page.locator("input[type=file]").first.set_input_files(capture)
        group = page.get_by_role("group", name="Unggahan <img")
        expect(group.get_by_role("button", name="Jeda")).to_be_visible()
        assert axe_violations(page) == []
        picture(page, "unggahan-1")
        group.get_by_role("button", name="Jeda").press("Enter")
        expect(group.get_by_role("button", name="Lanjutkan")).to_be_visible()

        page.reload()
        page.unroute("**/api/v1/uploads/*")
        page.locator("input[type=file]").first.set_input_files(capture)
        page.get_by_role("link", name="Lihat isi tangkapan <img").click()
        expect(page.get_by_text("Analisis selesai.")).to_be_visible(timeout=ANALYSED_MS)
        expect(page.get_by_role("cell", name="tcp", exact=True)).to_be_visible()
        assert axe_violations(page) == []
        picture(page, "tangkapan-1")

        page.get_by_role("tab", name="Titik akhir").click()
        page.get_by_role("button", name=f"Percakapan {CLIENT.address}").press("Enter")
        expect(page.get_by_text("Hanya alamat")).to_be_visible()
        page.get_by_role("button", name="Paket percakapan").first.click()
        expect(page.get_by_role("dialog").get_by_text("Len=").first).to_be_visible()
        assert axe_violations(page) == []
        picture(page, "tangkapan-2", full_page=False)
        page.keyboard.press("Escape")
        with page.expect_download() as taking:
            page.get_by_role("link", name="Unduh percakapan").first.click()
        assert taking.value.suggested_filename.endswith(".pcapng")

        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        page.get_by_text("EN", exact=True).first.click()
        expect(page.get_by_role("tab", name="Conversations (")).to_be_visible()
        assert axe_violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        picture(page, "tangkapan-3")


def test_a_capture_sent_without_an_incident_is_found_again_in_the_list_and_looked_into(
    chromium: Browser, server: Server, tmp_path: Path
) -> None:
    capture = tmp_path / HOSTILE
    capture.write_bytes(pcap_bytes(browsing()))

    with person(chromium, server, "kasi") as page:
        page.goto(f"{server.url}/data?q=labels.capture:{sha256(capture.read_bytes()).hexdigest()}")
        page.locator("input[type=file]").set_input_files(capture)
        expect(page.get_by_text("Selesai dibaca:")).to_be_visible(timeout=ANALYSED_MS)
        expect(page.get_by_text("GET http://web.example.id/masuk")).to_be_visible()
        assert "–" not in page.locator("td.line").all_text_contents()
        assert axe_violations(page) == []
        picture(page, "tangkapan-kejadian")

        page.get_by_role("tab", name="Tangkapan").press("Enter")
        row = page.get_by_role("row", name=HOSTILE)
        expect(row.get_by_text("Selesai", exact=True)).to_be_visible()
        assert axe_violations(page) == []
        picture(page, "tangkapan-daftar")
        row.get_by_role("link", name=HOSTILE).press("Enter")
        expect(page.get_by_text("Analisis selesai.")).to_be_visible()
        page.get_by_role("tab", name="HTTP (1)").click()
        expect(page.get_by_role("cell", name="GET", exact=True)).to_be_visible()
        assert axe_violations(page) == []
        picture(page, "tangkapan-diterima")
        page.get_by_role("tab", name="Percakapan (").click()
        expect(page.get_by_role("cell", name=CLIENT.address).first).to_be_visible()
        expect(page.get_by_role("link", name="Unduh percakapan")).to_have_count(0)

        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        page.get_by_text("EN", exact=True).first.click()
        for at, name in (("tab", "Conversations ("), ("link", "Back to the list of captures")):
            expect(page.get_by_role(at, name=name)).to_be_visible()  # type: ignore[arg-type]
        assert axe_violations(page) == []
        page.get_by_role("link", name="Back to the list of captures").click()
        expect(page.get_by_role("row", name=HOSTILE).get_by_text("Done", exact=True)).to_be_visible()
        assert axe_violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        picture(page, "tangkapan-daftar-ponsel")


def stop_pieces(page: Page) -> None:
    """Let no piece through, as a line that is down; the upload itself was begun."""

    def judge(route: Route) -> None:
        if route.request.method == "PATCH":
            route.abort()
        else:
            route.continue_()

    page.route("**/api/v1/uploads/*", judge)
