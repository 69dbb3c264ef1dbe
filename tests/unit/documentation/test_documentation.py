"""The documentation as pages: complete, linked within itself, searchable, small, and escaped."""

import json
import re
from datetime import date
from html import unescape
from pathlib import Path

import pytest

from qassay.claims.metrics import METRICS
from qassay.cli.main import COMMANDS, cli
from qassay.errors import RegistryError
from qassay.protocols.known import PROTOCOLS
from qassay.registry.catalog import all_registered
from qassay.site.build import site_files
from qassay.site.documentation import shelf
from qassay.site.documentation.build import documentation_files
from qassay.site.documentation.markdown import draw_page, slug
from qassay.site.documentation.reference import reference_pages
from qassay.site.documentation.search import script_digest

DOCS = Path(__file__).parents[3] / "docs"


@pytest.fixture(scope="module")
def files():
    machines = all_registered()
    made = documentation_files(cli, {one.id: one.name for one in machines})
    return made | site_files(machines, date(2026, 11, 22), documented=True)


def test_every_guide_is_a_page_and_is_on_the_first_one(files):
    first = files["docs/index.html"].decode()
    for path in DOCS.rglob("*.md"):
        name = path.relative_to(DOCS).with_suffix("").as_posix()
        assert f"docs/{name}.html" in files
        assert f'href="{name}.html"' in first


def test_every_link_and_anchor_of_the_site_leads_somewhere(files):
    anchors = {
        path: set(re.findall(r'id="([^"]+)"', data.decode()))
        for path, data in files.items()
        if path.endswith(".html")
    }
    for path in anchors:
        for target in re.findall(r'(?:href|action)="([^"]*)"', files[path].decode()):
            assert "://" not in target, f"{path} leads outside: {target}"
            where, _, anchor = unescape(target).partition("#")
            parts = path.split("/")[:-1] if where else path.split("/")
            for step in where.split("/") if where else ():
                parts = parts[:-1] if step == ".." else [*parts, step]
            place = "/".join(parts)
            assert place in files, f"{path}: {target}"
            assert not anchor or anchor in anchors[place], f"{path}: {target}"


def test_pages_are_small_and_allow_no_script_but_the_search(files):
    for path, data in files.items():
        if not path.endswith(".html"):
            continue
        # the search carries its whole index, so that it asks nobody
        assert len(data) < (450_000 if path.endswith("search.html") else 300_000), path
        page = data.decode()
        policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
        assert "default-src 'none'" in policy
        scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
        if path == "docs/search.html":
            (script,) = scripts
            assert unescape(policy).endswith(f"script-src {script_digest(script)}")
        else:
            assert "<script" not in page
            assert "script-src" not in policy


def test_reference_names_every_command_protocol_metric_and_door(files):
    import qassay

    commands = files["docs/reference/commands.html"].decode()
    assert all(f">qassay {name}<" in commands for name in COMMANDS)
    assert ">qassay registry site<" in commands
    protocols = files["docs/reference/protocols.html"].decode()
    assert all(f">{name}<" in protocols for name in PROTOCOLS)
    assert all(f'id="{name}"' in files["docs/metrics.html"].decode() for name in METRICS)
    python = files["docs/reference/python.html"].decode()
    assert all(f">qassay.{name}<" in python for name in qassay.__all__)


def test_the_index_finds_words_of_guides_and_machines(files):
    page = files["docs/search.html"].decode()
    (text,) = re.findall(r'id="index">(.*?)</script>', page, re.DOTALL)
    entries = json.loads(text)
    said = [f"{one['t']} {one['s']} {one['x']} {one['w']}".lower() for one in entries]
    for word in ("ville", "trust level", "docking", "quantinuum", "cosignatures"):
        assert any(word in one for one in said), word
    assert {one["p"].partition("#")[0] for one in entries} <= {
        path.removeprefix("docs/") if path.startswith("docs/") else f"../{path}" for path in files
    }


def test_markup_in_a_guide_is_text():
    text = "# A\n<script>alert(1)</script>\n\n[x](javascript:alert(1)) [y](https://example.org/a)\n"
    drawn = draw_page("a", text, ["a"])
    assert "<script" not in drawn.html
    assert "javascript:" not in re.sub(r"<p>.*?</p>", "", drawn.html)
    assert 'href="' not in drawn.html
    assert "<code>https://example.org/a</code>" in drawn.html


def test_headings_have_the_ids_of_code_hosts():
    taken = set()
    assert [slug(one, taken) for one in ("Missing counts", "1. Look, now!", "Missing counts")] == [
        "missing-counts",
        "1-look-now",
        "missing-counts-1",
    ]


def test_without_guides_the_error_says_where_they_are(monkeypatch, tmp_path):
    monkeypatch.setattr(shelf, "_INSTALLED", tmp_path)
    monkeypatch.setattr(shelf, "_CHECKOUT", tmp_path)
    with pytest.raises(RegistryError, match="--without-docs"):
        shelf.docs_folder()


def test_reference_pages_are_the_same_twice():
    assert reference_pages(cli) == reference_pages(cli)
