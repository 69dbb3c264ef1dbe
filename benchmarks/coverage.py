"""Do the nominal 95 % intervals of fixed samples cover 95 %? Measured, on data that obey the model.

    python benchmarks/coverage.py                      all parts, about ten minutes
    python benchmarks/coverage.py --part circuits      many shots of few random circuits
    python benchmarks/coverage.py --part peers         the table of PEERS 2.6 for qassay itself
    python benchmarks/coverage.py --part readout | decay | mean

What follows +- is one standard error of the coverage. "below" and "above" are the shares of
intervals that lie wholly below or above the truth; "width" is the median over the truth. Targets
measured in one game share a dispersion, so the standard errors of `circuits` count games.
"""

import argparse
import time

import numpy as np

from qassay.statistics.averages import mean_rate
from qassay.statistics.combine import mean_of
from qassay.statistics.decays import fit_decays
from qassay.statistics.dispersion import arm_variances, measured_scatter, student_quantile
from qassay.statistics.intervals import bounded_mean_estimate, clopper_pearson, wilson
from qassay.statistics.likelihood import DecayLikelihood
from qassay.statistics.trials import Trials

CLAIM = 2.4e-3
SEED = 20251122


def line(name, low, high, truth, games=None):
    """Print one row; low, high, truth broadcast to one shape, games first."""
    low, high, truth = np.broadcast_arrays(low, high, truth)
    below, above = high < truth, low > truth
    covered = 1 - float(np.mean(below | above))
    count = low.size if games is None else games
    error = np.sqrt(max(covered * (1 - covered), 1 / count) / count)
    with np.errstate(invalid="ignore"):
        width = np.median((high - low) / truth)
    print(
        f"{name:46s} {covered:6.3f} +- {error:.3f}   below {below.mean():.3f}  "
        f"above {above.mean():.3f}  width {width:6.2f}",
        flush=True,
    )


def readout(games):
    """One binomial, and the mean of 100 (50 qubits, both states)."""
    generator = np.random.default_rng(SEED)
    for shots, truth in ((200, 0.003), (1000, 0.003), (4000, 0.003), (1000, 0.05)):
        hits = generator.binomial(shots, truth, games * 20)
        for name, interval in (("Clopper-Pearson", clopper_pearson), ("Wilson", wilson)):
            line(f"{name}, p {truth}, {shots} shots", *interval(hits, shots), truth)
        share = hits / shots
        half = 1.96 * np.sqrt(share * (1 - share) / shots)
        line(f"(Wald, p {truth}, {shots} shots)", share - half, share + half, truth)
    for shots, mean, spread in ((20, 0.003, 0.8), (200, 0.003, 0.8), (1000, 1e-4, 0.8)):
        for bad in (0.0, mean):  # of the shots random for all
            truths = mean * np.exp(spread * generator.standard_normal(100) - spread**2 / 2)
            found = []
            for _ in range(games):
                wrong = generator.random((shots, 100)) < truths
                random = generator.random(shots) < bad
                wrong[random] = generator.random((int(random.sum()), 100)) < 0.5
                found.append(bounded_mean_estimate(wrong.mean(axis=1)))
            ends = np.array([(e.low, e.high) for e in found])
            name = f"mean of 100, p {mean}, {shots} shots, {bad} of them bad"
            line(name, ends[:, 0], ends[:, 1], (1 - bad) * truths.mean() + bad / 2)


def single_shots(generator, rates, circuits, *, lengths, base, spam, kind):
    """Give trials of one shot a circuit, an eighth of them at the short length."""
    arms = np.repeat([0, 1], [circuits // 8, circuits - circuits // 8])
    reach = np.array(lengths, dtype=float)[arms][:, None]
    decay = (1 - rates) ** reach if kind == "geometric" else np.exp(-rates * reach)
    hits = generator.random(decay.shape) < base + (1 - base - spam) * decay
    return Trials(lengths=np.array(lengths, dtype=float), arms=arms, hits=hits.astype(np.int64))


DESIGNS = {
    "1/2": {"lengths": (1, 354), "base": 0.5, "spam": 0.01, "kind": "geometric"},
    "1/4": {"lengths": (4, 417), "base": 0.25, "spam": 0.02, "kind": "geometric"},
    "T1": {"lengths": (0, 1.7 / CLAIM), "base": 0.0, "spam": 0.02, "kind": "exponential"},
}


def decay(games):
    """One rate from two lengths, one shot a circuit."""
    generator = np.random.default_rng(SEED)
    for name, circuits in (("1/2", 100), ("1/2", 400), ("1/2", 1000), ("1/4", 400), ("T1", 200)):
        design = DESIGNS[name]
        for multiple in (0.02, 0.1, 0.3, 1.0, 1.5, 2.5):
            rates = np.full(games, multiple * CLAIM)
            fit = fit_decays(
                single_shots(generator, rates, circuits, **design),
                asymptote=design["base"],
                kind=design["kind"],
            )
            label = f"B {name}, {circuits} circuits, r {multiple} of the claim"
            line(label, fit.low, fit.high, rates)


def mean(games):
    """The mean over targets that differ, one shot a circuit."""
    cells = [
        ("1/2", 50, 100, 1.0, 0.3),
        ("1/2", 50, 400, 1.0, 0.0),
        ("1/2", 50, 400, 1.0, 0.3),
        ("1/2", 50, 400, 0.02, 0.3),
        ("1/2", 5, 100, 1.0, 0.3),
        ("1/2", 5, 400, 0.1, 0.3),
        ("1/4", 25, 100, 1.0, 0.3),
        ("1/4", 25, 400, 1.0, 0.5),
        ("T1", 50, 200, 1.0, 0.3),
        ("1/2", 25, 100, 2.0, 0.3),
    ]
    for name, targets, circuits, multiple, spread in cells:
        design, rows = DESIGNS[name], []
        generator = np.random.default_rng(SEED)
        for _ in range(games):
            draw = spread * generator.standard_normal(targets) - spread**2 / 2
            rates = multiple * CLAIM * np.exp(draw)
            trials = single_shots(generator, rates, circuits, **design)
            fit = fit_decays(trials, asymptote=design["base"], kind=design["kind"])
            estimate, plain = mean_rate(fit), mean_of(fit.estimates())
            truth = rates.mean()
            rows.append((estimate.low, estimate.high, truth, estimate.value, plain.low, plain.high))
        low, high, truth, value, plain_low, plain_high = np.array(rows).T
        label = f"B {name}, {targets} targets, {circuits} circuits, {multiple}, spread {spread}"
        line(label, low, high, truth)
        line("   (MOVER over the single rates)", plain_low, plain_high, truth)
        bias = float(np.mean(value / truth - 1))
        print(
            f"   bias {bias:+.4f} of the truth, {bias / np.median((high - low) / truth):+.3f} width"
        )


def sequences(generator, rates, strength, *, lengths, number, shots, base, spam, over=None):
    """Give trials of random sequences: rates (targets,), strength kappa2 (targets,).

    The decay of a sequence scatters as kappa2 x (1 - x)^2 (STATISTICS 2); with `over` the hits
    scatter `over` times the binomial at every length instead (PEERS 2.6).
    """
    arms = np.repeat(np.arange(len(lengths)), number)
    decay = (1 - rates) ** np.array(lengths, dtype=float)[arms][:, None]
    if over is None:
        weight = 1 / (np.maximum(strength, 1e-9) * (1 - decay)) - 1
        drawn = generator.beta(decay * weight, (1 - decay) * weight)
        chance = base + (1 - base - spam) * np.where(strength > 0, drawn, decay)
    else:
        chance = base + (1 - base - spam) * decay
        if over > 1:
            weight = (shots - 1) / (over - 1) - 1
            chance = generator.beta(chance * weight, (1 - chance) * weight)
    hits = generator.binomial(shots, chance)
    return Trials(lengths=np.array(lengths, dtype=float), arms=arms, hits=hits, shots=shots)


def all_games(trials, base, games, targets):
    """Fit the targets of all games at once, pooling dispersions within each game alone."""
    hits, shots = trials.totals()
    size = games * targets
    likelihood = DecayLikelihood(
        lengths=trials.lengths,
        hits=hits.T.astype(float),
        shots=shots.astype(float),
        asymptote=np.full(size, base),
        amplitude_max=np.full(size, 1 - base),
    )
    best = likelihood.maximum()
    expansion = likelihood.expansion(best)
    observed, freedom = arm_variances(trials, np.arange(trials.lengths.size))
    binomial = expansion.fractions * expansion.misses / likelihood.shots
    drop = np.empty(size)
    for game in range(games):
        part = slice(game * targets, (game + 1) * targets)
        scatter = measured_scatter(
            expansion.sensitivity[part], observed[part], binomial[part], freedom
        )
        drop[part] = scatter.dispersion * student_quantile(0.025, scatter.freedom) ** 2 / 2
    ends = [-np.expm1(-likelihood.crossing(best, drop, upper=upper)) for upper in (False, True)]
    return [end.reshape(games, targets) for end in ends]


def clifford(error):
    """Give the rate a Clifford of an entangler's error, 1.5 of them each."""
    return 1 - (1 - error / 0.75) ** 1.5


def circuits(games):
    """Many shots of few random circuits, in designs that makers publish."""
    two = {"shots": 100, "base": 0.25, "spam": 0.005}
    one = {"shots": 100, "base": 0.5, "spam": 0.002}
    cells = (
        [
            (
                f"5 pairs, 2-8-64-128, 10 sequences, kappa2 {k}",
                [clifford(2e-3)] * 5,
                [k] * 5,
                {"lengths": (2, 8, 64, 128), "number": 10, **two},
            )
            for k in (0.0, 0.02, 0.1, 0.5)
        ]
        + [
            (
                f"4 pairs, 2-32-128, {n} sequences, kappa2 {k}",
                [clifford(1.3e-3)] * 4,
                [k] * 4,
                {"lengths": (2, 32, 128), "number": n, **two},
            )
            for n in (2, 4, 8)
            for k in (0.0, 0.05, 0.3)
        ]
        + [
            (
                f"8 qubits, 2-512-2048, 4 sequences, kappa2 {k}",
                [6e-5] * 8,
                [k] * 8,
                {"lengths": (2, 512, 2048), "number": 4, **one},
            )
            for k in (0.0, 0.3, 0.9)
        ]
        + [
            (
                "8 qubits, 4 sequences, one coherent and 7 times worse",
                [1e-4] * 7 + [7e-4],
                [0.02] * 7 + [0.9],
                {"lengths": (2, 256, 1024), "number": 4, **one},
            )
        ]
    )
    for name, rates, strength, design in cells:
        generator, targets = np.random.default_rng(SEED), len(rates)
        truth = np.array(rates) * np.exp(0.15 * generator.standard_normal((games, targets)))
        trials = sequences(generator, truth.ravel(), np.tile(strength, games), **design)
        low, high = all_games(trials, design["base"], games, targets)
        line(name, low, high, truth, games)
        if "coherent" in name:
            line("   that qubit alone", low[:, -1], high[:, -1], truth[:, -1])
        ends = []
        for game in range(min(games, 200)):
            hits = trials.hits[:, game * targets : (game + 1) * targets]
            one_game = Trials(
                lengths=trials.lengths, arms=trials.arms, hits=hits, shots=trials.shots
            )
            estimate = mean_rate(fit_decays(one_game, asymptote=design["base"]))
            ends.append((estimate.low, estimate.high))
        line("   their mean", *np.array(ends).T, truth.mean(1)[: len(ends)])


def peers(games):
    """The designs of PEERS 2.6: p 0.998, lengths 1, 50, 100, 200, 400, 800, B 1/2, one target."""
    lengths = (1, 50, 100, 200, 400, 800)
    for name, number, shots, over in (
        ("A: 10 sequences x 100, binomial (peers 85-98 %)", 10, 100, 1.0),
        ("B: 10 sequences x 100, 1.3 (peers 74-99 %)", 10, 100, 1.3),
        ("C: 5 sequences x 1000, 3 (peers 81-93 %)", 5, 1000, 3.0),
    ):
        generator = np.random.default_rng(SEED)
        rates = np.full(4 * games, 2e-3)
        trials = sequences(
            generator,
            rates,
            np.zeros(4 * games),
            lengths=lengths,
            number=number,
            shots=shots,
            base=0.5,
            spam=0.005,
            over=over,
        )
        low, high = all_games(trials, 0.5, 4 * games, 1)
        line(name, low[:, 0], high[:, 0], rates)


PARTS = {
    "readout": (readout, 1000),
    "decay": (decay, 3000),
    "mean": (mean, 300),
    "circuits": (circuits, 1000),
    "peers": (peers, 1000),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--part", choices=sorted(PARTS), action="append")
    parser.add_argument("--games", type=int, help="games a row, instead of the part's own number")
    chosen = parser.parse_args()
    for name in chosen.part or PARTS:
        study, games = PARTS[name]
        start = time.perf_counter()
        print(f"\n{name}: {study.__doc__}")
        study(chosen.games or games)
        print(f"({time.perf_counter() - start:.0f} s)")


if __name__ == "__main__":
    main()
