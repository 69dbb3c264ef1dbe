"""The files of the site: complete, small, linked within themselves, nothing unescaped."""

import re
from datetime import date
from urllib.parse import urlsplit

from qassay.claims.claim_file import parse_claim_sheet
from qassay.devices.machine_file import read_machine
from qassay.site.build import site_files

MOST_BYTES = 300_000


def test_there_is_a_page_for_each_machine(site, machines):
    assert {f"machines/{one.id}.html" for one in machines} <= set(site)
    assert "index.html" in site
    for one in machines:
        assert f"machines/{one.id}.html".encode() in site["index.html"]


def test_the_first_page_is_small(site):
    assert len(site["index.html"]) < MOST_BYTES
    assert max(len(data) for path, data in site.items() if path.endswith(".html")) < MOST_BYTES


def test_every_link_leads_to_a_file_of_the_site(site):
    for path, data in site.items():
        if not path.endswith(".html"):
            continue
        for target in re.findall(r'(?:href|src)="([^"#]*)', data.decode()):
            if not target:
                continue
            assert not urlsplit(target).scheme, f"{path} leads outside: {target}"
            parts = path.split("/")[:-1]
            for step in target.split("/"):
                parts = parts[:-1] if step == ".." else [*parts, step]
            assert "/".join(parts) in site, f"{path}: {target}"


def test_sheets_and_machines_to_download_are_readable(site):
    sheets = [path for path in site if path.endswith(".claims.toml")]
    made = [path for path in site if path.endswith(".machine.toml")]
    assert len(sheets) > 40
    assert len(made) > 20
    for path in sheets:
        parse_claim_sheet(site[path], path)
    for path in made:
        read_machine(site[path], path)


def test_what_is_no_text_is_escaped(hostile):
    files = site_files([hostile], date(2026, 11, 22))
    for path, data in files.items():
        if path.endswith(".html"):
            assert b"<script" not in data
            assert b"<img" not in data
            assert b"&lt;script&gt;" in data or path == "index.html"


def test_no_page_needs_a_script_or_asks_for_anything(site):
    for path, data in site.items():
        if path.endswith(".html"):
            assert b"<script" not in data
            assert b"default-src 'none'" in data
            assert b"@import" not in data
            assert b"url(" not in data


def test_a_number_and_its_unit_never_part(site):
    """A line may end at a plain space; what is given to copy, such as a sheet, is no page."""
    for path, data in site.items():
        if path.endswith(".html"):
            words = re.sub(
                r"<style>.*?</style>|<code.*?</code>|<[^>]+>", " ", data.decode(), flags=re.S
            )
            assert re.findall(r"\S*\d (?:%|ns|ms|µs|[kM]?Hz|kB)(?!\w)", words) == [], path
