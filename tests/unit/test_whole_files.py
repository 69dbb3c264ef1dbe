"""Files: whole or not there, through no link, and private from the first byte on."""

import errno
import os
import stat
from pathlib import Path

import pytest

from qassay.errors import UsageError
from qassay.evidence.archive import write_archive
from qassay.execution.journal import Journal
from qassay.whole_files import (
    PRIVATE,
    add_line,
    cut_off,
    is_stream,
    private_folder,
    whole_file,
    write_whole,
)

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


def test_a_stream_of_the_system_is_written_to_and_never_replaced(tmp_path):
    """Through numbers of open files, so that a fault could not replace a device of this machine."""
    read, write = os.pipe()
    write_whole(Path(f"/dev/fd/{write}"), b"rows\n")
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        assert pipe.read() == b"rows\n"
    with (tmp_path / "log").open("ab") as log:
        log.write(b"before\n")
        log.flush()
        write_whole(Path(f"/dev/fd/{log.fileno()}"), b"after\n")
    assert (tmp_path / "log").read_bytes() == b"before\nafter\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_stream_that_takes_nothing_is_a_full_disk():
    with Path("/dev/full").open("wb", buffering=0) as full:
        place = Path(f"/dev/fd/{full.fileno()}")
        with pytest.raises(OSError, match="No space") as raised:
            write_whole(place, b"x")
    assert raised.value.errno == errno.ENOSPC
    assert raised.value.filename == str(place)


def test_what_is_a_stream_is_known_by_its_place(tmp_path, monkeypatch):
    link = tmp_path / "dev"
    link.symlink_to("/dev/null")
    assert is_stream(Path("/dev/null"))
    assert is_stream(Path("/dev/stdout"))
    monkeypatch.chdir("/dev")
    assert is_stream(Path("null"))
    memory = Path("/dev/shm/a")  # noqa: S108  asked for, and never opened
    for other in (link, tmp_path / "a", memory, Path("/dev/nothing-of-this-name")):
        assert not is_stream(other)
