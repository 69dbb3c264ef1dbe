"""Claims on the circuit of a file: the qubits it runs on, and how many groups of shots."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from qassay.canonical import content_id
from qassay.circuits.circuit import Circuit
from qassay.claims.claim import Claim
from qassay.devices.description import DeviceDescription
from qassay.errors import PlanError, Problem, quoted
from qassay.languages.english import said
from qassay.languages.sentence import Figures, Sentence
from qassay.planning.options import Options
from qassay.protocols.designs import decay_designs
from qassay.protocols.designs.register_designs import is_given
from qassay.protocols.designs.registers import claimed_register
from qassay.protocols.given_circuit import (
    PROTOCOL,
    circuit_text,
    placed_pairs,
    polarization_of,
    read_circuit_text,
)
from qassay.protocols.interface import Experiment
from qassay.protocols.weighing.file_tests import means_at
from qassay.statistics.contrasts import GROUP, ratio_groups

_LOOKS: Final = 64


def ungiven(
    claims: list[Claim], device: DeviceDescription, files: Mapping[str, bytes]
) -> dict[str, str]:
    """Name the claims on circuits of files that cannot be run, and why.

    Raises:
        PlanError: A file is no circuit that can be read, with each mistake and its line.
    """
    reasons: dict[str, str] = {}
    for claim in claims:
        if not is_given(claim):
            continue
        name = claim.condition("circuit")
        if not isinstance(name, str):
            example = 'conditions = {circuit = "FILE.qasm"}'
            reasons[claim.id] = said("untested.no_circuit", example=example)
        elif name not in files:
            reasons[claim.id] = said("untested.no_file", file=quoted(name))
        else:
            circuit = _circuit(claim, name, files[name])
            if (why := _misplaced(claim, circuit, device)) is not None:
                reasons[claim.id] = why
    return reasons


def given_experiments(
    claims: list[Claim], device: DeviceDescription, files: Mapping[str, bytes], options: Options
) -> list[Experiment]:
    """Plan the claims on circuits of files, one experiment each."""
    made = []
    for claim in claims:
        name = claim.condition("circuit")
        if not is_given(claim) or not isinstance(name, str):
            continue
        circuit = _circuit(claim, name, files[name])
        near = polarization_of(claim.value, circuit.qubits)
        far = polarization_of(claim.value / (1 + claim.delta), circuit.qubits)
        groups = max(
            ratio_groups(means_at(near), far, options.alpha, options.beta),
            ratio_groups(means_at(far), near, options.alpha, options.beta),
        )
        rounds = GROUP * math.ceil(decay_designs.SEQUENTIAL_CAP * groups)
        weight = 200.0 * (len(circuit.gates) + 1)  # bytes that a gate takes, about
        made.append(
            Experiment(
                id=PROTOCOL.id,
                protocol=PROTOCOL.id,
                version=PROTOCOL.version,
                targets=placed_pairs(circuit, claimed_register(claim, device)),
                lengths=(0.0,),
                block=(GROUP,),
                rounds=rounds,
                batch=decay_designs.batch_size(rounds, (GROUP,), weight, _LOOKS),
                claims=(claim.id,),
                circuit=circuit_text(name, files[name]),
            )
        )
    return made


def _circuit(claim: Claim, name: str, data: bytes) -> Circuit:
    """Read the file; a digest that the claim states has to be its own."""
    where = f'claim "{claim.id}", conditions'
    stated = claim.condition("sha256")
    if stated is not None and stated != content_id(data):
        raise PlanError(
            Problem(
                where=where,
                found=f"{quoted(name)} with sha256 {content_id(data)[:16]}...",
                expected=f"the file with sha256 {str(stated)[:16]}..., as the claim states",
            )
        )
    try:
        text = circuit_text(name, data)
    except UnicodeDecodeError:
        raise PlanError(
            Problem(where=where, found=quoted(name), expected="OpenQASM 2 or 3, a text in UTF-8")
        ) from None
    return read_circuit_text(text)[2]


def _misplaced(claim: Claim, circuit: Circuit, device: DeviceDescription) -> Sentence | None:
    register = claimed_register(claim, device)
    if len(register) != circuit.qubits:
        return said("untested.other_size", qubits=circuit.qubits, scope=len(register))
    apart = sorted(
        (min(pair), max(pair))
        for pair in placed_pairs(circuit, register)
        if (min(pair), max(pair)) not in set(device.pairs)
    )
    if not apart:
        return None
    a, b = apart[0]
    pair = {"a": Figures(number=str(a)), "b": Figures(number=str(b))}
    if len(apart) == 1:
        return said("untested.uncoupled", **pair)
    return said("untested.uncoupled_more", n=len(apart) - 1, **pair)
