"""The datasheet as people meet it: on a desk, on a telephone, in the dark, and on paper."""

import os
import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

WIDTHS = {"desk": 1280, "telephone": 390}
SMALLEST = """() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walk.nextNode()) {
    const node = walk.currentNode, parent = node.parentElement;
    if (!node.textContent.trim() || !parent.getClientRects().length) continue;
    if (parent.closest(".hidden, title, desc, style")) continue;
    let size = parseFloat(getComputedStyle(parent).fontSize);
    const drawing = parent.closest("svg");
    if (drawing && drawing.viewBox.baseVal.width)
      size *= drawing.getBoundingClientRect().width / drawing.viewBox.baseVal.width;
    found.push([Math.round(100 * size) / 100, node.textContent.trim().slice(0, 40)]);
  }
  return found.sort((a, b) => a[0] - b[0]).slice(0, 5);
}"""


@pytest.fixture(scope="session")
def chromium():
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.skip("no Chromium on this machine (Debian: apt-get install chromium)")
    flags = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=flags)
        yield browser
        browser.close()


@pytest.fixture(params=["light", "dark"])
def scheme(request):
    return request.param


@pytest.fixture(params=WIDTHS)
def opened(request, chromium, scheme, ions_page, grid_page):
    width = WIDTHS[request.param]
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
    )
    outside = []
    pages = []
    for text in (ions_page, grid_page):
        page = context.new_page()
        page.on("request", lambda request: outside.append(request.url))
        page.on("console", lambda message: outside.append(message.text))
        page.set_content(text)
        pages.append(page)
    yield pages, width, outside
    context.close()


def test_it_reads_well_at_every_width(opened):
    pages, width, outside = opened
    for page in pages:
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        smallest = page.evaluate(SMALLEST)
        assert smallest[0][0] >= 11, smallest
        serious = [
            (one["id"], [node["target"] for node in one["nodes"]][:3])
            for one in Axe().run(page).response["violations"]
            if one["impact"] in ("serious", "critical")
        ]
        assert serious == []
    assert outside == []


def test_on_paper_no_letter_is_below_eight_points(chromium, ions_page, grid_page):
    paper = 178  # millimetres of an A4 page between its margins
    context = chromium.new_context(viewport={"width": round(paper / 25.4 * 96), "height": 900})
    for text in (ions_page, grid_page):
        page = context.new_page()
        page.set_content(text)
        page.emulate_media(media="print")
        smallest = page.evaluate(SMALLEST)
        assert smallest[0][0] * 72 / 96 >= 8, smallest
        assert page.evaluate("document.documentElement.scrollWidth") <= paper / 25.4 * 96 + 1
    context.close()
