"""A server that runs `qassay ...` under pseudo-terminals, each in a fork of one warm process.

A request is a line of JSON on stdin, an answer one on stdout; one without columns has no terminal
and is a matter of interrupted.py. Python and the libraries are loaded once, so that a command
costs a fork and its own work; and this process has one thread, so that it may fork, which a worker
of pytest-xdist may not.
"""

import fcntl
import gc
import json
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

import interrupted

FLOOD = 1 << 24  # bytes of one command
# What functions of qassay import when they are called, and what takes its time to load.
LATER = (
    "babel.localtime",
    "cryptography.hazmat.primitives.asymmetric.ed25519",
    "encodings.cp437",
    "encodings.unicode_escape",
    "markdown_it",
    "pypower.api",
    "rich._emoji_codes",
    "rich.table",
    "scipy.io",
    "scipy.optimize",
    "stim",
)


def child(request):
    """Become the command, and never come back."""
    os.chdir(request["folder"])
    os.environ.pop("COLUMNS", None)
    os.environ.pop("LINES", None)
    for name, value in {"TERM": "xterm-256color", **request["environment"]}.items():
        os.environ[name] = value
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        stream = os.fdopen(
            number, "r" if number == 0 else "w", encoding="utf-8", buffering=1, closefd=False
        )
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    sys.argv = ["qassay", *request["words"]]
    code = 99
    try:
        from qassay.cli import main

        code = main()
    except SystemExit as end:
        code = end.code
    except BaseException:  # what python itself would print and end with
        import traceback

        traceback.print_exc()
        code = 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def plain(data):
    """Give the end of what was written without its escapes."""
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", data[-8192:].decode("utf-8", "replace"))


def run(request):
    """Run one command under a terminal of its own; press Ctrl-C where that is asked for."""
    go, hold = os.pipe()
    pid, terminal = pty.fork()
    if pid == 0:
        os.close(hold)
        os.read(go, 1)  # until the terminal has its size
        child(request)
    size = struct.pack("HHHH", 24, request["columns"], 0, 0)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, size)
    os.close(go)
    os.close(hold)
    data, pressed, begun = b"", False, time.monotonic()
    while len(data) < FLOOD:
        left = request["patience"] - (time.monotonic() - begun)
        if left <= 0:
            os.kill(pid, signal.SIGKILL)
            break
        ready, _, _ = select.select([terminal], [], [], min(left, 0.05))
        if ready:
            try:
                more = os.read(terminal, 1 << 16)
            except OSError:  # Linux says so where the other end is closed
                break
            if not more:
                break
            data += more
        waited = request["interrupt"]
        if waited is not None and not pressed and re.search(waited, plain(data)):
            os.write(terminal, b"\x03")
            pressed = True
    _, status = os.waitpid(pid, 0)
    os.close(terminal)
    return {
        "code": os.waitstatus_to_exitcode(status),
        "raw": data.decode("utf-8", "replace"),
        "seconds": time.monotonic() - begun,
        "pressed": pressed,
    }


def load():
    """Load all of qassay, and what it loads in passing, that no fork does it anew."""
    import importlib
    import pkgutil

    import qassay

    for module in pkgutil.walk_packages(qassay.__path__, "qassay."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    for name in LATER:
        importlib.import_module(name)
    remember()
    gc.collect()
    gc.freeze()  # a fork shares the pages that no search for garbage writes to


def remember():
    """Work out what a process keeps for good: the registry, the templates, what is in their files.

    Only what a function remembers by itself is asked for, so that a fork is what the command is.
    """
    from qassay.registry.catalog import all_registered, figures_left_out
    from qassay.reports.bundle_facts import renderer_id
    from qassay.reports.datasheet import _own_environment

    all_registered()
    figures_left_out()
    renderer_id()
    templates = _own_environment()
    for name in templates.list_templates(extensions=["j2"]):
        if not name.startswith("translated"):  # which needs a language
            templates.get_template(name)


def serve():
    """Load what commands need, and answer until the requests end."""
    load()
    os.fsync = lambda _descriptor: None  # as in all tests: nobody cuts the power
    for line in sys.stdin:
        request = json.loads(line)
        answer = run(request) if "columns" in request else interrupted.run(request)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    serve()
