"""Calls of `qassay ...` in forks of the server of terminals.py, which end at a chosen write.

Of a request `kill` names the write, counted from 1, at which the fork is killed: before or after a
file is opened, synced or given its name. `limit` is the size at which no file may grow further, as
on a full disk.
"""

import contextlib
import io
import json
import os
import resource
import signal
import sys

WATCHED = ((os, "open"), (os, "fsync"), (os, "replace"), (os, "rename"), (os, "truncate"))


def count_writes(kill, report):
    """Count what touches the disk, and end at the one that was named."""
    state = {"count": 0}

    def tick():
        state["count"] += 1
        if state["count"] == kill:
            os.kill(os.getpid(), signal.SIGKILL)

    for module, name in WATCHED:
        real = getattr(module, name)

        def watched(*args, _real=real, **options):
            tick()
            given = _real(*args, **options)
            tick()
            return given

        setattr(module, name, watched)
    report["writes"] = state


def child(request, answer):
    os.chdir(request["folder"])
    if request.get("limit"):
        resource.setrlimit(resource.RLIMIT_FSIZE, (request["limit"], resource.RLIM_INFINITY))
    report = {}
    count_writes(request.get("kill"), report)
    out, err = io.StringIO(), io.StringIO()
    sys.argv = ["qassay", *request["words"]]
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        from qassay.cli import main

        code = main()
    writes = report["writes"]["count"]
    data = json.dumps(
        {"code": code, "out": out.getvalue(), "err": err.getvalue(), "writes": writes}
    ).encode()
    with os.fdopen(answer, "wb") as pipe:
        pipe.write(data)
    os._exit(0)


def run(request):
    """Call a command in a fork, and give what it wrote and how it ended."""
    back, answer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(back)
        try:
            child(request, answer)
        except BaseException as error:
            sys.stderr.write(f"{error!r}\n")
        os._exit(99)
    os.close(answer)
    with os.fdopen(back, "rb") as pipe:
        data = pipe.read()
    _, status = os.waitpid(pid, 0)
    found = json.loads(data) if data else {}
    found["status"] = os.waitstatus_to_exitcode(status)
    return found
