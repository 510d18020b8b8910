"""Write requirements.lock: every version of both packages, their extras and the tools, with hashes and no addresses."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from bootstrap import ROOT, index_settings, uv

if __name__ == "__main__":
    subprocess.run(
        [uv(), "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes",
         "--no-header", "--no-annotate",         "--no-emit-index-url", "--no-emit-find-links",
         "--no-emit-package", "nghe", "--no-emit-package", "langnghe",
         "requirements.in", "-o", "requirements.lock", *sys.argv[1:]],
        check=True, cwd=ROOT, env={**os.environ, **index_settings()}, stdout=subprocess.DEVNULL,
    )
