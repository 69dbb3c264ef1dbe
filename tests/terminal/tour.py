"""Every command of qassay as a person gives it, in an order in which each finds what it needs.

A new command or subcommand needs a row here: `test_every_command` compares the rows with what
click itself lists.
"""

import json
from dataclasses import dataclass

VERDICT = (0, 1, 3)
SHEET = """[sheet]
title = "Five qubits and their readout"
vendor = "A vendor"
machine = "five"
[[claim]]
id = "readout"
metric = "readout_error"
value = "5 %"
[[claim]]
id = "one-qubit-gates"
metric = "one_qubit_gate_error"
convention = "average_gate_infidelity"
value = "1 %"
statistic = "every"
"""
MACHINE = """[machine]
name = "five"
platform = "superconducting"
qubits = 5
connectivity = "line"
[durations]
one_qubit_gate = "30 ns"
two_qubit_gate = "200 ns"
[noise]
one_qubit_error = 1e-3
two_qubit_error = 1e-2
readout_p01 = 0.01
readout_p10 = 0.01
"""
SMALL = SHEET[: SHEET.rindex("[[claim]]")]  # of few circuits, for what writes them all to files
CIRCUIT = """OPENQASM 3.0;
include "stdgates.inc";
qubit[3] q;
h q[0];
cx q[0], q[1];
cx q[1], q[2];
"""
CONTRACT = (
    SHEET
    + """[[phase]]
id = "factory"
title = "Factory test"
"""
)
PUBLISHED = """[sheet]
title = "Published counts of four ions"
vendor = "A maker"
machine = "ions"
[[claim]]
id = "2q"
metric = "two_qubit_gate_error"
convention = "average_gate_infidelity"
value = "1 %"
"""
DEVICE = ("--device", "five.toml", "--seed", "1")
BUNDLE = "t-run/five.qassay.zip"
IMPORTED = "published-import/ions.qassay.zip"


@dataclass(frozen=True)
class Stop:
    """One command of the tour.

    Attributes:
        path: The command's name, with that of a subcommand.
        words: What follows on the line.
        codes: How it may end.
        lines: Whether its own text may be wider than a narrow terminal, as a file that is shown.
    """

    path: str
    words: tuple[str, ...] = ()
    codes: tuple[int, ...] = (0,)
    lines: bool = False


def key(role):
    return Stop("key new", ("--role", role, "--name", role.title(), "--out", role))


TOUR = (
    Stop("run", ("t.toml", *DEVICE), VERDICT),
    Stop("run", ("t.toml", *DEVICE), VERDICT),  # and again
    Stop("run", ("t.toml", "--device", "five.toml", "--seed", "2"), (2,)),
    Stop("run", ("absent.toml", "--device", "virtual:absent"), (2,)),
    Stop("init", lines=True),
    Stop("init", ("mine.toml",)),
    Stop("init", ("mine.toml",), (2,)),
    Stop("check", ("mine.toml",)),
    Stop("check", ("absent.toml",), (2,)),
    Stop("plan", ("t.toml", *DEVICE)),
    Stop("acceptance plan", ("contract.toml", "--device", "five.toml"), lines=True),
    Stop("acceptance status", ("contract.toml",), (3,)),
    Stop("acceptance report", ("contract.toml",), (3,)),
    Stop("import", ("quantinuum", "counts", "--sheet", "published.toml"), VERDICT),
    Stop("export-counts", (IMPORTED, "--to", "pygsti", "--out", "for-pygsti")),
    Stop("export-counts", (IMPORTED, "--to", "pygsti", "--out", "for-pygsti"), (2,)),
    key("verifier"),
    key("vendor"),
    key("partner"),
    Stop("key show", ("verifier",), lines=True),
    Stop("key roles", ("verifier.pub", "vendor.pub", "partner.pub", "--out", "roles.json")),
    Stop(
        "export",
        (
            "small.toml",
            "--device-description",
            "five.toml",
            "--out",
            "alone",
            "--rounds",
            "2",
            "--seed",
            "1",
        ),
    ),
    Stop("collect", ("alone",), (3,)),
    Stop(
        "export",
        (
            "small.toml",
            "--device-description",
            "five.toml",
            "--out",
            "signed",
            "--rounds",
            "2",
            "--roles",
            "roles.json",
            "--key",
            "verifier",
            "--deadline",
            "72 h",
        ),
    ),
    Stop("collect", ("signed", "--key", "verifier"), (3,)),
    Stop("answer", ("{parcel}", "--key", "vendor", "--home", "vendor-home")),
    Stop("accredit", ("ghz.qasm", *DEVICE, "--traps", "200", "--targets", "50"), (0, 3)),
    Stop("jobs", ("t-run",)),
    Stop("audit", (BUNDLE,)),
    Stop("audit", ("t.toml",), (4,)),
    Stop("forensics", (BUNDLE,)),
    Stop("report", (BUNDLE,)),
    Stop("results", (BUNDLE,)),
    Stop("compare", (BUNDLE, BUNDLE)),
    Stop("stability", (BUNDLE, BUNDLE), (2,)),
    Stop("sign", (BUNDLE, "--key", "vendor", "--role", "vendor"), lines=True),
    Stop("registry list"),
    Stop("registry show", ("ru-msu-rqc-rb-50",)),
    Stop("registry score", ("quantinuum-h2",)),
    Stop("registry compare", ("ru-msu-rqc-rb-50", "ibm-heron-r2", "google-willow")),
    Stop("registry sheet", ("ru-msu-rqc-rb-50",), lines=True),
    Stop("registry machine", ("ru-msu-rqc-rb-50",), lines=True),
    Stop("registry security", ("ru-msu-rqc-rb-50",)),
    Stop("registry add", (IMPORTED, "--machine", "quantinuum-h2", "--into", "measured")),
    Stop("registry add", (BUNDLE, "--machine", "quantinuum-h2", "--into", "measured"), (2,)),
    Stop("registry compare", ("quantinuum-h2", "--measured", "measured")),
    Stop("registry export", ("--csv", "figures.csv")),
    Stop("registry import", ("metriq.json",), lines=True),
    Stop("registry check"),
    Stop("registry coverage", ("ibm-heron-r2", "ru-msu-rqc-rb-50")),
    Stop("registry show", ("absent",), (2,)),
    Stop("machines"),
    Stop("machines show", ("prototype-50",), lines=True),
    Stop("protocols"),
    Stop("protocols show", ("readout",), lines=True),
    Stop("applications"),
    Stop("applications show", ("grid-section",), lines=True),
    Stop("metrics"),
    Stop("metrics show", ("t1",), lines=True),
    Stop("selfcheck", ("--machines", "1", "--metric", "readout_error", "--qubits", "4"), (0, 1)),
    Stop("doctor"),
    # last, as no other command needs them and they are dear: see `DEAR`
    Stop("registry site", ("--out", "site", "--without-docs")),
    Stop(
        "rcs",
        (
            *DEVICE,
            "--qubits",
            "4",
            "--depth",
            "4",
            "--circuits",
            "30",
            "--checked",
            "20",
            "--shots",
            "50",
            "--expect",
            "0.001,0.01,0.01",
        ),
        (0, 3),
    ),
    Stop(
        "apply",
        ("grid-section", *DEVICE, "--instance", "own.m", "--shots", "96", "--depths", "1"),
        VERDICT,
    ),
    Stop(
        "apply",
        (
            "fragment-energy",
            "--device",
            "virtual:prototype-50",
            "--qubits",
            "8",
            "--seed",
            "1",
            "--shots",
            "240",
            "--out",
            "fe",
        ),
    ),
    Stop("characterize", (*DEVICE, "--precision", "0.5", "--out", "found"), (0, 3)),
    Stop("characterize", (*DEVICE, "--out", "found"), (2,)),
)
# On a wide terminal only in the slow tests.
DEAR = ("apply", "characterize", "rcs", "registry site")


def prepare(folder):
    """Write the files that a person would have."""
    (folder / "t.toml").write_text(SHEET)
    (folder / "small.toml").write_text(SMALL)
    (folder / "five.toml").write_text(MACHINE)
    (folder / "contract.toml").write_text(CONTRACT)
    (folder / "ghz.qasm").write_text(CIRCUIT)
    (folder / "published.toml").write_text(PUBLISHED)
    record = {
        "timestamp": "2026-01-23T17:05:44",
        "job_type": "EPLG",
        "results": {"eplg_10": 0.002},
        "platform": {},
    }
    (folder / "metriq.json").write_text(json.dumps([record]))
    counts = folder / "counts"
    counts.mkdir()
    survival = {
        pair: {
            length: {str(k): 100 - int(length) // 4 - (k * 3 + turn) % 4 for k in range(5)}
            for length in ("2", "20", "60")
        }
        for turn, pair in enumerate(("0, 1", "2, 3"))
    }
    (counts / "TQ_RB.json").write_text(json.dumps({"shots": 100, "survival": survival}))
    branches = "".join(f"  {k} {k % 5 + 1} 0 0.1 0 0 0 0 0 0 1 -360 360;\n" for k in range(1, 6))
    buses = "".join(
        f"  {k} {3 if k == 1 else 1} {10 * (k - 1)} 0 0 0 1 1 0 110 1 1.1 0.9;\n"
        for k in range(1, 6)
    )
    (folder / "own.m").write_text(
        "function mpc = five\nmpc.version = '2';\nmpc.baseMVA = 100;\n"
        f"mpc.bus = [\n{buses}];\nmpc.gen = [\n  1 100 0 0 0 1 100 1 200 0;\n];\n"
        f"mpc.branch = [\n{branches}];\n"
    )


def leaves():
    """Give the names of all commands and subcommands, from click itself."""
    import click

    from qassay.cli.main import cli

    found = []
    for name in cli.list_commands(click.Context(cli)):
        command = cli.get_command(click.Context(cli), name)
        if not isinstance(command, click.Group):
            found.append(name)
            continue
        if command.invoke_without_command:
            found.append(name)
        inside = command.list_commands(click.Context(command))
        found += [f"{name} {inner}" for inner in inside]
    return found


def words_of(stop, folder):
    """Fill in what only the folder knows."""
    parcels = sorted((folder / "signed").glob("to-all/*.zip"))
    parcel = str(parcels[-1].relative_to(folder)) if parcels else "no-parcel.zip"
    return [*stop.path.split(), *(word.format(parcel=parcel) for word in stop.words)]
