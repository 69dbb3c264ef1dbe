"""Every field of a claim sheet with an example and what it means: one table for all who explain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from qassay.claims.operations import OPERATIONS
from qassay.claims.question_fields import questions_as_markdown


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One key of a sheet.

    Attributes:
        name: The key.
        example: A line of TOML that a sheet may hold.
        meaning: What it says, in one or two sentences.
        required: Whether a sheet without it is refused.
    """

    name: str
    example: str
    meaning: str
    required: bool = False


SHEET_FIELDS: Final = (
    Field(
        name="title",
        example='title = "50-qubit prototype, as announced"',
        meaning="What the datasheet calls the test.",
        required=True,
    ),
    Field(
        name="vendor",
        example='vendor = "The Vendor"',
        meaning="Who makes the claims.",
        required=True,
    ),
    Field(
        name="machine",
        example='machine = "Prototype 50"',
        meaning="Of which machine.",
        required=True,
    ),
    Field(
        name="source",
        example='source = {title = "Announcement", publisher = "The Vendor", date = 2024-12-19,'
        ' url = "https://vendor.example/news"}',
        meaning="Where it was said. An address begins with `https://`, `doi:`, `arXiv:` or `pkg:`;"
        ' a text alone will do: `source = "arXiv:2411.05983"`.',
    ),
    Field(
        name="delta",
        example="delta = 0.25",
        meaning="Tolerance of the decision, a fraction of each claimed value, fixed before any"
        " data: a claim of at most 0.5 % is supported where the data exclude 0.625 % or more. A"
        " claim can set its own; where neither does, its metric has one. Counts of qubits have"
        " none.",
    ),
    Field(
        name="notes",
        example='notes = ["The vendor names no method."]',
        meaning="Remarks of the sheet's author, shown on the datasheet.",
    ),
    Field(
        name="application",
        example='application = "grid-section"',
        meaning="Only in sheets that an earlier `qassay apply` wrote, which claim nothing; today it"
        " writes questions.",
    ),
)

CLAIM_FIELDS: Final = (
    Field(
        name="id",
        example='id = "2q"',
        meaning="A short name of its own: 1 to 64 letters, digits, dots, dashes or underscores.",
        required=True,
    ),
    Field(
        name="metric",
        example='metric = "two_qubit_gate_error"',
        meaning="What is claimed, by a name that `qassay metrics` lists. Usual names are"
        " understood and told back: `2q_fidelity`, `1q_error`, `spam`, `T1`, `T2`, `ghz`, `qv`,"
        " `clops`, `EPLG`, ...",
        required=True,
    ),
    Field(
        name="kind",
        example='kind = "measured"',
        meaning="What is meant where it is left out. The others are `operations`, a figure that a"
        " clock is asked about, and `declared`, one that neither counts nor seconds settle, each"
        " with fields of its own.",
    ),
    Field(
        name="convention",
        example='convention = "average_gate_infidelity"',
        meaning="By which definition, where the metric has several: `average_gate_infidelity`,"
        ' `process_infidelity` or `pauli_error`. `"unstated"` where the vendor does not say: it'
        " is judged by the reading that favours the vendor, and both are printed.",
    ),
    Field(
        name="relation",
        example='relation = "at most"',
        meaning="On which side of the value the machine is: `at most` or `at least`, also `<=` or"
        " `>=`. Left out, it is the side that helps the buyer.",
    ),
    Field(
        name="value",
        example='value = "0.5 %"',
        meaning='The figure, with its unit: `"0.5 %"`, `"50 ppm"`, `"30 us"`, `"2 s"`, `50`. A'
        ' stated error is kept and shown: `"2.9(5)e-5"`, `"0.5 ± 0.1 %"`. A decimal comma'
        ' will do. Of a range (`"0.1 % to 0.3 %"`) the end that promises less is claimed;'
        ' `"10 x 1q"` is ten times what the claim `1q` above it says, whatever is measured there.',
        required=True,
    ),
    Field(
        name="fidelity",
        example='fidelity = "99.5 %"',
        meaning="In place of value: turned into the error it leaves, by the claim's convention,"
        ' and told back. A stated error may stand there too: `"99.5(1) %"`.',
    ),
    Field(
        name="statistic",
        example='statistic = "mean"',
        meaning="Over the scope: `mean`, `median`, `every` member, or the `best` one;"
        ' `"quantile 95 %"`; `"share above"` with a `share`. Left out, it is the mean.',
    ),
    Field(
        name="share",
        example='share = "95 %"',
        meaning='With `statistic = "share above"`: the share of the qubits or pairs that meet the'
        " value.",
    ),
    Field(
        name="test",
        example='test = "counted"',
        meaning="Of a median, a quantile or a share: `usual`, or `counted`, which only counts the"
        " members and assumes nothing of how they spread.",
    ),
    Field(
        name="scope",
        example="scope = {pairs = [[0, 1], [2, 3]]}",
        meaning='Which qubits or pairs: `"all"`, `{qubits = [0, 1]}`, `{pairs = [[0, 1]]}`; also'
        ' `[0, 1]`, `[[0, 1]]` or, of qubits, `"0-9, 12"`. Of a whole register also `"best chain of'
        ' 10"` or `"best set of 10"`, chosen by the errors of the file `chosen_from` among the'
        " conditions.",
    ),
    Field(
        name="delta",
        example="delta = 0.1",
        meaning="Tolerance of this claim, in place of the sheet's.",
    ),
    Field(
        name="conditions",
        example='conditions = {simultaneous = true, gate_time = "200 us"}',
        meaning="What the vendor says of the circumstances: met, or the claim is not tested and"
        " says why. `circuit`, `graph` and `chosen_from` name a file in the folder of the sheet or"
        " below it.",
    ),
    Field(
        name="date",
        example="date = 2024-12-19",
        meaning="When it was claimed, where that is not the date of the source.",
    ),
    Field(
        name="valid_from",
        example="valid_from = 2025-01-01",
        meaning="First day on which it is to hold.",
    ),
    Field(
        name="valid_until",
        example="valid_until = 2025-12-31",
        meaning="Last such day.",
    ),
)


DECLARED_FIELDS: Final = (
    Field(
        name="metric",
        example='metric = "uptime"',
        meaning="What the figure speaks of, in your own words.",
        required=True,
    ),
    Field(
        name="value",
        example='value = "98 % over a month"',
        meaning="The figure, as it was stated; it is not calculated with.",
        required=True,
    ),
    Field(
        name="relation",
        example='relation = "at least"',
        meaning="`at most` or `at least`.",
    ),
    Field(
        name="document",
        example='document = {title = "Acceptance protocol 7", sha256 = "9f86d0...", url ='
        ' "https://vendor.example/protocol.pdf"}',
        meaning="What it was read from; `sha256sum FILE` prints the 64 digits.",
    ),
    Field(
        name="inspector",
        example='inspector = "N. N., Ministry of Energy"',
        meaning="Who saw the document, or the machine.",
    ),
    Field(
        name="inspected",
        example="inspected = 2026-10-03",
        meaning="On which day.",
    ),
)


OPERATION_FIELDS: Final = (
    Field(
        name="metric",
        example='metric = "gate_time_2q"',
        meaning="One of the table below; `gate_time` with an `operation` will do.",
        required=True,
    ),
    Field(
        name="operation",
        example='operation = "two-qubit gate"',
        meaning="Of `gate_time`: `one-qubit gate` or `1q`, `two-qubit gate` or `2q`, `readout`,"
        " `reset`.",
    ),
    Field(
        name="value",
        example='value = "200 us"',
        meaning='The figure with its unit; of rates, a bare number is one a second (`"340000"`).',
        required=True,
    ),
    Field(
        name="relation",
        example='relation = "at most"',
        meaning="`at most` or `at least`; left out, the side that helps the buyer.",
    ),
    Field(name="delta", example="delta = 0.1", meaning="Tolerance; a quarter where none is set."),
    Field(
        name="definition",
        example='definition = "clops_h"',
        meaning="Of `throughput`: `clops_h`, `clops_v`, or `unstated`, which is read as the first.",
    ),
    Field(
        name="window",
        example='window = "30 d"',
        meaning="How long the journal of the test has to be; of an uptime a day where none is set.",
    ),
    Field(
        name="document",
        example='document = {title = "Operator\'s log", sha256 = "9f86d0..."}',
        meaning="With `inspector` and `inspected`: as of a declared figure, where seconds settle"
        " nothing.",
    ),
)


def fields_as_markdown() -> str:
    """Write the page `docs/claim-sheet.md`."""
    lines = [
        "# The claim sheet",
        "",
        "<!-- Written from src/qassay/claims/fields.py; change it there. -->",
        "",
        "A claim sheet is a TOML file that says what a vendor claims. `qassay init SHEET.toml`",
        "writes one to fill in, `qassay check SHEET.toml` says how it is understood and what is",
        "wrong with it, without any machine. All mistakes come at once, each with its line.",
        "[`metrics.md`](metrics.md) defines what can be claimed.",
        "",
        "```toml",
        *example_sheet().splitlines(),
        "```",
        "",
        "## `[sheet]`",
        "",
        *_rows(SHEET_FIELDS),
        "",
        "## `[[claim]]`, once for each claim",
        "",
        *_rows(CLAIM_FIELDS),
        "",
        "## The best chain or set of N qubits",
        "",
        "What is chosen on the shots that it is judged by looks better than it is. A claim on the",
        "best chain names the errors of earlier shots, and a rule chooses by them when the plan is",
        "made, before the first of its own:",
        "",
        "```",
        'metric = "layer_fidelity"',
        'scope = "best chain of 10"',
        'conditions = {chosen_from = "first.csv"}',
        "```",
        "",
        "`qassay results FIRST.zip --csv first.csv` writes the file from the bundle of an earlier",
        "run; a vendor's calibration will do as well, as lines `0-1,0.004` below a first line",
        "`target,value`. Of each pair -ln(1 - error) is lost; of a figure with readout in it, of",
        "each qubit too, where the file has its `readout_error`. **Chain**: paths grow qubit by",
        "qubit, and of those with one end the 16 of least loss go on. **Set**: from each qubit a",
        "set grows by the pair that adds least, and the set of least loss is taken",
        "([decision 0042](decisions/0042-the-best-of-a-machine.md)). The plan holds the losses and",
        "the choice, and an audit makes it again. *Refuted* speaks of what the rule chose: a",
        "vendor who knows a better chain names its pairs.",
        "",
        '## `[[claim]]` with `kind = "operations"`',
        "",
        "Durations, rates, waiting and uptime are told by a clock. Jobs that differ in one kind of",
        "operation alone are timed beside the circuits of the other claims, by the seconds that",
        "the machine states of its jobs, or the times of the test's own journal are read. Such a",
        "claim is judged and printed apart from what is counted: no count and no second enter the",
        "same figure. A machine that states no seconds leaves it *not tested*; where seconds",
        "settle nothing, its document does. Left out, `kind` is this one for a metric of this",
        "table that no count settles.",
        "",
        *_rows(OPERATION_FIELDS),
        "",
        "| metric | better | clocked by | meaning |",
        "|---|---|---|---|",
        *(
            f"| `{one.id}` | {'lower' if one.lower_is_better else 'higher'} | {one.clocked} |"
            f" {one.definition} |"
            for one in OPERATIONS.values()
        ),
        "",
        '## `[[claim]]` with `kind = "declared"`',
        "",
        "Power, prices, formats, a repair time: what neither counts of circuits nor seconds settle",
        "can stand on the sheet all the same, and on the datasheet apart from what is measured. It",
        "is *inspected* where document, sha256, inspector and day are named, else *declared only*;",
        "qassay checks neither the document nor the inspector. A sheet needs at least one claim",
        "that is measured. While a figure is declared only the command ends with 3, as for a claim",
        "that was not tested.",
        "",
        *_rows(DECLARED_FIELDS),
        "",
        *questions_as_markdown(),
        "",
        "## What is understood besides",
        "",
        "Whatever stands in other words than above is read only where it can mean one thing, and",
        '`check`, `plan`, `run` and the datasheet say how: `relation = "<="`,',
        '`statistic = "average"`, `"99,5 percent"`, `"30usec"`, `"2.9×10^-5"`,',
        '`scope = "0-9"`. A figure that could be two, such as `"1,500 us"`, is refused with',
        "both. An error at or near that of pure noise (half for a readout, three quarters for a",
        "two-qubit gate) is refused: it looks like a fidelity. A figure that is possible and odd is"
        " judged",
        "as it stands, and asked about: a GHZ fidelity of 2 % (an error?), an error of `0.3`"
        " (0.3 %?), a",
        'fidelity of `"0.995 %"` (0.995?), a T1 of 150 ns, a gate of seconds, an uptime of 2 %.',
        "",
        "A known figure that cannot be tested yet (`#AQ`, logical errors, ...) is refused",
        "with the reason, unless it is declared. A metric of the list that no protocol measures,",
        "and a condition that cannot be met, leave the claim *not tested*, with the reason;",
        "nothing is dropped.",
    ]
    return "\n".join(lines) + "\n"


def example_sheet() -> str:
    """Write a short sheet that shows the usual fields."""
    return (
        '[sheet]\ntitle = "50-qubit prototype, as announced"\nvendor = "The Vendor"\n'
        'machine = "Prototype 50"\nsource = "https://vendor.example/news"\n\n'
        '[[claim]]\nid = "2q"\nmetric = "two_qubit_gate_error"\n'
        'convention = "average_gate_infidelity"\nrelation = "at most"\nvalue = "0.5 %"\n'
        'statistic = "mean"\nconditions = {simultaneous = true}\n\n'
        '[[claim]]\nid = "spam"\nmetric = "readout_error"\nfidelity = "99.7(1) %"\n'
        'statistic = "mean"\n'
    )


def _rows(fields: tuple[Field, ...]) -> list[str]:
    rows = ["| field | example | meaning |", "|---|---|---|"]
    for one in fields:
        needed = ", required" if one.required else ""
        example = one.example.replace("|", "\\|")
        rows.append(f"| `{one.name}`{needed} | `{example}` | {one.meaning} |")
    return rows
