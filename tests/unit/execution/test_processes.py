"""Worker processes do what they are told, and nothing of what whoever began them does."""

import subprocess
import sys

SCRIPT = """
import os
from qassay.execution.processes import Processes

print("once")

def own(x):
    return x + 1, os.getpid()

with Processes(2) as workers:
    elsewhere = workers.submit(os.getpid).result()
    assert elsewhere != os.getpid()
    assert workers.submit(own, 4).result() == (5, os.getpid())
    assert workers.submit(lambda: os.getpid()).result() == os.getpid()
print(os.path.basename(__file__))
"""


def test_a_script_without_a_guard_is_run_once(tmp_path):
    script = tmp_path / "mine.py"
    script.write_text(SCRIPT, encoding="utf-8")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "once\nmine.py\n", "")
