"""Sheets of published figures through check, plan and run, on machines of their own figures.

    .venv/bin/python benchmarks/claim_sheets.py FOLDER [--sheets NAME ...] [--kinds true halved]

FOLDER holds claim sheets whose names begin with the id of a machine of the registry. Each is run as
it stands and with every error halved and every time, rate and distance of a score from one moved in
the vendor's favour. A true claim should be supported, a halved one refuted; what is not tested says
why, and every claim of a sheet has to come back with a verdict. A machine is made from one figure
of each quantity, the best supported middle one: a claim of another figure of the same quantity is
no true claim of that machine, and what the sheet does not say of it is perfect there.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
import tomllib
from collections import Counter
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command line does
SAME = 0.02
KINDS = ("true", "halved")


def better(claim):
    """Claim twice as much of the machine; None where that has no meaning."""
    from qassay.claims.metrics import METRICS

    metric = METRICS.get(claim.get("metric", ""))
    if metric is None or metric.dimension == "count" or claim.get("kind", "measured") != "measured":
        return None
    changed = dict(claim)
    for key in ("value", "fidelity"):
        if key not in claim:
            continue
        raw = claim[key]
        number, unit = (float(raw), "") if not isinstance(raw, str) else split(raw)
        if key == "fidelity":
            whole = 100.0 if unit == "%" else 1.0
            number = whole - (whole - number) / 2
        elif metric.better == "lower":
            number /= 2
        elif metric.dimension == "probability":
            whole = 100.0 if unit == "%" else 1.0
            number = whole - (whole - number) / 2
        else:
            number *= 2
        changed[key] = f"{number:.9g} {unit}".strip() if unit else number
        return changed
    return None


def split(text):
    """Split a figure from its unit, without its stated error."""
    from qassay.claims.quantity_text import read_quantity

    for dimension in ("probability", "time", "rate", "count"):
        try:
            read = read_quantity(text, dimension)
        except ValueError:
            continue
        unit = {"probability": "%", "time": "s", "rate": "1/s", "count": ""}[dimension]
        return (100 * read.value if unit == "%" else read.value), unit
    raise ValueError(text)


def machine_of(name, document):
    """Open the virtual machine of a sheet's name; None where its figures do not suffice."""
    from qassay.errors import QassayError
    from qassay.replaying import open_machine

    machine = name.split(".")[0]
    try:
        device = open_machine(f"virtual:{machine}")
    except QassayError:
        return machine_of_claims(machine, document)
    named = named_pairs(document)
    if not named <= set(device.describe().pairs):  # couplings that nobody else names
        return machine_of_claims(machine, document)
    return device


def named_pairs(document):
    """Collect the pairs that the claims of a sheet name."""
    scopes = (claim.get("scope") for claim in document["claim"])
    pairs = (scope.get("pairs", ()) for scope in scopes if isinstance(scope, dict))
    return {(min(pair), max(pair)) for some in pairs for pair in some}


def machine_of_claims(name, document):
    """Make a machine of a sheet's own claims, perfect where they are silent; None of no gates."""
    from qassay.devices.machine_file import read_machine
    from qassay.devices.simulated.machine import VirtualMachine
    from qassay.errors import QassayError
    from qassay.registry.catalog import registered

    try:
        known = registered(name)
    except QassayError:  # a sheet of a machine that the registry does not hold
        known = None
    if known is not None and known.kind != "gate":
        return None
    platform = "other" if known is None else known.platform
    named = named_pairs(document)
    qubits, noise = (known and known.qubits) or 10, {}
    keys = {
        "t1": "t1",
        "t2_echo": "t2",
        "one_qubit_gate_error": "one_qubit_error",
        "two_qubit_gate_error": "two_qubit_error",
    }
    for claim in document["claim"]:
        raw = claim.get("value", claim.get("fidelity"))
        if claim["metric"] == "qubits":
            qubits = int(raw)
        number, unit = split(raw) if isinstance(raw, str) else (float(raw), "")
        if "fidelity" in claim:
            number = (100 - number) if unit == "%" else 1 - number
        number = number / 100 if unit == "%" else number
        if claim["metric"] in keys:
            noise[keys[claim["metric"]]] = f'"{number:.9g} s"' if unit == "s" else f"{number:.9g}"
        elif claim["metric"] == "readout_error":
            noise |= {"readout_p01": f"{number:.9g}", "readout_p10": f"{number:.9g}"}
    lines = "\n".join(f"{key} = {value}" for key, value in noise.items())
    coupled = f"connectivity = {sorted(map(list, named))}\n" if named else ""
    qubits = max(qubits, 1 + max((q for pair in named for q in pair), default=0))
    text = (
        f'[machine]\nname = "{name}"\nplatform = "{platform}"\nqubits = {qubits}\n'
        f"{coupled}seed = 1\n[noise]\n{lines}\n"
    )
    return VirtualMachine(read_machine(text.encode(), name))


def sheet_text(document, kind):
    from qassay.acceptance.contract import toml_text

    if kind == "true":
        return toml_text(document), set()
    claims, same = [], set()
    for claim in document["claim"]:
        changed = better(claim)
        same |= set() if changed is not None else {claim["id"]}
        claims.append(changed or claim)
    return toml_text({**document, "claim": claims}), same


def main():
    from qassay import assay
    from qassay.claims.claim_file import parse_claim_sheet
    from qassay.cli.check import untestable
    from qassay.errors import QassayError

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--sheets", nargs="*", default=[])
    parser.add_argument("--kinds", nargs="*", default=KINDS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--plan-only", action="store_true")
    chosen = parser.parse_args()
    together = {kind: Counter() for kind in chosen.kinds}
    swallowed = 0
    places = sorted(Path(chosen.folder).glob("*.toml"))
    places = [p for p in places if not chosen.sheets or p.name in chosen.sheets]
    print(f"{'sheet':38} {'kind':7} verdicts")
    for place in places:
        document = tomllib.loads(place.read_text(encoding="utf-8"))
        for kind in chosen.kinds:
            start = time.monotonic()
            text, same = sheet_text(document, kind)
            told = Counter()
            try:
                sheet = parse_claim_sheet(text.encode(), place.name)
            except QassayError as error:
                told[f"refused by check: {str(error).splitlines()[0][:60]}"] += len(
                    document["claim"]
                )
                report(place, kind, told, together, start)
                continue
            device = machine_of(place.name, document)
            never = untestable(sheet)
            if device is None:
                told["refused: a machine that runs no gates"] += len(sheet.claims)
                told.update(f"of these refused: {why[:60]}" for why in never.values())
                report(place, kind, told, together, start)
                continue
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "sheet.toml"
                path.write_text(text, encoding="utf-8")
                try:
                    if chosen.plan_only:
                        made = assay.plan(path, device, seed=chosen.seed).plan
                        told["planned"] += len(made.sheet.claims) - len(made.untested)
                        told["not tested"] += len(made.untested)
                        report(place, kind, told, together, start)
                        continue
                    done = assay.run(path, device, out=Path(folder) / "run", seed=chosen.seed)
                except QassayError as error:
                    told[f"refused by plan: {str(error).splitlines()[0][:60]}"] += len(sheet.claims)
                    report(place, kind, told, together, start)
                    continue
            for one in (*done.verdicts, *done.operations):
                name = one.claim if isinstance(one.claim, str) else one.claim.id
                word = one.outcome
                if kind == "halved" and name in same:
                    word += " (unchanged)"
                told[word] += 1
            wanted = len(sheet.claims) + len(sheet.operations)
            missing = wanted - len(done.verdicts) - len(done.operations)
            swallowed += missing
            if missing:
                told["SWALLOWED"] += missing
            report(place, kind, told, together, start)
    for kind, told in together.items():
        print(f"together, {kind}: " + ", ".join(f"{n} {word}" for word, n in sorted(told.items())))
    print(f"swallowed: {swallowed}")
    return 1 if swallowed else 0


def report(place, kind, told, together, start):
    together[kind].update({word: n for word, n in told.items() if not word.startswith("of these")})
    words = ", ".join(f"{count} {word}" for word, count in sorted(told.items()))
    print(f"{place.name:38} {kind:7} {words}; {time.monotonic() - start:.0f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main())
