"""What every device must do, as checks that an outside author can run.

With pytest, subclass and say how to open the device:

    class TestMyDevice(DeviceConformance):
        def open_device(self):
            return MyDevice(...)

Without pytest, `failures(MyDevice)` gives a sentence for each check that failed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from qassay.circuits.circuit import Circuit, Gate
from qassay.circuits.family import CircuitFamily, Pulses
from qassay.circuits.gates import HALF_X
from qassay.devices.interface import Device, Job, JobResult
from qassay.errors import DeviceError, JobLostError, UnavailableError, UnsupportedCircuitError

# How a service can fail while a job is out: `faulty_device` is asked for each.
SERVICE_FAULTS = ("lost", "timeout", "partial", "duplicated", "wrong shots", "failed", "refused")


class ConformanceError(AssertionError):
    """A device does not do what every device must."""


class DeviceConformance:
    """The checks, one a method; override what is in capitals or `open_device`."""

    SHOTS = 100
    SECONDS_AT_MOST = 120.0  # for one job; a device that hangs fails
    CONTRAST = 0.2  # least rise of P(1) at a qubit by its own X; below that it counts as dead
    DEAD_QUBITS = 0  # how many may be dead

    def open_device(self) -> Device:
        """Open the device under test, anew each time."""
        raise NotImplementedError("a conformance suite must say how to open its device")

    def faulty_device(self, fault: str) -> Device | None:
        """Open the device with a service that has one of `SERVICE_FAULTS`.

        Returns:
            The device; None where this fault cannot be made, which skips the check.
        """
        return None

    def test_description(self) -> None:
        """It says what it is: qubits, couplings on them, times that are not negative."""
        said = self.open_device().describe()
        _must(said.qubits >= 1, f"a device of {said.qubits} qubits")
        _must(bool(said.name), "a device without a name")
        for a, b in said.couplings:
            _must(0 <= a < b < said.qubits, f"coupling {a}, {b} on {said.qubits} qubits")
        _must(list(said.couplings) == sorted(set(said.couplings)), "couplings sorted, each once")
        least = min(asdict(said.durations).values())
        _must(least >= 0, f"durations that are not negative, not {least}")

    def test_x_on_each_qubit_lands_in_its_bit(self) -> None:
        """X on qubit k raises bit k, more than any other bit, for every k."""
        device = self.open_device()
        qubits = device.describe().qubits
        asked = np.vstack([np.zeros((1, qubits), dtype=np.uint8), np.eye(qubits, dtype=np.uint8)])
        result = self._run(device, _bit_strings("conformance-x", asked, self.SHOTS))
        ones = result.outcomes.mean(axis=1)
        rise = ones[1:] - ones[0]
        landed = rise.argmax(axis=1)
        alive = rise.max(axis=1) > self.CONTRAST
        wrong = [k for k in range(qubits) if alive[k] and landed[k] != k]
        _must(not wrong, f"X on qubit {wrong[:1]} raises bit {landed[wrong[:1]].tolist()}")
        dead = int((~alive).sum())
        _must(dead <= self.DEAD_QUBITS, f"{dead} qubits do not answer X")

    def test_shots_add_up(self) -> None:
        """Every circuit gives the shots that were asked, each a bit for every qubit."""
        device = self.open_device()
        qubits = device.describe().qubits
        asked = np.zeros((3, qubits), dtype=np.uint8)
        for shots in (1, 7):
            result = self._run(device, _bit_strings(f"conformance-{shots}", asked, shots))
            found = result.outcomes
            _must(found.shape == (3, shots, qubits), f"3 x {shots} x {qubits}: {found.shape}")
            _must(bool(((found == 0) | (found == 1)).all()), "outcomes of 0 and 1")
            _must(result.seconds >= 0, f"{result.seconds} seconds")

    def test_order_of_circuits_is_kept(self) -> None:
        """Circuits of two families, mixed, come back in the order of execution."""
        device = self.open_device()
        qubits = device.describe().qubits
        bits = np.array([0, 1, 1, 0, 1, 0, 0, 1, 1, 1, 0, 0], dtype=np.uint8)
        order = np.array([0, 1, 1, 1, 0, 0, 1, 0, 0, 1, 0, 1], dtype=np.intp)
        asked = np.repeat(bits[:, None], qubits, axis=1)
        families = tuple(_family(asked[order == number]) for number in (0, 1))
        job = Job(id="conformance-order", families=families, order=order, shots=self.SHOTS)
        ones = self._run(device, job).outcomes.mean(axis=(1, 2))
        middle = (ones.min() + ones.max()) / 2
        _must(ones.max() - ones.min() > self.CONTRAST, "all ones and all zeros told apart")
        _must((ones > middle).tolist() == (bits == 1).tolist(), "circuits in the order of the job")

    def test_unknown_gate_is_refused(self) -> None:
        """A pulse code that nobody knows is a typed error, not a guess."""
        device = self.open_device()
        job = _bit_strings("conformance-gate", np.zeros((1, device.describe().qubits), np.uint8), 2)
        family = job.families[0]
        run = family.elements[0] if isinstance(family, CircuitFamily) else None
        if isinstance(run, Pulses):
            run.codes[0, 0, 0] = 77  # behind the back of the family, which would refuse it
        self._refused(device, job, "an unknown gate")

    def test_circuits_of_any_angle(self) -> None:
        """Pulses of any angle add up, and a turn about Z turns the axis of the next pulse."""
        device = self.open_device()
        qubits = device.describe().qubits
        asked, circuits = (0, 1, 0, 1), []
        for first, turn, second in (
            (0.3, 0.0, -0.3),
            (0.3, 0.0, 0.7),
            (0.5, 1.0, 0.5),
            (0.25, 2.0, 0.75),
        ):
            gates = [
                gate
                for q in range(qubits)
                for gate in (
                    Gate("prx", (q,), first * np.pi, 0.4),
                    Gate("rz", (q,), turn * np.pi),
                    Gate("prx", (q,), second * np.pi, 0.4),
                )
            ]
            circuits.append(Circuit(qubits, tuple(gates)))
        order = np.array([3, 0, 2, 1], dtype=np.intp)
        job = Job(id="conformance-angles", families=tuple(circuits), order=order, shots=self.SHOTS)
        try:
            ones = self._run(device, job).outcomes.mean(axis=(1, 2))
        except UnsupportedCircuitError:
            return  # said, and nothing guessed
        expected = [asked[number] == 1 for number in order]
        middle = (ones.min() + ones.max()) / 2
        _must(ones.max() - ones.min() > self.CONTRAST, "half turns in two parts told from none")
        _must((ones > middle).tolist() == expected, "pulses of any angle and turns about Z")

    def test_too_many_qubits_are_refused(self) -> None:
        """A circuit wider than the device is a typed error."""
        device = self.open_device()
        wide = np.zeros((1, device.describe().qubits + 1), dtype=np.uint8)
        self._refused(device, _bit_strings("conformance-wide", wide, 2), "a circuit too wide")

    def test_a_missing_coupling_is_refused(self) -> None:
        """A CZ between qubits that are not coupled is a typed error, not routed."""
        device = self.open_device()
        said = device.describe()
        coupled = set(said.pairs)
        apart = next((p for p in combinations(range(said.qubits), 2) if p not in coupled), None)
        if apart is None:
            return
        codes = np.zeros((1, 1, said.qubits), dtype=np.uint8)
        family = CircuitFamily(said.qubits, 1, (Pulses(codes, (apart,)),))
        job = Job(id="conformance-pair", families=(family,), order=np.zeros(1, np.intp), shots=2)
        self._refused(device, job, f"a CZ between the uncoupled qubits {apart}")

    def test_the_same_job_again(self) -> None:
        """A job sent twice, as after a lost answer, is answered twice, whole."""
        device = self.open_device()
        asked = np.eye(device.describe().qubits, dtype=np.uint8)[:2]
        job = _bit_strings("conformance-again", asked, 5)
        first, second = self._run(device, job), self._run(device, job)
        _must(first.outcomes.shape == second.outcomes.shape, "two answers of one shape")

    def test_a_lost_job_says_so(self) -> None:
        """A handle that leads nowhere is a JobLostError, not a made-up answer."""
        device = self.open_device()
        with _raises("a handle that was never given", JobLostError):
            self._limited(lambda: device.collect("no-such-handle"))

    def test_faults_of_the_service(self) -> None:
        """Lost, late, partial, repeated and miscounted answers are typed errors."""
        for fault in SERVICE_FAULTS:
            device = self.faulty_device(fault)
            if device is None:
                continue
            asked = np.zeros((3, device.describe().qubits), dtype=np.uint8)
            job = _bit_strings(f"conformance-{fault}", asked, 4)
            with _raises(f"a service fault, {fault}", JobLostError, UnavailableError):
                self._run(device, job)

    def _run(self, device: Device, job: Job) -> JobResult:
        """Send a job and take its answer, which must be one."""
        result = self._limited(lambda: device.collect(device.submit(job)))
        _must(isinstance(result, JobResult), f"a JobResult, not {type(result).__name__}")
        _must(result.job_id == job.id, f"the answer to {job.id}, not to {result.job_id}")
        circuits, shots, _ = result.outcomes.shape
        _must(circuits == job.circuits, f"{job.circuits} circuits, not {circuits}")
        _must(shots == job.shots, f"{job.shots} shots, not {shots}")
        found: JobResult = result
        return found

    def _refused(self, device: Device, job: Job, what: str) -> None:
        with _raises(what, UnsupportedCircuitError):
            self._limited(lambda: device.collect(device.submit(job)))

    def _limited(self, call: Callable[[], Any]) -> Any:
        """Call with a limit of time."""
        answer: list[Any] = []
        failed: list[BaseException] = []

        def work() -> None:
            try:
                answer.append(call())
            except BaseException as error:  # handed on to the caller below
                failed.append(error)

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        thread.join(self.SECONDS_AT_MOST)
        _must(not thread.is_alive(), f"an answer within {self.SECONDS_AT_MOST:g} s")
        if failed:
            raise failed[0]
        return answer[0]


def failures(open_device: Callable[[], Device], **settings: Any) -> list[str]:
    """Run all checks without pytest.

    Args:
        open_device: Opens the device, anew each time.
        **settings: Attributes of `DeviceConformance`, such as SHOTS.

    Returns:
        A sentence for each check that failed; empty for a device that conforms.
    """
    kind = type("Suite", (DeviceConformance,), {"open_device": lambda _: open_device(), **settings})
    suite, said = kind(), []
    for name in sorted(dir(suite)):
        if name.startswith("test_"):
            try:
                getattr(suite, name)()
            except Exception as error:  # any other error is a failure of the device as well
                said.append(f"{name}: {type(error).__name__}: {error}")
    return said


def _must(true: bool, expected: str) -> None:
    if not true:
        raise ConformanceError(f"expected {expected}")


@contextmanager
def _raises(what: str, *kinds: type[DeviceError]) -> Iterator[None]:
    names = " or ".join(kind.__name__ for kind in kinds)
    try:
        yield
    except kinds:
        return
    except ConformanceError:
        raise
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
        raise ConformanceError(f"expected {names} for {what}, found {said}") from error
    raise ConformanceError(f"expected {names} for {what}, found an answer")


def _family(asked: npt.NDArray[np.uint8]) -> CircuitFamily:
    """Make circuits that prepare bit strings, shape (circuits, qubits)."""
    codes = (asked * np.uint8(HALF_X))[:, None, :]
    return CircuitFamily(asked.shape[1], asked.shape[0], (Pulses(codes),))


def _bit_strings(name: str, asked: npt.NDArray[np.uint8], shots: int) -> Job:
    order = np.zeros(asked.shape[0], dtype=np.intp)
    return Job(id=name, families=(_family(asked),), order=order, shots=shots)
