"""`nghe ... | head`: the reader goes, the command ends without a word. `>&-`: nobody was ever there. `>/dev/full`: a fault."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nghe.closed_pipe import until_unread

NGHE = str(Path(sys.executable).with_name("nghe"))
EXPLAIN = ("privacy", "explain", "gọi 0912345678")
FULL = "stdout: No space left on device\n"


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


def run_in_shell(ending: str, *words: str, at_once: str = "") -> tuple[int, str, str]:
    """Exit status, stdout and stderr of a command with its streams set as a shell sets them: `>&-`, `2>/dev/full`."""
    done = subprocess.run(["/bin/sh", "-c", f'exec "$0" "$@" {ending}', NGHE, *words], capture_output=True, text=True,
                          check=False, env={**os.environ, "PYTHONUNBUFFERED": at_once})
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("words", [EXPLAIN, ("disclosure", "audit", "--schema"), ("--help",)])
def test_work_keeps_its_status_where_stdout_is_closed(words: tuple[str, ...]) -> None:
    assert run_in_shell(">&-", *words) == (run_in_shell("", *words)[0], "", "")


def test_an_answer_is_printed_where_stderr_is_closed() -> None:
    assert run_in_shell("2>&-", *EXPLAIN) == run_in_shell("", *EXPLAIN)


@pytest.mark.parametrize("ending", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_a_fault_keeps_its_status_where_a_stream_is_closed(ending: str, tmp_path: Path) -> None:
    code, printed, told = run_in_shell(ending, "disclosure", "audit", str(tmp_path / "absent.json"))
    assert (code, printed, "absent.json" in told) == (2, "", "2>&-" not in ending)


@pytest.mark.parametrize("words", [EXPLAIN, ("disclosure", "audit", "--schema"), ("--help",)])
def test_an_answer_for_which_there_is_no_room_is_a_fault(words: tuple[str, ...]) -> None:
    assert run_in_shell(">/dev/full", *words) == (2, "", FULL)


def test_an_answer_longer_than_the_buffer_is_told_once(tmp_path: Path) -> None:
    text = " ".join(["gọi 0912345678"] * 2000)
    code, _printed, told = run_in_shell(">/dev/full", "privacy", "explain", text)
    assert (code, told.count("\n"), "No space left on device" in told) == (2, 1, True)


@pytest.mark.parametrize("ending", ["2>/dev/full", ">/dev/full 2>/dev/full"])
def test_a_fault_that_cannot_be_told_keeps_its_status(ending: str, tmp_path: Path) -> None:
    assert run_in_shell(ending, "disclosure", "audit", str(tmp_path / "absent.json")) == (2, "", "")


def test_no_room_in_a_file_of_the_work_itself_is_a_fault_as_any_other() -> None:
    def work() -> int:
        with Path("/dev/full").open("w", encoding="utf-8") as file:
            file.write("x")
        return 0

    with pytest.raises(OSError, match="No space left"):
        until_unread(work)
