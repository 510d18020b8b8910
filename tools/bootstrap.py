#!/usr/bin/env python3
"""Make .venv with the locked versions, on a machine that has python3 and nothing else.

    python3 tools/bootstrap.py run      what the demo needs
    python3 tools/bootstrap.py dev      the tools of the tests and checks as well
    python3 tools/bootstrap.py bench    the peers of the benchmarks and Spark, in an environment of their own

pip comes from the wheel beside this file, so neither venv nor ensurepip is needed. pip brings uv from whatever index
pip is set up for; uv is then pointed at the same places. A second run with nothing changed does nothing.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {"run": "requirements.lock", "dev": "requirements.lock", "bench": "bench.lock"}
HOMES = {"run": ".venv", "dev": ".venv", "bench": ".venv-bench"}
UV_HOME = ROOT / ".tools"
DEV = ["babel", "deptry", "django-stubs", "editables", "hatchling", "hypothesis", "import-linter", "mypy", "playwright",
       "pytest", "pytest-django", "pytest-xdist", "ruff"]
SETS = {
    "run": ["-e", "nghe[reports]", "-e", "langnghe[reports]"],
    "dev": ["-e", "nghe[reports,survey,text,signals,sql]", "-e", "langnghe[reports,postgres]", *DEV],
    "bench": ["-e", "nghe[reports,survey,text,signals,sql]", "svy", "pyspark", "pytest", "hypothesis"],
}


def pip(*words: str) -> list[str]:
    wheels = sorted((ROOT / "tools").glob("pip-*.whl"))
    if not wheels:
        sys.exit("bootstrap: tools/pip-*.whl is missing; restore it from the repository.")
    return [sys.executable, f"{wheels[-1]}/pip", *words]


def index_settings() -> dict[str, str]:
    """The package sources that pip is set up for, in uv's words; what the caller set for uv itself wins."""
    answer = subprocess.run(pip("config", "list"), capture_output=True, text=True, check=True).stdout
    found: dict[str, str] = {}
    for line in answer.splitlines():
        name, _, value = line.partition("=")
        found[name.rpartition(".")[2]] = " ".join(value.strip("'\" ").replace("\\n", " ").split())
    settings = {"UV_DEFAULT_INDEX": found.get("index-url", ""), "UV_INDEX": found.get("extra-index-url", ""),
                "UV_FIND_LINKS": found.get("find-links", "").replace(" ", ",")}
    chosen = {name: value for name, value in settings.items() if value and name not in os.environ}
    if "UV_INDEX" in chosen:
        chosen["UV_INDEX_STRATEGY"] = "unsafe-best-match"  # as pip does; every file is checked against the lock's hash
    return chosen


def uv() -> str:
    """uv of the locked version: the one already fetched, or fetched now through pip."""
    lock = (ROOT / LOCKS["run"]).read_text(encoding="utf-8")
    block = re.search(r"^uv==(\S+).*?(?=^\S)", lock + "\nend", re.DOTALL | re.MULTILINE)
    if not block:
        sys.exit("bootstrap: requirements.lock names no uv; run `make lock`.")
    version = block.group(1)
    home = UV_HOME / f"uv-{version}"
    exe = home / "bin" / ("uv.exe" if os.name == "nt" else "uv")
    if not exe.exists():
        UV_HOME.mkdir(exist_ok=True)
        wanted = UV_HOME / "uv.txt"
        wanted.write_text(block.group(0), encoding="utf-8")
        subprocess.run(pip("install", "--quiet", "--no-deps", "--require-hashes", "--only-binary=:all:", "--target", str(home),
                           "-r", str(wanted)), check=True)
    return str(exe)


def stamp(kind: str) -> str:
    state = hashlib.sha256()
    for name in (LOCKS[kind], "nghe/pyproject.toml", "langnghe/pyproject.toml", "tools/bootstrap.py"):
        state.update((ROOT / name).read_bytes())
    for catalogue in sorted((ROOT / "langnghe/src").rglob("*.po")):
        state.update(catalogue.read_bytes())
    return f"{kind} {sysconfig.get_python_version()} {state.hexdigest()}"


def main(kind: str) -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - this file is run by whatever python3 there is
        sys.exit(f"bootstrap: Python 3.11 or later is needed, this is {sys.version.split()[0]}. "
                 "Name a newer one: make PYTHON=python3.12 ...")
    home = ROOT / HOMES[kind]
    mark = home / "bootstrap.stamp"
    known = {stamp("dev"), stamp(kind)} if kind == "run" else {stamp(kind)}
    if mark.exists() and mark.read_text(encoding="utf-8") in known:
        return
    environment = {**os.environ, **index_settings(), "UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1"}
    tool = uv()
    if not home.exists():
        subprocess.run([tool, "venv", "--quiet", "--python", sys.executable, str(home)], check=True, env=environment)
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    lock = str(ROOT / LOCKS[kind])
    subprocess.run([tool, "pip", "install", "--quiet", "--python", str(python), "-c", lock, "--build-constraints",
                    str(ROOT / LOCKS["run"]), *SETS[kind]], check=True, env=environment, cwd=ROOT)
    mark.write_text(stamp(kind), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "run")
