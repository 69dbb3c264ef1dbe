"""Do sheets of published figures run on virtual machines of the same figures?

For every machine of the registry whose figures suffice: its makers' figures as claims on the
machine made from them (true claims), and the same with errors halved and times doubled (false
ones). A true claim should be supported, a false one refuted, and what is not tested says why.
Several figures of one quantity stand on a sheet, and the machine is made from one of them: those
that differ from it by more than 2 % are counted apart.

    python3 dev.py bench registry_sheets [--machines ID ...] [--seed 1]
"""

import argparse
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

from qassay import assay
from qassay.assay.replaying import open_machine
from qassay.claims.claim_file import parse_claim_sheet
from qassay.claims.conventions import canonical_value
from qassay.registry.catalog import all_registered
from qassay.registry.sheet_writer import published_sheet
from qassay.registry.virtual_machine import lacking, machine_file

SAME = 0.02


def halved(figure):
    """Make a figure twice as good as it is."""
    if figure.value is None or figure.metric == "qubits":
        return figure
    kind = figure.kind
    if kind.dimension == "fidelity":
        return replace(figure, value=1 - (1 - figure.value) / 2)
    if kind.metric in ("t1", "t2_echo"):
        return replace(figure, value=2 * figure.value)
    if kind.metric == "eplg":
        return replace(figure, value=figure.value / 2)
    return figure


def run(machine, sheet, seed, folder):
    path = folder / "sheet.toml"
    path.write_text(sheet)
    device = open_machine(f"virtual:{machine.id}")
    return assay.run(path, device, out=folder / "run", seed=seed)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--machines", nargs="*", default=[])
    parser.add_argument("--seed", type=int, default=1)
    wish = parser.parse_args()
    chosen = [one for one in all_registered() if not lacking(one)]
    chosen = [one for one in chosen if not wish.machines or one.id in wish.machines]
    together = {"true": Counter(), "halved": Counter()}
    print(f"{'machine':26} {'sheet':7} verdicts")
    for machine in chosen:
        used = {one.id for one in machine_file(machine).used}
        worse = replace(machine, figures=tuple(map(halved, machine.figures)))
        for kind, said in (("true", machine), ("halved", worse)):
            sheet = published_sheet(said)
            claims = {one.id: one for one in parse_claim_sheet(sheet.encode(), "s").claims}
            truth = {
                one.id: one
                for one in parse_claim_sheet(published_sheet(machine).encode(), "s").claims
            }
            made = {
                one.metric: canonical_value(one)
                for one in truth.values()
                if one.id.rpartition("-")[2] in used
            }
            start = time.monotonic()
            with tempfile.TemporaryDirectory() as folder:
                done = run(machine, sheet, wish.seed, Path(folder))
            told = Counter()
            for one in done.verdicts:
                metric = claims[one.claim].metric
                value = canonical_value(truth[one.claim])
                own = metric == "qubits" or abs(value / made.get(metric, value) - 1) <= SAME
                word = one.outcome if own else f"{one.outcome} (of another figure)"
                changed = claims[one.claim].value != truth[one.claim].value
                if kind == "halved" and not changed:
                    word = f"{one.outcome} (unchanged)"
                told[word] += 1
            together[kind] += told
            words = ", ".join(f"{count} {word}" for word, count in sorted(told.items()))
            print(
                f"{machine.id:26} {kind:7} {words}; {done.shots} shots,"
                f" {time.monotonic() - start:.0f} s",
                flush=True,
            )
    for kind, told in together.items():
        print(f"together, {kind}: " + ", ".join(f"{n} {word}" for word, n in sorted(told.items())))


if __name__ == "__main__":
    main()
