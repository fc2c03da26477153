"""A parser tried on pasted lines: what they would be is shown as text, by keyboard, and nothing of it is stored."""

import pytest
from playwright.sync_api import Browser, expect

from tests.support.browser import axe_violations, person, picture
from tests.support.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HOSTILE = "<img src=x onerror=alert(1)>"
FAILED = f"Nov 20 08:00:00 web-1 sshd[1]: Failed password for invalid user {HOSTILE} from 203.0.113.9 port 4 ssh2"
LINES = f"{FAILED}\nrusak {HOSTILE}"


def test_lines_are_tried_and_their_hostile_words_stay_words(chromium: Browser, server: Server) -> None:
    with person(chromium, server, "pemeriksa") as page:
        page.goto(f"{server.url}/data?tab=coba")
        page.get_by_label("Baris log").fill(LINES)
        page.get_by_role("button", name="Coba baca").press("Enter")

        expect(page.get_by_role("status").filter(has_text="Dibaca sebagai auth")).to_be_visible()
        results = page.get_by_role("region", name="Hasil percobaan")
        expect(results.get_by_text('"source.ip": "203.0.113.9"')).to_be_visible()
        expect(results.get_by_text("Ditolak: bukan baris syslog")).to_be_visible()
        expect(results.locator("img")).to_have_count(0)
        assert axe_violations(page) == []
        picture(page, "coba-parser")
