"""A report's file is checked alone, on a machine that holds nothing else of ours."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any


def test_a_file_is_checked_where_there_is_no_installation(demo: Any, tmp_path: Path) -> None:
    shutil.copytree(demo.data / "reports", tmp_path / "reports")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LANGNGHE")}

    def langnghe(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "langnghe", *words], cwd=tmp_path, env=environment,
                              capture_output=True, text=True, check=False)

    for name in ("report.pdf", "report.docx", "report.html", "claims.json"):
        done = langnghe("--data", "elsewhere", "report", "verify", f"reports/{name}")
        assert done.returncode == 0, done.stdout + done.stderr
    spoilt = tmp_path / "reports/claims.json"
    claims = json.loads(spoilt.read_text(encoding="utf-8"))
    row = next(one for one in claims["evidence"] if "places" in one["rows"]["total"])["rows"]["total"]
    row["places"] += 1
    spoilt.write_text(json.dumps(claims, ensure_ascii=False), encoding="utf-8")
    assert langnghe("--data", "elsewhere", "report", "verify", "reports/claims.json").returncode == 1
