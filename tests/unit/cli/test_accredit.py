"""`qassay accredit`: a bound, a record, and the record derived again."""

import json
import time
from pathlib import Path

import pytest

GHZ = """OPENQASM 3.0;
include "stdgates.inc";
qubit[3] q;
h q[0];
cx q[0], q[1];
cx q[1], q[2];
"""
RUN = (
    "accredit",
    "ghz.qasm",
    "--device",
    "machine.toml",
    "--traps",
    100,
    "--targets",
    30,
    "--seed",
    3,
    "--out",
    "out",
)


@pytest.fixture
def files(tmp_path, monkeypatch, machine):
    monkeypatch.chdir(tmp_path)
    Path("machine.toml").write_text(machine, encoding="utf-8")
    Path("ghz.qasm").write_text(GHZ, encoding="utf-8")


def test_a_bound_and_its_record(qassay, files):
    code, out, err = qassay(*RUN, "--json", "--patch", "3,2,1", "--spectators", "gates")
    assert (code, err) == (0, "")
    answer = json.loads(out)
    assert answer["traps"] == 100
    assert 0 < answer["p"] < 0.2
    assert answer["bound_4p"]["tvd"] == pytest.approx(2 * answer["bound_2p"]["tvd"])
    assert answer["bound_2p"]["observable"] == pytest.approx(2 * answer["bound_2p"]["tvd"])
    assert sum(answer["counts"].values()) == 30
    assert set(list(answer["counts"])[:2]) == {"000", "111"}
    assert any("cancel" in answer[f"bound_{k}p"]["assumption"] for k in (2, 4))
    code, out, err = qassay("accredit", "--recheck", answer["record"])
    assert (code, err) == (0, "")
    assert "all 130 circuits follow from the seed" in out
    assert "means harm" in out
    code, out, _ = qassay("accredit", "--recheck", answer["record"], "--json")
    assert json.loads(out)["result"]["p_upper"] == answer["p_upper"]


def test_runs_with_acceptance(qassay, files):
    code, out, _ = qassay(*RUN, "--traps-a-run", 4, "--json")
    answer = json.loads(out)
    assert code == 0
    assert answer["traps"] == 120
    assert answer["acceptance"]["runs"] == 30
    assert sum(answer["acceptance"]["counts"].values()) == answer["acceptance"]["accepted"]


def flipped(line):
    return line.translate({48: 49, 49: 48})


FORGERIES = {
    "a better bound": lambda r: r["result"]["bound_2p"].update(tvd=0.001),
    "counts by hand": lambda r: r["result"].update(counts={"000": 15, "111": 15}),
    "one outcome changed": lambda r: r["outcomes"].__setitem__(0, flipped(r["outcomes"][0])),
    "a shot left out": lambda r: r["outcomes"].pop(),
    "another seed": lambda r: r.update(seed=4),
    "another root": lambda r: r.update(root="00" * 32),
    "another circuit": lambda r: r["circuits"].__setitem__(5, "0" * 64),
    "a circuit too many": lambda r: r["circuits"].append("0" * 64),
    "another target": lambda r: r["source"].update(openqasm3=GHZ.replace("h q[0]", "x q[0]")),
    "a target that is none": lambda r: r["source"].update(openqasm3="nonsense"),
    "fewer traps": lambda r: r["design"].update(traps=99),
    "a billion traps": lambda r: r["design"].update(traps=10**9),
    "a giant register": lambda r: r["design"].update(register=10**9),
    "overlapping pairs": lambda r: r["design"]["layers"].__setitem__(0, [[0, 1], [1, 2]]),
    "a gate off the grid": lambda r: r["design"]["rounds"][0][0].__setitem__(0, 1 << 24),
    "another alpha": lambda r: r.update(alpha="1/2"),
    "alpha of nothing": lambda r: r.update(alpha="0"),
    "another version": lambda r: r.update(qassay_accreditation=2),
    "a key too many": lambda r: r.update(more=1),
    "bits that are none": lambda r: r["outcomes"].__setitem__(0, "1x0"),
}


def bomb(record, *, rounds, register, circuits, pairs=()):
    """Make a record each of whose numbers is allowed, and whose lists belong together."""
    record["source"] = None
    record["design"] |= {
        "rounds": [[[0, 0, 0]]] * (rounds + 1),
        "layers": [[]] * rounds,
        "patch": [register - 1],
        "register": register,
        "targets": 1,
        "traps": circuits - 1,
        "traps_a_run": 0,
        "spectators": "gates" if pairs else "idle",
        "spectator_pairs": list(pairs),
    }
    record["circuits"] = ["0" * 64] * circuits
    record["outcomes"] = ["0" * register] * circuits


BOMBS = {
    "layers of a giant register": lambda r: bomb(r, rounds=20_000, register=65_536, circuits=2),
    "a giant register often": lambda r: bomb(r, rounds=400, register=65_536, circuits=3),
    "layers and circuits": lambda r: bomb(r, rounds=9_000, register=1, circuits=1_500),
    "pairs of spectators beyond the register": lambda r: bomb(
        r, rounds=2_000, register=4, circuits=200, pairs=[[0, 1]] * 9_000
    ),
    "an alpha without end": lambda r: r.update(alpha="1e-99999999"),
    "an alpha of a million digits": lambda r: r.update(alpha="1/" + "9" * 200_000),
    "a traps' number without end": lambda r: r["design"].update(traps_a_run=10**15),
}


@pytest.mark.parametrize("name", BOMBS)
def test_no_record_keeps_its_reader_busy(qassay, files, name):
    """264 kB of record took minutes: every number was bounded, and their product was not."""
    if not Path("out/accreditation.json").exists():
        assert qassay(*RUN)[0] == 0
    record = json.loads(Path("out/accreditation.json").read_bytes())
    BOMBS[name](record)
    path = Path("bomb.json")
    path.write_text(json.dumps(record, separators=(",", ":")), encoding="utf-8")
    assert path.stat().st_size < 600_000
    begun = time.process_time()
    code, _, err = qassay("accredit", "--recheck", path)
    assert time.process_time() - begun < 2
    assert code == 4
    assert err.startswith("error: bomb.json")


def test_forged_records_are_refused(qassay, files):
    assert qassay(*RUN)[0] == 0
    path = Path("out/accreditation.json")
    honest = path.read_bytes()
    for name, forge in FORGERIES.items():
        record = json.loads(honest)
        forge(record)
        path.write_text(json.dumps(record), encoding="utf-8")
        code, _, err = qassay("accredit", "--recheck", path)
        assert code == 4, name
        assert err.startswith("error: "), name
        assert ": found " in err, name


@pytest.mark.parametrize(
    "words",
    [
        ("--traps", 0),
        ("--targets", -1),
        ("--alpha", "2"),
        ("--alpha", "x"),
        ("--patch", "0,1"),
        ("--patch", "a"),
        ("--patch", "0,2,4"),
        ("--expect", "1"),
        ("--seed", -1),
    ],
)
def test_wrong_usage(qassay, files, words):
    code, out, err = qassay(*RUN[:4], *words)
    assert (code, out) == (2, "")
    assert err.startswith("error: ")
    assert not Path("ghz-accreditation").exists()


def test_before_a_shot(qassay, files):
    code, out, _ = qassay("accredit", "ghz.qasm", "--plan-only", "--expect", "0.001,0.01,0.01")
    assert (code, "a bound of about" in out) == (0, True)
    code, out, _ = qassay("accredit", "ghz.qasm", "--plan-only", "--expect", "0.1,0.2,0.2")
    assert (code, "says nothing" in out.replace("\n", " ")) == (3, True)
    assert qassay("accredit")[0] == 2
    assert qassay("accredit", "ghz.qasm", "--plan-only")[0] == 2
    assert qassay("accredit", "none.qasm", "--plan-only")[0] == 2
    assert qassay("accredit", "--recheck", "none.json")[0] == 4
