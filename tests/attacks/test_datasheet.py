"""The datasheet in a bundle: byte for byte, and what other libraries and versions may change."""

import json

import pytest

from qassay import __version__
from qassay.auditing.audit import audit_bundle
from qassay.canonical import canonical_bytes
from qassay.evidence.archive import read_archive
from qassay.evidence.bundle import MANIFEST, Bundle

REPORT, VERSIONS = "report/datasheet.html", "software/versions.json"


@pytest.fixture
def resealed(sealed, tmp_path):
    """Change page and versions of the run's bundle, seal it again, and audit."""
    members = read_archive(sealed["run"])
    files = {name: data for name, data in members.items() if name != MANIFEST}

    def change(old, new, **versions):
        assert old in files[REPORT]
        written = json.loads(files[VERSIONS]) | versions
        page = files[REPORT].replace(old, new, 1)
        Bundle({**files, REPORT: page, VERSIONS: canonical_bytes(written)}).save(tmp_path / "b.zip")
        return audit_bundle(tmp_path / "b.zip")

    return change


def test_every_change_is_named(resealed):
    for old, new in ((b"</html>", b"</html> "), (b"T0", b"T1"), (b"not tested", b"supported")):
        audit = resealed(old, new)
        assert audit.failed == "datasheet"
        assert "different from line" in str(audit.failure)


def test_other_libraries_may_change_last_digits(resealed):
    version = f"<dd>qassay {__version__}".encode()
    assert resealed(version, b"<dd>qassay 0.1.1").failed == "datasheet"
    assert resealed(version, b"<dd>qassay 0.1.1", numpy="0.0").failure is None
    assert resealed(version, b"<dd>qassay 0.1.2", numpy="0.0").failed == "datasheet"
    assert resealed(version, b"<dd>qassay x.1.0", numpy="0.0").failed == "datasheet"


def test_a_page_of_another_version_is_said_not_to_be_compared(resealed):
    audit = resealed(b"T0", b"T9", datasheet="0" * 64)
    assert audit.failure is None
    assert any("another version of qassay wrote it" in one for one in audit.unproven)
