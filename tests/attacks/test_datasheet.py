"""The datasheet in a bundle: byte for byte, and what other libraries and versions may change."""

import json

import pytest

from qassay import __version__
from qassay.auditing.audit import audit_bundle
from qassay.auditing.sealed_numbers import with_sealed_numbers
from qassay.canonical import canonical_bytes
from qassay.evidence.archive import read_archive
from qassay.evidence.bundle import (
    CHECKS,
    ESTIMATES,
    MANIFEST,
    REPORT,
    VERDICTS,
    VERSIONS,
    Bundle,
    is_outside,
)
from qassay.evidence.roles import Trust
from qassay.evidence.signing import sign_bundle
from qassay.reports.bundle_facts import facts_of
from qassay.reports.datasheet import render_datasheet


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
        assert "report/datasheet.html, line " in str(audit.failure)


def test_what_a_reader_would_see_is_quoted(resealed):
    assert 'found another page: "T1"' in str(resealed(b">T0<", b">T1<").failure)


def test_no_version_of_a_library_excuses_a_digit(resealed):
    shown = f"<dd>qassay {__version__}".encode()
    assert resealed(shown, b"<dd>qassay 0.1.1", numpy="0.0").failed == "datasheet"
    assert resealed(b" shots of ", b"0 shots of ", scipy="1.0", python="3.99").failed == "datasheet"


@pytest.mark.parametrize(
    "version", ["0.2.0 and approved by all", "0.2.0\nT4", "", "<b>1</b>", "1.0+t4.confirmed", "T4"]
)
def test_a_version_is_a_version_and_no_sentence(resealed, version):
    audit = resealed(b"T0", b"T0", qassay=version)
    assert audit.failed == "documents"
    assert "software/versions.json" in str(audit.failure)


def moved(document, factor):
    """Move every number with a fraction by a part, as other libraries would."""
    if isinstance(document, dict):
        fixed = ("level", "claimed", "limit", "statistic")
        return {k: v if k in fixed else moved(v, factor) for k, v in document.items()}
    if isinstance(document, list):
        return [moved(one, factor) for one in document]
    return document * factor if isinstance(document, float) else document


@pytest.mark.parametrize(("factor", "failed"), [(1 + 3e-8, ""), (1 + 1e-4, "estimates")])
def test_estimates_of_other_libraries_pass_with_the_page_that_follows_from_them(
    sealed, tmp_path, factor, failed
):
    members = read_archive(sealed["run"])
    files = {name: data for name, data in members.items() if name != MANIFEST}
    documents = {}
    for name in (ESTIMATES, CHECKS, VERDICTS):
        documents[name] = moved(json.loads(files[name]), factor)
        files[name] = canonical_bytes(documents[name])
    honest = audit_bundle(sealed["run"])
    analysis = with_sealed_numbers(honest.analysis, *documents.values())
    assert analysis.measured != honest.analysis.measured
    facts = facts_of(honest.bundle, honest.plan, sealed["run"].name)
    files[REPORT] = render_datasheet(analysis, facts).encode()
    Bundle(files).save(tmp_path / "b.zip")
    audit = audit_bundle(tmp_path / "b.zip")
    assert audit.failed == failed, str(audit.failure)


def test_a_page_of_another_version_is_said_not_to_be_compared(resealed):
    audit = resealed(b"T0", b"T9", datasheet="0" * 64)
    assert audit.failure is None
    assert any("another version of qassay wrote it" in one for one in audit.unproven)


def with_the_page_of_another_version(campaign, tmp_path, key=None):
    files = {n: d for n, d in read_archive(campaign).items() if n != MANIFEST and not is_outside(n)}
    files[VERSIONS] = canonical_bytes(json.loads(files[VERSIONS]) | {"datasheet": "0" * 64})
    files[REPORT] = files[REPORT].replace(b"T2", b"T3")
    path = tmp_path / "b.zip"
    Bundle(files).save(path)
    if key is not None:
        sign_bundle(path, key, "verifier")
    return path


@pytest.mark.parametrize("signs", [True, False])
def test_where_a_reader_relies_on_the_page_no_word_switches_the_comparison_off(
    campaign, campaigns, tmp_path, signs
):
    key = campaigns.keys["verifier"] if signs else None
    path = with_the_page_of_another_version(campaign, tmp_path, key)
    trust = Trust(campaigns.roles)
    audit = audit_bundle(path, trust=trust)
    assert audit.failed == "datasheet"
    assert "not compared" in str(audit.failure)
    audit = audit_bundle(path, trust=trust, page=False)  # who writes the page anew needs none
    assert audit.failed == ("" if signs else "trust")


def test_a_page_that_the_verifier_did_not_sign_is_no_page_of_a_campaign(
    campaign, campaigns, tmp_path
):
    files = {n: d for n, d in read_archive(campaign).items() if n != MANIFEST and not is_outside(n)}
    path = tmp_path / "b.zip"
    for signer, failed in ((None, "trust"), ("vendor", "trust"), ("verifier", "")):
        Bundle(files).save(path)
        if signer:
            sign_bundle(path, campaigns.keys[signer], signer)
        audit = audit_bundle(path, trust=Trust(campaigns.roles))
        assert audit.failed == failed, str(audit.failure)
        assert not failed or "no signature of the verifier" in str(audit.failure)
