"""Refresh vendored browser files from npm: `python tools/vendor.py FILE/vendor.toml VERSION`. A maintainer's; it needs npm.

Takes each file that names an npm package out of its tarball and writes its version and sha512 anew. Look at the difference
before it is committed; `make check` hashes the files again without a network.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path


def refresh(listing: Path, version: str) -> None:
    text = listing.read_text(encoding="utf-8")
    for file in tomllib.loads(text)["file"]:
        if "npm" not in file:
            continue
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(
                ["npm", "pack", "--silent", f"{file['npm']}@{version}"], cwd=folder, check=True, stdout=subprocess.DEVNULL
            )
            with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
                source = archive.extractfile(file["inside"])
                if source is None:
                    sys.exit(f"vendor: {file['npm']} {version} holds no {file['inside']}")
                content = source.read()
        (listing.parent / file["path"]).write_bytes(content)
        text = text.replace(file["sha512"], hashlib.sha512(content).hexdigest())
        text = re.sub(rf'(npm = "{file["npm"]}"\nversion = )"[^"]+"', rf'\g<1>"{version}"', text)
    listing.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    refresh(Path(sys.argv[1]), sys.argv[2])
