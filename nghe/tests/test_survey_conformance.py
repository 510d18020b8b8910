"""Our numbers are R's: a few dozen cases always, all the given ones where the reference data are."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SPEC = importlib.util.spec_from_file_location("conformance", HERE / "conformance.py")
assert SPEC is not None
assert SPEC.loader is not None
CHECK = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(CHECK)
REFERENCE = Path(os.environ.get("LANGNGHE_REFERENCE", HERE.parents[2] / "shared" / "reference")) / "survey_estimates"


def conformance(expected: Path, folder: Path) -> tuple[int, dict[str, object]]:
    """What `conformance.py` answers: its exit status and its account."""
    spoken = io.StringIO()
    with contextlib.redirect_stdout(spoken):
        status = CHECK.main([str(expected), str(folder), "--json"])
    return status, json.loads(spoken.getvalue())


def test_the_cases_kept_here_agree() -> None:
    status, account = conformance(HERE / "data" / "survey_cases.json", HERE / "data")
    assert (account["differs"], account["unsupported"]) == ({}, {})
    assert (status, account["agrees"]) == (0, 67)


@pytest.mark.reference
def test_every_given_case_agrees() -> None:
    if not REFERENCE.exists():
        pytest.skip(f"no reference data in {REFERENCE}; set LANGNGHE_REFERENCE")
    status, account = conformance(REFERENCE / "expected.json", REFERENCE)
    assert (account["differs"], account["unsupported"]) == ({}, {})
    assert (status, account["agrees"], account["cases"]) == (0, 363, 363)


def test_a_wrong_number_is_a_difference_by_name(tmp_path: Path) -> None:
    cases = json.loads((HERE / "data" / "survey_cases.json").read_text(encoding="utf-8"))
    case = next(case for case in cases["cases"] if case["op"]["stat"] == "mean")
    case["expect"]["rows"][0]["se"] *= 1 + 1e-7
    (tmp_path / "one.json").write_text(json.dumps({**cases, "cases": [case]}), encoding="utf-8")
    status, account = conformance(tmp_path / "one.json", HERE / "data")
    assert status == 1
    assert list(account["differs"]) == [case["id"]]  # type: ignore[call-overload]


def test_what_cannot_be_done_is_said_by_name(tmp_path: Path) -> None:
    cases = json.loads((HERE / "data" / "survey_cases.json").read_text(encoding="utf-8"))
    case = dict(cases["cases"][0], op={"stat": "mode", "vars": ["trust"]})
    for optional in (False, True):
        (tmp_path / "one.json").write_text(json.dumps({**cases, "cases": [{**case, "optional": optional}]}), encoding="utf-8")
        status, account = conformance(tmp_path / "one.json", HERE / "data")
        assert status == int(not optional)
        assert list(account["optional" if optional else "unsupported"]) == [case["id"]]  # type: ignore[call-overload]


def test_the_command_prints_a_line_for_each_difference(tmp_path: Path) -> None:
    cases = json.loads((HERE / "data" / "survey_cases.json").read_text(encoding="utf-8"))
    case = next(case for case in cases["cases"] if case["op"]["stat"] == "degf")
    case["expect"]["df"] += 1
    (tmp_path / "one.json").write_text(json.dumps({**cases, "cases": [case]}), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(HERE / "conformance.py"), str(tmp_path / "one.json"), str(HERE / "data")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout.splitlines()[0].startswith(f"{case['id']}: df: expected")
    assert done.stdout.splitlines()[-1].startswith("0 of 1 cases agree; 1 differ")
