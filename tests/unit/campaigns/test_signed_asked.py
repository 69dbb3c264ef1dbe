"""Three parties and a sheet that claims and asks: every question that can go by files."""

import json
import re

import numpy as np
import pytest
from auditor import audit_further, audit_minimal
from tests.unit.campaigns.exact_laboratory import run_pack
from tests.unit.campaigns.test_signed import HOUR, Story, audited

from qassay.campaigns.answering import Said
from qassay.campaigns.folder import AgreedTerms, begin_campaign
from qassay.canonical import canonical_bytes, content_id
from qassay.claims.claim_file import parse_claim_sheet
from qassay.cli.answer import _shown_and_asked
from qassay.evidence.bundle import CAMPAIGN_FORMAT, Bundle, open_bundle
from qassay.exchange.description_file import read_description

DEVICE = b"""[device]
name = "small-8"
platform = "superconducting"
qubits = 8
connectivity = "grid:2x4"
"""
HEAD = """[sheet]
title = "Claims and questions"
vendor = "V"
machine = "small-8"
"""
CLAIM = """[[claim]]
id = "r"
metric = "readout_error"
value = "14 %"
delta = 1.0
"""
ASKED = {
    "far": 'ask = "accreditation"\ncircuit = "bell.qasm"\ntraps = 60\ntargets = 20\n',
    "rcs": 'ask = "random_circuits"\nqubits = 4\ndepth = 2\ncircuits = 6\n'
    "checked = 3\nshots = 60\n",
    "cut": 'ask = "application"\napplication = "max-cut"\nqubits = 6\nshots = 40\nbatches = 20\n',
    "h4": 'ask = "fragment_energy"\ninstance = "h4"\nshots = 40\nbatches = 20\n',
    "read": 'ask = "figure"\nmetric = "readout_error"\nnear = "20 %"\nprecision = 2.0\n',
}
LESS = {
    "far": ("traps = 60", "traps = 6"),
    "rcs": ("checked = 3", "checked = 2"),
    "cut": ("qubits = 6", "qubits = 8"),
    "h4": ("shots = 40", "shots = 20"),
    "read": ("precision = 2.0", "precision = 4.0"),
}
FOLDERS = {
    "far": "accreditation/00",
    "rcs": "random_circuits/00",
    "cut": "application/00",
    "h4": "fragment_energy/00",
    "read": "figure_readout",
}
PLAN, SHEET, REPORT = "plan/plan.json", "claims/sheet.toml", "report/datasheet.html"
BELL = "OPENQASM 3.0;\nqubit[2] q;\nh q[0];\ncx q[0], q[1];\n"


def sheet_of(*names, claim=CLAIM):
    return HEAD + claim + "".join(f'[[question]]\nid = "{n}"\n{ASKED[n]}' for n in names)


class Asking(Story):
    """The three parties, with a sheet that asks."""

    def __init__(self, folder, sheet, turns=1):
        super().__init__(folder, None)
        (folder / "sheet.toml").write_text(sheet, encoding="utf-8")
        (folder / "bell.qasm").write_text(BELL, encoding="utf-8")
        self.turns, self.chance = turns, np.random.default_rng(4)

    def campaign(self):
        device, gates = read_description(DEVICE, "d.toml")
        terms = AgreedTerms(gates=gates, deadline=HOUR)
        sheet = self.folder / "sheet.toml"
        return begin_campaign(sheet, device, self.home, terms, turns=self.turns, roles=self.roles)

    def counts(self, change=lambda _: None):
        document = run_pack(self.progress.pack, 8, self.chance)
        change(document)
        path = self.folder / f"counts-{document['round']}.json"
        path.write_text(json.dumps(document), encoding="utf-8")
        return path

    def to_the_end(self, change=lambda _: None):
        while self.progress.standing.current is not None:
            if self.progress.pack is None:
                self.collect(self.answer("partner"))
            self.collect(self.answer("vendor", counts=[self.counts(change)]))
        return self.collect(self.answer("partner"), self.answer("vendor"))


@pytest.fixture(scope="module")
def ended(tmp_path_factory):
    """A campaign that was played to its end, for tests that leave its folder as it is."""
    story = Asking(tmp_path_factory.mktemp("asking"), sheet_of(*ASKED))
    story.until_release()
    story.to_the_end()
    return story


def test_every_question_is_answered_and_signed(ended, tmp_path):
    result = ended.progress.result
    assert [(v.outcome, v.trust) for v in result.verdicts] == [("supported", "T2")]
    audit = audited(result.bundle, ended)
    assert audit.failure is None, audit.failure
    assert audit.level == "T2"
    assert [one.question for one in audit.analysis.answers] == ["figure", "far", "rcs", "cut", "h4"]
    assert [one.as_json() for one in audit.analysis.answers] == [
        one.as_json() for one in result.answers
    ]
    roles = tmp_path / "roles.json"
    roles.write_bytes(ended.roles.to_bytes())
    for kind in (audit_minimal.Audit, audit_further.Further):
        report = audit_minimal.audit(result.bundle, [str(roles)], kind)
        assert (report["failed"], report["valid"]) == (None, None)


def page(files, name, result):
    """Better one digit of what the page says of a question."""
    place = "figure" if name == "read" else name
    told = next(one for one in result.answers if one.question == place)
    shown = [told.headline, *(cell for t in told.tables for row in t.rows for cell in row)]
    shown += [value for _, value in told.rows]
    text = files[REPORT].decode()
    for digits in (d for one in shown for d in re.findall(r"\d+\.\d+|\d+", str(one))):
        if digits in text:
            return {REPORT: text.replace(digits, digits[:-1] + str((int(digits[-1]) + 1) % 10), 1)}
    raise AssertionError(name)


def outcome(files, name, result):
    """Turn one bit that came back, beside the file that the vendor signed."""
    where = f"batches/{FOLDERS[name]}/0000/counts.json"
    document = json.loads(files[where])
    line = document["outcomes"][0]
    document["outcomes"][0] = ("1" if line[0] == "0" else "0") + line[1:]
    return {where: canonical_bytes(document).decode()}


def question(files, name, result):
    """Ask for less, on the sheet and in the plan."""
    old, new = LESS[name]
    plan = json.loads(files[PLAN])
    sheet = files[SHEET].decode()
    assert old in sheet
    sheet = sheet.replace(old, new)
    plan["sheet"]["text_id"] = content_id(sheet.encode())
    return {SHEET: sheet, PLAN: canonical_bytes(plan).decode()}


@pytest.mark.parametrize("forge", [page, outcome, question])
@pytest.mark.parametrize("name", ASKED)
def test_no_answer_can_be_changed_afterwards(ended, tmp_path, name, forge):
    files = dict(open_bundle(ended.progress.result.bundle).files)
    changed = forge(files, name, ended.progress.result)
    path = tmp_path / "forged.zip"
    more = {key: text.encode() for key, text in changed.items()}
    Bundle({**files, **more}, CAMPAIGN_FORMAT).save(path)
    audit = audited(path, ended)
    assert audit.failure is not None
    assert audit.failure.exit_code == 4
    assert audit.failed == ("counts" if forge is outcome else "log")
    assert "report it" not in str(audit.failure)


def test_what_a_vendor_keeps_back_counts_against_every_answer(tmp_path):
    """He ran all, looked, and says of two parts that they were not run."""
    story = Asking(tmp_path, sheet_of(*ASKED))
    story.until_release()
    gone = {name for part in story.progress.missing for name in story.progress.missing[part]}
    parts = [f"round-01/part-{number:02d}" for number in (1, 3)]
    gone = {name for part in parts for name in story.progress.missing[part]}

    def kept_back(document):
        document["circuits"] = {n: c for n, c in document["circuits"].items() if n not in gone}

    said = Said(failed=dict.fromkeys(parts, "a power cut"))
    story.collect(story.answer("vendor", counts=[story.counts(kept_back)], said=said))
    result = story.to_the_end().result
    assert [v.outcome for v in result.verdicts] == ["inconclusive"]
    told = {one.question: one for one in result.answers}
    assert not any(one.telling for one in told.values())
    for name in ("far", "rcs"):  # all of it lay in the first part
        assert "nothing came back" in told[name].headline
    for name in ("figure", "cut", "h4"):
        assert "counts of round-01/part-01, round-01/part-03 are missing" in told[name].headline
    assert result.exit_code == 3
    assert audited(result.bundle, story).failure is None


def test_killed_at_a_write_the_same_calls_go_on(tmp_path, kill_at_every_write):
    story = Asking(tmp_path, sheet_of("far", "rcs", claim=""))

    def play():
        story.until_release()
        return story.to_the_end().result

    with kill_at_every_write(31) as kill:
        assert kill(play)
    result = play()
    assert [one.question for one in result.answers] == ["far", "rcs"]
    audit = audited(result.bundle, story)
    assert audit.failure is None, str(audit.failure)
    assert audit.level == "T2"


def test_whoever_signs_is_shown_what_is_asked(tmp_path, capsys):
    sheet = parse_claim_sheet(sheet_of("far", "read", claim="").encode())
    assert not _shown_and_asked(sheet)  # no terminal, no yes
    told = capsys.readouterr().out
    assert "these questions are to be signed" in told
    assert "far: How far counts of a circuit are from ideal" in told
    assert "traps = 60" in told
    assert "precision = 2" in told
