"""Run a function on untrusted input in a child process that has a bound on memory, processor time and wall time.

A file of 300 kB can take a spreadsheet parser to 600 MB, and a template can loop for ever; in a child neither harms the server.
The function must be importable by name and its arguments and answer picklable; the child is spawned, not forked, so that it
inherits no connection and no secret of the parent.
"""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

MEGABYTE = 1024 * 1024


class OverLimit(Exception):
    """The child used more than it may: `what` is "memory", "time" or "crash"."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@dataclass(frozen=True, slots=True)
class Limits:
    memory_mb: int = 512
    cpu_seconds: int = 30
    wall_seconds: float = 60.0


def run_limited(work: Callable[..., Any], *args: Any, limits: Limits = Limits(), **named: Any) -> Any:
    """The answer of `work(*args, **named)`; what it raises is raised here; `OverLimit` where a bound was reached."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    child = context.Process(target=_run, args=(theirs, limits), daemon=True)
    child.start()
    theirs.close()
    try:
        ours.send((work, args, named))  # not as arguments: a child that dies while it starts would leave us writing for ever
        if not ours.poll(limits.wall_seconds):
            raise OverLimit("time")
        kind, answer = ours.recv()
    except (EOFError, ConnectionError):
        child.join(5)
        raise OverLimit("time" if child.exitcode in {-24, -9} else "crash") from None
    finally:
        child.kill()
        child.join()
        ours.close()
    if kind == "memory":
        raise OverLimit("memory")
    if kind == "raised":
        raise answer
    return answer


def _run(pipe: Connection, limits: Limits) -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (limits.memory_mb * MEGABYTE, limits.memory_mb * MEGABYTE))
        resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        work, args, named = pipe.recv()
        answer = ("answer", work(*args, **named))
    except MemoryError:
        answer = ("memory", None)
    except Exception as fault:  # noqa: BLE001 - handed to the parent, which raises it
        answer = ("raised", fault)
    pipe.send(answer)
    pipe.close()
