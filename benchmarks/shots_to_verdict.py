"""Is the claim true? Shots to the verdict: qassay beside the designs its peers document.

    .venv/bin/python benchmarks/shots_to_verdict.py            within five minutes on two cores
    .venv/bin/python benchmarks/shots_to_verdict.py --quick    a minute, wide intervals
    .venv/bin/python benchmarks/shots_to_verdict.py --peers FOLDER     where the peers live

The peers (pinned below) are installed once into an environment of their own, in FOLDER, and run
there: they draw their circuits and they fit their data with their own code (_peers_worker.py).
Everybody measures the same virtual machines. How it is made fair, and what it cannot say:
docs/benchmarks.md.
"""

import argparse
import hashlib
import json
import math
import os
import queue
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from qassay import assay
from qassay.circuits.family import CircuitFamily, Delay, Pulses
from qassay.circuits.gates import HALF_X
from qassay.devices.machine_file import read_machine
from qassay.devices.simulated.engine_choice import choose
from qassay.devices.simulated.machine import VirtualMachine
from qassay.devices.simulated.product_engine import outcome_probabilities
from qassay.devices.simulated.strengths import Strengths
from qassay.execution.workers import executor_of

PINS = ("qiskit-experiments==0.14.2", "qiskit==2.6.2", "pygsti==0.10.2")
WORKER = Path(__file__).with_name("_peers_worker.py")
DELTA, ALPHA, Z = 0.25, 0.05, 1.6449
RATIOS = (0.7, 1.0, 1.25, 1.5)  # error (or 1 / T1) over the claim
HARD = (1.0, 1.25)  # a fixed design must settle these
READOUT = 0.01
BOOTSTRAPS = 50
LEAST_RIGHT = 0.9  # asked of a matched grid even where qassay is right less often
MOST_SHOTS = 1 << 40  # of a circuit


# ---- what is claimed, and the machines -------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Case:
    """A claim on one target.

    Attributes:
        id: Short name.
        title: What is claimed, in words.
        metric: Of the claim sheet.
        value: Claimed error or time.
        qubits: Of the machine.
        one_qubit_error: Of machines for other claims than on one-qubit gates.
    """

    id: str
    title: str
    metric: str
    value: float
    qubits: int = 1
    one_qubit_error: float = 1e-3

    @property
    def timed(self):
        return self.metric == "t1"

    @property
    def limit(self):
        return self.value / (1 + DELTA) if self.timed else self.value * (1 + DELTA)

    def truth(self, ratio):
        return self.value / ratio if self.timed else self.value * ratio

    def machine(self, ratio, seed=0):
        """Give a machine whose errors are Pauli errors, the truth known exactly."""
        truth = self.truth(ratio)
        one = truth if self.metric == "one_qubit_gate_error" else self.one_qubit_error
        time_constant = truth if self.timed else 1e6
        text = f"""
            [machine]
            name = "{self.id}"
            qubits = {self.qubits}
            connectivity = "line"
            seed = {seed}
            [durations]
            one_qubit_gate = "30 ns"
            two_qubit_gate = "60 ns"
            readout = "1 us"
            shot_overhead = "100 us"
            [noise]
            t1 = "{time_constant!r} s"
            t2 = "{time_constant!r} s"
            one_qubit_error = {one!r}
            {f"two_qubit_error = {truth!r}" if self.qubits == 2 else ""}
            readout_p01 = {READOUT}
            readout_p10 = {READOUT}
        """
        return read_machine(text.encode(), self.id)

    def sheet(self):
        relation = "at least" if self.timed else "at most"
        value = f'"{self.value!r} s"' if self.timed else repr(self.value)
        convention = "" if self.timed else 'convention = "average_gate_infidelity"\n'
        return (
            f'[sheet]\ntitle = "{self.title}"\nvendor = "benchmark"\nmachine = "{self.id}"\n'
            f'[[claim]]\nid = "{self.id}"\nmetric = "{self.metric}"\nrelation = "{relation}"\n'
            f'value = {value}\nstatistic = "every"\ndelta = {DELTA}\n{convention}'
        )


CASES = (
    Case(
        id="1q-1e-3",
        title="one-qubit gate error at most 1e-3",
        metric="one_qubit_gate_error",
        value=1e-3,
    ),
    Case(
        id="1q-3e-4",
        title="one-qubit gate error at most 3e-4",
        metric="one_qubit_gate_error",
        value=3e-4,
    ),
    Case(
        id="2q-5e-3",
        title="two-qubit gate error at most 5e-3",
        metric="two_qubit_gate_error",
        value=5e-3,
        qubits=2,
        one_qubit_error=5e-4,
    ),
    Case(id="t1-300us", title="T1 at least 300 us", metric="t1", value=300e-6),
)


@dataclass(frozen=True, kw_only=True)
class Design:
    """A fixed grid of a peer.

    Attributes:
        case: Id of the claim.
        title: In the table.
        kind: Of the worker: whose circuits and whose analysis.
        result: Which of the analysis's results decides.
        lengths: Cliffords, layers or seconds.
        samples: Circuits a length.
        shots: Shots a circuit.
        documented: Whether the lengths are those of the documentation.
        matched: Whether the number of shots is searched for that gives our error rate.
    """

    case: str
    title: str
    kind: str
    result: str
    lengths: tuple[float, ...]
    samples: int
    shots: int
    documented: bool
    matched: bool = True

    @property
    def circuits(self):
        return len(self.lengths) * self.samples


def scaled(decay, steps=(0.0, 0.5, 1.0, 2.0, 3.0), first=1):
    """Lengths at these multiples of the 1/e length of the claim."""
    return tuple(max(first, round(step / decay)) for step in steps)


# Decays a Clifford at the claim: 0.85 pulses of one-qubit error each; 1.45 CZ and 4.1 pulses.
_ONE, _TWO = 2 * 0.85, 0.013
_MANUAL_1Q, _MANUAL_2Q = tuple(range(1, 800, 200)), tuple(range(1, 200, 30))
_PYGSTI = (0, 1, 2, 4, 8, 16, 32, 64)
_DELAYS = tuple(round(1e-6 + 30e-6 * step, 9) for step in range(10))
DESIGNS = (
    *(
        Design(
            case=case,
            title=f"qiskit-experiments StandardRB, {words}",
            kind="qexp_rb",
            result="EPG_sx",
            lengths=lengths,
            samples=10,
            shots=1024,
            documented=documented,
        )
        for case, rate in (("1q-1e-3", 1e-3), ("1q-3e-4", 3e-4))
        for words, lengths, documented in (
            ("lengths of its manual", _MANUAL_1Q, True),
            ("lengths scaled to the claim", scaled(_ONE * rate), False),
        )
    ),
    Design(
        case="1q-1e-3",
        title="pyGSTi direct RB, depths of its tutorial, default fit",
        kind="pygsti_drb",
        result="full",
        lengths=_PYGSTI,
        samples=10,
        shots=1000,
        documented=True,
        matched=False,
    ),
    Design(
        case="1q-1e-3",
        title="pyGSTi direct RB, depths of its tutorial, fixed asymptote",
        kind="pygsti_drb",
        result="A-fixed",
        lengths=_PYGSTI,
        samples=10,
        shots=1000,
        documented=True,
    ),
    Design(
        case="1q-1e-3",
        title="pyGSTi direct RB, depths scaled to the claim, fixed asymptote",
        kind="pygsti_drb",
        result="A-fixed",
        samples=10,
        shots=1000,
        documented=False,
        lengths=scaled(2e-3, (0.0, 0.4, 0.8, 1.2, 1.6), first=0),
    ),
    Design(
        case="2q-5e-3",
        title="qiskit-experiments StandardRB, lengths of its manual",
        kind="qexp_rb",
        result="EPG_cz",
        lengths=_MANUAL_2Q,
        samples=10,
        shots=1024,
        documented=True,
    ),
    Design(
        case="2q-5e-3",
        title="qiskit-experiments StandardRB, lengths scaled to the claim",
        kind="qexp_rb",
        result="EPG_cz",
        lengths=scaled(_TWO),
        samples=10,
        shots=1024,
        documented=False,
    ),
    Design(
        case="t1-300us",
        title="qiskit-experiments T1, delays of its manual",
        kind="qexp_t1",
        result="tau",
        lengths=_DELAYS,
        samples=1,
        shots=1024,
        documented=True,
    ),
    Design(
        case="t1-300us",
        title="qiskit-experiments T1, delays scaled to the claim",
        kind="qexp_t1",
        result="tau",
        lengths=tuple(3 * x for x in _DELAYS),
        samples=1,
        shots=1024,
        documented=False,
    ),
)


# ---- games -----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Played:
    """Games of one cell: outcomes, shots, circuits, and whether the interval held the truth."""

    ratio: float
    outcomes: list[str]
    shots: list[int]
    circuits: list[int]
    covered: list[bool]

    @property
    def mean_shots(self):
        return statistics.fmean(self.shots)

    @property
    def wrong(self):
        return self.outcomes.count("refuted" if self.ratio <= 1 else "supported")

    @property
    def right(self):
        return self.outcomes.count("supported" if self.ratio <= 1 else "refuted")

    @property
    def open(self):
        return len(self.outcomes) - self.wrong - self.right


class NoJournal:
    """Stands in for the run's journal on disk."""

    def of_kind(self, kind):
        return iter(())

    def append(self, event):
        pass


def our_games(case, ratio, seeds):
    """Play qassay: the claim sheet, its plan, its circuits, its verdict, in memory."""
    outcomes, shots, circuits, covered = [], [], [], []
    with tempfile.TemporaryDirectory() as folder:
        sheet = Path(folder) / "claims.toml"
        sheet.write_text(case.sheet(), encoding="utf-8")
        for seed in seeds:
            device = VirtualMachine(case.machine(ratio, seed))
            request = assay.plan(sheet, device, seed=seed)
            known = {}
            with executor_of(1) as executor:
                done = list(assay.execute(request, device, NoJournal(), executor, known))
            verdict = assay.analyse(request.plan, assay.counted(done), known).verdicts[0]
            outcomes.append(verdict.outcome)
            shots.append(sum(len(batch.circuit_ids) for batch in done))
            circuits.append(len({name for batch in done for name in batch.circuit_ids}))
            shown = verdict.estimate
            covered.append(shown.low <= case.truth(ratio) <= shown.high)
    return Played(ratio=ratio, outcomes=outcomes, shots=shots, circuits=circuits, covered=covered)


def joined(parts):
    parts = list(parts)
    lists = {
        x: [y for p in parts for y in getattr(p, x)]
        for x in ("outcomes", "shots", "circuits", "covered")
    }
    return Played(ratio=parts[0].ratio, **lists)


def play_ours(case, runs, pool):
    chunk = 5
    waiting = {
        ratio: [
            pool.submit(our_games, case, ratio, range(i, min(i + chunk, runs)))
            for i in range(0, runs, chunk)
        ]
        for ratio in RATIOS
    }
    return {ratio: joined(x.result() for x in parts) for ratio, parts in waiting.items()}


class Peer:
    """A process in the peers' environment."""

    def __init__(self, python):
        self._process = subprocess.Popen(
            [python, WORKER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )

    def ask(self, **request):
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        reply = json.loads(line) if line else {"error": "the peers' process ended"}
        if "error" in reply:
            raise RuntimeError(f"the peers answered: {reply['error']}")
        return reply

    def close(self):
        self._process.stdin.close()
        self._process.wait()


class Pool:
    """Circuits of a design, as a peer drew them, and what our machines answer to them."""

    def __init__(self, design, case, peer, folder, samples=20):
        self.design, self.case = design, case
        self.drawn = None
        if design.kind != "qexp_t1":
            request = {
                "do": "circuits",
                "kind": design.kind,
                "qubits": case.qubits,
                "lengths": design.lengths,
                "samples": samples,
                "seed": 1,
            }
            self.drawn = _kept(request, peer, folder)

    def chances(self, ratio):
        """Probability of the ideal answer, shape (samples, lengths)."""
        machine = self.case.machine(ratio)
        if self.drawn is None:
            pulse = np.full((1, 1, 1), HALF_X, dtype=np.uint8)
            return np.array(
                [
                    [
                        probabilities(machine, (Pulses(pulse), Delay(x)), 1)[0, 1]
                        for x in self.design.lengths
                    ]
                ]
            )
        texts = [text for row in self.drawn["circuits"] for text in row]
        answers = [int(x, 2) for row in self.drawn["answers"] for x in row]
        found = probabilities(machine, elements_of(texts, self.case.qubits), len(texts))
        chosen = found[np.arange(len(texts)), answers]
        return chosen.reshape(len(self.drawn["circuits"]), -1)


def elements_of(texts, qubits):
    """Turn circuits into elements of one family, shorter ones waiting in 0 at first.

    The machines of gate claims neither relax nor dephase while they wait (T1, T2 of 1e6 s).
    """
    depth = max(map(len, texts)) // 3
    codes = np.array([list(text.rjust(3 * depth, "0").encode()) for text in texts]) - ord("0")
    codes = codes.reshape(len(texts), depth, 3).astype(np.uint8)
    if qubits == 1:
        return (Pulses(np.ascontiguousarray(codes[:, :, :1])),)
    return tuple(
        Pulses(
            np.ascontiguousarray(codes[:, k : k + 1, :2]), ((0, 1),), codes[:, k, 2:].astype(bool)
        )
        for k in range(depth)
    )


def probabilities(machine, elements, size):
    """Exact outcome probabilities on the engine that our own circuits run on: (size, outcomes)."""
    qubits = machine.description.qubits
    family = CircuitFamily(qubits=qubits, size=size, elements=elements)
    blocks = choose(family, machine).blocks
    found = outcome_probabilities(family, Strengths.of(machine, 0.0), blocks)
    if qubits == 1:
        return np.stack([1 - found.singles[0], found.singles[0]], axis=1)
    return found.pairs[:, :, 0].reshape(4, size).T


def _kept(request, peer, folder):
    """Ask a peer for circuits, or take those that it drew before."""
    name = json.dumps([request, PINS, WORKER.read_text(encoding="utf-8")])
    place = folder / f"circuits-{hashlib.sha256(name.encode()).hexdigest()[:16]}.json"
    if place.exists():
        return json.loads(place.read_text(encoding="utf-8"))
    reply = peer.ask(**request)
    part = place.with_suffix(f".{os.getpid()}.part")
    part.write_text(json.dumps(reply), encoding="utf-8")
    part.replace(place)
    return reply


class Grid:
    """A design on the machines of its claim."""

    def __init__(self, design, case, peer, pool, seed):
        self.design, self.case, self.peer, self.pool = design, case, peer, pool
        self.seed = seed
        self._chances = {}

    def fits(self, ratio, shots, runs):
        """Value and stated error of `runs` experiments."""
        if ratio not in self._chances:
            self._chances[ratio] = self.pool.chances(ratio)
        chances, design = self._chances[ratio], self.design
        name = f"{self.seed}/{design.title}/{design.case}/{ratio}/{shots}"
        digest = hashlib.sha256(name.encode()).digest()
        generator = np.random.default_rng(int.from_bytes(digest[:8], "big"))
        samples = generator.integers(len(chances), size=(runs, design.samples))
        hits = generator.binomial(shots, np.clip(chances[samples], 0, 1))
        request = {
            "do": "fit",
            "kind": design.kind,
            "qubits": self.case.qubits,
            "lengths": design.lengths,
            "shots": shots,
            "games": hits.tolist(),
            "chosen": samples.tolist(),
            "seed": int(digest[8]),
            "bootstraps": BOOTSTRAPS,
            "fixed_only": design.result == "A-fixed",
        }
        if self.pool.drawn and design.kind == "qexp_rb":
            request["ops"] = self.pool.drawn["ops"]
        if self.case.qubits == 2:
            request["one_qubit_error"] = self.case.one_qubit_error
        return [fit[design.result] for fit in self.peer.ask(**request)["fits"]]

    def play(self, ratio, shots, runs):
        fits = self.fits(ratio, shots, runs)
        truth, spent = self.case.truth(ratio), shots * self.design.circuits
        return Played(
            ratio=ratio,
            outcomes=[verdict_of(self.case, *fit) for fit in fits],
            shots=[spent] * runs,
            circuits=[self.design.circuits] * runs,
            covered=[stated(*fit) and abs(fit[0] - truth) <= 1.96 * fit[1] for fit in fits],
        )


def stated(value, error):
    return value is not None and error is not None and math.isfinite(value) and 0 < error < math.inf


def verdict_of(case, value, error):
    """Our rule with a peer's value and error: one-sided 95 % against limit and claim."""
    if not stated(value, error):
        return "inconclusive"
    sign = -1 if case.timed else 1
    support, refute = sign * (case.limit - value) / error, sign * (value - case.value) / error
    if max(support, refute) < Z:
        return "inconclusive"
    return "supported" if support > refute else "refuted"


@dataclass(frozen=True, kw_only=True)
class Matched:
    """Shots a circuit at which a grid errs as seldom as qassay; `failing` is too few."""

    failing: int
    shots: int | None
    cells: tuple[Played, ...]


def match(grid, target, runs):
    """Find by factors of two, then of their root, how many shots a grid needs."""
    tried = {}

    def enough(shots):
        if shots not in tried:
            cells = tuple(grid.play(ratio, shots, runs) for ratio in HARD)
            right, wrong = (sum(getattr(c, x) for c in cells) for x in ("right", "wrong"))
            total = runs * len(cells)
            tried[shots] = (right >= target * total and wrong <= ALPHA * total, cells)
        return tried[shots][0]

    errors = [e for v, e in grid.fits(1.0, grid.design.shots, 20) if stated(v, e)]
    relative = statistics.median(errors) / grid.case.value if errors else 1.0
    wanted = DELTA / (2 * Z)
    shots = min(max(1, round(grid.design.shots * (relative / wanted) ** 2)), MOST_SHOTS)
    low, high = 0, shots
    if enough(shots):
        while high > 1 and enough(high // 2):
            high //= 2
        low = high // 2
    else:
        while high < MOST_SHOTS and not enough(high):
            low, high = high, high * 2
        if not enough(high):
            return Matched(failing=high, shots=None, cells=tried[high][1])
    middle = round(math.sqrt(max(low, 1) * high))
    if low < middle < high:
        low, high = (low, middle) if enough(middle) else (middle, high)
    return Matched(failing=low, shots=high, cells=tried[high][1])


def play_design(design, ours, peers, folder, runs, seed):
    """Play one grid as documented and search for the shots that match ours."""
    case = next(case for case in CASES if case.id == design.case)
    peer, begun = peers.get(), time.perf_counter()
    try:
        grid = Grid(design, case, peer, Pool(design, case, peer, folder), seed)
        cells = {ratio: grid.play(ratio, design.shots, runs) for ratio in RATIOS}
        matched = None
        if design.matched:
            hard = [ours[ratio] for ratio in HARD]
            right = sum(cell.right for cell in hard) / sum(len(cell.outcomes) for cell in hard)
            matched = match(grid, max(right, LEAST_RIGHT), runs)
        spent = time.perf_counter() - begun
        print(f"{spent:5.0f} s  {case.id}  {design.title}", file=sys.stderr, flush=True)
        return cells, matched
    finally:
        peers.put(peer)


# ---- the peers' environment ------------------------------------------------------------------


def default_folder():
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    name = hashlib.sha256("\n".join([*PINS, sys.version]).encode()).hexdigest()[:12]
    return caches / "qassay" / f"peers-{name}"


def peers_python(folder):
    """Make the peers' environment if it is not there; None, with a sentence, if it cannot be."""
    place = folder / "environment"
    python = place / ("Scripts" if os.name == "nt" else "bin") / "python"
    ready = folder / "ready"
    if ready.exists() and python.exists():
        return python
    print(f"installing {', '.join(PINS)} (once)", file=sys.stderr, flush=True)
    uv = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        venv.create(place, clear=True, with_pip=uv is None)
        install = (
            [uv, "pip", "install", "--python", python]
            if uv
            else [python, "-m", "pip", "install", "--disable-pip-version-check"]
        )
        subprocess.run([*install, "--quiet", *PINS], check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        detail = (getattr(error, "stderr", None) or str(error)).strip().splitlines()[-1:]
        print(
            "The peers could not be installed, so only qassay is measured; a folder with an"
            " environment that holds them can be given with --peers."
            f" ({' '.join(detail)})"
        )
        return None
    ready.touch()
    return python


# ---- tables ----------------------------------------------------------------------------------


def share(count, total):
    """A share with its 95 % Wilson interval, in percent."""
    z2 = 1.96**2
    middle = (count + z2 / 2) / (total + z2)
    half = 1.96 / (total + z2) * math.sqrt(count * (total - count) / total + z2 / 4)
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return f"{100 * count / total:.0f} ({100 * low:.0f}-{100 * high:.0f})"


def number(value):
    if value < 1e6:
        return f"{value:,.0f}".replace(",", " ")
    return f"{value:.1e}"


def times(value):
    return f"{value:.0f}" if value >= 20 else f"{value:.1f}" if value >= 1 else f"{value:.2g}"


def row_of(title, cell, ours):
    total = len(cell.outcomes)
    shots = number(cell.mean_shots)
    if cell is ours:
        shots += f" +- {number(1.96 * statistics.stdev(cell.shots) / math.sqrt(total))}"
    circuits = statistics.fmean(cell.circuits)
    return (
        f"| {cell.ratio:g} | {title} | {shots} | {number(circuits)} | {share(cell.wrong, total)}"
        f" | {share(cell.open, total)} | {share(sum(cell.covered), total)}"
        f" | {times(cell.mean_shots / ours.mean_shots)}"
        f" | {times(circuits / statistics.fmean(ours.circuits))} |"
    )


def print_case(case, ours, played):
    print(f"\n## Claim: {case.title}\n")
    print(
        "| r/r0 | design | shots | circuits | wrong, % | inconclusive, % | coverage of nominal"
        " 95 %, % | shots over qassay's | circuits over qassay's |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for ratio in RATIOS:
        own = ours[ratio]
        print(row_of("**qassay**", own, own))
        for design, (cells, _) in played.items():
            print(row_of(design.title, cells[ratio], own))
    found = [(design, matched) for design, (_, matched) in played.items() if matched]
    if found:
        print_matched(ours, found)


def print_matched(own, found):
    hard = [own[ratio] for ratio in HARD]
    total = sum(len(cell.outcomes) for cell in hard)
    right = sum(cell.right for cell in hard)
    print(
        "\nThe same grids with as many shots a circuit as they need to be right as often as"
        f" qassay at r0 and at the limit ({share(right, total)} %; at least"
        f" {100 * LEAST_RIGHT:g} %) and wrong at most {100 * ALPHA:g} %:\n"
    )
    if right < LEAST_RIGHT * total:
        print(
            "**Not at the same error rate:** here qassay leaves more claims open than its"
            " peers are allowed to.\n"
        )
    ratios = " | ".join(f"over qassay's at {ratio:g}" for ratio in RATIOS)
    print(
        f"| design | shots | too few | circuits | right, % | wrong, % | {ratios}"
        " | mean of the four |"
    )
    print("|---" * (7 + len(RATIOS)) + "|")
    best = {}
    for design, matched in found:
        if matched.shots is None:
            most = number(matched.failing * design.circuits)
            print(
                f"| {design.title} | not by {most} | | {design.circuits} |"
                + " |" * (3 + len(RATIOS))
            )
            continue
        spent = matched.shots * design.circuits
        over = [spent / own[ratio].mean_shots for ratio in RATIOS]
        mean = spent / statistics.fmean(own[ratio].mean_shots for ratio in RATIOS)
        games = sum(len(cell.outcomes) for cell in matched.cells)
        right, wrong = (
            share(sum(getattr(c, x) for c in matched.cells), games) for x in ("right", "wrong")
        )
        cells = " | ".join(times(x) for x in over)
        print(
            f"| {design.title} | {number(spent)} | {number(matched.failing * design.circuits)}"
            f" | {design.circuits} | {right} | {wrong} | {cells} | {times(mean)} |"
        )
        here = best.get(design.documented)
        if here is None or spent < here[0]:
            best[design.documented] = (spent, over, mean)
    for documented, words in ((True, "as documented"), (False, "scaled to the claim")):
        if documented in best:
            _, over, mean = best[documented]
            print(
                f"\nBest peer, lengths {words}: {times(min(over))} to {times(max(over))} times"
                f" the shots of qassay, {times(mean)} times the mean of the four cells"
                f" (aim: 10)."
            )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="few games: about a minute")
    parser.add_argument("--ours", type=int, help="games of qassay a cell")
    parser.add_argument("--theirs", type=int, help="games of each peer a cell")
    parser.add_argument("--only", nargs="+", choices=[case.id for case in CASES])
    parser.add_argument(
        "--peers",
        type=Path,
        default=default_folder(),
        metavar="FOLDER",
        help="where the peers' environment is or will be",
    )
    parser.add_argument("--without-peers", action="store_true")
    parser.add_argument("--workers", type=int, default=2, help="processes")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    runs = options.ours or (20 if options.quick else 60)
    pair_runs = -(-runs // 2)  # a game of a pair takes longest
    their_runs = options.theirs or (10 if options.quick else 40)
    chosen = options.only or (["1q-1e-3", "t1-300us"] if options.quick else None)
    cases = [case for case in CASES if chosen is None or case.id in chosen]
    python = None if options.without_peers else peers_python(options.peers)
    started = [Peer(python) for _ in range(options.workers)] if python else []
    peers = queue.SimpleQueue()
    for peer in started:
        peers.put(peer)
    if started:
        versions = started[0].ask(do="versions")
        print("peers: " + ", ".join(f"{name} {version}" for name, version in versions.items()))
    print(
        f"alpha = beta = {100 * ALPHA:g} %, delta = {100 * DELTA:g} %, readout errors"
        f" {100 * READOUT:g} %; games a cell: qassay {runs} ({pair_runs} on a pair), peers"
        f" {their_runs}; in brackets 95 % intervals; 'too few' is the largest number of shots"
        " that failed",
        flush=True,
    )
    with (
        ProcessPoolExecutor(options.workers) as pool,
        ThreadPoolExecutor(options.workers) as threads,
    ):
        for case in cases:
            begun = time.perf_counter()
            ours = play_ours(case, pair_runs if case.qubits == 2 else runs, pool)
            spent = time.perf_counter() - begun
            print(f"{spent:5.0f} s  {case.id}  qassay", file=sys.stderr, flush=True)
            waiting = {
                design: threads.submit(
                    play_design, design, ours, peers, options.peers, their_runs, options.seed
                )
                for design in (DESIGNS if python else ())
                if design.case == case.id
            }
            print_case(case, ours, {design: x.result() for design, x in waiting.items()})
            sys.stdout.flush()
    for peer in started:
        peer.close()


if __name__ == "__main__":
    main()
