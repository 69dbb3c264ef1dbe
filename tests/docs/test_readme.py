"""The first page shows what its first command prints."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
WORDS = ("run", "claims/msu-rb-50.toml", "--device", "virtual:msu-rb-50", "--seed", "1")


def test_the_demo_prints_what_the_page_shows(tmp_path):
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.search(r"```\n(plan .*?)```", page, re.DOTALL)[1]
    done = subprocess.run(
        [sys.executable, "-m", "qassay", *WORDS, "--out", str(tmp_path / "out")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    # Times of this computer and places of files differ; spaces are of several kinds.
    printed = re.sub(r", [\d.]+ s here$", "", done.stdout, flags=re.MULTILINE)
    lines = {" ".join(line.split()) for line in printed.splitlines()}
    told = [" ".join(line.split()) for line in shown.splitlines() if line.strip()]
    assert len(told) > 10
    assert [x for x in told if x not in lines and not x.startswith(("datasheet", "evidence"))] == []
