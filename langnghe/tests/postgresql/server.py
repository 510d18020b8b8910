"""A PostgreSQL of one's own: a new cluster in a folder, on a socket, stopped and gone afterwards. Debian's package is enough."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FAST = ["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "listen_addresses="]


def find_programs() -> Path | None:
    """The newest folder with all programs of a server: Debian keeps them beside the path."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name), reverse=True)
    if found := shutil.which("initdb"):
        folders.append(Path(found).parent)
    return next(
        (folder for folder in folders if all((folder / name).exists() for name in ("initdb", "pg_ctl", "createdb"))), None
    )


def as_its_user(*words: str) -> list[str]:
    """PostgreSQL refuses to run as root: there it runs as the user that its package made."""
    return ["runuser", "-u", "postgres", "--", *words] if os.geteuid() == 0 else list(words)


@contextmanager
def postgres(folder: Path, *, durable: bool = False) -> Iterator[str]:
    """The address of an empty database, for LANGNGHE_POSTGRES; `durable` keeps fsync on, as an office runs it."""
    programs = find_programs()
    if programs is None:
        raise FileNotFoundError("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    data, socket = folder / "data", folder / "socket"
    socket.mkdir(parents=True)
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
        shutil.chown(socket, "postgres")
        for above in folder.parents:
            if above.stat().st_mode & 0o001:
                break
            above.chmod(above.stat().st_mode | 0o011)
    subprocess.run(
        as_its_user(str(programs / "initdb"), "-D", str(data), "-U", "langnghe", "-A", "trust", "--no-sync"),
        check=True,
        capture_output=True,
        cwd="/",
    )
    options = " ".join([f"-k {socket}", *([] if durable else FAST), *(["-c", "listen_addresses="] if durable else [])])
    control = as_its_user(str(programs / "pg_ctl"), "-D", str(data), "-w")
    subprocess.run([*control, "-l", str(folder / "log"), "-o", options, "start"], check=True, capture_output=True, cwd="/")
    try:
        subprocess.run(
            [str(programs / "createdb"), "-h", str(socket), "-U", "langnghe", "langnghe"], check=True, capture_output=True
        )
        yield f"postgresql://langnghe@/langnghe?host={socket}"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=False, capture_output=True, cwd="/")
