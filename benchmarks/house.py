"""The house in numbers, beside an earlier commit: what the second plan set out to mend.

    python benchmarks/house.py            # beside e97d985
    python benchmarks/house.py COMMIT     # beside another

Everything is counted from the source as text; nothing of either tree is run. Whether a figure is
small is a matter of taste; that it is counted in the same way on both sides is not.
"""

import argparse
import ast
from collections import Counter
from tempfile import TemporaryDirectory

from _earlier import ROOT, unpacked

EARLIER = "e97d985"
# Where a device is looked after or imitated, not asked for counts.
NO_LOOPS = ("devices", "testing", "selfcheck")
RECORDS = (
    "qassay_bundle",
    "qassay_accreditation",
    "qassay_random_circuits",
    "qassay_fragment_energy",
)
PARSERS = ("json.loads", "json.load", "tomllib.loads", "tomllib.load")
AT_HOME = ("protocols", "applications")
ROWS = ("claims/metrics.py", "claims/rows/")


# Why an id of a metric stands outside its home; the first beginning of a path that fits counts.
# The first two groups name metrics; all others are words of their own, spelled like one.
REASONS = (
    ("rules between metrics: what is plausible", ("claims/",)),
    (
        "a maker's files: figures of no part of a layer, without an estimator of their own",
        ("published/quantinuum.py", "published/backend_sheet.py"),
    ),
    ("kinds of tables in counts.toml", ("published/",)),
    ("kinds of published figures, the registry's words", ("registry/",)),
    ("words of simulators left out, keys of machine files and of Qiskit", ("devices/",)),
    ("keys of machine files, names of draws, kinds of machines", ("selfcheck/",)),
    ("commands, folders, pages, names of checks, keys of JSON", ("",)),
)

# What `src` did not do at the earlier commit, by the beginning of a path; all else counts as what
# it did then, with all that was added inside of it.
SINCE = (
    (
        "a registry of published machines, and its site",
        (
            "registry/",
            "site/build.py",
            "site/charts.py",
            "site/facts.py",
            "site/measured",
            "cli/registry",
        ),
    ),
    (
        "figures of a machine without a claim (`characterize`)",
        (
            "characterizing/",
            "cli/characterize",
            "planning/figures.py",
            "verdicts/figure_answers.py",
            "verdicts/figures.py",
            "verdicts/open_figures.py",
        ),
    ),
    ("tests agreed on in a contract (`acceptance`)", ("acceptance/", "cli/acceptance.py")),
    ("documents and their search inside the package", ("site/documentation/",)),
    ("pages in other languages", ("languages/", "reports/translated.py")),
    ("hidden machines of a wild world in the self-check", ("selfcheck/wild/",)),
    (
        "other people's counts, circuits, sheets, networks and molecules",
        (
            "published/backend",
            "published/braket",
            "published/cells.py",
            "published/claim_",
            "published/converters.py",
            "published/counts_",
            "published/csv",
            "published/foreign",
            "published/ionq",
            "published/joint",
            "published/kept",
            "published/m",
            "published/quantinuum_shots",
            "published/result",
            "published/table",
            "published/unlike",
            "circuits/qasm_definitions.py",
            "circuits/qasm_gates.py",
            "applications/matpower",
            "applications/pandapower",
            "applications/pglib",
            "applications/ligand",
            "exchange/bit_order.py",
        ),
    ),
    (
        "jobs left and taken up, schedulers of clusters, prices, faults of providers",
        (
            "execution/cluster",
            "execution/job_book.py",
            "execution/purse.py",
            "execution/outages.py",
            "cli/jobs.py",
            "cli/sending",
            "devices/prices.py",
            "devices/provider",
            "devices/qiskit_jobs.py",
            "devices/doors.py",
            "devices/cirq_sampler.py",
        ),
    ),
    (
        "kinds of claims: volume, entangled pairs and graphs, layers, loss, ranks, means, times",
        (
            "protocols/quantum_volume",
            "protocols/bell_pairs",
            "protocols/cross_entropy",
            "protocols/cut_graphs",
            "protocols/graph_states",
            "protocols/given_circuit",
            "protocols/named_layer",
            "protocols/geometric",
            "protocols/clock",
            "protocols/t2_cpmg",
            "protocols/published_interleaved.py",
            "protocols/published_loss.py",
            "protocols/published_scores.py",
            "protocols/random_layers",
            "protocols/designs/re",
            "protocols/designs/losing",
            "protocols/designs/mark",
            "protocols/designs/mean",
            "protocols/designs/rank",
            "protocols/designs/timed",
            "protocols/weighing/mark",
            "protocols/weighing/mean",
            "protocols/weighing/rank",
            "protocols/weighing/register",
            "statistics/bulk.py",
            "statistics/contrasts.py",
            "statistics/losses.py",
            "statistics/mean_decays.py",
            "statistics/ranked.py",
            "statistics/shaped_times.py",
            "statistics/tangents.py",
            "verdicts/coupled",
            "verdicts/mean",
            "verdicts/rank",
            "verdicts/register_expectations.py",
            "applications/max_cut.py",
            "circuits/haar.py",
            "circuits/best_registers.py",
        ),
    ),
    (
        "runs compared, runs of days, tables and files out, operations of a machine",
        (
            "results/",
            "flat_tables.py",
            "cli/results.py",
            "cli/stability.py",
            "cli/export_counts.py",
            "cli/pdf.py",
            "cli/page.py",
            "reports/comparison.py",
            "reports/crate.py",
            "claims/operations.py",
            "verdicts/operations.py",
            "reports/sections/operations.py",
        ),
    ),
    (
        "mistakes in a sheet told before it costs anything (`check`, `init`)",
        ("cli/check.py", "cli/init.py", "claims/usual_", "claims/blank_sheet.py"),
    ),
    (
        "plans made again by an audit; campaigns of the format before",
        (
            "evidence/asked_checks.py",
            "evidence/planned_checks.py",
            "planning/arranged.py",
            "evidence/campaign_v1.py",
            "evidence/events_v1.py",
        ),
    ),
    ("packages of others that add to it", ("additions.py", "protocols/outside.py")),
)


class House:
    """One tree of `src/qassay`, parsed."""

    def __init__(self, src):
        self.src = src
        self.texts = {
            path.relative_to(src).as_posix(): path.read_text(encoding="utf-8")
            for path in sorted(src.rglob("*.py"))
        }
        self.trees = {name: ast.parse(text) for name, text in self.texts.items()}

    def lines(self):
        return sum(text.count("\n") for text in self.texts.values())

    def since(self):
        """Lines and files of what was not done at the earlier commit, by what it is."""
        found = {}
        for what, starts in SINCE:
            texts = [text for name, text in self.texts.items() if name.startswith(starts)]
            found[what] = (sum(text.count("\n") for text in texts), len(texts))
        return found

    def arrows(self):
        """Imports from one room to another, each pair once; a module of the top is a room."""
        rooms = {room_of(name) for name in self.texts}
        found = set()
        for name, tree in self.trees.items():
            for module in imported(tree):
                target = module.split(".")[0]
                if target in rooms and target != room_of(name):
                    found.add((room_of(name), target))
        return found

    def floors(self):
        """The longest way down; rooms that import one another stand on one floor."""
        below = {}
        for a, b in self.arrows():
            below.setdefault(a, set()).add(b)
        known, open_now = {}, []

        def depth(room):
            if room in known:
                return known[room]
            if room in open_now:
                return 0
            open_now.append(room)
            deepest = max((depth(one) for one in below.get(room, ())), default=0)
            open_now.pop()
            known[room] = deepest + 1
            return known[room]

        return max(depth(room) for room in {room_of(name) for name in self.texts})

    def calls(self, name):
        """Dotted names of what a module calls."""
        for node in ast.walk(self.trees[name]):
            if isinstance(node, ast.Call):
                yield ast.unparse(node.func)

    def loops(self):
        """Modules that hand jobs to a device and collect what comes back."""
        return [
            name
            for name in self.texts
            if room_of(name) not in NO_LOOPS
            and any(called.endswith("device.collect") for called in self.calls(name))
        ]

    def resumptions(self):
        """Modules that open a journal, or ask whether a run was begun."""
        openers = ("Journal.open", "begun_in")
        return [n for n in self.texts if any(called in openers for called in self.calls(n))]

    def strings(self, name):
        """String constants of a module that are no docstrings, with their lines."""
        told = {
            id(node.value)
            for node in ast.walk(self.trees[name])
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        }
        for node in ast.walk(self.trees[name]):
            text = isinstance(node, ast.Constant) and isinstance(node.value, str)
            if text and id(node) not in told:
                yield node.value

    def records(self):
        """Formats in which results are kept."""
        every = {value for name in self.texts for value in self.strings(name)}
        return sorted(every & set(RECORDS))

    def doors(self):
        """Modules of commands that audit: `audit`, and those that recheck a record of their own."""
        found = []
        for name, tree in self.trees.items():
            names = {
                alias.name
                for node in ast.walk(tree)
                if isinstance(node, ast.ImportFrom)
                for alias in node.names
            }
            rechecks = any(one.split("_")[0] == "recheck" for one in names)
            if name == "cli/audit.py" or (room_of(name) == "cli" and rechecks):
                found.append(name)
        return found

    def readers(self):
        """Modules that parse JSON or TOML themselves."""
        return [n for n in self.texts if any(called in PARSERS for called in self.calls(n))]

    def literals(self, ids):
        """Ids of metrics and protocols outside their home, by module."""
        found = Counter()
        for name in self.texts:
            if room_of(name) not in AT_HOME and not name.startswith(ROWS):
                count = sum(value in ids for value in self.strings(name))
                if count:
                    found[name] = count
        return found

    def most_named(self, ids):
        """In how many modules outside their home the id stands that stands in most."""
        found = Counter()
        for name in self.texts:
            if room_of(name) not in AT_HOME and not name.startswith(ROWS):
                found.update(ids.intersection(self.strings(name)))
        return max(found.values())

    def twice(self):
        """Public classes and functions of modules, defined under one name more than once."""
        kinds = (ast.ClassDef, ast.FunctionDef)
        names = Counter(
            node.name
            for tree in self.trees.values()
            for node in tree.body
            if isinstance(node, kinds) and not node.name.startswith("_")
        )
        return [name for name, count in names.items() if count > 1]

    def skipped(self):
        return sum(text.count("# fmt: skip") for text in self.texts.values())


def room_of(name):
    return name.split("/")[0].removesuffix(".py")


def imported(tree):
    """Modules of qassay that a module imports, without the package's name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("qassay"):
            rest = node.module.removeprefix("qassay").removeprefix(".")
            yield from [rest] if rest else [alias.name for alias in node.names]


def ids():
    """Ids of metrics and protocols; a word of every language among them would be no literal."""
    from qassay.claims.metrics import METRICS
    from qassay.protocols.known import PROBLEMS, PROTOCOLS, PUBLISHED

    common = {"qubits", "readout", "application"}
    return {*METRICS, *PROTOCOLS, *PROBLEMS, *PUBLISHED} - common


def rows(house, known):
    literals = house.literals(known)
    rules = {n: c for n, c in literals.items() if room_of(n) in ("planning", "verdicts")}
    return {
        "lines": house.lines(),
        "files": len(house.texts),
        "room-to-room imports": len(house.arrows()),
        "floors": house.floors(),
        "submit loops": len(house.loops()),
        "modules that take a run up again": len(house.resumptions()),
        "record formats": len(house.records()),
        "audit doors": len(house.doors()),
        "readers of JSON and TOML": len(house.readers()),
        "metric and protocol literals, outside": sum(literals.values()),
        "  in files": len(literals),
        "  of them in planning and verdicts": sum(rules.values()),
        "  files that name one and the same": house.most_named(known),
        "public names defined twice": len(house.twice()),
        "# fmt: skip": house.skipped(),
    }


def by_reason(literals):
    """Add up literals by the reason for which they stand where they do."""
    found = Counter()
    for name, count in literals.items():
        fits = (reason for reason, starts in REASONS if name.startswith(starts))
        found[next(fits, "others")] += count
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("commit", nargs="?", default=EARLIER)
    commit = parser.parse_args().commit
    known = ids()
    with TemporaryDirectory() as folder:
        before = rows(House(unpacked(commit, folder) / "qassay"), known)
    house = House(ROOT / "src" / "qassay")
    after = rows(house, known)
    print(f"{'':40}{commit[:9]:>10}{'today':>10}")
    for name, value in after.items():
        print(f"{name:40}{before[name]:>10}{value:>10}")
    print("\nlines and files of what was not done at e97d985:")
    since = house.since()
    for what, (lines, files) in since.items():
        print(f"  {lines:6} {files:4} {what}")
    lines = after["lines"] - sum(count for count, _ in since.values())
    files = after["files"] - sum(count for _, count in since.values())
    print(f"  {lines:6} {files:4} what is left: what was done then, and what was added to it")
    print("\nwhy literals are left:")
    for reason, count in by_reason(house.literals(known)).most_common():
        print(f"  {count:4} {reason}")
    print("\nwhere literals are left:")
    for name, count in house.literals(known).most_common():
        print(f"  {count:4} {name}")


if __name__ == "__main__":
    main()
