"""The bound of an accreditation against a hidden truth, and what it makes of lost traps."""

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from qassay import assay
from qassay.auditing.audit import audit_bundle
from qassay.canonical import canonical_bytes
from qassay.claims import parse_claim_sheet
from qassay.devices.machine_file import read_machine
from qassay.devices.simulated.machine import VirtualMachine
from qassay.errors import JobLostError, PlanError
from qassay.execution.spine import MAX_ATTEMPTS
from qassay.protocols.accreditation import PROTOCOL, STRINGS, TARGET, TRAP, read_wanted
from qassay.protocols.batches import draw_batch
from qassay.statistics.trials import Trials

GHZ = b"OPENQASM 3.0;\nqubit[3] q;\nh q[0];\ncx q[0], q[1];\ncx q[1], q[2];\n"
SHEET = """[sheet]
title = "T"
vendor = "V"
machine = "M"
[[question]]
id = "far"
ask = "accreditation"
circuit = "ghz.qasm"
"""
PERFECT = b"""
[machine]
name = "perfect-3"
platform = "superconducting"
qubits = 3
connectivity = "line"
[durations]
one_qubit_gate = "30 ns"
two_qubit_gate = "200 ns"
[noise]
readout_p01 = 0.0
readout_p10 = 0.0
"""
ROOT = bytes(range(32))


def planned(more="", data=GHZ):
    """Plan a question for the perfect machine."""
    (question,) = parse_claim_sheet((SHEET + more).encode(), "sheet.toml").questions
    device = read_machine(PERFECT, "m.toml").description
    return PROTOCOL.planned(question, device, {"ghz.qasm": data})


def test_the_same_seed_draws_the_same_circuits():
    x = planned("traps = 12\ntargets = 4\n")
    first, again, other = (draw_batch(x, 0, 3, root) for root in (ROOT, ROOT, bytes(32)))
    assert first.circuit_ids() == again.circuit_ids()
    assert set(first.circuit_ids()).isdisjoint(other.circuit_ids())
    assert (first.key[:, -1] == TARGET).sum() == 4
    assert first.key[:, :-1].any(), "a pad lies on the circuits"


def test_every_block_has_its_traps_and_targets_in_an_order_of_its_own():
    x = planned("traps_a_run = 3\ntargets = 200\n")
    kinds = np.concatenate(
        [draw_batch(x, index, 3, ROOT).key[:, -1] for index in range(x.batches)]
    ).reshape(-1, 4)
    assert ((kinds == TARGET).sum(axis=1) == 1).all()
    # Each of the four places is a target's with probability 1/4: 200 blocks, all within 5 standard
    # errors of 50 but with probability below 4 * 6e-7.
    assert (np.abs((kinds == TARGET).sum(axis=0) - 50) < 5 * np.sqrt(200 * 3 / 16)).all()


class Lossy:
    """A virtual machine that loses the jobs it is told to lose."""

    computes_here = True

    def __init__(self, lost=(), text=PERFECT):
        self.machine, self.lost = VirtualMachine(read_machine(text, "m.toml")), lost

    def describe(self):
        return self.machine.describe()

    def submit(self, job):
        self.job = job.id
        return self.machine.submit(job)

    def collect(self, handle):
        if self.job in self.lost:
            raise JobLostError("the laser was off")
        return self.machine.collect(handle)


def answered(folder, more, lost=(), **options):
    (folder / "ghz.qasm").write_bytes(GHZ)
    (folder / "sheet.toml").write_text(SHEET + more, encoding="utf-8")
    result = assay.run(folder / "sheet.toml", Lossy(lost), out=folder / "out", seed=5, **options)
    assert audit_bundle(Path(result.bundle)).failure is None
    (answer,) = result.answers
    return answer, result


def test_a_perfect_machine_gets_the_least_bound_there_is(tmp_path):
    """No trap of n fails, so p_U = 1 - alpha^(1/n) (Clopper and Pearson), rounded up to 1e-6."""
    answer, result = answered(tmp_path, "traps = 200\ntargets = 40\n")
    found = answer.numbers
    assert (found["failures"], found["traps"]) == (0, 200)
    least = 1 - 0.05 ** (1 / 200)
    assert 0 < found["p_upper"] - least <= 1e-6
    assert found["bound_2p"]["tvd"] == pytest.approx(2 * found["p_upper"])
    assert set(found["counts"]) == {"000", "111"}
    assert (answer.telling, result.exit_code) == (True, 0)
    assert found["trivial"] is False


def test_batches_that_were_lost_count_as_traps_that_failed(tmp_path):
    """Whoever answers could keep back the batches in which traps fail."""
    lost = ("accreditation/00/0001",)
    answer, _ = answered(tmp_path, "traps = 400\ntargets = 100\n", lost)
    found = answer.numbers
    assert MAX_ATTEMPTS > 1, "a job that is lost is sent again first"
    assert (found["failures"], found["traps"]) == (200, 400)
    assert sum(found["counts"].values()) == 50
    assert found["p_upper"] > 0.5
    assert not answer.telling


def test_lost_runs_count_as_rejected(tmp_path):
    lost = ("accreditation/00/0000",)
    answer, _ = answered(tmp_path, "traps_a_run = 4\ntargets = 100\n", lost)
    acceptance = answer.numbers["acceptance"]
    assert (acceptance["runs"], acceptance["accepted"]) == (100, 50)
    assert answer.numbers["failures"] == 200
    # 27/16 over (V + 1) times the lower limit of 50 of 100 at 95 % (Clopper and Pearson: 0.4136).
    assert acceptance["tvd"] == pytest.approx(27 / 16 / 5 / 0.41364, rel=1e-3)


def test_all_batches_lost_is_no_answer(tmp_path):
    lost = ("accreditation/00/0000",)
    answer, result = answered(tmp_path, "traps = 20\ntargets = 10\n", lost)
    assert "nothing came back" in answer.headline
    assert (answer.telling, result.exit_code) == (False, 3)


@pytest.mark.parametrize(("error", "traps"), [(0.01, 60), (0.05, 120)])
def test_the_bound_holds_as_often_as_it_says(error, traps):
    """A machine reads each of three qubits wrongly with a known probability, and errs nowhere else.

    A trap fails with p = 1 - (1 - e)^3. The limit may lie below p in a fifth of the games at
    alpha = 1/5: in more than 110 of 400 with probability below 1.3e-4 (binomial). It is no idle
    limit either: it lies below p in 16.4 % and 17.3 % of the games (the sum over all failures), in
    fewer than 25 of 400 with probability below 3e-10.
    """
    x = planned(f"traps = {traps}\ntargets = 10\nalpha = 0.2\n")
    truth = 1 - (1 - error) ** 3
    generator = np.random.default_rng(11)
    kinds = np.repeat([TRAP, TARGET], [traps, 10])
    missed = below = 0
    for _ in range(400):
        hits = (generator.random((kinds.size, 3)) < error).astype(np.int64)
        scored = {STRINGS: Trials(lengths=np.arange(2.0), arms=kinds, hits=hits)}
        found = PROTOCOL.answer(x, scored, 0).numbers
        missed += found["p_upper"] < truth
        below += found["bound_2p"]["tvd"] < distance(error)
    assert 25 <= missed <= 110
    assert below <= missed


def distance(error):
    """Give the distance of the GHZ state's counts from ideal, every qubit misread alike."""
    ideal = np.zeros((2, 2, 2))
    ideal[0, 0, 0] = ideal[1, 1, 1] = 0.5
    seen = ideal
    for qubit in range(3):
        seen = (1 - error) * seen + error * np.flip(seen, qubit)
    return 0.5 * np.abs(seen - ideal).sum()


def forged(**changes):
    document = json.loads(planned("traps = 30\ntargets = 10\n").problem)
    return canonical_bytes(document | changes).decode()


FORGED = {
    "no document": "[]",
    "no JSON": "{",
    "a key too many": forged(more=1),
    "no traps": forged(traps_a_block=0),
    "half a trap": forged(traps_a_block=1.5),
    "true traps": forged(traps_a_block=True),
    "traps in a text": forged(traps_a_block="30"),
    "traps without end": forged(traps_a_block=10**15),
    "targets below none": forged(targets_a_block=-1),
    "runs of two targets": forged(runs=True),
    "runs that are a number": forged(runs=0),
    "alpha of nothing": forged(alpha="0"),
    "alpha of one": forged(alpha="1/1"),
    "alpha beyond floats": forged(alpha="1/" + "9" * 29),
    "alpha near one": forged(alpha="99999999999999999999/99999999999999999998"),
    "alpha without end": forged(alpha="1e-99999999"),
    "alpha of a million digits": forged(alpha="1/" + "9" * 1_000_000),
    "alpha as a number": forged(alpha=0.05),
    "other letters": forged(alpha="١/٢"),
    "another circuit": forged(qasm=GHZ.decode().replace("h q[0]", "x q[0]")),
    "no circuit": forged(qasm="nonsense"),
    "a circuit in a list": forged(qasm=["OPENQASM 3.0;"]),
    "half of a letter": '{"qasm":"\\ud800"}',
    "a name without end": forged(file="x" * 1000),
    "two rates": forged(expect=[0.1, 0.2]),
    "a rate of 1": forged(expect=[0.1, 0.2, 1.0]),
    "rates in texts": forged(expect="abc"),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_strangers_problem_is_refused_in_one_sentence(name):
    """At once: an alpha of 1e-99999999 kept its reader busy for minutes."""
    with pytest.raises(PlanError) as caught:
        read_wanted(FORGED[name])
    assert "report it" not in str(caught.value)


def test_an_alpha_of_a_sheet_is_read_back_exactly():
    for text, alpha in (
        ("0.05", Fraction(1, 20)),
        ("1e-9", Fraction(1, 10**9)),
        ("0.999", Fraction(999, 1000)),
    ):
        assert read_wanted(planned(f"alpha = {text}\n").problem).alpha == alpha
    long = read_wanted(planned("alpha = 1.2345678901234567e-9\n").problem).alpha
    assert float(long) == 1.2345678901234567e-9


def test_a_byte_order_mark_is_no_part_of_a_circuit():
    marked = planned(data=b"\xef\xbb\xbf" + GHZ.replace(b"\n", b"\r\n"))
    assert (
        read_wanted(marked.problem).place.cycles.layers
        == read_wanted(planned().problem).place.cycles.layers
    )
