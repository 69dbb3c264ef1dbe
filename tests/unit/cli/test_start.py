"""Help is light, and says what there is."""

import json
import subprocess
import sys

import pytest

from qassay import __version__
from qassay.cli.main import COMMANDS, main

HEAVY = {
    "numpy",
    "scipy",
    "stim",
    "qiskit",
    "qiskit_aer",
    "matplotlib",
    "pydantic",
    "fastapi",
    "rich",
    "jinja2",
    "cryptography",
    "rfc8785",
}
# Help of others may load what the planner needs, but neither engines nor figures.
HEAVY_FOR_OTHERS = {"stim", "qiskit", "qiskit_aer", "matplotlib", "fastapi"}
CODE = """
import json, sys
from qassay.cli import main
code = max(main() for sys.argv[1:] in json.loads(sys.argv[1]))
print(json.dumps(sorted(name.partition(".")[0] for name in sys.modules)), file=sys.stderr)
sys.exit(code)
"""


def loaded_by(*lines):
    """Give what is loaded after some command lines in one process, and what they print."""
    done = subprocess.run(
        [sys.executable, "-c", CODE, json.dumps(lines)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stderr.splitlines()[-1])), done.stdout


def test_help_loads_no_heavy_library():
    loaded, _ = loaded_by(["--help"], ["-h"], ["--version"])
    assert not loaded & HEAVY
    assert not any(name.startswith("qassay.protocols") for name in loaded)


def test_help_of_a_command_loads_no_engine():
    for commands, libraries in ((("run",), HEAVY), (("plan", "audit"), HEAVY_FOR_OTHERS)):
        loaded, out = loaded_by(*([command, "--help"] for command in commands))
        assert not loaded & libraries, commands
        assert out.count("Usage:") == len(commands)


def test_help_names_every_command_and_exit_code(qassay):
    code, out, err = qassay("--help")
    assert (code, err) == (0, "")
    for name, (_, _, line) in COMMANDS.items():
        assert name in out
        assert line.split()[0] in out
    for number in range(6):
        assert f"{number} " in out.partition("Exit codes")[2]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(qassay, command):
    code, out, err = qassay(command, "--help")
    assert (code, err) == (0, "")
    assert f"qassay {command}" in out or "Usage" in out
    assert "--help" in out


@pytest.mark.parametrize("words", [(), ("key",), ("machines", "show")])
def test_a_command_that_lacks_its_words_says_its_usage_once(monkeypatch, capsys, words):
    monkeypatch.setattr(sys, "argv", ["qassay", *words])
    assert main() == 2
    said = capsys.readouterr().err
    assert said.count("Usage:") == 1
    assert "Error: Usage" not in said


def test_the_version(qassay):
    assert qassay("--version") == (0, f"qassay, version {__version__}\n", "")


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense",),
        ("run",),
        ("run", "x.toml"),
        ("run", "--nonsense"),
        ("audit",),
        ("run", "x.toml", "--device", "virtual:perfect-50", "--seed", "one"),
        ("run", "x.toml", "--device", "virtual:perfect-50", "--rule", "lenient"),
        ("protocols", "show", "nonsense"),
        ("metrics", "show", "nonsense"),
        ("machines", "show", "nonsense"),
        ("import", "quantinuum"),
    ],
)
def test_wrong_usage_is_told_in_words_with_exit_code_2(qassay, words):
    code, out, err = qassay(*words)
    assert (code, out) == (2, "")
    assert "Traceback" not in err
    assert err.strip()


@pytest.mark.parametrize("command", ["machines", "protocols", "metrics"])
def test_catalogs_are_lists(qassay, command):
    code, out, err = qassay(command, "--json")
    assert (code, err) == (0, "")
    entries = json.loads(out)
    names = [entry.get("id") or entry["name"].removeprefix("virtual:") for entry in entries]
    assert len(names) >= 3
    _, listed, _ = qassay(command)
    for name in names:
        assert name in listed
        code, shown, _ = qassay(command, "show", name)
        assert code == 0
        assert shown.strip()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("rum", "t.toml"), 'did you mean "run"?'),
        (("forensic",), 'did you mean "forensics"?'),
        (("xyzzy",), "`qassay --help` lists them"),
        (("run", "t.toml"), "`qassay machines` lists built-in ones"),
        (("apply", "grid-sektion", "--device", "virtual:perfect-50"), '"grid-section"?'),
        (
            ("apply", "unit-commitment", "--device", "virtual:perfect-50", "--qubits", "51"),
            "--instance takes your own",
        ),
        (("apply", "unit-commitment", "--device", "five.toml"), "--instance takes a smaller one"),
    ],
)
def test_a_slip_meets_what_was_meant(monkeypatch, capsys, tmp_path, words, said):
    monkeypatch.chdir(tmp_path)
    machine = '[machine]\nname = "five"\nplatform = "trapped-ion"\nqubits = 5\n'
    (tmp_path / "five.toml").write_text(machine + 'connectivity = "line"\n')
    monkeypatch.setattr("sys.argv", ["qassay", *words])
    assert main() == 2
    assert said in capsys.readouterr().err
