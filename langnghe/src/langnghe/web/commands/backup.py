"""`langnghe backup` and `restore`: one archive that holds an installation, verified after it is written and before it is used."""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from langnghe.web.commands import BadInput, add_command

DATABASE, MANIFEST = "langnghe.sqlite3", "manifest.json"
KEYS = ("secret_key.txt", "audit_key.txt")
SCHEMA = "langnghe.backup/1"


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    backup = add_command(
        commands,
        "backup",
        help="Write one consistent archive of this installation, while it runs, and verify it.",
        example="langnghe --data /srv/langnghe backup /mnt/away/langnghe-2026-11-20.zip",
    )
    backup.add_argument("file", type=Path, metavar="FILE")
    backup.add_argument(
        "--with-keys", action="store_true", help="put the secrets in as well; then the archive must be kept as safe as they are"
    )
    backup.add_argument("--json", action="store_true")
    backup.set_defaults(work=back_up)
    restore = add_command(
        commands,
        "restore",
        help="Make an installation from an archive, in an empty folder.",
        example="langnghe --data /srv/new restore /mnt/away/langnghe-2026-11-20.zip",
    )
    restore.add_argument("file", type=Path, metavar="FILE")
    restore.add_argument("--json", action="store_true")
    restore.set_defaults(work=put_back)


def back_up(words: argparse.Namespace) -> int:
    from django.conf import settings
    from django.db import connection

    from langnghe.common.clock import now

    if connection.vendor != "sqlite":
        raise BadInput("This installation keeps its data in PostgreSQL: back it up with pg_dump (docs/operate.md).")
    if words.file.exists():
        raise BadInput(f"{words.file} is there already. Name a file that is not, so that no older backup is lost.")
    if not (settings.DATA / DATABASE).is_file():
        raise BadInput(f"There is no installation in {settings.DATA}. Name its folder: langnghe --data DIR backup FILE")
    with tempfile.TemporaryDirectory(dir=settings.DATA) as folder:
        copy = Path(folder) / DATABASE
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(copy)])
        members = {DATABASE: copy} | {name: settings.DATA / name for name in KEYS if words.with_keys}
        manifest = {
            "schema": SCHEMA,
            "made_at": now().isoformat(),
            "migrations": migrations_of(copy),
            "last_link": last_link_of(copy),
            "files": {name: sha256_of(path) for name, path in members.items()},
        }
        half = words.file.with_name(f".{words.file.name}.part")
        try:
            with zipfile.ZipFile(half, "x", zipfile.ZIP_DEFLATED) as archive:
                for name, path in members.items():
                    archive.write(path, name)
                archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
            half.chmod(0o600)
            check_archive(half)
            half.rename(words.file)
        finally:
            half.unlink(missing_ok=True)
    say(
        words,
        {"file": str(words.file), "bytes": words.file.stat().st_size, "keys": words.with_keys, **manifest},
        f"✓ {words.file}: {words.file.stat().st_size / 1e6:.1f} MB, read again and whole."
        + ("" if words.with_keys else " The secrets are not in it: keep secret_key.txt and audit_key.txt elsewhere."),
    )
    return 0


def put_back(words: argparse.Namespace) -> int:
    from django.conf import settings
    from django.db import connection

    if connection.vendor != "sqlite":
        raise BadInput("The archive holds an SQLite database; unset LANGNGHE_POSTGRES to restore it.")
    if not words.file.is_file():
        raise BadInput(f"There is no file {words.file}.")
    if (settings.DATA / DATABASE).exists():
        raise BadInput(f"{settings.DATA} holds an installation already. Restore into an empty folder; nothing is overwritten.")
    connection.close()
    with tempfile.TemporaryDirectory(dir=settings.DATA) as folder:
        manifest = check_archive(words.file, into=Path(folder))
        for name in manifest["files"]:
            shutil.move(Path(folder) / name, settings.DATA / name)
            (settings.DATA / name).chmod(0o600)
    say(
        words,
        {"folder": str(settings.DATA), **manifest},
        f"✓ {settings.DATA}: as it was on {manifest['made_at'][:16]}. "
        + (
            ""
            if KEYS[1] in manifest["files"]
            else "Put secret_key.txt and audit_key.txt back beside it before it is used; "
            "without them the audit log cannot be checked."
        ),
    )
    return 0


def check_archive(file: Path, *, into: Path | None = None) -> dict[str, Any]:
    """The manifest of a whole archive; raises BadInput that says what is damaged. `into`: where its files are left."""
    with tempfile.TemporaryDirectory() as folder:
        place = into or Path(folder)
        try:
            with zipfile.ZipFile(file) as archive:
                manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
                if manifest.get("schema") != SCHEMA:
                    raise BadInput(
                        f"{file} was written by another version ({manifest.get('schema')!r}; this one reads {SCHEMA})."
                    )
                allowed = {DATABASE, *KEYS}
                if not manifest["files"].keys() <= allowed or DATABASE not in manifest["files"]:
                    raise BadInput(f"{file} holds files that no backup of ours has. Take another archive.")
                for name in manifest["files"]:
                    with archive.open(name) as source, (place / name).open("wb") as target:
                        shutil.copyfileobj(source, target)
        except (zipfile.BadZipFile, KeyError, json.JSONDecodeError, EOFError, OSError, ValueError) as fault:
            raise BadInput(f"{file} is no whole backup: {fault}. Take another archive.") from fault
        for name, wanted in manifest["files"].items():
            if sha256_of(place / name) != wanted:
                raise BadInput(f"{file} is damaged: {name} is not what the manifest says. Take another archive.")
        fault = integrity_of(place / DATABASE)
        if fault != "ok":
            raise BadInput(f"{file} holds a damaged database: {fault}. Take another archive.")
        return manifest


def query(database: Path, sql: str) -> list[tuple[Any, ...]]:
    from langnghe.common.sqlite.base import Database

    connection = Database.connect(f"file:{database}?mode=ro", uri=True)
    try:
        return list(connection.execute(sql).fetchall())
    finally:
        connection.close()


def integrity_of(database: Path) -> str:
    return str(query(database, "PRAGMA integrity_check(1)")[0][0])


def migrations_of(database: Path) -> list[str]:
    return [f"{app}.{name}" for app, name in query(database, "SELECT app, name FROM django_migrations ORDER BY id")]


def last_link_of(database: Path) -> str:
    rows = query(database, "SELECT mac FROM audit_entry ORDER BY id DESC LIMIT 1")
    return str(rows[0][0]) if rows else ""


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def say(words: argparse.Namespace, answer: dict[str, Any], text: str) -> None:
    print(json.dumps(answer, ensure_ascii=False, indent=1) if words.json else text)
