"""Other people's suites of benchmarks on a virtual machine of ours.

    python benchmarks/other_suites.py metriq [--machine prototype-50]
    python benchmarks/other_suites.py iqm

Each needs an environment of its own, since they pin versions of Qiskit: `pip install
qassay[qiskit] metriq-gym` (Python 3.12 or newer), `pip install qassay[qiskit] iqm-benchmarks`. No
network is needed. What each found is printed with its processor time, and of what does not run the
sentence that it ends with.
"""

import argparse
import contextlib
import importlib.metadata
import io
import logging
import sys
import time
import warnings
from pathlib import Path

# A file of this folder is called `coverage`, which others' packages import.
sys.path = [place for place in sys.path if Path(place or ".").resolve() != Path(__file__).parent]
SEED = 3
METRIQ = (
    ("Mirror Circuits", {"width": 4, "num_layers": 2, "num_circuits": 5, "shots": 200, "seed": 1}),
    ("EPLG", {"num_qubits_in_chain": 10, "lengths": [2, 8, 20], "num_samples": 2, "seed": 1}),
    ("QML Kernel", {"num_qubits": 4, "shots": 200}),
    ("CLOPS", {"num_qubits": 4, "num_circuits": 5, "num_layers": 4, "shots": 100, "seed": 1}),
    ("Linear Ramp QAOA", {"num_qubits": 4, "graph_type": "1D", "qaoa_layers": [3], "shots": 200}),
    ("Bernstein-Vazirani", {"min_qubits": 2, "max_qubits": 4, "shots": 100}),
    ("Hidden Shift", {"min_qubits": 2, "max_qubits": 4, "shots": 100}),
    ("Quantum Fourier Transform", {"min_qubits": 2, "max_qubits": 4, "shots": 100}),
    ("Phase Estimation", {"min_qubits": 3, "max_qubits": 4, "shots": 100}),
    ("WIT", {"num_qubits": 6, "shots": 200}),
    ("BSEQ", {"shots": 20, "max_colors": 1}),
)
QEDC = {"skip_qubits": 1, "max_circuits": 1}


def told(name, call):
    """Run one and print what it found, or how it ended."""
    begun = time.process_time()
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            words = call()
    except Exception as error:  # others' code: whatever it raises is the answer
        words = f"does not run: {type(error).__name__}: {' '.join(str(error).split())[:160]}"
    print(f"{name:26} {time.process_time() - begun:6.1f} CPU s  {words}", flush=True)


def metriq(machine):
    """Run metriq-gym's own handlers: dispatch, poll, values."""
    from metriq_gym.constants import JobType
    from metriq_gym.local.device import LocalAerDevice
    from metriq_gym.local.job import LocalAerJob
    from metriq_gym.local.provider import LocalProvider
    from metriq_gym.registry import BENCHMARK_HANDLERS
    from metriq_gym.schema_validator import validate_and_create_model
    from qiskit import transpile

    from qassay.devices.qiskit_virtual import virtual_backend

    class Local(LocalAerDevice):
        """Its device for a simulator, which takes any gate: ours takes its own."""

        def transform(self, run_input):
            return transpile(run_input, self._backend, seed_transpiler=SEED)

    def ran(name, given):
        backend = virtual_backend(machine, seed=SEED)
        device = Local(provider=LocalProvider(), device_id=backend.name, backend=backend)
        more = QEDC if "min_qubits" in given else {}
        params = validate_and_create_model({"benchmark_name": name, **given, **more})
        place = argparse.Namespace(provider="local", device=backend.name)
        handler = BENCHMARK_HANDLERS[JobType(name)](place, params)
        data = handler.dispatch_handler(device)
        jobs = [LocalAerJob(one) for one in data.provider_job_ids]
        found = handler.poll_handler(data, [job.result().data for job in jobs], jobs)
        return ", ".join(f"{key} {value:.4g}" for key, value in list(found.values.items())[:6])

    for name, given in METRIQ:
        told(name, lambda name=name, given=given: ran(name, given))


def iqm(machine):
    """Run benchmarks of iqm-benchmarks that take a backend as it is."""
    import numpy as np
    from iqm.benchmarks.entanglement.ghz import GHZBenchmark, GHZConfiguration
    from iqm.benchmarks.quantum_volume.quantum_volume import (
        QuantumVolumeBenchmark,
        QuantumVolumeConfiguration,
    )
    from iqm.benchmarks.randomized_benchmarking.clifford_rb.clifford_rb import (
        CliffordRandomizedBenchmarking,
        CliffordRBConfiguration,
    )
    from iqm.benchmarks.randomized_benchmarking.mirror_rb.mirror_rb import (
        MirrorRandomizedBenchmarking,
        MirrorRBConfiguration,
    )

    from qassay.devices.qiskit_virtual import virtual_backend

    backend = virtual_backend(machine, gates="r", seed=SEED)
    for name, kind, configuration in (
        (
            "Clifford, one qubit",
            CliffordRandomizedBenchmarking,
            CliffordRBConfiguration(
                qubits_array=[[0]],
                sequence_lengths=[1, 50, 200, 500],
                num_circuit_samples=5,
                shots=200,
            ),
        ),
        (
            "quantum volume",
            QuantumVolumeBenchmark,
            QuantumVolumeConfiguration(
                num_circuits=20, shots=100, custom_qubits_array=[[0, 1, 2]], optimize_sqg=False
            ),
        ),
        (
            "GHZ",
            GHZBenchmark,
            GHZConfiguration(
                custom_qubits_array=[[0, 1, 2]], state_generation_routine="naive", shots=200
            ),
        ),
        (
            "mirror",
            MirrorRandomizedBenchmarking,
            MirrorRBConfiguration(
                qubits_array=[[0, 1]],
                depths_array=[[2, 4, 8]],
                num_circuit_samples=2,
                num_pauli_samples=2,
                shots=100,
            ),
        ),
    ):

        def ran(kind=kind, configuration=configuration):
            np.random.seed(SEED)  # noqa: NPY002 - theirs
            benchmark = kind(backend, configuration)
            benchmark.run()
            found = benchmark.analyze().observations
            return ", ".join(
                f"{one.name} {one.value:.6g}"
                + (f" +- {one.uncertainty:.2g}" if one.uncertainty is not None else "")
                for one in found[:3]
                if isinstance(one.value, float | int)
            )

        told(name, ran)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("suite", choices=["metriq", "iqm"])
    parser.add_argument("--machine", default="prototype-50", help="one of `qassay machines`")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    package = {"metriq": "metriq-gym", "iqm": "iqm-benchmarks"}[given.suite]
    print(f"{package} {importlib.metadata.version(package)} on virtual:{given.machine}")
    {"metriq": metriq, "iqm": iqm}[given.suite](given.machine)


if __name__ == "__main__":
    main()
