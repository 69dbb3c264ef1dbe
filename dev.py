#!/usr/bin/env python3
"""Everything a developer runs, from a bare Python: `python3 dev.py demo`, `python3 dev.py test`.

The first call makes `.venv` from the hash-pinned files in `requirements/`; later calls find it.
Needs Python 3.11 or newer and nothing else: uv does the work where it can be had, else venv and
pip. Without a network: fill `wheelhouse/` on another machine (CONTRIBUTING.md says how).
"""

import argparse
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
WINDOWS = os.name == "nt"
BIN = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = BIN / ("python.exe" if WINDOWS else "python")
STAMP = VENV / "set-up-finished"
EXTRAS = (
    "qiskit",
    "grid",
    "structures",
    "parquet",
    "estimator",
    "dask",
)  # of pyproject.toml; `dev` holds all of them
LOCK = {n: ROOT / "requirements" / (n + ".txt") for n in ("run", "dev", "uv", *EXTRAS)}
WHEELS = ROOT / "wheelhouse"
OFFLINE = ("--no-index", "--find-links", WHEELS) if WHEELS.is_dir() else ()
# pip is asked to write into this folder alone, so settings that guard the system do not apply.
CALM = {"PIP_ROOT_USER_ACTION": "ignore", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
CALM.update({"PIP_REQUIRE_VIRTUALENV": "0", "PIP_USER": "0"})
# Nobody is asked anything: what is in the way of .venv has been taken away or said before.
CALM.update({"PIP_NO_INPUT": "1", "UV_VENV_CLEAR": "1"})
# Byte code of our own modules is written beside the downloads; this brings that of the libraries,
# beside the installation of the project itself.
WARM = "import qassay.cli.running, qassay.cli.collect, qassay.cli.audit"
MEASURED = (0, 1, 3)  # exit codes of qassay that are verdicts: supported, refuted, undecided


def call(*command, quiet=False):
    """Run a command in the repository and return its exit code, 127 if it cannot be started."""
    sink = subprocess.DEVNULL if quiet else None
    words = [str(word) for word in command]
    try:
        return subprocess.call(
            words, cwd=ROOT, env={**os.environ, **CALM}, stdout=sink, stderr=sink
        )
    except OSError:
        return 127


def find_uv():
    """Return a uv that works: the one on PATH, or our own in `.tools`; None if there is no way."""
    own = ROOT / ".tools" / "bin" / ("uv.exe" if WINDOWS else "uv")
    for uv in (shutil.which("uv"), own):
        if uv and call(uv, "--version", quiet=True) == 0:
            return uv
    if importlib.util.find_spec("pip"):
        pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
        target = ("--target", ROOT / ".tools", "--upgrade", "--only-binary", ":all:")
        how = ("--no-compile", "--require-hashes", "-r", LOCK["uv"])
        call(*pip, "install", "-qq", *target, *OFFLINE, *how)
    return own if call(own, "--version", quiet=True) == 0 else None


def install_all(level, fresh):
    """Install by uv, or else by pip; end here where neither can."""
    uv = find_uv()
    if not uv:
        print("-- no uv to be had: venv and pip do the same, slower", flush=True)
    if not (uv and install(level, fresh, uv)) and not install(level, True, None):
        sys.exit(
            "dev.py: .venv could not be set up.\n"
            "If messages above speak of the network: it is needed once, or a filled wheelhouse/.\n"
            "If there are none, this Python has neither pip nor venv: on Debian or Ubuntu "
            "`apt install python3-pip` as root brings it."
        )


def aside(*command):
    """Begin what is a matter of speed alone, and may fail; give the process, or None."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    try:
        return subprocess.Popen([str(word) for word in command], env=environment, **silent)
    except OSError:
        return None


def install(level, fresh, uv):
    """Install the pinned packages of `level` and the project; return whether all went well."""
    if uv:
        create = (uv, "venv", "--quiet", "--python", sys.executable, VENV)
        add = (uv, "pip", "install", "--quiet", "--python", PYTHON, *OFFLINE)
    else:
        create = (sys.executable, "-m", "venv", VENV)
        add = (PYTHON, "-m", "pip", "install", "-qq", *OFFLINE)
    if fresh:
        clear()
        if call(*create, quiet=not uv) != 0:
            return False
    for name in level.split("+"):
        if call(*add, "--require-hashes", "-r", LOCK[name]) != 0:
            return False
    warming = aside(PYTHON, "-c", WARM)
    code = call(*add, "--no-deps", "--no-build-isolation", "--editable", ROOT)
    if warming:
        warming.wait()
    return code == 0


def clear():
    """Take away what stands at `.venv`: a folder, a link to one (not what it leads to), a file."""
    try:
        if VENV.is_symlink() or VENV.is_file():
            VENV.unlink()
        elif VENV.exists():
            shutil.rmtree(VENV)
    except OSError as error:
        reason = error.strerror or str(error)
        print(f"-- {VENV.name} cannot be taken away ({reason}): trying to fill it", flush=True)


def set_up(level, extras=()):
    """Bring `.venv` to `level`, "run" or "dev", with extras; costs nothing when it is there."""
    files = (*(LOCK[name] for name in ("run", "dev", *EXTRAS)), ROOT / "pyproject.toml")
    pinned = b"".join(path.read_bytes() for path in files)
    base = f"Python {sys.version.split()[0]} for {ROOT}"  # when this changes, begin anew
    digest = hashlib.sha256(pinned).hexdigest()
    old = STAMP.read_text(encoding="utf-8").splitlines() if STAMP.exists() else []
    fresh = len(old) != 3 or old[0] != base or not PYTHON.exists()
    had = [] if fresh else old[1].split("+")  # never take away what somebody asked for
    if level == "dev" or "dev" in had:
        level = "dev"  # which holds all of run, and every extra
    else:
        level = "+".join((level, *(x for x in EXTRAS if x in had or x in extras)))
    if not fresh and old[1:] == [level, digest]:
        return
    print(f"== set up .venv ({level})", flush=True)
    start = time.monotonic()
    STAMP.unlink(
        missing_ok=True
    )  # written again as the last step: an interrupted start begins anew
    compiling = aside(sys.executable, "-m", "compileall", "-qq", ROOT / "src")
    try:
        install_all(level, fresh)
    finally:
        if compiling:
            compiling.wait()
    STAMP.write_text("\n".join((base, level, digest)), encoding="utf-8")
    print(f"-- set up: ok, {time.monotonic() - start:.1f} s", flush=True)


def step(name, *command):
    """Announce a command, run it, say how it went; return the failed names: none or this one."""
    print(f"== {name}", flush=True)
    start = time.monotonic()
    code = call(*command)
    seconds = time.monotonic() - start
    print(f"-- {name}: {f'FAILED ({code})' if code else 'ok'}, {seconds:.1f} s", flush=True)
    return [name] if code else []


def checks():
    """Run what judges the code without running it; return the names of what failed."""
    return looks() + step("mypy", BIN / "mypy")


def looks():
    """Run what takes seconds of `checks`; return the names of what failed."""
    failed = step("ruff check", BIN / "ruff", "check", "--quiet")
    failed += step("ruff format", BIN / "ruff", "format", "--check", "--quiet")
    failed += step("import walls", BIN / "lint-imports", "--no-logo")
    return failed


def types(patience):
    """Begin mypy, which uses one core, and wait a while.

    Returns:
        What ends the wait for it, and gives the names of what failed; tests can run meanwhile.
    """
    print("== mypy", flush=True)
    start, said = time.monotonic(), []
    words, options = [str(BIN / "mypy")], {"cwd": ROOT, "text": True, "stderr": subprocess.STDOUT}
    process = subprocess.Popen(words, stdout=subprocess.PIPE, **options)

    def end(patience=None):
        if not said:
            said.append(process.communicate(timeout=patience)[0])
            code = process.returncode
            if code or patience is not None:  # where all is well pytest has the last word
                how = f"{said[0]}-- mypy: FAILED ({code})" if code else "-- mypy: ok"
                print(f"{how}, {time.monotonic() - start:.1f} s", flush=True)
        return ["mypy"] if process.returncode else []

    try:
        end(patience)
    except subprocess.TimeoutExpired:
        print("-- mypy: goes on beside the tests", flush=True)
    return end


def demo(_options, more):
    """The main job: assay a virtual 50-qubit machine and write its datasheet to demo-out/."""
    set_up("run")
    job = ("run", "claims/msu-rb-50.toml", "--device", "virtual:msu-rb-50", "--seed", "1")
    start = time.time() - 0.1  # file clocks are coarse
    code = call(PYTHON, "-m", "qassay", *job, "--out", "demo-out", *more)
    pages = [p for p in (ROOT / "demo-out").rglob("*.html") if p.stat().st_mtime >= start]
    if (
        code in MEASURED and not pages and not any(word.startswith("--out") for word in more)
    ):  # whatever went wrong
        print("dev.py: the demo wrote no datasheet into demo-out/.", file=sys.stderr)
        return code or 1
    return 0 if code in MEASURED else code


def test(options, more):
    """Lint, types, walls and tests; whatever else is on the line goes to pytest."""
    set_up("dev")
    failed = looks()
    typed = types(patience=10)  # with what it remembers it is done by then
    chosen = () if options.slow else ("-m", "not slow")
    print(
        f"== pytest{' (already failed: ' + ', '.join(failed) + ')' if failed else ''}", flush=True
    )
    # What shares a tour or a browser stays on one worker, which then makes it once.
    code = call(
        BIN / "pytest", "-n", "2", "--dist", "loadgroup", *chosen, *more
    )  # its last line is our last line
    return code or bool(failed + typed())


def lint(_options, _more):
    """The checks of `test` without pytest."""
    set_up("dev")
    return bool(checks())


def bench(_options, more):
    """Run the named scripts of benchmarks/, or list them."""
    scripts = {path.stem: path for path in sorted((ROOT / "benchmarks").glob("[!_]*.py"))}
    unknown = [name for name in more if name not in scripts]
    if unknown or not more:
        print("benchmarks:", ", ".join(scripts) or "none yet")
        return 2 if unknown else 0
    set_up("dev")
    return bool([failed for name in more for failed in step(name, PYTHON, scripts[name])])


def lock(_options, more):
    """Write requirements/*.txt anew from pyproject.toml; `--upgrade` moves what is pinned."""
    uv = find_uv() or sys.exit("dev.py: lock needs uv, and it could not be had.")
    common = (uv, "pip", "compile", "--quiet", "--universal", "--python-version", "3.11")
    common += ("--generate-hashes", "--no-header", *more)
    project = ("pyproject.toml", "--group")
    every = [word for extra in EXTRAS for word in ("--extra", extra)]
    return (
        call(*common, *project, "run", "-o", LOCK["run"])
        or call(*common, *project, "dev", *every, "-c", LOCK["run"], "-o", LOCK["dev"])
        or any(
            call(*common, "pyproject.toml", "--extra", x, "-c", LOCK["dev"], "-o", LOCK[x])
            for x in EXTRAS
        )
        or call(*common, "--group", "uv", "-o", LOCK["uv"])
    )


def setup(options, _more):
    """Set up .venv with everything, or with some extras alone, and do nothing more."""
    if options.extras is None:
        set_up("dev")
        return 0
    names = [name.strip() for name in options.extras.split(",") if name.strip()]
    unknown = [name for name in names if name not in EXTRAS]
    if unknown or not names:
        found = ", ".join(unknown) or "nothing"
        print(
            f"dev.py: --with: found {found}, expected some of {', '.join(EXTRAS)}, as in"
            f" `python3 dev.py setup --with {','.join(EXTRAS)}`",
            file=sys.stderr,
        )
        return 2
    set_up("run", names)
    return 0


def main():
    """Read the command line and run one of the commands."""
    if sys.version_info < (3, 11):
        here = "{}.{}".format(*sys.version_info)
        sys.exit(f"dev.py: qassay needs Python 3.11 or newer, and this is Python {here}.")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], allow_abbrev=False)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for run in (demo, test, lint, bench, lock, setup):
        command = commands.add_parser(run.__name__, help=run.__doc__, allow_abbrev=False)
        command.set_defaults(run=run)
        if run is test:
            command.add_argument("--slow", action="store_true", help="the slow tests as well")
        if run is setup:
            command.add_argument(
                "--with",
                dest="extras",
                metavar=",".join(EXTRAS),
                help="what qassay itself needs, and these, without the tools",
            )
    options, more = parser.parse_known_args()
    if more and options.run in (lint, setup):
        parser.error("unknown: " + " ".join(more))
    try:
        return int(options.run(options, more))
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
