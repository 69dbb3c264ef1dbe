"""What tests of several rooms share."""

import os
import shutil

import pytest


@pytest.fixture(scope="module")
def chromium():
    """The browser of a file's tests: one, since it takes seconds to begin.

    It ends with the file: as long as it is there an event loop runs in this thread, and whoever
    comes afterwards could begin none.
    """
    from playwright.sync_api import sync_playwright

    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.skip("no Chromium on this machine (Debian: apt-get install chromium)")
    flags = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=flags)
        yield browser
        browser.close()
