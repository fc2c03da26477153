"""People and power in the page: positions by letter, the capacity in a step, own work, sharing with another office."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.browser import PHONE, axe_violations, person, picture
from tests.support.server import DEMO_PASSWORD, Server, irp, items, running

pytestmark = [pytest.mark.browser, pytest.mark.slow]

KASI = "kasi_keamanan_jaringan"
ZONE = ZoneInfo("Asia/Makassar")


def today(days: int = 0) -> str:
    return (datetime.now(ZONE).date() + timedelta(days=days)).isoformat()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The demo with a second office, `Dinas Perhubungan`, and one officer in it."""
    data = tmp_path_factory.mktemp("var")
    with running(data, demo=True) as server:
        made = irp("office", "add", "dishub", "--kode", "DISHUB", "--nama", "Dinas Perhubungan", data=data)
        assert made.returncode == 0, made.stderr
        officer = ("user", "add", "dishub", "--nama", "Wati Lestari", "--jabatan", "Kasi Jaringan Dishub")
        role = ("--peran", KASI, "--kantor", "dishub", "--password-stdin")
        added = irp(*officer, *role, data=data, stdin=DEMO_PASSWORD)
        assert added.returncode == 0, added.stderr
        yield server


def official(server: Server, username: str) -> dict[str, Any]:
    found = items(server.client("admin"), "/api/v1/officials")
    return next(one for one in found if one["username"] == username)


@contextmanager
def substituting(
    server: Server, username: str, *, replaces: str | None = None, kedudukan: str = "plh", **changes: Any
) -> Iterator[None]:
    """Somebody acts as the Kasi by a letter until the block ends."""
    admin = server.client("admin")
    body = {
        "akun": official(server, username)["id"],
        "jabatan": "Kasi Keamanan Jaringan",
        "peran": [KASI],
        "kedudukan": kedudukan,
        "mulai": today(),
        "sampai": today(5),
        "nomor_surat": "SP 800/12/2026",
        "tanggal_surat": today(-1),
        "menggantikan": official(server, replaces)["id"] if replaces else None,
        **changes,
    }
    given = admin.post("/api/v1/positions", json=body)
    assert given.status_code == 201, given.text
    yield
    ended = admin.post(f"/api/v1/positions/{given.json()['id']}/end", json={"sampai": today(-1)})
    assert ended.status_code == 200, ended.text


def complete(server: Server, who: str, incident_id: object, no: int, **body: Any) -> None:
    path = f"/api/v1/incidents/{incident_id}/steps/{no}/complete"
    answer = server.client(who).post(path, json={"catatan": f"Langkah {no}.", **body})
    assert answer.status_code == 200, answer.text


def card(page: Page, name: str) -> Locator:
    return page.get_by_role("article", name=name)


def test_the_administrator_makes_an_account_and_tells_its_password_once(chromium: Browser, server: Server) -> None:
    with person(chromium, server, "admin") as page:
        page.get_by_role("link", name="Pejabat & jabatan").click()
        expect(card(page, "Hendra Kusuma")).to_contain_text("Berlaku hari ini")
        expect(card(page, "Wati Lestari")).to_contain_text("Dinas Perhubungan")
        assert axe_violations(page) == []
        picture(page, "pejabat-1-daftar")

        page.get_by_role("button", name="Akun baru").click()
        dialog = page.get_by_role("dialog", name="Akun baru")
        dialog.get_by_label("Nama lengkap").fill("<b>Sari</b> Utami")
        dialog.get_by_label("Nama pengguna").fill("sari")
        dialog.get_by_label("Sebutan jabatan").fill("Staf")
        expect(dialog).to_have_css("opacity", "1")
        assert axe_violations(page) == []
        picture(page, "pejabat-2-akun-baru", full_page=False)
        dialog.get_by_role("button", name="Buat").click()
        told = page.get_by_role("dialog", name="Kata sandi sekali pakai")
        password = told.locator("code").nth(1).inner_text()
        expect(told).to_have_css("opacity", "1")
        assert axe_violations(page) == []
        picture(page, "pejabat-3-kata-sandi", full_page=False)
        told.get_by_role("button", name="Tutup").click()

        expect(page.get_by_text(password)).to_have_count(0)
        expect(card(page, "<b>Sari</b> Utami")).to_contain_text("Belum diberi jabatan.")
        expect(card(page, "<b>Sari</b> Utami")).to_contain_text("Belum mengganti kata sandi")
        signing_in = server.stranger().post("/api/v1/auth/token", data={"username": "sari", "password": password})
        assert signing_in.status_code == 200


def test_a_plh_is_named_by_letter_and_what_he_may_do_today_is_said_with_the_reason(
    chromium: Browser, server: Server
) -> None:
    with person(chromium, server, "admin") as page:
        page.goto(f"{server.url}/kelola/pejabat")
        page.get_by_role("button", name="Beri jabatan kepada Maya Sari").click()
        dialog = page.get_by_role("dialog", name="Beri jabatan kepada Maya Sari")
        dialog.get_by_label("Pelaksana harian (Plh.)").check()
        dialog.get_by_role("combobox", name="Menggantikan").fill("Lestari Wulan")
        page.get_by_role("option", name="Lestari Wulandari").click()
        expect(dialog.get_by_label("Nama jabatan")).to_have_value("Pengelola TI")
        dialog.get_by_label("Hari terakhir").fill(today(3))
        dialog.get_by_label("Nomor surat perintah").fill("SP 801/2026")
        dialog.get_by_label("Tanggal surat").fill(today(-1))
        expect(dialog).to_have_css("opacity", "1")
        assert axe_violations(page) == []
        picture(page, "pejabat-4-beri-jabatan", full_page=False)
        dialog.get_by_role("button", name="Beri jabatan").click()
        maya = card(page, "Maya Sari")
        expect(maya).to_contain_text("Plh. Pengelola TI")
        expect(maya).to_contain_text("SP 801/2026")

        maya.get_by_role("button", name="Kuasa hari ini").click()
        power = page.get_by_role("region", name="Kuasa hari ini: Maya Sari")
        expect(power).to_contain_text("Karena Plh. Pengelola TI")
        expect(power).to_contain_text("menggantikan Lestari Wulandari")
        expect(power.get_by_text("Langkah 4, 7, 8, 12 dalam Gangguan Keamanan Jaringan")).to_be_visible()
        assert axe_violations(page) == []
        picture(page, "pejabat-5-kuasa")

        maya.get_by_role("button", name="Akhiri jabatan Plh. Pengelola TI").click()
        ending = page.get_by_role("dialog", name="Akhiri jabatan Plh. Pengelola TI")
        ending.get_by_label("Seketika").check()
        expect(ending).to_have_css("opacity", "1")
        assert axe_violations(page) == []
        ending.get_by_role("button", name="Akhiri", exact=True).click()
        expect(maya).to_contain_text("diakhiri sebelum berlaku")
        expect(power).not_to_contain_text("Plh. Pengelola TI")


def test_a_second_plt_of_one_jabatan_is_refused_in_words(chromium: Browser, server: Server) -> None:
    plt = substituting(server, "kasubag_tu", kedudukan="plt", jabatan="Kepala Bidang Persandian")
    with plt, person(chromium, server, "admin") as page:
        page.goto(f"{server.url}/kelola/pejabat")
        page.get_by_role("button", name="Beri jabatan kepada Suryanto").click()
        dialog = page.get_by_role("dialog", name="Beri jabatan kepada Suryanto")
        dialog.get_by_label("Pelaksana tugas (Plt.)").check()
        dialog.get_by_label("Nama jabatan").fill("kepala bidang  persandian")
        dialog.get_by_label("Hari terakhir").fill(today(9))
        dialog.get_by_label("Nomor surat perintah").fill("SP 802/2026")
        dialog.get_by_label("Tanggal surat").fill(today())
        dialog.get_by_role("button", name="Beri jabatan").click()

        refusal = dialog.get_by_role("alert")
        expect(refusal).to_contain_text("Nurul Hidayah sudah menjadi Plt. Kepala Bidang Persandian")
        assert axe_violations(page) == []


def test_people_fit_a_phone_and_are_nobody_elses_to_manage(chromium: Browser, server: Server) -> None:
    with person(chromium, server, "admin", viewport=PHONE) as page:
        page.goto(f"{server.url}/kelola/pejabat")
        page.get_by_role("button", name="Kuasa hari ini: Hendra Kusuma").click()
        expect(page.get_by_role("region", name="Kuasa hari ini: Hendra Kusuma")).to_contain_text("Langkah 3, 5, 9, 11")

        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert axe_violations(page) == []
        picture(page, "pejabat-6-ponsel")
        page.get_by_text("EN", exact=True).first.click()
        expect(page.get_by_role("heading", name="Officials & positions")).to_be_visible()
        assert axe_violations(page) == []
    with person(chromium, server, "kabid") as page:
        expect(page.get_by_role("link", name="Pejabat & jabatan")).to_have_count(0)
        page.goto(f"{server.url}/kelola/pejabat")
        expect(page.get_by_role("heading", name="Pejabat & jabatan")).to_have_count(0)


def test_whoever_holds_two_positions_chooses_and_every_signature_says_it(
    chromium: Browser, server: Server, reported: dict[str, Any]
) -> None:
    complete(server, "pemeriksa", reported["id"], 1)
    complete(server, "kabid", reported["id"], 2)
    plt = substituting(server, "kasi", kedudukan="plt", jabatan="Kasi Persandian")
    with plt, person(chromium, server, "kasi") as page:
        page.goto(f"{server.url}/insiden/{reported['id']}")
        form = page.get_by_role("region", name="Langkah 3:")
        choice = form.get_by_role("radiogroup", name="Bertindak sebagai")
        expect(choice.get_by_role("radio", checked=True)).to_have_count(0)
        choice.get_by_label("Plt. Kasi Persandian").check()
        assert axe_violations(page) == []
        picture(page, "pejabat-7-bertindak-sebagai")
        form.locator("button[type=submit]").click()
        expect(page.get_by_text("Langkah 3 dicatat.").first).to_be_visible()

        expect(page.get_by_text("✓ Hendra Kusuma, Plt. Kasi Persandian").first).to_be_visible()
        page.get_by_role("button", name="Riwayat langkah").click()
        expect(page.get_by_text("Hendra Kusuma, Plt. Kasi Persandian ·")).to_contain_text("SP 800/12/2026")
        assert axe_violations(page) == []
        picture(page, "pejabat-8-riwayat")
        page.get_by_role("tab", name="Kronologi").click()
        expect(page.get_by_text("Plt. Kasi Persandian, SP 800/12/2026")).to_be_visible()
        picture(page, "pejabat-9-kronologi")


def test_who_did_the_work_is_told_why_he_does_not_verify_it(
    chromium: Browser, server: Server, reported: dict[str, Any]
) -> None:
    nothing = {"NOC": "tidak ada", "aplikasi security system": "tidak terpasang"}
    walk: tuple[tuple[str, int, dict[str, Any]], ...] = (
        ("pemeriksa", 1, {}),
        ("kabid", 2, {}),
        ("kasi", 3, {}),
        ("pengelola", 4, {"keputusan": "sulit"}),
        ("kasi", 5, {}),
        ("kabid", 6, {}),
        ("timteknis", 7, {"nihil": nothing}),
        ("pengelola", 8, {}),
    )
    for who, no, body in walk:
        complete(server, who, reported["id"], no, **body)
    with substituting(server, "timteknis", replaces="kasi"), person(chromium, server, "timteknis") as page:
        page.goto(f"{server.url}/insiden/{reported['id']}")

        note = page.get_by_role("note").filter(has_text="Langkah 9 tidak ditawarkan kepada Anda")
        expect(note).to_contain_text("yang Anda laksanakan sendiri (langkah 7)")
        holders = page.get_by_role("region", name="Yang dapat melaksanakan hari ini")
        expect(holders.get_by_text("Bayu Saputra, Plh. Kasi Keamanan Jaringan")).to_contain_text(
            "melaksanakan sendiri pekerjaan yang diperiksa"
        )
        expect(holders.get_by_text("Hendra Kusuma, Kasi Keamanan Jaringan")).to_be_visible()
        expect(page.get_by_role("region", name="Langkah 9:")).to_have_count(0)
        assert axe_violations(page) == []
        picture(page, "pejabat-10-bukan-pemeriksa")
        page.get_by_role("button", name="Akun Bayu Saputra").click()
        expect(page.get_by_role("dialog").get_by_text("Plh. Kasi Keamanan Jaringan")).to_be_visible()


def test_another_office_reads_what_was_shared_and_nothing_more(
    chromium: Browser, server: Server, reported: dict[str, Any]
) -> None:
    address = f"{server.url}/insiden/{reported['id']}"
    with person(chromium, server, "kabid") as kabid, person(chromium, server, "dishub") as dishub:
        dishub.goto(address)
        expect(dishub.get_by_role("alert")).to_contain_text("tidak ditemukan")

        kabid.goto(address)
        panel = kabid.get_by_role("region", name="Berbagi dengan kantor lain")
        panel.get_by_role("button", name="Bagikan kepada kantor lain").click()
        dialog = kabid.get_by_role("dialog", name="Bagikan kepada kantor lain")
        dialog.get_by_role("combobox", name="Kantor").click()
        kabid.get_by_role("option", name="Dinas Perhubungan").click()
        dialog.get_by_label("Alasan").fill("<i>Layanan</i> bersama.")
        expect(dialog).to_have_css("opacity", "1")
        assert axe_violations(kabid) == []
        picture(kabid, "pejabat-11-bagikan", full_page=False)
        dialog.get_by_role("button", name="Bagikan", exact=True).click()
        expect(panel).to_contain_text("dibagikan Agus Wibowo")
        expect(panel).to_contain_text("<i>Layanan</i> bersama.")
        assert axe_violations(kabid) == []

        dishub.goto(address)
        shown = dishub.get_by_role("region", name="Berbagi dengan kantor lain")
        expect(shown.get_by_role("note")).to_contain_text("untuk dibaca saja")
        assert axe_violations(dishub) == []
        picture(dishub, "pejabat-12-dibaca-saja")
        for tab in ("SOP", "Disposisi", "Kronologi", "Bukti dukung", "Dokumen", "Temuan"):
            dishub.get_by_role("tab", name=tab).click()
            expect(dishub.get_by_role("tabpanel").locator("form, input:not([type=search])")).to_have_count(0)
            assert axe_violations(dishub) == []
        expect(dishub.get_by_role("tab", name="Verifikasi")).to_have_count(0)
        dishub.goto(f"{server.url}/insiden")
        expect(dishub.get_by_role("row").filter(has_text=reported["nomor"])).to_contain_text("Dinas Komunikasi")

        panel.get_by_role("button", name="Tarik kembali dari Dinas Perhubungan").click()
        taking = kabid.get_by_role("dialog", name="Tarik kembali dari Dinas Perhubungan")
        taking.get_by_role("button", name="Tarik kembali").click()
        expect(panel).to_contain_text("yang dapat membaca insiden ini")
        dishub.goto(address)
        expect(dishub.get_by_role("alert")).to_contain_text("tidak ditemukan")
        kabid.get_by_role("tab", name="Kronologi").click()
        expect(kabid.get_by_text("Tidak lagi dibagikan kepada Dinas Perhubungan")).to_be_visible()
        picture(kabid, "pejabat-13-kronologi")
