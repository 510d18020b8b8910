"""Write requirements.lock and bench.lock: every version, with hashes and without addresses.

bench.lock adds the peers of the benchmarks; what both hold has the version of requirements.lock.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from bootstrap import ROOT, index_settings, uv


def lock(source: str, target: str, *more: str) -> None:
    subprocess.run(
        [uv(), "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes", "--no-header",
         "--no-annotate", "--no-emit-index-url", "--no-emit-find-links", "--no-emit-package", "nghe",
         "--no-emit-package", "langnghe", source, "-o", target, *more],
        check=True, cwd=ROOT, env={**os.environ, **index_settings()}, stdout=subprocess.DEVNULL,
    )


if __name__ == "__main__":
    lock("requirements.in", "requirements.lock", *sys.argv[1:])
    lock("bench.in", "bench.lock", "-c", "requirements.lock", *sys.argv[1:])
