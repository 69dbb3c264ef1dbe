"""Machine files: what is read from them, and every mistake with its place."""

import numpy as np
import pytest

from qassay.devices.catalog import built_in_machines, device_of, load_machine, machine_text
from qassay.devices.machine_file import read_machine
from qassay.errors import DeviceFileError, UnsupportedCircuitError

HEAD = '[machine]\nname = "m"\nqubits = 4\nconnectivity = "line"\nseed = 7\n'
TIMES = '[durations]\none_qubit_gate = "10 us"\ntwo_qubit_gate = "200 us"\n'


def read(noise="", head=HEAD, times=TIMES):
    return read_machine(f"{head}{times}[noise]\n{noise}\n".encode(), "m.toml")


def problems_of(*args, **kwargs):
    with pytest.raises(DeviceFileError) as caught:
        read(*args, **kwargs)
    assert caught.value.exit_code == 2
    return [str(problem) for problem in caught.value.problems]


def test_the_example_of_the_contract():
    text = """
    [machine]
    name = "my-50"
    platform = "trapped-ion"
    qubits = 50
    connectivity = "all-to-all"
    seed = 7
    [durations]
    one_qubit_gate = "10 us"
    two_qubit_gate = "200 us"
    readout = "300 us"
    shot_overhead = "5 ms"
    circuit_overhead = "40 ms"
    [noise]
    t1 = "100 s"
    t2 = "1 s"
    one_qubit_error = 3e-4
    two_qubit_error = {median = 5e-3, spread = 0.3}
    readout_p01 = 2e-3
    readout_p10 = 5e-3
    preparation_error = 0.0
    one_qubit_overrotation = "0.01 rad"
    two_qubit_overrotation = "0 rad"
    crosstalk_error = 0.0
    leakage = 0.0
    drift = {kind = "sine", amplitude = 0.2, period = "1 h"}
    """
    machine = read_machine(text.encode(), "my-50.toml")
    assert machine.description.name == "my-50"
    assert machine.description.durations.shot_overhead == 5e-3
    assert machine.description.durations.circuit_overhead == 4e-2
    assert machine.description.simulator
    noise = machine.noise
    assert noise.t2_star.tolist() == [1.0] * 50
    assert noise.two_qubit_error.shape == (1225,)
    # A log-normal's median, within 5 standard errors of 1.25 * 0.3 / sqrt(1225).
    assert np.median(noise.two_qubit_error) == pytest.approx(5e-3, rel=0.054)
    assert np.log(noise.two_qubit_error).std() == pytest.approx(0.3, rel=0.1)
    assert np.abs(np.log(noise.two_qubit_error / 5e-3)).max() <= 0.9
    assert machine.noise_at(900.0).one_qubit_error[0] == pytest.approx(1.2 * 3e-4, rel=1e-2)


def test_everything_is_perfect_by_default():
    machine = read_machine(b'[machine]\nname = "p"\nqubits = 3', "p.toml")
    noise = machine.noise
    assert np.isinf(noise.t1).all()
    assert np.isinf(noise.t2).all()
    assert np.isinf(noise.t2_star).all()
    for name in ("one_qubit_error", "readout_p01", "two_qubit_error", "leakage"):
        assert not getattr(noise, name).any()


def test_unset_gate_errors_are_what_coherence_allows():
    noise = read('t1 = "1 ms"').noise
    assert noise.t2.tolist() == [2e-3] * 4
    # To first order: t / T1 / 3 for T2 = 2 T1, one qubit; 6/5 of their sum for two.
    assert noise.one_qubit_error[0] == pytest.approx(10e-6 / 1e-3 / 3, rel=0.01)
    assert noise.two_qubit_error[0] == pytest.approx(1.2 * 2 * 0.2 / 3, rel=0.15)


def test_a_spread_depends_on_the_seed_and_the_name_alone():
    first = read("one_qubit_error = {median = 1e-3, spread = 0.3}").noise.one_qubit_error
    again = read(
        "readout_p01 = {median = 1e-3, spread = 0.3}\n"
        "one_qubit_error = {median = 1e-3, spread = 0.3}"
    ).noise
    assert first.tolist() == again.one_qubit_error.tolist()
    assert first.tolist() != again.readout_p01.tolist()
    other = read(
        "one_qubit_error = {median = 1e-3, spread = 0.3}", HEAD.replace("seed = 7", "seed = 8")
    )
    assert first.tolist() != other.noise.one_qubit_error.tolist()


def test_drawn_values_are_cut_at_what_physics_allows():
    noise = read(
        't1 = {median = "1 ms", spread = 0.5}\nt2 = {median = "2 ms", spread = 0.5}\n'
        't2_star = {median = "2 ms", spread = 0.5}\n'
        "one_qubit_error = {median = 4e-3, spread = 1.0}"
    ).noise
    assert (noise.t2 <= 2 * noise.t1).all()
    assert (noise.t2_star <= noise.t2).all()
    assert (noise.slow_dephasing >= 0).all()
    assert (noise.one_qubit_error > 1e-3).all()


def test_lists_follow_the_order_of_the_file():
    head = HEAD.replace('"line"', "[[2, 3], [1, 0]]")
    machine = read('two_qubit_error = [0.02, "1 %"]\nt1 = ["3 s", "4 s", "5 s", "6 s"]', head)
    assert machine.description.couplings == ((0, 1), (2, 3))
    assert machine.noise.two_qubit_error.tolist() == [0.01, 0.02]
    assert machine.noise.t1.tolist() == [3.0, 4.0, 5.0, 6.0]
    assert machine.pair_places(((3, 2), (0, 1))).tolist() == [1, 0]
    with pytest.raises(UnsupportedCircuitError, match="no coupling between qubits 0 and 2"):
        machine.pair_places(((0, 2),))


@pytest.mark.parametrize("connectivity", ['"all-to-all"', '"ring"', '"grid:2x2"'])
def test_pairs_are_found_where_the_description_lists_them(connectivity):
    machine = read(head=HEAD.replace('"line"', connectivity))
    pairs = machine.description.pairs
    assert machine.pair_places(pairs).tolist() == list(range(len(pairs)))
    assert [tuple(pair) for pair in machine.pair_ends.tolist()] == list(pairs)
    assert machine.noise.two_qubit_error.shape == (len(pairs),)


NOISE_MISTAKES = {
    't1 = "30"': "noise.t1: ",
    "t1 = 30": "the unit is missing",
    't1 = "-3 s"': "zero or more",
    't1 = "0 s"': "above zero",
    't1 = "3 parsec"': "a time with its unit",
    "t1 = true": "a time with its unit",
    't1 = "1 ms"\nt2 = "3 ms"': "at most 2 T1 = 2.00 ms; lower t2 or raise t1",
    't2 = "3 ms"\nt2_star = "4 ms"': "at most T2 = 3.00 ms",
    't1 = {median = "1 ms", spread = 0.1}\nt2 = {median = "3 ms", spread = 0.1}': "2.00 ms",
    't1 = ["1 ms", "1 ms", "1 ms", "1 ms"]\nt2 = ["1 ms", "1 ms", "3 ms", "1 ms"]': "(qubit 2)",
    "one_qubit_error = 0.8": "one-qubit channel has average infidelity 1/2",
    "two_qubit_error = 0.8": "two-qubit channel has average infidelity 3/4",
    "two_qubit_error = 1.5": "between 0 and 1",
    "two_qubit_error = nan": "finite",
    't2 = "1 ms"\none_qubit_error = 1e-3': "which T1, T2 and durations.one_qubit_gate",
    't2 = "1 ms"\ntwo_qubit_error = [0.3, 0.3, 0.01]': "(pair [2, 3])",
    't2 = "1 ms"\none_qubit_error = {median = 1e-3, spread = 0.2}': "at least",
    "t3 = 1": "an unknown key",
    "dead_qubits = 3": "a list of different qubits from 0 to 3",
    "dead_qubits = [4]": "a list of different qubits from 0 to 3",
    "dead_qubits = [1, 1]": "a list of different qubits from 0 to 3",
    "dead_qubits = [true]": "a list of different qubits from 0 to 3",
    "atom_loss = 1.5": "between 0 and 1",
    "correlated_readout = [0.1]": "4 values, one for each qubit",
    "heating_error = 0.01": "a chain of ions",
    'drift = {kind = "jumps", amplitude = 1, period = "1 s"}': "noise.drift.chance",
    'drift = {kind = "sine", amplitude = 1, period = "1 s", chance = 0.1}': "noise.drift.chance",
    "t2star = 1": 'did you mean "t2_star"?',
    "one_qubit_error = [0.1, 0.1]": "found a list of 2, expected 4 values, one for each qubit",
    "two_qubit_error = [0.1, 0.1]": "3 values, one for each pair",
    'one_qubit_error = [0.1, 0.1, "x", 0.1]': "noise.one_qubit_error[2]",
    "one_qubit_error = {median = 0.1, sigma = 0.2}": "noise.one_qubit_error.sigma",
    "one_qubit_error = {spread = 0.2}": "noise.one_qubit_error.median",
    "one_qubit_error = {median = 0.1, spread = -1}": "a number from 0 to 5",
    "crosstalk_error = 0.4": "lower crosstalk_error",
    'drift = "sine"': "a table such as",
    'drift = {kind = "wave", amplitude = 0.1, period = "1 h"}': "noise.drift.kind",
    'drift = {kind = "sine", amplitude = 1.1, period = "1 h"}': "noise.drift.amplitude",
    'drift = {kind = "sine", amplitude = 0.1}': "noise.drift.period",
    'drift = {kind = "sine", amplitude = 0.1, period = "1 h", of = "all"}': "noise.drift.of",
    'one_qubit_overrotation = "0.1"': "an angle with its unit",
}


@pytest.mark.parametrize("noise", NOISE_MISTAKES)
def test_mistakes_in_the_noise(noise):
    found = problems_of(noise)
    assert len(found) == 1, found
    assert NOISE_MISTAKES[noise] in found[0]
    assert found[0].startswith("m.toml: noise.")


HEAD_MISTAKES = {
    "qubits = 0": "a whole number from 1 to 4096",
    "qubits = 1000000": "a whole number from 1 to 4096",
    "qubits = 4.0": "a whole number",
    "qubits = true": "a whole number",
    "seed = -1": "machine.seed",
    "name = 3": "machine.name",
    'platform = "abacus"': "trapped-ion, neutral-atom",
    'connectivity = "star"': "machine.connectivity",
    'connectivity = "grid:3x3"': "a grid of 4 places",
    "connectivity = 4": "machine.connectivity",
    "connectivity = [[0, 4]]": "machine.connectivity[0]: found [0, 4], expected two of the qubits",
    "connectivity = [[0, 0]]": "two different qubits",
    "connectivity = [[0, 1], [1, 0]]": "machine.connectivity[1]",
    "connectivity = [[0, 1, 2]]": "a pair such as",
    "connectivity = [0, 1]": "a pair such as",
    "qubit = 4": 'did you mean "qubits"?',
    "summary = 3": "a text",
    "cost_per_shot = -1": "machine.cost_per_shot",
}


@pytest.mark.parametrize("line", HEAD_MISTAKES)
def test_mistakes_in_the_head(line):
    key = line.split(" ", maxsplit=1)[0]
    kept = [entry for entry in HEAD.splitlines() if not entry.startswith(key + " ")]
    found = problems_of(head="\n".join([*kept, line]) + "\n")
    assert any(HEAD_MISTAKES[line] in problem for problem in found), found


def test_heating_grows_with_the_ions_between():
    chain = HEAD.replace('"line"', '"all-to-all"')
    noise = read("two_qubit_error = 0.01\nheating_error = 2e-3", head=chain).noise
    # 01 02 03 12 13 23
    assert noise.two_qubit_error == pytest.approx([0.01, 0.012, 0.014, 0.01, 0.012, 0.01])
    (told,) = problems_of("two_qubit_error = 0.01\nheating_error = 0.5", head=chain)
    assert "2 ions between pair [0, 3]" in told


def test_atom_loss_is_read_as_a_1():
    noise = read("readout_p01 = 0.1\nreadout_p10 = 0.2\natom_loss = 0.5").noise
    # Half of the atoms in 0 are read as what a 1 is read as: 0.5 * 0.1 + 0.5 * 0.8.
    assert noise.readout_p01 == pytest.approx([0.45] * 4)
    assert noise.readout_p10 == pytest.approx([0.2] * 4)


def test_all_mistakes_are_told_at_once():
    found = problems_of(
        "t1 = 3\nreadout_p01 = 2\nfoo = 1",
        HEAD.replace('"line"', "[[0, 9]]"),
        '[durations]\nreadout = "3"\nwarp = 9\n',
    )
    assert len(found) == 6, found


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "[machine]"),
        (b"machine = 3", "a section [machine]"),
        (b"[machine", "broken TOML"),
        (b"[machine]\nqubits = 1\nqubits = 2", "broken TOML"),
        (b"\xff\xfe", "no UTF-8"),
        (b"#" * 1_100_000, "at most"),
        (b"a = " + b"[" * 5000, "nested too deeply"),
    ],
)
def test_what_is_no_machine_file(data, said):
    with pytest.raises(DeviceFileError) as caught:
        read_machine(data, "m.toml")
    assert said in str(caught.value)


def test_built_in_machines_open():
    assert {"prototype-50", "msu-rb-50", "perfect-50"} <= set(built_in_machines())
    for name in built_in_machines():
        described = device_of(f"virtual:{name}").describe()
        assert described.name == f"virtual:{name}"
        assert described.qubits == int(name.rpartition("-")[2])
        assert machine_text(name).startswith("#")
    assert load_machine("virtual:msu-rb-50").noise.two_qubit_error.shape == (85,)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("virtual:prototype50", 'did you mean "virtual:prototype-50"?'),
        ("virtual:", "virtual:perfect-50"),
        ("prototype-50", 'did you mean "virtual:prototype-50"?'),
        ("nowhere.toml", "which does not exist"),
        ("aer:statevector", "which does not exist"),
        ("aer:ideal-0", "N from 1 to 1000"),
        ("qiskit:a.b:c", "No module named 'a'"),
        ("qiskit:json", 'found "json", expected qiskit:MODULE:ATTRIBUTE'),
        ("qiskit:json:JSONDecoder", "found an object of type JSONDecoder"),
        ("replay:b.zip", "replayed by `qassay run` and `qassay plan` alone"),
        ("bad\0path", "does not exist"),
        ("", "machine file"),
    ],
)
def test_unknown_devices(text, said):
    with pytest.raises(DeviceFileError) as caught:
        device_of(text)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_is_no_device(tmp_path):
    with pytest.raises(DeviceFileError, match="the folder"):
        device_of(str(tmp_path))


def test_a_machine_file_by_its_path(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(HEAD)
    assert device_of(str(path)).describe().name == "m"
