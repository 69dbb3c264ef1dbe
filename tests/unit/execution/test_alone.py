"""Two calls on one campaign at once: the second is told so, and changes nothing."""

import os
import signal
import subprocess
import sys

import pytest

from qassay.errors import UsageError
from qassay.execution.alone import only_call

HOLD = """
import sys
from pathlib import Path
from qassay.execution.alone import only_call
with only_call(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""

pytestmark = pytest.mark.skipif(os.name == "nt", reason="folders cannot be locked on Windows")


def test_a_second_call_is_refused_until_the_first_has_ended(tmp_path):
    folder = tmp_path / "campaign"
    with only_call(folder):
        (folder / "x").touch()
        words = "another call of qassay at work in this folder"
        with pytest.raises(UsageError, match=words), only_call(folder):
            pass
    with only_call(folder):
        pass
    assert [path.name for path in folder.iterdir()] == ["x"]


def test_a_folder_that_stays_empty_is_taken_away_again(tmp_path):
    with only_call(tmp_path / "new"):
        pass
    assert not (tmp_path / "new").exists()


def test_a_killed_call_holds_nothing(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout.readline() == b"held\n"
    with pytest.raises(UsageError), only_call(tmp_path):
        pass
    process.send_signal(signal.SIGKILL)
    process.communicate()
    with only_call(tmp_path):
        pass
