"""What the corpus remembers of plans, outlooks and bundles: a line each, made to be read.

A line is `kind | where | which sheet | what of it | value`. Plans keep their id, so nothing of
them can move unseen, and the numbers that a person would ask about; bundles keep the digests of
their files, of verdicts one for each claim.
"""

import hashlib
import json
from pathlib import Path

from qassay.claims.claim_file import parse_claim_sheet
from qassay.devices.catalog import load_machine
from qassay.devices.machine_file import read_machine
from qassay.errors import PlanError
from qassay.planning.options import Options
from qassay.planning.planner import make_plan
from qassay.verdicts.expectations import expectations, short_reaches

from .bundles import BUNDLES, files_of
from .sheets import MACHINES, OPTIONS, SHEETS, SHIPPED_ON, SINGLE, VALUED

HERE = Path(__file__).parent
KEPT = HERE / "fingerprints.txt"
SHIPPED = sorted((HERE.parents[1] / "claims").glob("*.toml"))
# Reckoning an outlook is dear: where targets overlap, or two metrics stand side by side, nothing is
# foretold that a sheet of one metric has not; nor by the guarded rule but of each metric's mean.
TOLD = {*SINGLE, *VALUED}
_GUARDED = [name for name in SINGLE if " " not in name]


def short(data):
    return hashlib.sha256(data).hexdigest()[:12]


def numbers(values):
    return ",".join(f"{value:.4g}" for value in values)


def words_of_experiment(x):
    """Say what a person would ask about an experiment; its plan's id seals all of it."""
    marks = ["coin"] * x.coin + ["reference"] * x.reference + ["alone"] * x.alone
    marks += [f"{x.shots} shots"] * (x.shots > 1)
    block = ":".join(map(str, x.block))
    said = f"{x.id} {len(x.targets)}t [{numbers(x.lengths)}] {block} x{x.rounds}/{x.batch}"
    return " ".join((said, *marks))


def words_of_plan(plan):
    told = [words_of_experiment(x) for x in plan.experiments]
    told += [f"not {one.claim}: {one.reason[:40]}" for one in plan.untested]
    return "; ".join((f"id {plan.id[:12]}", *told))


def words_of_outlook(plan):
    told = []
    for one in expectations(plan):
        each = ", ".join(words_of_one(o) for o in one.outlooks if o is not None)
        told.append(f"{one.claim}: {each} of {one.planned} in {one.planned_seconds:.6g} s")
    told += [f"short {name} {reach:.4g} {shots}" for name, reach, shots in short_reaches(plan)]
    return "; ".join(told) or "none"


def words_of_one(outlook):
    if outlook.shots is None:
        return f"{outlook.error:.4g} never"
    most = f" to {outlook.most}" if outlook.most is not None else ""
    return f"{outlook.error:.4g} {outlook.shots}{most} in {outlook.seconds:.6g} s"


def made_plan(text, device, options):
    sheet = parse_claim_sheet(text, "sheet.toml")
    return make_plan(sheet, device, bytes(32), Options(**options), "corpus")


def of_machine(name):
    """Fingerprints of all sheets on one machine."""
    device = read_machine(MACHINES[name].encode(), "machine.toml").description
    found = {}
    for words, options in OPTIONS.items():
        where = f"{name} {words}".strip()
        for title, text in SHEETS.items():
            guarded = words == "guarded" and title in _GUARDED
            told = name == "line" and ((not words and title in TOLD) or guarded)
            budget = words == "budget" and name == "line" and title in SINGLE
            if not words or told or budget:
                found |= _planned(f"{where} | {title}", text.encode(), device, options, told=told)
    return found


def of_shipped(name):
    """Fingerprints of the sheets that the product ships, on one of its machines."""
    device = load_machine(name).description
    found = {}
    for path in SHIPPED:
        found |= _planned(f"{name} | {path.name}", path.read_bytes(), device, {}, told=True)
    return found


def _planned(where, text, device, options, *, told):
    try:
        plan = made_plan(text, device, options)
    except PlanError as error:
        return {f"plan | {where}": f"refused {short(str(error).encode())}"}
    found = {f"plan | {where}": words_of_plan(plan)}
    if told:
        found[f"outlook | {where}"] = words_of_outlook(plan)
    return found


def of_bundle(name):
    """Fingerprints of every file of a bundle; circuits and counts of all batches together."""
    files, found, batches = files_of(name), {}, {}
    for path, data in sorted(files.items()):
        if path.startswith("batches/"):
            batches.setdefault(path.rsplit("/", 1)[1], []).append((path, data))
        elif path == "verdicts/verdicts.json":
            for verdict in json.loads(data):
                whole = short(json.dumps(verdict, sort_keys=True).encode())
                said = f"{verdict['verdict']} with {verdict['shots']} shots, {whole}"
                found[f"bundle | {name} | verdict of {verdict['claim']}"] = said
        else:
            found[f"bundle | {name} | {path}"] = short(data)
    for kind, parts in batches.items():
        whole = short(b"".join(name.encode() + data for name, data in parts))
        found[f"bundle | {name} | batches, {kind}"] = f"{len(parts)} files, {whole}"
    return found


PARTS = {
    **{f"machine {name}": (of_machine, name) for name in MACHINES},
    **{f"shipped {name}": (of_shipped, name) for name in SHIPPED_ON},
    **{f"bundle {name}": (of_bundle, name) for name in BUNDLES},
}


def kept():
    """Read what the corpus remembers."""
    lines = KEPT.read_text(encoding="utf-8").splitlines()
    return dict(line.rsplit(" | ", 1) for line in lines if line and not line.startswith("#"))


def part_of(line):
    """Say which part a line belongs to."""
    kind, where = line.split(" | ")[:2]
    if kind == "bundle":
        return f"bundle {where}"
    return f"shipped {where}" if where in SHIPPED_ON else f"machine {where.split()[0]}"


def moved(before, after):
    """List what moved, in words: each line with its old and its new value."""
    said = []
    for name in sorted({*before, *after}):
        old, new = before.get(name, "nothing"), after.get(name, "nothing")
        if old != new:
            said.append(f"{name}\n    was {old}\n    is  {new}")
    return said
