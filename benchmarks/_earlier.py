"""The source of an earlier commit, unpacked beside today's."""

import io
import subprocess
import tarfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def unpacked(commit, folder):
    """Unpack the source of a commit; give its `src`."""
    packed = subprocess.run(
        ["git", "archive", commit, "src"],  # noqa: S607
        cwd=ROOT,
        check=True,
        capture_output=True,
    ).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")
    return Path(folder) / "src"
