"""Is it over, as the Kasi sees it: a recurrence named on the screen, marked as open; a closed incident re-opened."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import PHONE, axe_violations, person, picture
from tests.support.server import Server, irp, wait_for
from tests.support.walk import NIHIL, WALK, complete

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ATTACKER = "198.51.100.99"
HOST = "arsip-07"
WITA = ZoneInfo("Asia/Makassar")
NAMES = ("pemeriksa", "kabid", "kasi", "pengelola")


def guesses(begin: datetime, *, count: int) -> str:
    """An sshd log of that many refused passwords, one a second, in the office's time."""
    moments = [(begin + timedelta(seconds=number)).astimezone(WITA) for number in range(count)]
    return "".join(
        f"{at:%b} {at.day:>2} {at:%H:%M:%S} {HOST} sshd[{7000 + number}]: "
        f"Failed password for root from {ATTACKER} port {41000 + number} ssh2\n"
        for number, at in enumerate(moments)
    )


def take_in(server: Server, folder: Path, begin: datetime, *, count: int) -> None:
    path = folder / f"auth-{begin:%H%M%S%f}.log"
    path.write_text(guesses(begin, count=count))
    done = irp("ingest", "--format", "auth", path, data=server.data)
    assert done.returncode == 0, done.stderr


def incident_about(server: Server) -> dict[str, Any]:
    items = server.client("kasi").get("/api/v1/incidents", params={"q": HOST, "status": "open"}).json()["items"]
    found: dict[str, Any] = items[0] if items else {}
    return found


def do(server: Server, incident_id: str, acts: tuple[tuple[str, int, dict[str, Any]], ...]) -> None:
    clients = {name: server.client(name) for name in NAMES}
    for who, no, body in acts:
        answer = complete(clients[who], incident_id, no, body)
        assert answer.status_code == 200, (who, no, answer.text)


@pytest.fixture(scope="module")
def repaired(server: Server, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A detected incident whose repair was reported, and which has come back since; its verification is done."""
    folder = tmp_path_factory.mktemp("log")
    take_in(server, folder, datetime.now(UTC) - timedelta(minutes=20), count=15)
    incident: dict[str, Any] = wait_for(lambda: incident_about(server))
    do(server, incident["id"], WALK[:6])
    alert = server.client("kasi").get(f"/api/v1/incidents/{incident['id']}").json()["temuan"][0]["id"]
    told = {"tindakan": [{"temuan": alert, "uraian": "<b>Alamat</b> diblokir di firewall."}]}
    do(server, incident["id"], (("pengelola", 7, {"nihil": NIHIL, "isian": told}),))
    begin = datetime.now(UTC) + timedelta(seconds=1)
    take_in(server, folder, begin, count=13)
    wait_for(lambda: datetime.now(UTC) > begin + timedelta(seconds=14))
    do(server, incident["id"], (("pengelola", 8, {"catatan": "Dilaporkan."}),))
    path = f"/api/v1/incidents/{incident['id']}/verification"
    wait_for(lambda: server.client("kasi").get(path).json()["hasil"])
    return incident


def open_verification(page: Page, server: Server, incident: dict[str, Any]) -> None:
    page.goto(f"{server.url}/insiden/{incident['id']}?tab=verifikasi")
    expect(page.get_by_role("heading", name="Apakah benar sudah selesai?")).to_be_visible()


def test_the_screen_names_what_came_back_with_its_lines_and_chooses_nothing(
    chromium: Browser, server: Server, repaired: dict[str, Any]
) -> None:
    with person(chromium, server, "kasi") as page:
        open_verification(page, server, repaired)

        card = page.get_by_role("article", name="Tebakan kata sandi SSH").first
        expect(card.get_by_text("15 kejadian", exact=True)).to_be_visible()
        expect(card.get_by_text("13 kejadian", exact=True)).to_be_visible()
        expect(card.get_by_text(f"Failed password for root from {ATTACKER}").first).to_be_visible()
        expect(card.get_by_text("<b>Alamat</b> diblokir di firewall.")).to_be_visible()
        expect(page.get_by_role("row", name=ATTACKER).get_by_text("terlihat, 13 kejadian")).to_be_visible()
        expect(page.get_by_role("row", name="NOC").get_by_text("Nihil", exact=True)).to_be_visible()
        assert axe_violations(page) == []
        picture(page, "verifikasi")
        page.get_by_role("button", name="Jalankan pemeriksaan ulang").click()
        expect(page.get_by_text("Diminta oleh", exact=False)).to_be_visible(timeout=30_000)

        page.get_by_role("tab", name="SOP").click()
        form = page.get_by_role("region", name="Langkah 9:")
        expect(form.get_by_role("radio", checked=True)).to_have_count(0)
        form.get_by_role("radio", name="Belum tuntas – ulangi langkah 7").check()
        mark = form.get_by_role("checkbox", name="Tebakan kata sandi SSH")
        expect(mark).not_to_be_checked()
        assert axe_violations(page) == []
        picture(page, "verifikasi-tandai")


def test_the_screen_speaks_english_and_fits_a_phone(
    chromium: Browser, server: Server, repaired: dict[str, Any]
) -> None:
    with person(chromium, server, "kasi", viewport=PHONE) as page:
        open_verification(page, server, repaired)
        picture(page, "verifikasi-telepon")
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["width"]

    with person(chromium, server, "kasi") as page:
        page.goto(f"{server.url}/insiden/{repaired['id']}?tab=verifikasi")
        page.get_by_text("EN", exact=True).first.click()
        expect(page.get_by_role("heading", name="Is it really over?")).to_be_visible()
        assert axe_violations(page) == []
        picture(page, "verification-en")


def test_a_closed_incident_is_re_opened_with_a_reason(
    chromium: Browser, server: Server, reported: dict[str, Any]
) -> None:
    do(server, reported["id"], WALK)
    with person(chromium, server, "kasi") as page:
        page.goto(f"{server.url}/insiden/{reported['id']}")
        page.get_by_role("button", name="Buka kembali").click()
        dialog = page.get_by_role("dialog", name="Buka kembali")
        dialog.get_by_label("Alasan").fill("Gangguan muncul lagi.")
        assert axe_violations(page) == []
        picture(page, "buka-kembali")

        dialog.get_by_role("button", name="Buka kembali").click()

        expect(page.get_by_text("Insiden dibuka kembali.")).to_be_visible()
        expect(page.get_by_text("putaran ke-3").first).to_be_visible()
