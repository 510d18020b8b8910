"""`make bench SUITE=name`: run the benchmarks of one subject, or of all; each prints its own table.

A suite is a module `bench/NAME_suite.py` of either package. It is run in the peers' environment where it asks for one
(a line `# environment: bench`), else in the product's. Matrix products take one thread unless the environment says otherwise:
a second one waits busily, and CPU seconds of a shared machine would count its waiting.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def suites() -> dict[str, Path]:
    return {path.stem.removesuffix("_suite"): path for package in ("nghe", "langnghe")
            for path in sorted((ROOT / package / "bench").glob("*_suite.py"))}


def python_for(path: Path) -> str:
    if "# environment: bench" not in path.read_text(encoding="utf-8"):
        return sys.executable
    subprocess.run([sys.executable, str(ROOT / "tools/bootstrap.py"), "bench"], check=True)
    return str(ROOT / ".venv-bench/bin/python")


def main(wanted: str) -> int:
    known = suites()
    chosen = list(known) if wanted == "all" else [wanted]
    if unknown := [name for name in chosen if name not in known]:
        print(f"bench: no suite {unknown[0]!r}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    load = ", ".join(f"{x:.2f}" for x in os.getloadavg())
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, load {load}\n", flush=True)
    one_thread = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1") | dict(os.environ)
    failed = 0
    for name in chosen:
        print(f"# {name}", flush=True)
        command = [python_for(known[name]), str(known[name])]
        failed += subprocess.run(command, cwd=ROOT, env=one_thread, check=False).returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "all"))
