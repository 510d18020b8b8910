"""`nghe ... | head`: the reader goes, the command ends without a word."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nghe.closed_pipe import until_unread

NGHE = str(Path(sys.executable).with_name("nghe"))


def run_unread(*words: str, errors: bool = False, at_once: str = "") -> tuple[int, str]:
    """Exit status and what came on stderr, with nobody at the end of stdout; with `errors`, of stderr neither."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run([NGHE, *words], stdout=writer, stderr=writer if errors else subprocess.PIPE, text=True, check=False,
                              env={**os.environ, "PYTHONUNBUFFERED": at_once})
    finally:
        os.close(writer)
    return done.returncode, done.stderr or ""


@pytest.mark.parametrize("words", [("--help",), ("privacy", "scrub", "--help"), ("disclosure", "audit", "--schema")])
def test_what_nobody_reads_ends_quietly(words: tuple[str, ...]) -> None:
    assert run_unread(*words) == (141, "")


def test_an_answer_written_at_once_ends_quietly() -> None:
    assert run_unread("disclosure", "audit", "--schema", at_once="1") == (141, "")


def test_a_fault_is_told_where_only_the_answer_is_unread(tmp_path: Path) -> None:
    code, told = run_unread("disclosure", "audit", str(tmp_path / "absent.json"))
    assert (code, told.count("\n")) == (2, 1)
    assert "absent.json" in told


def test_a_fault_that_nobody_reads_ends_quietly_too(tmp_path: Path) -> None:
    assert run_unread("disclosure", "audit", str(tmp_path / "absent.json"), errors=True)[0] == 141


def test_what_is_read_keeps_its_own_status() -> None:
    done = subprocess.run([NGHE, "--help"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("usage: nghe")


def test_a_pipe_to_somebody_else_that_breaks_is_a_fault() -> None:
    def work() -> int:
        reader, writer = os.pipe()
        os.close(reader)
        try:
            os.write(writer, b"x")
        finally:
            os.close(writer)
        return 0

    with pytest.raises(BrokenPipeError):
        until_unread(work)
