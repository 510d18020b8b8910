"""Each contract of the house catches a violation: one is seeded, and the check fails by that contract's name."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of both packages, found before the installed ones."""
    copy = tmp_path_factory.mktemp("house")
    for package in ("nghe", "langnghe"):
        shutil.copytree(
            ROOT / package / "src" / package, copy / package, ignore=shutil.ignore_patterns("__pycache__", "static", "*.mo")
        )
    return copy


@pytest.fixture
def seed(tree: Path) -> Iterator[object]:
    planted: list[tuple[Path, str | None]] = []

    def plant(where: str, line: str) -> None:
        file = tree / where
        before = file.read_text(encoding="utf-8") if file.exists() else None
        planted.append((file, before))
        file.write_text(f"{before or ''}\n{line}\n", encoding="utf-8")

    yield plant
    for file, before in planted:
        if before is None:
            file.unlink()
        else:
            file.write_text(before, encoding="utf-8")


def lint(tree: Path, contract: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(BIN / "lint-imports"), "--no-cache", str(ROOT / "pyproject.toml"), "--contract", contract],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )


SEEDS = {
    "library": ("nghe/text/seeded.py", "import django.http"),
    "library-of-application": ("nghe/text/seeded.py", "import langnghe.common.clock"),
    "rooms": ("langnghe/intake/domain/seeded.py", "import langnghe.reports.queries"),
    "rooms-not-placed": ("langnghe/seeded.py", "import langnghe.common.clock"),
    "inside": ("langnghe/reports/models.py", "import langnghe.reports.views"),
    "common-uses-only-folding": ("langnghe/common/seeded.py", "import nghe.evidence.record"),
    "door": ("langnghe/coding/seeded.py", "import langnghe.intake.door"),
}


@pytest.mark.parametrize("name", SEEDS)
def test_a_seeded_violation_is_caught(tree: Path, seed: object, name: str) -> None:
    contract = {"library-of-application": "library", "rooms-not-placed": "rooms"}.get(name, name)
    seed(*SEEDS[name])  # type: ignore[operator]
    done = lint(tree, contract)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "BROKEN" in done.stdout or "seeded" in done.stdout + done.stderr


def test_heavy_libraries_at_the_top_of_web_code_are_caught(tmp_path: Path) -> None:
    file = tmp_path / "langnghe/src/langnghe/web/seeded.py"
    file.parent.mkdir(parents=True)
    file.write_text('"""Seeded."""\n\nimport numpy\n\nprint(numpy)\n', encoding="utf-8")
    done = subprocess.run(
        [str(BIN / "ruff"), "check", "--no-cache", "--config", str(ROOT / "pyproject.toml"), "--select", "TID253", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "TID253" in done.stdout
