"""The end of a command whose reader has enough: `nghe ... | head` stops quietly, as other tools of the command line do.

    sys.exit(until_unread(lambda: run(words)))

A stream that was closed from the start (`>&-`) takes what is written to it nowhere; one with no room (`>/dev/full`) is a fault.
"""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Callable, Iterable
from io import UnsupportedOperation
from pathlib import Path
from typing import TextIO

UNREAD = 141
"""The exit status of a program that wrote to a pipe with nobody at its end: 128 and the number of SIGPIPE, as shells say it."""

BAD_INPUT = 2


def until_unread(work: Callable[[], int]) -> int:
    """Do the work and write out what it printed; the exit status is its own, 141 where nobody reads any more, or 2 where what
    it printed could not be written, which one line on stderr tells.

    A broken pipe to anybody else, a program that the work has started, is a fault as any other; so is a full disk elsewhere.
    """
    stand_in_for_closed()
    status: object = 0
    try:
        try:
            status = work()
        except SystemExit as ending:  # --help, or words that are no command: printed too
            status = ending.code
            write_out()
            raise
        write_out()
        return status
    except BrokenPipeError:
        if not is_unread():
            raise
        return UNREAD
    except OSError as fault:
        names = let_go_of_unwritable()
        if not names:
            raise
        if status != BAD_INPUT and "stderr" not in names:  # else the work has told its fault, or nobody can be told
            sys.stderr.write(f"{', '.join(names)}: {fault.strerror or fault}\n")
        return BAD_INPUT


def stand_in_for_closed() -> None:
    """Python has no stream at all where a shell closed it; a file opened later would then get its number, and what is printed."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115  # it stays until the process ends


def write_out() -> None:
    for stream in streams().values():
        stream.flush()


def streams() -> dict[str, TextIO]:
    """What this process prints to, by name; none where the shell closed it and nobody stands in."""
    return {name: stream for name in ("stdout", "stderr") if (stream := getattr(sys, name)) is not None}


def is_unread() -> bool:
    """Has a reader of what this process prints gone? What is still held back for him goes nowhere, so that the end is quiet."""
    gone = [stream for stream in streams().values() if has_no_reader(stream)]
    let_go(gone)
    return bool(gone)


def let_go_of_unwritable() -> list[str]:
    """The names of the streams that cannot write what they hold; it goes nowhere, so that Python does not end on it."""
    stuck = {}
    for name, stream in streams().items():
        try:
            stream.flush()
        except OSError:
            stuck[name] = stream
    let_go(stuck.values())
    return list(stuck)


def let_go(of: Iterable[TextIO]) -> None:
    for stream in of:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def has_no_reader(stream: TextIO) -> bool:
    asked = select.poll()
    try:
        asked.register(stream, select.POLLOUT)
    except UnsupportedOperation:  # kept in memory by a caller in this process
        return False
    return any(event & (select.POLLERR | select.POLLHUP) for _number, event in asked.poll(0))
