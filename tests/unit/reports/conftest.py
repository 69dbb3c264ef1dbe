"""Analyses made from drawn counts, with the real records, without any device."""

import zlib
from html.parser import HTMLParser

import numpy as np
import pytest

from qassay.claims.claim import Claim, ClaimSheet, Scope, Source
from qassay.claims.plausibility import findings
from qassay.devices.connectivity import read_connectivity
from qassay.devices.description import DeviceDescription, Durations
from qassay.planning.options import Options
from qassay.planning.planner import make_plan
from qassay.protocols.known import PROTOCOLS
from qassay.protocols.weighing.counted import Counted
from qassay.reports import RunFacts, render_datasheet
from qassay.statistics.trials import Trials
from qassay.verdicts.analysis import analyse

AVERAGE = "average_gate_infidelity"
ROOT = bytes(range(32))


def claims():
    return (
        Claim(
            id="qubits", metric="qubits", relation="at least", value=50, stated="50", delta=0.001
        ),
        Claim(
            id="1q",
            metric="one_qubit_gate_error",
            relation="at most",
            value=3e-4,
            stated="0.03 %",
            convention=AVERAGE,
            conditions=(("simultaneous", True),),
        ),
        Claim(
            id="2q",
            metric="two_qubit_gate_error",
            relation="at most",
            value=5e-3,
            stated="0.5 %",
            convention=AVERAGE,
            conditions=(("simultaneous", True),),
        ),
        Claim(
            id="2q-every",
            metric="two_qubit_gate_error",
            relation="at most",
            value=1.6e-2,
            stated="1.6 %",
            convention="process_infidelity",
            statistic="every",
            scope=Scope(pairs=((0, 1), (2, 3), (10, 11), (20, 21))),
        ),
        Claim(
            id="readout",
            metric="readout_error",
            relation="at most",
            value=3e-3,
            stated="0.3 %",
            delta=0.5,
        ),
        Claim(
            id="readout-1",
            metric="readout_error_1",
            relation="at most",
            value=6e-3,
            stated="0.6 %",
            delta=0.5,
            unstated=("statistic",),
        ),
        Claim(id="t1", metric="t1", relation="at least", value=100.0, stated="100 s"),
        Claim(
            id="t2",
            metric="t2_echo",
            relation="at least",
            value=2.0,
            stated="2 s",
            statistic="median",
        ),
        Claim(
            id="xeb",
            metric="xeb_fidelity",
            relation="at least",
            value=0.5,
            stated="50 %",
            delta=0.05,
        ),
    )


def sheet_of(some):
    return ClaimSheet(
        title="50-qubit prototype, as announced in December 2024",
        vendor="Institute of Ion Physics",
        machine="Prototype 50",
        claims=tuple(some),
        source=Source(
            title="A 50-qubit ion computer",
            publisher="The Daily Ion",
            date="2024-12-19",
            url="https://example.org/announcement",
        ),
        notes=("Figures are those of the announcement; none was published with its method.",),
        text_id="0" * 64,
    )


def device_of(connectivity="all-to-all", qubits=50, **changes):
    word, couplings, _, problems = read_connectivity(connectivity, qubits, "connectivity")
    assert not problems
    fields = {
        "name": "virtual:prototype-50",
        "platform": "trapped-ion",
        "qubits": qubits,
        "connectivity": word,
        "couplings": couplings,
        "durations": Durations(
            one_qubit_gate=1e-5, two_qubit_gate=2e-4, readout=3e-4, shot_overhead=5e-3
        ),
        "simulator": True,
    }
    return DeviceDescription(**{**fields, **changes})


def true_rate(experiment, target):
    """What decays at a target: a rate a layer or a second, or the probability of a wrong bit."""
    draw = np.random.default_rng(zlib.crc32(repr((experiment.protocol, target)).encode()))
    spread = float(np.exp(0.3 * draw.standard_normal()))
    return (
        spread
        * {
            "readout": 3.2e-3,
            "one_qubit_gates": 2 * 2.6e-4,
            "two_qubit_gates": 4 / 3 * 6.6e-3,  # of the entangler, layers beside their reference
            "t1": 1 / 120.0,
            "t2_star": 1 / 1.5,
            "t2_echo": 1 / 1.4,
        }[experiment.protocol]
    )


def drawn(experiment, seed):
    """Draw the hits of an experiment from its true rates."""
    protocol = PROTOCOLS[experiment.protocol]
    noise = np.random.default_rng(zlib.crc32(f"{experiment.id} {seed}".encode()))
    pattern = np.repeat(np.arange(len(experiment.block)), experiment.block)
    arms = np.tile(pattern, -(-experiment.rounds // pattern.size))
    rates = np.array([true_rate(experiment, target) for target in experiment.targets])
    lengths = np.array(experiment.lengths)
    if experiment.protocol == "readout":
        half = arms[::2]

        def wrong(rate, shots):
            hits = noise.binomial(shots, rate, (half.size, rates.size))
            return Trials(lengths=lengths, arms=half, hits=hits, shots=shots)

        return {
            "readout_error": wrong(rates, 2),
            "readout_error_0": wrong(0.6 * rates, 1),
            "readout_error_1": wrong(1.4 * rates, 1),
        }
    base = protocol.asymptote
    chance = base + (0.99 - base) * np.exp(-rates * lengths[arms][:, None])
    hits = noise.binomial(1, chance)
    quantity = protocol.gate_quantity if experiment.reference else protocol.quantities[0]
    return {quantity: Trials(lengths=lengths, arms=arms, hits=hits)}


def facts_of(plan, **changes):
    fields = {
        "seed": 7,
        "shots": plan.cost.shots,
        "circuits": plan.cost.circuits,
        "device_seconds": plan.cost.seconds,
        "plan_id": plan.id,
        "bundle_name": "prototype-50.zip",
        "software": plan.software,
        "failures": (),
        "notes": ("Amplitude damping inside two-qubit layers is a Pauli twirl of the true one.",),
        "findings": findings(plan.sheet, plan.device.durations),
    }
    return RunFacts(**{**fields, **changes})


def assayed(some=None, device=None, *, seed=1, lost=(), options=None):
    """Plan, draw counts, judge; experiments named in `lost` bring no counts."""
    sheet = sheet_of(claims() if some is None else some)
    plan = make_plan(sheet, device or device_of(), ROOT, options or Options(), "qassay 0.1.0")
    scored = ((x, 0, drawn(x, seed)) for x in plan.experiments if x.id not in lost)
    return analyse(plan, Counted.of(scored, 1))


@pytest.fixture(scope="session")
def ions():
    """Fifty qubits, every pair coupled, nine claims."""
    return assayed()


@pytest.fixture(scope="session")
def grid():
    """Fifty qubits on a grid of five rows and ten columns."""
    return assayed(device=device_of("grid:5x10", platform="superconducting"))


@pytest.fixture(scope="session")
def make_device():
    """Describe a device: make_device("grid:5x10", qubits=50, ...)."""
    return device_of


@pytest.fixture(scope="session")
def make_analysis():
    """Plan, draw counts and judge: make_analysis(claims, device, lost=..., ...)."""
    return assayed


@pytest.fixture(scope="session")
def make_facts():
    """Say what a run knows: make_facts(plan, failures=..., ...)."""
    return facts_of


@pytest.fixture(scope="session")
def nine_claims():
    """The claims of the sheet."""
    return claims()


class Page(HTMLParser):
    """A page taken apart: elements, ids, references, and what a reader sees."""

    VOID = frozenset({"meta", "br", "hr", "img", "link", "input"})
    IMPLIED = frozenset({"td", "th", "tr"})  # end tags that HTML lets one leave out

    def __init__(self, source):
        super().__init__(convert_charrefs=True)
        self.elements, self.text, self.open, self.wrong = [], [], [], []
        self.feed(source)
        self.close()
        self.wrong += [tag for tag in self.open if tag not in self.IMPLIED]

    def updatepos(self, i, j):
        """Count no lines: nobody asks for them, and it takes most of the time."""
        return j

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        while self.open and self.open[-1] != tag and self.open[-1] in self.IMPLIED:
            self.open.pop()
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"/{tag}")

    def handle_data(self, data):
        if "style" not in self.open:
            self.text.append(data)

    @property
    def seen(self):
        return " ".join(" ".join(self.text).split())

    def all(self, tag):
        return [attrs for name, attrs in self.elements if name == tag]

    @property
    def ids(self):
        return [attrs["id"] for _, attrs in self.elements if "id" in attrs]


@pytest.fixture(scope="session")
def take_apart():
    """Parse a page."""
    return Page


@pytest.fixture(scope="session")
def ions_page(ions):
    """The datasheet of the ions, as text."""
    return render_datasheet(ions, facts_of(ions.plan))


@pytest.fixture(scope="session")
def grid_page(grid):
    """The datasheet of the grid, as text."""
    return render_datasheet(grid, facts_of(grid.plan))
