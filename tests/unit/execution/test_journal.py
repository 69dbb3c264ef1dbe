"""The journal: what was written is read, what was torn is cut off, what was changed is refused."""

import json
import os

import pytest

from qassay.errors import MalformedError
from qassay.execution.journal import Journal, written_events

EVENTS = [{"kind": "batch", "batch": f"t1/{k:04d}", "outcomes": ["0101", "1100"]} for k in range(5)]


@pytest.fixture
def written(tmp_path):
    path = tmp_path / "journal.jsonl"
    journal = Journal.open(path)
    for event in EVENTS:
        journal.append(event)
    return path


def test_what_was_written_is_read_in_order(written):
    journal = Journal.open(written)
    assert journal.events == EVENTS
    assert list(journal.of_kind("batch")) == EVENTS
    assert list(journal.of_kind("other")) == []
    assert len(written.read_bytes().splitlines()) == len(EVENTS)


def test_a_new_journal_is_empty_and_makes_no_file(tmp_path):
    assert Journal.open(tmp_path / "new.jsonl").events == []
    assert list(tmp_path.iterdir()) == []


def test_a_line_cut_anywhere_is_cut_off_and_the_rest_stays(written):
    data = written.read_bytes()
    begin = data.rindex(b"\n", 0, -1) + 1
    for end in range(begin, len(data)):  # the last line, whole but for its newline, included
        written.write_bytes(data[:end])
        journal = Journal.open(written)
        assert journal.events == EVENTS[:-1], end
        assert written.read_bytes() == data[:begin]
        journal.append(EVENTS[-1])
        assert written.read_bytes() == data
    assert Journal.open(written).events == EVENTS


@pytest.mark.parametrize("rest", [b"\0" * 300, b"\xff\xfe garbage", b"{}\n", b"[" * 100_000])
def test_a_last_line_of_garbage_is_cut_off(written, rest):
    data = written.read_bytes()
    written.write_bytes(data + rest)
    assert Journal.open(written).events == EVENTS
    assert written.read_bytes() == data


@pytest.mark.parametrize("line", range(len(EVENTS) - 1))
def test_a_changed_line_before_the_last_is_refused_and_left_alone(written, line):
    lines = written.read_bytes().splitlines(keepends=True)
    changes = {
        "another outcome": lines[line].replace(b"0101", b"0111"),
        "another batch": lines[line].replace(f"t1/000{line}".encode(), b"t1/0009"),
        "half a line": lines[line][:40] + b"\n",
        "an empty line": b"\n",
        "no event": b'{"sha256":"00","event":{}}\n',
        "not UTF-8": b"\xff" + lines[line][1:],
        "deep": b"[" * 100_000 + b"\n",
    }
    for name, changed in changes.items():
        assert changed != lines[line]
        data = b"".join([*lines[:line], changed, *lines[line + 1 :]])
        written.write_bytes(data)
        with pytest.raises(MalformedError) as caught:
            Journal.open(written)
        assert f"journal.jsonl:{line + 1}: found" in str(caught.value), name
        assert "another --out folder" in str(caught.value)
        assert written.read_bytes() == data


def test_an_event_of_no_kind_is_no_event(written):
    """A checksum alone does not make a line an event of a run."""
    Journal(written).append({"kind": 3})
    assert Journal.open(written).events == EVENTS


def test_an_event_is_on_disk_before_append_returns(tmp_path, monkeypatch):
    path = tmp_path / "journal.jsonl"
    synced = []
    real = os.fsync

    def fsync(descriptor):
        real(descriptor)
        synced.append(path.read_bytes())

    monkeypatch.setattr(os, "fsync", fsync)
    journal = Journal.open(path)
    for count, event in enumerate(EVENTS, start=1):
        journal.append(event)
        assert len(synced) == count + 1  # and the name of the new file, once
        assert json.loads(synced[-1].splitlines()[-1])["event"] == event


def test_whoever_only_looks_leaves_a_torn_line_to_its_writer(written):
    torn = written.read_bytes()[:-7]
    written.write_bytes(torn)
    assert written_events(written) == EVENTS[:-1]
    assert written.read_bytes() == torn
    assert written_events(written.with_name("none.jsonl")) == []


def test_repeated_openings_change_nothing(written):
    data = written.read_bytes()
    for _ in range(3):
        assert Journal.open(written).events == EVENTS
    assert written.read_bytes() == data
