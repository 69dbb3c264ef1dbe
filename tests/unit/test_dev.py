"""The set-up: what is pinned, and what dev.py does when things go wrong."""

import importlib.util
import os
import pty
import re
import select
import shutil
import signal
import sys
import time
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
EXTRAS = ("qiskit", "grid", "structures", "parquet", "estimator", "dask")
LOCKS = ("run", "dev", "uv", *EXTRAS)


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
    for name in (*(f"{lock}.txt" for lock in LOCKS), "pyproject.toml"):
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


@pytest.mark.parametrize("name", ["run", *EXTRAS])
def test_every_pin_is_a_dev_pin(name):
    """So that any two of them agree, and the tests see what users have."""
    assert {str(pin) for pin in pins(name)} <= {str(pin) for pin in pins("dev")}


def test_pins_satisfy_pyproject():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"]
    core = project["project"]["dependencies"]
    extras = project["project"]["optional-dependencies"]
    assert set(extras) == set(EXTRAS)
    wanted = {
        "run": core + groups["run"],
        "dev": core
        + [line for lines in extras.values() for line in lines]
        + [entry for entry in groups["dev"] if isinstance(entry, str)],
        **{name: core + lines for name, lines in extras.items()},
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


def test_extras_are_added_and_never_taken_away(dev):
    options = type("Options", (), {"extras": "structures, qiskit"})
    assert dev.setup(options, []) == 0
    dev.set_up("run")
    options.extras = "grid"
    assert dev.setup(options, []) == 0
    options.extras = "qiskit"
    assert dev.setup(options, []) == 0
    dev.set_up("dev")
    assert dev.setup(options, []) == 0  # dev has it already
    assert dev.asked == [
        ("run+qiskit+structures", True, "uv"),
        ("run+qiskit+grid+structures", False, "uv"),
        ("dev", False, "uv"),
    ]


@pytest.mark.parametrize("words", ["", ",", "nonsense", "qiskit,nonsense"])
def test_an_extra_that_there_is_not(dev, capsys, words):
    options = type("Options", (), {"extras": words})
    assert dev.setup(options, []) == 2
    told = capsys.readouterr().err
    assert "--with: found" in told
    assert "setup --with qiskit,grid,structures,parquet,estimator,dask" in told
    assert dev.asked == []


@pytest.mark.parametrize("kind", ["folder", "link", "loose link", "file", "nothing"])
def test_what_stands_in_the_way_of_the_environment_is_taken_away(dev, tmp_path, kind):
    """A link is taken away, and not what it leads to."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious").touch()
    if kind == "folder":
        dev.VENV.mkdir()
        (dev.VENV / "old").touch()
    elif kind == "link":
        dev.VENV.symlink_to(elsewhere, target_is_directory=True)
    elif kind == "loose link":
        dev.VENV.symlink_to(tmp_path / "nowhere")
    elif kind == "file":
        dev.VENV.touch()
    dev.clear()
    assert not dev.VENV.exists()
    assert not dev.VENV.is_symlink()
    assert (elsewhere / "precious").exists()


def test_an_environment_that_cannot_be_taken_away_is_told(dev, monkeypatch, capsys):
    def fail(path):
        raise PermissionError(13, "Permission denied", str(path))

    dev.VENV.mkdir()
    monkeypatch.setattr(dev.shutil, "rmtree", fail)
    dev.clear()
    assert "cannot be taken away (Permission denied)" in capsys.readouterr().out


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals there")
@pytest.mark.parametrize("kind", ["folder", "link"])
def test_on_a_terminal_the_installer_asks_nothing(tmp_path, kind):
    """uv asks on a terminal whether it may replace a folder; nobody is there to answer."""
    spec = importlib.util.spec_from_file_location("dev", ROOT / "dev.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    own = [ROOT / ".tools" / "bin" / "uv", shutil.which("uv")]
    uv = next((place for place in own if place and Path(place).exists()), None)
    if uv is None:
        pytest.skip("no uv is installed here")
    there, venv = tmp_path / "there", tmp_path / ".venv"
    there.mkdir()
    (there / "file").touch()
    if kind == "link":
        venv.symlink_to(there, target_is_directory=True)
    else:
        there.rename(venv)
    code = (
        "import importlib.util as u, sys\n"
        f"s = u.spec_from_file_location('dev', {str(ROOT / 'dev.py')!r})\n"
        "m = u.module_from_spec(s); s.loader.exec_module(m)\n"
        f"sys.exit(m.call({str(uv)!r}, 'venv', '--quiet', '--python', sys.executable,"
        f" {str(venv)!r}))\n"
    )
    begun = time.monotonic()
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(sys.executable, [sys.executable, "-c", code])  # noqa: S606
    seen = b""
    while time.monotonic() - begun < 60:
        if not select.select([terminal], [], [], 0.2)[0]:
            continue
        try:
            seen += os.read(terminal, 4096)
        except OSError:
            break
    else:
        os.kill(pid, signal.SIGKILL)
    # It replaces an environment, and refuses anything else: then venv and pip take over.
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) in (0, 2), seen
    assert b"replace it?" not in seen


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


@pytest.mark.parametrize(
    ("broken", "pytest_code"), [((), 0), (("ruff",), 0), (("mypy",), 0), ((), 1)]
)
def test_test_fails_when_any_step_fails(dev, monkeypatch, capsys, broken, pytest_code):
    order = []

    def call(*command, quiet=False):
        name = Path(command[0]).name
        order.append(name)
        return pytest_code if name == "pytest" else int(name in broken)

    def types(patience):
        order.append("mypy")
        return lambda: [name for name in broken if name == "mypy"]

    monkeypatch.setattr(dev, "call", call)
    monkeypatch.setattr(dev, "types", types)
    options = type("Options", (), {"slow": False})
    assert bool(dev.test(options, [])) == bool(broken or pytest_code)
    assert order == ["ruff", "ruff", "lint-imports", "mypy", "pytest"]
    assert capsys.readouterr().out.splitlines()[-1].startswith("== pytest")


@pytest.mark.skipif(os.name == "nt", reason="a script in place of mypy")
@pytest.mark.parametrize(("code", "patience"), [(0, 60), (1, 60), (0, 0), (1, 0)])
def test_types_are_told_beside_the_tests_only_where_they_are_wrong(
    dev, monkeypatch, capfd, code, patience
):
    tool = dev.ROOT / "mypy"
    tool.write_text(f"#!/bin/sh\nsleep 0.05\necho wrong\nexit {code}\n")
    tool.chmod(0o755)
    monkeypatch.setattr(dev, "BIN", dev.ROOT)
    typed = dev.types(patience)
    before = capfd.readouterr().out
    assert typed() == (["mypy"] if code else [])
    after = capfd.readouterr().out
    told, other = (before, after) if patience else (after, before)
    assert ("wrong\n-- mypy: FAILED (1)" in told) == bool(code)
    assert "FAILED" not in other
    assert typed() == (["mypy"] if code else [])
    if patience == 0:
        assert "goes on beside the tests" in before
        assert after == "" or code
