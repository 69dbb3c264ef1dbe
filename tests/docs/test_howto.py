"""The pages for laboratory, buyer, vendor, partner and auditor, followed to the letter.

They are followed in the order in which the parties meet: the laboratory's bundle is the auditor's,
the buyer's pack is the vendor's, and the vendor's counts go back to the buyer.
"""

import re
import shutil
from pathlib import Path

import pytest
from tests.docs.console import blocks, differs, run

ROOT = Path(__file__).parents[2]
RUN_PACK = """\
import json, sys
sys.path.insert(0, {examples!r})
from laboratory import Errors, run_pack
document = run_pack(sys.argv[1], Errors(one=1e-4, two=5e-3, readout=0.01, t1=0.02), seed=5)
with open(sys.argv[2], "w") as file:
    json.dump(document, file)
"""


def page_of(name):
    return (ROOT / "docs" / "howto" / f"{name}.md").read_text(encoding="utf-8")


def write_files(page, folder):
    """Write the TOML blocks of a page under the names that stand before them."""
    for name, text in re.findall(r"`(\w+\.toml)`[^`]*```toml\n(.*?)```", page, re.DOTALL):
        (folder / name).write_text(text, encoding="utf-8")


def follow(page, folder, only=slice(None)):
    followed = list(blocks(page))[only]
    assert followed
    for command, expected in followed:
        code, printed = run(command, folder)
        assert not differs(expected, printed, code), f"{command}\n{printed}"


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory):
    folder = tmp_path_factory.mktemp("laboratory")
    page = page_of("laboratory")
    write_files(page, folder)
    follow(page, folder, slice(0, 3))
    return folder


def test_auditor(laboratory):
    for name in ("audit_minimal.py", "audit_page.py"):
        shutil.copy(ROOT / "auditor" / name, laboratory)
    follow(page_of("auditor"), laboratory)


@pytest.mark.slow
def test_laboratory_next_month(laboratory):
    follow(page_of("laboratory"), laboratory, slice(3, None))


def test_buyer_and_vendor(tmp_path):
    buyer = page_of("buyer")
    write_files(buyer, tmp_path)
    follow(buyer, tmp_path, slice(0, 4))
    shutil.copy(tmp_path / "campaign" / "to-vendor" / "round-01.zip", tmp_path)
    script = RUN_PACK.format(examples=str(ROOT / "examples"))
    (tmp_path / "run_pack.py").write_text(script, encoding="utf-8")
    follow(page_of("vendor"), tmp_path)
    follow(buyer, tmp_path, slice(4, None))


def test_partner(tmp_path):
    follow(page_of("partner"), tmp_path)


def test_every_party_has_a_page_and_a_test():
    names = {path.stem for path in (ROOT / "docs" / "howto").glob("*.md")}
    assert names == {"laboratory", "buyer", "vendor", "partner", "auditor"}
