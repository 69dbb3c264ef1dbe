"""Job packs for 50 qubits: time and size, one file a circuit against one long file.

    .venv/bin/python benchmarks/exchange_pack.py

Writes the circuits of the first cycle of `claims/prototype-50.toml` (about 2,000 circuits of 50
qubits) in both forms. Times are of this machine, one process.
"""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path

from qassay import assay
from qassay.circuits.qasm import PULSES_AND_CZ
from qassay.devices.catalog import device_of
from qassay.exchange.pack import circuit_texts
from qassay.exchange.parts import round_parts
from qassay.verdicts.course import asked_parts

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    device = device_of("virtual:prototype-50")
    request = assay.plan(ROOT / "claims" / "prototype-50.toml", device, seed=1)
    (part,) = round_parts(1, asked_parts(request.plan, 1, {}), request.root).values()
    begun = time.perf_counter()
    texts = [
        (place.id, text)
        for place, text in circuit_texts(request.plan, request.root, PULSES_AND_CZ, part)
    ]
    drawn = time.perf_counter() - begun
    size = sum(len(text) for _, text in texts)
    print(
        f"{len(texts)} circuits of 50 qubits: {size / 1e6:.0f} MB of text,"
        f" drawn and written in {drawn:.1f} s"
    )
    for level in (1, 6):
        for form in ("one file a circuit", "one long file"):
            begun, packed = time.perf_counter(), io.BytesIO()
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
                if form == "one file a circuit":
                    for name, text in texts:
                        archive.writestr(f"circuits/{name}.qasm", text)
                else:
                    archive.writestr("circuits.txt", b"".join(text for _, text in texts))
            took = time.perf_counter() - begun
            print(f"  deflate {level}, {form:<19} {packed.tell() / 1e6:6.1f} MB  {took:5.1f} s")


if __name__ == "__main__":
    main()
