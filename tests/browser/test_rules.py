"""Detection rules on the page of the administrator: a hostile pack's rules shown as text, one turned off and on."""

import re
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser, expect

from ir_platform.app.cli.rules import rules
from tests.detections.making import a_rule
from tests.support.browser import PHONE, axe_violations, person, picture
from tests.support.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TITLE = "<img src=x onerror=alert(1)> uji paket"
IN_USE_MS = 60_000
"""Until the intake has loaded what was decided, on a busy machine."""


def take_in_a_pack(server: Server, folder: Path) -> None:
    folder.mkdir()
    rule = a_rule("s:\n  A: x\ncondition: s").replace("title: Uji", f"title: '{TITLE}'")
    (folder / "rule.yml").write_text(f"{rule}author: <b>Siti</b>\n")
    (folder / "LICENSE").write_text("MIT License\n")
    done = CliRunner().invoke(rules, ["import", str(folder), "--name", "uji", "--data", str(server.data)])
    assert done.exit_code == 0, done.output


def test_a_rule_of_a_pack_is_turned_off_and_on_again_by_keyboard(
    chromium: Browser, server: Server, tmp_path: Path
) -> None:
    take_in_a_pack(server, tmp_path / "paket")

    with person(chromium, server, "admin") as page:
        page.goto(f"{server.url}/kelola/aturan")
        packs = page.get_by_role("region", name="Paket aturan")
        expect(packs.get_by_role("cell", name="MIT License")).to_be_visible()
        panel = page.get_by_role("region", name="Aturan", exact=True)
        panel.get_by_label("Cari judul").fill("uji paket")
        row = panel.get_by_role("row").filter(has_text=TITLE)
        expect(row.get_by_text("Nyala", exact=True)).to_be_visible(timeout=IN_USE_MS)
        expect(row.get_by_text("<b>Siti</b>")).to_be_visible()
        assert axe_violations(page) == []
        picture(page, "aturan-1")

        row.get_by_role("button", name="Matikan").press("Enter")
        expect(row.get_by_text("Mati", exact=True)).to_be_visible(timeout=IN_USE_MS)
        row.get_by_role("button", name="Nyalakan").press("Enter")
        expect(row.get_by_text("Nyala", exact=True)).to_be_visible(timeout=IN_USE_MS)


def test_a_pack_is_sent_and_a_rule_of_it_excluded_on_the_page(
    chromium: Browser, server: Server, tmp_path: Path
) -> None:
    rule = a_rule("s:\n  A: x\ncondition: s").replace("title: Uji", "title: Kirim").replace("5501", "5502")
    sent = tmp_path / "kiriman.zip"
    with ZipFile(sent, "w") as archive:
        archive.writestr("rules/a.yml", rule)
        archive.writestr("rules/<b>.yml", rule)

    with person(chromium, server, "admin") as page:
        page.goto(f"{server.url}/kelola/aturan")
        packs = page.get_by_role("region", name="Paket aturan")
        packs.locator("input[type=file]").set_input_files(sent)
        expect(packs.get_by_role("alert")).to_contain_text("nama berkas tidak diterima")
        with ZipFile(sent, "w") as archive:
            archive.writestr("rules/a.yml", rule)
        packs.locator("input[type=file]").set_input_files(sent)
        expect(packs.get_by_text("1 aturan Sigma")).to_be_visible(timeout=IN_USE_MS)

        panel = page.get_by_role("region", name="Aturan", exact=True)
        panel.get_by_label("Cari judul").fill("kirim")
        panel.get_by_role("button", name="Kecualikan dari: Kirim").click(timeout=IN_USE_MS)
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_label("Filter Sigma")).to_have_value(re.compile("5502"))
        assert axe_violations(page) == []
        dialog.get_by_label("Alasan").fill("server pemindai <b>kantor</b>")
        dialog.get_by_role("button", name="Kecualikan").click()
        exclusions = page.get_by_role("region", name="Pengecualian kantor")
        expect(exclusions.get_by_text("server pemindai <b>kantor</b>")).to_be_visible()
        assert axe_violations(page) == []
        picture(page, "aturan-2")
        exclusions.get_by_role("button", name="Hapus pengecualian: Pengecualian: Kirim").press("Enter")
        expect(exclusions.get_by_text("Belum ada pengecualian.")).to_be_visible()


def test_the_rules_are_for_the_administrator_and_fit_a_phone_in_english(chromium: Browser, server: Server) -> None:
    with person(chromium, server, "kasi") as page:
        expect(page.get_by_role("link", name="Aturan deteksi")).to_have_count(0)
    with person(chromium, server, "admin", viewport=PHONE) as page:
        page.goto(f"{server.url}/kelola/aturan")
        page.get_by_text("EN", exact=True).first.click()
        expect(page.get_by_role("heading", name="Detection rules")).to_be_visible()
        expect(page.get_by_text("No rule is muted.")).to_be_visible()
        assert axe_violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
