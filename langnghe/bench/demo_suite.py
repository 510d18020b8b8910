"""From an empty machine to the first page: seconds with a cold and with a warm cache, and what lies on the disk then."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PORT = 8765


def size_of(folder: Path) -> float:
    """Megabytes on the disk; a file with several names counts once."""
    seen = {(file.stat().st_dev, file.stat().st_ino): file.stat().st_blocks * 512 for file in folder.rglob("*") if file.is_file()}
    return sum(seen.values()) / 1e6


def account(venv: Path) -> str:
    names = sorted(folder.name.partition("-")[0].lower() for folder in venv.rglob("*.dist-info"))
    return f"{len(names)} packages, {size_of(venv):.0f} MB, {'with' if 'numpy' in names else 'without'} numpy"


def first_page(tree: Path, environment: dict[str, str]) -> float:
    """Seconds from `make demo` to the first page, as a browser gets it."""
    start = time.monotonic()
    server = subprocess.Popen(
        ["make", "-s", "demo", f"DEMO_ARGS=--port {PORT}"],
        cwd=tree,
        env=environment,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while time.monotonic() - start < 600:
            try:
                with urllib.request.urlopen(f"http://localhost:{PORT}/", timeout=5) as page:
                    page.read()
                return time.monotonic() - start
            except OSError:
                if server.poll() is not None:
                    raise SystemExit(f"make demo ended with status {server.returncode}") from None
                time.sleep(0.1)
        raise SystemExit("no page after ten minutes")
    finally:
        if server.poll() is None:
            os.killpg(server.pid, 15)
        server.wait()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        tree, cache = Path(folder) / "tree", Path(folder) / "cache"
        tree.mkdir()
        archive = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, check=True, capture_output=True).stdout
        subprocess.run(["tar", "-x", "-C", str(tree)], input=archive, check=True)
        environment = {**os.environ, "UV_CACHE_DIR": str(cache), "PIP_CACHE_DIR": str(cache / "pip"), "PYTHON": sys.executable}
        print(f"cold cache: first page after {first_page(tree, environment):.1f} s")
        warm = []
        for _ in range(3):
            for name in (".venv", "demo-data"):
                shutil.rmtree(tree / name)
            warm.append(first_page(tree, environment))
        print(f"warm cache: first page after {min(warm):.1f} s (best of {', '.join(f'{one:.1f}' for one in warm)})")
        print("demo with reports:", account(tree / ".venv"))
        core = Path(folder) / "core"
        uv = next((tree / ".tools").glob("uv-*/bin/uv"))
        subprocess.run([str(uv), "venv", "-q", "--python", sys.executable, str(core)], check=True, env=environment)
        sys.path.insert(0, str(ROOT / "tools"))
        from bootstrap import index_settings

        subprocess.run(
            [
                str(uv),
                "pip",
                "install",
                "-q",
                "--python",
                str(core / "bin/python"),
                "-c",
                str(tree / "requirements.lock"),
                "-e",
                "nghe",
                "-e",
                "langnghe",
            ],
            check=True,
            cwd=tree,
            env={**environment, **index_settings()},
        )
        print("core without extras:", account(core))


if __name__ == "__main__":
    main()
