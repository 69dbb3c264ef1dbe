"""The site in a real Chromium: on a desk and a telephone, light and dark, from a disk."""

import os
import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

PAGES = (
    "index.html",
    "machines/ru-msu-rqc-rb-50.html",
    "machines/ibm-heron-r2.html",
    "machines/quera-aquila.html",
    "machines/psiquantum.html",
)


@pytest.fixture(scope="module")
def browser():
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.skip("no Chromium on this machine (Debian: apt-get install chromium)")
    flags = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=flags)
        yield opened
        opened.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_pages_read_well(browser, folder, scheme, width):
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
    )
    outside = []
    for name in PAGES:
        page = context.new_page()
        page.on("request", lambda r: outside.append(r.url) if "file:" not in r.url else None)
        page.on("console", lambda message: outside.append(message.text))
        page.goto((folder / name).as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        found = [
            (one["id"], [node["target"] for node in one["nodes"]][:3])
            for one in Axe().run(page).response["violations"]
        ]
        assert found == [], name
    assert outside == []
    context.close()


def test_pages_work_under_their_own_policy(browser, folder):
    """Without the exception that the checker of the other test needs."""
    page = browser.new_page()
    faults = []
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto((folder / "index.html").as_uri())
    page.get_by_role("link", name="quantinuum-h2", exact=True).first.click()
    assert page.title().startswith("Quantinuum H2")
    page.get_by_role("link", name="All machines").click()
    assert page.get_by_role("heading", name="Who discloses what").is_visible()
    assert faults == []
    page.close()
