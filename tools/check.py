"""`make check`: everything that can be said about the code without running the product."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import re
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
LICENCES = re.compile(
    r"apache|mit|bsd|isc|mpl|mozilla|psf|python software|lgpl|lesser general|zlib|hpnd|unlicense|public domain|cc0|ofl",
    re.IGNORECASE,
)
"""Licences that may stand beside AGPL-3.0-or-later and Apache-2.0."""
KNOWN = {"pysqlite3": "Zlib, in its LICENSE file; its metadata states none"}


def run(*words: str, **more: str) -> list[str]:
    done = subprocess.run([str(BIN / words[0]), *words[1:]], cwd=ROOT, check=False, capture_output=True, text=True,
                          env={**os.environ, **more})
    return [] if done.returncode == 0 else (done.stdout + done.stderr).strip().splitlines()


def style() -> list[str]:
    return run("ruff", "check", "--output-format", "concise", ".")


def types_of_library() -> list[str]:
    return run("mypy")


def types_of_application() -> list[str]:
    secrets = {"LANGNGHE_SECRET_KEY": "check", "LANGNGHE_AUDIT_KEY": "check"}
    return run("mypy", "--config-file", "langnghe/mypy.ini", "-p", "langnghe", **secrets)


def contracts() -> list[str]:
    return run("lint-imports", "--no-cache")


def migrations() -> list[str]:
    with tempfile.TemporaryDirectory() as data:
        return run("django-admin", "makemigrations", "--check", "--dry-run", "--settings", "langnghe.web.settings",
                   LANGNGHE_DATA=data)


def catalogues() -> list[str]:
    return run("python", "tools/messages.py", "--check")


def locked() -> list[str]:
    """Everything that is installed stands in the lock, at that version."""
    lock = {}
    for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines():
        if match := re.match(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", line):
            lock.setdefault(normal(match[1]), set()).add(match[2])
    return [
        f"{name} {d.version} is installed, the lock has {sorted(lock.get(name, {'nothing'}))}"
        for d in importlib.metadata.distributions()
        if (name := normal(d.metadata["Name"])) not in {"nghe", "langnghe", "pip"} and d.version not in lock.get(name, set())
    ]


def licences() -> list[str]:
    faults = []
    for d in importlib.metadata.distributions():
        words = [d.metadata.get("License-Expression") or "", (d.metadata.get("License") or "")[:200],
                 *[c for c in d.metadata.get_all("Classifier") or [] if c.startswith("License")]]
        if not LICENCES.search(" ".join(words)) and normal(d.metadata["Name"]) not in {"nghe", "langnghe", *KNOWN}:
            faults.append(f"{d.metadata['Name']}: licence not known to go with ours: {' '.join(words).strip() or 'none stated'}")
    return faults


def vendored() -> list[str]:
    """Each vendored file is the one whose sha512 its vendor.toml states."""
    faults = []
    for listing in tracked("*vendor.toml"):
        for file in tomllib.loads(listing.read_text(encoding="utf-8")).get("file", []):
            path = listing.parent / file["path"]
            if not path.exists() or hashlib.sha512(path.read_bytes()).hexdigest() != file["sha512"]:
                faults.append(f"{path.relative_to(ROOT)} is not the file that {listing.name} names")
    return faults


def tidy() -> list[str]:
    """No path of a machine, no registry address, no uv.lock, no file past 400 lines."""
    faults = []
    address = re.compile(r"/(work|home|tmp/tmp)/[a-z]|https?://[a-z.]*(pypi|registry|simple)[./]")
    for path in tracked():
        if path.name == "uv.lock":
            faults.append("uv.lock is tracked; it holds addresses")
        if path.suffix in {".py", ".js", ".css", ".html", ".toml", ".md", ".lock", ".json", ".po"} and "vendor" not in path.parts:
            text = path.read_text(encoding="utf-8")
            faults += [f"{path.relative_to(ROOT)}:{n}: a machine's path or a registry's address"
                       for n, line in enumerate(text.splitlines(), 1) if address.search(line) and path.name != "check.py"]
            if path.suffix in {".py", ".js", ".css", ".html"} and text.count("\n") > 400 and "migrations" not in path.parts:
                faults.append(f"{path.relative_to(ROOT)}: {text.count(chr(10))} lines; past 400 it asks to be split")
    return faults


def tracked(*patterns: str) -> list[Path]:
    names = subprocess.run(["git", "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in names.split("\0") if name and (ROOT / name).exists()]


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


CHECKS: tuple[Callable[[], list[str]], ...] = (
    style, types_of_library, types_of_application, contracts, migrations, catalogues, locked, licences, vendored, tidy,
)

if __name__ == "__main__":
    failed = 0
    for check in CHECKS:
        start = time.monotonic()
        faults = check()
        failed += bool(faults)
        print(f"{'✗' if faults else '✓'} {check.__name__.replace('_', ' ')} ({time.monotonic() - start:.1f} s)", flush=True)
        for fault in faults[:200]:
            print(f"    {fault}")
    sys.exit(1 if failed else 0)
