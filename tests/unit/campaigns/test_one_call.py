"""A second call on the folder of a campaign is told so, whatever the command."""

import sys

import pytest

from qassay.cli import main
from qassay.execution.alone import only_call


@pytest.mark.parametrize(
    "words",
    [
        ("collect", "{folder}"),
        ("export", "sheet.toml", "--device-description", "device.toml", "--out", "{folder}"),
        ("answer", "p.zip", "--key", "key", "--home", "{folder}"),
    ],
    ids=lambda words: words[0],
)
def test_every_command_says_it_in_one_sentence(words, tmp_path, monkeypatch, capsys, small_files):
    folder = tmp_path / "campaign"
    monkeypatch.chdir(small_files)
    monkeypatch.setattr(sys, "argv", ["qassay", *(w.format(folder=folder) for w in words)])
    with only_call(folder):
        assert main() == 2
    told = capsys.readouterr()
    assert "another call of qassay at work in this folder" in " ".join(told.err.split())
    assert "Traceback" not in told.err
    assert not folder.exists()
