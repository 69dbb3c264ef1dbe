"""Sheets of published figures through check, plan and run, on machines of their own figures.

    .venv/bin/python benchmarks/claim_sheets.py FOLDER [--kept FILE ...] [--sheets NAME ...]
        [--kinds true halved] [--most 300000] [--again METRIC ...] [--table] [--plan-only]

FOLDER holds claim sheets whose names begin with the id of a machine of the registry. Each is run as
it stands and with every error halved and every time, rate and distance of a score from one moved in
the vendor's favour. Every claim of a sheet has to come back with a verdict, or with the reason why
it is not tested.

A machine is made of one figure of each quantity, the best supported middle one: a claim of another
figure of the same quantity is no true claim of that machine. So each verdict stands beside where
the machine is by its answer key: the claim is met, met exactly, missed, or the machine stands
between claim and limit. No figure of gates implies a published fidelity of a register; each such
claim is tried again alone, on a machine that errs as much as makes it true: exactly for layers;
just so for what has to be measured to place it. Where half a million shots do not tell the machine
from one that misses the claim, it stands "about the claim", and a refuted claim can be right.

With --kept each sheet's result goes to a file as soon as it is there, and what is there is not run
again; --again runs the claims of some metrics of these sheets once more, those of registers on
machines of their own alone, and --table prints tables of that file alone, in Markdown.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
import tomllib
import traceback
from collections import Counter
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command line does

from _claim_machines import ABOUT, LAYERED, better, machine_of, own_machine, placed

KINDS = ("true", "halved")
REFUSED = "refused"
_HOW = "by many shots"
MOST = 300_000  # shots of a claim, by default; one that needs more is run alone, and stays open


def sheet_text(document, kind):
    """Write a sheet as it stands or with claims twice as good, and name those without a twice."""
    from qassay.claims.toml_text import toml_text

    if kind == "true":
        return toml_text(document), set()
    changed = [better(claim) for claim in document["claim"]]
    same = {old["id"] for old, new in zip(document["claim"], changed, strict=True) if new is None}
    claims = [new or old for old, new in zip(document["claim"], changed, strict=True)]
    return toml_text({**document, "claim": claims}), same


def tried(name, document, kind, seed, most, only=()):
    """Run one sheet of one kind, or its claims of some metrics; a line a claim and own machine."""
    from qassay import assay
    from qassay.claims.claim_file import parse_claim_sheet
    from qassay.claims.metrics import METRICS
    from qassay.errors import QassayError

    whole = document
    if only:
        some = [claim for claim in document["claim"] if claim["metric"] in only]
        document = {**document, "claim": some}
    text, same = sheet_text(document, kind)
    ids = [claim["id"] for claim in document["claim"]]
    metrics = {claim["id"]: claim["metric"] for claim in document["claim"]}

    def all_refused(why):
        return [line(one, metrics[one], REFUSED, why, "unknown", one in same) for one in ids]

    try:
        sheet = parse_claim_sheet(text.encode(), name)
    except QassayError as error:
        return all_refused(f"check: {error}")
    device = machine_of(name, whole)
    if device is None:
        return all_refused("a machine that runs no gates")
    true = {
        c.id: c for c in parse_claim_sheet(sheet_text(document, "true")[0].encode(), "t").claims
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.toml"
        path.write_text(text, encoding="utf-8")
        try:
            whole_plan = assay.plan(path, device, seed=seed).plan
            registers = [METRICS[c.metric].target == "register" for c in sheet.claims]
            if only and registers and all(registers):
                own = {c.id: own_machine(true[c.id], whole_plan) for c in sheet.claims}
                return [
                    alone(document, claim, true[claim.id], own[claim.id], seed, most)
                    for claim in sheet.claims
                    if own[claim.id] is not None
                ]
            dear = dearest(whole_plan, most)
            runs = [
                assay.run(part, device, out=part.parent / "run", seed=seed, options=options)
                for part, options in parts_of(text, dear, most, Path(folder))
            ]
        except QassayError as error:
            return all_refused(f"plan: {error}")
    claims = {claim.id: claim for claim in sheet.claims}
    lines = []
    for plan, one in ((run.analysis.plan, one) for run in runs for one in run.verdicts):
        where = placed(device, plan, claims[one.claim])
        told = line(one.claim, one.metric, one.outcome, one.reasons[0], where, one.claim in same)
        lines.append(told)
        if where == "unknown" and one.outcome != "not tested":
            own = own_machine(true[one.claim], plan)
            if own is not None:
                lines.append(alone(document, claims[one.claim], true[one.claim], own, seed, most))
    for one in runs[0].operations:
        reason = one.reasons[0] if one.reasons else ""
        lines.append(line(one.claim.id, one.claim.metric, one.outcome, reason, "unknown", False))
    return lines


def dearest(plan, most):
    """Name the claims that would take more shots than `most`, each by itself."""
    shots = {
        claim.id: sum(x.rounds * x.shots for x in plan.experiments_for(claim.id))
        for claim in plan.sheet.claims
    }
    return {name for name, count in shots.items() if most and count > most}


def parts_of(text, dear, most, folder):
    """Give the sheet without its dear claims, and each of these by itself with a budget."""
    from qassay.claims.toml_text import toml_text
    from qassay.planning.options import Options

    document = tomllib.loads(text)
    cheap = [one for one in document["claim"] if one["id"] not in dear]
    parts = [(cheap, None)] if cheap else []
    parts += [([one], most) for one in document["claim"] if one["id"] in dear]
    for number, (some, budget) in enumerate(parts):
        part = folder / str(number) / "sheet.toml"
        part.parent.mkdir()
        part.write_text(toml_text({**document, "claim": some}), encoding="utf-8")
        yield part, Options(budget_shots=budget)


def alone(document, claim, true, own, seed, most):
    """Run one claim by itself on its own machine."""
    from qassay import assay
    from qassay.claims.toml_text import toml_text
    from qassay.planning.options import Options

    said = next(one for one in document["claim"] if one["id"] == claim.id)
    changed = said if claim.value == true.value else better(said)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.toml"
        path.write_text(toml_text({**document, "claim": [changed]}), encoding="utf-8")
        options = Options(budget_shots=most or None)
        done = assay.run(path, own, out=Path(folder) / "run", seed=seed, options=options)
    (one,) = done.verdicts
    where = placed(own, done.analysis.plan, claim, made_for=true)
    told = line(claim.id, claim.metric, one.outcome, one.reasons[0], where, False)
    return told | {"alone": True, "placed": _HOW}


def line(name, metric, outcome, reason, machine, same):
    """Write what became of one claim as plain values."""
    told = {"id": name, "metric": metric, "outcome": outcome, "reason": reason}
    return told | {"machine": machine, "unchanged": same}


def standing(one):
    """Say where a machine stands; results of an earlier day call what is about a claim exact."""
    rough = one.get("alone") and one["metric"] not in LAYERED and "placed" not in one
    about = rough and one["machine"] == "at the claim"
    return ABOUT if about else one["machine"]


def wrong(one):
    """Say whether a verdict contradicts where the machine stands."""
    refuted = one["outcome"] == "refuted" and standing(one) in ("met", "at the claim")
    return refuted or (one["outcome"] == "supported" and one["machine"] == "missed")


def swallowed(entry):
    """Name claims of a sheet that came back without a verdict or a reason, and those told twice."""
    told = Counter(one["id"] for one in entry["lines"] if not one.get("alone"))
    bare = [one["id"] for one in entry["lines"] if not one["reason"]]
    return bare + [name for name in entry["claims"] if told[name] != 1]


def words(lines):
    told = Counter(one["outcome"] for one in lines)
    return ", ".join(f"{count} {word}" for word, count in sorted(told.items())) or "-"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--sheets", nargs="*", default=[])
    parser.add_argument("--kinds", nargs="*", default=KINDS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--most", type=int, default=MOST, help="shots of a claim; 0: no limit")
    parser.add_argument("--kept", type=Path, nargs="*", default=[], help="the first is added to")
    parser.add_argument("--again", nargs="*", default=[], metavar="METRIC")
    parser.add_argument("--table", action="store_true")
    parser.add_argument("--plan-only", action="store_true")
    chosen = parser.parse_args()
    places = sorted(Path(chosen.folder).glob("*.toml"))
    places = [p for p in places if not chosen.sheets or p.name in chosen.sheets]
    if chosen.plan_only:
        return plan_only(places, chosen)
    kept = {}
    for file in chosen.kept:
        entries = map(json.loads, file.read_text().splitlines() if file.exists() else ())
        kept |= {(one["sheet"], one["kind"], one["seed"]): one for one in entries}
    entries, crashed = [], 0
    for place in places:
        for kind in chosen.kinds:
            entry = kept.get((place.name, kind, chosen.seed))
            once_more = entry is not None and named(entry, chosen.again)
            if once_more if chosen.again else entry is None and not chosen.table:
                try:
                    fresh = played(place, kind, chosen.seed, chosen.most, chosen.again)
                    entry = fresh if entry is None else renewed(entry, fresh)
                except Exception:  # the others are run all the same; this one is not kept
                    print(f"{place.name:42} {kind:7} CRASHED\n{traceback.format_exc()}", flush=True)
                    crashed += 1
                    continue
                if chosen.kept:
                    with chosen.kept[0].open("a") as file:
                        file.write(json.dumps(entry) + "\n")
                lost = swallowed(entry)
                print(
                    f"{place.name:42} {kind:7} {words(entry['lines'])}; {entry['seconds']:.0f} s"
                    + (f"; WITHOUT AN ANSWER: {', '.join(lost)}" if lost else "")
                    + "".join(f"; WRONG: {one['id']}" for one in entry["lines"] if wrong(one)),
                    flush=True,
                )
            entries += [entry] if entry is not None else []
    return tables(entries) or min(crashed, 1)


def named(entry, metrics):
    """Say whether a kept result has claims of these metrics."""
    return any(one["metric"] in metrics for one in entry["lines"])


def renewed(entry, fresh):
    """Put the lines of claims that were run once more in the place of the old ones."""
    new = {(one["id"], one.get("alone")) for one in fresh["lines"]}
    rest = [one for one in entry["lines"] if (one["id"], one.get("alone")) not in new]
    return {**entry, "lines": rest + fresh["lines"]}


def played(place, kind, seed, most, only=()):
    document = tomllib.loads(place.read_text(encoding="utf-8"))
    start = time.monotonic()
    lines = tried(place.name, document, kind, seed, most, only)
    return {
        "sheet": place.name,
        "kind": kind,
        "seed": seed,
        "most": most,
        "claims": [claim["id"] for claim in document["claim"]],
        "seconds": time.monotonic() - start,
        "lines": lines,
    }


def plan_only(places, chosen):
    """Plan alone, which takes seconds."""
    from qassay import assay
    from qassay.errors import QassayError

    for place in places:
        document = tomllib.loads(place.read_text(encoding="utf-8"))
        for kind in chosen.kinds:
            device = machine_of(place.name, document)
            if device is None:
                print(f"{place.name:42} {kind:7} runs no gates")
                continue
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "sheet.toml"
                path.write_text(sheet_text(document, kind)[0], encoding="utf-8")
                try:
                    plan = assay.plan(path, device, seed=chosen.seed).plan
                except QassayError as error:
                    print(f"{place.name:42} {kind:7} refused: {error}")
                    continue
            print(
                f"{place.name:42} {kind:7} {len(plan.sheet.claims) - len(plan.untested)} planned,"
                f" {len(plan.untested)} not tested, at most {plan.cost.shots} shots",
                flush=True,
            )
    return 0


def tables(entries):
    """Print a row a sheet, and all claims by where the machine stands; 1 if anything is amiss."""
    rows: dict[str, dict[str, str]] = {}
    for entry in entries:
        own = [one for one in entry["lines"] if not one.get("alone")]
        again = [one for one in entry["lines"] if one.get("alone")]
        cell = words(own) + (f"; alone: {words(again)}" if again else "")
        rows.setdefault(entry["sheet"], {})[entry["kind"]] = cell
    print("\n| sheet | true | halved |\n|---|---|---|")
    for sheet, cells in rows.items():
        print(f"| {sheet} | {cells.get('true', '')} | {cells.get('halved', '')} |")
    lines = [(entry["kind"], one) for entry in entries for one in entry["lines"]]
    outcomes = ("supported", "refuted", "inconclusive", "not tested", REFUSED)
    print("\n| claims | the machine | " + " | ".join(outcomes) + " |")
    print("|---|---|" + "---|" * len(outcomes))
    for kind in KINDS:
        for where in ("met", "at the claim", ABOUT, "between", "missed", "unknown"):
            there = [one for of, one in lines if of == kind and standing(one) == where]
            told = Counter(one["outcome"] for one in there)
            if there:
                counts = " | ".join(str(told[word]) for word in outcomes)
                print(f"| {kind} | {where} | {counts} |")
    bad = [one for _, one in lines if wrong(one)]
    lost = [name for entry in entries for name in swallowed(entry)]
    reasons = Counter(
        one["reason"] for _, one in lines if one["outcome"] in ("not tested", REFUSED)
    )
    print("\n| claims | why they are not tested |\n|---|---|")
    for why, count in reasons.most_common():
        print(f"| {count} | {why} |")
    sheets = len({entry["sheet"] for entry in entries})
    print(
        f"\n{len(lines)} verdicts and refusals of {sheets} sheets; wrong verdicts: {len(bad)};"
        f" claims without an answer: {len(lost)}"
    )
    return 1 if bad or lost else 0


if __name__ == "__main__":
    sys.exit(main())
