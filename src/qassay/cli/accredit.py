"""`qassay accredit`: how far a partner's own circuit is from ideal on a device, at the most."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import click
from rich.markup import escape

from qassay.accreditation.bounds import ASSUMPTIONS, LAYERS_DO_NOT_CANCEL, LAYERS_MAY_CANCEL
from qassay.accreditation.cycles import cycles_of
from qassay.accreditation.design import Spectators, draw_design, place_target
from qassay.accreditation.forecast import Forecast, Rates, forecast
from qassay.accreditation.measure import Accreditation, bounded_target, run_accreditation
from qassay.accreditation.record import NAME, NOT_PROVEN, TargetSource, accreditation_json
from qassay.auditing.accreditation import recheck_accreditation
from qassay.canonical import canonical_bytes, content_id
from qassay.circuits.qasm_reader import MOST_BYTES, read_qasm
from qassay.cli import options, sending, sending_options
from qassay.cli.page import open_page
from qassay.cli.printing import print_json
from qassay.cli.progress import work
from qassay.cli.show import duration_words, tell_earlier
from qassay.devices.interface import contents_id
from qassay.errors import Problem, UsageError, quoted
from qassay.execution.alone import only_call
from qassay.execution.run_folder import CONTENTS, dates_of, freeze, fresh_root, kept, root_in
from qassay.execution.spine import Spine
from qassay.numerals import numeral
from qassay.replaying import open_machine
from qassay.whole_files import write_whole


@click.command(name="accredit")
@click.argument("circuit", metavar="CIRCUIT.qasm", required=False)
@click.option("--device", metavar="DEVICE", help="virtual:NAME, or the path of a machine file.")
@click.option("--traps", type=int, default=2000, show_default=True, help="Traps, one shot each.")
@click.option(
    "--targets",
    type=int,
    default=500,
    show_default=True,
    help="Runs of the circuit itself, each with a pad of its own.",
)
@click.option(
    "--traps-a-run",
    type=int,
    default=0,
    metavar="V",
    help="Accept or reject runs of one target and V traps; sets --traps.",
)
@click.option(
    "--alpha",
    default="0.05",
    show_default=True,
    help="Probability, at the most, that a bound is too low.",
)
@click.option("--patch", metavar="Q,Q,...", help="Device qubits of the circuit's, in its order.")
@click.option(
    "--spectators",
    type=click.Choice(["gates", "pulses", "idle"]),
    default="idle",
    show_default=True,
    help="What the other qubits do meanwhile.",
)
@click.option(
    "--expect",
    metavar="E1,E2,RO",
    help="Error rates (Pauli) of pulse, CZ and readout you expect: says beforehand"
    " where the bound is trivial.",
)
@click.option("--plan-only", is_flag=True, help="Say what to expect, and run nothing.")
@click.option(
    "--recheck",
    "record",
    metavar="FILE",
    help="Derive a record's numbers again, offline; needs nothing else.",
)
@options.together(options.seed, options.out, sending_options.paying, options.as_json)
def accredit_command(
    circuit: str | None,
    device: str | None,
    traps: int,
    targets: int,
    traps_a_run: int,
    alpha: str,
    patch: str | None,
    spectators: Spectators,
    expect: str | None,
    plan_only: bool,
    record: str | None,
    seed: int | None,
    out: str | None,
    price: str | None,
    max_cost: str | None,
    patience: float,
    as_json: bool,
) -> int:
    """Bound the error of the counts of CIRCUIT.qasm on a device, with trap circuits.

    CIRCUIT.qasm is OpenQASM 3 of the gates rz rx ry h s sdg t tdg x y z cz cx rzz. The bound
    holds for noise, not against a vendor who reads the circuits and means harm.

    Exit codes: 0 the bound says something, 3 it is trivial, 4 a record that does not hold.
    """
    if record is not None:
        return _recheck(record, as_json)
    if circuit is None or (device is None and not plan_only):
        raise UsageError(
            Problem(
                where="qassay accredit",
                found="no circuit or no --device",
                expected="CIRCUIT.qasm --device DEVICE",
            )
        )
    confidence, rates = _alpha(alpha), _rates(expect)
    source = _source(circuit)
    cycles = cycles_of(read_qasm(source.text.encode(), source.name))
    expected = None if rates is None else forecast(cycles, rates)
    terminal = open_page()
    if plan_only:
        if expected is None:
            raise UsageError(
                Problem(where="--plan-only", found="no --expect", expected="--expect E1,E2,RO")
            )
        return _plan(expected, as_json)
    if expected is not None and not as_json:
        terminal.print(f"expected: {expected.words}")
    machine = open_machine(str(device))
    description = machine.describe()
    terms = sending.terms_from(price, max_cost, patience, description)
    folder = Path(out) if out else Path(f"{Path(circuit).stem}-accreditation")
    place = folder / NAME
    origin = {
        "question": f"accreditation of {source.name}",
        "device": device,
        CONTENTS: contents_id(machine) or None,
        "circuit of the same name": content_id(source.text.encode()),
        "--seed": seed,
        "--traps": traps,
        "--targets": targets,
        "--traps-a-run": traps_a_run,
        "--alpha": alpha,
        "--patch": patch,
        "--spectators": spectators,
    }
    with only_call(folder):
        root = root_in(folder, origin) or fresh_root(seed)
        design = place_target(
            cycles,
            description,
            root,
            targets=targets,
            traps=traps,
            patch=_patch(patch),
            spectators=spectators,
            traps_a_run=traps_a_run,
        )
        drawn = draw_design(design)
        journal = freeze(folder, root, seed, origin)
        before = len(journal.events)
        with kept(journal):
            with work("measuring", terminal, quiet=as_json) as line:
                line.begin("measuring", design.circuits, "traps and targets")
                spine = Spine(machine, journal, terms)
                measured = run_accreditation(drawn, spine.results, line.reached)
            result = bounded_target(drawn, measured.outcomes, confidence)
            document = accreditation_json(
                source, description, design, seed, confidence, measured, result
            )
            if not place.exists():
                write_whole(place, canonical_bytes(document))
    dates = dates_of(journal, before)
    if as_json:
        print_json(
            {
                "circuit": source.name,
                "device": device,
                "qubits": cycles.qubits,
                "layers": len(cycles.layers),
                "two_qubit_gates": cycles.entanglers,
                "seed": seed,
                "trust": "T0",
                "expected": expected and expected.as_json(),
                **result.as_json(),
                "notes": list(measured.notes),
                "device_seconds": measured.seconds,
                "record": str(place),
                **sending.bill_json(journal),
                **dates.as_json(),
            }
        )
    else:
        terminal.print(
            f"{escape(source.name)}: {cycles.qubits} qubits, {len(cycles.layers)} layers,"
            f" {cycles.entanglers} CZ gates, on {escape(description.name)}"
            + (" [yellow](a SIMULATOR)[/]" if description.simulator else "")
        )
        tell_earlier(terminal, dates, folder)
        for note in measured.notes:
            terminal.print(f"[yellow]{escape(note)}[/]")
        _tell(result)
        terminal.print(
            f"\n{numeral(design.circuits)} shots,"
            f" {duration_words(measured.seconds)} of device time\nrecord  {place}",
            soft_wrap=True,
        )
    return 3 if result.bounds.trivial else 0


def _tell(result: Accreditation) -> None:
    terminal, bounds = open_page(), result.bounds
    sure = f"{float(1 - bounds.alpha):.1%}".replace(".0%", "%")
    terminal.print(
        f"{bounds.failures} of {numeral(bounds.traps)} traps failed; with {sure} confidence a"
        f" trap fails with probability below {float(bounds.p_upper):.4f}. The target's"
        " counts then differ from ideal, in total variation, by at most"
    )
    for value, words in ((bounds.two, LAYERS_DO_NOT_CANCEL), (bounds.four, LAYERS_MAY_CANCEL)):
        said = (
            "1, which says nothing"
            if value >= 1
            else (
                f"{float(value):.4f}: the probability of any event is off by that at most, the mean"
                f" of an observable |O| <= 1 by {min(2.0, 2 * float(value)):.4f}"
            )
        )
        terminal.print(f"  [bold]{said}[/], {words}")
    if result.runs:
        terminal.print(
            f"accepted runs: {result.accepted} of {result.runs}; their targets differ by at most"
            f" {result.accepted_bound:.4f} for any noise between circuits"
        )
    terminal.print("counts of the target, pad taken off:")
    for line, count in list(result.counts.items())[:8]:
        terminal.print(f"  {line}  {count}")
    if len(result.counts) > 8:
        terminal.print(f"  … {len(result.counts) - 8} more in the record")
    terminal.print("assumptions:")
    for sentence in ASSUMPTIONS:
        terminal.print(f"  – {sentence}")


def _plan(expected: Forecast, as_json: bool) -> int:
    if as_json:
        print_json(expected.as_json())
    else:
        open_page().print(expected.words)
    return 3 if expected.two >= 1 else 0


def _recheck(place: str, as_json: bool) -> int:
    passed, result = recheck_accreditation(Path(place))
    if as_json:
        print_json(
            {
                "record": place,
                "valid": True,
                "passed": passed,
                "trust": "T0",
                "not_proven": list(NOT_PROVEN),
                "result": result.as_json(),
            }
        )
        return 0
    terminal = open_page()
    for sentence in passed:
        terminal.print(f"[green]✔[/] {sentence}")
    _tell(result)
    terminal.print("\nNot proven by this record:")
    for sentence in NOT_PROVEN:
        terminal.print(f"  – {sentence}")
    return 0


def _source(circuit: str) -> TargetSource:
    path = Path(circuit)
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
        return TargetSource(name=path.name, text=data.decode("utf-8"))
    except (OSError, ValueError) as error:
        found = "a text that is not UTF-8" if isinstance(error, UnicodeError) else "no such file"
        raise UsageError(
            Problem(where=quoted(circuit), found=found, expected="the path of an OpenQASM 3 file")
        ) from None


def _alpha(text: str) -> Fraction:
    try:
        alpha = Fraction(text)
    except (ValueError, ZeroDivisionError):
        alpha = Fraction(0)
    if not 0 < alpha < 1 or alpha.denominator > 10**9:
        raise UsageError(
            Problem(where="--alpha", found=quoted(text), expected="a number between 0 and 1")
        )
    return alpha


def _patch(text: str | None) -> tuple[int, ...]:
    if text is None:
        return ()
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise UsageError(
            Problem(where="--patch", found=quoted(text), expected="device qubits, such as 3,4,5")
        ) from None


def _rates(text: str | None) -> Rates | None:
    if text is None:
        return None
    try:
        one, two, readout = (float(part) for part in text.split(","))
    except ValueError:
        one = two = readout = -1.0
    if not all(0 <= rate < 1 for rate in (one, two, readout)):
        raise UsageError(
            Problem(
                where="--expect",
                found=quoted(text),
                expected="three probabilities, as 3e-4,3e-3,0.01",
            )
        )
    return Rates(one_qubit=one, two_qubit=two, readout=readout)
