"""Events on their page: their fields, the most frequent values of one, narrowed by it, and taken as a file."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.support.browser import PHONE, axe_violations, person, picture
from tests.support.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_fields_and_top_values_narrow_the_search_and_what_is_found_is_taken_as_a_file(
    chromium: Browser, server: Server, tmp_path: Path
) -> None:
    with person(chromium, server, "pemeriksa") as page:
        page.goto(f"{server.url}/data?q=event.dataset:system.auth")
        page.get_by_role("button", name="Kolom & nilai terbanyak").press("Enter")
        fields = page.get_by_role("region", name="Kolom & nilai terbanyak")
        fields.get_by_label("Cari kolom").fill("outcome")
        fields.get_by_role("button", name="event.outcome").press("Enter")
        expect(fields.get_by_role("cell", name="failure", exact=True)).to_be_visible()
        assert axe_violations(page) == []
        picture(page, "kolom-1", full_page=False)

        fields.get_by_role("button", name="Hanya event.outcome = failure").press("Enter")
        expect(page).to_have_url(re.compile("event\\.outcome"))
        expect(fields.get_by_role("cell", name="failure", exact=True)).to_be_visible()
        expect(fields.get_by_role("cell", name="success", exact=True)).to_have_count(0)

        page.get_by_role("button", name="Ekspor", exact=True).press("Enter")
        export = page.get_by_role("group", name="Ekspor")
        export.get_by_label("Paling banyak kejadian").fill("3")
        assert axe_violations(page) == []
        picture(page, "ekspor-1", full_page=False)
        with page.expect_download() as taking:
            export.get_by_role("link", name="Unduh kejadian").press("Enter")
        taking.value.save_as(tmp_path / "kejadian.jsonl")
        taken = [json.loads(line) for line in (tmp_path / "kejadian.jsonl").read_text().splitlines()]
        assert taking.value.suggested_filename == "kejadian.jsonl"
        assert len(taken) == 3
        assert {one["event.outcome"] for one in taken} == {"failure"}

        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        page.get_by_text("EN", exact=True).first.click()
        expect(page.get_by_role("link", name="Download events")).to_be_visible()
        page.get_by_role("button", name="Fields & top values").press("Enter")
        expect(page.get_by_role("region", name="List of fields")).to_be_visible()
        assert axe_violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        picture(page, "kolom-2", full_page=False)
