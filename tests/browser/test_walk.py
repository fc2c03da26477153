"""The whole main job as four people do it in a browser, from the waiting incident to the downloaded report."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import PHONE, axe_violations, person, picture
from tests.support.server import Server, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@dataclass(frozen=True)
class Act:
    who: str
    no: int
    answer: str | None = None
    reason: str | None = None
    nihil: tuple[str, ...] = ()


EVIDENCE = ("NOC", "aplikasi security system")
ACTS = (
    Act("pemeriksa", 1),
    Act("kabid", 2),
    Act("kasi", 3),
    Act("pengelola", 4, answer="Sulit – konsultasikan"),
    Act("kasi", 5),
    Act("kabid", 6),
    Act("pengelola", 7, nihil=EVIDENCE),
    Act("pengelola", 8),
    Act("kasi", 9, answer="Belum tuntas – ulangi langkah 7", reason="Masih ada percobaan dari alamat lain."),
    Act("pengelola", 7, nihil=EVIDENCE),
    Act("pengelola", 8),
    Act("kasi", 9, answer="Tuntas"),
    Act("kabid", 10),
    Act("kasi", 11),
    Act("pengelola", 12),
)


@pytest.fixture
def people(chromium: Browser, server: Server) -> Iterator[dict[str, Page]]:
    with ExitStack() as stack:
        names = ("pemeriksa", "kabid", "kasi", "pengelola")
        yield {name: stack.enter_context(person(chromium, server, name)) for name in names}


def do(page: Page, act: Act) -> None:
    """Carry out one step by its form."""
    form = page.get_by_role("region", name=f"Langkah {act.no}:")
    form.wait_for()
    if act.answer:
        form.get_by_role("radio", name=act.answer, exact=True).check()
    if act.reason:
        form.get_by_label("Alasan").fill(act.reason)
    for item in act.nihil:
        form.get_by_label(f"Nyatakan {item} nihil").check()
        form.get_by_label(f"Alasan {item} nihil").fill(f"Tidak ada catatan {item}.")
    form.get_by_label("Catatan").fill(f"Catatan langkah {act.no}.")
    form.get_by_role("button", name="langkah", exact=False).or_(form.locator("button[type=submit]")).last.click()
    # Somebody who acts twice within seconds has two notices on the screen.
    expect(page.get_by_text(f"Langkah {act.no} dicatat.").first).to_be_visible()
    page.get_by_role("button", name="Tutup").first.click()
    expect(page.get_by_text(f"Langkah {act.no} dicatat.")).to_be_hidden()


def test_four_people_carry_a_detected_incident_to_its_report(
    server: Server, people: dict[str, Page], tmp_path_factory: pytest.TempPathFactory
) -> None:
    pemeriksa = people["pemeriksa"]
    pemeriksa.get_by_role("link", name="Tebakan kata sandi SSH").first.click()
    pemeriksa.wait_for_url("**/insiden/*")
    for page in people.values():
        page.goto(pemeriksa.url)

    for number, act in enumerate(ACTS, start=1):
        do(people[act.who], act)
        picture(people[act.who], f"langkah-{number:02d}-{act.no}-{act.who}")
        if (act.no, act.answer) == (9, "Belum tuntas – ulangi langkah 7"):
            expect(people["kabid"].get_by_text("putaran ke-2").first).to_be_visible()
            picture(people["kabid"], "insiden")

    kasi = people["kasi"]
    expect(kasi.get_by_text("SELESAI", exact=False).first).to_be_visible()
    kasi.get_by_role("tab", name="Dokumen").click()
    report = kasi.get_by_role("row").filter(has_text="Laporan penyelesaian gangguan").last
    expect(report.get_by_role("link", name="DOCX")).to_be_visible(timeout=60_000)
    for form, magic in (("DOCX", b"PK\x03\x04"), ("PDF", b"%PDF-")):
        with kasi.expect_download() as download:
            report.get_by_role("link", name=form).click()
        path = tmp_path_factory.mktemp("unduhan") / download.value.suggested_filename
        download.value.save_as(path)
        assert path.read_bytes().startswith(magic)
    picture(kasi, "dokumen")


def test_the_person_whose_turn_it_is_sees_it_without_reloading(
    chromium: Browser, server: Server, reported: dict[str, object]
) -> None:
    with person(chromium, server, "kabid") as kabid:
        kabid.goto(f"{server.url}/insiden/{reported['id']}")
        expect(kabid.get_by_text("menunggu dicatat Pemeriksa TI").first).to_be_visible()

        answer = server.client("pemeriksa").post(f"/api/v1/incidents/{reported['id']}/steps/1/complete", json={})

        assert answer.status_code == 200
        expect(kabid.get_by_role("region", name="Langkah 2:")).to_be_visible()


def test_a_refusal_is_shown_in_the_servers_words_and_keeps_what_was_written(
    chromium: Browser, server: Server, reported: dict[str, object]
) -> None:
    with person(chromium, server, "pemeriksa") as page:
        page.goto(f"{server.url}/insiden/{reported['id']}")
        form = page.get_by_role("region", name="Langkah 1:")
        form.get_by_label("Catatan").fill("Sudah saya periksa.")
        server.client("pemeriksa").post(f"/api/v1/incidents/{reported['id']}/steps/1/complete", json={})

        if form.is_visible():
            form.locator("button[type=submit]").click()

        wait_for(lambda: page.get_by_text("sudah dilaksanakan").count() or not form.is_visible())


def test_hostile_words_are_shown_as_words(chromium: Browser, server: Server, reported: dict[str, object]) -> None:
    with person(chromium, server, "pemeriksa") as page:
        page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
        page.goto(f"{server.url}/insiden/{reported['id']}")

        expect(page.get_by_text("<img src=x onerror=alert(1)> Situs berubah").first).to_be_visible()
        assert "celaka" not in page.title()
        width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert width <= 0


PAGES = {
    "tugas": "/tugas",
    "antrean": "/antrean",
    "insiden-daftar": "/insiden",
    "lapor": "/lapor",
    "sop": "/sop",
    "data": "/data",
    "karantina": "/data?tab=karantina",
    "coba-parser": "/data?tab=coba",
}


@pytest.mark.parametrize("language", ["ID", "EN"])
@pytest.mark.parametrize("viewport", ["desktop", "phone"])
def test_axe_finds_nothing_on_any_page(
    chromium: Browser, server: Server, reported: dict[str, object], viewport: str, language: str
) -> None:
    size = PHONE if viewport == "phone" else None
    found: dict[str, list[str]] = {}
    with person(chromium, server, "pemeriksa", viewport=size) as page:
        page.get_by_text(language, exact=True).first.click()
        for name, path in {**PAGES, "insiden-rinci": f"/insiden/{reported['id']}"}.items():
            page.goto(f"{server.url}{path}")
            page.get_by_role("heading", level=1).first.wait_for()
            page.wait_for_timeout(800)
            picture(page, f"{viewport}-{language.lower()}-{name}")
            if violations := axe_violations(page):
                found[name] = violations

    assert found == {}


def test_axe_finds_nothing_at_the_door(chromium: Browser, server: Server) -> None:
    page = chromium.new_page()
    page.goto(server.url)
    page.get_by_label("Nama pengguna").wait_for()

    violations = axe_violations(page)
    picture(page, "masuk")
    page.close()

    assert violations == []


def test_the_queue_works_by_keyboard(chromium: Browser, server: Server) -> None:
    with person(chromium, server, "pemeriksa") as page:
        page.goto(f"{server.url}/antrean")
        page.get_by_text("Pemindaian port").first.wait_for()

        page.keyboard.press("j")
        page.keyboard.press("Enter")

        dialog = page.get_by_role("dialog")
        expect(dialog).to_be_visible()
        assert axe_violations(page) == []
        picture(page, "antrean-rinci", full_page=False)
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()


def test_a_step_can_be_done_by_keyboard_alone(chromium: Browser, server: Server, reported: dict[str, object]) -> None:
    with person(chromium, server, "pemeriksa") as page:
        page.goto(f"{server.url}/insiden/{reported['id']}")
        page.get_by_role("region", name="Langkah 1:").get_by_label("Catatan").wait_for()

        reached = False
        for _ in range(60):
            page.keyboard.press("Tab")
            reached = page.evaluate("document.activeElement.type === 'submit'")
            if reached:
                break
        page.keyboard.press("Enter")

        assert reached
        expect(page.get_by_text("Langkah 1 dicatat.")).to_be_visible()
