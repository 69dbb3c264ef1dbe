"""`qassay report --pdf`: printed by a real browser where there is one, else a sentence."""

import re
import shutil

import pytest

from qassay.cli import pdf
from qassay.errors import UsageError

PAGE = (
    "<!doctype html><title>t</title><style>@page { size: A4 }</style>"
    '<p>one</p><p style="break-before: page">two</p>'
)


def test_a_page_is_printed(tmp_path):
    if not any(map(shutil.which, pdf._BROWSERS)):
        pytest.skip("no browser that prints on this machine (Debian: apt-get install chromium)")
    pdf.print_page(PAGE, tmp_path / "page.pdf")
    data = (tmp_path / "page.pdf").read_bytes()
    assert data.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", data)) == 2
    assert re.search(rb"/MediaBox \[0 0 59[45]\S* 84[12]", data)  # A4 in points
    assert [path.name for path in tmp_path.iterdir()] == ["page.pdf"]


def test_without_a_browser_there_is_a_sentence_and_no_file(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(pdf, "_BROWSERS", ("chromium",))
    with pytest.raises(UsageError, match="no Chromium, Chrome or Edge.*install one"):
        pdf.print_page(PAGE, tmp_path / "page.pdf")
    assert not list(tmp_path.iterdir())


def test_a_browser_that_prints_nothing_leaves_what_was_there(tmp_path, monkeypatch):
    (tmp_path / "chromium").write_text("#!/bin/sh\nexit 0\n")
    (tmp_path / "chromium").chmod(0o755)
    (tmp_path / "page.pdf").write_bytes(b"of yesterday")
    monkeypatch.setattr(pdf, "_BROWSERS", (str(tmp_path / "chromium"),))
    with pytest.raises(UsageError, match="printed nothing"):
        pdf.print_page(PAGE, tmp_path / "page.pdf")
    assert (tmp_path / "page.pdf").read_bytes() == b"of yesterday"
