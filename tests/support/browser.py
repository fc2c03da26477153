"""A real Chromium, one for a folder of tests; each person has a context (cookies) of their own."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.support.require import REPOSITORY, need
from tests.support.server import DEMO_PASSWORD, Server

ARTIFACTS = REPOSITORY / "artifacts" / "screenshots"
"""Kept after the run, for people to look at."""
DESKTOP = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Playwright keeps an event loop running in this thread: it must be gone before other tests run theirs.

    Skips where Chromium is not installed (fails where it is required).
    """
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    need(program, "chromium")
    # A busy machine is no fault of the page.
    expect.set_options(timeout=30_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        yield browser
        browser.close()


@contextmanager
def person(
    chromium: Browser, server: Server, username: str, *, viewport: dict[str, int] | None = None, **options: Any
) -> Iterator[Page]:
    """Sign in as a demo account by the page's own form and yield the page; whatever the console says fails the test."""
    # Without movement: what is half faded in has no contrast.
    context = chromium.new_context(viewport=viewport or DESKTOP, locale="id-ID", reduced_motion="reduce", **options)
    context.set_default_timeout(60_000)
    complaints: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: complaints.extend(foreign(request.url, server)))
    page.goto(server.url)
    page.get_by_label("Nama pengguna").fill(username)
    page.get_by_label("Kata sandi").first.fill(DEMO_PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Tugas saya").wait_for()
    yield page
    context.close()
    assert complaints == []


def foreign(url: str, server: Server) -> list[str]:
    """Return the address if it is not the server's: the page of an office without internet may ask nobody else."""
    return [] if url.startswith((server.url, "data:", "blob:")) else [url]


def picture(page: Page, name: str, *, full_page: bool = True) -> Path:
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    path = ARTIFACTS / f"{name}.png"
    page.screenshot(path=path, full_page=full_page)
    return path


STILL = """async () => {
  const moving = () => document.getAnimations().some((one) =>
    one.playState === "running" && one.effect.getComputedTiming().iterations !== Infinity);
  const busy = () => document.querySelector("[data-loading='true'], [aria-busy='true']") !== null;
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const until = performance.now() + 10_000;
  for (let still = 0; still < 5 && performance.now() < until; still++) {
    await frame();
    if (moving() || busy()) still = -1;
  }
}"""
"""Resolves after five frames in which nothing finite moved and no button was at work; gives up after ten seconds."""


def axe_violations(page: Page) -> list[str]:
    """Return what axe finds wrong, one line each, once nothing fades, moves or is at work but what always is."""
    page.evaluate(STILL)
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]
