"""The end of a command whose reader has enough: `nghe ... | head` stops quietly, as other tools of the command line do.

    sys.exit(until_unread(lambda: run(words)))
"""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Callable
from io import UnsupportedOperation
from typing import TextIO

UNREAD = 141
"""The exit status of a program that wrote to a pipe with nobody at its end: 128 and the number of SIGPIPE, as shells say it."""


def until_unread(work: Callable[[], int]) -> int:
    """Do the work and write out what it printed; the exit status is its own, or 141 where nobody reads any more.

    A broken pipe to anybody else, a program that the work has started, is a fault as any other.
    """
    try:
        try:
            status = work()
        except SystemExit:  # --help, or words that are no command: printed too
            sys.stdout.flush()
            raise
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        if not is_unread():
            raise
        return UNREAD


def is_unread() -> bool:
    """Has a reader of what this process prints gone? What is still held back for him goes nowhere, so that the end is quiet."""
    gone = [stream.fileno() for stream in (sys.stdout, sys.stderr) if has_no_reader(stream)]
    for number in gone:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, number)
        os.close(nowhere)
    return bool(gone)


def has_no_reader(stream: TextIO) -> bool:
    asked = select.poll()
    try:
        asked.register(stream, select.POLLOUT)
    except UnsupportedOperation:  # kept in memory by a caller in this process
        return False
    return any(event & (select.POLLERR | select.POLLHUP) for _number, event in asked.poll(0))
