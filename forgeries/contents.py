"""Forgers who change what a bundle says and seal it again, without a key or with none needed."""

from __future__ import annotations

import json
from typing import Any

from forgeries.archives import ESTIMATES, PLAN, SHEET, VERDICTS
from forgeries.registry import Members, edited, forgery, sealed
from qassay.canonical import canonical_bytes, content_id
from qassay.devices.outcomes import outcome_lines
from qassay.evidence.records import plan_from_json
from qassay.planning.plan import commitment_to
from qassay.protocols.batches import draw_batch
from qassay.randomness import root_from_integer

SEED, READOUT, T1 = "seeds/reveal.json", "batches/readout/000", "batches/t1/0000"


def put(*keys_and_value: Any) -> Any:
    """Set a value deep in a document."""
    *keys, last, value = keys_and_value

    def change(document: Any) -> None:
        for key in keys:
            document = document[key]
        assert document[last] != value
        document[last] = value

    return change


# verdicts and numbers


@forgery("run", "verdicts", VERDICTS)
def a_verdict_turned(members: Members) -> Members:
    """A vendor turns "refuted" into "supported"."""
    return edited(members, VERDICTS, put(1, "verdict", "supported"))


@forgery("run", "verdicts", VERDICTS)
def a_refutation_softened(members: Members) -> Members:
    """A vendor turns "refuted" into "inconclusive"."""
    return edited(members, VERDICTS, put(1, "verdict", "inconclusive"))


@forgery("run", "verdicts", VERDICTS)
def a_support_withheld(members: Members) -> Members:
    """A tester with a grudge turns "supported" into "refuted"."""
    return edited(members, VERDICTS, put(2, "verdict", "refuted"))


@forgery("run", "verdicts", VERDICTS)
def a_verdict_left_out(members: Members) -> Members:
    """A vendor leaves the claim that failed off the list."""
    return edited(members, VERDICTS, lambda d: d[:1] + d[2:])


@forgery("run", "verdicts", VERDICTS)
def a_claim_that_was_never_tested(members: Members) -> Members:
    """A vendor has a claim supported that no experiment tested."""
    return edited(members, VERDICTS, put(4, "verdict", "supported"))


@forgery("run", "verdicts", VERDICTS)
def evidence_made_stronger(members: Members) -> Members:
    """A vendor multiplies an e-value, so that "supported" looks beyond doubt."""
    return edited(members, VERDICTS, lambda d: d[2].update(e_support=1000 * d[2]["e_support"]))


@forgery("run", "verdicts", VERDICTS)
def doubts_made_smaller(members: Members) -> Members:
    """A vendor makes the e-value against his claim small."""
    return edited(members, VERDICTS, put(1, "e_refute", 0.5))


@forgery("run", "verdicts", VERDICTS)
def a_limit_loosened(members: Members) -> Members:
    """A vendor prints a limit that he keeps more easily."""
    return edited(members, VERDICTS, lambda d: d[2].update(limit=2 * d[2]["limit"]))


@forgery("run", "verdicts", VERDICTS)
def a_claim_lowered(members: Members) -> Members:
    """A vendor prints a smaller claim than he made."""
    return edited(members, VERDICTS, put(1, "claimed", 0.02))


@forgery("run", "verdicts", VERDICTS)
def the_trust_level_raised(members: Members) -> Members:
    """A vendor prints T2 on counts that nobody signed."""
    return edited(
        members,
        VERDICTS,
        lambda d: (
            ([one | {"trust": "T2"} for one in d] and None) or [one | {"trust": "T2"} for one in d]
        ),
    )


@forgery("run", "verdicts", VERDICTS)
def more_circuits_than_ran(members: Members) -> Members:
    """A vendor multiplies the circuits behind a verdict by a hundred."""
    return edited(members, VERDICTS, lambda d: d[1].update(circuits=100 * d[1]["circuits"]))


@forgery("run", "verdicts", "", minimal="datasheet")  # of T1 it knows what the page reads
def a_better_time_in_a_verdict(members: Members) -> Members:
    """A vendor doubles the T1 that a verdict shows, and leaves the estimates as they are."""
    return edited(
        members, VERDICTS, lambda d: d[1]["estimate"].update(high=2 * d[1]["estimate"]["high"])
    )


@forgery("run", "verdicts", VERDICTS)
def more_qubits_than_answer(members: Members) -> Members:
    """A vendor counts a qubit that is not there."""
    return edited(members, VERDICTS, lambda d: d[0]["estimate"].update(value=5, low=5, high=5))


@forgery("run", "estimates", ESTIMATES)
def a_better_estimate(members: Members) -> Members:
    """A vendor halves an error rate."""
    return edited(
        members, ESTIMATES, lambda d: d[1]["estimate"].update(value=d[1]["estimate"]["value"] / 2)
    )


@forgery("run", "estimates", ESTIMATES)
def a_narrower_interval(members: Members) -> Members:
    """A vendor makes an interval narrower, to look precise."""
    return edited(
        members, ESTIMATES, lambda d: d[1]["estimate"].update(high=d[1]["estimate"]["high"] * 0.98)
    )


@forgery("run", "estimates", ESTIMATES)
def another_level(members: Members) -> Members:
    """A vendor prints 99 % beside intervals of 95 %."""
    return edited(members, ESTIMATES, lambda d: d[1]["estimate"].update(level=0.99))


@forgery("run", "estimates", ESTIMATES)
def shots_that_never_ran(members: Members) -> Members:
    """A vendor multiplies the shots behind an estimate by ten."""
    return edited(members, ESTIMATES, lambda d: d[3].update(shots=10 * d[3]["shots"]))


@forgery("run", "estimates", ESTIMATES)
def the_worst_qubit_left_out(members: Members) -> Members:
    """A vendor leaves the estimate of his worst qubit off the list."""
    return edited(members, ESTIMATES, lambda d: [one for one in d if one["target"] != [1]])


@forgery("run", "estimates", ESTIMATES)
def two_qubits_exchanged(members: Members) -> Members:
    """A vendor gives the number of a good qubit to a bad one."""

    def change(document: Any) -> None:
        document[0]["target"], document[1]["target"] = [1], [0]

    return edited(members, ESTIMATES, change)


# counts and circuits


@forgery("run", "counts", f"{READOUT}0")
def results_dropped(members: Members) -> Members:
    """A vendor drops the shots that went wrong (veriqant accepted all but one dropped)."""
    return edited(
        members, f"{READOUT}0/counts.json", lambda d: d.update(outcomes=d["outcomes"][:-3])
    )


@forgery("run", "counts", f"{READOUT}0")
def outcomes_of_another_width(members: Members) -> Members:
    """A vendor returns five bits of four qubits."""
    return edited(members, f"{READOUT}0/counts.json", put("outcomes", 0, "00000"))


@forgery("run", "counts", f"{READOUT}0")
def digits_that_look_like_bits(members: Members) -> Members:
    """A vendor writes an Arabic zero, which some readers take for a 0."""
    return edited(members, f"{READOUT}0/counts.json", put("outcomes", 0, "000\u0660"))


@forgery("run", "counts", f"{READOUT}0")
def no_outcomes_and_no_reason(members: Members) -> Members:
    """A vendor takes the outcomes of a bad batch away and says nothing."""
    return edited(members, f"{READOUT}0/counts.json", put("outcomes", None))


@forgery("run", "counts", f"{READOUT}1")
def counts_under_another_batch(members: Members) -> Members:
    """A vendor files the counts of a good batch under the name of a bad one."""
    members[f"{READOUT}1/counts.json"] = members[f"{READOUT}0/counts.json"]
    return sealed(members)


@forgery("run", "estimates", ESTIMATES)
def outcomes_improved(members: Members) -> Members:
    """A vendor corrects the wrong bits of a batch, once he knows the right ones."""

    def change(document: Any) -> None:
        plan = plan_from_json(json.loads(members[PLAN]), PLAN)
        root = bytes.fromhex(json.loads(members[SEED])["root"])
        readout = next(x for x in plan.experiments if x.protocol == "readout")
        batch = draw_batch(readout, 0, plan.device.qubits, root)
        document["outcomes"] = outcome_lines(batch.key[:, None, :])

    return edited(members, f"{READOUT}0/counts.json", change)


@forgery("run", "completeness", minimal="estimates")
def batches_swapped(members: Members) -> Members:
    """A vendor exchanges the outcomes of two batches, and their names."""
    one, two = (json.loads(members[f"{READOUT}{k}/counts.json"]) for k in (0, 1))
    one["outcomes"], two["outcomes"] = two["outcomes"], one["outcomes"]
    for k, document in enumerate((one, two)):
        members[f"{READOUT}{k}/counts.json"] = canonical_bytes(document)
    return sealed(members)


@forgery("run", "completeness", minimal="estimates")
def counts_replayed(members: Members) -> Members:
    """A vendor sends the outcomes of one batch again for the next."""
    first, second = (json.loads(members[f"{READOUT}{k}/counts.json"]) for k in (0, 1))
    second["outcomes"] = first["outcomes"]
    members[f"{READOUT}1/counts.json"] = canonical_bytes(second)
    return sealed(members)


@forgery("run", "completeness", minimal="estimates")
def a_batch_called_lost(members: Members) -> Members:
    """A vendor says that the batch which refutes his claim was lost."""
    return edited(
        members, f"{T1}/counts.json", lambda d: d | {"outcomes": None, "failures": ["lost"]}
    )


@forgery("run", "circuits", f"{T1}/circuits.json")
def circuits_replaced(members: Members) -> Members:
    """A vendor runs circuits of his own choice (veriqant accepted an empty comment)."""
    return edited(
        members, f"{T1}/circuits.json", lambda d: d.update(circuits=["0" * 64] * len(d["circuits"]))
    )


@forgery("run", "circuits", f"{T1}/circuits.json")
def circuits_in_another_order(members: Members) -> Members:
    """A vendor sorts circuits and outcomes, the short ones while the machine is fresh."""
    return edited(members, f"{T1}/circuits.json", lambda d: d["circuits"].sort())


@forgery("run", "seed", SEED)
def seed_changed(members: Members) -> Members:
    """A tester shows another seed than the one that he committed to (accepted by veriqant)."""
    return edited(members, SEED, put("root", "00" * 32))


@forgery("run", "seed", SEED)
def another_number_for_the_seed(members: Members) -> Members:
    """A tester says that the seed came from a birthday."""
    return edited(members, SEED, put("seed", 19700101))


@forgery("run", "circuits", "circuits.json")
def a_commitment_to_another_seed(members: Members) -> Members:
    """A tester commits, after the run, to a seed that he likes better."""
    root = root_from_integer(2)
    members[SEED] = canonical_bytes({"root": root.hex(), "seed": 2})
    return edited(members, PLAN, put("seed_commitment", commitment_to(root)))


@forgery("run", "completeness", "batches/t1/")
def the_worst_experiment_dropped(members: Members) -> Members:
    """A vendor drops the whole batch that refutes his claim."""
    for part in ("circuits", "counts"):
        del members[f"{T1}/{part}.json"]
    return sealed(members)


@forgery("run", "completeness", "readout", minimal="estimates")
def an_earlier_stop(members: Members) -> Members:
    """A tester stops before the rule says so, and drops the last batch."""
    last = batches_of(members, "readout") - 1
    for part in ("circuits", "counts"):
        del members[f"batches/readout/{last:04d}/{part}.json"]
    return sealed(members)


@forgery("run", "completeness", READOUT)
def a_batch_in_the_middle_dropped(members: Members) -> Members:
    """A vendor drops the first batch, on which the machine was cold."""
    for part in ("circuits", "counts"):
        del members[f"{READOUT}0/{part}.json"]
    return sealed(members)


def batches_of(members: Members, experiment: str) -> int:
    """Count the batches of an experiment that ran."""
    return sum(name.startswith(f"batches/{experiment}/") for name in members) // 2


def another_batch(members: Members, place: int, index: int) -> Members:
    """Add a batch with ideal outcomes, drawn from the right seed."""
    plan = plan_from_json(json.loads(members[PLAN]), PLAN)
    root = bytes.fromhex(json.loads(members[SEED])["root"])
    batch = draw_batch(plan.experiments[place], index, plan.device.qubits, root)
    counts = {
        "batch": batch.id,
        "shots": 1,
        "outcomes": outcome_lines(batch.key[:, None, :]),
        "seconds": 1,
        "notes": [],
        "failures": [],
    }
    circuits = {"batch": batch.id, "circuits": batch.circuit_ids()}
    members[f"batches/{batch.id}/counts.json"] = canonical_bytes(counts)
    members[f"batches/{batch.id}/circuits.json"] = canonical_bytes(circuits)
    return sealed(members)


@forgery("run", "completeness", "readout", minimal="estimates")
def a_later_stop(members: Members) -> Members:
    """A vendor goes on after the rule has stopped the run, until the numbers look better."""
    return another_batch(members, 0, batches_of(members, "readout"))


@forgery("run", "completeness", "t1", minimal="estimates")
def an_extra_batch(members: Members) -> Members:
    """A vendor adds a perfect batch to a claim that is refuted."""
    return another_batch(members, 1, batches_of(members, "t1"))


@forgery("run", "completeness", "batches/readout/9999")
def counts_that_nobody_planned(members: Members) -> Members:
    """A vendor adds counts of a batch that the plan does not have."""
    members["batches/readout/9999/counts.json"] = members[f"{READOUT}0/counts.json"]
    return sealed(members)


@forgery("run", "completeness", "notes/best.txt")
def an_unexplained_file(members: Members) -> Members:
    """A vendor seals an advertisement with the evidence."""
    members["notes/best.txt"] = b"the best machine"
    return sealed(members)


# plan and sheet


@forgery("run", "claims and plan", SHEET)
def a_claim_lowered_in_the_plan(members: Members) -> Members:
    """A vendor has the plan test a smaller claim than the sheet makes."""
    return edited(members, PLAN, put("sheet", "claims", 1, "value", 0.02))


@forgery("run", "claims and plan", SHEET)
def a_tolerance_widened(members: Members) -> Members:
    """A vendor widens the tolerance of his claim after the run."""
    return edited(members, PLAN, put("sheet", "claims", 1, "delta", 5.0))


@forgery("run", "claims and plan", SHEET)
def the_best_qubit_for_every_qubit(members: Members) -> Members:
    """A vendor has "every" read as "best"."""
    return edited(members, PLAN, put("sheet", "claims", 1, "statistic", "best"))


@forgery("run", "claims and plan", SHEET)
def the_scope_narrowed(members: Members) -> Members:
    """A vendor takes the bad qubits out of a claim that speaks of all."""
    return edited(members, PLAN, put("sheet", "claims", 1, "scope", "qubits", [0]))


@forgery("run", "claims and plan", SHEET)
def the_convention_exchanged(members: Members) -> Members:
    """A vendor has an average infidelity read as a process infidelity, a quarter more."""
    return edited(members, PLAN, put("sheet", "claims", 3, "convention", "process_infidelity"))


@forgery("run", "claims and plan", SHEET)
def a_sheet_edited_by_a_comment(members: Members) -> Members:
    """A vendor changes one letter of the sheet that was planned for."""
    members[SHEET] = members[SHEET].replace(b"# Claims", b"# claims")
    return sealed(members)


@forgery("run", "claims and plan", minimal="verdicts")
def another_rule(members: Members) -> Members:
    """A tester changes the decision rule after he has seen the counts."""
    return edited(members, PLAN, put("rule", "guarded"))


@forgery("run", "claims and plan", minimal="verdicts")
def an_error_probability_loosened(members: Members) -> Members:
    """A tester allows himself twice the wrong refutations, after the run."""
    return edited(members, PLAN, put("alpha", 0.1))


@forgery("run", "claims and plan", minimal="verdicts")
def a_tested_claim_called_untested(members: Members) -> Members:
    """A vendor says in the plan that the claim which failed was not tested."""
    return edited(members, PLAN, put("untested", 0, "claim", "t1"))


@forgery("run", "claims and plan", "protocol")
def another_version_of_a_protocol(members: Members) -> Members:
    """A forger names a version of a protocol with another estimator."""
    return edited(members, PLAN, put("experiments", 0, "version", 9))


@forgery("run", "rules", f"{PLAN}, judge")
def rules_of_another_judge(members: Members) -> Members:
    """A forger names a version of the rules under which his claim would have stood."""
    return edited(members, PLAN, put("judge", 4))


@forgery("run", "claims and plan", PLAN)
def a_target_off_the_chip(members: Members) -> Members:
    """A forger lets an experiment speak of a qubit that the machine does not have."""
    return edited(members, PLAN, put("experiments", 1, "targets", 0, [7]))


@forgery("run", "claims and plan", PLAN)
def an_endless_plan(members: Members) -> Members:
    """An outsider plans 10^14 batches, to keep the auditor busy for ever."""
    return edited(members, PLAN, put("experiments", 1, "rounds", 8 * 10**14))


@forgery("run", "claims and plan", f"{PLAN}, cost")
def a_cheaper_plan(members: Members) -> Members:
    """A tester prints fewer shots than his plan takes."""
    return edited(members, PLAN, put("cost", "shots", 3))


@forgery("run", "claims and plan", minimal="circuits")
def shorter_circuits(members: Members) -> Members:
    """A vendor has the long circuits made half as long, after the run."""
    return edited(members, PLAN, put("experiments", 1, "lengths", 1, 0.0425))


# a plan that was sealed again as a whole, with a digest that fits


@forgery("run", "claims and plan", minimal="verdicts")
def sheet_and_plan_edited_together(members: Members) -> Members:
    """A vendor lowers his claim in sheet and plan, with a matching digest, after the run."""
    members[SHEET] = members[SHEET].replace(b'"100 ms"', b'"110 ms"')
    digest = content_id(members[SHEET])

    def change(plan: Any) -> None:
        plan["sheet"]["text_id"] = digest
        plan["sheet"]["claims"][1].update(value=0.11, stated="110 ms")

    return edited(members, PLAN, change)


# published counts


@forgery("import", "estimates", ESTIMATES)
def published_hits_improved(members: Members) -> Members:
    """A vendor adds hits to what he had published."""
    name = "published/two_qubit_gate_error.json"
    return edited(members, name, put("counts", "hits", 0, 0, 3))


@forgery("import", "counts", "published/two_qubit_gate_error.json")
def more_hits_than_shots(members: Members) -> Members:
    """A forger publishes 101 hits of 100 shots."""
    return edited(members, "published/two_qubit_gate_error.json", put("counts", "hits", 0, 0, 101))


@forgery("import", "counts", "published/two_qubit_gate_error.json")
def published_lengths_changed(members: Members) -> Members:
    """A vendor says that his circuits were longer than they were."""
    return edited(members, "published/two_qubit_gate_error.json", put("counts", "lengths", 0, 3.0))


@forgery("import", "counts", "published/readout_error.json")
def counts_of_another_quantity(members: Members) -> Members:
    """A vendor files the counts of one experiment under another."""
    return edited(members, "published/readout_error.json", put("quantity", "t1"))


@forgery("import", "counts", minimal="estimates")
def published_shots_multiplied(members: Members) -> Members:
    """A vendor says that each circuit ran once more often than it did."""
    return edited(members, "published/two_qubit_gate_error.json", put("counts", "shots", 101))
