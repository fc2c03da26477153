"""Ringkasan, Jejak audit and the history of evidence: by keyboard and label, clean for axe, at both sizes."""

import io
import json
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Download, Page, expect

from tests.support.browser import PHONE, axe_violations, person, picture
from tests.support.server import Server
from tests.support.walk import WALK, complete

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def walked(server: Server, incident_id: Any, *, until: int) -> None:
    for who, no, body in WALK[:until]:
        answer = complete(server.client(who), incident_id, no, body)
        assert answer.status_code == 200, answer.text


def database(server: Server) -> sqlite3.Connection:
    return sqlite3.connect(server.data / "state.sqlite3", timeout=30)


def let_days_go_by(server: Server, incident_id: Any, *, days: int) -> None:
    """Let the incident's first step have become active that long ago; nobody waits in a test."""
    with closing(database(server)) as connection, connection:
        (text,) = connection.execute("SELECT state FROM runs WHERE incident_id = ?", (incident_id,)).fetchone()
        state = json.loads(text)
        first = state["passes"][0]
        first["since"] = (datetime.fromisoformat(first["since"]) - timedelta(days=days)).isoformat()
        connection.execute("UPDATE runs SET state = ? WHERE incident_id = ?", (json.dumps(state), incident_id))


@contextmanager
def tampered(server: Server) -> Iterator[int]:
    """Let one entry say something else than what was recorded, and put it right again afterwards.

    The database itself refuses that; whoever owns it takes the refusal away first.
    """
    with closing(database(server)) as connection:
        guards = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_entries'"
        ).fetchall()
        seq, kept = connection.execute("SELECT seq, details FROM audit_entries WHERE seq = 3").fetchone()
        with connection:
            for name, _ in guards:
                connection.execute(f"DROP TRIGGER {name}")
            connection.execute("UPDATE audit_entries SET details = '{}' WHERE seq = ?", (seq,))
        try:
            yield int(seq)
        finally:
            with connection:
                connection.execute("UPDATE audit_entries SET details = ? WHERE seq = ?", (kept, seq))
                for _, made_by in guards:
                    connection.execute(made_by)


def members_of(download: Download) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(Path(download.path()).read_bytes())) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def fits(page: Page, viewport: dict[str, int]) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth") <= viewport["width"])


def test_every_figure_of_the_leadership_leads_to_what_it_counted(
    chromium: Browser, server: Server, reported: dict[str, Any]
) -> None:
    walked(server, reported["id"], until=1)
    let_days_go_by(server, reported["id"], days=15)
    walked_on = server.client("kabid").post(
        f"/api/v1/incidents/{reported['id']}/steps/2/complete", json={"catatan": "Menunggu pimpinan."}
    )
    assert walked_on.status_code == 200, walked_on.text
    with person(chromium, server, "pimpinan") as page:
        page.get_by_role("link", name="Ringkasan").click()
        page.get_by_role("heading", name="Ringkasan", level=1).wait_for()
        figures = page.get_by_role("region", name="Angka pokok")
        expect(figures.get_by_text("Insiden yang dilaporkan atau terdeteksi dalam masa ini.")).to_be_visible()
        assert axe_violations(page) == []
        picture(page, "ringkasan-1")

        figures.get_by_role("link", name="Masih terbuka").click()
        listed = page.get_by_role("region", name="Masih terbuka", exact=True)
        expect(listed.get_by_role("link", name=reported["judul"]).first).to_be_visible()
        assert axe_violations(page) == []
        picture(page, "ringkasan-2-daftar")
        listed.get_by_role("button", name="Tutup daftar").click()
        expect(listed).to_have_count(0)

        page.get_by_role("link", name="Terlambat, Langkah 1").or_(
            page.get_by_role("link", name="Kepatuhan waktu baku")
        ).first.click()
        late = page.get_by_role("region", name="Langkah yang melewati waktu baku")
        expect(late.get_by_text("Laporan dicatat.")).to_be_visible()

        page.get_by_role("combobox", name="Masa").click()
        page.get_by_role("option", name="Pilih tanggal").click()
        expect(page.get_by_text("Pilih hari pertama dan hari terakhir")).to_be_visible()
        page.get_by_label("Hari pertama").fill("2020-01-01")
        page.get_by_label("Hari terakhir").fill("2020-01-31")
        page.get_by_role("button", name="Tampilkan", exact=True).click()
        expect(page.get_by_text("Tidak ada langkah yang selesai dalam masa ini.")).to_be_visible()

        page.get_by_text("EN", exact=True).first.click()
        expect(page.get_by_role("heading", name="Overview", level=1)).to_be_visible()
        assert axe_violations(page) == []


def test_figures_and_trail_fit_a_phone(chromium: Browser, server: Server, reported: dict[str, Any]) -> None:
    walked(server, reported["id"], until=10)
    with person(chromium, server, "pimpinan", viewport=PHONE) as page:
        page.goto(f"{server.url}/ringkasan")
        page.get_by_role("region", name="Putaran", exact=True).get_by_role("link", name=reported["nomor"]).wait_for()
        assert fits(page, PHONE)
        assert axe_violations(page) == []
        picture(page, "ringkasan-3-ponsel")

        page.goto(f"{server.url}/kelola/audit")
        page.get_by_role("button", name="Rincian entri").first.wait_for()
        assert fits(page, PHONE)
        assert axe_violations(page) == []
        picture(page, "audit-5-ponsel")


def test_the_verification_of_the_trail_names_the_first_entry_that_was_changed(
    chromium: Browser, server: Server, reported: dict[str, Any]
) -> None:
    with person(chromium, server, "admin") as page:
        page.get_by_role("link", name="Jejak audit").click()
        page.get_by_role("button", name="Periksa keutuhan").click()
        expect(page.get_by_text("Jejak audit utuh")).to_be_visible(timeout=30_000)
        page.get_by_role("button", name="Titik periksa dan kunci publik").click()
        expect(page.get_by_text("BEGIN PUBLIC KEY")).to_be_visible()
        assert axe_violations(page) == []
        picture(page, "audit-1-utuh")

        with tampered(server) as seq:
            page.get_by_role("button", name="Periksa keutuhan").click()
            broken = page.get_by_role("alert").filter(has_text="RUSAK")
            expect(broken.get_by_text(f"Entri pertama yang tidak lagi seperti yang dicatat: {seq}")).to_be_visible(
                timeout=30_000
            )
            assert axe_violations(page) == []
            picture(page, "audit-2-rusak", full_page=False)
        assert reported["nomor"] in page.get_by_role("table", name="Isi jejak audit").inner_text()


def test_the_trail_is_filtered_and_an_entry_opens_to_what_its_hash_covers(
    chromium: Browser, server: Server, reported: dict[str, Any]
) -> None:
    walked(server, reported["id"], until=4)
    with person(chromium, server, "pimpinan") as page:
        page.goto(f"{server.url}/kelola/audit")
        page.get_by_label("Nomor insiden").fill(reported["nomor"])
        page.get_by_role("combobox", name="Tindakan").click()
        page.get_by_role("option", name="Langkah dilaksanakan", exact=True).click()
        page.get_by_role("button", name="Cari", exact=True).click()
        rows = page.get_by_role("table", name="Isi jejak audit").get_by_role("row")
        expect(rows).to_have_count(5)
        assert axe_violations(page) == []
        picture(page, "audit-3-saring")

        page.get_by_role("button", name="Rincian entri").first.click()
        dialog = page.get_by_role("dialog", name="Entri")
        expect(dialog.get_by_text("Perlu arahan.").first).to_be_visible()
        expect(dialog.get_by_text("SHA-256:")).to_be_visible()
        expect(dialog).to_have_css("opacity", "1")
        assert axe_violations(page) == []
        picture(page, "audit-4-rincian", full_page=False)


def test_the_auditor_takes_a_pack_and_that_is_in_the_trail(chromium: Browser, server: Server) -> None:
    with person(chromium, server, "pimpinan") as page:
        page.goto(f"{server.url}/kelola/audit")
        with page.expect_download() as taken:
            page.get_by_role("link", name="Unduh paket").click()
        members = members_of(taken.value)

        assert {"ringkasan.pdf", "langkah.csv", "langkah-terlambat.csv", "putaran.csv", "verifikasi.py"} <= set(members)
        page.reload()
        expect(
            page.get_by_role("table", name="Isi jejak audit").get_by_text("Paket pemeriksa diambil").first
        ).to_be_visible()


def test_evidence_tells_who_had_it_in_hand(chromium: Browser, server: Server, reported: dict[str, Any]) -> None:
    path = f"/api/v1/incidents/{reported['id']}/evidence"
    for name, content in (("<b>catatan</b>.txt", b"isi"), ("tagihan.pdf", b"MZ\x90\x00" + bytes(60))):
        answer = server.client("pemeriksa").post(path, files={"file": (name, content)})
        assert answer.status_code == 201, answer.text
    with person(chromium, server, "kasi") as page:
        page.goto(f"{server.url}/insiden/{reported['id']}?tab=bukti")
        with page.expect_download() as locked:
            page.get_by_role("link", name="Unduh tagihan.pdf sebagai ZIP bersandi").click()
        assert locked.value.suggested_filename.endswith(".zip")
        assert axe_violations(page) == []
        picture(page, "bukti-1-daftar")

        page.get_by_role("button", name="Riwayat penguasaan tagihan.pdf").click()
        dialog = page.get_by_role("dialog", name="Riwayat penguasaan bukti")
        expect(dialog.get_by_text("Diunduh sebagai ZIP bersandi")).to_be_visible()
        dialog.get_by_role("button", name="Catat penyerahan").click()
        dialog.get_by_label("Diserahkan kepada").fill("Penyidik Polda <i>")
        dialog.get_by_label("Keperluan").fill("Penyelidikan")
        expect(dialog).to_have_css("opacity", "1")
        assert axe_violations(page) == []
        dialog.get_by_role("button", name="Catat penyerahan").click()
        expect(dialog.get_by_text("Kepada: Penyidik Polda <i>")).to_be_visible()
        assert axe_violations(page) == []
        picture(page, "bukti-2-riwayat", full_page=False)
        page.keyboard.press("Escape")

        with page.expect_download() as package:
            page.get_by_role("link", name="Unduh paket insiden").click()
        assert {"incident.json", "custody.json", "verifikasi.py", "MANIFEST.sha256"} <= set(members_of(package.value))


def test_the_history_fits_a_phone(chromium: Browser, server: Server, reported: dict[str, Any]) -> None:
    path = f"/api/v1/incidents/{reported['id']}/evidence"
    assert server.client("pemeriksa").post(path, files={"file": ("x" * 120 + ".txt", b"isi")}).status_code == 201
    with person(chromium, server, "kasi", viewport=PHONE) as page:
        page.goto(f"{server.url}/insiden/{reported['id']}?tab=bukti")
        page.get_by_role("button", name="Riwayat penguasaan").click()
        expect(page.get_by_role("dialog").get_by_text("Diterima")).to_be_visible()

        assert fits(page, PHONE)
        assert axe_violations(page) == []
        picture(page, "bukti-3-ponsel", full_page=False)
