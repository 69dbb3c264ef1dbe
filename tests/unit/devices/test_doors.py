"""Doors by the makers' names, against stand-ins that have their packages' shape."""

import sys
from types import ModuleType

import pytest

pytest.importorskip("qiskit")

from qiskit.providers.fake_provider import GenericBackendV2

from qassay.devices.catalog import device_of
from qassay.devices.doors import DOORS
from qassay.errors import DeviceFileError, UnavailableError

LINE = [[0, 1], [1, 0], [1, 2], [2, 1]]


class Elsewhere(GenericBackendV2):
    """A machine that is no simulator by its module or its name."""

    def __init__(self, name="qpu"):
        super().__init__(3, coupling_map=LINE, seed=1)
        self.name = name


@pytest.fixture
def package(monkeypatch):
    """Put a module in the place of a maker's package."""

    def put(name, **members):
        module = ModuleType(name)
        for key, value in members.items():
            setattr(module, key, value)
        monkeypatch.setitem(sys.modules, name, module)

    return put


class Provider:
    """What the makers' providers have in common; it notes what it was asked."""

    asked: list = []  # noqa: RUF012

    def __init__(self, *words, **more):
        self.asked.append((words, more))
        self.offline = self

    def backend(self, *words, **more):
        self.asked.append((words, more))
        return Elsewhere()

    get_backend = get_resource = backend
    ideal = noisy = backend

    def direct_access(self):
        return self


@pytest.fixture
def asked(monkeypatch):
    monkeypatch.setattr(Provider, "asked", [])
    return Provider.asked


PACKAGES = {
    "ibm": ("qiskit_ibm_runtime", {"QiskitRuntimeService": Provider}),
    "ionq": ("qiskit_ionq", {"IonQProvider": Provider}),
    "iqm": ("iqm.qiskit_iqm", {"IQMProvider": Provider, "IQMFakeAdonis": Elsewhere}),
    "aqt": ("qiskit_aqt_provider", {"AQTProvider": Provider}),
    "braket": (
        "qiskit_braket_provider",
        {"BraketProvider": Provider, "BraketLocalBackend": Elsewhere},
    ),
    "azure": ("azure.quantum.qiskit", {"AzureQuantumProvider": Provider}),
}
OPENED = {  # what is typed, what the package is asked for, whether it computes here
    "ibm:ibm_kingston": (("ibm_kingston",), {}),
    "ionq:qpu.forte-1": (("ionq_qpu.forte-1",), {"gateset": "native"}),
    "iqm:https://there#garnet": ((), {}),
    "aqt:noisy": ((), {}),
    "aqt:https://trap": (("https://trap", ""), {}),
    "braket:Forte 1": (("Forte 1",), {}),
    "azure:ionq.qpu.aria-1": (("ionq.qpu.aria-1",), {}),
}


def test_each_maker_is_here():
    assert DOORS.keys() == PACKAGES.keys()


@pytest.mark.parametrize("text", OPENED)
def test_a_door_asks_its_package_for_the_machine(text, package, asked, monkeypatch):
    monkeypatch.delenv("AQT_TOKEN", raising=False)
    name = text.partition(":")[0]
    module, members = PACKAGES[name]
    package(module.partition(".")[0])
    package("azure.quantum", Workspace=Provider)
    package(module, **members)
    device = device_of(text)
    described = device.describe()
    assert (described.name, described.qubits) == (text, 3)
    assert described.platform == (DOORS[name].platform or "other")
    assert asked[-1] == OPENED[text]
    if name == "iqm":
        assert (("https://there",), {"quantum_computer": "garnet"}) in asked


@pytest.mark.parametrize("text", ["iqm:fake-adonis", "braket:local-braket_dm", "aqt:ideal"])
def test_what_computes_here_is_a_simulator_and_has_no_queue(text, package, asked):
    module, members = PACKAGES[text.partition(":")[0]]
    package(module.partition(".")[0])
    package(module, **members)
    device = device_of(text)
    assert device.computes_here
    assert device.describe().simulator


def test_a_machine_of_aws_is_sent_to_verbatim(package, asked):
    module, members = PACKAGES["braket"]
    package(module, **members)
    assert device_of("braket:Forte 1")._options(None) == {"verbatim": True}
    assert device_of("braket:local")._options is None


@pytest.mark.parametrize("name", DOORS)
def test_a_package_that_is_not_there_is_named(name, monkeypatch):
    module = PACKAGES[name][0].partition(".")[0]
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(UnavailableError) as caught:
        device_of(f"{name}:some-machine")
    assert f"pip install qassay '{DOORS[name].package}'" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_cirq_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "cirq", None)
    with pytest.raises(UnavailableError, match="pip install cirq-core"):
        device_of("cirq:simulator-3")


@pytest.mark.parametrize("text", ["iqm:fake-nobody", "aqt:somewhere"])
def test_a_machine_that_is_not_there_is_told_with_those_that_are(text, package, asked):
    module, members = PACKAGES[text.partition(":")[0]]
    package(module.partition(".")[0])
    package(module, **members)
    with pytest.raises(DeviceFileError, match="fake-adonis|ideal, noisy"):
        device_of(text)


def test_a_star_around_a_resonator_is_refused_before_anything_is_sent(package):
    class Star(Elsewhere):
        def has_resonators(self):
            return True

    package("iqm")
    package("iqm.qiskit_iqm", IQMFakeDeneb=Star)
    with pytest.raises(DeviceFileError, match="meet by MOVE"):
        device_of("iqm:fake-deneb")


def test_what_a_package_raises_is_one_sentence(package):
    def refuse(*_, **__):
        raise RuntimeError("no credentials\nwere found")

    package("qiskit_ionq", IonQProvider=refuse)
    with pytest.raises(DeviceFileError, match="no credentials") as caught:
        device_of("ionq:simulator")
    assert "\n" not in str(caught.value)


def test_a_fake_of_ibm_by_a_name_like_its_own(package):
    fakes = "qiskit_ibm_runtime.fake_provider"
    package("qiskit_ibm_runtime")
    package(fakes, FakeLineV2=type("FakeLineV2", (Elsewhere,), {"__module__": fakes}))
    device = device_of("ibm:fake_line")
    assert device.describe().simulator
    assert device.computes_here
    assert device.describe().qubits == 3
    with pytest.raises(DeviceFileError, match="such as fake_torino"):
        device_of("ibm:fake_nobody")


@pytest.mark.slow  # for what the package loads
def test_a_fake_of_ibm_by_its_own_name():
    pytest.importorskip("qiskit_ibm_runtime")
    device = device_of("ibm:fake_manila")
    assert device.describe().simulator
    assert device.computes_here
    assert device.describe().qubits == 5
