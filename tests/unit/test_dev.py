"""The set-up: what is pinned, and what dev.py does when things go wrong."""

import importlib.util
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
LOCKS = ("run", "dev", "uv")


def pins(name):
    """Map each pinned requirement to its number of hashes."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    lines = [line for line in text.replace("\\\n", " ").splitlines() if line[:1].strip("#")]
    whole = "\n".join(lines)
    found = {}
    for line in re.split(r"\n(?=\S)", whole):
        requirement = line.split("--hash=")[0].strip()
        found[Requirement(requirement)] = line.count("--hash=sha256:")
    return found


@pytest.fixture
def dev(tmp_path, monkeypatch):
    """dev.py, its folder moved to an empty one, and a record of what it asked to install."""
    spec = importlib.util.spec_from_file_location("dev", ROOT / "dev.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    asked = []

    def install(level, fresh, uv):
        asked.append((level, fresh, uv))
        module.PYTHON.parent.mkdir(parents=True, exist_ok=True)
        module.PYTHON.touch()
        return module.outcome

    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(module, "STAMP", tmp_path / ".venv" / "set-up-finished")
    monkeypatch.setattr(module, "LOCK", {name: tmp_path / f"{name}.txt" for name in LOCKS})
    monkeypatch.setattr(module, "find_uv", lambda: "uv")
    monkeypatch.setattr(module, "install", install)
    for name in ("run.txt", "dev.txt", "uv.txt", "pyproject.toml"):
        (tmp_path / name).write_text(name)
    module.asked = asked
    module.outcome = True
    return module


@pytest.mark.parametrize("name", LOCKS)
def test_every_requirement_is_exact_and_hashed(name):
    found = pins(name)
    assert found
    for requirement, hashes in found.items():
        assert str(requirement.specifier).startswith("=="), requirement
        assert hashes >= 1, requirement


@pytest.mark.parametrize("name", LOCKS)
def test_no_address_is_pinned(name):
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    assert not re.search(r"://|--(extra-)?index|--find-links|--trusted-host|/simple", text)


def test_run_pins_are_the_dev_pins():
    assert {str(pin) for pin in pins("run")} <= {str(pin) for pin in pins("dev")}


def test_pins_satisfy_pyproject():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"]
    core = project["project"]["dependencies"]
    extras = project["project"]["optional-dependencies"]["qiskit"]
    wanted = {
        "run": core + groups["run"],
        "dev": core + extras + [entry for entry in groups["dev"] if isinstance(entry, str)],
        "uv": groups["uv"],
    }
    for name, lines in wanted.items():
        pinned = {}
        for pin in pins(name):
            pinned.setdefault(pin.name, []).append(str(pin.specifier).removeprefix("=="))
        for requirement in map(Requirement, lines):
            assert requirement.name in pinned, f"{requirement}: run `python3 dev.py lock`"
            assert all(requirement.specifier.contains(v) for v in pinned[requirement.name])


def test_set_up_happens_once(dev):
    dev.set_up("run")
    dev.set_up("run")
    assert dev.asked == [("run", True, "uv")]


def test_dev_is_added_and_never_taken_away(dev):
    dev.set_up("run")
    dev.set_up("dev")
    dev.set_up("run")
    (dev.ROOT / "run.txt").write_text("changed")
    dev.set_up("run")
    assert dev.asked == [("run", True, "uv"), ("dev", False, "uv"), ("dev", False, "uv")]


def test_interrupted_set_up_begins_anew(dev):
    dev.set_up("run")
    (dev.ROOT / "run.txt").write_text("changed")
    dev.outcome = False
    with pytest.raises(SystemExit, match="python3-pip"):
        dev.set_up("run")
    dev.outcome = True
    dev.set_up("run")
    updated, without_uv, after = dev.asked[1:]
    assert updated == ("run", False, "uv")
    assert without_uv == ("run", True, None)
    assert after == ("run", True, "uv")


def test_lost_interpreter_begins_anew(dev):
    dev.set_up("run")
    dev.PYTHON.unlink()
    dev.set_up("run")
    assert dev.asked == [("run", True, "uv")] * 2


@pytest.mark.parametrize(
    ("code", "writes", "expected"),
    [
        (0, True, 0),
        (1, True, 0),
        (3, True, 0),
        (2, True, 2),
        (4, True, 4),
        (5, True, 5),
        (1, False, 1),  # a traceback ends with 1 too, but leaves no datasheet
        (0, False, 1),
    ],
)
def test_demo_takes_any_verdict_and_no_crash(dev, monkeypatch, code, writes, expected):
    def call(*_command, quiet=False):
        if writes:
            (dev.ROOT / "demo-out").mkdir()
            (dev.ROOT / "demo-out" / "datasheet.html").touch()
        return code

    monkeypatch.setattr(dev, "call", call)
    assert dev.demo(None, []) == expected


@pytest.mark.parametrize(("broken", "pytest_code"), [((), 0), (("mypy",), 0), ((), 1)])
def test_test_fails_when_any_step_fails(dev, monkeypatch, capsys, broken, pytest_code):
    order = []

    def call(*command, quiet=False):
        name = Path(command[0]).name
        order.append(name)
        return pytest_code if name == "pytest" else int(name in broken)

    monkeypatch.setattr(dev, "call", call)
    options = type("Options", (), {"slow": False})
    assert bool(dev.test(options, [])) == bool(broken or pytest_code)
    assert order == ["ruff", "ruff", "mypy", "lint-imports", "pytest"]
    assert capsys.readouterr().out.splitlines()[-1].startswith("== pytest")
