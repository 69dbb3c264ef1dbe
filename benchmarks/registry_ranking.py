"""Does the order by transparency stand when the weights move by half?

Every weight of the score (parts, groups, rungs of evidence, access) is halved and made half as
much again, one at a time, and all together at random. Printed is how far the order by what was
found agrees with that of the shipped weights, and which statements about groups of machines
stand in every draw.

    python3 dev.py bench registry_ranking [--draws 1000]
"""

import argparse
import random
from dataclasses import replace
from datetime import date
from itertools import combinations

from qassay.registry.catalog import all_registered
from qassay.registry.disclosure import disclosure
from qassay.registry.weights import current_weights

DAY = date(2026, 11, 22)
TABLES = ("parts", "groups", "ladder", "access")
CLEAR = 5.0  # points by which two machines differ clearly with the shipped weights
DOCUMENTED = (
    "ibm-heron-r2",
    "quantinuum-h2",
    "quantinuum-helios",
    "ustc-zuchongzhi-3",
    "google-willow",
)
COUNT_ONLY = (
    "ru-fian-rqc-ion-50",
    "ru-fian-rqc-ion-70",
    "ru-msu-rqc-rb-25",
    "fujitsu-riken-256",
    "ionq-tempo",
)


def moved(weights, factors):
    """Multiply weights, keep the rungs in order and at most 1, and the parts at 100."""
    tables = {name: dict(getattr(weights, name)) for name in TABLES}
    for (table, key), factor in factors.items():
        tables[table][key] *= factor
    top = 0.0
    for key, _ in sorted(weights.ladder.items(), key=lambda item: item[1]):
        top = max(top, min(tables["ladder"][key], 1.0))
        tables["ladder"][key] = top
    whole = sum(tables["parts"].values())
    tables["parts"] = {key: 100 * one / whole for key, one in tables["parts"].items()}
    return replace(weights, **tables)


def scores(machines, weights):
    return {one.id: disclosure(one, DAY, weights).low for one in machines}


def agreement(before, after, pairs):
    """Give the share of pairs that keep their order."""
    kept = sum((before[a] - before[b]) * (after[a] - after[b]) > 0 for a, b in pairs)
    return kept / len(pairs)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--draws", type=int, default=1000)
    draws = parser.parse_args().draws
    weights = current_weights()
    machines = [one for one in all_registered() if disclosure(one, DAY)]
    base = scores(machines, weights)
    ranked = sorted(base, key=base.get, reverse=True)
    everyone = [(a, b) for a, b in combinations(ranked, 2) if base[a] != base[b]]
    clear = [(a, b) for a, b in everyone if abs(base[a] - base[b]) >= CLEAR]
    names = [(table, key) for table in TABLES for key in getattr(weights, table)]
    single = [({name: factor}, name, factor) for name in names for factor in (0.5, 1.5)]
    random.seed(18)
    joint = [({name: random.uniform(0.5, 1.5) for name in names}, None, None) for _ in range(draws)]
    print(
        f"weights version {weights.version}, {len(machines)} machines with a score,"
        f" {len(everyone)} pairs, {len(clear)} of them at least {CLEAR:g} points apart"
    )
    kept_always, group_holds = set(clear), 0
    for title, tries in (("one weight at a time", single), ("all weights at random", joint)):
        shares, clears = [], []
        for factors, _, _ in tries:
            after = scores(machines, moved(weights, factors))
            shares.append(agreement(base, after, everyone))
            clears.append(agreement(base, after, clear))
            kept_always &= {
                (a, b) for a, b in clear if (base[a] - base[b]) * (after[a] - after[b]) > 0
            }
            group_holds += min(after[x] for x in DOCUMENTED) > max(after[x] for x in COUNT_ONLY)
        shares.sort()
        clears.sort()
        print(
            f"{title}, {len(tries)} tries: of all pairs {100 * shares[0]:.1f} % keep their order"
            f" at the worst, {100 * shares[len(shares) // 2]:.1f} % in the middle; of the clear"
            f" ones {100 * clears[0]:.1f} % and {100 * clears[len(clears) // 2]:.1f} %"
        )
    total = len(single) + len(joint)
    print(f"{len(kept_always)} of {len(clear)} clear pairs keep their order in all {total} tries")
    print(
        f"{', '.join(DOCUMENTED)} stand above {', '.join(COUNT_ONLY)} in {group_holds} of {total}"
    )
    lost = sorted(set(clear) - kept_always)
    for a, b in lost[:8]:
        print(f"  changes places somewhere: {a} ({base[a]:.1f}) and {b} ({base[b]:.1f})")


if __name__ == "__main__":
    main()
