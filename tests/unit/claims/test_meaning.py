"""A claim in one plain sentence."""

import pytest

from qassay.claims import METRICS, parse_claim_sheet
from qassay.claims.meaning import meaning, missed_from

HEAD = '[sheet]\ntitle = "T"\nvendor = "V"\nmachine = "M"\n[[claim]]\nid = "a"\n'
GATE = 'metric = "two_qubit_gate_error"\nconvention = "process_infidelity"\nvalue = "0.5 %"\n'


def said(text):
    (claim,) = parse_claim_sheet((HEAD + text).encode()).claims
    return meaning(claim), missed_from(claim)


@pytest.mark.parametrize(
    ("text", "sentence", "limit"),
    [
        (
            GATE,
            "Over all pairs of qubits, the mean two-qubit gate error is at most 0.500 % (process"
            " infidelity).",
            "0.625 %, with its tolerance of 25 %",
        ),
        (
            GATE + 'statistic = "every"\nscope = {pairs = [[0, 1], [2, 3]]}\n',
            "On each of pairs 0-1, 2-3, the two-qubit gate error is at most 0.500 % (process"
            " infidelity).",
            "0.625 %, with its tolerance of 25 %",
        ),
        (
            'metric = "t1"\nvalue = "30(2) us"\nstatistic = "best"\nscope = [4]\ndelta = 0.5\n',
            "On the best of qubit 4, the relaxation time T1 is at least 30.0 us, stated to ± 2.00"
            " us.",
            "20.0 us, with its tolerance of 50 %",
        ),
        (
            'metric = "t1"\nvalue = "30 us"\nstatistic = "share above"\nshare = "95 %"\n',
            "On at least 95 % of all qubits, the relaxation time T1 is at least 30.0 us.",
            "24.0 us, with its tolerance of 25 %",
        ),
        (
            'metric = "qubits"\nvalue = 50\n',
            "On the machine, the number of qubits is at least 50.",
            "50, no tolerance",
        ),
        (
            'metric = "ghz_fidelity"\nvalue = "70 %"\nscope = "0-9"\n'
            "conditions = {simultaneous = true}\n",
            "On the register of the 10 qubits named, the GHZ state fidelity is at least 70.0 %,"
            " under the conditions simultaneous = yes.",
            "66.7 %, with its tolerance of 5 %",
        ),
    ],
)
def test_a_claim_in_words(text, sentence, limit):
    assert said(text) == (sentence, limit)


@pytest.mark.parametrize("metric", METRICS.values(), ids=lambda metric: metric.id)
def test_every_metric_has_a_sentence(metric):
    value = {"probability": "0.01", "time": '"1 s"', "count": "8", "rate": '"1 kHz"'}
    convention = f'convention = "{metric.conventions[0]}"\n' if metric.conventions else ""
    convention += 'kind = "measured"\n'
    words, limit = said(f'metric = "{metric.id}"\nvalue = {value[metric.dimension]}\n{convention}')
    assert words.endswith(".")
    assert metric.title[1:] in words
    assert limit
