"""Readout errors on machines whose bits hang together: wrong verdicts, shots, coverage.

    python benchmarks/hostile_readout.py [RUNS] [WORD ...]

RUNS a cell (300); WORDs choose the cells whose label holds one of them. Laws of the wrong bits:
independent; pairs of neighbours flipped together; 2 % of shots random for all qubits; nothing but
random shots; one qubit with half of the sum; errors that depend on the whole string; shots that
go wrong together in runs. Wrong: supported at the limit, refuted at the claim; 95 % intervals.
"""

import sys

import numpy as np
from _hostile import claim_of, machine_of, many, planned, runs_of

DELTA = 0.5


def independent(errors):
    errors = np.asarray(errors)
    return lambda expected, rng: rng.random((len(expected), errors.size)) < errors


def neighbours(errors, chance):
    """Flip the bits of q and q + 1 together, as `correlated_readout` of a machine file does."""

    def law(expected, rng):
        n = expected.shape[1]
        wrong = rng.random((len(expected), n)) < errors
        pairs = rng.random((len(expected), n - 1)) < chance
        wrong[:, 1:] ^= pairs
        wrong[:, :-1] ^= pairs
        return wrong

    return law


def bad_shots(errors, share):
    def law(expected, rng):
        wrong = rng.random(expected.shape) < errors
        bad = rng.random(len(expected)) < share
        wrong[bad] = rng.random((int(bad.sum()), expected.shape[1])) < 0.5
        return wrong

    return law


def whole_shots(share):
    """Every bit of a shot wrong, or none."""

    def law(expected, rng):
        return np.repeat(rng.random((len(expected), 1)) < share, expected.shape[1], axis=1)

    return law


def by_string(low, high):
    """An error that depends on the parity of the whole string: as wrong for its complement."""

    def law(expected, rng):
        odd = expected.sum(axis=1, keepdims=True) % 2 == 1
        return rng.random(expected.shape) < np.where(odd, high, low)

    return law


def directed(zero, one):
    def law(expected, rng):
        return rng.random(expected.shape) < np.where(expected == 1, one, zero)

    return law


def with_runs(law, share, size):
    """Shots of a batch that go wrong together, in bursts of `size` shots."""

    def bursts(expected, rng):
        wrong = law(expected, rng)
        starts = np.flatnonzero(rng.random(len(expected)) < share / size)
        for start in starts:
            part = wrong[start : start + size]
            part[:] = rng.random(part.shape) < 0.5
        return wrong

    return bursts


def flips(chance, n):
    """Mean chance that a bit is flipped by the pairs it belongs to."""
    inner = 2 * chance * (1 - chance)
    return (2 * chance + (n - 2) * inner) / n


def cells():
    """Give label, qubits, metric, statistic, law and true value."""
    for n in (10, 50):
        e = 0.01
        yield f"independent 1 %, n={n}", n, "readout_error", "mean", independent(np.full(n, e)), e
        t = flips(0.02, n)
        yield f"neighbours 2 %, n={n}", n, "readout_error", "mean", neighbours(0.0, 0.02), t
        mixed = 0.001 + t - 2 * 0.001 * t
        yield (
            f"neighbours 2 % on 0.1 %, n={n}",
            n,
            "readout_error",
            "mean",
            neighbours(0.001, 0.02),
            mixed,
        )
        t = 0.98 * 0.005 + 0.02 * 0.5
        yield f"2 % bad shots, n={n}", n, "readout_error", "mean", bad_shots(0.005, 0.02), t
        yield f"only bad shots, n={n}", n, "readout_error", "mean", bad_shots(0.0, 0.02), 0.01
        yield f"whole shots 1 %, n={n}", n, "readout_error", "mean", whole_shots(0.01), 0.01
        errors = np.full(n, 0.005)
        errors[n // 3] += 0.005 * n
        t = errors.mean()
        yield f"one with half of the sum, n={n}", n, "readout_error", "mean", independent(errors), t
        yield f"by the string, n={n}", n, "readout_error", "mean", by_string(0.002, 0.018), 0.01
        bursts = with_runs(independent(np.full(n, 0.005)), 0.01, 10)
        yield f"bursts of 10 bad shots, n={n}", n, "readout_error", "mean", bursts, None
        for metric in ("readout_error_0", "readout_error_1"):
            d = directed(0.02, 0.005) if metric.endswith("0") else directed(0.005, 0.02)
            yield f"one direction {metric[-1]}, 2 %, n={n}", n, metric, "mean", d, 0.02
            yield (
                f"one direction {metric[-1]}, whole shots, n={n}",
                n,
                metric,
                "mean",
                whole_shots(0.01),
                0.01,
            )
    for e in (1e-5, 1e-3, 0.1, 0.2, 0.4):
        for statistic in ("mean", "every"):
            yield (
                f"independent {e:g}, n=10, {statistic}",
                10,
                "readout_error",
                statistic,
                independent(np.full(10, e)),
                e,
            )
    yield "one qubit 1 %", 1, "readout_error", "every", independent([0.01]), 0.01
    yield "one qubit, direction 1, 1 %", 1, "readout_error_1", "every", directed(0.0, 0.01), 0.01
    yield "every of 10, whole shots", 10, "readout_error", "every", whole_shots(0.01), 0.01


def of_single_shots(law):
    return lambda _x, _lengths, expected, rng: law(expected, rng)[:, None, :]


def main():
    runs = runs_of(300)
    words = [w for w in sys.argv[1:] if not w.isdigit()]
    places = (
        ("half", 2.0, "refuted"),
        ("claim", 1.0, "refuted"),
        ("limit", 1 / (1 + DELTA), "supported"),
        ("2.5 times", 0.4, "supported"),
    )
    for label, n, metric, statistic, law, known in cells():
        if words and not any(w in label for w in words):
            continue
        truth = known
        if truth is None:  # of bursts: 5 in 1000 bits, and half of the bits of the bad shots
            long = law(np.zeros((400_000, n), dtype=np.uint8), np.random.default_rng(1))
            truth = float(long.mean())
        for place, factor, wrong in places:
            value = truth * factor
            if value * (1 + DELTA) >= 1:
                continue
            claim = claim_of(metric, repr(float(value)), statistic, delta=DELTA)
            plan = planned(machine_of(n), claim)
            many(f"{label}, {place}", plan, of_single_shots(law), truth, runs, wrong)


if __name__ == "__main__":
    main()
