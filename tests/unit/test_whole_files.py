"""Files: whole or not there, through no link, and private from the first byte on."""

import os
import stat

import pytest

from qassay.errors import UsageError
from qassay.evidence.archive import write_archive
from qassay.execution.journal import Journal
from qassay.whole_files import PRIVATE, add_line, cut_off, private_folder, whole_file, write_whole

pytestmark = pytest.mark.skipif(os.name != "posix", reason="links and modes of POSIX")


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(autouse=True)
def open_mask():
    before = os.umask(0o000)
    yield
    os.umask(before)


def test_a_private_file_is_private_from_its_first_byte_on(tmp_path):
    seen = []
    with whole_file(tmp_path / "share", PRIVATE) as file:
        file.write(b"secret")
        file.flush()
        seen += [mode(path) for path in tmp_path.iterdir()]
    assert seen == [0o600]
    assert mode(tmp_path / "share") == 0o600
    write_archive(tmp_path / "reply.zip", {"a": b""}, PRIVATE)
    assert mode(tmp_path / "reply.zip") == 0o600
    add_line(tmp_path / "journal", b"x\n", PRIVATE)
    assert mode(tmp_path / "journal") == 0o600
    assert mode(private_folder(tmp_path / "a" / "private")) == 0o700


def test_a_link_that_waits_is_replaced_and_not_followed(tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("precious")
    for name in ("page.html", "page.html.part", ".page.html.part"):
        (tmp_path / name).symlink_to(victim)
    write_whole(tmp_path / "page.html", b"page")
    assert victim.read_text() == "precious"
    assert not (tmp_path / "page.html").is_symlink()
    assert (tmp_path / "page.html").read_bytes() == b"page"


def test_nothing_is_added_to_or_cut_from_what_a_link_points_at(tmp_path):
    victim, link = tmp_path / "victim", tmp_path / "journal.jsonl"
    victim.write_text("precious")
    link.symlink_to(victim)
    with pytest.raises(OSError, match="symbolic links|Too many levels"):
        add_line(link, b"x\n")
    with pytest.raises(OSError, match="symbolic links|Too many levels"):
        cut_off(link, 0)
    with pytest.raises(UsageError, match="found a link"):
        Journal.open(link)
    journal = Journal(link)
    with pytest.raises(OSError, match="symbolic links|Too many levels"):
        journal.append({"kind": "x"})
    assert victim.read_text() == "precious"


def test_the_journal_of_a_run_and_its_seed_are_private(tmp_path):
    journal = Journal.open(tmp_path / "journal.jsonl")
    journal.append({"kind": "batch"})
    assert mode(tmp_path / "journal.jsonl") == 0o600
