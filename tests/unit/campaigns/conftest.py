"""A campaign by files, on the small machine of tests/unit/exchange."""

import importlib.util
import json
import pkgutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.kit.remembering import remember_numbers

from qassay import campaigns
from qassay.campaigns.collecting import advance
from qassay.campaigns.folder import AgreedTerms, begin_campaign
from qassay.exchange.description_file import read_description

_SPEC = importlib.util.spec_from_file_location(
    "exchange_conftest", Path(__file__).parents[1] / "exchange" / "conftest.py"
)
_SHARED = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_SHARED)
# The machine lies between the last claim and its limit, so that all rounds are asked for; it reads
# out so badly, and the limits are so far, that a round is small.
SHEET = _SHARED.SHEET.replace(b"1.3 %", b"13 %").replace(b"25 ms", b"80 ms")
SHEET = SHEET.replace(b'ms"\ndelta = 1.0', b'ms"\ndelta = 2.0')
SHEET += b'[[claim]]\nid = "open"\nmetric = "readout_error_0"\nvalue = "6 %"\ndelta = 2.0\n'
NOW = 1_700_000_000
HOUR = 3600


@pytest.fixture(scope="module", autouse=True)
def _remembering():
    """A campaign is audited before it is closed, and by the tests again."""
    with pytest.MonkeyPatch.context() as patch:
        remember_numbers(patch)
        yield


@pytest.fixture(scope="session")
def laboratory():
    return _SHARED.example("laboratory")


@pytest.fixture(scope="session")
def three_parties():
    sys.path.insert(0, str(Path(__file__).parents[3] / "examples"))
    return _SHARED.example("three_parties")


class Campaign:
    """A folder, a laboratory, and the calls that a user would make."""

    def __init__(self, folder, laboratory, *, turns=4, deadline=HOUR, seed=3, device=""):
        self.folder, self.laboratory = folder, laboratory
        self.sheet = folder / "sheet.toml"
        folder.mkdir(parents=True)
        self.sheet.write_bytes(SHEET)
        self.device, self.gates = read_description(
            (_SHARED.DEVICE + device).encode(), "device.toml"
        )
        self.turns, self.deadline, self.seed = turns, deadline, seed
        self.home = folder / "campaign"

    def open(self):
        """Begin, or take up."""
        terms = AgreedTerms(gates=self.gates, deadline=self.deadline)
        return begin_campaign(
            self.sheet, self.device, self.home, terms, seed=self.seed, turns=self.turns
        )

    def step(self, *files, now=NOW, **more):
        """Take files in."""
        return advance(self.open(), files, now=now, **more)

    def counts(self, number, *parts, name=None, change=None, seed=None):
        """Run a pack, or parts of it, and give the file of counts."""
        errors = self.laboratory.Errors(one=1e-4, two=5e-3, readout=0.1, t1=0.02)
        pack = self.home / "to-vendor" / f"round-{number:02d}.zip"
        document = self.laboratory.run_pack(pack, errors, parts, seed=seed or 1000 * number)
        if change:
            document = change(document) or document
        path = self.folder / f"{name or f'counts-{number}-{parts}'}.json"
        path.write_text(json.dumps(document), encoding="utf-8")
        return path

    def snapshot(self):
        """Give all files of the campaign's folder."""
        return {
            str(p.relative_to(self.home)): p.read_bytes()
            for p in sorted(self.home.rglob("*"))
            if p.is_file() and not p.name.startswith(".")  # a draft of a call that was killed
        }


@pytest.fixture
def campaign(tmp_path, laboratory):
    return Campaign(tmp_path / "c", laboratory)


@pytest.fixture
def make_campaign(tmp_path, laboratory):
    return lambda name, **more: Campaign(tmp_path / name, laboratory, **more)


@pytest.fixture
def small_files(tmp_path):
    """A folder with a sheet, a machine's description, and a key of a vendor."""
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "sheet.toml").write_bytes(_SHARED.SHEET)
    (folder / "device.toml").write_text(_SHARED.DEVICE, encoding="utf-8")
    call = [sys.executable, "-m", "qassay", "key", "new", "--role", "vendor", "--name", "Vendor"]
    subprocess.run([*call, "--out", folder / "key"], check=True, capture_output=True)
    return folder


class Killed(BaseException):
    """A call ends as by a power cut."""


@pytest.fixture
def kill_at_every_write(monkeypatch):
    """Give a context in which the write of a given number, and all after it, never happen."""
    modules = [
        importlib.import_module(f"qassay.campaigns.{one.name}")
        for one in pkgutil.iter_modules(campaigns.__path__)
    ]

    @contextmanager
    def killing(budget):
        left = [budget]

        def counted(call):
            def counting(*args, **kwargs):
                if left[0] == 0:
                    raise Killed
                left[0] -= 1
                return call(*args, **kwargs)

            return counting

        def kill(call, *args, **kwargs):
            try:
                call(*args, **kwargs)
            except Killed:
                return True
            return False

        with monkeypatch.context() as patch:
            for module in modules:
                for name in ("write_whole", "append_lines", "write_pack"):
                    if hasattr(module, name):
                        patch.setattr(module, name, counted(getattr(module, name)))
            yield kill

    return killing
