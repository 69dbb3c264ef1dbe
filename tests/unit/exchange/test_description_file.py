"""Descriptions of machines: read whole, or refused with every mistake."""

import numpy as np
import pytest

from qassay.circuits.family import CircuitFamily, Pulses
from qassay.circuits.qasm import NativeGates, openqasm3_bytes, openqasm3_text
from qassay.devices.catalog import load_machine, machine_text
from qassay.errors import DeviceFileError
from qassay.exchange.description_file import load_description, read_description

GOOD = """
[device]
name = "A"
platform = "trapped-ion"
qubits = 3
connectivity = [[0, 1], [1, 2]]
native_gates = ["rz", "sx", "x", "rzz"]
cost_per_shot = 0.5
currency = "EUR"
[durations]
one_qubit_gate = "10 us"
readout = "300 us"
"""


def test_a_description_is_read_with_its_gates():
    device, gates = read_description(GOOD.encode(), "d.toml")
    assert (device.name, device.platform, device.qubits) == ("A", "trapped-ion", 3)
    assert device.pairs == ((0, 1), (1, 2))
    assert device.durations.one_qubit_gate == pytest.approx(1e-5)
    assert not device.simulator
    assert gates == NativeGates(one_qubit="sx", two_qubit="rzz")


def test_of_a_machine_file_only_the_public_face_is_taken():
    data = machine_text("prototype-50").encode()
    device, gates = read_description(data, "prototype-50.toml")
    ours = load_machine("virtual:prototype-50").description
    assert device.couplings == ours.couplings
    assert device.durations == ours.durations
    assert device.simulator
    assert "error" not in str(device.as_json())
    assert gates == NativeGates()


def test_all_mistakes_are_told_at_once_with_their_lines():
    text = """[device]
name = 5
platform = "ions"
qubits = 0
native_gates = ["cx"]
colour = "blue"
[durations]
readout = "3 apples"
[noise]
"""
    with pytest.raises(DeviceFileError) as caught:
        read_description(text.encode(), "d.toml")
    words = str(caught.value)
    for part in ("d.toml:2", "platform", "qubits", "native_gates", "colour", "readout", "noise"):
        assert part in words
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[device]",
        "[device",
        "\x00",
        "[device]\nname=1\n[machine]",
        "device = 3",
        "durations = 1",
        "[device]\nqubits = 1e9",
        "[device]\nqubits = true",
        '[device]\nnative_gates = "prx"',
        "[device]\nnative_gates = [[1]]",
        "a." * 5000 + "a = 1",
    ],
)
def test_what_is_no_description_is_refused(text):
    with pytest.raises(DeviceFileError):
        read_description(text.encode(), "d.toml")


def test_a_missing_file_is_said_so(tmp_path):
    with pytest.raises(DeviceFileError, match="no such file"):
        load_description(tmp_path / "none.toml")
    with pytest.raises(DeviceFileError, match="no regular file"):
        load_description(tmp_path)


def test_what_is_out_of_order_is_read_and_no_pulse_is_written_on_it():
    text = '[device]\nname = "M"\nplatform = "other"\nqubits = 4\nconnectivity = "line"\n'
    device, gates = read_description(
        (text + "out_of_order = [3]\npairs_out_of_order = [[1, 0]]\n").encode(), "d.toml"
    )
    assert (device.out_of_order, device.pairs_out_of_order) == ((3,), ((0, 1),))
    assert (device.usable, device.pairs) == ((0, 1, 2), ((1, 2),))
    family = CircuitFamily(4, 1, (Pulses(np.ones((1, 1, 4), dtype=np.uint8)),))
    written = openqasm3_bytes(family, 0, gates, device.out_of_order).decode()
    assert "q[2]" in written
    assert "q[3]" not in written
    assert "q[3]" in openqasm3_text(family, 0, gates)


@pytest.mark.parametrize(
    "line",
    [
        "out_of_order = [4]",
        "out_of_order = 1",
        "out_of_order = [0, 1, 2, 3]",
        "pairs_out_of_order = [[0, 0]]",
        "pairs_out_of_order = [0]",
        "out_of_order = [true]",
    ],
)
def test_wrong_lists_of_what_is_out_of_order(line):
    text = '[device]\nname = "M"\nplatform = "other"\nqubits = 4\nconnectivity = "line"\n'
    with pytest.raises(DeviceFileError, match="out_of_order"):
        read_description((text + line + "\n").encode(), "d.toml")
