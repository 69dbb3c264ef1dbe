"""The attacks that once got through, and what refuses each of them today.

Numbers are those of the list that was kept while the attacks were made. What was a bundle is a
forgery of this corpus, refused by all three auditors at its check; what was a deed of a program is
a test. `python -m forgeries.make --shown` prints the table of docs/attacks.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SIGNED, KILLS = "tests/unit/campaigns/test_signed.py", "tests/terminal/test_interrupted.py"
WHOLE, LIVE = "tests/unit/test_whole_files.py", "tests/attacks/test_shown.py"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownAttack:
    """One attack.

    Attributes:
        number: Its number.
        deed: What was done.
        forgeries: Names of forgeries of its kind, if it was done to a bundle.
        tests: `file::function` of tests of its kind, if it was done to a program.
        reason: Why it does not work any more.
    """

    number: str
    deed: str
    forgeries: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    reason: str


SHOWN: Final = (
    ShownAttack(
        number="R1",
        deed="numbers of a signed page raised by one, another numpy blamed",
        forgeries=("numbers on a signed page", "a digit for another scipy"),
        reason="the page has no tolerance, and stands under the verifier's signature",
    ),
    ShownAttack(
        number="R2",
        deed="any page at all, by one word in the versions",
        forgeries=(
            "a comparison switched off",
            "a comparison switched off under the verifiers key",
            "any page at all",
        ),
        reason="a page that was not compared is no pass from T1 on; the second auditors read it",
    ),
    ShownAttack(
        number="R3, R3b",
        deed="the loser excuses a part that no plan has, and the evidence never audits again",
        forgeries=("an excuse for a part that no plan has",),
        tests=(f"{SIGNED}::test_a_part_has_one_name",),
        reason="parts are places in the plan; the keeper takes nothing that `take` refuses",
    ),
    ShownAttack(
        number="R4",
        deed="a part excused after its counts, under another name",
        forgeries=(
            "excused when the counts were bad",
            "excused when the circuits could be known",
            "a batch of the plan under another name",
        ),
        tests=(f"{SIGNED}::test_excuses_come_before_the_call_and_only_so_many",),
        reason="excuses come before the call of a round, when no circuit exists",
    ),
    ShownAttack(
        number="R5",
        deed="batches without a release and an end",
        forgeries=(
            "a part without an end",
            "one event for the files of two parts",
            "batches that the log does not know",
        ),
        reason="each part that the course asks for has one release and one end; an event names "
        "files of its own part",
    ),
    ShownAttack(
        number="R6a",
        deed="11,000 notes lock the log",
        forgeries=("a flood of notes", "a note of three kilobytes"),
        tests=(f"{SIGNED}::test_notes_have_a_quota_and_cannot_fill_the_log",),
        reason="20 notes of 2 KiB a party; a log of 1,000 entries has room for every honest course",
    ),
    ShownAttack(
        number="R6b",
        deed="commas in notes fill the auditors' count of values",
        forgeries=("a file padded with commas",),
        tests=(f"{SIGNED}::test_padding_in_a_file_of_counts_is_refused",),
        reason="a file of counts has as many values as its circuits need, and 64",
    ),
    ShownAttack(
        number="R7",
        deed="two files for one part were always refused (an honest laboratory's harm)",
        forgeries=(
            "two answers to one circuit",
            "overlapping files of a part",
            "nine files of a part",
        ),
        tests=(f"{SIGNED}::test_a_part_comes_in_several_files",),
        reason="a part comes in up to eight files; a circuit has one answer",
    ),
    ShownAttack(
        number="R8",
        deed="days and names in the reader's own list of keys were ignored",
        tests=(f"{LIVE}::test_days_that_the_reader_pinned_prevail",),
        reason="the reader's names and days prevail over the bundle's",
    ),
    ShownAttack(
        number="R9",
        deed="a seed chosen past an honest partner, by events moved into a second log",
        forgeries=(
            "an event moved from another log",
            "a share before its call",
            "a share that was not committed to",
            "an agreement that did not see the commitments",
        ),
        tests=(f"{SIGNED}::test_a_log_that_was_rewritten_is_refused_by_whoever_saw_it",),
        reason="every event names the head that its signer saw, and parties remember it",
    ),
    ShownAttack(
        number="R10",
        deed="two campaigns, the better one published",
        tests=(f"{SIGNED}::test_other_campaigns_of_the_vendor_and_machine_are_named",),
        reason="not prevented: put on record by whoever knows, and said at every level",
    ),
    ShownAttack(
        number="R11",
        deed="the vendor's program signs claims that it does not show",
        tests=(f"{SIGNED}::test_claims_are_shown_before_they_are_signed",),
        reason="`answer` compares with `--sheet`, or shows the claims and asks",
    ),
    ShownAttack(
        number="R12",
        deed="the vendor stands under a log without its own counts",
        tests=(f"{SIGNED}::test_late_counts_need_a_word_and_are_put_on_record",),
        reason="a party remembers what it signed, and objects where it is missing",
    ),
    ShownAttack(
        number="R13",
        deed="escapes in an amendment paint another report on the auditor's terminal",
        forgeries=(
            "an amendment that drives a terminal",
            "a note that drives a terminal",
            "an objection that drives a terminal",
            "a reason that turns",
        ),
        tests=(
            "tests/unit/cli/test_printing.py::test_no_hostile_text_reaches_the_terminal",
            f"{LIVE}::test_the_second_auditors_print_no_escape",
        ),
        reason="what goes on record is printable, and what is printed is made so once more",
    ),
    ShownAttack(
        number="R14",
        deed="a link named NAME.part makes the user overwrite a file of his own",
        tests=(
            f"{WHOLE}::test_a_link_that_waits_is_replaced_and_not_followed",
            f"{WHOLE}::test_nothing_is_added_to_or_cut_from_what_a_link_points_at",
        ),
        reason="drafts have random names and are opened anew; no link is followed",
    ),
    ShownAttack(
        number="R15",
        deed="shares and seeds that everybody on the computer can read",
        tests=(
            f"{WHOLE}::test_a_private_file_is_private_from_its_first_byte_on",
            f"{WHOLE}::test_the_journal_of_a_run_and_its_seed_are_private",
        ),
        reason="mode 0600 from the first byte on",
    ),
    ShownAttack(
        number="R17",
        deed="a sentence where the version of qassay stands",
        forgeries=("words in a version", "words in a version under the verifiers key"),
        reason="a version is a version",
    ),
    ShownAttack(
        number="R18",
        deed="counts signed by another pinned key of the vendor",
        forgeries=(
            "a campaign that names another key of the vendor",
            "the partners key under an answer",
        ),
        reason="one key a role, named at the opening",
    ),
    ShownAttack(
        number="R21",
        deed="a record of 264 kB keeps its reader busy for minutes",
        tests=(
            "tests/attacks/test_questions.py::"
            "test_a_problem_that_the_question_does_not_ask_is_found",
        ),
        reason="circuits, rounds and qubits are bounded by their product",
    ),
    ShownAttack(
        number="R22, R23",
        deed="80 kB of TOML take gigabytes",
        forgeries=(
            "a key of forty thousand parts",
            "many keys of many parts",
            "tables without end",
            "tables in one another",
            "lists in one another in the sheet",
        ),
        tests=(
            "tests/unit/reading/test_strict_toml.py::"
            "test_80_kilobytes_are_refused_with_the_line_at_once",
        ),
        reason="words, dots, tables and depth are counted before anything is parsed",
    ),
    ShownAttack(
        number="R24",
        deed="a full disk ends as a traceback with the exit code of a refuted claim",
        tests=(
            f"{KILLS}::test_on_a_file_system_of_four_mebibytes",
            "tests/unit/cli/test_ending.py::test_a_disk_that_fills_up_in_the_middle",
            "tests/unit/cli/test_ending.py::test_an_output_that_takes_nothing",
        ),
        reason="one sentence and exit code 70; the same command goes on",
    ),
    ShownAttack(
        number="R25",
        deed="a full disk tears the log's last line, and no command reads it again",
        forgeries=("a torn last line",),
        tests=(
            f"{SIGNED}::test_a_torn_last_line_is_cut_off",
            f"{SIGNED}::test_a_full_disk_leaves_the_log_as_it_was",
        ),
        reason="an append is whole or not there; a torn line is cut off, the sender's bytes come "
        "again; in a bundle it is refused",
    ),
    ShownAttack(
        number="R26",
        deed="a second attempt at a part, under the name of another round",
        forgeries=(
            "a second end of a part",
            "a round released twice",
            "a round called out of turn",
            "circuits of one part in another",
            "failed and counted",
        ),
        reason="one call, one release, one end; nothing is ever overwritten",
    ),
    ShownAttack(
        number="files",
        deed="hostile sheets, machine files, circuits, bundles and pipes",
        tests=(
            "tests/attacks/test_fuzz.py::test_no_parser_crashes",
            f"{LIVE}::test_a_pipe_is_no_bundle",
        ),
        reason="bounded, strict readers; only regular files are opened",
    ),
    ShownAttack(
        number="markup",
        deed="markup, templates and scripts in titles, names and notes",
        forgeries=("a script on the page", "a page that calls on events", "words in an attribute"),
        tests=(
            "tests/unit/reports/test_datasheet.py::test_a_hostile_sheet_stays_text",
            f"{LIVE}::test_an_honest_sheet_of_hostile_words_is_accepted",
        ),
        reason="all text is escaped; a page that runs or loads something is refused",
    ),
)


def table() -> str:
    """Write the table of docs/attacks.md."""
    lines = ["| number | what was done | refused as | why |", "|---|---|---|---|"]
    for one in SHOWN:
        refused = [*(f"*{name}*" for name in one.forgeries), *(f"`{name}`" for name in one.tests)]
        lines.append(f"| {one.number} | {one.deed} | {'; '.join(refused)} | {one.reason} |")
    return "\n".join(lines) + "\n"
