"""Counts that a maker published, judged: beside its own values, and half against half.

    python3 dev.py bench published_counts                 # the table of values; some seconds
    python3 dev.py bench published_counts --halves 200    # and random halves by circuit; minutes
    python3 dev.py bench published_counts --skew 600      # few skewed sequences; minutes
    python3 dev.py bench published_counts --frames 40     # mirror circuits, half against half
    python3 dev.py bench published_counts --scores 2000   # intervals of mean scores, drawn
    python3 dev.py bench published_counts --records       # values without counts: claim sheets
    python3 dev.py bench published_counts --ionq FOLDER   # IonQ's decays beside its own fits

The counts (CQCL/quantinuum-hardware-specifications, Apache-2.0) are not part of the repository;
they are looked for in ../shared/data/quantinuum, or where --data says, `as_published/` as well.
Beside that folder lie the others: mirror_frames (pyGSTi, Apache-2.0) and metriq (CC BY 4.0).
FOLDER is `results/` of github.com/ionq-publications/forte_aq29_data (CC BY-NC 4.0).
"""

import argparse
import csv
import itertools
import json
import re
import tempfile
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import numpy as np
from _jackknife import left_out, parted, unlike
from scipy.optimize import brentq
from scipy.stats import t

from qassay.claims.claim_file import parse_claim_sheet
from qassay.protocols.known import PUBLISHED
from qassay.protocols.published import PublishedDecay, PublishedReadout
from qassay.protocols.published_scores import UNIT, mean_score, read_terms
from qassay.published.counts import read_published
from qassay.published.metriq import metriq_sheet
from qassay.statistics.averages import mean_rate
from qassay.statistics.circuits_together import fail_together
from qassay.statistics.decays import fit_decays
from qassay.statistics.dispersion import student_quantile
from qassay.statistics.trials import Trials

ROOT = Path(__file__).resolve().parents[1]
COLUMNS = {
    "two_qubit_gate_error": "2Q error (legacy)",
    "one_qubit_gate_error": "1Q error (legacy)",
    "leakage": "2Q leakage",
    "memory_error": "Transport 1Q error",
    "measurement_crosstalk": "MCM error",
    "readout_error": "SPAM error",
}


def stated(data):
    """Give value and standard error by machine, date and quantity: 2.40(8)E-03."""
    found = {}
    with (data / "spec_sheet_parameters.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for quantity, column in COLUMNS.items():
                match = re.fullmatch(r"([\d.]+)\((\d+)\)E([-+]\d+)", row[column])
                if match:
                    scale = 10.0 ** int(match[3])
                    last = 10.0 ** -len(match[1].partition(".")[2])
                    one = (float(match[1]) * scale, int(match[2]) * last * scale)
                    found[row["Machine"], row["Date"], quantity] = one
    return found


def folders(data):
    """List machine-dates; of a date that is there twice, both."""
    for place in (data, data / "as_published"):
        yield from sorted(place.glob("*-*/*_*_*"))


def mean(one, trials, level=0.95):
    estimator = PUBLISHED[one.protocol]
    if one.protocol == PublishedReadout.id:
        estimator = PublishedReadout(one.problem)
    return estimator.mean(one.quantity, trials, level)


def values(data):
    """Print our estimates beside the maker's."""
    makers, inside, near, known = stated(data), 0, 0, 0
    print(
        f"{'machine-date':18} {'quantity':22} {'n':>3} {'estimate':>10}  {'95 % interval':21}"
        f"  {'maker':16} inside"
    )
    for folder in folders(data):
        machine, date = folder.parts[-2:]
        got = read_published("quantinuum", folder)
        for one in got.counts:
            found = mean(one, one.trials)
            maker = makers.get((machine, date, one.quantity))
            words = there = ""
            if maker:
                holds = found.low <= maker[0] <= found.high
                words, there = f"{maker[0]:.3g} +- {maker[1]:.1g}", "yes" if holds else "NO"
                inside, known = inside + holds, known + 1
                near += abs(found.value - maker[0]) <= maker[1]
            left = f"{machine} {date} {one.quantity:23} {len(one.targets):3} {found.value:10.3g}"
            left = f"{left}  [{found.low:.3g}, {found.high:.3g}]"
            print(f"{left:80}  {words:16} {there}")
        for note in got.notes:
            print(f"    {note}")
    print(
        f"{inside} of {known} values of the maker inside our intervals; {near} of our estimates"
        " within one of its standard errors"
    )


def halves(data, repeats):
    """Print how often halves of a set contradict each other, by kind.

    Two intervals of Student's t with n degrees of freedom each part more seldom than in 5 %: their
    difference has about 2 n. So beside the intervals as they are judged stands what is left of
    them without the allowance for skew, held against the law of the difference (Welch, Biometrika
    34, 28 (1947)): 5 % there means that the standard errors are right.
    """
    rng = np.random.default_rng(1)
    kinds, fair, freedoms = defaultdict(list), defaultdict(list), defaultdict(list)
    jackknifed = defaultdict(list)
    for folder in folders(data):
        for one in read_published("quantinuum", folder).counts:
            circuits = np.bincount(one.trials.arms)
            strings = one.quantity == "readout_error" and one.problem
            if not strings and (circuits.min() < 4 or one.quantity == "readout_error"):
                continue
            apart = told = before = welch = 0
            for _ in range(repeats):
                if strings:
                    both = halves_of_shots(one, rng)
                else:
                    parts = [split(one.trials, rows) for rows in random_halves(one.trials, rng)]
                    both = [mean(one, part) for part in parts]
                    before += contradict(*(independent(one, part) for part in parts)) or 0
                    beyond, freedom = parted(*(plain(one, part) for part in parts))
                    welch += beyond
                    freedoms[one.quantity].append(freedom)
                    jackknifed[one.quantity].append(unlike(*(left_out(one, x) for x in parts)))
                answer = contradict(*both)
                told += answer is not None
                apart += answer or 0
            share = apart / max(told, 1)
            kinds[one.quantity].append(share)
            if not strings:
                fair[one.quantity].append(welch / repeats)
            name = f"{'/'.join(folder.parts[-2:])} {one.quantity}"
            units = "single shots" if strings else f"{circuits.min()} circuits a length"
            words = f"{100 * share:.1f} % of {told} halves ({units})"
            if not strings:
                words += f"; targets as independent: {100 * before / repeats:.1f} %"
                words += f"; standard errors alone: {100 * welch / repeats:.1f} %"
            print(f"{name}: {words}", flush=True)
    for quantity, shares in kinds.items():
        print(f"{quantity}: |z| > 1.96 in {100 * np.mean(shares):.1f} % ({len(shares)} sets)")
        if fair[quantity]:
            freedom = float(np.median(freedoms[quantity]))
            alone = 2 * t.sf(t.ppf(0.975, freedom), 2 * freedom)
            print(
                f"    {freedom:.1f} degrees of freedom a half: two intervals of t part in"
                f" {100 * alone:.1f} %; standard errors alone:"
                f" {100 * np.mean(fair[quantity]):.1f} % beyond Welch's 5 %"
            )
            beyond, lawful = 100 * np.mean(jackknifed[quantity], axis=0)
            print(
                f"    standard errors of the jackknife over circuits: |z| > 1.96 in {beyond:.1f} %,"
                f" {lawful:.1f} % beyond 5 % of Student's t"
            )


def contradict(one, other):
    """Say whether two estimates differ by more than both 95 % intervals allow; None untold."""
    first, second = sorted((one, other), key=lambda e: e.value)
    if not (first.informative and second.informative):
        return None
    width = np.hypot(first.high - first.value, second.value - second.low)
    return bool(second.value - first.value > width)


def plain(one, trials):
    """Give value, standard error and degrees of freedom, without the allowance for skew."""
    estimator = PUBLISHED[one.protocol]
    estimator = type(estimator)(one.problem) if one.problem else estimator
    together = estimator.together or fail_together(trials)
    found = [
        mean_rate(
            fit_decays(trials, asymptote=estimator.asymptote, level=level),
            transform=estimator.transform,
            together=together,
        )
        for level in (0.95, 0.5)
    ]
    wide, narrow = (one.high - one.low for one in found)
    # The ratio of both widths is that of two quantiles of t.
    freedom = brentq(
        lambda n: t.ppf(0.975, n) / t.ppf(0.75, n) - max(wide / narrow, 2.907), 0.3, 1e4
    )
    return found[0].value, wide / 2 / t.ppf(0.975, freedom), freedom


def independent(one, trials):
    """Estimate as if targets of a circuit were independent and circuits not skewed."""
    estimator = PUBLISHED[one.protocol]
    fit = fit_decays(trials, asymptote=estimator.asymptote)
    return mean_rate(fit, transform=estimator.transform, together=False)


def random_halves(trials, rng):
    """Draw two disjoint halves of the circuits of every length."""
    first, second = [], []
    for arm in range(trials.lengths.size):
        rows = rng.permutation(np.flatnonzero(trials.arms == arm))
        first += rows[: rows.size // 2].tolist()
        second += rows[rows.size // 2 : rows.size // 2 * 2].tolist()
    return sorted(first), sorted(second)


def halves_of_shots(one, rng):
    """Estimate readout from two disjoint halves of the published single shots."""
    histogram, found = json.loads(one.problem)["wrong_bits"], []
    first = rng.multivariate_hypergeometric(histogram, sum(histogram) // 2)
    for part in (first, np.array(histogram) - first):
        shots, wrong = int(part.sum()), int(np.arange(part.size) @ part)
        hits = np.full(one.trials.targets, wrong // one.trials.targets)
        hits[: wrong % one.trials.targets] += 1
        trials = Trials(
            lengths=np.zeros(1), arms=np.zeros(1, dtype=np.intp), hits=hits[None], shots=shots
        )
        text = json.dumps({"wrong_bits": part.tolist()})
        found.append(PublishedReadout(text).mean(one.quantity, trials, 0.95))
    return found


def split(trials, rows):
    return replace(trials, arms=trials.arms[rows], hits=trials.hits[rows])


def skewed(repeats):
    """Print how often one-sided 95 % limits of one pair err, few sequences with skewed errors.

    Errors of a sequence have a gamma distribution of mean 1 and this CV^2. The limits: Student's t
    as it is, with half the degrees of freedom, moved out where circuits scatter (ours).
    """
    rng, lengths, end = np.random.default_rng(3), np.array([2.0, 64.0]), 0.25
    estimator = PUBLISHED["published_two_qubit_rb"]
    print("sequences  loss  CV^2   t low  t high   half high   ours low  ours high   (% wrong)")
    for circuits, lost, spread in itertools.product((10, 4), (0.1, 0.4), (0.25, 1.0)):
        arms, constant = np.repeat([0, 1], circuits), lost / lengths[1]
        curve = (1 + spread * constant * lengths) ** (-1 / spread)
        rate = 1 - (curve[1] / curve[0]) ** (1 / (lengths[1] - lengths[0]))
        truth = float(estimator.transform(np.array([rate]))[0])
        wrong = np.zeros(5)
        for _ in range(repeats):
            factor = rng.gamma(1 / spread, spread, size=arms.size)
            chance = end + 0.73 * np.exp(-constant * factor * lengths[arms])
            hits = rng.binomial(100, chance)[:, None]
            trials = Trials(lengths=lengths, arms=arms, hits=hits, shots=100)
            fit = fit_decays(trials, asymptote=end, level=0.9)
            (plain,) = fit.estimates(transform=estimator.transform)
            freedom = fit.scatter.freedom
            halved = student_quantile(0.05, np.maximum(freedom / 2, 1)) / student_quantile(
                0.05, freedom
            )
            half = plain.value + (plain.high - plain.value) * float(halved[0])
            (ours,) = estimator.estimate("two_qubit_gate_error", trials, 0.9)
            wrong += [
                plain.low > truth,
                plain.high < truth,
                half < truth,
                ours.low > truth,
                ours.high < truth,
            ]
        shares = 100 * wrong / repeats
        print(
            f"{circuits:9}  {lost:4}  {spread:4}  {shares[0]:6.1f}  {shares[1]:6.1f}"
            f"  {shares[2]:10.1f}  {shares[3]:9.1f}  {shares[4]:9.1f}",
            flush=True,
        )


def shared(repeats):
    """Print how often 95 % intervals of memory miss: 56 ions, 8 circuits a length, a factor each.

    The factor of a circuit is log-normal with mean 1, and all its ions share it.
    """
    rng, lengths, rate = np.random.default_rng(7), np.array([2.0, 16.0, 64.0]), 4e-4
    arms, estimator = np.repeat(np.arange(3), 8), PUBLISHED["published_memory_rb"]
    print("spread  above the truth  below it   (% of intervals)")
    for spread in (0.0, 0.5, 1.0):
        many = np.exp(spread * rng.standard_normal(400_000) - spread**2 / 2)
        ends = [np.exp(-rate * many * length).mean() for length in lengths[[0, 2]]]
        truth = (1 - (ends[1] / ends[0]) ** (1 / 62)) / 2
        wrong = np.zeros(2)
        for _ in range(repeats):
            factor = np.exp(spread * rng.standard_normal(arms.size) - spread**2 / 2)
            chance = 0.5 + 0.49 * np.exp(-rate * factor * lengths[arms])
            hits = rng.binomial(100, chance[:, None], size=(arms.size, 56))
            trials = Trials(lengths=lengths, arms=arms, hits=hits, shots=100)
            found = estimator.mean("memory_error", trials, 0.95)
            wrong += [found.low > truth, found.high < truth]
        above, below = 100 * wrong / repeats
        print(f"{spread:6}  {above:15.1f}  {below:8.1f}", flush=True)


FRAME_TOML = """format = 1
machine = "not named"
[[experiment]]
id = "x"
kind = "mirror"
polarization = "success"
table = "x.csv"
rows = {rows}
"""


def frames(data, repeats):
    """Print of frames of mirror circuits how far circuits scatter, and halves by circuit."""
    rng = np.random.default_rng(2)
    for path in sorted((data.parent / "mirror_frames").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        columns = [name for name in ("Pass", "BenchmarkType") if name in rows[0]]
        kinds = sorted({tuple(row[name] for name in columns) for row in rows})
        for kind in kinds:
            with tempfile.TemporaryDirectory() as name:
                folder = Path(name)
                wanted = ", ".join(
                    f'{column} = "{value}"' for column, value in zip(columns, kind, strict=True)
                )
                toml = FRAME_TOML.format(rows=f"{{{wanted}}}")
                (folder / "counts.toml").write_text(toml, encoding="utf-8")
                (folder / "x.csv").write_bytes(path.read_bytes())
                found = read_published("counts", folder)
            apart, told, ratios, widths = frame_halves(found.counts, rng, repeats)
            left = [note for note in found.notes if "Not judged" in note]
            print(
                f"{path.name} {' '.join(kind):16} {len(found.counts):3} sets of"
                f" {found.counts[0].trials.circuits} circuits; variance over that of the shots"
                f" {np.quantile(ratios, 0.1):.0f} to {np.quantile(ratios, 0.9):.0f}; half widths"
                f" {np.median(widths):.2g}; |z| > 1.96 in {100 * apart / max(told, 1):.1f} % of"
                f" {told} halves; {len(left)} parts not read",
                flush=True,
            )


def frame_halves(counts, rng, repeats):
    """Compare random halves of each set."""
    apart = told = 0
    ratios, widths = [], []
    for one in counts:
        terms = read_terms(one.problem)
        scores = terms.least + one.trials.hits[:, 0] / UNIT
        shots, ends = np.array(terms.shots, dtype=float), (terms.least, terms.most)
        whole = mean_score(scores, shots, ends, None, 0.95)
        widths.append((whole.high - whole.low) / 2)
        share = (scores.mean() - ends[0]) / (ends[1] - ends[0])
        within = share * (1 - share) * (ends[1] - ends[0]) ** 2 * (1 / shots).mean()
        ratios.append(scores.var(ddof=1) / within)
        for _ in range(repeats):
            order = rng.permutation(scores.size)
            half = scores.size // 2
            both = [
                mean_score(scores[part], shots[part], ends, None, 0.95)
                for part in (order[:half], order[half : 2 * half])
            ]
            answer = contradict(*both)
            told += answer is not None
            apart += answer or 0
    return apart, told, ratios, widths


def scores(repeats):
    """Print how often limits of a mean score err: circuits drawn from beta laws, 200 shots each.

    The spread is the standard deviation of circuits over the largest that their mean allows.
    """
    rng = np.random.default_rng(9)
    print(
        "circuits  mean  spread   limit above the truth  below it   (% of one-sided 97.5 % limits)"
    )
    for circuits, mean, spread in itertools.product((4, 10, 40), (0.5, 0.9, 0.98), (0.0, 0.1, 0.3)):
        size = 1 / spread**2 - 1 if spread else np.inf
        wrong = np.zeros(2)
        for _ in range(repeats):
            chance = np.full(circuits, mean)
            if spread:
                chance = rng.beta(mean * size, (1 - mean) * size, circuits)
            drawn = rng.binomial(200, chance) / 200
            found = mean_score(drawn, np.full(circuits, 200.0), (0.0, 1.0), None, 0.95)
            wrong += [found.low > mean, found.high < mean]
        above, below = 100 * wrong / repeats
        print(f"{circuits:8} {mean:5} {spread:7} {above:22.1f} {below:9.1f}", flush=True)


def records(data):
    """Print what becomes of records of values without counts."""
    for path in sorted((data.parent / "metriq").glob("*.json")):
        sheet = parse_claim_sheet(metriq_sheet(path).encode(), path.name)
        print(f"{path.name[:60]:60} {len(sheet.claims):3} claims, of {sheet.machine}")


IONQ = """format = 1
[[experiment]]
id = "drb"
kind = "decay"
metric = "{metric}"
table = "{table}"
shots = 100
per_step = {{{step}}}
error_of = "direct"
asymptote = "{end}"
{rows}
"""


def ionq(folder):
    """Print IonQ's decays, whose probabilities have two digits: of 100 shots, as it seems."""
    inside = 0
    for table, metric, ratio in (
        ("data_DRB2Q_decaydata.json", "two_qubit_gate_error", 0.25),
        ("data_DRB2Q_decaydata.json", "two_qubit_gate_error", 0.75),
        ("data_DRB1Q_decaydata.json", "one_qubit_gate_error", 1),
    ):
        two = metric.startswith("two")
        text = IONQ.format(
            metric=metric,
            table=table,
            step=f"entanglers = {ratio}" if two else "pulses = 1",
            end="1/4" if two else "1/2",
            rows=f'rows = {{two_qubit_gate_ratio = "{ratio}"}}' if two else "",
        )
        with tempfile.TemporaryDirectory() as place:
            (Path(place) / table).write_bytes((folder / table).read_bytes())
            (Path(place) / "counts.toml").write_text(text, encoding="utf-8")
            got = read_published("ionq", Path(place)).counts
        frame = json.loads((folder / table).read_text(encoding="utf-8"))
        fits = {}
        for row, qubits in frame["qubit_pair" if two else "qubit"].items():
            if two and (frame["two_qubit_gate_ratio"][row] != ratio or frame["truncated"][row]):
                continue
            lost = 1 - frame["fit_p"][row] ** (1 / ratio)
            key = tuple(sorted(qubits)) if two else (qubits,)
            fits[key] = (0.75 if two else 0.5) * lost, frame["fit_a"][row]
        for one in got:
            found = PublishedDecay(one.problem).estimate(one.quantity, one.trials, 0.95)
            for target, mine in zip(one.targets, found, strict=True):
                theirs, end = fits[target]
                holds = mine.low <= theirs <= mine.high
                inside += holds
                print(
                    f"{metric:20} {ratio:4} {target!s:9} {mine.value:9.3g}  [{mine.low:.3g},"
                    f" {mine.high:.3g}]  IonQ {theirs:9.3g}, asymptote {end:.2g}"
                    f"  {'yes' if holds else 'NO'}"
                )
    print(f"{inside} of IonQ's own fits inside our intervals")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data" / "quantinuum")
    parser.add_argument("--halves", type=int, default=0, metavar="N", help="random halves a set")
    parser.add_argument("--frames", type=int, default=0, metavar="N", help="random halves a set")
    parser.add_argument("--records", action="store_true")
    parser.add_argument("--scores", type=int, default=0, metavar="N", help="drawn sets a row")
    parser.add_argument("--skew", type=int, default=0, metavar="N", help="drawn sets a row")
    parser.add_argument("--ionq", type=Path, metavar="FOLDER")
    given = parser.parse_args()
    if given.ionq:
        ionq(given.ionq)
        return
    if given.scores:
        scores(given.scores)
        return
    if given.skew:
        skewed(given.skew)
        shared(given.skew)
        return
    if not given.data.is_dir():
        raise SystemExit(
            f"{given.data}: no such folder; the maker's counts are not in this repository"
        )
    if given.frames or given.records:
        if given.frames:
            frames(given.data, given.frames)
        if given.records:
            records(given.data)
        return
    values(given.data)
    if given.halves:
        halves(given.data, given.halves)


if __name__ == "__main__":
    main()
